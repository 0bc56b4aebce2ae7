// Each mail of tests/corpus teaches one sentence. This runner lets the program
// read and judge all of them, a process for each sender and recipient, and
// holds the answers against what the mail is there to pin down.
// How things are compared is told in tests/corpus/README.md.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'node:test'
import assert from 'node:assert/strict'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const corpus = join(here, 'corpus')
const program = resolve(process.env.PRATIQUE || join(root, 'build/pratique'))
const policies = ['dag-factory', 'cosmos'].map(p => join(root, 'policies', p + '.yml'))
const at_least = 120
const fields = {
  read: ['kind', 'from', 'envelope_sender', 'subject', 'message_id', 'in_reply_to', 'references', 'body', 'answer',
    'no_answer_because', 'text', 'new_text', 'title', 'steps', 'contact', 'cwe', 'severity', 'cvss', 'versions',
    'commits', 'files', 'functions', 'urls', 'cves', 'findings', 'public', 'exploited', 'placeholders', 'looks_like',
    'because', 'attachments', 'defects', 'text_has', 'text_lacks'],
  judge: ['product', 'routed_by', 'disposition', 'decided_by', 'clause', 'clauses', 'letter', 'split', 'disposition_not'],
}
const values = {
  kind: ['person', 'auto-reply', 'bounce', 'complaint', 'list', 'calendar', 'encrypted', 'unreadable'],
  body: ['plain', 'alternative', 'html-only', 'attachments-only', 'empty'],
  looks_like: ['vulnerability', 'bug', 'question', 'support', 'spam', 'other', 'unknown'],
  disposition: ['open', 'ask', 'ask-plain', 'set-aside', 'ignore', 'unrouted', 'encrypted', 'quarantine', 'no-case'],
  decided_by: ['desk', 'person'],
  result: ['met', 'breached', 'unknown', 'not-applicable'],
}

const files = readdirSync(corpus)
const mails = files.filter(f => f.endsWith('.json')).sort().map(f => {
  const name = f.slice(0, -'.json'.length)
  return { name, eml: join(corpus, name + '.eml'), ...JSON.parse(readFileSync(join(corpus, f), 'utf8')) }
})

test('the corpus is whole: every mail has a sentence, an expectation and a name of its own', () => {
  const of = ext => files.filter(f => f.endsWith(ext)).map(f => f.slice(0, -ext.length)).sort()
  assert.deepEqual(of('.eml'), of('.json'), 'each .eml has its .json and each .json its .eml')
  assert.ok(mails.length >= at_least, `at least ${at_least} mails, there are ${mails.length}`)
  const seen = new Map()
  for (const m of mails) {
    assert.ok(typeof m.why === 'string' && m.why.length > 20 && m.why.endsWith('.'), `${m.name}: why is a sentence`)
    assert.ok(!seen.has(m.why), `${m.name} and ${seen.get(m.why)} say the same sentence`)
    seen.set(m.why, m.name)
    assert.ok(m.read || m.judge, `${m.name}: expects something`)
    for (const part of ['read', 'judge']) {
      for (const key of Object.keys(m[part] ?? {})) assert.ok(fields[part].includes(key), `${m.name}: ${part} has no field '${key}'`)
      for (const [key, v] of Object.entries(m[part] ?? {}))
        if (values[key]) assert.ok(values[key].includes(v), `${m.name}: ${part}.${key} cannot be '${v}'`)
    }
    for (const c of m.judge?.clauses ?? []) assert.ok(values.result.includes(c.result), `${m.name}: ${c.id} cannot be '${c.result}'`)
  }
})

test('git leaves the bytes of the mails alone', () => {
  const rules = readFileSync(join(corpus, '.gitattributes'), 'utf8')
  assert.match(rules, /^\*\.eml\s+.*-text/m)
  const crlf = mails.filter(m => readFileSync(m.eml).includes('\r\n'))
  assert.ok(crlf.length > mails.length / 2, 'most mails still have their CRLF')
})

// One object a line and mail, keyed by file.
function run(args, group) {
  const p = spawnSync(program, [...args, ...group.map(m => m.eml)], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 10_000 })
  const by_file = new Map()
  for (const line of (p.stdout ?? '').split('\n')) {
    if (!line) continue
    try { const o = JSON.parse(line); by_file.set(o.file, o) } catch { /* shown below, with the rest */ }
  }
  return { by_file, how: p.error ? p.error.message : `exit ${p.status ?? p.signal}, stderr: ${(p.stderr ?? '').slice(0, 400)}` }
}

function envelope(m) {
  const args = []
  if (m.sender !== null && m.sender !== undefined) args.push('--sender', m.sender)
  if (m.rcpt) args.push('--rcpt', m.rcpt)
  return args
}

const groups = new Map()
for (const m of mails) {
  const key = JSON.stringify(envelope(m))
  groups.set(key, [...(groups.get(key) ?? []), m])
}
const answers = new Map()
let ran = false
function ask() {
  if (ran) return
  ran = true
  for (const [key, group] of groups) {
    const env = JSON.parse(key)
    const wanted = { read: group.filter(m => m.read), judge: group.filter(m => m.judge) }
    const args = {
      read: ['read', '--json', '--text', ...env],
      judge: ['judge', ...policies.flatMap(p => ['--policy', p]), '--json', ...env],
    }
    for (const part of ['read', 'judge']) {
      if (wanted[part].length === 0) continue
      const { by_file, how } = run(args[part], wanted[part])
      for (const m of wanted[part]) {
        // A mail that ends or hangs the program must not hide its neighbours.
        const again = !by_file.has(m.eml) && wanted[part].length > 1 ? run(args[part], [m]) : { by_file, how }
        answers.set(`${part} ${m.name}`, { value: again.by_file.get(m.eml), how: again.how })
      }
    }
  }
}

