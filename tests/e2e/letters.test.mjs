// Letters on their way out: to whom never, when a person must look, and what
// happens when the other side says later, no, or sends them back.
import test from 'node:test'
import assert from 'node:assert/strict'
import { cleanup, contact, sleep, startDesk, until } from '../lib/desk.mjs'
import { crlf, letter, report, send } from '../lib/mail.mjs'
import { startSink } from '../lib/sink.mjs'

const refuse = (code, text) => Object.assign(new Error(text), { responseCode: code })
const duty = (c, name) => c.duties.find(d => d.duty === name)
const [local, domain] = contact.split('@')
const quick = { retry_first: '200ms', retry_most: '400ms' }

test('letters go to a real server, from the null path, one recipient each', async t => {
  const sink = await startSink(t)
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}` } })
  const mail = report()
  await send(desk, mail)
  await until('the letter', () => sink.mails.length >= 1)
  assert.deepEqual(sink.mails[0].envelope, { from: '', to: [mail.from] })
  const c = await desk.case()
  await until('the outcome is on record', async () => (await desk.letters())[0].state === 'sent')
  assert.equal(duty(await desk.casefile(c.id), 'acknowledge').state, 'kept')
  await sleep(500)
  assert.equal(sink.mails.length, 1)
})

test('HTML alone is asked for as plain text once, and not listed as missing besides', async t => {
  const desk = await startDesk(t)
  await send(desk, report({ headers: { 'Content-Type': 'text/html; charset=utf-8' }, text: '<p>dag-factory 1.0.1 runs any callable that a YAML file names.</p><h2>Steps</h2><ol><li>Name os.system in dags/a.yml.</li><li>Let the DAG fail.</li></ol><p>mira@reporter.example</p>' }))
  const c = await desk.case()
  assert.deepEqual(c.missing, ['plain-text'])
  const l = await letter(desk, { to: c.reporter })
  assert.match(l.text, /plain-text part/)
  assert.doesNotMatch(l.text, /either|^- /m)
})

test('a server that says later gets the identical letter again', async t => {
  const tried = []
  const sink = await startSink(t, { answer: mail => { tried.push(mail.raw); return tried.length < 3 ? refuse(451, 'later') : null } })
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}`, ...quick } })
  await send(desk, report())
  await until('the letter', () => sink.mails.length >= 1)
  assert.equal(tried.length, 3)
  assert.deepEqual(tried[1], tried[0])
  assert.deepEqual(tried[2], tried[0])
  await until('the outcome is on record', async () => (await desk.letters())[0].state === 'sent')
  assert.equal((await desk.letters())[0].attempts, 3)
})

test('no server at all: the letter waits, the duty runs, and it goes when the server is back', async t => {
  const gone = await startSink(t)
  const port = gone.port
  await new Promise(done => gone.server.close(done))
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${port}`, ...quick } })
  await send(desk, report())
  const c = await desk.case()
  await until('an attempt failed', async () => (await desk.letters())[0].attempts >= 1)
  assert.equal(duty(await desk.casefile(c.id), 'acknowledge').state, 'running')
  const { SMTPServer } = await import('smtp-server')
  let got = 0
  const back = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], closeTimeout: 50, onData(s, _, done) { s.resume(); s.on('end', () => { got++; done() }) } })
  await new Promise(done => back.listen(port, '127.0.0.1', done))
  cleanup(t, () => new Promise(done => back.close(done)))
  await until('the letter', () => got >= 1)
})

test('a server that says no: given up at once, visibly, and retried when a person says so', async t => {
  let refusing = true
  const sink = await startSink(t, { answer: () => refusing ? refuse(550, 'no such person') : null })
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}`, ...quick } })
  await send(desk, report())
  const c = await desk.case()
  const l = await until('given up', async () => (await desk.letters()).find(x => x.state === 'given-up'))
  assert.match(l.reply, /550/)
  assert.equal(duty(await desk.casefile(c.id), 'acknowledge').state, 'running')
  refusing = false
  const p = await desk.run(['outbox', 'retry', l.letter])
  assert.equal(p.status, 0, p.stderr)
  await until('sent after all', async () => (await desk.letters())[0].state === 'sent')
})

