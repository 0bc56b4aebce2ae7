// What people do with what the desk proposes: a proposal stops nothing, a
// person's word does, and each word is an event with a reason.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contact, Desk, root, sleep, startDesk, until } from '../lib/desk.mjs'
import { answer, letter, maildir, report, send, unique } from '../lib/mail.mjs'

const duty = (c, name) => c.duties.find(d => d.duty === name)
const both = ['policies/dag-factory.yml', 'policies/cosmos.yml']
const why = ['--reason', 'seen by a person']

/** One command that must go well; its object. */
async function act(desk, ...args) {
  const [r] = await desk.json(['case', ...args])
  return r
}
async function refused(desk, pattern, ...args) {
  const p = await desk.run(['case', ...args])
  assert.notEqual(p.status, 0, p.stdout)
  assert.match(p.stderr, pattern)
  return p
}
const kinds = c => c.events.map(e => e.kind)
const letters = async desk => maildir(join(desk.dir, 'outbox'))

/** A report that names no product of the desk. */
const nameless = (more = {}) => report({
  headers: { Subject: 'Any user can read the files of another' },
  text: `The program reads any file that a request names, with the rights of its own user.

Steps to reproduce:

1. Start it with the sample settings.
2. Ask for /files?name=../../etc/passwd.
3. Read the file in the answer.

Run ${unique()}. You can reach me at mira@reporter.example.
`, ...more,
})

const support = () => report({
  headers: { Subject: 'How do I run DAG Factory in production?' },
  text: `Hello,

how do I secure my deployment of dag-factory? Which settings do you recommend,
and can somebody of your team help me to set up single sign-on? Run ${unique()}.

Thank you
Mira
`,
})

async function unrouted(t, options) {
  const desk = await startDesk(t, { policies: both, ...options })
  const mail = nameless()
  await send(desk, mail)
  const [item] = await until('a queue item', async () => { const q = await desk.queue('unrouted'); return q.length && q })
  return { desk, mail, item, name: `mail-${item.mail}` }
}

for (const running of [true, false]) {
  test(`a mail of the queue becomes a case with the time of its receipt, and answers join it (${running ? 'a desk runs' : 'none runs'})`, async t => {
    const { desk, mail, item, name } = await unrouted(t)
    const told = await letter(desk, { to: mail.from })
    await until('the receipt is on record', async () => (await desk.letters())[0].state === 'sent')
    const open = await desk.json(['decide'])
    assert.deepEqual(open.map(o => [o.item, o.proposed]), [[name, 'unrouted']])
    assert.match(open[0].commands[0], new RegExp(`case route ${name}`))
    const due = (await desk.json(['due'])).filter(d => d.owner === name)
    assert.deepEqual(due.map(d => d.duty).sort(), ['acknowledge', 'validate'])

    if (!running) await desk.stop()
    await refused(desk, /--reason/, 'route', name, 'dag-factory')
    await refused(desk, /Cosmos|DAG Factory/, 'route', name, 'no-such-thing', ...why)
    const r = await act(desk, 'route', name, 'dag-factory', ...why)
    assert.match(r.case, /^DAGF-\d+$/)
    const c = await desk.casefile(r.case)
    assert.equal(c.received, item.received)
    assert.equal(c.reporter, mail.from)
    assert.deepEqual(c.links, [`routed-from ${name}`])
    const after = await desk.json(['due'])
    assert.deepEqual(after.filter(d => d.owner === name), [], 'the queue owes nothing any more')
    const validate = duty(c, 'validate')
    assert.deepEqual([validate.state, validate.due, validate.started], ['running', due.find(d => d.duty === 'validate').due, item.received])
    assert.equal(duty(c, 'acknowledge').state, 'kept', 'its receipt had been sent')
    assert.deepEqual(await desk.queue('unrouted'), [])
    assert.equal(c.events.find(e => e.kind === 'case.opened').actor.startsWith('person:'), true)
    assert.equal(c.events.find(e => e.kind === 'case.opened').reason, why[1])
    const again = await act(desk, 'route', name, 'dag-factory', ...why)
    assert.equal(again.already, true)
    await refused(desk, new RegExp(`${name} is in ${r.case}`), 'route', name, 'cosmos', ...why)

    if (!running) await desk.start()
    const number = await until('the letter with the new number', async () => (await letters(desk)).find(l => l.subject.includes(r.case)))
    assert.match(number.text, new RegExp(`${name}`))
    await send(desk, answer(told, { text: 'One more thing: it is the same with version 1.0.0.\n' }))
    await until('the answer joins', async () => (await desk.casefile(r.case)).mails === 2)
    await send(desk, answer({ ...told, messageId: mail.messageId }, { to: mail.to, text: 'And with 0.9.\n' }))
    await until('an answer to the mail itself joins', async () => (await desk.casefile(r.case)).mails === 3)
    await desk.proves()
  })
}

