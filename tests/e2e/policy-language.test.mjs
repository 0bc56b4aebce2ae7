// The commands that one writes a policy with.
import test from 'node:test'
import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, folder, release, root, rows } from '../lib/desk.mjs'

const policies = join(root, 'policies')
const run = (args, options) => command(release, ['policy', ...args], options)
const good = (text = '') => `policy: 1
name: Widget policy
zone: UTC
values: {organisation: Example, contact: security@example.org}
product: {name: Widget, prefix: WID}
${text}clauses:
  - {id: hello, kind: text, text: Hello.}
  - {id: answer, kind: duty, duty: acknowledge, strength: aim, business-days: 5, text: 'Within {business-days} days.'}
`
function file(dir, name, text) {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

test('check says that a base is one, and what it leaves open', async t => {
  const p = await run(['check', join(policies, 'base.yml')])
  assert.equal(p.status, 0, p.stderr)
  assert.match(p.stdout, /a base, \d+ clauses; what extends it must give values\.organisation, values\.contact, product\.name, product\.prefix\n$/)
  for (const args of [['show', join(policies, 'base.yml')], ['diff', join(policies, 'base.yml'), join(policies, 'cosmos.yml')]]) {
    const q = await run(args)
    assert.equal(q.status, 65)
    assert.match(q.stderr, /is a base/)
  }
})

test('check watches the day on which security.txt expires', async t => {
  const dir = folder(t, 'expiry')
  const day = n => new Date(Date.now() + n * 86400_000).toISOString().slice(0, 10)
  for (const [n, want] of [[-1, /warning: security\.txt expired on /], [0, /expires on .*in 0 days/], [30, /in 30 days/], [31, /^$/], [364, /^$/], [366, /RFC 9116 asks for less/]]) {
    const p = await run(['check', file(dir, 'w.yml', good(`security-txt: {expires: ${day(n)}}\n`))])
    assert.equal(p.status, 0, `${n}: ${p.stderr}`)
    assert.match(p.stderr, want, String(n))
  }
})

test('check finds a mistake in a letter at its line of the policy', async t => {
  const dir = folder(t, 'letter')
  const p = await run(['check', file(dir, 'w.yml', good('letters:\n  received: |\n    subject: We have it\n\n    Dear {reporter},\n  recieved: |\n    x\n'))])
  assert.equal(p.status, 65)
  assert.match(p.stderr, /w\.yml:10:5: .*'reporter'/)
  assert.match(p.stderr, /w\.yml:11:\d+: .*'recieved', did you mean 'received'/)
  assert.equal((await run(['check', file(dir, 'v.yml', good('letters:\n  received: |\n    subject: We have it\n\n    Hello {organisation}.\n'))])).status, 0)
})

test('explain tells of a kind, of a clause by its id, of a map, and what is near', async () => {
  const kind = await run(['explain', 'duty'])
  assert.equal(kind.status, 0, kind.stderr)
  for (const word of ['business-days', 'a number from 0 to 365', 'best-effort', 'kept-by', 'only where duty is acknowledge', 'kind: duty'])
    assert.ok(kind.stdout.includes(word), `${word} in\n${kind.stdout}`)
  const clause = await run(['explain', '--policy', join(policies, 'dag-factory.yml'), 'embargo-90'])
  assert.match(clause.stdout, /^embargo-90: a clause of kind embargo, must\.\n\n[^]*days: 90\n[^]*90\s+days\s+after/)
  assert.match((await run(['explain', 'security-txt'])).stdout, /expires: a date/)
  const all = await run(['explain'])
  for (const name of ['required', 'known', 'safe-harbor', 'product']) assert.match(all.stdout, new RegExp(`^  ${name}\\b`, 'm'))
  const near = await run(['explain', 'embago'])
  assert.equal(near.status, 66)
  assert.match(near.stderr, /did you mean 'embargo'/)
})

test('diff says which clauses changed and is silent about what means the same', async t => {
  const dir = folder(t, 'diff')
  const old = file(dir, 'old.yml', good())
  const same = await run(['diff', old, file(dir, 'same.yml', '# a comment\n' + good())])
  assert.deepEqual([same.status, same.stdout], [0, ''])
  const changed = file(dir, 'new.yml', good().replace('5', '7').replace('id: hello', 'id: hi').replace('organisation: Example', 'organisation: Sample'))
  const p = await run(['diff', old, changed])
  assert.equal(p.status, 1, p.stderr)
  assert.match(p.stdout, /clause hello: dropped/)
  assert.match(p.stdout, /clause hi: added/)
  assert.match(p.stdout, /clause answer, 'text': changed\n {4}Within \[-5-\] \{\+7\+\} days\./)
  const [json] = rows((await run(['diff', '--json', old, changed])).stdout)
  assert.equal(json.same, false)
  assert.notEqual(json.old, json.new)
  assert.deepEqual(json.changes.find(c => c.key === 'business-days'), { change: 'changed', key: 'business-days', name: 'answer', new: 7, old: 5, what: 'clause' })
  assert.equal((await run(['diff', old, join(dir, 'absent.yml')])).status, 66)
})