test('held letters wait for a person, and leave when approved', async t => {
  const desk = await startDesk(t, { settings: { send: 'hold' } })
  const mail = report()
  await send(desk, mail)
  const c = await desk.case()
  const l = await until('held', async () => (await desk.letters()).find(x => x.state === 'held'))
  assert.equal(duty(c, 'acknowledge').state, 'running', 'a held letter keeps no promise')
  const shown = await desk.run(['outbox', 'show', l.letter])
  assert.equal(shown.status, 0, shown.stderr)
  assert.match(shown.stdout, new RegExp(c.id))
  const p = await desk.run(['outbox', 'approve', l.letter])
  assert.equal(p.status, 0, p.stderr)
  assert.equal((await letter(desk, { to: mail.from })).messageId, l.message_id)
  await until('kept', async () => duty(await desk.casefile(c.id), 'acknowledge').state === 'kept')
  assert.notEqual((await desk.run(['outbox', 'approve', l.letter])).status, 0, 'it cannot be approved twice')
  await desk.proves()
})

test('in shadow nothing is ever sent, and what would have been is on record', async t => {
  const desk = await startDesk(t, { settings: { send: 'shadow' } })
  await send(desk, report())
  const c = await desk.case()
  const [l] = await until('on record', async () => { const all = await desk.letters(); return all.length && all })
  assert.equal(l.state, 'shadow')
  await assert.rejects(letter(desk, { ms: 1000 }))
  assert.equal(duty(await desk.casefile(c.id), 'acknowledge').state, 'running')
})

test('a bounce finds its case by the address it comes back to, and the promise runs again', async t => {
  const sink = await startSink(t)
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}`, bounce_address: `bounce+@${domain}` } })
  const mail = report()
  await send(desk, mail)
  await until('the letter', () => sink.mails.length >= 1)
  const [l] = sink.mails
  assert.match(l.envelope.from, new RegExp(`^bounce\\+[^@]+@${domain}$`))
  const c = await desk.case()
  await until('kept', async () => duty(await desk.casefile(c.id), 'acknowledge').state === 'kept')
  await send(desk, { raw: bounce(l, mail.from) }, { sender: '', rcpt: l.envelope.from })
  const after = await until('running again', async () => {
    const x = await desk.casefile(c.id)
    return duty(x, 'acknowledge').state === 'running' && x
  })
  assert.equal(after.letters[0].state, 'bounced')
  await sleep(500)
  assert.equal(sink.mails.length, 1, 'a bounce is never answered')
  assert.equal((await desk.cases()).length, 1)
  await desk.proves()
})

test('a delay is no bounce', async t => {
  const sink = await startSink(t)
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}`, bounce_address: `bounce+@${domain}` } })
  const mail = report()
  await send(desk, mail)
  await until('the letter', () => sink.mails.length >= 1)
  const c = await desk.case()
  await until('kept', async () => duty(await desk.casefile(c.id), 'acknowledge').state === 'kept')
  await send(desk, { raw: bounce(sink.mails[0], mail.from, 'delayed', '4.4.1') }, { sender: '', rcpt: sink.mails[0].envelope.from })
  await sleep(1000)
  assert.equal(duty(await desk.casefile(c.id), 'acknowledge').state, 'kept')
})

function bounce(l, recipient, action = 'failed', status = '5.1.1') {
  return crlf(`From: MAILER-DAEMON@relay.example
To: <${l.envelope.from}>
Subject: Undelivered Mail Returned to Sender
Message-ID: <${Math.random()}@relay.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: ${status}

--b
Content-Type: text/rfc822-headers

Message-ID: ${l.messageId}
To: ${recipient}

--b--
`)
}

