// `policy drift`: what a published document no longer says.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, folder, release, root } from '../lib/desk.mjs'

const policies = join(root, 'policies')
const policy = join(policies, 'dag-factory.yml')
const sister = join(policies, 'cosmos.yml')

async function render(t, file, format) {
  const out = join(folder(t), `SECURITY.${format}`)
  const p = await command(release, ['policy', 'render', '--policy', file, '--format', format, '--out', out])
  assert.equal(p.status, 0, p.stderr)
  return out
}

async function drift(file, ...more) {
  const p = await command(release, ['policy', 'drift', '--json', '--policy', file, ...more])
  return { status: p.status, all: p.stdout ? JSON.parse(p.stdout) : [], stderr: p.stderr, get not() { return this.all.filter(r => r.result !== 'same') } }
}

/** Edits a document in place; the edit must find what it changes. */
function edit(file, from, to) {
  const text = readFileSync(file, 'utf8')
  assert.ok(text.includes(from), `${file} has no '${from}'`)
  writeFileSync(file, text.replace(from, to))
  return text.slice(0, text.indexOf(from)).split('\n').length
}

test('two products on one base: their documents say what their policies say', async t => {
  for (const file of [policy, sister])
    for (const format of ['md', 'rst']) {
      const d = await drift(file, await render(t, file, format))
      assert.equal(d.status, 0, JSON.stringify(d.not))
      assert.ok(d.all.length > 35)
      assert.deepEqual(Object.keys(d.all[0]).sort(), ['because', 'clause', 'document', 'document_text', 'lines', 'meaning', 'policy_text', 'result'])
    }
})

const edits = {
  'a figure': { from: 'acknowledge a report within 5', to: 'acknowledge a report within 7', clause: 'acknowledge', result: 'changed figure' },
  'a unit': { from: 'could confirm it', to: 'could confirm it, in 2 weeks', clause: 'validate', result: 'changed figure' },
  'a word': { from: 'Astronomer takes security seriously', to: 'Astronomer takes security lightly', clause: 'transparent', result: 'reworded' },
  'a negation': { from: 'will not threaten', to: 'will threaten', clause: 'safe-harbor', result: 'reworded', meaning: true },
  'a clause dropped': { from: '- The report has the steps that show the problem.\n', to: '', clause: 'required.steps', result: 'missing' },
  'one added': { from: 'Please send one mail for each vulnerability.', to: 'Please send one mail for each vulnerability. Bring a zebra on Tuesdays.', clause: null, result: 'extra' },
}

for (const [what, e] of Object.entries(edits))
  test(`${what} changed by hand is found in each product's document, its clause named`, async t => {
    for (const [file, format] of [[policy, 'md'], [sister, 'rst']]) {
      const doc = await render(t, file, format)
      const line = edit(doc, e.from, e.to)
      const d = await drift(file, doc)
      assert.equal(d.status, 1)
      assert.deepEqual(d.not.map(r => [r.clause, r.result]), [[e.clause, e.result]], JSON.stringify(d.not))
      const [row] = d.not
      assert.equal(row.meaning, e.meaning ?? false)
      if (e.result !== 'missing') assert.ok(row.lines.some(l => Math.abs(l - line) <= 1), `lines ${row.lines}, edited ${line}`)
      assert.equal(row.policy_text === null, e.result === 'extra')
      assert.equal(row.document_text === null, e.result === 'missing')
      const people = await command(release, ['policy', 'drift', '--policy', file, doc])
      assert.equal(people.status, 1)
      assert.match(people.stdout, new RegExp(`${e.result}${e.meaning ? ', another meaning' : ''}: ${e.clause ?? 'no clause says this'}`))
      if (e.result !== 'missing') assert.match(people.stdout, new RegExp(`${doc}:\\d+`))
      for (const l of people.stdout.split('\n').slice(1)) if (!l.includes(doc)) assert.ok(l.length <= 100, l)
    }
  })

test('a sister\'s document is compared under her name, and only then the same', async t => {
  const doc = await render(t, sister, 'rst')
  assert.equal((await drift(policy, '--product', 'Astronomer Cosmos', doc)).status, 0)
  const d = await drift(policy, doc)
  assert.equal(d.status, 1)
  assert.ok(d.not.some(r => r.clause === 'as-is' && r.result === 'reworded'))
})

test('several documents, each by its ending or by its looks', async t => {
  const md = await render(t, policy, 'md'), rst = await render(t, policy, 'rst')
  const bare = join(folder(t), 'SECURITY')
  writeFileSync(bare, readFileSync(rst))
  const d = await drift(policy, md, rst, bare)
  assert.equal(d.status, 0, JSON.stringify(d.not))
  assert.deepEqual([...new Set(d.all.map(r => r.document))], [md, rst, bare])
})

test('the document that is published in other words drifts, and everything in it has a place', async () => {
  const d = await drift(policy, join(root, 'tests/security/dag-factory.md'))
  assert.equal(d.status, 1)
  const of = Object.fromEntries(d.all.filter(r => r.clause).map(r => [r.clause, r]))
  assert.match(of.acknowledge.document_text, /aims to acknowledge and validate/)
  assert.equal(of['scope.website'].result, 'reworded')
  assert.deepEqual(of['scope.website'].lines, [35])
  assert.ok(d.all.some(r => r.result === 'extra' && /Cookie transfers|Steps to recreate/.test(r.document_text)))
})

test('without a policy or a document it says what is missing', async () => {
  const none = await command(release, ['policy', 'drift', 'SECURITY.md'])
  assert.equal(none.status, 64)
  assert.match(none.stderr, /--policy/)
  const gone = await command(release, ['policy', 'drift', '--policy', policy, '/no/such/SECURITY.md'])
  assert.equal(gone.status, 66)
  assert.match(gone.stderr, /SECURITY\.md/)
})

test('a page of HTML is refused with what to name instead', async t => {
  const page = await render(t, policy, 'html')
  const p = await command(release, ['policy', 'drift', '--policy', policy, page])
  assert.equal(p.status, 65)
  assert.match(p.stderr, /HTML.*made from/)
})

test('a large document of one word, of stars, or of no end is read in a moment', async t => {
  const dir = folder(t)
  for (const [name, piece, n] of [['words.md', 'word ', 150000], ['stars.rst', '*a ', 250000], ['ticks.rst', '`a |b ', 120000],
    ['items.md', '- We aim to acknowledge a report within 9 business days.\n', 15000], ['one.rst', 'We aim to acknowledge it. ', 30000]]) {
    writeFileSync(join(dir, name), piece.repeat(n))
    const began = Date.now()
    const p = await command(release, ['policy', 'drift', '--policy', policy, join(dir, name)])
    assert.equal(p.status, 1, p.stderr)
    assert.ok(Date.now() - began < 10_000, `${name} took ${Date.now() - began} ms`)
  }
})
