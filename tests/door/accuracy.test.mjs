// bench/accuracy: its labels fit their mails, and it says no when it must.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const texts = join(root, 'tests/accuracy')
const score = (...args) => {
  const p = spawnSync('bench/accuracy', args, { cwd: root, encoding: 'utf8', timeout: 120_000 })
  return { status: p.status, said: p.stdout + p.stderr }
}
const folder = t => {
  const dir = mkdtempSync(join(tmpdir(), 'accuracy-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}
const sample = `looks: vulnerability
title: subject
versions: 1.2.3
---
From: A <a@b.example>
Subject: SQL injection in the search of Quayside 1.2.3

%%steps
1. Log in
2. Search for ' OR 1=1 --
%%end

Affected version: 1.2.3
`

test('every label fits its mail, and no two texts are the same', () => {
  for (const set of ['all', 'second']) {
    const p = score('--check', '--set', set)
    assert.equal(p.status, 0, p.said.slice(0, 2000))
  }
  const seen = new Set()
  for (const f of readdirSync(texts).filter(f => f.endsWith('.txt'))) {
    const body = readFileSync(join(texts, f), 'utf8').split('\n---\n')[1].replace(/^[^]*?\n\n/, '').replace(/\s+/g, ' ')
    const hash = createHash('sha256').update(body).digest('hex')
    assert.ok(!seen.has(hash), `${f}: its text is there already`)
    seen.add(hash)
  }
})

test('the set second is in no other set, and no limits are made of it', () => {
  const count = set => Number(score('--check', '--set', set).said.match(/^(\d+) texts/m)[1])
  const [dev, held, all, second] = ['dev', 'held', 'all', 'second'].map(count)
  assert.equal(second, readdirSync(texts).filter(f => /^x2-.*\.txt$/.test(f)).length)
  assert.equal(all, dev + held)
  assert.ok(!('second' in JSON.parse(readFileSync(join(texts, 'limits.json'), 'utf8'))))
  const p = score('--check', '--record', '--set', 'second')
  assert.equal(p.status, 2)
  assert.match(p.said, /second is scored only/)
})

test('a label that does not fit is told with its file', t => {
  const dir = folder(t)
  for (const [what, broken] of [
    ['a version that the mail lacks', sample.replace('versions: 1.2.3', 'versions: 9.9.9')],
    ['a class that does not exist', sample.replace('looks: vulnerability', 'looks: hole')],
    ['a label that does not exist', sample.replace('versions:', 'version:')],
    ['a marker without its end', sample.replace('%%end\n', '')],
    ['a report without a title label', sample.replace('title: subject\n', '')],
  ]) {
    const file = join(dir, 'broken.txt')
    writeFileSync(file, broken)
    const p = score('--check', file)
    assert.equal(p.status, 1, what)
    assert.ok(p.said.includes('broken.txt'), what)
  }
})

test('what the program reads rightly is right, and a wrong label shows as a miss', t => {
  const file = join(folder(t), 'sample.txt')
  writeFileSync(file, sample)
  const right = JSON.parse(score('--json', file).said)
  assert.deepEqual(right.misses, [])
  assert.equal(right.figures['steps and title right'].share, 100)
  assert.equal(right.figures.versions.right, 1)

  writeFileSync(file, sample.replace('%%steps\n', '').replace('%%end\n', '').replace('Affected', '%%steps\nAffected') + '%%end\n')
  const elsewhere = JSON.parse(score('--json', file).said)
  assert.equal(elsewhere.figures['steps right'].right, 0, 'the steps are marked at another place')
  writeFileSync(file, sample.replace('versions: 1.2.3', 'cwe: ?79').replace('looks: vulnerability', 'looks: spam'))
  const spam = JSON.parse(score('--json', file).said)
  assert.equal(spam.figures['spam flagged'].right, 0, 'a report that is labelled as spam opens a case')
  assert.equal(spam.figures['looks spam'].missing, 1)
})

test('a figure below its limit fails', t => {
  const limits = join(folder(t), 'limits.json')
  writeFileSync(limits, JSON.stringify({ dev: { 'steps right': { share: 100.1 } } }))
  assert.equal(score('--quiet', '--limits', limits).status, 1)
  assert.match(score('--tap', '--limits', limits).said, /^not ok steps right/m)
  writeFileSync(limits, JSON.stringify({ dev: { 'steps right': { share: 1 } } }))
  assert.equal(score('--quiet', '--limits', limits).status, 0)
})
