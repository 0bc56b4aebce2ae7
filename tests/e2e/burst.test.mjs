// Many at once: every mail that got its 250 is handled once.
import test from 'node:test'
import assert from 'node:assert/strict'
import nodemailer from 'nodemailer'
import { cleanup, contact, startDesk, until } from '../lib/desk.mjs'
import { maildir, report } from '../lib/mail.mjs'
import { Wire } from '../lib/wire.mjs'
import { join } from 'node:path'

test('200 reports over 10 sessions are 200 cases and 200 letters', async t => {
  const desk = await startDesk(t)
  const pool = nodemailer.createTransport({ host: '127.0.0.1', port: desk.ports.smtp, ignoreTLS: true, pool: true, maxConnections: 10 })
  cleanup(t, () => pool.close())
  const mails = Array.from({ length: 200 }, (_, i) => report({ from: `r${i}@d${i}.example` }))
  await Promise.all(mails.map(m => pool.sendMail({ envelope: { from: m.from, to: contact }, raw: m.raw })))
  await until('200 cases', async () => (await desk.cases()).length >= 200, 60_000)
  await until('200 letters', async () => (await maildir(join(desk.dir, 'outbox'))).length >= 200, 60_000)
  const cases = await desk.cases()
  assert.equal(new Set(cases.map(c => c.id)).size, 200)
  assert.equal(new Set((await maildir(join(desk.dir, 'outbox'))).map(l => l.to)).size, 200)
  await desk.proves()
})

test('a thousand silent sessions keep nobody out', async t => {
  const desk = await startDesk(t, { settings: { sessions_per_address: 2000 } })
  const idle = await Promise.all(Array.from({ length: 1000 }, () => Wire.connect(desk.ports.smtp)))
  cleanup(t, () => idle.forEach(w => w.end()))
  for (const w of idle) assert.equal((await w.reply()).code, 220)
  const w = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => w.end())
  assert.equal((await w.reply()).code, 220)
})

test('one address may open so many sessions, and is told so', async t => {
  const desk = await startDesk(t, { settings: { sessions_per_address: 3 } })
  const three = []
  for (let i = 0; i < 3; i++) {
    three.push(await Wire.connect(desk.ports.smtp))
    assert.equal((await three[i].reply()).code, 220)
  }
  cleanup(t, () => three.forEach(w => w.end()))
  const fourth = await Wire.connect(desk.ports.smtp)
  cleanup(t, () => fourth.end())
  assert.equal((await fourth.reply()).code, 421)
})
