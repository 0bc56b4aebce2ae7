// The front door as the README has it: ./run, then every command of the tour
// as it stands there.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, command, folder, owned, root, until } from '../lib/desk.mjs'

async function run(t, data) {
  const began = Date.now()
  const p = owned(spawn(join(root, 'run'), ['--data', data, '--listen', 'smtp=127.0.0.1:0', '--listen', 'lmtp=127.0.0.1:0'], { cwd: join(data, '..'), stdio: ['ignore', 'pipe', 'pipe'] }))
  let said = ''
  p.stdout.on('data', d => { said += d })
  p.stderr.on('data', d => { said += d })
  const ended = once(p, 'exit')
  const stop = async () => {
    p.kill('SIGTERM')
    return (await ended)[0]
  }
  cleanup(t, stop)
  await until('it listens', () => {
    if (p.exitCode !== null) assert.fail(said)
    return /Ctrl-C ends it/.test(said)
  }, 120_000).catch(e => { throw new Error(`${e.message}\n${said}`) })
  return { ms: Date.now() - began, said, stop, pid: p.pid }
}

test('./run starts a desk, the second time within a second, and says what to do next', async t => {
  const dir = folder(t, 'tour')
  const first = await run(t, join(dir, 'data'))
  assert.match(first.said, /smtp 127\.0\.0\.1:\d+/)
  assert.match(first.said, /lmtp 127\.0\.0\.1:\d+/)
  assert.equal(await first.stop(), 0)
  // Other tests use the machine meanwhile: the quickest of a few counts.
  let second = await run(t, join(dir, 'data')), best = second.ms
  for (let again = 0; best >= 1000 && again < 8; again++) {
    await second.stop()
    second = await run(t, join(dir, 'data'))
    best = Math.min(best, second.ms)
  }
  assert.ok(best < 1000, `took ${best} ms at its best`)

  // What it says to try, works as it is said.
  const tries = second.said.split('\n').reduce((all, line) => {
    if (/^ {4}\S+pratique |^ {4}curl /.test(line)) all.push(line.trim())
    else if (all.length && all.at(-1).endsWith('\\')) all.push(all.pop().slice(0, -1) + line.trim())
    return all
  }, [])
  assert.equal(tries.length, 3, second.said)
  for (const line of tries) {
    const p = await command('bash', ['-c', line], { cwd: dir })
    assert.equal(p.status, 0, `${line}: ${p.stdout}${p.stderr}`)
  }
})

test('the five minutes of the README work as they stand there', async t => {
  const dir = folder(t, 'tour')
  for (const name of ['build', 'docs', 'man', 'policies']) symlinkSync(join(root, name), join(dir, name))
  const desk = await run(t, join(dir, 'data'))
  const tour = readFileSync(join(root, 'README.md'), 'utf8').split('## Five minutes')[1].split('\n## ')[0]
  const blocks = [...tour.matchAll(/```sh\n([\s\S]*?)```/g)].map(m => m[1]).filter(b => b !== './run\n')
  assert.ok(blocks.length >= 4)
  const shell = async (code, patience) => {
    let p
    await until(code, async () => {
      p = await command('bash', ['-euo', 'pipefail', '-c', code], { cwd: dir })
      return p.status === 0
    }, patience).catch(() => assert.fail(`${code}\n${p.status}: ${p.stdout}${p.stderr}`))
    return p.stdout
  }
  // A person types slower than the desk works: each line gets a moment.
  let said = ''
  const last = blocks.pop()
  for (const block of blocks) {
    const lines = /^reply=/m.test(block) ? [block] : block.trim().split('\n')
    for (const line of lines) said = (await shell(line, 5000)) || said
  }
  const shown = await until('the gap is filled', async () => {
    const p = await command('build/pratique', ['case', 'show', '--json', 'DAGF-1'], { cwd: dir })
    const c = JSON.parse(p.stdout)
    return c.missing.length === 0 && c
  })
  assert.equal(shown.mails, 2)
  assert.equal(await desk.stop(), 0)
  assert.match(await shell(last, 1000), /^equal: /)
})
