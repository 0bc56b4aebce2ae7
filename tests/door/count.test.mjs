// The count at the end of ./check is only worth something if it cannot be
// fooled: a crash, a test that never ran, a suite without tests are failures.
import test from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync, readFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const dir = mkdtempSync(join(tmpdir(), 'count-'))
test.after(() => rmSync(dir, { recursive: true }))

const count = (kind, text) => {
  const file = join(dir, 'log')
  writeFileSync(file, text)
  const p = spawnSync(join(root, 'tools/count-results'), [kind, file], { encoding: 'utf8' })
  return p.stdout.trim()
}
const meson = (...tests) => count('meson', tests.map(t => JSON.stringify({ name: 'x', ...t }) + '\n').join(''))

for (const [sentence, log, want] of [
  ['each line of TAP is a test', [{ result: 'OK', stdout: '1..2\nok 1 - a\nok 2 - b\n' }], '2 0 0'],
  ['a test that is not ok has failed', [{ result: 'FAIL', stdout: '1..2\nok 1 - a\nnot ok 2 - b\n' }], '1 1 0'],
  ['a skipped test has not passed', [{ result: 'OK', stdout: '1..2\nok 1 - a\nok 2 - b # SKIP no disk\n' }], '1 0 1'],
  ['a program that died in its second test has failed', [{ result: 'ERROR', stdout: '1..3\nok 1 - a\n' }], '1 1 0'],
  ['a program that died before its first test has failed', [{ result: 'ERROR', stdout: '' }], '0 1 0'],
  ['a program that failed after its last test has failed', [{ result: 'FAIL', stdout: '1..1\nok 1 - a\n' }], '1 1 0'],
  ['a plan of no tests has failed', [{ result: 'OK', stdout: '1..0\n' }], '0 1 0'],
  ['a program without TAP is one test', [{ result: 'OK', stdout: 'hello\n' }], '1 0 0'],
  ['programs add up', [{ result: 'OK', stdout: '1..1\nok 1 - a\n' }, { result: 'TIMEOUT', stdout: '1..1\n' }], '1 1 0'],
]) test(sentence, () => assert.equal(meson(...log), want))

test("node's own results are counted, test by test, and a file without any has failed", () => {
  const file = join(dir, 'x.test.mjs')
  writeFileSync(file, `import test, { describe } from 'node:test'
    test('a', () => {}); test('b', () => { throw new Error('no') }); test('c', { skip: true }, () => {})
    describe('d', () => { test('e', () => {}) })`)
  const p = spawnSync(process.execPath, ['--test-reporter', join(root, 'tests/lib/count.mjs'), '--test-reporter-destination', join(dir, 'out'), file],
    { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: '' } })
  assert.equal(p.status, 1, p.stderr)
  assert.equal(count('node', readFileSync(join(dir, 'out'), 'utf8')), '2 1 1')
  assert.equal(count('node', ''), '0 1 0')
})