test('a receipt that waits in the queue keeps the promise of the case once it is released', async t => {
  const { desk, name } = await unrouted(t, { settings: { send: 'hold' } })
  const { case: id } = await act(desk, 'route', name, 'dagf', ...why)
  assert.equal(duty(await desk.casefile(id), 'acknowledge').state, 'running')
  const p = await desk.run(['outbox', 'approve', `${name}.1`])
  assert.equal(p.status, 0, p.stderr)
  await until('kept', async () => duty(await desk.casefile(id), 'acknowledge').state === 'kept')
  await desk.proves()
})

test('a mail of the queue joins a case, fills its gap, and takes its promises along', async t => {
  const desk = await startDesk(t, { policies: both })
  const first = report({ without: ['steps'] })
  await send(desk, first)
  const c = await desk.case()
  assert.deepEqual(c.missing, ['required.steps'])
  await send(desk, nameless())
  const [item] = await until('a queue item', async () => { const q = await desk.queue('unrouted'); return q.length && q })
  await act(desk, 'route', `mail-${item.mail}`, c.id.toLowerCase(), ...why)
  const after = await desk.casefile(c.id)
  assert.deepEqual([after.mails, after.missing, after.disposition], [2, [], 'open'])
  assert.equal(duty(after, 'follow-up').started, item.received)
  assert.deepEqual((await desk.json(['due'])).filter(d => d.owner.startsWith('mail-')), [])
  await desk.proves()
})

test('what is confirmed as set aside gets its letter once, and the letter keeps the promises', async t => {
  const desk = await startDesk(t)
  const mail = support()
  await send(desk, mail)
  const c = await desk.case()
  assert.deepEqual([c.disposition, c.decided, c.state], ['set-aside', false, 'received'])
  assert.deepEqual((await desk.json(['decide'])).map(o => [o.item, o.proposed]), [[c.id, 'set-aside']])
  assert.equal(duty(c, 'acknowledge').state, 'running', 'a proposal stops nothing')
  const r = await act(desk, 'confirm', c.id, '--reason', 'a question')
  assert.deepEqual([r.state, r.decided, r.letter.template], ['invalid', true, 'set-aside'])
  const l = await until('the letter', async () => (await letters(desk)).find(x => /What became/.test(x.subject)))
  assert.match(l.text.replace(/\s+/g, ' '), /is for vulnerabilities only/, 'the clause in the policy\'s own words')
  await until('kept', async () => duty(await desk.casefile(c.id), 'validate').state === 'kept')
  const after = await desk.casefile(c.id)
  assert.equal(duty(after, 'acknowledge').state, 'kept')
  assert.equal(after.asked_to_keep_silent, true)
  assert.equal((await act(desk, 'confirm', c.id)).already, true)
  await sleep(300)
  assert.equal((await letters(desk)).length, 2)
  assert.equal((await desk.casefile(c.id)).events.filter(e => e.kind === 'case.confirmed').length, 1)
  assert.deepEqual(await desk.json(['decide']), [])
  await desk.proves()
})

