// The JSON Schema that `policy schema` prints, held against the loader by a
// validator that is not ours: what one takes or refuses, so does the other.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import YAML from 'yaml'
import { folder, release, root } from '../lib/desk.mjs'

const schema = JSON.parse(spawnSync(release, ['policy', 'schema'], { encoding: 'utf8' }).stdout)
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema)
const why = () => JSON.stringify(validate.errors?.slice(0, 3))
const read = name => readFileSync(join(root, name), 'utf8')
const build = dirname(release)

// What only all files together, YAML itself, or more than a shape can say.
const beyond = new Set([
  'an anchor', 'a tag', 'a letter whose lines would be folded', 'a text that loses its end', 'a number that begins with 0',
  'a date that is none', 'a title that names nothing', 'a word that nothing defines', 'a word of another clause',
  'a brace that is not closed', 'a brace that was not opened',
  'an id twice', 'a clause without a kind', 'a value that misses the one it was to replace', 'a promise made twice', 'a part required twice', 'a reminder after the due day',
  'a place after nothing', 'a clause dropped from no base', 'a base that is not there', 'a policy that extends itself',
])

test('the schema is of draft 2020-12', () => {
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
})

test('the schema takes every shipped policy', () => {
  for (const f of readdirSync(join(root, 'policies')).filter(f => f.endsWith('.yml')))
    assert.ok(validate(YAML.parse(read(join('policies', f)))), `${f}: ${why()}`)
})

test('the schema takes every example of the reference', () => {
  const examples = [...read('docs/policy.md').matchAll(/```yaml\n([^]*?)```/g)].map(m => m[1])
  assert.ok(examples.length > 25)
  for (const e of examples) {
    const doc = YAML.parse(e)
    const whole = Array.isArray(doc) ? { policy: 1, extends: 'x.yml', clauses: doc } : { policy: 1, ...(doc.policy ? {} : { extends: 'x.yml' }), ...doc }
    assert.ok(validate(whole), `${e}${why()}`)
  }
})

test('the schema takes a policy as it was resolved', () => {
  const p = JSON.parse(spawnSync(release, ['policy', 'show', '--json', join(root, 'policies/dag-factory.yml')], { encoding: 'utf8' }).stdout)
  delete p.hash
  assert.ok(validate(p), why())
})

test('the schema refuses what the loader refuses, as far as a schema can say it', () => {
  const seen = new Set()
  let refused = 0
  for (const kind of ['file', 'clause']) {
    const cases = JSON.parse(spawnSync(join(build, `src/policy/policy_wrong_${kind}_test`), ['--cases'], { encoding: 'utf8' }).stdout)
    assert.ok(cases.length > 40, kind)
    for (const { name, text } of cases) {
      let doc
      try {
        const parsed = YAML.parseAllDocuments(text)
        if (parsed.length !== 1 || parsed[0].errors.length) continue // it is no YAML, and no schema is asked
        doc = parsed[0].toJS()
      } catch { continue }
      seen.add(name)
      const good = validate(doc)
      if (beyond.has(name)) assert.ok(good, `${name}: the schema can say it after all: ${why()}`)
      else { assert.ok(!good, `${name}: the schema takes\n${text}`); refused++ }
    }
  }
  for (const name of beyond) assert.ok(seen.has(name), `no case '${name}'`)
  assert.ok(refused > 70, `${refused} refused`)
})

test('what the schema takes of a line, the loader takes, form by form', t => {
  const dir = folder(t, 'forms')
  const rows = {
    prefix: ['WID', 'W1', 'wid', 'W', 'ABCDEFGHI', '1AB', 'W-D'],
    aliases: ['widget', 'blue widget', 'Widget', 'wi', '-wid', 'a.b_c'],
    repositories: ['github.com/example/widget', 'github.com/example', 'https://github.com/example/widget', 'github.com/example/widget.git', 'github.com/Example/widget', 'git.example.org/a/b/c', 'github.com/example/widget/'],
    urls: ['docs.example.org', 'docs.example.org/x', 'docs.example.org/', 'example', 'docs..org', 'docs.example.org/X'],
    packages: ['widget', '@example/widget', 'Widget', 'a b'],
    details: ['widget', 'wid-get', 'wid--get', '-x', 'x-', 'W'],
  }
  for (const [key, lines] of Object.entries(rows))
    for (const line of lines) {
      const product = { name: 'Widget', prefix: 'WID', [key]: key === 'prefix' ? line : [line] }
      const doc = { policy: 1, name: 'W', zone: 'UTC', values: { organisation: 'E', contact: 's@example.org' }, product, clauses: [{ id: 'a', kind: 'text', text: 'A.' }] }
      const file = join(dir, 'w.yml')
      writeFileSync(file, YAML.stringify(doc))
      const p = spawnSync(release, ['policy', 'check', file], { encoding: 'utf8' })
      assert.equal(validate(doc), p.status === 0, `${key}: '${line}': ${p.stderr}${why()}`)
    }
})
