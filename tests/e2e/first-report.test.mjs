// From the wire to an acknowledged case: the path that all others hang on.
import test from 'node:test'
import assert from 'node:assert/strict'
import { contact, startDesk, until } from '../lib/desk.mjs'
import { answer, assertWhole, letter, report, send } from '../lib/mail.mjs'

const duty = (c, name) => c.duties.find(d => d.duty === name)
const clause = (c, id) => c.clauses.find(x => x.id === id)

test('a complete report by SMTP is a case with one acknowledgement within a second', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const began = Date.now()
  await send(desk, mail)
  const l = await letter(desk, { to: mail.from })
  assert.ok(Date.now() - began < 2000, `took ${Date.now() - began} ms`)
  const c = await desk.case()
  assert.match(c.id, /^DAGF-\d+$/)
  assert.equal(c.product, 'DAG Factory')
  assert.equal(c.disposition, 'open')
  assert.equal(c.state, 'received')
  assert.deepEqual(c.missing, [])
  assert.equal(c.reporter, mail.from)
  assert.equal(clause(c, 'required.title').result, 'met')
  assert.equal(clause(c, 'required.steps').result, 'met')
  assert.ok(clause(c, 'required.steps').lines.length > 0, 'the lines that show the steps are named')
  assert.equal(clause(c, 'scope.dependencies').result, 'unknown', 'what the desk does not know it calls unknown')
  await until('the acknowledge duty is kept', async () => duty(await desk.casefile(c.id), 'acknowledge').state === 'kept')
  assert.equal(duty(c, 'validate').state, 'running', 'only a person validates')
  assert.ok(l.subject.includes(c.id) || l.text.includes(c.id), 'the letter names the case')
  await desk.proves()
  await desk.stop()
})

test('a report without steps is a case whose one letter asks for them by name, and the answer fills the gap', async t => {
  const desk = await startDesk(t)
  const mail = report({ without: ['steps'] })
  await send(desk, mail)
  const l = await letter(desk, { to: mail.from })
  assertWhole(l)
  const before = await desk.case()
  assert.equal(before.disposition, 'ask')
  assert.deepEqual(before.missing, ['required.steps'])
  assert.match(l.text, /steps/i)
  assert.match(l.text, /could not find/i, 'never "you did not"')

  await send(desk, answer(l))
  const after = await until('the gap is filled', async () => {
    const c = await desk.casefile(before.id)
    return c.missing.length === 0 && c
  })
  assert.equal(after.id, before.id)
  assert.equal(after.mails, 2)
  assert.equal(clause(before, 'required.steps').result, 'breached')
  assert.equal(clause(after, 'required.steps').result, 'met', 'the results are those that hold now')
  assert.equal(clause(after, 'required.steps').mail, after.mail_list[1].mail, 'and say which mail showed it')
  const shown = (await desk.run(['case', 'show', before.id.toLowerCase()])).stdout
  assert.match(shown, /^ {2}met +required\.steps +mail-2, line/m)
  for (const line of shown.split('\n')) assert.ok(line.length <= 80 || /^ *\d+ {2}/.test(line), `over 80 columns: ${line}`)
  assert.equal((await desk.cases()).length, 1)
  assert.equal((await desk.letters()).filter(x => x.template.startsWith('received')).length, 1, 'one acknowledgement, not two')
  await desk.proves()
})

test('the letter answers the mail, is automatic and says only fixed words', async t => {
  const desk = await startDesk(t)
  const mail = report({ without: ['steps'], text: `Zebra crossing Quixote <b>bold</b>: dag-factory 1.0.1 loads foreign YAML, see https://spam.example/buy
and call me at +1 555 0100, or click the link above. Reach me: mira@reporter.example\n` })
  await send(desk, mail)
  const l = await letter(desk, { to: mail.from })
  assertWhole(l)
  assert.equal(l.headers.get('auto-submitted'), 'auto-replied')
  assert.equal(l.inReplyTo, mail.messageId)
  assert.ok(l.references.includes(mail.messageId))
  assert.equal(l.from, contact)
  assert.equal(l.to, mail.from)
  const whole = l.raw.toString().replace(/^(In-Reply-To|References|To): .*(\r\n[ \t].*)*\r\n/gmi, '')
  for (const word of ['Zebra', 'Quixote', 'spam.example', '555', 'Mira', mail.n])
    assert.ok(!whole.includes(word), `'${word}' of the mail is in the letter`)
  for (const line of l.text.split('\n')) assert.ok(line.length <= 72, `over 72 columns: ${line}`)
  assert.match(l.replyTo ?? l.from, /\+/, 'the answer goes to an address with the token')
})

test('a case shows the same to people as to programs', async t => {
  const desk = await startDesk(t)
  await send(desk, report())
  const c = await desk.case()
  const p = await desk.run(['case', 'show', c.id])
  assert.equal(p.status, 0, p.stderr)
  for (const word of [c.id, 'acknowledge', 'validate', 'required.steps', 'mira@reporter.example'])
    assert.ok(p.stdout.includes(word), `case show says '${word}':\n${p.stdout}`)
  const list = await desk.run(['case', 'list'])
  assert.ok(list.stdout.includes(c.id))
})

test('ratings are out of the sight of whoever assesses, until asked for; claims of attacks are not', async t => {
  const desk = await startDesk(t)
  await send(desk, report({ headers: { Subject: '[CRITICAL] dag-factory runs any callable' }, text: `dag-factory 1.0.1 runs any callable.
Severity: Critical, CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H, and it is being exploited in the wild.

Steps to reproduce:
1. Name os.system as on_failure_callback.
2. Let the DAG fail.

mira@reporter.example\n` }))
  const c = await desk.case()
  assert.equal(clause(c, 'severity.refused').result, 'breached')
  assert.match(c.mail_list[0].text, /\[rating\].*exploited in the wild/, 'JSON is folded like the rest')
  assert.equal(c.folded, true)
  const folded = (await desk.run(['case', 'show', c.id])).stdout
  assert.doesNotMatch(folded, /critical|CVSS/i)
  assert.match(folded, /^ +2 {2}\[rating\], \[rating\], and it is being exploited in the wild\.$/m)
  assert.match((await desk.run(['case', 'show', '--ratings', c.id])).stdout, /\[CRITICAL\][^]*Severity: Critical, CVSS:3\.1/)
})

test('two reports are two cases, in order, each with its own reporter and token', async t => {
  const desk = await startDesk(t)
  const a = report(), b = report({ from: 'jo@other.example' })
  await send(desk, a)
  await desk.case(1)
  await send(desk, b)
  const second = await desk.case(2)
  assert.equal(second.reporter, b.from)
  const [la, lb] = [await letter(desk, { to: a.from }), await letter(desk, { to: b.from })]
  assert.notEqual(la.replyTo, lb.replyTo)
  assert.notEqual(la.messageId, lb.messageId)
})