test('overruled, a report is worked on: the receipt counts, validate runs, and nothing leads back to invalid', async t => {
  const desk = await startDesk(t)
  await send(desk, support())
  const c = await desk.case()
  await until('the receipt is on record', async () => (await desk.letters())[0].state === 'sent')
  await refused(desk, /--reason/, 'overrule', c.id, 'open')
  await refused(desk, /confirm it/, 'overrule', c.id, 'set-aside', ...why)
  const r = await act(desk, 'overrule', c.id, 'open', '--reason', 'he shows a real flaw')
  assert.deepEqual([r.state, r.disposition, r.decided], ['received', 'open', true])
  const after = await desk.casefile(c.id)
  assert.deepEqual([duty(after, 'acknowledge').state, duty(after, 'validate').state], ['kept', 'running'])

  await refused(desk, /--clause/, 'overrule', c.id, 'ignore', ...why)
  await refused(desk, /no clause 'scope.nothing'/, 'overrule', c.id, 'ignore', '--clause', 'scope.nothing', ...why)
  await act(desk, 'overrule', c.id, 'ignore', '--clause', 'scope.website', ...why)
  const ignored = await desk.casefile(c.id)
  assert.deepEqual([ignored.state, duty(ignored, 'validate').state, ignored.asked_to_keep_silent], ['invalid', 'ended', true])
  assert.deepEqual(await desk.json(['due']), [], 'what is ignored owes nothing')
  const courtesy = await until('one courtesy letter', async () => (await letters(desk)).find(x => /releases nobody/.test(x.text)))
  assert.match(courtesy.text, /scope\.website/)

  const back = await act(desk, 'overrule', c.id, 'open', ...why)
  assert.equal(back.state, 'valid')
  const valid = await desk.casefile(c.id)
  assert.deepEqual([duty(valid, 'validate').state, duty(valid, 'acknowledge').state], ['running', 'kept'])
  await refused(desk, /valid.*deferred and closed/, 'overrule', c.id, 'set-aside', ...why)
  const shown = await desk.run(['case', 'show', c.id])
  assert.match(shown.stdout, /he shows a real flaw/)
  await desk.proves()
})

test('a letter about a decision that was overruled does not go out any more', async t => {
  const desk = await startDesk(t, { settings: { send: 'hold' } })
  await send(desk, support())
  const c = await desk.case()
  const r = await act(desk, 'confirm', c.id)
  assert.equal(r.letter.state, 'held')
  assert.equal(duty(await desk.casefile(c.id), 'validate').state, 'running', 'a held letter keeps nothing')
  await act(desk, 'overrule', c.id, 'open', ...why)
  assert.equal((await desk.letters()).find(l => l.letter === r.letter.letter).state, 'withdrawn')
  const p = await desk.run(['outbox', 'approve', r.letter.letter])
  assert.notEqual(p.status, 0)
  assert.match(p.stderr, /withdrawn/)
  await desk.proves()
})

