// wire.mjs - SMTP and LMTP by hand, byte for byte, for what no client sends.
import net from 'node:net'
import { once } from 'node:events'

export class Wire {
  static async connect(port, host = '127.0.0.1') {
    const w = new Wire()
    w.socket = net.connect({ port, host, noDelay: true })
    w.buffer = ''
    w.closed = false
    w.wake = () => {}
    w.socket.on('data', d => { w.buffer += d.toString('latin1'); w.wake() })
    w.socket.on('close', () => { w.closed = true; w.wake() })
    w.socket.on('error', () => {})
    await once(w.socket, 'connect')
    return w
  }

  /** The next reply, continuation lines included: {code, text, lines}; code 0 when the peer hung up. */
  async reply(ms = 20_000) {
    const end = Date.now() + ms
    const lines = []
    for (;;) {
      const at = this.buffer.indexOf('\r\n')
      if (at >= 0) {
        const line = this.buffer.slice(0, at)
        this.buffer = this.buffer.slice(at + 2)
        lines.push(line)
        if (line[3] !== '-') return { code: Number(line.slice(0, 3)), text: lines.join('\n'), lines }
        continue
      }
      if (this.closed) return { code: 0, text: '(closed)', lines }
      if (Date.now() > end) throw new Error(`no reply within ${ms / 1000} s; so far: ${JSON.stringify(this.buffer)}`)
      await new Promise(done => {
        const timer = setTimeout(done, Math.min(1000, end - Date.now() + 1))
        this.wake = () => { clearTimeout(timer); done() }
      })
    }
  }

  write(bytes) { this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes) }
  async say(line) { this.write(line + '\r\n'); return this.reply() }
  /** Several lines one after the other, the replies in order. */
  async talk(...lines) {
    const replies = []
    for (const line of lines) replies.push(await this.say(line))
    return replies
  }
  end() { this.socket.destroy() }
}

/** Dot-stuffed and ended, for DATA. */
export const data = raw => Buffer.concat([Buffer.from(raw.toString('latin1').replace(/^\./gm, '..'), 'latin1'), Buffer.from('.\r\n')])

/** One mail by LMTP to each of rcpts: the replies after the final dot. */
export async function lmtp(port, { from, rcpts, raw }) {
  const w = await Wire.connect(port)
  try {
    await w.reply()
    await w.say('LHLO client.example')
    await w.say(`MAIL FROM:<${from}>`)
    let taken = 0
    const replies = []
    for (const rcpt of rcpts) {
      const r = await w.say(`RCPT TO:<${rcpt}>`)
      if (r.code === 250) taken++
      else replies.push({ rcpt, ...r })
    }
    if (taken === 0) return { refused: replies, replies: [] }
    await w.say('DATA')
    w.write(data(raw))
    const after = []
    for (let i = 0; i < taken; i++) after.push(await w.reply())
    return { refused: replies, replies: after }
  } finally {
    w.end()
  }
}
