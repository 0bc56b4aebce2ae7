// What `database:` may say, what is refused at the start, and how little a
// role needs.
import test from 'node:test'
import assert from 'node:assert/strict'
import { Desk, startDesk, until } from '../lib/desk.mjs'
import { letter, report, send } from '../lib/mail.mjs'
import { Postgres } from '../lib/postgres.mjs'

const pg = await Postgres.start()

/** Serves with that database until it ends by itself: {status, log, tries}. */
async function refused(t, database) {
  const desk = new Desk(t, { settings: { database } })
  const began = Date.now()
  const p = await desk.run(['serve'], { ms: 30_000 })
  return { status: p.status, log: p.stderr, tries: p.stderr.split('core.broken').length - 1, ms: Date.now() - began }
}

const wrong = {
  'a wrong password': [name => pg.url(name, { password: 'guess' }), /password authentication failed for user "pratique"/],
  'a role that is not there': [name => pg.url(name, { user: 'nobody_such' }), /authentication failed for user "nobody_such"/],
  'a database that is not there': [() => pg.url('nowhere'), /database "nowhere" does not exist/],
  'a database the role may not enter': [name => { pg.sql(`ALTER DATABASE ${name} OWNER TO postgres`); return pg.url(name) }, /permission denied for database/],
  'an option that is none': [name => pg.url(name).replace('password=', 'passphrase='), /invalid connection option "passphrase"/],
  'a value that is none': [name => pg.url(name, { tls: 'sslmode=perhaps' }), /invalid sslmode value: "perhaps"/],
  'an engine that is none': [() => 'mysql:host=localhost', /begin it with sqlite:FILE or postgresql:CONNINFO/],
  'commits that are not waited for': [name => { pg.sql(`ALTER DATABASE ${name} SET synchronous_commit = off`); return pg.url(name) },
    /synchronous_commit is off, a commit could be lost: ALTER DATABASE .* SET synchronous_commit = on/],
  'an encoding that cannot hold every name': [() => { pg.sql("CREATE DATABASE latin OWNER pratique TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"); return pg.url('latin') },
    /encoding is LATIN1, create it with UTF8/],
  'a role that may not make its tables': [name => { pg.sql(`ALTER DATABASE ${name} OWNER TO postgres; GRANT CONNECT ON DATABASE ${name} TO pratique`); return pg.url(name) },
    /permission denied for schema public/],
}
for (const [what, [url, words]] of Object.entries(wrong))
  test(`${what} is told once, with what to do, and nothing starts`, async t => {
    const r = await refused(t, url(pg.create()))
    assert.equal(r.status, 78, r.log)
    assert.match(r.log, words)
    assert.equal(r.tries, 1, `it was tried ${r.tries} times`)
    assert.ok(!r.log.includes(Postgres.password), 'no password in the log')
  })

test('a database of a newer program is refused by name', async t => {
  const name = pg.create()
  const desk = await startDesk(t, { settings: { database: pg.url(name) } })
  await desk.stop()
  pg.sql("INSERT INTO migration VALUES (99, '0099-teleport', 'x', '9.9', 0)", name)
  const r = await refused(t, pg.url(name))
  assert.equal(r.status, 78)
  assert.match(r.log, /has migration 0099-teleport.*use pratique 9\.9 or newer/)
  const p = await desk.run(['case', 'list'])
  assert.notEqual(p.status, 0)
  assert.match(p.stderr, /0099-teleport/)
})

test('a password that is changed while the desk runs stops no mail, and the old one may come back', async t => {
  const name = pg.create()
  const desk = await startDesk(t, { settings: { database: pg.url(name) } })
  pg.sql("ALTER ROLE pratique PASSWORD 'another'")
  for (const { pid } of desk.roles().filter(r => r.role === 'core')) process.kill(pid, 'SIGKILL')
  await until('the core is refused', () => /password authentication failed/.test(desk.log))
  const mail = report()
  await send(desk, mail)
  pg.sql(`ALTER ROLE pratique PASSWORD '${Postgres.password}'`)
  await letter(desk, { to: mail.from })
})

