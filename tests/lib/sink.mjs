// sink.mjs - a mail server that receives what the desk sends.
import { SMTPServer } from 'smtp-server'
import { cleanup } from './desk.mjs'
import { readLetter } from './mail.mjs'

/**
 * {port, mails: [{envelope, raw, ...}]}. `answer(mail)` may return an Error
 * with responseCode to refuse, e.g. Object.assign(new Error('later'), {responseCode: 451}).
 */
export async function startSink(t, { answer = () => null, ...options } = {}) {
  const mails = []
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], disableReverseLookup: true, logger: false, closeTimeout: 50, ...options,
    onData(stream, session, done) {
      const chunks = []
      stream.on('data', c => chunks.push(c))
      stream.on('end', async () => {
        const envelope = { from: session.envelope.mailFrom?.address ?? '', to: session.envelope.rcptTo.map(r => r.address) }
        const mail = { envelope, user: session.user, secure: session.secure, ...await readLetter(Buffer.concat(chunks)) }
        const refused = await answer(mail, mails.length)
        if (!refused) mails.push(mail)
        done(refused)
      })
    },
  })
  server.on('error', () => {})
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  cleanup(t, () => new Promise(done => server.close(done)))
  return { port: server.server.address().port, mails, server }
}
