// The manual is true: it is right mdoc, its settings are those of the
// program, its events those of the sources.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const man = join(root, 'man')
const pages = readdirSync(man).filter(f => /\.[1-8]$/.test(f))
const page = name => readFileSync(join(man, name), 'utf8')

test('every page is right mdoc, and refers to pages that are there', () => {
  assert.ok(pages.length >= 16)
  for (const f of pages) {
    const p = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', f], { cwd: man, encoding: 'utf8' })
    assert.equal(p.stdout + p.stderr, '')
    for (const [, name, section] of page(f).matchAll(/^\.(?:It )?Xr (\S+) (\d)/gm))
      assert.ok(existsSync(join(man, `${name}.${section}`)), `${f} refers to ${name}(${section})`)
  }
})

test('the settings of pratique.yml(5) are those of the program', () => {
  const p = spawnSync(join(root, 'tools/manual'), ['--print'], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  assert.equal(page('pratique.yml.5'), p.stdout, 'run tools/manual')
})

test('each log event of the sources is in pratique-events(7), and no other', () => {
  const found = new Set()
  const walk = dir => readdirSync(dir, { withFileTypes: true }).forEach(e => {
    const path = join(dir, e.name)
    if (e.isDirectory()) walk(path)
    else if (/\.c$/.test(e.name) && !/_test\.c$/.test(e.name))
      for (const [, name] of readFileSync(path, 'utf8').matchAll(/\blog_(?:event|debug)\(\s*"([^"]+)"/g)) found.add(name)
  })
  walk(join(root, 'src'))
  const told = page('pratique-events.7').split('.Ss The log')[1]
  const listed = [...told.matchAll(/^\.It Cm (\S+)/gm)].map(m => m[1])
  assert.deepEqual([...new Set(listed)].sort(), [...found].sort())
})

test('each kind of event in the ledger is in pratique-events(7), and no other', () => {
  const names = readFileSync(join(root, 'src/cases/event.c'), 'utf8').match(/event_kind_names\[[^=]*= \{([\s\S]*?)\};/)[1]
  const kinds = [...names.matchAll(/"([^"]+)"/g)].map(m => m[1])
  const told = page('pratique-events.7').split('.Ss The log')[0]
  const listed = [...told.matchAll(/^\.It Cm (\S+)/gm)].map(m => m[1])
  assert.deepEqual(listed.sort(), kinds.sort())
})
