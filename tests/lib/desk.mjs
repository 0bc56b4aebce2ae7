// desk.mjs - a desk of a test's own: a data folder in the temp folder, ports
// that were free, and the program's own commands to look at it.
//
// The whole program runs, all roles; nothing in it is replaced. `clock: true`
// takes the build that reads the clock from a file (PRATIQUE_SAN), so that a
// test can say what day it is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const release = process.env.PRATIQUE || join(root, 'build/pratique')
export const sanitized = process.env.PRATIQUE_SAN || join(root, 'build-san/pratique')
/** The address of the sample policy. */
export const contact = 'oss_security@astronomer.io'

export const sleep = ms => new Promise(done => setTimeout(done, ms))
/** The same, but nothing stays alive only to wait for it. */
const late = ms => new Promise(done => setTimeout(done, ms, 'late').unref())

/** What `probe` gives once it gives something; fails with `what` after `ms`. */
export async function until(what, probe, ms = 20_000) {
  const end = Date.now() + ms
  let last
  for (;;) {
    try {
      const value = await probe()
      if (value) return value
    } catch (e) {
      if (e.code === 'ERR_ASSERTION' && e.final) throw e
      last = e
    }
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s in vain: ${what}${last ? ` (${last.message})` : ''}`)
    await sleep(20)
  }
}

// Whatever ends the test process, what it started ends too.
const started = new Set()
export function owned(p) {
  started.add(p.pid)
  p.once('exit', () => started.delete(p.pid))
  return p
}
process.once('exit', () => {
  for (const pid of started) try { process.kill(pid, 'SIGTERM') } catch { /* gone, or not ours to end */ }
})
for (const [signal, status] of [['SIGTERM', 143], ['SIGINT', 130]]) process.once(signal, () => process.exit(status))

const stacks = new WeakMap()
/** After the test, whatever became of it: last in, first out. */
export function cleanup(t, fn) {
  let stack = stacks.get(t)
  if (!stack) {
    stacks.set(t, stack = [])
    t.after(async () => {
      let failed
      while (stack.length) try { await stack.pop()() } catch (e) { failed ??= e }
      if (failed) throw failed
    })
  }
  stack.push(fn)
}

/** A folder that is gone after the test, unless KEEP is set. */
export function folder(t, name = 'desk') {
  const dir = mkdtempSync(join(tmpdir(), `pratique-${name}-`))
  if (process.env.KEEP) process.stderr.write(`# kept: ${dir}\n`)
  else cleanup(t, () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

/** Runs any program to its end: {status, stdout, stderr}. Input may be bytes. */
export async function command(program, args, { input = '', env, cwd, ms = 60_000 } = {}) {
  const p = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const chunks = { out: [], err: [] }
  p.stdout.on('data', d => chunks.out.push(d))
  p.stderr.on('data', d => chunks.err.push(d))
  p.stdin.on('error', () => {}) // it need not read what it is given
  p.stdin.end(input)
  const timer = setTimeout(() => p.kill('SIGKILL'), ms)
  const [status, signal] = await Promise.race([once(p, 'close'), once(p, 'error').then(([e]) => { throw e })])
  clearTimeout(timer)
  return { status: status ?? signal, stdout: Buffer.concat(chunks.out).toString(), stderr: Buffer.concat(chunks.err).toString() }
}

const yaml = settings => Object.entries(settings).map(([k, v]) => `${k}: ${JSON.stringify(v)}\n`).join('')

/** Lines of JSON, or one array: the objects in it. */
export function rows(text) {
  const trimmed = text.trim()
  if (!trimmed) return []
  if (trimmed[0] === '[') return JSON.parse(trimmed)
  return trimmed.split('\n').map(line => JSON.parse(line))
}

export class Desk {
  /** Says what database a new desk gets that names none; SQLite unless set. */
  static database = null

  /** Makes the data folder; starts nothing. */
  constructor(t, { settings = {}, clock, program, env = {}, policies } = {}) {
    this.t = t
    this.dir = join(folder(t), 'data')
    this.program = program ?? (clock ? sanitized : release)
    // A command ends without giving back what its arena holds; that is no leak.
    this.env = this.program === sanitized ? { ASAN_OPTIONS: 'detect_leaks=0', ...env } : { ...env }
    this.settings = {
      send: 'live', transport: 'maildir:outbox', listen: ['smtp=127.0.0.1:0', 'lmtp=127.0.0.1:0'],
      policies: policies ?? ['policies/dag-factory.yml'], hostname: 'desk.example', node: 'test', disk_reserve: 0,
      ...(Desk.database ? { database: Desk.database() } : {}), ...settings,
    }
    mkdirSync(this.dir)
    cpSync(join(root, 'policies'), join(this.dir, 'policies'), { recursive: true })
    this.configure({})
    if (clock) {
      this.env.PRATIQUE_CLOCK_FILE = join(dirname(this.dir), 'clock')
      writeFileSync(this.env.PRATIQUE_CLOCK_FILE, '')
      this.setClock(clock === true ? '2026-11-23T15:00:00Z' : clock)
    }
    this.log = ''
    cleanup(t, () => this.end())
  }

  configure(more) {
    Object.assign(this.settings, more)
    writeFileSync(join(this.dir, 'pratique.yml'), yaml(this.settings))
  }

  /** In place and in one write: each role has the file open. */
  setClock(instant) {
    const fd = openSync(this.env.PRATIQUE_CLOCK_FILE, 'r+')
    writeSync(fd, instant.padEnd(40), 0)
    closeSync(fd)
  }

  /** Serves; done when it listens. */
  async start(more = []) {
    assert.ok(!this.serving, 'this desk serves already')
    assert.ok(existsSync(this.program), `${this.program} is not built`)
    const p = owned(spawn(this.program, ['serve', '--data', this.dir, '--ready-fd', '3', ...more],
      { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] }))
    this.serving = p
    p.stdout.on('data', d => { this.log += d })
    p.stderr.on('data', d => { this.log += d })
    this.ended = once(p, 'exit').then(([status, signal]) => {
      this.serving = null
      return status ?? signal
    })
    p.stdio[3].on('error', () => {})
    const line = await Promise.race([
      once(createInterface({ input: p.stdio[3] }), 'line').then(([l]) => l),
      this.ended.then(s => { throw new Error(`serve ended with ${s} before it listened:\n${this.log.slice(-2000)}`) }),
      late(30_000).then(() => { throw new Error(`serve did not listen within 30 s:\n${this.log.slice(-2000)}`) }),
    ])
    this.ready = JSON.parse(line)
    this.ports = Object.fromEntries(this.ready.listen.map(l => [l.protocol, l.port]))
    return this
  }

  /** Asks it to end; its exit status must be 0. */
  async stop() {
    if (!this.serving) return
    this.serving.kill('SIGTERM')
    const status = await Promise.race([this.ended, late(20_000).then(() => 'still there after 20 s')])
    assert.equal(status, 0, `serve ended with ${status}:\n${this.log.slice(-2000)}`)
  }

  async end() {
    if (!this.serving) return
    this.serving.kill('SIGTERM')
    if (await Promise.race([this.ended, late(10_000)]) === 'late') {
      for (const pid of this.pids()) try { process.kill(pid, 'SIGKILL') } catch { /* gone */ }
      await this.ended
    }
  }

  /** The whole desk at once, as when the power goes. */
  async die() {
    const pids = this.pids()
    this.serving.kill('SIGKILL')
    for (const pid of pids) try { process.kill(pid, 'SIGKILL') } catch { /* gone */ }
    await this.ended
  }

  /** Process ids of the roles as they are now (the keeper's children), by role. */
  roles() {
    const found = []
    for (const pid of children(this.serving.pid)) {
      const role = /^pratique-(\w+)/.exec(read(`/proc/${pid}/comm`))?.[1]
      // the kernel keeps 15 letters of a name
      if (role) found.push({ role: role === 'eviden' ? 'evidence' : role, pid })
    }
    return found
  }

  pids() {
    if (!this.serving) return []
    return [this.serving.pid, ...children(this.serving.pid)]
  }

  // --- commands ---------------------------------------------------------------

  /** Any command on this desk's data: {status, stdout, stderr}. */
  run(args, options = {}) {
    return command(this.program, [...args, '--data', this.dir], { ...options, env: { ...this.env, ...options.env } })
  }

  /** The same with --json; the objects, after exit status 0. */
  async json(args, options) {
    const p = await this.run([...args, '--json'], options)
    assert.equal(p.status, 0, `pratique ${args.join(' ')} --json: exit ${p.status}: ${p.stderr}`)
    return rows(p.stdout)
  }

  async cases() { return (await this.json(['case', 'list'])).map(c => ({ ...c, id: c.case })) }
  async casefile(id) {
    const [c] = await this.json(['case', 'show', id])
    return { ...c, id: c.case }
  }
  queue(name) { return this.json(name ? ['queue', 'list', name] : ['queue', 'list']) }
  letters() { return this.json(['outbox', 'list']) }

  /** Waits for the n-th case. */
  async case(n = 1) {
    await until(`${n} case(s)`, async () => (await this.cases()).length >= n)
    const all = await this.cases()
    return this.casefile(all.map(c => c.id).sort(byNumber)[n - 1])
  }

  /** All that must hold of a desk whatever befell it. Ends it. */
  async proves() {
    await this.stop()
    const ledger = await this.run(['ledger', 'verify'])
    assert.equal(ledger.status, 0, `ledger verify: ${ledger.stdout}${ledger.stderr}`)
    const rebuilt = await this.run(['rebuild'])
    assert.equal(rebuilt.status, 0, `rebuild: ${rebuilt.stdout}${rebuilt.stderr}`)
  }
}

const number = id => Number(/(\d+)$/.exec(id)?.[1] ?? 0)
export const byNumber = (a, b) => number(a) - number(b)

const read = file => { try { return readFileSync(file, 'utf8') } catch { return '' } }
const children = pid => read(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean).map(Number)

/** A desk that serves. */
export const startDesk = (t, options) => new Desk(t, options).start()
