// Which mail belongs to which case, and who may change it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { contact, sleep, startDesk, until } from '../lib/desk.mjs'
import { answer, letter, report, send } from '../lib/mail.mjs'

async function asked(t) {
  const desk = await startDesk(t)
  const mail = report({ without: ['steps'] })
  await send(desk, mail)
  return { desk, mail, l: await letter(desk, { to: mail.from }), c: await desk.case() }
}
const joined = (desk, id, n) => until(`${n} mails in ${id}`, async () => {
  const c = await desk.casefile(id)
  return c.mails >= n && c
})

test('the token in the address alone joins the case', async t => {
  const { desk, l, c } = await asked(t)
  await send(desk, answer(l, { references: false, headers: { Subject: 'something else' } }))
  assert.deepEqual((await joined(desk, c.id, 2)).missing, [])
  assert.equal((await desk.cases()).length, 1)
})

test('the references alone join the case', async t => {
  const { desk, l, c } = await asked(t)
  await send(desk, answer(l, { to: contact }))
  assert.deepEqual((await joined(desk, c.id, 2)).missing, [])
})

test('a subject alone never joins a case', async t => {
  const { desk, l, c } = await asked(t)
  await send(desk, answer(l, { to: contact, references: false }))
  await until('the mail is somewhere', async () => (await desk.cases()).length + (await desk.queue()).length >= 2)
  const after = await desk.casefile(c.id)
  assert.equal(after.mails, 1)
  assert.deepEqual(after.missing, ['required.steps'])
})

test('a token from another address changes nothing, is seen, and brings no letter to it', async t => {
  const { desk, l, c } = await asked(t)
  await send(desk, answer(l, { from: 'mallory@elsewhere.example' }))
  await joined(desk, c.id, 2)
  const after = await desk.casefile(c.id)
  assert.deepEqual(after.missing, ['required.steps'], 'the gap is still open')
  assert.deepEqual(after.contacts, c.contacts)
  assert.equal(after.disposition, c.disposition)
  await sleep(500)
  assert.equal((await desk.letters()).filter(x => x.to !== 'mira@reporter.example').length, 0)
  await desk.proves()
})

test('an unknown token means a new mail', async t => {
  const { desk, c } = await asked(t)
  const [local, domain] = contact.split('@')
  await send(desk, report({ to: `${local}+zzzzzzzzzzzzzzzzzzzz@${domain}` }))
  const second = await desk.case(2)
  assert.notEqual(second.id, c.id)
})

test('a mail delivered twice is one case, one letter, and counted as a copy', async t => {
  const desk = await startDesk(t)
  const mail = report()
  for (let i = 0; i < 3; i++) await send(desk, mail)
  await letter(desk, { to: mail.from })
  await sleep(1000)
  assert.equal((await desk.cases()).length, 1)
  assert.equal((await desk.letters()).length, 1)
  await desk.proves()
})

test('chatter of the reporter brings no second acknowledgement', async t => {
  const { desk, l, c } = await asked(t)
  await send(desk, answer(l))
  await joined(desk, c.id, 2)
  await send(desk, answer(l, { text: 'Any news? Thanks, Mira\n' }))
  await joined(desk, c.id, 3)
  await sleep(500)
  assert.equal((await desk.letters()).filter(x => x.template.startsWith('received')).length, 1)
})
