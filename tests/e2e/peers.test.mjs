// The neighbours a desk really has: an MTA in front of it, a mailbox that is
// fetched into a pipe.
import test from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, contact, folder, startDesk, until } from '../lib/desk.mjs'
import { crlf, letter, maildir, report, send } from '../lib/mail.mjs'
import { startDovecot, startPostfix } from '../lib/peers.mjs'

const domain = contact.split('@')[1]

test('Postfix delivers by LMTP: a case, a letter, an empty queue', async t => {
  const desk = await startDesk(t)
  const postfix = await startPostfix(t, { domain, next: `lmtp:inet:127.0.0.1:${desk.ports.lmtp}` })
  const mail = report()
  await send(desk, mail, { port: postfix.port })
  await letter(desk, { to: mail.from })
  await until('Postfix has its 250', () => /relay=127\.0\.0\.1.*status=sent/.test(postfix.log()))
})

test('Postfix relays by SMTP, and bounces to the sender what the desk refuses at RCPT', async t => {
  const desk = await startDesk(t)
  const postfix = await startPostfix(t, { domain, next: `smtp:inet:127.0.0.1:${desk.ports.smtp}`.replace('smtp:inet:', 'smtp:') })
  const mail = report()
  await send(desk, mail, { port: postfix.port, rcpt: [contact, `nobody@${domain}`] })
  await letter(desk, { to: mail.from })
  await until('Postfix knows that nobody is unknown', () => new RegExp(`to=<nobody@${domain}>.*dsn=5\\.1\\.1.*status=bounced`).test(postfix.log()))
})

test('Postfix keeps a mail while the desk is away, and delivers it once when it is back', async t => {
  const desk = await startDesk(t)
  const port = desk.ports.lmtp
  const postfix = await startPostfix(t, { domain, next: `lmtp:inet:127.0.0.1:${port}` })
  await desk.stop()
  const mail = report()
  await send(desk, mail, { port: postfix.port })
  await until('a first try failed', () => /status=deferred/.test(postfix.log()))
  desk.configure({ listen: [`lmtp=127.0.0.1:${port}`] })
  await desk.start()
  await letter(desk, { to: mail.from, ms: 30_000 }).catch(e => { throw new Error(`${e.message}\n${desk.log}\n${postfix.log()}`) })
  assert.equal((await desk.cases()).length, 1)
})

test('the letters leave through Postfix', async t => {
  const outside = await startDesk(t) // another desk stands for the world
  const postfix = await startPostfix(t, { domain, next: 'error:never', settings: { default_transport: `lmtp:inet:127.0.0.1:${outside.ports.lmtp}`, local_transport: 'error:none' } })
  const desk = await startDesk(t, { settings: { transport: `smtp://127.0.0.1:${postfix.port}` } })
  const mail = report()
  await send(desk, mail)
  const l = await until('handed over', async () => (await desk.letters()).find(x => x.state === 'sent'))
  assert.equal(l.to, mail.from)
  await until('Postfix tried to pass it on', () => new RegExp(`to=<${mail.from}>`).test(postfix.log()))
})

test('a mailbox on Dovecot, fetched by getmail into the pipe: each mail is one case', async t => {
  const desk = await startDesk(t)
  const dovecot = await startDovecot(t)
  const dir = join(folder(t, 'getmail'), 'conf')
  mkdirSync(dir, { mode: 0o700 })
  writeFileSync(join(dir, 'getmailrc'), `[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = ${dovecot.port}
username = ${dovecot.user}
password = ${dovecot.password}
[destination]
type = MDA_external
path = ${desk.program}
arguments = ("intake", "--data", "${desk.dir}")
allow_root_commands = true
[options]
read_all = false
delete = false
`)
  const received = m => Buffer.concat([crlf(`Return-Path: <${m.from}>\nDelivered-To: ${contact}\n`), m.raw])
  const fetch = async () => {
    const p = await command('getmail', ['--getmaildir', dir, '--rcfile', 'getmailrc'])
    assert.equal(p.status, 0, p.stdout + p.stderr + dovecot.log())
    return p.stdout
  }
  const mails = [report(), report({ from: 'jo@other.example' })]
  for (const m of mails) await dovecot.deliver(received(m))
  await fetch()
  for (const m of mails) await letter(desk, { to: m.from })
  await fetch()
  await dovecot.deliver(received(report({ from: 'third@other.example' })))
  await fetch()
  await letter(desk, { to: 'third@other.example' })
  assert.equal((await desk.cases()).length, 3)
  assert.equal((await maildir(join(desk.dir, 'outbox'))).length, 3)
})
