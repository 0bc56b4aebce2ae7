// `policy import`: a published document becomes a policy that says the same.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, folder, release, root, rows } from '../lib/desk.mjs'
import { expected, table } from '../security/expected.mjs'

const documents = join(root, 'tests/security')

/** Imports a document; gives the policy's JSON and the draft's text. */
async function imported(t, name, options = []) {
  const file = join(folder(t), 'draft.yml')
  const draft = await command(release, ['policy', 'import', ...options, join(documents, name)])
  assert.equal(draft.status, 0, draft.stderr)
  writeFileSync(file, draft.stdout)
  const check = await command(release, ['policy', 'check', file])
  assert.equal(check.status, 0, check.stdout + check.stderr)
  const show = await command(release, ['policy', 'show', '--json', file])
  const drift = await command(release, ['policy', 'drift', '--policy', file, join(documents, name)])
  assert.equal(drift.status, 0, `${name} drifts from its own import:\n${drift.stdout}${drift.stderr}`)
  return { file, text: draft.stdout, policy: rows(show.stdout)[0] }
}

const by = policy => Object.fromEntries(policy.clauses.map(c => [c.id, c]))

test('each document is listed with what must be recognised in it', () => {
  const files = readdirSync(documents).filter(f => /\.(md|rst)$/.test(f) && f !== 'README.md' && f !== 'dag-factory.md')
  assert.deepEqual(files.sort(), Object.keys(expected).sort())
  assert.ok(files.length >= 12)
})

for (const [name, want] of Object.entries(expected)) {
  test(`${name}: what it says is recognised, and the draft says the same`, async t => {
    const { policy } = await imported(t, name)
    const got = by(policy)
    for (const [id, parameters] of Object.entries(want.clauses)) {
      assert.ok(got[id], `${id} is not among ${Object.keys(got).join(', ')}`)
      for (const [key, value] of Object.entries(parameters)) {
        const is = got[id][key]
        if (typeof value === 'number' && Array.isArray(is)) assert.equal(is.length, value, `${id}: ${key}`)
        else assert.deepEqual(is, value, `${id}: ${key}`)
      }
    }
    const known = /^(text|.*\.text(-\d+)?|scope\..*)$/
    for (const c of policy.clauses) if (!known.test(c.id)) assert.ok(want.clauses[c.id], `${c.id} is seen in: ${c.text}`)
    assert.equal(policy.values.contact, want.contact)
    if (want.product) assert.equal(policy.product.name, want.product)
    if (want.organisation) assert.equal(policy.values.organisation, want.organisation)
    if (want.weekend) assert.deepEqual(policy.weekend, want.weekend)
    if (want.repository) assert.deepEqual(policy.product.repositories, [want.repository])
    for (const text of want.texts ?? []) assert.ok(policy.clauses.some(c => c.kind === 'text' && c.text.includes(text)), text)
  })
}

test('the published policy of DAG Factory: every sentence is the clause it should be, and says what it said', async t => {
  const { policy, text } = await imported(t, 'dag-factory.md')
  const got = by(policy)
  for (const id of table) assert.ok(got[id], `${id} is not recognised`)
  assert.equal(policy.product.name, 'DAG Factory')
  assert.equal(policy.product.prefix, 'DAGF')
  assert.equal(policy.values.organisation, 'Astronomer')
  assert.equal(policy.values.contact, 'oss_security@astronomer.io')
  for (const id of ['acknowledge', 'validate']) {
    assert.equal(got[id]['business-days'], 5)
    assert.equal(got[id].strength, 'aim')
    assert.equal(got[id].text, 'Astronomer aims to acknowledge and validate disclosures within 5 business days.')
  }
  assert.equal(got.resolve.strength, 'aim')
  assert.deepEqual([got['follow-up'].strength, got['follow-up']['remind-days'], got['follow-up']['business-days']], ['best-effort', 3, 5])
  assert.equal(got.platform.platform, 'Bugcrowd')
  assert.equal(got['embargo-90'].days, 90)
  assert.equal(got['safe-harbor'].promises.length, 4)
  assert.match(got['safe-harbor'].promises[1], /^This includes any claim under the DMCA/)
  assert.equal(got.rescind.grounds.length, 3)
  assert.match(got.rescind.grounds[2], /^Exacerbates existing vulnerabilities or threats/)
  assert.equal(got.reuse.as, 'comment')
  assert.equal(got['private-channel'].as, 'note')
  assert.equal(got['scope.dependencies'].scope, 'out')
  assert.equal(got['scope.tagged-releases'].scope, 'in')
  assert.equal(got['scope.tagged-releases'].subheading, 'In-scope')
  assert.deepEqual(got['scope.website'].hosts, ['astronomer.io'])
  assert.match(text, /business-days: 5\n {4}text: >\n {6}\{organisation\} aims/, 'the text names its figure')
  const words = s => s.replace(/\s+/g, ' ')
  const source = words(readFileSync(join(documents, 'dag-factory.md'), 'utf8'))
  for (const id of ['notify-first', 'laws', 'third-parties', 'rescind'])
    for (const sentence of words(got[id].text).split(/(?<=\.) /))
      if (!sentence.includes('(https:')) assert.ok(source.includes(sentence), `${id} is put into other words: ${sentence}`)
})

test('what a document cannot say is said by options, and is no guess then', async t => {
  const { text, policy } = await imported(t, 'three-lines.md', ['--product', 'Pebble Server', '--prefix', 'PEB', '--zone', 'Europe/Paris', '--organisation', 'Pebble e.V.', '--contact', 'desk@pebble.example.net'])
  assert.deepEqual([policy.product.name, policy.product.prefix, policy.zone, policy.values.organisation, policy.values.contact],
    ['Pebble Server', 'PEB', 'Europe/Paris', 'Pebble e.V.', 'desk@pebble.example.net'])
  assert.doesNotMatch(text, /# a guess/)
})

test('a rendered draft, imported again, says the same', async t => {
  for (const format of ['md', 'rst']) {
    const { file } = await imported(t, 'dag-factory.md')
    const out = join(folder(t), `again.${format}`)
    assert.equal((await command(release, ['policy', 'render', '--policy', file, '--out', out])).status, 0)
    const p = await command(release, ['policy', 'drift', '--policy', file, out])
    assert.equal(p.status, 0, p.stdout)
    const second = await command(release, ['policy', 'import', out])
    for (const id of table) assert.match(second.stdout, new RegExp(`^  - id: ${id.replace('.', '\\.')}$`, 'm'), format)
  }
})

test('what is no document, or none that is there, is told', async t => {
  const dir = folder(t)
  writeFileSync(join(dir, 'empty.md'), '\n\n')
  const empty = await command(release, ['policy', 'import', join(dir, 'empty.md')])
  assert.equal(empty.status, 65)
  assert.match(empty.stderr, /empty\.md: there is no sentence/)
  const none = await command(release, ['policy', 'import', join(dir, 'none.md')])
  assert.equal(none.status, 66)
  writeFileSync(join(dir, 'heading.md'), '# Only a heading\n')
  const heading = await command(release, ['policy', 'import', join(dir, 'heading.md')])
  assert.ok([0, 65].includes(heading.status), heading.stderr)
})
