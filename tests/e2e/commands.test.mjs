// Every command, as a person at a terminal and a program meet it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, contact, Desk, folder, release, root, rows, sleep, startDesk, until } from '../lib/desk.mjs'
import { report, send } from '../lib/mail.mjs'

const commands = ['serve', 'intake', 'read', 'judge', 'case', 'decide', 'queue', 'due', 'outbox', 'policy', 'mirror', 'ledger', 'rebuild', 'backup', 'restore']

for (const name of commands) {
  test(`${name} --help says what it is for and how it is called, on standard output`, async () => {
    const p = await command(release, [name, '--help'])
    assert.equal(p.status, 0, p.stderr)
    assert.match(p.stdout, new RegExp(`usage: pratique ${name}`))
    assert.equal(p.stderr, '')
  })
  test(`${name} with an option that is not there ends with 64 and says which`, async () => {
    const p = await command(release, [name, '--no-such-option'])
    assert.equal(p.status, 64, p.stdout + p.stderr)
    assert.match(p.stderr, /no-such-option/)
  })
  test(`${name} has its page in the manual`, () => assert.ok(existsSync(join(root, 'man', `pratique-${name}.1`))))
}

test('an option with one dash is no word: -h is help, all others are told', async () => {
  for (const args of [['-h'], ['case', '-h'], ['case', 'show', '-h']]) {
    const p = await command(release, args)
    assert.equal(p.status, 0, p.stderr)
    assert.match(p.stdout, /^usage: pratique /)
    for (const line of p.stdout.split('\n')) assert.ok(line.length <= 80, `over 80 columns: ${line}`)
  }
  const p = await command(release, ['case', 'show', '-x'])
  assert.equal(p.status, 64)
  assert.match(p.stderr, /two dashes.*-x/)
})

test('no command, or none of that name, ends with 64 and offers the nearest', async () => {
  const none = await command(release, [])
  assert.equal(none.status, 64)
  const near = await command(release, ['leger'])
  assert.equal(near.status, 64)
  assert.match(near.stderr, /did you mean .?ledger/)
  const help = await command(release, ['--help'])
  assert.equal(help.status, 0)
  for (const name of commands) assert.match(help.stdout, new RegExp(`^ +${name}\\b`, 'm'))
  const version = await command(release, ['--version'])
  assert.match(version.stdout, /^pratique \d+\.\d+\.\d+/)
})

test('a wrong setting is told with its place and the nearest name, and nothing starts', async t => {
  const desk = new Desk(t)
  writeFileSync(join(desk.dir, 'pratique.yml'), 'policies: [policies/dag-factory.yml]\nmesage_size: 5M\nsend: maybe\n')
  const p = await desk.run(['serve'])
  assert.equal(p.status, 78)
  assert.match(p.stderr, /pratique\.yml:2:1: .*message_size/)
  assert.match(p.stderr, /pratique\.yml:3:\d+: .*shadow.*hold.*live/)
})

test('a wrong policy is told with its place, and nothing starts with it', async t => {
  const desk = new Desk(t)
  writeFileSync(join(desk.dir, 'policies/bad.yml'), 'policy: 1\nextends: base.yml\nprodct: x\n')
  desk.configure({ policies: ['policies/bad.yml'] })
  const check = await desk.run(['policy', 'check', join(desk.dir, 'policies/bad.yml')])
  assert.notEqual(check.status, 0)
  assert.match(check.stderr + check.stdout, /bad\.yml:3:1: .*product/)
  const serve = await desk.run(['serve'])
  assert.notEqual(serve.status, 0)
  assert.match(serve.stderr, /bad\.yml:3:1/)
})

test('the shipped policies are right, the base as a base, and show every clause with its sentence', async t => {
  for (const file of readdirSync(join(root, 'policies')).filter(f => f.endsWith('.yml'))) {
    const p = await command(release, ['policy', 'check', join(root, 'policies', file)])
    assert.equal(p.status, 0, `${file}: ${p.stdout}${p.stderr}`)
  }
  const p = await command(release, ['policy', 'show', '--json', join(root, 'policies/dag-factory.yml')])
  assert.equal(p.status, 0, p.stderr)
  const [policy] = rows(p.stdout)
  for (const id of ['reuse', 'contact', 'plain-text', 'required.steps', 'severity.refused', 'acknowledge', 'follow-up', 'safe-harbor', 'embargo-90', 'laws'])
    assert.ok(policy.clauses.find(c => c.id === id)?.text, `${id} has its sentence`)
})

