// The database goes away and comes back: mail is taken all the while, and
// nobody has to do anything.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { Desk, cleanup, sleep, startDesk, until } from '../lib/desk.mjs'
import { letter, report, send } from '../lib/mail.mjs'
import { Postgres } from '../lib/postgres.mjs'
import { startSink } from '../lib/sink.mjs'
import { Stream, settle, unlimited } from '../lib/stream.mjs'

const pg = await Postgres.start()

/** A new database, on a server that is there again after the test. */
function database(t, options) {
  cleanup(t, () => pg.server ?? pg.up())
  return pg.url(pg.create(), options)
}

test('the server is stopped, crashes and ends sessions while mails stream in: nothing is lost, nothing twice', async t => {
  const sink = await startSink(t)
  const name = pg.create()
  cleanup(t, () => pg.server ?? pg.up())
  const desk = await startDesk(t, { settings: { database: pg.url(name), ...unlimited, log: 'normal', transport: `smtp://127.0.0.1:${sink.port}` } })
  const core = desk.roles().find(r => r.role === 'core').pid
  const stream = new Stream(desk, { clients: 2, pause: 20 }).start()
  const more = async n => { const seen = stream.acked.size; await until(`${n} more mails are taken`, () => stream.acked.size >= seen + n) }
  for (const how of ['SIGINT', 'SIGQUIT', 'SIGINT', 'SIGQUIT']) {
    await more(10)
    await pg.down(how)
    await more(10) // SMTP says 250: they wait in the spool
    await pg.up()
  }
  for (let i = 0; i < 40; i++) {
    await sleep(Math.random() * 60)
    pg.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  }
  await more(5)
  await stream.stop()
  const { wrong, repeated } = await settle(desk, stream, () => sink.mails, { kills: 0 })
  assert.deepEqual(wrong, [])
  assert.equal(repeated, 0, 'no letter was sent twice')
  assert.equal((await desk.json(['case', 'list', '--limit', '100000'])).length, stream.acked.size)
  assert.equal(pg.sql('SELECT count(*) FROM mail WHERE copies > 1', name), '0', 'no mail was taken in again')
  assert.equal(desk.roles().find(r => r.role === 'core').pid, core, 'the core lived through it')
  const said = desk.log.split('\n').filter(l => l.includes('store.refused')).length
  assert.ok(said > 0 && said < 60, `what was wrong is said, not repeated: ${said} lines`)
  await desk.proves()
  await desk.stop()
})

test('a commit whose answer is lost is found done, and done once', async t => {
  const sink = await startSink(t)
  const name = pg.create()
  let commits = 0
  const way = await pg.brittle(t, () => ++commits % 7 === 0 && way.lost < 12)
  const desk = await startDesk(t, { settings: { database: pg.url(name, { port: way.port }), ...unlimited, transport: `smtp://127.0.0.1:${sink.port}` } })
  const stream = new Stream(desk, { clients: 2, pause: 20 }).start()
  await until('answers are lost', () => way.lost >= 12 && stream.acked.size > 30, 40_000)
  await stream.stop()
  const { wrong, repeated } = await settle(desk, stream, () => sink.mails, { kills: 0 })
  assert.deepEqual(wrong, [])
  assert.equal(repeated, 0, 'no letter was sent twice')
  assert.equal(pg.sql('SELECT count(*) FROM mail WHERE copies > 1', name), '0', 'no mail was taken in again')
  await desk.proves()
})

test('a desk that starts before its database takes mail, and says it is ready once it can store it', async t => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address()
  free.close()
  const desk = new Desk(t, { settings: { database: database(t), listen: [`smtp=127.0.0.1:${port}`] } })
  await pg.down()
  let ready = false
  const started = desk.start().then(() => { ready = true })
  const mail = report()
  await until('the mail is taken', () => send(desk, mail, { port }).then(() => true))
  await until('it says why', () => /core\.broken error=database desk\d+: /.test(desk.log))
  assert.equal(ready, false)
  await pg.up()
  await started
  await letter(desk, { to: mail.from })
  await desk.proves()
})

test('a connection by TLS is made again as it was, its certificate checked', async t => {
  const desk = await startDesk(t, { settings: { database: database(t, { tls: `sslmode=verify-full sslrootcert=${pg.ca}` }) } })
  assert.equal(pg.sql("SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE s.ssl AND a.usename = 'pratique'"), '1')
  const mail = report()
  await pg.down()
  await send(desk, mail)
  await pg.up()
  await letter(desk, { to: mail.from })
  assert.equal(pg.sql("SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE s.ssl AND a.usename = 'pratique'"), '1')
})

test('a desk whose database is away ends when it is told to, and loses nothing', async t => {
  const desk = await startDesk(t, { settings: { database: database(t) } })
  await pg.down()
  const mail = report()
  await send(desk, mail)
  const told = Date.now()
  await desk.stop()
  assert.ok(Date.now() - told < 9000, 'before it is made to')
  await pg.up()
  await desk.start()
  await letter(desk, { to: mail.from })
})

test('a command says that the database is away, with 75', async t => {
  const desk = await startDesk(t, { settings: { database: database(t), send: 'hold' } })
  await send(desk, report())
  const l = await until('held', async () => (await desk.letters()).find(x => x.state === 'held'))
  await pg.down()
  for (const args of [['case', 'list'], ['outbox', 'approve', l.letter], ['rebuild']]) {
    const p = await desk.run(args)
    assert.equal(p.status, 75, p.stderr)
    assert.match(p.stderr, /database desk\d+/)
  }
  await pg.up()
  const p = await until('it works again', async () => { const r = await desk.run(['outbox', 'approve', l.letter]); return r.status === 0 && r })
  assert.equal(p.stderr, '')
})
