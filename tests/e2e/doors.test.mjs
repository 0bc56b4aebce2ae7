// Every way in: LMTP, a pipe, real clients, TLS; and who is turned away.
import test from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, command, contact, folder, sleep, startDesk, until } from '../lib/desk.mjs'
import { crlf, letter, pipe, report, send } from '../lib/mail.mjs'
import { Wire, lmtp } from '../lib/wire.mjs'

test('LMTP answers once for each recipient, and the mail is one case', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const [local, domain] = contact.split('@')
  const { replies, refused } = await lmtp(desk.ports.lmtp, { from: mail.from, raw: mail.raw, rcpts: [contact, `nobody@${domain}`, `${local}+dagf@${domain}`] })
  assert.deepEqual(replies.map(r => r.code), [250, 250])
  assert.deepEqual(refused.map(r => [r.rcpt, r.code]), [[`nobody@${domain}`, 550]])
  await letter(desk, { to: mail.from })
  await sleep(300)
  assert.equal((await desk.cases()).length, 1)
})

test('a pipe takes one mail: exit status 0, a case, a letter', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const p = await pipe(desk, mail)
  assert.equal(p.status, 0, p.stderr)
  await letter(desk, { to: mail.from })
  assert.equal((await desk.case()).reporter, mail.from)
})

test('a pipe takes a mail while no desk runs, and the desk finds it when it starts', async t => {
  const desk = await startDesk(t)
  await desk.stop()
  const mail = report()
  assert.equal((await pipe(desk, mail)).status, 0)
  await desk.start()
  await letter(desk, { to: mail.from })
})

test('a pipe takes the sender from Return-Path, LF line ends and a From line', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const raw = Buffer.from(`From ${mail.from} Mon Nov 23 15:00:00 2026\nReturn-Path: <${mail.from}>\n` + mail.raw.toString().replace(/\r\n/g, '\n'))
  const p = await pipe(desk, mail, { raw, sender: null, rcpt: null })
  assert.equal(p.status, 0, p.stderr)
  await letter(desk, { to: mail.from })
})

for (const [sentence, run, status] of [
  ['a pipe with an unknown option is used wrongly: 64', d => d.run(['intake', '--no-such-option'], { input: 'x' }), 64],
  ['a pipe into a desk whose settings are wrong can be tried again: 75', d => { d.configure({ sned: 'live' }); return d.run(['intake'], { input: report().raw }) }, 75],
  ['a pipe with a mail over the limit has a mail that is never taken: 65', d => { d.configure({ message_size: '64K' }); return d.run(['intake'], { input: report({ text: 'x'.repeat(70000) }).raw }) }, 65],
  ['a pipe into a folder that is not there can be tried again: 75', d => command(d.program, ['intake', '--data', d.dir + '/none/such'], { input: report().raw }), 75],
]) test(sentence, async t => {
  const desk = await startDesk(t)
  assert.equal((await run(desk)).status, status)
})

test('an unknown recipient is refused at RCPT, and a known one beside it is taken', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const info = await send(desk, mail, { rcpt: ['nobody@astronomer.io', 'x@elsewhere.example', contact] })
  assert.deepEqual(info.accepted, [contact])
  assert.deepEqual(info.rejectedErrors.map(e => e.responseCode), [550, 550])
  assert.match(info.rejectedErrors[0].response, /5\.1\.1/)
  await letter(desk, { to: mail.from })
})

test('postmaster without a domain is taken', async t => {
  const desk = await startDesk(t)
  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  await w.reply()
  const replies = await w.talk('EHLO client.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<Postmaster>')
  assert.deepEqual(replies.map(r => r.code), [250, 250, 250])
})