const quiet = {
  'an automatic reply': { headers: { 'Auto-Submitted': 'auto-replied' } },
  'a mail from the null path': { sender: '' },
  'a mail of a list': { headers: { 'List-Id': '<talk.lists.example>', Precedence: 'list' } },
  'a mail whose return path is another address': { sender: 'other@elsewhere.example' },
  'a mail from a machine that reads no answers': { from: 'no-reply@reporter.example' },
  'a mail that asks for no answer': { headers: { 'X-Auto-Response-Suppress': 'All' } },
}
for (const [what, how] of Object.entries(quiet))
  test(`${what} gets no letter by itself, and is never dropped`, async t => {
    const desk = await startDesk(t)
    const mail = report(how)
    await send(desk, mail, { sender: how.sender ?? mail.from })
    await until('it is visible', async () => (await desk.cases()).length + (await desk.queue()).length >= 1)
    await sleep(500)
    await assert.rejects(letter(desk, { ms: 300 }))
    assert.equal((await desk.letters()).filter(l => l.state === 'sent' || l.state === 'queued').length, 0)
  })

test("the desk's own letters, sent back to it, are never answered", async t => {
  const desk = await startDesk(t)
  const mail = report()
  await send(desk, mail)
  const l = await letter(desk, { to: mail.from })
  await send(desk, { raw: l.raw }, { sender: contact, rcpt: contact })
  await send(desk, { raw: l.raw }, { sender: mail.from, rcpt: l.replyTo })
  await sleep(1500)
  assert.equal((await desk.letters()).length, 1)
})

test('one address gets a few letters a day, then cases without', async t => {
  const desk = await startDesk(t, { settings: { letters_per_address_day: 2 } })
  for (let i = 0; i < 4; i++) await send(desk, report())
  await desk.case(4)
  await until('four decisions', async () => (await desk.letters()).length >= 4 || (await sleep(1000), true))
  assert.equal((await desk.letters()).filter(l => l.state === 'sent' || l.state === 'queued').length, 2)
})

test('nothing of a mail can become a header of a letter', async t => {
  const desk = await startDesk(t)
  for (const headers of [
    { Subject: '=?utf-8?Q?x=0D=0ABcc:_eve=40elsewhere.example?=' },
    { From: '=?utf-8?Q?a=0D=0ABcc:_eve=40elsewhere.example?= <mira@reporter.example>' },
    { 'Message-ID': '<a b\tBcc:eve@elsewhere.example>' },
    { 'Reply-To': '"x\\\r\n Bcc: eve@elsewhere.example" <mira@reporter.example>' },
    { References: '<' + 'x'.repeat(3000) + '@y> <a@b>\r\n <c@d>' },
  ]) await send(desk, report({ headers, without: ['steps'] }))
  await desk.case(5)
  const l = await letter(desk, { n: 1 })
  await sleep(1000)
  const { maildir } = await import('../lib/mail.mjs')
  const { join } = await import('node:path')
  for (const x of await maildir(join(desk.dir, 'outbox'))) {
    const head = x.raw.subarray(0, x.raw.indexOf('\r\n\r\n')).toString()
    assert.doesNotMatch(head, /^bcc:/im)
    // A Message-ID has to be named in these two, and is only ever that.
    const rest = x.raw.toString().replace(/^(In-Reply-To|References): .*(\r\n[ \t].*)*\r\n/gmi, '')
    assert.ok(!rest.includes('eve@elsewhere.example'))
    for (const line of head.split('\r\n')) assert.ok(line.length <= 998)
  }
  assert.ok(l)
})

test('a letter that a slow server takes while the desk stops is not repeated by the next start', async t => {
  let came = 0
  const sink = await startSink(t, { answer: () => { came++; return sleep(1500).then(() => null) } })
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}` } })
  await send(desk, report())
  await until('the server has the letter', () => came === 1)
  await desk.stop()
  await desk.start()
  await until('the outcome is on record', async () => (await desk.letters())[0].state === 'sent')
  await sleep(1000)
  assert.equal(came, 1)
  await desk.proves()
})

test('a letter tried again by a person while it is on its way is sent once', async t => {
  let came = 0
  const sink = await startSink(t, { answer: () => { came++; return sleep(1500).then(() => null) } })
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${sink.port}` } })
  await send(desk, report())
  await until('the server has the letter', () => came === 1)
  const [{ letter: id }] = await desk.letters()
  assert.equal((await desk.run(['outbox', 'retry', id])).status, 0)
  await until('the outcome is on record', async () => (await desk.letters())[0].state === 'sent')
  await sleep(2500)
  assert.equal(came, 1)
})
