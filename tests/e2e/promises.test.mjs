// Duties with a clock that is set: when they are due, and what `due` says.
// The sample's zone and calendar are those of its policy file.
import test from 'node:test'
import assert from 'node:assert/strict'
import { startDesk, until } from '../lib/desk.mjs'
import { letter, report, send } from '../lib/mail.mjs'

const duty = (c, name) => c.duties.find(d => d.duty === name)

for (const [sentence, at, day] of [
  ['a report of a Monday is to be validated by the next Monday', '2026-03-02T15:00:00Z', '2026-03-09'],
  ['a report of a Friday is to be validated by the next Friday', '2026-03-06T15:00:00Z', '2026-03-13'],
  ['a report of a Saturday is to be validated by the next Friday', '2026-03-07T15:00:00Z', '2026-03-13'],
  ['a report of a Sunday is to be validated by the next Friday', '2026-03-08T15:00:00Z', '2026-03-13'],
]) test(sentence, async t => {
  const desk = await startDesk(t, { clock: at })
  await send(desk, report())
  const c = await desk.case()
  assert.equal(Date.parse(c.opened), Date.parse(at), 'receipt time is ours')
  const d = duty(c, 'validate')
  assert.equal(d.business_days, 5)
  assert.equal(d.due_day, day)
  assert.ok(d.zone, 'the zone is named')
  const local = new Date(Date.parse(d.due) - 1000).toLocaleDateString('sv-SE', { timeZone: d.zone })
  assert.equal(local, day, 'due at the end of that local day')
})

test('receipt time is ours, never the Date of the mail', async t => {
  const desk = await startDesk(t, { clock: '2026-03-02T15:00:00Z' })
  await send(desk, report({ headers: { Date: 'Thu, 01 Jan 1998 00:00:00 +0000' } }))
  assert.equal(Date.parse((await desk.case()).opened), Date.parse('2026-03-02T15:00:00Z'))
})

test('due lists what runs, most urgent first, and --at looks ahead', async t => {
  const desk = await startDesk(t, { clock: '2026-03-02T15:00:00Z' })
  await send(desk, report())
  await letter(desk)
  await until('kept', async () => duty(await desk.case(), 'acknowledge').state === 'kept')
  desk.setClock('2026-03-04T15:00:00Z')
  await send(desk, report({ from: 'jo@other.example' }))
  await letter(desk, { to: 'jo@other.example' })
  await desk.case(2)
  await until('only validation runs', async () => (await desk.json(['due'])).every(d => d.duty === 'validate'))
  const due = await desk.json(['due'])
  assert.equal(due.length, 2)
  assert.ok(Date.parse(due[0].due) < Date.parse(due[1].due))
  assert.ok(due.every(d => d.now === 'running'), 'nothing is late yet')
  const ahead = await desk.json(['due', '--at', '2026-03-10T15:00:00Z'])
  assert.deepEqual(ahead.map(d => d.now), ['overdue', 'running'])
})

test('a release build refuses the clock of a file', async t => {
  const { release, command } = await import('../lib/desk.mjs')
  const p = await command(release, ['serve'], { env: { PRATIQUE_CLOCK_FILE: '/dev/null' } })
  assert.notEqual(p.status, 0)
  assert.match(p.stderr, /PRATIQUE_CLOCK_FILE/)
})
