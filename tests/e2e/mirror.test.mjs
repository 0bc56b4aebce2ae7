// Mirrors: made from a bundle, a folder, an address; broken on the way; asked.
import test from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, command, Desk, folder, root, rows, sleep, startDesk, until } from '../lib/desk.mjs'
import { report, send } from '../lib/mail.mjs'

const fixtures = join(root, 'tests/fixtures/dag-factory')
const bundle = join(fixtures, 'skeleton.bundle')

const git = async (cwd, ...args) => {
  const p = await command('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.example', '-c', 'protocol.file.allow=always', ...args],
    { cwd, env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } })
  assert.equal(p.status, 0, `git ${args.join(' ')}: ${p.stderr}`)
  return p.stdout.trim()
}

/** A bare repository with the 64 tags. */
async function repository(t) {
  const dir = folder(t, 'repo')
  await git(dir, 'clone', '--quiet', '--mirror', bundle, 'dag-factory.git')
  return join(dir, 'dag-factory.git')
}

/** Serves a folder's repositories by git's own program; `cut` ends an answer after so many bytes. */
async function serve(t, dir, control = {}) {
  const asked = []
  const server = createServer((q, a) => {
    asked.push(q.url)
    if (control.answer) return control.answer(q, a)
    const at = new URL(q.url, 'http://x')
    const p = spawn('git', ['http-backend'], { env: {
      PATH: process.env.PATH, GIT_PROJECT_ROOT: dir, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: at.pathname, GIT_CONFIG_GLOBAL: '/dev/null',
      QUERY_STRING: at.search.slice(1), REQUEST_METHOD: q.method, CONTENT_TYPE: q.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: q.headers['content-encoding'] ?? '', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*',
    } })
    q.pipe(p.stdin)
    p.stdin.on('error', () => {})
    const chunks = []
    p.stdout.on('data', d => chunks.push(d))
    p.on('close', () => {
      const all = Buffer.concat(chunks), end = all.indexOf('\r\n\r\n')
      for (const line of all.subarray(0, end).toString().split('\r\n')) {
        const [name, ...value] = line.split(': ')
        if (name === 'Status') a.statusCode = Number.parseInt(value[0])
        else if (name) a.setHeader(name, value.join(': '))
      }
      const body = all.subarray(end + 4)
      if (control.cut && q.method === 'POST') { a.write(body.subarray(0, control.cut)); a.destroy() } else a.end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  cleanup(t, () => { server.closeAllConnections(); server.close() })
  return { url: `http://127.0.0.1:${server.address().port}`, asked }
}

const list = async desk => rows((await desk.run(['mirror', 'list', '--json'])).stdout)[0]

/** All bytes of a folder, to see that nothing has changed. */
function bytes(dir) {
  return readdirSync(dir, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)
    .map(e => e.isDirectory() ? [e.name, bytes(join(dir, e.name))] : [e.name, readFileSync(join(dir, e.name)).toString('base64')])
}

test('a bundle becomes a mirror, the list shows it, and an update finds nothing new', async t => {
  const desk = new Desk(t)
  assert.equal((await list(desk)).from, null)
  const p = await desk.run(['mirror', 'add', 'dag-factory', bundle])
  assert.equal(p.status, 0, p.stderr)
  const m = await list(desk)
  assert.equal(m.prefix, 'DAGF')
  assert.equal(m.tags, 64)
  assert.equal(m.releases, 43)
  assert.equal(m.newest, 'v1.1.0')
  assert.equal(m.branch, 'main')
  assert.equal(m.problem, null)
  const sum = await command('b2sum', ['-l', '256', join(desk.dir, 'mirrors/DAGF.git/packed-refs')])
  assert.equal(m.version, sum.stdout.split(' ')[0])
  const again = await desk.run(['mirror', 'update', '--json'])
  assert.equal(again.status, 0, again.stderr)
  assert.equal(rows(again.stdout)[0].unchanged, true)
  const mirror = join(desk.dir, 'mirrors/DAGF.git')
  assert.equal(await git(desk.dir, '--git-dir', mirror, 'fsck', '--full'), '')
  assert.deepEqual((await git(desk.dir, '--git-dir', mirror, 'tag')).split('\n').sort(),
    readFileSync(join(fixtures, 'tags.tsv'), 'utf8').trim().split('\n').slice(1).map(l => l.split('\t')[0]).sort())
})

test('a folder becomes the same mirror as the bundle of it', async t => {
  const desk = new Desk(t), repo = await repository(t)
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', bundle])).status, 0)
  const one = await list(desk)
  const p = await desk.run(['mirror', 'add', 'DAGF', repo])
  assert.equal(p.status, 0, p.stderr)
  assert.equal((await list(desk)).version, one.version)
})

test('over http only what is new comes, a moved tag and a vanished one are told', async t => {
  const desk = new Desk(t), repo = await repository(t), { url } = await serve(t, join(repo, '..'))
  const first = await desk.run(['mirror', 'add', 'DAGF', `${url}/dag-factory.git`, '--json'])
  assert.equal(first.status, 0, first.stderr)
  const began = rows(first.stdout)[0]
  assert.equal(began.tags_new, 64)
  const tree = await git(repo, 'rev-parse', 'main^{tree}')
  const commit = await git(repo, 'commit-tree', tree, '-p', 'main', '-m', 'next')
  await git(repo, 'update-ref', 'refs/heads/main', commit)
  await git(repo, 'tag', '-a', '-m', 'a tag of its own', 'v1.2.0', commit)
  await git(repo, 'tag', '-f', 'v0.19.0', commit)
  await git(repo, 'tag', '-d', 'v0.1.0')
  const p = await desk.run(['mirror', 'update', '--json'])
  assert.equal(p.status, 0, p.stderr)
  const news = rows(p.stdout)[0]
  assert.equal(news.tags_new, 1)
  assert.deepEqual(news.moved, ['v0.19.0'])
  assert.deepEqual(news.gone, ['v0.1.0'])
  assert.match(p.stderr, /DAGF: 1 tag moved: v0\.19\.0/)
  assert.match(p.stderr, /DAGF: 1 tag vanished: v0\.1\.0/)
  assert.ok(news.bytes < began.bytes / 10, `${news.bytes} of ${began.bytes} bytes came again`)
  const m = await list(desk)
  assert.equal(m.newest, 'v1.2.0')
  assert.deepEqual(m.moved, ['v0.19.0'])
  assert.equal((await desk.run(['mirror', 'update', '--anew'])).status, 0)
  assert.equal((await list(desk)).version, m.version)
})

test('what breaks on the way leaves the old mirror as it was, byte for byte', async t => {
  const desk = new Desk(t, { settings: { mirror_timeout: '3s' } }), repo = await repository(t)
  const control = {}, { url, asked } = await serve(t, join(repo, '..'), control)
  const mirror = join(desk.dir, 'mirrors/DAGF.git')
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', `${url}/dag-factory.git`])).status, 0)
  const before = bytes(mirror)
  const fails = async (what, status, pattern, args = ['mirror', 'update', '--anew']) => {
    const p = await desk.run(args)
    assert.equal(p.status, status, `${what}: ${p.status} ${p.stderr}`)
    assert.match(p.stderr, pattern, what)
    assert.deepEqual(bytes(mirror), before, what)
    assert.ok(!existsSync(`${mirror}.new`), what)
  }
  control.cut = 20_000
  await fails('cut off', 75, /cannot fetch it/)
  delete control.cut
  control.answer = (q, a) => a.writeHead(301, { location: `${url}/elsewhere.git/info/refs` }).end()
  await fails('redirected', 65, /has moved to '.*elsewhere\.git'/)
  assert.ok(!asked.some(u => u.includes('elsewhere')), 'a redirect is not followed')
  control.answer = (q, a) => a.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
  await fails('a password', 77, /no such public repository/)
  control.answer = (q, a) => a.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
  await fails('a page', 65, /no git repository/)
  control.answer = () => {} // says nothing, for ever
  await fails('silence', 75, /cannot reach it|too long/)
  delete control.answer
  const broken = join(folder(t, 'broken'), 'b.bundle')
  copyFileSync(bundle, broken)
  truncateSync(broken, 100_000)
  await fails('a cut bundle', 65, /bundle/, ['mirror', 'add', 'DAGF', broken])
  const flipped = readFileSync(bundle)
  flipped[90_000] ^= 1
  writeFileSync(broken, flipped)
  await fails('a flipped bit', 65, /bundle/, ['mirror', 'add', 'DAGF', broken])
  writeFileSync(broken, '# v2 git bundle\n-b2e9334e5ddb09e41ebac730383cc1331215b20d x\n\nPACK')
  await fails('a part of a bundle', 65, /line 2 names a prerequisite/, ['mirror', 'add', 'DAGF', broken])
  desk.configure({ mirror_size: 65536 })
  await fails('too much', 65, /mirror_size/)
  assert.equal((await list(desk)).from, `${url}/dag-factory.git`)
  desk.configure({ mirror_size: '2G', mirror_timeout: '10m' })
  const p = await desk.run(['mirror', 'update'])
  assert.equal(p.status, 0, p.stderr)
})

test('a repository that leads elsewhere is refused, and one that is a clone is read', async t => {
  const desk = new Desk(t), repo = await repository(t)
  const fails = async (dir, pattern) => {
    const p = await desk.run(['mirror', 'add', 'DAGF', dir])
    assert.equal(p.status, 65, p.stderr)
    assert.match(p.stderr, pattern)
    assert.ok(!existsSync(join(desk.dir, 'mirrors/DAGF.git')))
  }
  mkdirSync(join(repo, 'objects/info'), { recursive: true })
  writeFileSync(join(repo, 'objects/info/alternates'), '/elsewhere/objects\n')
  await fails(repo, /borrows objects/)
  rmSync(join(repo, 'objects/info/alternates'))
  writeFileSync(join(repo, 'shallow'), '')
  await fails(repo, /shallow clone/)
  rmSync(join(repo, 'shallow'))
  const linked = folder(t, 'linked')
  writeFileSync(join(linked, '.git'), `gitdir: ${repo}\n`)
  await fails(linked, /leads elsewhere/)
  // a configuration that would run and include something is not read
  writeFileSync(join(repo, 'config'), '[include]\n\tpath = /nowhere\n[core\nthis is no configuration')
  const clone = folder(t, 'clone')
  symlinkSync('/etc/passwd', join(repo, 'refs/heads/link'))
  const p = await desk.run(['mirror', 'add', 'DAGF', repo])
  assert.equal(p.status, 0, p.stderr)
  await git(clone, 'clone', '--quiet', bundle, 'work')
  await git(join(clone, 'work'), 'commit', '--quiet', '--allow-empty', '-m', 'loose')
  await git(join(clone, 'work'), 'tag', 'v2.0')
  const q = await desk.run(['mirror', 'add', 'DAGF', join(clone, 'work')])
  assert.equal(q.status, 0, q.stderr)
  assert.equal((await list(desk)).newest, 'v2.0')
})

test('a mirror that somebody has touched is refused, and made anew by an update', async t => {
  const desk = new Desk(t), mirror = join(desk.dir, 'mirrors/DAGF.git')
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', bundle])).status, 0)
  for (const touch of [
    () => { mkdirSync(join(mirror, 'objects/info')); writeFileSync(join(mirror, 'objects/info/alternates'), '/x\n') },
    () => mkdirSync(join(mirror, 'hooks')),
    () => symlinkSync('/etc', join(mirror, 'refs2')),
    () => writeFileSync(join(mirror, 'shallow'), ''),
    () => { rmSync(join(mirror, 'packed-refs')); symlinkSync('/etc/passwd', join(mirror, 'packed-refs')) },
  ]) {
    touch()
    assert.match((await list(desk)).problem, /not a mirror as we write them/)
    const p = await desk.run(['mirror', 'update'])
    assert.equal(p.status, 0, p.stderr)
    assert.equal((await list(desk)).problem, null)
  }
})

test('an update that is killed leaves a mirror that works, and the next one goes on', async t => {
  const desk = new Desk(t), repo = await repository(t), control = {}
  const { url } = await serve(t, join(repo, '..'), control)
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', `${url}/dag-factory.git`])).status, 0)
  const version = (await list(desk)).version
  control.answer = () => {}
  const p = spawn(desk.program, ['mirror', 'update', '--data', desk.dir], { env: { ...process.env, ...desk.env } })
  await until('it is under way', () => existsSync(join(desk.dir, 'mirrors/DAGF.git.new')))
  const busy = await desk.run(['mirror', 'update'])
  assert.equal(busy.status, 75)
  assert.match(busy.stderr, /another update/)
  p.kill('SIGKILL')
  await new Promise(done => p.once('exit', done))
  delete control.answer
  assert.equal((await list(desk)).version, version)
  await until('its child is gone, too', async () => (await desk.run(['mirror', 'update'])).status === 0)
  assert.ok(!existsSync(join(desk.dir, 'mirrors/DAGF.git.new')))
})

const about = version => report({ text: `Hello,

I looked at dag-factory ${version} (github.com/astronomer/dag-factory). A DAG file can
read variables of another team.

Steps to reproduce:

1. Install dag-factory ${version}.
2. Put a file under dags/ and trigger it; dagfactory/utils.py reads the variable.

You can reach me at mira@reporter.example.

Mira
` })

test('a mail is judged with what the mirror says; the ledger and rebuild keep it', async t => {
  const desk = await startDesk(t)
  assert.ok(desk.roles().some(r => r.role === 'evidence'))
  const judged = async r => {
    await send(desk, r)
    return until('the case', async () => {
      for (const c of rows((await desk.run(['case', 'list', '--json'])).stdout)) {
        const shown = rows((await desk.run(['case', 'show', '--json', c.case ?? c.id])).stdout)[0]
        if (shown.mail_list.some(m => m.message_id?.includes(r.n))) return shown
      }
    })
  }
  const without = await judged(about('0.22.0'))
  assert.equal(without.verdicts[0].evidence, null)
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', bundle])).status, 0)
  await sleep(1500) // the core looks for mirrors every second
  const yes = await judged(about('0.22.0'))
  const version = (await list(desk)).version
  const ev = yes.verdicts[0].evidence
  assert.equal(ev.mirror, version)
  assert.equal(ev.tag, 'v0.22.0')
  assert.deepEqual(ev.versions.map(v => [v.stated, v.status, v.tag]), [['0.22.0', 'confirmed', 'v0.22.0']])
  assert.equal(yes.events.find(e => e.kind === 'mail.judged').meta.mirror, version)
  const no = await judged(about('0.22.9'))
  assert.equal(no.verdicts[0].evidence.versions[0].status, 'no such release')
  assert.equal(no.disposition ?? no.state?.disposition ?? 'open', yes.disposition ?? yes.state?.disposition ?? 'open')
  const shown = await desk.run(['case', 'show', yes.case ?? yes.id])
  assert.match(shown.stdout, /evidence/)
  assert.match(shown.stdout, /0\.22\.0 +confirmed/)
  // what was judged before there was a mirror may be judged again, with it
  const again = await desk.run(['case', 'rejudge', without.case, '--reason', 'there is a mirror now'])
  assert.equal(again.status, 0, again.stderr)
  const [later] = rows((await desk.run(['case', 'show', '--json', without.case])).stdout)
  assert.equal(later.verdicts.length, 2)
  assert.equal(later.verdicts[1].evidence.tag, 'v0.22.0')
  assert.equal(later.verdicts[0].evidence, null)
  await desk.stop()
  const rebuilt = await desk.run(['rebuild'])
  assert.equal(rebuilt.status, 0, rebuilt.stderr)
})

test('a mirror that cannot be read, and a role that is killed, cost no mail', async t => {
  const desk = await startDesk(t)
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', bundle])).status, 0)
  await sleep(1500)
  const role = desk.roles().find(r => r.role === 'evidence')
  process.kill(role.pid, 'SIGSTOP') // it hangs: it is ended, and started again
  const r = about('0.22.0')
  const began = Date.now()
  await send(desk, r)
  await until('the case', async () => rows((await desk.run(['case', 'list', '--json'])).stdout).length === 1)
  assert.ok(Date.now() - began < 8000)
  await until('another is there', () => desk.roles().some(x => x.role === 'evidence' && x.pid !== role.pid))
  writeFileSync(join(desk.dir, 'mirrors/DAGF.git/pratique.refs'), 'nonsense\n')
  writeFileSync(join(desk.dir, 'mirrors/DAGF.git/pratique.fetched'), 'x\n')
  await send(desk, about('0.21.0'))
  await until('the next case', async () => rows((await desk.run(['case', 'list', '--json'])).stdout).length === 2)
})

test('judge looks into a mirror, a bundle or a folder', async t => {
  const dir = folder(t, 'judge'), mail = join(dir, 'a.eml'), desk = new Desk(t)
  writeFileSync(mail, about('0.22.0').raw)
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', bundle])).status, 0)
  const policy = join(root, 'policies/dag-factory.yml')
  for (const mirror of [join(desk.dir, 'mirrors/DAGF.git'), bundle, await repository(t)]) {
    const p = await desk.run(['judge', '--policy', policy, '--mirror', mirror, '--json', mail])
    assert.equal(p.status, 0, p.stderr)
    assert.equal(rows(p.stdout)[0].evidence.tag, 'v0.22.0')
  }
  const own = await desk.run(['judge', '--policy', policy, '--json', mail]) // with --data
  assert.equal(rows(own.stdout)[0].evidence.tag, 'v0.22.0')
  const p = await command(desk.program, ['judge', '--policy', policy, '--json', mail])
  assert.equal(p.status, 0, p.stderr)
  assert.equal(rows(p.stdout)[0].evidence, null)
  const no = await desk.run(['judge', '--policy', policy, '--mirror', join(dir, 'none'), mail])
  assert.equal(no.status, 66, no.stderr)
  const text = await desk.run(['judge', '--policy', policy, mail])
  assert.match(text.stdout, /evidence, which decides nothing by itself/)
  assert.match(text.stdout, /0\.22\.0 +confirmed: v0\.22\.0 \(line 3\)/)
})

test('a running desk updates its mirrors by itself, if it is told to', async t => {
  const repo = await repository(t)
  const desk = await startDesk(t, { settings: { mirror_update: '1s' } })
  assert.equal((await desk.run(['mirror', 'add', 'DAGF', repo])).status, 0)
  await git(repo, 'tag', 'v3.0', 'main')
  await until('the new tag is there', async () => (await list(desk)).newest === 'v3.0')
  await desk.stop()
})

test('as root, each process has a user of its own: one fetches, one looks, no other may', { skip: process.getuid() !== 0 && 'only root can' }, async t => {
  const desk = new Desk(t, { settings: { uid_base: 61_000 } })
  chmodSync(join(desk.dir, '..'), 0o711) // or no other user gets there
  await desk.start()
  const p = await desk.run(['mirror', 'add', 'DAGF', bundle])
  assert.equal(p.status, 0, p.stderr)
  const pack = readdirSync(join(desk.dir, 'mirrors/DAGF.git/objects/pack')).find(n => n.endsWith('.pack'))
  const stat = statSync(join(desk.dir, 'mirrors/DAGF.git/objects/pack', pack))
  assert.deepEqual([stat.uid, stat.gid, stat.mode & 0o777], [61_006, 61_005, 0o440])
  await sleep(1500)
  await send(desk, about('0.22.0'))
  const c = await until('the case', async () => {
    const [one] = rows((await desk.run(['case', 'list', '--json'])).stdout)
    return one && rows((await desk.run(['case', 'show', '--json', one.case])).stdout)[0]
  })
  assert.equal(c.verdicts[0].evidence?.tag, 'v0.22.0')
  const file = c.verdicts[0].evidence.claims.find(x => x.kind === 'file')
  assert.equal(file.status, 'exists', JSON.stringify(file)) // the index can be read, too
  assert.equal((await desk.run(['mirror', 'update'])).status, 0)
})