// A range of lines, however it is written: 3, [3,5], {line,end}, {from,to}.
function range(x) {
  if (typeof x === 'number') return [x, x]
  if (Array.isArray(x)) return [x[0], x[x.length - 1]]
  const from = x.line ?? x.from ?? x.start
  return [from, x.end ?? x.to ?? from]
}
const overlap = (a, b) => a[0] <= b[1] && b[0] <= a[1]
const show = v => JSON.stringify(v)?.slice(0, 300)

// Collects differences instead of stopping at the first one.
function compare(where, want, got, out) {
  if (where === 'read.steps' && want !== null) {
    if (got === null || got === undefined) return out.push(`${where}: want lines ${show(want)}, got none`)
    const [w, g] = [range(want), range(got)]
    if (!overlap(w, g)) out.push(`${where}: want lines ${w}, got ${g}`)
    return
  }
  if (where === 'read.new_text') {
    const lines = new Set()
    for (const r of got ?? []) for (let [i, end] = range(r); i <= end; i++) lines.add(i)
    for (const i of want.has ?? []) if (!lines.has(i)) out.push(`${where}: line ${i} is new text, got ${show(got)}`)
    for (const i of want.none ?? []) if (lines.has(i)) out.push(`${where}: line ${i} is no new text, got ${show(got)}`)
    return
  }
  if (where === 'read.defects') {
    if (want.length === 0 && got?.length) out.push(`${where}: want none, got ${show(got)}`)
    for (const w of want) if (!(got ?? []).some(g => g.toLowerCase().includes(w.toLowerCase()))) out.push(`${where}: none says '${w}' in ${show(got)}`)
    return
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return out.push(`${where}: want ${show(want)}, got ${show(got)}`)
    want.forEach((w, i) => compare(`${where}[${i}]`, w, got[i], out))
  } else if (want && typeof want === 'object' && (want.has || want.none)) {
    if (!Array.isArray(got)) return out.push(`${where}: want an array, got ${show(got)}`)
    const found = w => got.some(g => { const o = []; compare(where + '[]', w, g, o); return o.length === 0 })
    for (const w of want.has ?? []) if (!found(w)) out.push(`${where}: want among others ${show(w)}, got ${show(got)}`)
    for (const w of want.none ?? []) if (found(w)) out.push(`${where}: want nothing like ${show(w)}, got ${show(got)}`)
  } else if (want && typeof want === 'object') {
    if (!got || typeof got !== 'object') return out.push(`${where}: want ${show(want)}, got ${show(got)}`)
    for (const k of Object.keys(want)) compare(`${where}.${k}`, want[k], got[k], out)
  } else if (want === null ? got !== null && got !== undefined : want !== got) {
    out.push(`${where}: want ${show(want)}, got ${show(got)}`)
  }
}

function compare_clauses(want, got, out) {
  for (const w of want) {
    const g = (got ?? []).find(c => c.id === w.id)
    if (!g) { out.push(`clause ${w.id}: not in the answer`); continue }
    if (g.result !== w.result) out.push(`clause ${w.id}: want ${w.result}, got ${g.result} (${show(g.because)})`)
    for (const l of w.lines ?? [])
      if (!(g.lines ?? []).some(x => overlap(range(l), range(x)))) out.push(`clause ${w.id}: line ${l} is not shown by ${show(g.lines)}`)
  }
}

function differences(m) {
  const out = []
  for (const part of ['read', 'judge']) {
    if (!m[part]) continue
    const { value, how } = answers.get(`${part} ${m.name}`)
    if (!value) { out.push(`${part}: no answer for this mail (${how})`); continue }
    for (const [key, want] of Object.entries(m[part])) {
      if (key === 'clauses') compare_clauses(want, value.clauses, out)
      else if (key === 'text_has') { for (const s of want) if (!value.text?.includes(s)) out.push(`read.text lacks ${show(s)}: ${show(value.text)}`) }
      else if (key === 'text_lacks') { for (const s of want) if (value.text?.includes(s)) out.push(`read.text has ${show(s)}: ${show(value.text)}`) }
      else if (key === 'disposition_not') { if (want.includes(value.disposition)) out.push(`judge.disposition: must not be ${value.disposition}`) }
      else compare(`${part}.${key}`, want, value[key], out)
    }
  }
  return out
}

for (const m of mails) {
  test(m.why, m.todo ? { todo: m.todo } : {}, () => {
    ask()
    const out = differences(m)
    assert.ok(out.length === 0, `${m.name}.eml\n  ${out.join('\n  ')}`)
  })
}

test('no mail waits for what the program does already', () => {
  ask()
  const done = mails.filter(m => m.todo && differences(m).length === 0).map(m => m.name)
  assert.deepEqual(done, [], 'take "todo" out of these')
})
