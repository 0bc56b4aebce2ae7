// The manual has the options that the program takes.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { release as program, root } from '../lib/desk.mjs'

const man = join(root, 'man')
const pages = readdirSync(man).filter(f => /^pratique-.*\.1$/.test(f))
const page = name => readFileSync(join(man, name), 'utf8')

test('each option that --help names is on the command\'s page, and no other', () => {
  const help = words => {
    const p = spawnSync(program, [...words, '--help'], { encoding: 'utf8' })
    assert.equal(p.status, 0, `${words.join(' ')} --help: ${p.error ?? p.stderr}`)
    return p.stdout
  }
  for (const f of pages) {
    const name = f.slice('pratique-'.length, -2)
    const verbs = [...new Set([...page(f).matchAll(new RegExp(`^\\.Nm pratique Cm ${name} (\\w+)`, 'gm'))].map(m => m[1]))]
    const said = verbs.length ? verbs.map(v => help([name, v])).join('\n') : help([name])
    const offered = new Set([...said.matchAll(/^ {2}--([\w-]+)/gm)].map(m => m[1]).filter(o => o !== 'role'))
    const told = new Set([...page(f).matchAll(/\bFl Fl ([\w-]+)/g)].map(m => m[1]))
    for (const o of offered) assert.ok(told.has(o) || o === 'json', `${f} does not tell of --${o}`)
    for (const o of told) assert.ok(offered.has(o), `${f} tells of --${o}, which ${name} does not take`)
  }
})