test('every clause is told once: by itself, beside those that nothing shows, or in the count', async () => {
  const judge = (...args) => command(release, ['judge', '--policy', join(root, 'policies/dag-factory.yml'), ...args, join(root, 'docs/first-report.eml')])
  const all = rows((await judge('--json')).stdout)[0].clauses
  const { stdout } = await judge()
  const beside = stdout.match(/nothing shows it either way; --all has why:\n([\s\S]*?)\n {2}\S/)[1].split(/[\s,]+/).filter(Boolean)
  const counted = Number(stdout.match(/(\d+) more: --all shows them/)[1])
  assert.ok(beside.length > 1)
  for (const c of all.filter(c => beside.includes(c.id))) assert.deepEqual([c.result, c.lines], ['unknown', []])
  const told = all.filter(c => new RegExp(`(^|[\\s,])${c.id.replace('.', '\\.')}([\\s,]|$)`, 'm').test(stdout.split('\n').filter(l => !l.startsWith('  decided by')).join('\n')))
  assert.equal(told.length + counted, all.length)
  assert.equal(counted, all.filter(c => c.result === 'not-applicable').length)
  const whole = (await judge('--all')).stdout
  for (const c of all) assert.ok(whole.includes(c.id), c.id)
})

test('read and judge need no desk and answer a mail each', async () => {
  const files = ['terse-complete', 'all-missing'].map(n => join(root, 'tests/corpus', n + '.eml'))
  const read = rows((await command(release, ['read', '--json', ...files])).stdout)
  assert.deepEqual(read.map(r => r.file), files)
  assert.equal(read[0].title.text, 'dag-factory: user_defined_macros can import any module')
  const judged = rows((await command(release, ['judge', '--policy', join(root, 'policies/dag-factory.yml'), '--json', ...files])).stdout)
  assert.deepEqual(judged.map(r => r.disposition), ['open', 'ask'])
  const none = await command(release, ['read', '--json', '/nonexistent.eml'])
  assert.equal(none.status, 66)
})

test('a mail that names no product waits in the unrouted queue with its clocks running, and is never dropped', async t => {
  const desk = await startDesk(t)
  await send(desk, report({ headers: { Subject: 'A hole' }, text: 'There is a hole in your server. Steps:\n\n1. Open it.\n2. See.\n\nAda, ada@reporter.example\n' }), { sender: 'mira@reporter.example' })
  const [item] = await until('the queue', async () => { const q = await desk.queue('unrouted'); return q.length && q })
  assert.equal((await desk.cases()).length, 0)
  const shown = await desk.run(['queue', 'show', String(item.mail)])
  assert.equal(shown.status, 0, shown.stderr)
  assert.match(shown.stdout, /There is a hole/)
  const [l] = await until('a letter', async () => (await desk.letters()).filter(x => x.state === 'sent'))
  assert.equal(l.template, 'received-queue')
  const due = await desk.json(['due'])
  assert.deepEqual(due.map(d => [d.owner, d.duty]).sort(), [['mail-1', 'acknowledge'], ['mail-1', 'validate']], 'a receipt of a proposal keeps no promise')
})

test('an encrypted mail waits in its queue with its clocks running', async t => {
  const desk = await startDesk(t)
  const { readFileSync } = await import('node:fs')
  await send(desk, { raw: readFileSync(join(root, 'tests/corpus/encrypted-pgp-mime.eml')), from: 'mira@reporter.example', to: contact })
  await until('the queue', async () => (await desk.queue('encrypted')).length === 1)
  assert.ok((await desk.json(['due'])).length >= 2)
})

