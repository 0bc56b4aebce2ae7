// The shim and its image, tried on programs whose right answer is known: what
// was synced is there after every cut, what was not may be gone or torn.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, folder } from '../lib/desk.mjs'
import { Disk, dice, logSize, modes } from './image.mjs'
import { buildShim } from './shim.mjs'

const python = `
import os, sys
def put(name, data, sync, dirsync=True):
    fd = os.open(name, os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(fd, data)
    if sync: os.fsync(fd)
    os.close(fd)
    if dirsync:
        d = os.open('.', os.O_RDONLY); os.fsync(d); os.close(d)
exec(sys.argv[1])
`
async function after(t, program, { mode, seed = 1, files = {} } = {}) {
  const dir = folder(t, 'shim')
  const [disk, image, log] = ['disk', 'image', 'log'].map(n => join(dir, n))
  mkdirSync(disk)
  mkdirSync(image)
  writeFileSync(log, '')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(disk, name), text)
  const d = new Disk(disk).begin()
  const p = await command(program[0], program.slice(1), { cwd: disk, env: { LD_PRELOAD: shim, POWER_ROOT: disk, POWER_LOG: log } })
  assert.equal(p.status, 0, p.stderr)
  d.read(log, logSize(log)).cut(image, mode, dice(seed))
  return { d, disk, image, text: name => existsSync(join(image, name)) ? readFileSync(join(image, name), 'latin1') : null }
}

const build = mkdtempSync(join(tmpdir(), 'shim-'))
test.after(() => rmSync(build, { recursive: true }))
const shim = await buildShim(build)
const run = (t, code, options) => after(t, ['/usr/bin/python3', '-c', python, code], options)

for (const mode of modes)
  test(`what was synced, with its name, is there after a cut that leaves ${mode}`, async t => {
    for (let seed = 0; seed < 5; seed++) assert.equal((await run(t, "put('a', b'hello' * 300, True)", { mode, seed })).text('a'), 'hello'.repeat(300))
  })

test('bytes that were not synced may be gone, torn, or there', async t => {
  const seen = new Set()
  for (const mode of modes) for (let seed = 0; seed < 20; seed++) {
    const { text } = await run(t, "put('a', b'x' * 2048, False)", { mode, seed })
    const a = text('a')
    seen.add(a === '' ? 'empty' : a === 'x'.repeat(2048) ? 'whole' : 'torn')
  }
  assert.deepEqual([...seen].sort(), ['empty', 'torn', 'whole'])
})

test('a name whose folder was not synced may be gone', async t => {
  assert.equal((await run(t, "put('a', b'hello', True, False)", { mode: 'nothing' })).text('a'), null)
  assert.equal((await run(t, "put('a', b'hello', True, False)", { mode: 'all' })).text('a'), 'hello')
})

test('a rename over a synced file without a sync of the new one can lose both', async t => {
  const code = "put('b', b'new', False, False); os.rename('b', 'a'); d = os.open('.', 0); os.fsync(d)"
  assert.equal((await run(t, code, { mode: 'nothing', files: { a: 'old' } })).text('a'), '')
  const right = "put('b', b'new', True, False); os.rename('b', 'a')"
  const seen = new Set()
  for (let seed = 0; seed < 12; seed++) for (const mode of modes) seen.add((await run(t, right, { mode, seed, files: { a: 'old' } })).text('a'))
  assert.deepEqual([...seen].sort(), ['new', 'old'])
})

test('a truncation that was not synced may not have been', async t => {
  const code = "fd = os.open('a', os.O_WRONLY); os.ftruncate(fd, 1)"
  assert.equal((await run(t, code, { mode: 'nothing', files: { a: 'old' } })).text('a'), 'old')
  assert.equal((await run(t, code, { mode: 'all', files: { a: 'old' } })).text('a'), 'o')
})

test('a removal that was not synced may not have been', async t => {
  assert.equal((await run(t, "os.unlink('a')", { mode: 'nothing', files: { a: 'old' } })).text('a'), 'old')
  assert.equal((await run(t, "os.unlink('a')", { mode: 'all', files: { a: 'old' } })).text('a'), null)
})

for (const journal of ['wal', 'delete'])
  test(`SQLite (${journal}) keeps what it committed, whatever the cut leaves`, async t => {
    const sql = `pragma journal_mode=${journal}; pragma synchronous=extra; create table t(a); ${Array.from({ length: 30 }, (_, i) => `insert into t values(${i});`).join(' ')}`
    for (const mode of modes) for (let seed = 0; seed < 6; seed++) {
      const { image } = await after(t, ['sqlite3', 'x.db', sql], { mode, seed })
      const p = await command('sqlite3', [join(image, 'x.db'), 'pragma integrity_check; select count(*) from t'])
      assert.equal(p.stdout, 'ok\n30\n', `${mode} ${seed}: ${p.stdout}${p.stderr}`)
    }
  })

test('SQLite told not to sync is caught', async t => {
  const sql = 'pragma journal_mode=wal; pragma synchronous=off; create table t(a); insert into t values(1);'
  let lost = 0
  for (let seed = 0; seed < 10; seed++) {
    const { image } = await after(t, ['sqlite3', 'x.db', sql], { shim, mode: modes[seed % 4], seed })
    const p = await command('sqlite3', [join(image, 'x.db'), 'select count(*) from t'])
    if (p.stdout !== '1\n') lost++
  }
  assert.ok(lost > 0)
})

test('what the shim does not understand ends the program', async t => {
  await assert.rejects(run(t, "import mmap; fd = os.open('a', os.O_RDWR); mmap.mmap(fd, 3)", { mode: 'all', files: { a: 'old' } }), /mapping/)
})