for (const running of [true, false]) {
  test(`a case is judged again by the policy version it began with, and a person's decision stands (${running ? 'a desk runs' : 'none runs'})`, async t => {
    const desk = await startDesk(t)
    await send(desk, report({ without: ['steps'] }))
    const c = await desk.case()
    assert.equal(c.disposition, 'ask')
    await desk.stop()
    const file = join(desk.dir, 'policies/dag-factory.yml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^name: .*/m, '$&, second edition'))
    if (running) await desk.start()
    const r = await act(desk, 'rejudge', c.id)
    assert.deepEqual([r.was, r.judged, r.stands], ['ask', 'ask', false])
    const after = await desk.casefile(c.id)
    assert.deepEqual([after.policy_hash, after.missing], [c.policy_hash, ['required.steps']])
    assert.equal(after.verdicts.length, 2)
    assert.equal(after.verdicts[1].policy_hash, c.policy_hash)
    await refused(desk, /no case 'DAGF-99'/, 'rejudge', 'DAGF-99')
    await act(desk, 'overrule', c.id, 'open', ...why)
    const again = await act(desk, 'rejudge', c.id, '--reason', 'the mirror is newer')
    assert.deepEqual([again.stands, again.disposition, again.judged], [true, 'open', 'ask'])
    assert.equal((await desk.casefile(c.id)).disposition, 'open')
    await send(running ? desk : await desk.start(), report())
    assert.notEqual((await desk.case(2)).policy_hash, c.policy_hash, 'a new case has the new version')
    await desk.proves()
  })
}

test('a mail of the queue is judged again, and stays where it is', async t => {
  const { desk, name } = await unrouted(t)
  const r = await act(desk, 'rejudge', name)
  assert.deepEqual([r.was, r.judged], ['unrouted', 'unrouted'])
  assert.equal((await desk.queue('unrouted')).length, 1)
  await desk.proves()
})

for (const running of [true, false]) {
  test(`judged again, a report is held against the mirror that has come since (${running ? 'a desk runs' : 'none runs'})`, async t => {
    const desk = await startDesk(t)
    await send(desk, report())
    const c = await desk.case()
    assert.equal(c.verdicts[0].evidence, null)
    if (!running) await desk.stop()
    const p = await desk.run(['mirror', 'add', 'DAGF', join(root, 'tests/fixtures/dag-factory/skeleton.bundle')])
    assert.equal(p.status, 0, p.stderr)
    await act(desk, 'rejudge', c.id, '--reason', 'a mirror has come')
    const after = await desk.casefile(c.id)
    assert.match(after.verdicts[1].evidence.mirror, /^[0-9a-f]{64}$/)
    assert.equal(after.events.at(-1).meta.mirror, after.verdicts[1].evidence.mirror)
    await desk.proves()
  })
}

test('what nobody could read becomes a case all the same, and is not judged as if it were empty', async t => {
  const desk = await startDesk(t)
  await send(desk, { raw: readFileSync(join(root, 'tests/corpus/encrypted-pgp-mime.eml')), from: 'mira@reporter.example', to: contact })
  const [item] = await until('a queue item', async () => { const q = await desk.queue('encrypted'); return q.length && q })
  const { case: id } = await act(desk, 'route', `mail-${item.mail}`, 'dagf', ...why)
  const c = await desk.casefile(id)
  assert.deepEqual([c.disposition, c.missing, c.received], ['open', [], item.received])
  await desk.proves()
})

test('a decision\'s letter waits as long as the receipt does, for the same reason', async t => {
  const desk = await startDesk(t)
  const mail = support()
  await send(desk, mail, { sender: 'other@elsewhere.example' })
  const c = await desk.case()
  assert.equal(c.letters[0].state, 'held')
  const r = await act(desk, 'confirm', c.id)
  assert.deepEqual([r.letter.state, r.letter.template], ['held', 'set-aside'])
  assert.match(r.letter.held_because, /DAGF-1\.1 waits/)
  assert.equal((await letters(desk)).length, 0)
  const none = await act(desk, 'overrule', c.id, 'open', ...why)
  assert.equal(none.state, 'valid')
  await desk.proves()
})

test('a mail that was never answered gets no letter about its decision, and owes nothing', async t => {
  const desk = await startDesk(t)
  await send(desk, support())
  const c = await desk.case()
  const r = await act(desk, 'confirm', c.id, '--no-letter')
  assert.equal(r.letter, null)
  assert.deepEqual(await desk.json(['due']), [])
  await desk.proves()
})

test('search finds every word in one mail, whatever their case, and nothing else', async t => {
  const desk = await startDesk(t, { policies: both })
  await send(desk, report())
  await send(desk, nameless())
  await desk.case()
  await until('a queue item', async () => (await desk.queue('unrouted')).length)
  const found = async (...words) => (await desk.json(['case', 'search', ...words])).map(h => h.case ?? h.queue)
  assert.deepEqual(await found('VARIABLES', 'team'), ['DAGF-1'])
  assert.deepEqual(await found('passwd'), ['unrouted'])
  assert.deepEqual(await found('mira@reporter.example'), ['DAGF-1', 'unrouted'])
  assert.deepEqual(await found('variables', 'passwd'), [])
  assert.deepEqual(await found('dagf-1'), ['DAGF-1'])
})

test('a backup keeps what persons decided', async t => {
  const desk = await startDesk(t)
  await send(desk, support())
  const c = await desk.case()
  await act(desk, 'overrule', c.id, 'ignore', '--clause', 'scope.website', ...why)
  await act(desk, 'rate', c.id, 'low', ...why)
  await desk.stop()
  const file = join(desk.dir, '../backup')
  const saved = await desk.run(['backup', '--out', file])
  assert.equal(saved.status, 0, saved.stderr)
  const other = new Desk(t)
  const back = await other.run(['restore', file])
  assert.equal(back.status, 0, back.stderr)
  const after = await other.casefile(c.id)
  assert.deepEqual([after.state, after.disposition, after.rating, after.decided_by], ['invalid', 'ignore', 'low', (await desk.casefile(c.id)).decided_by])
  await other.proves()
})

const rated = () => report({
  headers: { Subject: 'dag-factory: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H in the loader' },
  text: `dag-factory 1.0.1 runs any callable that a YAML file names.

Severity: Critical
CVSS score: 9.8
"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" says the tool, and again:
Severity: Critical
It is a critical 9.8 flaw. Severity: Critical, or 9.8/10.
It is being exploited in the wild.

Steps to reproduce:

1. Name os.system in dags/a.yml.
2. Let the DAG fail.
3. See the command run. Run ${unique()}.
`,
})

test('the reporter\'s rating is folded everywhere until there is one of ours', async t => {
  const desk = await startDesk(t)
  const mail = rated()
  await send(desk, mail)
  const c = await desk.case()
  const masked = async (what, ...args) => {
    for (const json of [[], ['--json']]) {
      const p = await desk.run([...args, ...json])
      assert.equal(p.status, 0, `${what}: ${p.stderr}`)
      assert.doesNotMatch(p.stdout, /AV:N|\b9\.8\b|Severity: Critical/, `${what} ${json}`)
      if (json.length && what !== 'rejudge') assert.match(p.stdout, /"folded": true/, what)
    }
  }
  await masked('case show', 'case', 'show', c.id)
  await masked('case list', 'case', 'list')
  await masked('mail', 'queue', 'show', `mail-${c.opened_by}`)
  await masked('search', 'case', 'search', 'critical')
  await masked('rejudge', 'case', 'rejudge', c.id)
  const shown = await desk.run(['case', 'show', c.id])
  assert.match(shown.stdout, /exploited in the wild/, 'a claim of exploitation is never folded')
  assert.match(shown.stdout, /\[rating\]/)

  const bytes = ['case', 'raw', c.id]
  const asks = await desk.run(bytes)
  assert.equal(asks.status, 64)
  assert.match(asks.stderr, /--yes/)
  assert.equal(asks.stdout, '')
  assert.ok(!kinds(await desk.casefile(c.id)).includes('raw.opened'))
  const raw = await desk.run([...bytes, '--yes'])
  assert.equal(raw.status, 0, raw.stderr)
  assert.ok(raw.stdout.endsWith(mail.raw.toString()), 'the bytes as they came')
  assert.ok(kinds(await desk.casefile(c.id)).includes('raw.opened'))

  const look = await desk.run(['case', 'show', '--ratings', c.id])
  assert.match(look.stdout, /9\.8/)
  assert.ok(kinds(await desk.casefile(c.id)).includes('ratings.shown'))
  await masked('case show', 'case', 'show', c.id)

  await refused(desk, /low, medium, high, critical/, 'rate', c.id, '9.8')
  await refused(desk, /no valid CVSS/, 'rate', c.id, 'high', '--vector', 'CVSS:3.1/AV:N')
  await act(desk, 'rate', c.id, 'high', '--vector', 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:N/A:N', ...why)
  const after = await desk.casefile(c.id)
  assert.deepEqual([after.rating, after.folded], ['high', false])
  assert.match((await desk.run(['case', 'show', c.id])).stdout, /Severity: Critical/)
  const free = await desk.run(bytes)
  assert.equal(free.status, 0, 'with a rating of ours nobody is asked')
  assert.equal(kinds(await desk.casefile(c.id)).filter(k => k === 'raw.opened').length, 2, 'and it is on record all the same')
  await desk.proves()
})

test('several cases out of one mail, each with its receipt, policy and promises', async t => {
  const desk = await startDesk(t)
  const mail = report({
    headers: { Subject: 'dag-factory: two flaws' },
    text: `Two flaws in dag-factory 1.0.1, Run ${unique()}.

1. Any callable runs
A YAML file names os.system and it runs when the DAG fails.
Steps: name it in dags/a.yml, let the DAG fail, see the command run.

2. Foreign variables are read
A YAML file reads {{ var.value.secret }} of another team.
Steps: put it under dags/, trigger the DAG, read the log.
`,
  })
  await send(desk, mail)
  const c = await desk.case()
  await until('the receipt is on record', async () => (await desk.letters())[0].state === 'sent')
  await refused(desk, /share lines/, 'split', c.id, '--lines', '3-6', '--lines', '6-9')
  await refused(desk, /there is no/, 'split', c.id, '--lines', '3-6', '--lines', '7-900')
  const r = await act(desk, 'split', c.id, '--lines', '3-6', '--lines', '7-9', ...why)
  assert.equal(r.into.length, 1)
  const child = await desk.casefile(r.into[0])
  const parent = await desk.casefile(c.id)
  assert.equal(child.title, 'Foreign variables are read')
  assert.deepEqual([child.received, child.policy_hash, child.lines, child.links], [c.received, c.policy_hash, [7, 9], [`split-from ${c.id}`]])
  assert.deepEqual([parent.links, parent.lines, parent.proposed_split], [[`split-into ${child.id}`], [3, 6], []])
  for (const name of ['acknowledge', 'validate'])
    assert.deepEqual([duty(child, name).due, duty(child, name).state], [duty(parent, name).due, duty(parent, name).state], name)
  assert.equal(child.mail_list[0].mail, c.opened_by)
  const l = await until('the letter with its number', async () => (await letters(desk)).find(x => x.subject.includes(child.id)))
  await send(desk, answer(l, { text: 'More on the second.\n' }))
  await until('the answer joins the part', async () => (await desk.casefile(child.id)).mails === 2)
  await desk.proves()
})

test('a case of the wrong product goes on as a case of the right one, and nothing is owed twice', async t => {
  const desk = await startDesk(t, { policies: both })
  const mail = report()
  await send(desk, mail)
  const c = await desk.case()
  const told = await letter(desk, { to: mail.from })
  await until('the receipt is on record', async () => (await desk.letters())[0].state === 'sent')
  await refused(desk, /already/, 'route', c.id, 'dag-factory', ...why)
  const r = await act(desk, 'route', c.id, 'cosmos', ...why)
  assert.match(r.case, /^COSM-/)
  const [old, now] = [await desk.casefile(c.id), await desk.casefile(r.case)]
  assert.deepEqual(old.links, [`moved-to ${r.case}`])
  assert.deepEqual([now.received, now.links, duty(now, 'acknowledge').state], [c.received, [`moved-from ${c.id}`], 'kept'])
  assert.equal(duty(old, 'validate').state, 'moved')
  assert.deepEqual((await desk.json(['due'])).map(d => [d.owner, d.duty]), [[r.case, 'validate']])
  await refused(desk, new RegExp(`goes on as ${r.case}`), 'overrule', c.id, 'open', ...why)
  await send(desk, answer(told, { text: 'It is about the other one, you are right.\n' }))
  await until('an answer to the old number joins the new case', async () => (await desk.casefile(r.case)).mails === 2)
  await desk.proves()
})

test('what was set aside for one product is owed an answer for another', async t => {
  const desk = await startDesk(t, { policies: both })
  await send(desk, support())
  const c = await desk.case()
  await act(desk, 'confirm', c.id, ...why)
  await until('the letter has kept it', async () => duty(await desk.casefile(c.id), 'validate').state === 'kept')
  const r = await act(desk, 'route', c.id, 'cosmos', ...why)
  const now = await desk.casefile(r.case)
  assert.deepEqual([now.state, duty(now, 'acknowledge').state, duty(now, 'validate').state], ['received', 'kept', 'running'])
  await desk.proves()
})

test('a letter about a decision does not leave once the case went on elsewhere', async t => {
  const desk = await startDesk(t, { policies: both, settings: { send: 'hold' } })
  await send(desk, support())
  const c = await desk.case()
  const r = await act(desk, 'confirm', c.id, ...why)
  assert.equal(r.letter.state, 'held')
  await act(desk, 'route', c.id, 'cosmos', ...why)
  const state = (await desk.letters()).find(l => l.letter === r.letter.letter).state
  assert.equal(state, 'withdrawn')
  assert.notEqual((await desk.run(['outbox', 'approve', r.letter.letter])).status, 0)
  await desk.proves()
})

test('two persons at once: one decides, the other is told', async t => {
  const desk = await startDesk(t)
  await send(desk, support())
  const c = await desk.case()
  const all = await Promise.all([
    desk.run(['case', 'confirm', c.id, '--json']), desk.run(['case', 'confirm', c.id, '--json']), desk.run(['case', 'confirm', c.id, '--json'])])
  assert.deepEqual(all.map(p => p.status), [0, 0, 0])
  assert.equal(all.filter(p => JSON.parse(p.stdout).already).length, 2)
  const after = await desk.casefile(c.id)
  assert.equal(kinds(after).filter(k => k === 'case.confirmed').length, 1)
  await desk.proves()
})
