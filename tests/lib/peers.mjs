// peers.mjs - Postfix and Dovecot from Debian, each with a folder of its own,
// on free loopback ports, started and ended by the test. The machine's own
// configuration and queues are never read or touched.
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import net from 'node:net'
import { cleanup, command, folder, owned, until } from './desk.mjs'

// Both switch to users of their own, for which they need root.
const root = process.getuid() === 0 ? [] : ['sudo', '-n']
const privileged = (program, args, options) => command(...(root.length ? [root[0], [...root.slice(1), program, ...args]] : [program, args]), options)

const foreground = (program, args) => {
  const p = owned(root.length ? spawn(root[0], [...root.slice(1), program, ...args], { stdio: 'ignore' }) : spawn(program, args, { stdio: 'ignore' }))
  return { ended: new Promise(done => p.on('exit', status => done(status))) }
}
const stop = async pidfile => {
  const pid = Number((await privileged('cat', [pidfile])).stdout)
  if (pid > 1) await privileged('sh', ['-c', 'kill "$0"', String(pid)]) // a program kill is not everywhere
}

/** A port below those that the kernel gives to clients, or it may be gone by the time it is used. */
export async function freePort() {
  for (;;) {
    const port = 12000 + Math.floor(Math.random() * 20000)
    const s = net.createServer()
    const free = await new Promise(done => {
      s.once('error', () => done(false))
      s.listen(port, '127.0.0.1', () => done(true))
    })
    if (!free) continue
    await new Promise(done => s.close(done))
    return port
  }
}

const answers = port => new Promise(done => {
  const s = net.connect(port, '127.0.0.1')
  s.on('data', () => { s.destroy(); done(true) })
  s.on('error', () => done(false))
})

/** {port, log()}: takes mail for `domain` by SMTP and hands it on to `next`, e.g. "lmtp:inet:127.0.0.1:2424". */
export async function startPostfix(t, { domain, next, settings = {} }) {
  const dir = folder(t, 'postfix')
  chmodSync(dir, 0o755)
  const port = await freePort()
  const conf = join(dir, 'conf')
  for (const d of ['conf', 'queue', 'data']) mkdirSync(join(dir, d))
  if (process.getuid() === 0) {
    const id = (await command('id', ['-u', 'postfix'])).stdout.trim()
    chownSync(join(dir, 'data'), Number(id), -1)
  } else {
    await privileged('chown', ['-R', 'root:root', join(dir, 'queue')])
    await privileged('chown', ['postfix', join(dir, 'data')])
  }
  const main = {
    compatibility_level: '3.6', queue_directory: join(dir, 'queue'), data_directory: join(dir, 'data'),
    command_directory: '/usr/sbin', daemon_directory: '/usr/lib/postfix/sbin', meta_directory: '/etc/postfix', mail_owner: 'postfix', setgid_group: 'postdrop',
    myhostname: 'mx.example', mydestination: '', inet_interfaces: '127.0.0.1', inet_protocols: 'ipv4', mynetworks: '127.0.0.0/8',
    relay_domains: domain, relay_transport: next, smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
    maillog_file: join(dir, 'log'), maillog_file_prefixes: dir, minimal_backoff_time: '1s', maximal_backoff_time: '2s', queue_run_delay: '1s', transport_retry_time: '1s',
    disable_dns_lookups: 'yes', smtp_dns_support_level: 'disabled', alias_maps: '', local_recipient_maps: '', in_flow_delay: '0', ...settings,
  }
  writeFileSync(join(conf, 'main.cf'), Object.entries(main).map(([k, v]) => `${k} = ${v}\n`).join(''))
  const service = (name, type, command, { open = false, wakeup = '-', most = '-' } = {}) =>
    `${name} ${type} ${open ? 'n' : '-'} - n ${wakeup} ${most} ${command}\n`
  writeFileSync(join(conf, 'master.cf'), [
    service(`127.0.0.1:${port}`, 'inet', 'smtpd', { open: true }),
    service('postlog', 'unix-dgram', 'postlogd', { open: true, most: '1' }),
    service('cleanup', 'unix', 'cleanup', { open: true, most: '0' }),
    service('qmgr', 'unix', 'qmgr', { open: true, wakeup: '1', most: '1' }),
    service('showq', 'unix', 'showq', { open: true }),
    service('flush', 'unix', 'flush', { open: true, most: '0' }),
    ...['bounce', 'defer', 'trace'].map(n => service(n, 'unix', 'bounce', { most: '0' })),
    ...['anvil', 'scache'].map(n => service(n, 'unix', n, { most: '1' })),
    ...['rewrite', 'error', 'retry', 'discard', 'smtp', 'lmtp', 'proxymap', 'tlsmgr', 'verify']
      .map(n => service(n, 'unix', { rewrite: 'trivial-rewrite', retry: 'error' }[n] ?? n)),
  ].join(''))
  const log = () => { try { return readFileSync(join(dir, 'log'), 'utf8') } catch { return '' } }
  const { ended } = foreground('postfix', ['-c', conf, 'start-fg'])
  cleanup(t, async () => {
    await stop(join(dir, 'queue/pid/master.pid'))
    await ended
  })
  await Promise.race([until('postfix answers', () => answers(port)), ended.then(s => { throw new Error(`postfix ended with ${s}: ${log()}`) })])
  return { port, log, dir }
}

/** {port, user, password, deliver(raw)}: an IMAP account on a Maildir. */
export async function startDovecot(t) {
  const dir = folder(t, 'dovecot')
  chmodSync(dir, 0o755)
  const port = await freePort()
  const mail = join(dir, 'mail')
  for (const d of ['run', 'state', 'mail', 'mail/new', 'mail/cur', 'mail/tmp']) mkdirSync(join(dir, d))
  const owner = await command('id', ['-u', 'mail'])
  const uid = Number(owner.stdout.trim())
  await privileged('chown', ['-R', 'mail:mail', mail])
  const conf = join(dir, 'dovecot.conf')
  writeFileSync(conf, `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:${mail}
first_valid_uid = 1
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${mail}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  chroot =
}
service anvil {
  chroot =
}
`)
  const { ended } = foreground('dovecot', ['-F', '-c', conf])
  const log = () => { try { return readFileSync(join(dir, 'log'), 'utf8') } catch { return '' } }
  cleanup(t, async () => {
    await stop(join(dir, 'run/master.pid'))
    await ended
  })
  await Promise.race([until('dovecot answers', () => answers(port)), ended.then(s => { throw new Error(`dovecot ended with ${s}: ${log()}`) })])
  let n = 0
  return {
    port, user: 'security', password: 'secret', log, dir,
    async deliver(raw) {
      const name = `${Date.now()}.${++n}.test`
      writeFileSync(join(dir, name), raw)
      await privileged('chown', [String(uid), join(dir, name)])
      await privileged('mv', [join(dir, name), join(mail, 'new', name)])
    },
  }
}
