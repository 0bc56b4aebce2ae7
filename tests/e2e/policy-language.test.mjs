// The commands that one writes a policy with.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
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

test('check watches the end of the holidays', async t => {
  const dir = folder(t, 'holidays')
  const p = await run(['check', file(dir, 'w.yml', good('holidays: [2020-12-25, 2020-01-01]\n'))])
  assert.equal(p.status, 0)
  assert.match(p.stderr, /the last of 'holidays' was 2020-12-25/)
  assert.equal((await run(['check', file(dir, 'v.yml', good('holidays: [2020-12-25, 9998-12-25]\n'))])).stderr, '')
})

test('check finds a mistake in a letter at its line of the policy', async t => {
  const dir = folder(t, 'letter')
  const p = await run(['check', file(dir, 'w.yml', good('letters:\n  received: |\n    subject: We have it\n\n    Dear {reporter},\n  recieved: |\n    x\n'))])
  assert.equal(p.status, 65)
  assert.match(p.stderr, /w\.yml:10:5: .*'reporter'/)
  assert.match(p.stderr, /w\.yml:11:3: .*'recieved', did you mean 'received'/)
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
  assert.match((await run(['explain', 'kept-by'])).stderr, /a parameter of clauses of kind 'duty'/)
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

const flags = (over = {}) => Object.entries({ organisation: 'Example', product: 'Blue Widget', contact: 'security@example.org', ...over })
  .filter(([, v]) => v !== undefined).flatMap(([k, v]) => [v].flat().flatMap(x => [`--${k}`, x]))

test('what new writes is right, whatever it was told, and its clauses are judged by', async t => {
  const dir = folder(t, 'new')
  const cases = [
    flags(),
    flags({ organisation: "O'Neill: & Söhne #1", product: 'yes', prefix: 'YES' }),
    flags({ product: '- odd', prefix: 'ODD', zone: 'America/New_York' }),
    flags({ link: 'https://example.org/security#policy', repository: ['github.com/example/a', 'github.com/example/b'], prefix: 'A1' }),
    flags({ extends: join(policies, 'base.yml') }),
    flags({ extends: join(policies, 'base.yml'), zone: 'Europe/Berlin', value: ['security-page=https://example.org/sec: x', 'other=null'] }),
    flags({ organisation: undefined, contact: undefined, extends: join(policies, 'cosmos.yml') }),
  ]
  for (const [i, args] of cases.entries()) {
    const out = join(dir, `p${i}.yml`)
    const p = await run(['new', ...args, '--out', out])
    assert.equal(p.status, 0, `${args}: ${p.stderr}`)
    assert.equal((await run(['check', out])).stderr, '', String(args))
    const [shown] = rows((await run(['show', '--json', out])).stdout)
    for (const id of ['contact', 'required.steps', 'acknowledge', 'safe-harbor']) assert.ok(shown.clauses.some(c => c.id === id), id)
    const want = args[args.indexOf('--product') + 1]
    assert.equal(shown.product.name, want)
    if (args.includes('--organisation')) assert.equal(shown.organisation ?? shown.values.organisation, args[args.indexOf('--organisation') + 1])
  }
  const plain = await run(['new', ...flags()])
  assert.equal(plain.stdout, readFileSync(join(dir, 'p0.yml'), 'utf8'))
})

test('new asks for what is missing by its flag, and refuses what the key would', async t => {
  const dir = folder(t, 'refused')
  const out = join(dir, 'x.yml')
  for (const [args, want] of [
    [flags({ contact: undefined }), /--contact is missing/],
    [flags({ contact: 'security' }), /--contact 'security' must be a mail address/],
    [flags({ prefix: 'blue' }), /--prefix 'blue' must be a prefix/],
    [flags({ repository: 'https://github.com/example/a' }), /write 'github\.com\/example\/a'/],
    [flags({ value: 'x' }), /NAME=WORDS/],
  ]) {
    const p = await run(['new', ...args, '--out', out])
    assert.equal(p.status, 64, p.stderr)
    assert.match(p.stderr, want)
  }
  assert.equal((await run(['new', ...flags({ zone: 'Europe/Nowhere' }), '--out', out])).status === 0, false)
  assert.equal((await run(['new', ...flags({ extends: join(dir, 'none.yml') }), '--out', out])).status, 66)
  assert.throws(() => readFileSync(out), 'nothing was written')
})

test('new never overwrites a file', async t => {
  const out = file(folder(t, 'kept'), 'mine.yml', 'mine')
  const p = await run(['new', ...flags(), '--out', out])
  assert.equal(p.status, 73)
  assert.match(p.stderr, /is there already/)
  assert.equal(readFileSync(out, 'utf8'), 'mine')
})

test('new names the base as seen from the new file, and asks for the values that the base leaves open', async t => {
  const dir = folder(t, 'based')
  await command('mkdir', ['-p', join(dir, 'bases'), join(dir, 'products')])
  file(join(dir, 'bases'), 'org.yml', 'policy: 1\nbase: yes\nzone: UTC\nvalues: {organisation: Example, contact: security@example.org}\nclauses:\n  - {id: hello, kind: text, text: "See {page}."}\n')
  const args = ['new', '--product', 'Gear', '--extends', 'bases/org.yml', '--out', 'products/gear.yml']
  const without = await run(args, { cwd: dir })
  assert.equal(without.status, 64)
  assert.match(without.stderr, /--value page=WORDS/)
  const p = await run([...args, '--value', 'page=our page'], { cwd: dir })
  assert.equal(p.status, 0, p.stderr)
  const text = readFileSync(join(dir, 'products/gear.yml'), 'utf8')
  assert.match(text, /^extends: '\.\.\/bases\/org\.yml'$/m)
  assert.doesNotMatch(text, /^ +organisation:/m)
  assert.equal((await run(['check', 'products/gear.yml'], { cwd: dir })).status, 0)
})

test('on a terminal new asks, says what is wrong with an answer, and asks again', async t => {
  const dir = folder(t, 'asked')
  const answers = ['Example', 'Blue Widget', 'blue', '', 'security', 'security@example.org', 'Europe/Berlin', '', 'github.com/example/blue-widget']
  const p = await command('script', ['-qec', `${release} policy new --out asked.yml`, '/dev/null'], { cwd: dir, input: answers.join('\n') + '\n' })
  assert.equal(p.status, 0, p.stdout + p.stderr)
  assert.match(p.stdout, /Prefix of case ids.*\[BW\]/)
  assert.match(p.stdout, /'blue' must be a prefix/)
  assert.match(p.stdout, /'security' must be a mail address/)
  const text = readFileSync(join(dir, 'asked.yml'), 'utf8')
  for (const line of ['  organisation: Example', '  prefix: BW # cases are BW-1, BW-2 ...', 'zone: Europe/Berlin', "    - 'github.com/example/blue-widget'"])
    assert.ok(text.includes(line), `${line} in\n${text}`)
  assert.equal((await run(['check', join(dir, 'asked.yml')])).status, 0)
})

test('show prints each clause under its heading, with its promises', async () => {
  const p = await run(['show', join(policies, 'dag-factory.yml')])
  assert.equal(p.status, 0, p.stderr)
  assert.match(p.stdout, /\n## Safe harbour\n\nsafe-harbor \(safe-harbor, must\)\n[^]*\n {4}- Astronomer will not threaten or take legal action against you\.\n/)
  assert.match(p.stdout, /\nfollow-up \(duty, best-effort\)\n/)
})

test('the letters of a base are checked with it', async t => {
  const p = await run(['check', file(folder(t, 'base-letter'), 'b.yml', 'policy: 1\nbase: yes\nletters:\n  received: |\n    Hello\n')])
  assert.equal(p.status, 65)
  assert.match(p.stderr, /b\.yml:5:5: /)
})

test('a zone that is none is told with its place and the nearest', async t => {
  const p = await run(['check', file(folder(t, 'zone'), 'w.yml', good().replace('zone: UTC', 'zone: Europe/Berln'))])
  assert.equal(p.status, 65)
  assert.match(p.stderr, /w\.yml:3:7: zone 'Europe\/Berln' is not known .*did you mean 'Europe\/Berlin'/)
})
