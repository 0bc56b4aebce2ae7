// kill -9 of each role, at random moments, while mails stream in: no
// acknowledged mail is lost, none is handled twice, a letter is repeated at
// most once a kill and then byte for byte, the ledger verifies and rebuilds.
import test from 'node:test'
import assert from 'node:assert/strict'
import { sleep, startDesk, until } from '../lib/desk.mjs'
import { startSink } from '../lib/sink.mjs'
import { Stream, settle, unlimited } from '../lib/stream.mjs'
import { dice } from '../power/image.mjs'

const rounds = Number(process.env.PRATIQUE_ROUNDS || (process.env.PRATIQUE_LONG ? 3000 : 200))
const seed = Number(process.env.PRATIQUE_SEED || Date.now() % 1e9)
const roles = ['edge', 'parse', 'core', 'post', 'sign', 'evidence', 'keeper']
const a_folder = 50 // rounds; then a fresh one, or rebuilding takes the time

test(`${rounds} rounds of kill -9 while mails stream in (PRATIQUE_SEED=${seed})`, async t => {
  const random = dice(seed)
  const all = { cases: 0, repeated: 0, kills: 0, quarantined: 0 }
  for (let done = 0; done < rounds; done += a_folder)
    await t.test(`rounds ${done + 1} to ${Math.min(done + a_folder, rounds)}`, async t => {
      const sink = await startSink(t)
      const desk = await startDesk(t, { settings: { ...unlimited, transport: `smtp://127.0.0.1:${sink.port}` } })
      const stream = new Stream(desk).start()
      let kills = 0
      for (let i = done; i < Math.min(done + a_folder, rounds); i++) {
        await sleep(random() * 60)
        const role = roles[i % roles.length]
        if (role === 'keeper') {
          desk.serving.kill('SIGKILL')
          await desk.ended
          await desk.start()
        } else {
          const victims = desk.roles().filter(r => r.role === role)
          const victim = victims[Math.floor(random() * victims.length)]
          if (victim) try { process.kill(victim.pid, 'SIGKILL') } catch { /* it was quicker */ }
        }
        kills++
        await until('all roles are there', () => roles.slice(0, 6).every(r => desk.roles().some(x => x.role === r)))
      }
      await stream.stop()
      const found = await settle(desk, stream, () => sink.mails, { kills })
      assert.deepEqual(found.wrong, [])
      assert.ok(found.repeated <= kills * 8, `${found.repeated} letters were repeated by ${kills} kills`)
      assert.ok(found.quarantined <= kills / 6, `${found.quarantined} mails were quarantined`)
      assert.ok(found.cases >= 10, `the stream was no stream: ${found.cases} cases`)
      await desk.proves()
      await desk.stop()
      for (const k of Object.keys(all)) all[k] += found[k]
    })
  t.diagnostic(`${all.kills} kills, ${all.cases} cases, ${all.repeated} letters repeated, ${all.quarantined} mails quarantined`)
})
