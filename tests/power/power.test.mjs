// The power goes while mails stream in. What is left of the disk is worked out
// by image.mjs; the desk starts on it and must be as it was told: no
// acknowledged mail is lost, none handled twice, letters repeat byte for byte.
// The control leaves out one fsync, the spool's, and must be caught.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sleep, startDesk } from '../lib/desk.mjs'
import { startSink } from '../lib/sink.mjs'
import { Stream, settle, unlimited } from '../lib/stream.mjs'
import { Disk, dice, logSize, modes } from './image.mjs'
import { buildShim } from './shim.mjs'

const rounds = Number(process.env.PRATIQUE_ROUNDS || (process.env.PRATIQUE_LONG ? 2000 : 200))
const seed = Number(process.env.PRATIQUE_SEED || Date.now() % 1e9)
const a_folder = 25

const build = mkdtempSync(join(tmpdir(), 'shim-'))
test.after(() => rmSync(build, { recursive: true }))
const shim = await buildShim(build)

/** A desk whose folder is on the disk that loses what is not synced. */
async function desk_on_disk(t) {
  const sink = await startSink(t)
  const log = join(build, `log-${Math.random()}`)
  writeFileSync(log, '')
  // The first start is on a good disk: the rounds begin with a desk that is there.
  const desk = await startDesk(t, { settings: { ...unlimited, transport: `smtp://127.0.0.1:${sink.port}` } })
  await desk.stop()
  Object.assign(desk.env, { LD_PRELOAD: shim, POWER_ROOT: desk.dir, POWER_LOG: log })
  return { desk, sink, log }
}

/** Runs for a while, cuts, starts on what is left. Returns how much hung. */
async function round({ desk, log }, stream, random, ignoreSync) {
  writeFileSync(log, '')
  const disk = new Disk(desk.dir).begin()
  await desk.start()
  stream.start()
  await sleep(20 + random() * 120)
  const before = new Map(stream.acked) // whoever has his 250 by now
  const at = logSize(log)
  await Promise.all([desk.die(), stream.cut()])
  // Acknowledged after the cut: not so. They are handed in again.
  for (const from of [...stream.acked.keys()]) if (!before.has(from)) stream.acked.delete(from)
  disk.read(log, at, ignoreSync)
  const hung = disk.unsynced
  const left = desk.dir + '.left'
  mkdirSync(left)
  disk.cut(left, modes[Math.floor(random() * modes.length)], random)
  rmSync(desk.dir, { recursive: true })
  renameSync(left, desk.dir)
  return hung
}

/** All mails that were ever offered, handed in again: they join, or are new. */
async function again(stream) {
  const acked = new Set(stream.acked.keys())
  const { send } = await import('../lib/mail.mjs')
  for (const [from, mail] of stream.offered) {
    if (acked.has(from)) continue
    await send(stream.desk, mail)
    stream.acked.set(from, true)
  }
}

async function folder_of_rounds(t, { n, random, ignoreSync }) {
  const place = await desk_on_disk(t)
  const { desk, sink } = place
  const stream = new Stream(desk)
  let hung = 0
  for (let i = 0; i < n; i++) hung += await round(place, stream, random, ignoreSync)
  for (const name of ['LD_PRELOAD', 'POWER_ROOT', 'POWER_LOG']) delete desk.env[name]
  await desk.start()
  const lost = await settle(desk, stream, () => sink.mails, { kills: n, ms: ignoreSync ? 8_000 : 60_000 })
  assert.deepEqual(lost.wrong, [])
  await again(stream)
  const found = await settle(desk, stream, () => sink.mails, { kills: n })
  assert.deepEqual(found.wrong, [])
  await desk.proves()
  await desk.stop()
  return { ...found, hung }
}

test(`${rounds} rounds of power loss while mails stream in (PRATIQUE_SEED=${seed})`, async t => {
  const random = dice(seed)
  const all = { cases: 0, repeated: 0, hung: 0 }
  for (let done = 0; done < rounds; done += a_folder)
    await t.test(`rounds ${done + 1} to ${Math.min(done + a_folder, rounds)}`, async t => {
      const found = await folder_of_rounds(t, { n: Math.min(a_folder, rounds - done), random })
      for (const k of Object.keys(all)) all[k] += found[k]
    })
  t.diagnostic(`${rounds} cuts, ${all.cases} cases, ${all.repeated} letters repeated, ${all.hung} writes and names unsynced at the cuts`)
  assert.ok(all.hung > rounds, 'something was under way when the power went')
})

test('the control: without the fsync of the spool, acknowledged mails are lost', async t => {
  const random = dice(seed + 1)
  const of_spool = path => path.includes('/spool/edge')
  let caught = null
  for (let i = 0; i < 5 && !caught; i++)
    try {
      await folder_of_rounds(t, { n: 5, random, ignoreSync: of_spool })
    } catch (e) {
      caught = e
    }
  assert.ok(caught, 'a desk that does not sync its spool passed')
  assert.match(caught.message, /acknowledged mails are no case|serve (ended|did not listen)|skipped/)
  assert.ok(existsSync(dirname(build)))
})
