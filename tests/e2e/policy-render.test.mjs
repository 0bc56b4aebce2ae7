// `policy render`: one policy, the same content in each format.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, Desk, folder, release, root } from '../lib/desk.mjs'

const policy = join(root, 'policies/dag-factory.yml')
const day = n => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)

const render = (file, format) => command(release, ['policy', 'render', '--policy', file, '--format', format])

/** A policy of a test's own, with more keys at its head. */
function written(t, more, link = 'https://example.org/security') {
  const file = join(folder(t), 'widget.yml')
  writeFileSync(file, `policy: 1\nname: Widget policy\nzone: Europe/Berlin\n${more}values:
  organisation: Example & Söhne
  contact: security@example.org
  link: ${link}
product: {name: Widget, prefix: WID}
clauses:
  - {id: contact, kind: contact, heading: 1. Who, text: "Write to {contact}; <b>not</b> *elsewhere*, see https://example.org/a?b=1&c=2."}
  - {id: required.steps, kind: required, part: steps, as: item, text: "# The steps_"}
  - {id: laws, kind: text, as: note, text: Comply with the law.}
`)
  return file
}

test('each format has the same words, and names the version at the end', async () => {
  const check = JSON.parse((await command(release, ['policy', 'show', '--json', policy])).stdout)
  const bare = s => s.replace(/<!--[\s\S]*?-->|^\.\.\n( {3}.*\n)+/gm, '').replace(/<style>[\s\S]*<\/style>|<title>.*<\/title>|<[^>]*>/g, m => /^<(https?:|\w+@)/.test(m) ? m : ' ')
    .replace(/\\(?=\W)/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').replace(/Warning|warning/g, '').replace(/\s+/g, ' ').trim()
  const words = {}
  for (const format of ['md', 'rst', 'html', 'txt']) {
    const p = await render(policy, format)
    assert.equal(p.status, 0, p.stderr)
    assert.ok(p.stdout.includes(check.hash), `${format} does not name its version`)
    words[format] = bare(p.stdout).replace(/ [0-9] /g, ' ')
    if (format === 'txt') for (const l of p.stdout.split('\n')) assert.ok(l.length <= 72, l)
    if (format !== 'html') for (const l of p.stdout.split('\n')) assert.ok(l.length <= 80, l)
  }
  assert.equal(words.rst, words.md)
  assert.equal(words.txt, words.md)
  assert.equal(words.html, words.md)
})

test('HTML: one h1, headings in order, an anchor for each clause, nothing loaded, all closed', async () => {
  const { stdout: html } = await render(policy, 'html')
  const { clauses } = JSON.parse((await command(release, ['policy', 'show', '--json', policy])).stdout)
  for (const c of clauses.filter(c => c.as !== 'comment')) assert.ok(html.includes(`id="${c.id}"`), `no anchor for ${c.id}`)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(m => m[1])
  assert.equal(new Set(ids).size, ids.length)
  const levels = [...html.matchAll(/<h([1-6])/g)].map(m => +m[1])
  assert.equal(levels.filter(l => l === 1).length, 1)
  levels.reduce((a, b) => { assert.ok(b <= a + 1, 'a level is left out'); return b }, 0)
  assert.match(html, /^<!DOCTYPE html>\n<html lang="en">/)
  assert.match(html, /<meta charset="utf-8">/)
  assert.match(html, /prefers-color-scheme: dark/)
  assert.match(html, /@media print/)
  assert.doesNotMatch(html, /<(script|link|img|iframe)|src=|url\(|@import/)
  const open = []
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z]\w*)[^>]*>/g)) {
    if (name === 'meta') continue
    if (!slash) open.push(name)
    else assert.equal(open.pop(), name)
  }
  assert.deepEqual(open, [])
})

