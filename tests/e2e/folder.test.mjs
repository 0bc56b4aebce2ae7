// What the desk keeps on disk: who may read it, and for how long.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startDesk, until } from '../lib/desk.mjs'
import { letter, report, send } from '../lib/mail.mjs'

test('no other user of the machine can read a report, a letter or a key', async t => {
  const desk = await startDesk(t)
  await send(desk, report())
  await letter(desk)
  await desk.stop()
  const open = []
  // A folder that others may not list but may enter hides nothing by itself.
  const walk = (dir, hidden) => {
    for (const e of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, e.name), mode = statSync(path).mode
      if (e.isDirectory()) walk(path, hidden || (mode & 0o001) === 0)
      else if (!hidden && mode & 0o004 && !/pratique\.yml$|policies\/|desk\.(pub|lock)$/.test(path)) open.push(path)
    }
  }
  walk(desk.dir, (statSync(desk.dir).mode & 0o001) === 0)
  assert.deepEqual(open, [])
  // the key that checks signatures is everybody's, and the core's first
  assert.equal(statSync(join(desk.dir, 'keys/desk.pub')).mode & 0o777, 0o644)
})

test('spool segments that were taken in go when their time is up, and the rest stays', async t => {
  const desk = await startDesk(t, { settings: { segment_size: 4096, segment_keep: '100ms' } })
  const text = 'padding that makes the mail larger than a segment\n'.repeat(100)
  const segments = () => readdirSync(join(desk.dir, 'spool/edge')).filter(n => n.endsWith('.seg'))
  for (let i = 0; i < 4; i++) await send(desk, report({ text }))
  await until('the mails are taken in', async () => (await desk.cases()).length + (await desk.queue()).length === 4)
  assert.ok(segments().length >= 4)
  await desk.stop()
  await desk.start()
  await until('one segment is left', () => segments().length <= 2)
  assert.ok(segments().length >= 1, 'the newest stays: its number is the next one’s')
  await desk.proves()
})
