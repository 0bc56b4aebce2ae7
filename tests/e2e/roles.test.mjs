// Any role may die at any moment: the keeper starts it again, nothing is lost.
import test from 'node:test'
import assert from 'node:assert/strict'
import { sleep, startDesk, until } from '../lib/desk.mjs'
import { letter, report, send } from '../lib/mail.mjs'

for (const role of ['edge', 'parse', 'core', 'post', 'sign', 'evidence'])
  test(`after kill -9 of ${role} the next report is taken as if nothing had been`, async t => {
    const desk = await startDesk(t)
    const before = report()
    await send(desk, before)
    await letter(desk, { to: before.from })
    const victims = desk.roles().filter(r => r.role === role)
    assert.ok(victims.length > 0, `${role} runs; there are ${JSON.stringify(desk.roles())}`)
    for (const { pid } of victims) process.kill(pid, 'SIGKILL')
    await until(`${role} is back`, () => {
      const now = desk.roles().filter(r => r.role === role)
      return now.length === victims.length && now.every(r => !victims.some(v => v.pid === r.pid))
    })
    const after = report({ from: 'jo@other.example' })
    await until('the mail is taken', () => send(desk, after).then(() => true))
    await letter(desk, { to: after.from })
    assert.equal((await desk.cases()).length, 2)
    await desk.proves()
    await desk.stop()
  })

test('after kill -9 of the keeper its roles end too, and the next start goes on', async t => {
  const desk = await startDesk(t)
  const a = report()
  await send(desk, a)
  await desk.case()
  const roles = desk.pids().slice(1)
  process.kill(desk.serving.pid, 'SIGKILL')
  await desk.ended
  const alive = pid => { try { process.kill(pid, 0); return true } catch { return false } }
  await until('the roles end', () => !roles.some(alive))
  await desk.start()
  await letter(desk, { to: a.from })
  assert.equal((await desk.cases()).length, 1)
  await desk.proves()
})

test('a data folder serves one desk at a time, and the second says so', async t => {
  const desk = await startDesk(t)
  const p = await desk.run(['serve'], { ms: 20_000 })
  assert.equal(p.status, 75, p.stderr)
  assert.match(p.stderr, /already/)
  const mail = report()
  await send(desk, mail)
  await letter(desk, { to: mail.from })
})

test('a desk that is stopped and started again knows its cases and repeats nothing', async t => {
  const desk = await startDesk(t)
  await send(desk, report())
  await letter(desk)
  const before = await desk.case()
  await desk.stop()
  await desk.start()
  assert.deepEqual(await desk.casefile(before.id), before)
  await sleep(500)
  assert.equal((await desk.letters()).length, 1)
})
