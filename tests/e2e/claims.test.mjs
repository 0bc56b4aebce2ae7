// What a report says about the code, looked up at the release it names; and
// that an invented report is shown for what it is, and refused by nobody.
import test from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Desk, folder, root, rows } from '../lib/desk.mjs'

const bundle = join(root, 'tests/fixtures/dag-factory/skeleton.bundle')
const policy = join(root, 'policies/dag-factory.yml')

const head = `From: Ann <ann@example.org>
To: oss_security@astronomer.io
Subject: Code execution in dag-factory through its YAML files
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <claims@example.org>
Content-Type: text/plain; charset=utf-8

`
const steps = `Steps to reproduce:

1. Write a YAML file that has a Python object in it.
2. Run \`airflow dags list\` and see it run as the scheduler.

Ann
`
const true_ones = `dag-factory 1.1.0 evaluates text of the YAML file in \`DagBuilder.safe_eval()\`
(dagfactory/dagbuilder.py, line 591). Before 1.0.0 setup.py was there too. The
class \`DagBuilder\` is in utils.py, I think.

The vulnerable code in dagfactory/dagbuilder.py:

\`\`\`python
class DagBuilder
    def __init__
\`\`\`

`
const invented = `dag-factory 1.1.0 does not check tokens in \`SessionManager.verify_jwt()\`
(dagfactory/auth/session.py, line 88). An attacker can run code.

The vulnerable code in dagfactory/auth/session.py:

\`\`\`python
token = jwt.decode(raw, verify=False)
return Session(token).user
\`\`\`

`

async function judged(t, text) {
  const dir = folder(t, 'claims'), mail = join(dir, 'a.eml'), desk = new Desk(t)
  writeFileSync(mail, head + text + steps)
  const run = async (...args) => {
    const p = await desk.run(['judge', '--policy', policy, ...args, mail])
    assert.equal(p.status, 0, p.stderr)
    return p.stdout
  }
  return {
    verdict: rows(await run('--mirror', bundle, '--json'))[0],
    alone: rows(await run('--json'))[0],
    shown: await run('--mirror', bundle, '--explain'),
  }
}

const short = c => [c.kind, c.text ?? `${c.file}:${c.from}`, c.status, c.where]

test('claims are looked up at the release that the report names', async t => {
  const { verdict, shown } = await judged(t, true_ones)
  const ev = verdict.evidence
  assert.equal(ev.tag, 'v1.1.0')
  assert.equal(ev.tag_stated, true)
  const claims = ev.claims.filter(c => c.kind !== 'quote').map(short)
  assert.deepEqual(claims, [
    ['function', 'DagBuilder.safe_eval', 'exists', 'dagfactory/dagbuilder.py:591'],
    ['file', 'dagfactory/dagbuilder.py', 'exists', 'dagfactory/dagbuilder.py'],
    ['line', 'dagfactory/dagbuilder.py:591', 'exists', 'dagfactory/dagbuilder.py:591'],
    ['file', 'setup.py', 'not in this release but in', 'v0.19.0, v0.18.1, v0.18.0 and 33 more'],
    ['class', 'DagBuilder', 'exists elsewhere', 'dagfactory/dagbuilder.py:156'],
    ['file', 'utils.py', 'exists', 'dagfactory/utils.py, tests/utils.py'],
  ])
  const [quote] = ev.claims.filter(c => c.kind === 'quote')
  assert.deepEqual([quote.status, quote.where], ['exists', 'dagfactory/dagbuilder.py:156'])
  assert.equal(ev.claims_counted.exists, 5)
  assert.match(shown, /claims +5 exists, 1 exists elsewhere/)
})

test('an invented report is shown for what it is, and judged as any other', async t => {
  const { verdict, alone, shown } = await judged(t, invented)
  assert.deepEqual(verdict.evidence.claims.map(c => [c.kind, c.status]), [
    ['function', 'never existed'], ['file', 'never existed'], ['line', 'never existed'], ['quote', 'never existed'],
  ])
  assert.equal(verdict.evidence.claims_counted['never existed'], 4)
  assert.match(shown, /4 never existed/)
  // the claims are facts beside it: what is proposed is the same without them
  assert.equal(verdict.disposition, alone.disposition)
  assert.equal(verdict.disposition, 'open')
  const results = v => v.clauses.map(c => [c.id, c.result]).filter(([id]) => id !== 'scope.tagged-releases')
  assert.deepEqual(results(verdict).filter(r => r[1] === 'breached'), results(alone).filter(r => r[1] === 'breached'))
})
