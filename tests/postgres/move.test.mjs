// From one database to the other and back: the same desk.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Desk, contact, folder, root, startDesk, until } from '../lib/desk.mjs'
import { answer, letter, report, send } from '../lib/mail.mjs'
import { Postgres } from '../lib/postgres.mjs'
import { unlimited } from '../lib/stream.mjs'
import { Wire, data } from '../lib/wire.mjs'

const pg = await Postgres.start()
const corpus = join(root, 'tests/corpus')
const encrypted = { raw: readFileSync(join(corpus, 'encrypted-pgp-mime.eml')), from: 'mira@reporter.example', to: contact }

/** All that a person or a program is shown of a desk. */
async function shown(desk) {
  const all = { cases: [], items: [], due: await desk.json(['due']), letters: await desk.letters(), queue: await desk.queue() }
  for (const { id } of await desk.cases()) all.cases.push(await desk.json(['case', 'show', id]))
  for (const { mail } of all.queue) all.items.push(await desk.json(['queue', 'show', String(mail)]))
  for (const l of all.letters) l.shown = (await desk.run(['outbox', 'show', l.letter])).stdout
  return all
}

async function moved(t, from, database) {
  const file = join(folder(t, 'backup'), 'desk.backup')
  const b = await from.run(['backup', '--out', file])
  assert.equal(b.status, 0, b.stderr)
  const to = new Desk(t, { settings: { ...from.settings, database } })
  const r = await to.run(['restore', file])
  assert.equal(r.status, 0, r.stderr)
  await to.proves()
  return to
}

test('a desk moves from SQLite to PostgreSQL and back, shows the same, and goes on counting', async t => {
  const lite = await startDesk(t)
  const mail = report({ without: ['steps'] })
  await send(lite, mail)
  const l = await letter(lite, { to: mail.from })
  await send(lite, answer(l))
  await send(lite, report({ from: 'jo@other.example', text: 'A na\u00efve \ud83d\udea2 report.\n' }))
  await send(lite, encrypted)
  await send(lite, report({ headers: { 'Auto-Submitted': 'auto-replied', Subject: 'Out of office' }, text: 'I am away.\n' }))
  await until('all is taken', async () => (await lite.json(['case', 'list'])).length + (await lite.queue()).length >= 4)
  await until('the gap is filled', async () => (await lite.casefile('DAGF-1')).mails === 2)
  await until('nothing is under way', async () => (await lite.letters()).every(x => x.state !== 'queued'))
  await lite.stop()
  const before = await shown(lite)
  assert.ok(before.cases.length >= 1 && before.items.length >= 2)

  const post = await moved(t, lite, pg.url(pg.create()))
  assert.deepEqual(await shown(post), before)
  await post.start()
  await send(post, report({ from: 'new@third.example' }))
  await letter(post, { to: 'new@third.example' })
  await until('sent', async () => (await post.letters()).every(x => x.state !== 'queued'))
  await post.stop()
  const more = await shown(post)
  assert.equal(more.cases.length, before.cases.length + 1)
  assert.equal(new Set(more.cases.map(([c]) => c.case)).size, more.cases.length, 'no case id twice')

  const back = await moved(t, post, 'sqlite:desk.db')
  assert.deepEqual(await shown(back), more)
  await back.start()
  await send(back, report({ from: 'last@fourth.example' }))
  await letter(back, { to: 'last@fourth.example' })
  await back.proves()

  const again = await post.run(['restore', join(folder(t), 'none')])
  assert.notEqual(again.status, 0)
})

test('every mail of the corpus comes to the same on both databases', async t => {
  const names = readdirSync(corpus).filter(f => f.endsWith('.eml')).sort()
  assert.ok(names.length > 200)
  const settings = { ...unlimited, log: 'normal', send: 'shadow' }
  const desks = await Promise.all([startDesk(t, { settings }), startDesk(t, { settings: { ...settings, database: pg.url(pg.create()) } })])
  const told = await Promise.all(desks.map(async desk => {
    const w = await Wire.connect(desk.ports.smtp)
    await w.reply()
    await w.say('EHLO client.example')
    let taken = 0
    for (const name of names) {
      await w.talk('MAIL FROM:<mira@reporter.example>', `RCPT TO:<${contact}>`, 'DATA')
      const raw = readFileSync(join(corpus, name))
      w.write(data(raw.subarray(-2).toString('latin1') === '\r\n' ? raw : Buffer.concat([raw, Buffer.from('\r\n')])))
      if ((await w.reply()).code === 250) taken++
    }
    w.end()
    assert.ok(taken > names.length - 10, `${taken} of ${names.length} were taken`)
    await until('all are stored', () => desk.log.split('mail.taken').length - 1 >= taken, 60_000)
    const cases = (await desk.json(['case', 'list', '--limit', '10000'])).map(({ case: id, product, disposition, reporter, title, missing, state, mails }) => ({ id, product, disposition, reporter, title, missing, state, mails }))
    const queue = (await desk.queue()).map(({ mail, queue, from, subject, because, kind }) => ({ mail, queue, from, subject, because, kind }))
    const letters = (await desk.letters()).map(({ letter: id, template, to, state, held_because }) => ({ id, template, to, state, held_because }))
    for (const list of [cases, letters]) list.sort((a, b) => (a.id < b.id ? -1 : 1)) // many of one millisecond
    return { cases, queue, letters, text: await desk.json(['case', 'show', cases.at(-1).id]).then(([c]) => c.clauses) }
  }))
  assert.ok(told[0].cases.length > 100)
  assert.deepEqual(told[1], told[0])
  for (const desk of desks) await desk.proves()
})
