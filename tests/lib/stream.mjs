// stream.mjs - clients that keep handing in reports while the desk dies, as
// mail servers do: what got no 250 is handed in again, byte for byte.
import { contact, sleep, until } from './desk.mjs'
import { report } from './mail.mjs'
import { Wire, data } from './wire.mjs'

/** Settings under which nothing but the desk's own care limits letters. */
export const unlimited = {
  letters_per_address_day: 1000000, letters_per_domain_hour: 1000000, sessions_per_address: 1000,
  retry_first: '100ms', retry_most: '200ms', log: 'quiet',
}

export class Stream {
  constructor(desk, { clients = 3, pause = 5, onAcked = () => null, prefix = 's' } = {}) {
    Object.assign(this, { desk, clients, pause, onAcked, prefix, acked: new Map(), offered: new Map(), sessions: new Set(), running: false })
  }

  start() {
    this.running = true
    this.loops = Array.from({ length: this.clients }, () => this.#client())
    return this
  }

  /** No new mails; those that are under way are brought to their 250. */
  async stop() {
    this.running = false
    await Promise.all(this.loops)
  }

  /** The network goes too: nothing more is handed in until start(). */
  async cut() {
    this.running = false
    this.severed = true
    for (const w of this.sessions) w.end()
    await Promise.all(this.loops)
    this.severed = false
  }

  async #client() {
    let session = null
    while (this.running) {
      const n = `${this.prefix}${this.offered.size + 1}`
      const mail = report({ from: `${n}@${n}.example` })
      this.offered.set(mail.from, mail)
      session = await this.#deliver(session, mail)
      await sleep(Math.random() * this.pause * 2)
    }
    session?.end()
  }

  async #deliver(session, mail) {
    const end = Date.now() + 60_000
    for (;;) {
      if (this.severed) return null
      try {
        if (!session) {
          session = await Wire.connect(this.desk.ports.smtp)
          this.sessions.add(session)
          if ((await session.reply()).code !== 220) throw new Error('no greeting')
          if ((await session.say('EHLO client.example')).code !== 250) throw new Error('no EHLO')
        }
        for (const line of [`MAIL FROM:<${mail.from}>`, `RCPT TO:<${contact}>`])
          if ((await session.say(line)).code !== 250) throw new Error(line)
        if ((await session.say('DATA')).code !== 354) throw new Error('no DATA')
        session.write(data(mail.raw))
        const said = await session.reply()
        if (said.code !== 250) throw new Error(said.text)
        this.acked.set(mail.from, this.onAcked(mail))
        return session
      } catch (e) {
        session?.end()
        this.sessions.delete(session)
        session = null
        if (Date.now() > end) throw new Error(`not taken within 60 s: ${e.message}`)
        await sleep(20)
      }
    }
  }
}

/**
 * What must hold of cases and letters after whatever happened:
 * each acknowledged mail is one case, no mail is two; letters to one reporter
 * are one letter, repeated at most once a kill, and then byte for byte.
 */
export async function settle(desk, stream, letters, { kills, ms = 60_000 }) {
  // A mail whose reader was killed twice is quarantined: visible work, not
  // lost. It is a person's to answer.
  const quarantined = async () => (await desk.queue('quarantine')).map(m => m.from)
  const cases = async () => [...(await desk.json(['case', 'list', '--limit', '1000000'])).map(c => c.reporter), ...(await quarantined())]
  await until('every acknowledged mail is a case', async () => {
    const there = new Set(await cases())
    const lost = [...stream.acked.keys()].filter(from => !there.has(from))
    if (lost.length) throw new Error(`${lost.length} of ${stream.acked.size} acknowledged mails are no case: ${lost.slice(0, 5).join(' ')}`)
    return true
  }, ms)
  await until('no letter waits', async () => {
    const open = (await desk.letters()).filter(l => l.state !== 'sent' && !l.letter.startsWith('mail-'))
    if (open.length) throw new Error(`${open.length} are ${open[0].state}, e.g. ${JSON.stringify(open[0])}`)
    return true
  }, ms)
  const wrong = []
  const seen = new Map()
  for (const from of await cases()) seen.set(from, (seen.get(from) ?? 0) + 1)
  for (const [from, n] of seen) {
    if (n > 1) wrong.push(`${from} has ${n} cases`)
    if (!stream.offered.has(from)) wrong.push(`${from} was never handed in`)
  }
  const by_reporter = new Map()
  for (const l of letters()) by_reporter.set(l.to, [...(by_reporter.get(l.to) ?? []), l])
  const unread = await quarantined()
  let repeated = 0
  for (const from of seen.keys()) {
    const got = by_reporter.get(from) ?? []
    if (got.length === 0 && !unread.includes(from)) wrong.push(`${from} got no letter`)
    if (new Set(got.map(l => l.messageId)).size > 1) wrong.push(`${from} got ${got.length} different letters`)
    if (got.some(l => !l.raw.equals(got[0].raw))) wrong.push(`a letter to ${from} was repeated with other bytes`)
    repeated += Math.max(0, got.length - 1)
  }
  for (const to of by_reporter.keys()) if (!seen.has(to)) wrong.push(`a letter to ${to}, who has no case`)
  return { wrong, cases: seen.size, repeated, kills, quarantined: unread.length }
}
