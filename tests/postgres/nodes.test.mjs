// Several desks on one database: nothing twice, nothing between them.
import test from 'node:test'
import assert from 'node:assert/strict'
import nodemailer from 'nodemailer'
import { Desk, contact, cleanup, sleep, startDesk, until } from '../lib/desk.mjs'
import { answer, letter, report, send } from '../lib/mail.mjs'
import { Postgres } from '../lib/postgres.mjs'
import { startSink } from '../lib/sink.mjs'
import { Stream, settle, unlimited } from '../lib/stream.mjs'

const pg = await Postgres.start()

/** Desks of their own folders, spools and names on one new database. */
async function nodes(t, names, settings = {}) {
  const database = pg.url(pg.create())
  return Promise.all(names.map(node => startDesk(t, { settings: { node, database, ...settings } })))
}

function pool(t, desk) {
  const p = nodemailer.createTransport({ host: '127.0.0.1', port: desk.ports.smtp, ignoreTLS: true, pool: true, maxConnections: 5 })
  cleanup(t, () => p.close())
  return mail => p.sendMail({ envelope: { from: mail.from, to: contact }, raw: mail.raw })
}

const alone = (t, desk) => new Desk(t, { settings: { ...desk.settings, node: 'looker-on' } })

test('mails through two nodes are cases with different ids, one letter each, and both show them all', async t => {
  const sink = await startSink(t)
  const [a, b] = await nodes(t, ['a', 'b'], { ...unlimited, log: 'normal', transport: `smtp://127.0.0.1:${sink.port}` })
  const mails = Array.from({ length: 120 }, (_, i) => report({ from: `r${i}@d${i % 7}.example` }))
  const [to_a, to_b] = [pool(t, a), pool(t, b)]
  await Promise.all(mails.map((m, i) => (i % 2 ? to_a : to_b)(m)))
  const cases = async desk => (await desk.json(['case', 'list', '--limit', '1000'])).map(c => c.case)
  await until('all cases', async () => (await cases(a)).length >= mails.length, 60_000)
  await until('all letters', () => sink.mails.length >= mails.length, 60_000)
  assert.equal(new Set(await cases(a)).size, mails.length)
  assert.deepEqual(await cases(b), await cases(a))
  for (const desk of [a, b]) assert.match(desk.log, /mail\.taken/, 'both did some of the work')
  await until('each outcome is on record', async () => (await a.letters()).every(l => l.state === 'sent'))
  await sleep(1000) // time for a second node to send what is sent
  const to = sink.mails.map(m => m.envelope.to[0])
  assert.equal(to.length, mails.length, 'no letter twice')
  assert.deepEqual(new Set(to), new Set(mails.map(m => m.from)))
  await a.proves()
  await b.proves()
})

test('an answer through the other node joins the case and fills the gap', async t => {
  const [a, b] = await nodes(t, ['a', 'b'])
  const mail = report({ without: ['steps'] })
  await send(a, mail)
  const l = await Promise.any([letter(a), letter(b)])
  const before = await b.case()
  assert.deepEqual(before.missing, ['required.steps'])
  await send(b, answer(l))
  const after = await until('the gap is filled', async () => {
    const c = await a.casefile(before.id)
    return c.missing.length === 0 && c
  })
  assert.equal(after.mails, 2)
  assert.equal((await a.cases()).length, 1)
  await b.proves()
})

test('one mail through both nodes at once is one case with one letter', async t => {
  const sink = await startSink(t)
  const [a, b] = await nodes(t, ['a', 'b'], { ...unlimited, transport: `smtp://127.0.0.1:${sink.port}` })
  const mails = Array.from({ length: 20 }, (_, i) => report({ from: `r${i}@other.example` }))
  const [to_a, to_b] = [pool(t, a), pool(t, b)]
  await Promise.all(mails.flatMap(m => [to_a(m), to_b(m)]))
  await until('all cases', async () => (await a.cases()).length >= mails.length)
  await until('all letters', () => sink.mails.length >= mails.length)
  await sleep(1000)
  assert.equal((await a.cases()).length, mails.length)
  assert.equal(sink.mails.length, mails.length)
  await a.proves()
})