test('words that mean something to a format come out as themselves', async t => {
  const file = written(t, '')
  const md = (await render(file, 'md')).stdout
  assert.match(md, /\\<b>not\\<\/b> \\\*elsewhere\\\*, see\s<https:\/\/example\.org\/a\?b=1&c=2>\./)
  assert.match(md, /^## 1\. Who$/m)
  assert.match(md, /^- \\# The steps\\_$/m)
  const html = (await render(file, 'html')).stdout
  assert.match(html, /&lt;b&gt;not&lt;\/b&gt; \*elsewhere\*, see <a href="https:\/\/example\.org\/a\?b=1&amp;c=2">/)
  const rst = (await render(file, 'rst')).stdout
  assert.match(rst, /^\\1\. Who\n-+$/m)
  assert.match(rst, /^- \\# The steps\\_$/m)
  for (const format of ['md', 'rst']) {
    const out = join(folder(t), `S.${format}`)
    assert.equal((await command(release, ['policy', 'render', '--policy', file, '--out', out])).status, 0)
    const d = await command(release, ['policy', 'drift', '--policy', file, out])
    assert.equal(d.status, 0, d.stdout)
  }
})

test('--out writes the file, its ending says the format; an unknown one is told with the nearest', async t => {
  const out = join(folder(t), 'SECURITY.rst')
  assert.equal((await command(release, ['policy', 'render', '--policy', policy, '--out', out])).status, 0)
  assert.match(readFileSync(out, 'utf8'), /\n=+\n/)
  const wrong = await render(policy, 'htm')
  assert.equal(wrong.status, 64)
  assert.match(wrong.stderr, /did you mean html/)
  const none = await command(release, ['policy', 'render', '--policy', policy])
  assert.equal(none.status, 64)
  assert.match(none.stderr, /--format/)
  const gone = join(folder(t), 'no', 'such', 'x.md')
  assert.notEqual((await command(release, ['policy', 'render', '--policy', policy, '--out', gone])).status, 0)
  assert.ok(!existsSync(gone))
})

test('security.txt by RFC 9116: its fields, one Expires ahead, every line ended', async t => {
  const expires = day(200)
  const file = written(t, `security-txt:
  expires: ${expires}
  languages: [en, de]
  canonical: [https://example.org/.well-known/security.txt]
  encryption: [https://example.org/key.txt, "openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f"]
  acknowledgments: [https://example.org/thanks]
  hiring: [https://example.org/jobs]
  csaf: [https://example.org/.well-known/csaf/provider-metadata.json]
`)
  const p = await render(file, 'security.txt')
  assert.equal(p.status, 0, p.stderr)
  const lines = p.stdout.split('\n')
  assert.equal(lines.pop(), '')
  for (const l of lines) assert.match(l, /^[A-Za-z-]+: \S.*\S$/)
  const of = name => lines.filter(l => l.startsWith(`${name}: `)).map(l => l.slice(name.length + 2))
  assert.deepEqual(of('Contact'), ['mailto:security@example.org'])
  assert.deepEqual(of('Expires'), [`${expires}T23:59:59Z`])
  assert.deepEqual(of('Preferred-Languages'), ['en, de'])
  assert.deepEqual(of('Policy'), ['https://example.org/security'])
  assert.deepEqual(of('Canonical'), ['https://example.org/.well-known/security.txt'])
  assert.equal(of('Encryption').length, 2)
  for (const name of ['Acknowledgments', 'Hiring', 'CSAF']) assert.equal(of(name).length, 1, name)
})

test('a security.txt that cannot be right is refused with what to do', async t => {
  for (const [more, why] of [['', /expires: YYYY-MM-DD/], [`security-txt: {expires: ${day(-2)}}\n`, /is past/], [`security-txt: {expires: ${day(500)}}\n`, /more than a year/]]) {
    const p = await render(written(t, more), 'security.txt')
    assert.equal(p.status, 65, p.stdout)
    assert.equal(p.stdout, '')
    assert.match(p.stderr, why)
  }
})

test('drift compares a published security.txt, and watches its end', async t => {
  const file = written(t, `security-txt: {expires: ${day(200)}, languages: [en]}\n`)
  const txt = join(folder(t), 'security.txt')
  assert.equal((await command(release, ['policy', 'render', '--policy', file, '--format', 'security.txt', '--out', txt])).status, 0)
  const drift = async () => {
    const p = await command(release, ['policy', 'drift', '--json', '--policy', file, txt])
    return [p.status, ...JSON.parse(p.stdout).filter(r => r.result !== 'same').map(r => `${r.clause} ${r.result}`)]
  }
  assert.deepEqual(await drift(), [0])
  const good = readFileSync(txt, 'utf8')
  writeFileSync(txt, good.replace(/\n/g, '\r\n'))
  assert.deepEqual(await drift(), [0], 'CRLF is as good')
  writeFileSync(txt, `# a comment\n\n${good.replace('mailto:', '')}Contact: https://example.net/form\n`)
  assert.deepEqual(await drift(), [1, 'Contact changed', 'Contact extra'])
  writeFileSync(txt, good.replace(/Expires.*\n/, ''))
  assert.deepEqual(await drift(), [1, 'Expires missing'])
  writeFileSync(txt, good.replace(/Expires.*/, `Expires: ${day(10)}T00:00:00Z`))
  assert.deepEqual(await drift(), [1, 'Expires changed', 'Expires expiring'])
  writeFileSync(txt, good.replace(/Expires.*/, 'Expires: 2020-01-01T00:00:00Z'))
  assert.deepEqual(await drift(), [1, 'Expires changed', 'Expires expired'])
  writeFileSync(txt, good.replace('Contact: ', 'Contact:'))
  assert.deepEqual((await drift()).slice(1), ['(line) wrong', 'Contact missing'])
})

test('due has a row for a security.txt of the desk that ends within 30 days', async t => {
  const desk = new Desk(t)
  const soon = written(t, `security-txt: {expires: ${day(10)}}\n`)
  desk.configure({ policies: [soon] })
  await desk.start()
  const p = await desk.run(['due', '--json'])
  assert.equal(p.status, 0, p.stderr)
  const rows = JSON.parse(p.stdout)
  assert.deepEqual(rows.map(r => [r.owner, r.duty, r.now]), [['WID', 'security.txt', 'running']])
  assert.match((await desk.run(['due'])).stdout, new RegExp(`running +WID +security\\.txt +${day(10)}`))
  assert.match((await desk.run(['due', '--at', `${day(12)}T00:00:00Z`])).stdout, /overdue +WID/)
  assert.match((await desk.run(['due', '--at', `${day(-40)}T00:00:00Z`])).stdout, /no promise runs/)
})
