// The tree itself: rows, looks, words, and nothing that belongs to one machine.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, existsSync, mkdtempSync, mkdirSync, writeFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const run = (program, args, more = {}) => {
  const p = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...more })
  assert.ok(!p.error, `${program} cannot be started: ${p.error?.message}`)
  return { ok: p.status === 0, said: (p.stdout + p.stderr).slice(0, 4000), status: p.status }
}

const skip = new Set(['.git', 'node_modules', 'data', '__pycache__'])
function* walk(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (skip.has(entry.name) || /^build/.test(entry.name)) continue
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}
const files = [...walk('')]
const sources = files.filter(f => /^(src|fuzz)\/.*\.[ch]$/.test(f))
const scripts = files.filter(f => !/\.(eml|json|mjs|c|h)$/.test(f) && /^#!.*\b(ba)?sh\b/.test(readFileSync(join(root, f), 'utf8').slice(0, 60)))

test('a folder includes itself and the rows above it only', () => {
  const p = run('tools/layers', ['ARCHITECTURE.md', ...sources.filter(f => f.startsWith('src/'))])
  assert.ok(p.ok, p.said)
})

test('the layers check sees an include that goes down, and one to a neighbour', t => {
  const dir = mkdtempSync(join(tmpdir(), 'layers-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const of = (folder, include) => {
    mkdirSync(join(dir, 'src', folder), { recursive: true })
    const file = join(dir, 'src', folder, 'x.c')
    writeFileSync(file, `#include "${include}"\n`)
    return run('tools/layers', ['ARCHITECTURE.md', file]).ok
  }
  assert.equal(of('base', 'base/str.h'), true, 'itself')
  assert.equal(of('cases', 'judge/judge.h'), true, 'a row above')
  assert.equal(of('judge', 'cases/event.h'), false, 'a row below')
  assert.equal(of('report', 'policy/policy.h'), false, 'a neighbour')
  assert.equal(of('base', 'nowhere/x.h'), false, 'no row at all')
  assert.equal(of('nowhere', 'base/str.h'), false, 'a folder without a row')
})

test('sources are as clang-format writes them', () => {
  const p = run('clang-format-14', ['--dry-run', '-Werror', ...sources])
  assert.ok(p.ok, p.said)
})

test('shell scripts are as shellcheck wants them', () => {
  assert.ok(scripts.includes('run') && scripts.includes('check'), 'the front door is among them')
  const p = run('shellcheck', ['-S', 'warning', ...scripts])
  assert.ok(p.ok, p.said)
})

test('words are spelled right', () => {
  const prose = files.filter(f => /\.(md|txt|h|c|[1-8]|def|yml|sql|mjs|build)$/.test(f) && !/^(tests\/corpus\/|tests\/accuracy\/.*\.txt$|fuzz\/corpus\/|data\/|lists\/|src\/report\/phrases)/.test(f))
  const p = run('codespell', ['--ignore-words', 'tools/spelling', ...prose, ...scripts])
  assert.ok(p.ok, p.said)
})

test('nothing in the tree belongs to one machine or one registry', () => {
  // Built from pieces, so that this file does not find itself.
  const never = [['/wo', 'rk/'], ['/tmp/', 'pq'], ['registry.', 'npmjs'], ['deb.', 'debian.org']].map(p => p.join(''))
  const found = []
  for (const f of files) {
    const text = readFileSync(join(root, f), 'latin1')
    for (const n of never) if (text.includes(n)) found.push(`${f}: ${n}`)
  }
  assert.deepEqual(found, [])
})

test('npm packages are pinned, with their hashes and without a host', () => {
  const lock = JSON.parse(readFileSync(join(root, 'tests/package-lock.json'), 'utf8'))
  const wanted = JSON.parse(readFileSync(join(root, 'tests/package.json'), 'utf8')).devDependencies
  for (const [name, version] of Object.entries(wanted)) assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is pinned`)
  for (const [path, p] of Object.entries(lock.packages)) {
    if (!path) continue
    assert.equal(p.resolved, undefined, `${path} names no host`)
    assert.match(p.integrity, /^sha512-/, `${path} has its hash`)
  }
})

test('each file of the front door says what it is, and can be run', () => {
  for (const f of ['run', 'check', '.ci/run', 'tools/build', 'tools/install-packages', 'tools/layers', 'tools/count-results']) {
    assert.ok(existsSync(join(root, f)), f)
    assert.match(readFileSync(join(root, f), 'utf8').split('\n').slice(1, 3).join('\n'), /[A-Za-z]{3}/, f)
  }
  for (const f of ['./run', './check']) {
    const p = run(f, ['--help'])
    assert.ok(p.ok, p.said)
    assert.match(p.said, /^usage: /)
  }
  assert.equal(run('./run', ['--no-such-option']).status, 64)
})
