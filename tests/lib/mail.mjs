// mail.mjs - reports as people write them, and ways to hand them in.
import nodemailer from 'nodemailer'
import { simpleParser } from 'mailparser'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { contact, until } from './desk.mjs'

let counter = 0
const run = Math.random().toString(36).slice(2, 8)
/** A word that no other mail of this run has. */
export const unique = () => `${run}${++counter}`

const body = {
  title: n => `dag-factory: a YAML file can read variables of another team (${n})`,
  steps: n => `Steps to reproduce:

1. Install dag-factory 1.0.1 from the package index.
2. Put a file team_${n}.yml with default_args under dags/.
3. Trigger the DAG and open the task log: the variable is printed.
`,
}

/**
 * A report: {raw, from, to, messageId}. `without: ['steps']` leaves parts out
 * (steps, title); `headers` adds or, with null, removes header fields.
 */
export function report({ from = 'mira@reporter.example', to = contact, n = unique(), without = [], headers = {}, text } = {}) {
  const messageId = `<${n}@reporter.example>`
  const fields = {
    Date: 'Mon, 23 Nov 2026 15:00:00 +0000', From: `Mira Okafor <${from}>`, To: to,
    Subject: without.includes('title') ? '' : body.title(n), 'Message-ID': messageId,
    'MIME-Version': '1.0', 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': '8bit', ...headers,
  }
  const head = Object.entries(fields).filter(([, v]) => v !== null).map(([k, v]) => `${k}: ${v}\n`).join('')
  const lines = text ?? `Hello,

I looked at dag-factory 1.0.1 (github.com/astronomer/dag-factory) and found that a
DAG file can read variables that belong to another team, because the loader
expands them before permissions are checked. Run ${n}.

${without.includes('steps') ? '' : body.steps(n) + '\n'}You can reach me at ${from}.

Mira
`
  return { raw: crlf(head + '\n' + lines), from, to, messageId, n }
}

/** An answer to a letter, with what was asked for. */
export function answer(letter, { from = 'mira@reporter.example', to, n = unique(), references = true, text, headers = {} } = {}) {
  return report({
    from, n, to: to ?? letter.replyTo ?? letter.from, text: text ?? `${body.steps(n)}\nMira\n`,
    headers: {
      Subject: `Re: ${letter.subject}`,
      ...(references ? { 'In-Reply-To': letter.messageId, References: letter.messageId } : {}), ...headers,
    },
  })
}

export const crlf = (text, encoding) => Buffer.from(text.replace(/\r?\n/g, '\r\n'), encoding)

/** By SMTP, with nodemailer; gives its info or throws its error (responseCode). */
export async function send(desk, mail, { sender = mail.from, rcpt = mail.to, port = desk.ports.smtp, ...options } = {}) {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true, ...options })
  try {
    return await transport.sendMail({ envelope: { from: sender, to: [].concat(rcpt) }, raw: mail.raw })
  } finally {
    transport.close()
  }
}

/** Letters in a Maildir, oldest first: {raw, headers, from, to, replyTo, subject, messageId, text, ...}. */
export async function maildir(dir) {
  const letters = []
  for (const sub of ['new', 'cur']) {
    let names = []
    try { names = readdirSync(join(dir, sub)) } catch { /* no letter yet */ }
    for (const name of names.sort()) letters.push(await readLetter(crlf(readFileSync(join(dir, sub, name), 'latin1'), 'latin1'), name)) // lines in a Maildir end in LF
  }
  return letters
}

export async function readLetter(raw, name) {
  const p = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true })
  const address = field => p[field]?.value?.[0]?.address
  return {
    name, raw, headers: p.headers, from: address('from'), to: address('to'), replyTo: address('replyTo'),
    subject: p.subject, messageId: p.messageId, inReplyTo: p.inReplyTo,
    references: [].concat(p.references ?? []), text: p.text ?? '', html: p.html, attachments: p.attachments,
  }
}

/** Waits for the n-th letter of the desk's own outbox to `to` (or to anyone). */
export async function letter(desk, { n = 1, to, ms } = {}) {
  const dir = join(desk.dir, 'outbox')
  const of = async () => (await maildir(dir)).filter(l => !to || l.to === to)
  await until(`letter ${n}${to ? ` to ${to}` : ''}`, async () => (await of()).length >= n, ms)
  return (await of())[n - 1]
}

/** The program's exit status after one mail on standard input. */
export async function pipe(desk, mail, { sender = mail.from, rcpt = mail.to, raw = mail.raw, args = [] } = {}) {
  const envelope = [...(sender === null ? [] : ['--sender', sender]), ...(rcpt === null ? [] : ['--rcpt', rcpt])]
  return desk.run(['intake', ...envelope, ...args], { input: raw })
}

export function assertWhole(letter) {
  assert.ok(!letter.html, 'plain text, no HTML')
  assert.equal(letter.attachments.length, 0)
  const head = letter.raw.subarray(0, letter.raw.indexOf('\r\n\r\n')).toString('latin1')
  for (const field of ['Date', 'From', 'To', 'Subject', 'Message-ID', 'MIME-Version', 'Content-Type'])
    assert.equal(head.split('\r\n').filter(l => l.toLowerCase().startsWith(field.toLowerCase() + ':')).length, 1, `${field} stands once`)
  assert.doesNotMatch(letter.raw.toString('latin1'), /[^\r]\n|\r[^\n]/, 'every line ends in CRLF')
}
