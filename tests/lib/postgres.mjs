// postgres.mjs - a PostgreSQL of a test's own: a cluster in the temp folder,
// on loopback, that can be stopped and started in the middle of things.
//
// The desk comes in as an operator lets it: over TCP, with a password, as a
// role that owns its database and nothing else (docs/operations.md). The
// superuser comes in by the socket, which only this test knows.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanup, until } from './desk.mjs'
import { freePort } from './peers.mjs'

const home = '/usr/lib/postgresql'
const versions = existsSync(home) ? readdirSync(home).sort((a, b) => a - b) : []
const bin = versions.includes('15') ? join(home, '15/bin') : join(home, `${versions.at(-1)}`, 'bin')

/** The server refuses to run as root: then it is user postgres, or nobody. */
function unprivileged() {
  if (process.getuid() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find(l => /^(postgres|nobody):/.test(l))
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

function run(program, args, options = {}) {
  const p = spawnSync(join(bin, program), args, { encoding: 'utf8', ...options })
  if (p.error?.code === 'ENOENT') throw new Error(`no ${program}: apt-get install postgresql-15`)
  if (p.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${p.stdout ?? ''}${p.stderr ?? p.error}`)
  return p.stdout
}

export class Postgres {
  static password = 'not a secret: this cluster lives a minute'
  #databases = 0

  /** Made and started; it ends with this process, whatever ends that. */
  static async start() {
    const pg = new Postgres()
    pg.dir = mkdtempSync(join(tmpdir(), 'pratique-pg-'))
    pg.as = unprivileged()
    if (pg.as.uid) chownSync(pg.dir, pg.as.uid, pg.as.gid)
    chmodSync(pg.dir, 0o755)
    pg.port = await freePort()
    pg.env = { ...process.env, LC_ALL: 'C.UTF-8' }
    process.on('exit', () => pg.#vanish())
    run('initdb', ['-D', join(pg.dir, 'data'), '-U', 'postgres', '-E', 'UTF8', '--auth-local=trust', '--auth-host=scram-sha-256',
      '--no-sync', '--no-instructions'], { ...pg.as, cwd: pg.dir, env: pg.env })
    pg.ca = join(pg.dir, 'server.crt')
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(pg.dir, 'server.key'), '-out', pg.ca], { ...pg.as, cwd: pg.dir, stdio: 'ignore' })
    // Answered means committed here too; only the disk is not waited for.
    appendFileSync(join(pg.dir, 'data/postgresql.conf'), `
listen_addresses = '127.0.0.1'
port = ${pg.port}
unix_socket_directories = '${pg.dir}'
unix_socket_permissions = 0777
fsync = off
full_page_writes = off
ssl = on
ssl_cert_file = '${pg.ca}'
ssl_key_file = '${pg.dir}/server.key'
max_connections = 40
shared_buffers = 64MB
`)
    await pg.up()
    pg.sql(`CREATE ROLE pratique LOGIN PASSWORD '${Postgres.password}'`)
    return pg
  }

  async up() {
    const p = spawn(join(bin, 'postgres'), ['-D', join(this.dir, 'data')], { ...this.as, cwd: this.dir, env: this.env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    p.stderr.on('data', d => { said = (said + d).slice(-4000) })
    this.server = p
    this.ended = once(p, 'exit').then(() => { this.server = null })
    p.unref()
    p.stderr.unref()
    await until('PostgreSQL answers', () => {
      if (!this.server) throw new Error(`the server ended: ${said}`)
      return spawnSync(join(bin, 'pg_isready'), ['-q', '-h', this.dir, '-p', this.port, '-U', 'postgres']).status === 0
    })
  }

  /** `how`: SIGINT ends the sessions, SIGQUIT is a crash. */
  async down(how = 'SIGINT') {
    this.server.ref()
    process.kill(this.server.pid, how)
    await this.ended
  }

  #vanish() {
    if (this.server) try { process.kill(this.server.pid, 'SIGQUIT') } catch { /* gone */ }
    for (const end = Date.now() + 5000; this.server && Date.now() < end;) {
      try { process.kill(this.server.pid, 0) } catch { break }
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${this.server.pid}/status`, 'utf8'))) break
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
    if (process.env.KEEP) process.stderr.write(`# kept: ${this.dir}\n`)
    else rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }

  /** As the superuser; rows as text, columns apart by |. */
  sql(text, database = 'postgres') {
    return run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', this.dir, '-p', `${this.port}`, '-U', 'postgres', '-d', database, '-c', text]).trim()
  }

  /** The setting `database:` for a database, by the role of that name. */
  url(database, { user = 'pratique', password = Postgres.password, port = this.port, tls = 'sslmode=disable' } = {}) {
    return `postgresql:host=127.0.0.1 port=${port} user=${user} password='${password}' dbname=${database} ${tls}`
  }

  /**
   * A way to the server that breaks at the worst moment: {port, lost}. When
   * `worst()` says so, a COMMIT reaches the server, and its answer nobody.
   */
  async brittle(t, worst) {
    const way = { lost: 0 }
    const server = createServer(client => {
      const up = connect(this.port, '127.0.0.1')
      let doomed = false
      const end = () => { client.destroy(); up.destroy() }
      for (const s of [client, up]) s.on('error', end).on('close', end)
      client.on('data', d => {
        doomed = d.includes('COMMIT\0') && worst()
        up.write(d)
      })
      up.on('data', d => {
        if (!doomed) return client.write(d)
        way.lost++
        end()
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    cleanup(t, () => server.close())
    way.port = server.address().port
    return way
  }

  /** A new, empty database; its name. */
  create() {
    const name = `desk${++this.#databases}`
    this.sql(`CREATE DATABASE ${name} OWNER pratique TEMPLATE template0 ENCODING 'UTF8'`)
    this.sql(`REVOKE ALL ON DATABASE ${name} FROM public`)
    return name
  }
}