test('an out-of-office notice opens no case and is listed', async t => {
  const desk = await startDesk(t)
  await send(desk, report({ headers: { 'Auto-Submitted': 'auto-replied', Subject: 'Out of office' }, text: 'I am away until Monday.\n' }))
  await until('the list', async () => (await desk.queue('no-case')).length === 1)
  assert.equal((await desk.cases()).length, 0)
  assert.equal((await desk.json(['due'])).length, 0)
})

test('what is not there is told with exit status 1 and the nearest', async t => {
  const desk = await startDesk(t)
  await send(desk, report())
  const c = await desk.case()
  for (const args of [['case', 'show', 'DAGF-999'], ['queue', 'show', '999'], ['outbox', 'show', `${c.id}.99`]]) {
    const p = await desk.run(args)
    assert.ok(p.status !== 0 && p.status !== 64, `${args.join(' ')}: ${p.status}`)
    assert.match(p.stderr, /999|99/)
  }
})

test('the ledger names the entry that was changed', async t => {
  const desk = await startDesk(t)
  for (let i = 0; i < 3; i++) await send(desk, report())
  await desk.case(3)
  await until('letters', async () => (await desk.letters()).filter(l => l.state === 'sent').length === 3)
  await desk.stop()
  const db = join(desk.dir, 'desk.db')
  const sql = q => command('sqlite3', [db, q])
  await desk.proves()
  const found = (await sql("select c.name||' '||e.seq||' '||e.id from event e join chain c on c.id=e.chain where e.kind='mail.judged' order by e.id desc limit 1")).stdout.trim()
  assert.ok(found, 'a judgement is an event')
  const [chain, seq, id] = found.split(' ')
  const changed = await sql(`update event set at=at+1 where id=${id}`)
  assert.equal(changed.status, 0, changed.stderr)
  const p = await desk.run(['ledger', 'verify'])
  assert.notEqual(p.status, 0)
  assert.ok(p.stdout.includes(`chain ${chain}, entry ${seq}:`), p.stdout)
})

test('a missing tail and a state older than a checkpoint are found', async t => {
  const desk = await startDesk(t)
  const dir = folder(t, 'checkpoint')
  await send(desk, report())
  await desk.case()
  await until('sent', async () => (await desk.letters())[0]?.state === 'sent')
  const old = join(dir, 'old.db')
  await command('sqlite3', [join(desk.dir, 'desk.db'), `.backup ${old}`])
  await send(desk, report())
  await desk.case(2)
  await until('sent', async () => (await desk.letters()).every(l => l.state === 'sent'))
  const point = await desk.run(['ledger', 'checkpoint'])
  assert.equal(point.status, 0, point.stderr)
  writeFileSync(join(dir, 'point'), point.stdout)
  await desk.stop()
  assert.equal((await desk.run(['ledger', 'verify', '--checkpoint', join(dir, 'point')])).status, 0)
  await command('sqlite3', [join(desk.dir, 'desk.db'), `.restore ${old}`])
  const p = await desk.run(['ledger', 'verify', '--checkpoint', join(dir, 'point')])
  assert.notEqual(p.status, 0)
  assert.match(p.stdout + p.stderr, /older|missing/)
})

test('a backup restored elsewhere is the same desk, and takes mail', async t => {
  const desk = await startDesk(t)
  for (let i = 0; i < 3; i++) await send(desk, report())
  await desk.case(3)
  await until('sent', async () => (await desk.letters()).filter(l => l.state === 'sent').length === 3)
  const file = join(folder(t, 'backup'), 'desk.backup')
  const p = await desk.run(['backup', '--out', file])
  assert.equal(p.status, 0, p.stderr)
  const other = new Desk(t)
  const r = await other.run(['restore', file])
  assert.equal(r.status, 0, r.stderr)
  await other.start()
  const ids = l => l.map(c => c.id).sort()
  assert.deepEqual(ids(await other.cases()), ids(await desk.cases()))
  await send(other, report())
  await other.case(4)
  await other.proves()
  await desk.stop()
  const again = await desk.run(['restore', file])
  assert.notEqual(again.status, 0, 'a data folder with a desk in it is never overwritten')
})