test('a letter held by one node is approved at the other', async t => {
  const [a, b] = await nodes(t, ['a', 'b'], { send: 'hold' })
  const mail = report()
  await send(a, mail)
  const l = await until('held', async () => (await b.letters()).find(x => x.state === 'held'))
  const p = await b.run(['outbox', 'approve', l.letter])
  assert.equal(p.status, 0, p.stderr)
  await until('sent', async () => (await a.letters())[0].state === 'sent')
})

test('a node that is killed keeps nobody up, and loses and repeats nothing', async t => {
  const sink = await startSink(t)
  const [a, b] = await nodes(t, ['a', 'b'], { ...unlimited, transport: `smtp://127.0.0.1:${sink.port}` })
  const streams = [a, b].map(desk => new Stream(desk, { prefix: desk.settings.node, clients: 2, pause: 20 }).start())
  await until('both are at work', () => streams.every(s => s.acked.size >= 15))
  // The core alone: its keeper starts it again.
  for (const { pid } of a.roles().filter(r => r.role === 'core')) process.kill(pid, 'SIGKILL')
  const seen = streams.map(s => s.acked.size)
  await until('both go on', () => streams.every((s, i) => s.acked.size >= seen[i] + 15))
  // The whole node: the other one goes on alone.
  await Promise.all([streams[0].cut(), a.die()])
  const [, during] = streams.map(s => s.acked.size)
  await until('the other goes on', () => streams[1].acked.size >= during + 30)
  await until('with cases of its own', async () => (await b.json(['case', 'list', '--limit', '100000'])).filter(c => c.reporter.startsWith('b')).length > during)
  await a.start()
  streams[0].start()
  await sleep(300)
  await Promise.all(streams.map(s => s.stop()))
  const both = { acked: new Map(streams.flatMap(s => [...s.acked])), offered: new Map(streams.flatMap(s => [...s.offered])) }
  const found = await settle(b, both, () => sink.mails, { kills: 2 })
  assert.deepEqual(found.wrong, [])
  assert.ok(found.repeated <= 64, `${found.repeated} letters were sent twice`)
  await Promise.all([a.proves(), b.proves()])
})

test('the state is folded again to the same while two nodes take in mail', async t => {
  const [a, b] = await nodes(t, ['a', 'b'], unlimited)
  const streams = [a, b].map(desk => new Stream(desk, { prefix: desk.settings.node, clients: 2, pause: 50 }).start())
  const looker = alone(t, a)
  for (let i = 0; i < 4; i++) {
    await sleep(100)
    await looker.proves()
  }
  const taken = streams[0].acked.size
  await until('mail is still taken', () => streams[0].acked.size > taken)
  await Promise.all(streams.map(s => s.stop()))
  const acked = streams[0].acked.size + streams[1].acked.size
  await until('all are cases', async () => (await looker.json(['case', 'list', '--limit', '100000'])).length === acked, 30_000)
  await looker.proves()
})

test('two desks that call themselves the same node do not work at once', async t => {
  const [first] = await nodes(t, ['same'])
  const second = new Desk(t, { settings: { ...first.settings } })
  const started = second.start()
  await until('it says why it waits', () => /works there as node 'same'/.test(second.log), 15_000)
  await send(first, report())
  await first.case()
  await first.stop()
  await started
  await send(second, report({ from: 'jo@other.example' }))
  await second.case(2)
})

test('a node that was migrated past leaves the database alone and its mails in the spool', async t => {
  const [desk] = await nodes(t, ['old'])
  const database = /dbname=(\w+)/.exec(desk.settings.database)[1]
  await send(desk, report())
  await desk.case()
  pg.sql("INSERT INTO migration VALUES (99, '0099-teleport', 'x', '9.9', 0)", database)
  await send(desk, report({ from: 'jo@other.example' }))
  await until('it says so', () => /0099-teleport.*use pratique 9\.9/.test(desk.log))
  pg.sql('DELETE FROM migration WHERE number = 99', database)
  await desk.case(2)
  await desk.proves()
})