test('only the core is given the connection string', async t => {
  const desk = await startDesk(t, { settings: { database: pg.url(pg.create()) } })
  const { readFileSync, openSync, readSync, closeSync } = await import('node:fs')
  const holds = pid => { // the words of its heap and stack
    const fd = openSync(`/proc/${pid}/mem`, 'r')
    try {
      return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').some(line => {
        const m = /^(\w+)-(\w+) rw\S* .*(\[heap\]|\[stack\]|)$/.exec(line)
        if (!m) return false
        const from = parseInt(m[1], 16), bytes = Buffer.alloc(Math.min(parseInt(m[2], 16) - from, 64 << 20))
        try { return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from)).includes(Postgres.password) } catch { return false }
      })
    } finally { closeSync(fd) }
  }
  for (const { role, pid } of desk.roles()) {
    let held
    try { held = holds(pid) } catch (e) { if (e.code !== 'EACCES') throw e; continue } // not ours to look into
    assert.equal(held, role === 'core', role)
  }
})

test('a role that may only look lists cases, verifies and backs up, and changes nothing', async t => {
  const name = pg.create()
  const desk = await startDesk(t, { settings: { database: pg.url(name), send: 'hold' } })
  await send(desk, report())
  const c = await desk.case()
  await until('held', async () => (await desk.letters()).some(l => l.state === 'held'))
  pg.sql("DO $$ BEGIN CREATE ROLE looker LOGIN PASSWORD 'look'; EXCEPTION WHEN duplicate_object THEN END $$")
  pg.sql(`GRANT CONNECT ON DATABASE ${name} TO looker`)
  pg.sql('GRANT USAGE ON SCHEMA public TO looker; GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker', name)
  const looker = new Desk(t, { settings: { ...desk.settings, database: pg.url(name, { user: 'looker', password: 'look' }) } })
  assert.equal((await looker.casefile(c.id)).id, c.id)
  for (const args of [['due'], ['queue', 'list'], ['outbox', 'list'], ['ledger', 'verify'], ['backup', '--out', `${looker.dir}/b`]]) {
    const p = await looker.run(args)
    assert.equal(p.status, 0, `${args.join(' ')}: ${p.stderr}`)
  }
  const p = await looker.run(['outbox', 'approve', `${c.id}.1`])
  assert.equal(p.status, 77, p.stderr)
  assert.match(p.stderr, /permission denied/)
})

test('a desk works as a role that can neither change nor take away an event', async t => {
  const name = pg.create()
  const owner = await startDesk(t, { settings: { database: pg.url(name) } })
  await owner.stop() // it has made the tables
  pg.sql("DO $$ BEGIN CREATE ROLE worker LOGIN PASSWORD 'work'; EXCEPTION WHEN duplicate_object THEN END $$")
  pg.sql(`GRANT CONNECT ON DATABASE ${name} TO worker`)
  pg.sql(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO worker;
    REVOKE INSERT ON migration FROM worker;
    GRANT UPDATE ON chain, casefile, counter, duty, letter, letter_rate, mail, position, thread TO worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO worker`, name)
  owner.configure({ database: pg.url(name, { user: 'worker', password: 'work' }) })
  await owner.start()
  const mail = report({ without: ['steps'] })
  await send(owner, mail)
  const l = await letter(owner, { to: mail.from })
  const { answer } = await import('../lib/mail.mjs')
  await send(owner, answer(l))
  await until('joined', async () => (await owner.cases())[0].mails === 2)
  await until('sent', async () => (await owner.letters()).every(x => x.state === 'sent'))
  assert.equal((await owner.run(['ledger', 'checkpoint'])).status, 0)
  assert.equal((await owner.run(['ledger', 'verify'])).status, 0)
  for (const sql of ["UPDATE event SET actor = 'x'", 'DELETE FROM event', 'DELETE FROM payload', 'DELETE FROM letter', 'TRUNCATE event CASCADE'])
    assert.throws(() => pg.sql(`SET ROLE worker; ${sql}`, name), /permission denied/, sql)
})