test('a mail over the limit is refused by its SIZE before a byte of it, and by its bytes if that lied', async t => {
  const desk = await startDesk(t, { settings: { message_size: '64K' } })
  const big = report({ text: ('x'.repeat(70) + '\n').repeat(2000) })
  await assert.rejects(send(desk, big), e => e.responseCode === 552)
  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  await w.reply()
  await w.talk('EHLO client.example', `MAIL FROM:<a@b.example> SIZE=100`, `RCPT TO:<${contact}>`, 'DATA')
  w.write(Buffer.concat([big.raw, crlf('\n.\n')]))
  assert.equal((await w.reply()).code, 552)
  assert.equal((await desk.cases()).length, 0)
  const small = report()
  await send(desk, small)
  await letter(desk, { to: small.from })
})

test('what the server says it can do, it can', async t => {
  const desk = await startDesk(t)
  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  assert.equal((await w.reply()).code, 220)
  const ehlo = await w.say('EHLO client.example')
  for (const word of ['PIPELINING', 'SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'CHUNKING'])
    assert.ok(ehlo.lines.some(l => l.slice(4) === word), `EHLO names ${word}: ${ehlo.text}`)
  const mail = report()
  const half = Math.floor(mail.raw.length / 2)
  await w.talk(`MAIL FROM:<${mail.from}> BODY=8BITMIME SMTPUTF8`, `RCPT TO:<${contact}>`)
  w.write(`BDAT ${half}\r\n`)
  w.write(mail.raw.subarray(0, half))
  assert.equal((await w.reply()).code, 250)
  w.write(`BDAT ${mail.raw.length - half} LAST\r\n`)
  w.write(mail.raw.subarray(half))
  assert.equal((await w.reply()).code, 250)
  await letter(desk, { to: mail.from })
})

test('curl delivers', async t => {
  const desk = await startDesk(t)
  const mail = report()
  const p = await command('curl', ['-sS', '--url', `smtp://127.0.0.1:${desk.ports.smtp}`, '--mail-from', mail.from, '--mail-rcpt', contact, '--upload-file', '-'], { input: mail.raw })
  assert.equal(p.status, 0, p.stderr)
  await letter(desk, { to: mail.from })
})

test('swaks delivers by SMTP, pipelined, and by LMTP', async t => {
  const desk = await startDesk(t)
  const dir = folder(t, 'swaks')
  for (const [protocol, port, more] of [['ESMTP', desk.ports.smtp, ['--pipeline']], ['LMTP', desk.ports.lmtp, []]]) {
    const mail = report({ from: `${protocol.toLowerCase()}@reporter.example` })
    writeFileSync(join(dir, 'mail'), mail.raw)
    const p = await command('swaks', ['--server', '127.0.0.1', '--port', String(port), '--protocol', protocol, ...more,
      '--from', mail.from, '--to', contact, '--data', `@${join(dir, 'mail')}`])
    assert.equal(p.status, 0, p.stdout + p.stderr)
    await letter(desk, { to: mail.from })
  }
})

test('a certificate and its key are all that STARTTLS needs', async t => {
  const dir = folder(t, 'tls')
  const made = await command('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=desk.example', '-addext', 'subjectAltName=DNS:desk.example', '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')])
  assert.equal(made.status, 0, made.stderr)
  const desk = await startDesk(t, { settings: { tls_certificate: join(dir, 'cert.pem'), tls_key: join(dir, 'key.pem') } })
  const mail = report()
  await send(desk, mail, { ignoreTLS: false, requireTLS: true, tls: { rejectUnauthorized: false } })
  await letter(desk, { to: mail.from })

  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  await w.reply()
  await w.say('EHLO client.example')
  w.write('STARTTLS\r\nNOOP\r\n') // what comes before the handshake is never obeyed after it
  const first = await w.reply()
  const second = await w.reply()
  assert.ok(first.code !== 220 || second.code === 0, `${first.text} / ${second.text}`)
})

test('mail is put off, not lost, when the disk is nearly full', async t => {
  const desk = await startDesk(t, { settings: { disk_reserve: '1024G' } })
  await assert.rejects(send(desk, report()), e => e.responseCode === 452)
})

test('a desk asked to end finishes, and no session is left hanging', async t => {
  const desk = await startDesk(t)
  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  await w.reply()
  await w.say('EHLO client.example')
  await desk.stop()
  await until('the session ends', async () => w.closed)
})
