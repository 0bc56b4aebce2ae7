"""Postfix as the peer: an instance of its own in a folder, loopback only.

It accepts as any Postfix does (queue file written and synced, then 250) and
throws the mail away afterwards (discard), which is the least that a mail
server can do with one. It logs, as we do.
"""
import os
import pwd
import socket
import subprocess
import sys

# name, type, private, unpriv, chroot, wakeup, limit of processes, program
SERVICES = '''
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
'''

SETTINGS = '''
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}
myhostname = peer.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = discard:
relay_transport = discard:
alias_maps =
alias_database =
disable_dns_lookups = yes
in_flow_delay = {delay}
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
'''


class Postfix:
    def __init__(self, folder, port, delay):
        self.name, self.folder, self.port = f'postfix {delay}', folder, port
        if os.geteuid() != 0:
            sys.exit('bench/run: Postfix runs only as root')
        if not os.path.exists('/usr/lib/postfix/sbin/master'):
            sys.exit('bench/run: install the package postfix')
        for d in ('etc', 'queue', 'data', 'log'):
            os.makedirs(os.path.join(folder, d))
        os.chown(os.path.join(folder, 'data'), pwd.getpwnam('postfix').pw_uid, -1)
        with open(os.path.join(folder, 'etc', 'main.cf'), 'w') as f:
            f.write(SETTINGS.format(folder=folder, delay=delay))
        with open(os.path.join(folder, 'etc', 'master.cf'), 'w') as f:
            f.write(f'127.0.0.1:{port} inet n - n - 100 smtpd\n' + SERVICES.lstrip())

    def command(self, word):
        subprocess.run(['postfix', '-c', os.path.join(self.folder, 'etc'), word], check=False, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        # the tools look at the machine's own main.cf first, and want one
        if not os.path.exists('/etc/postfix/main.cf'):
            sys.exit('bench/run: /etc/postfix/main.cf is missing; an empty one will do')
        self.command('check')
        self.command('start')

    def stop(self):
        self.command('stop')

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(('127.0.0.1', self.port)) == 0

    def drained(self):
        return not any(files for q in ('incoming', 'active', 'deferred')
                       for _, _, files in os.walk(os.path.join(self.folder, 'queue', q)))
