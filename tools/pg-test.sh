#!/bin/sh
# pg-test.sh - run a command beside a PostgreSQL of its own.
#
# usage: pg-test.sh COMMAND [ARGUMENT...]
#
# Makes a cluster in a temporary folder, reachable by a socket in that folder
# only, sets PRATIQUE_TEST_PGSQL to its "postgresql:..." URL, runs the
# command, and stops the server by its process id, whatever happened.
# Committed means answered here too (synchronous_commit stays on); the disk
# itself is not waited for.
set -eu

fail() {
	echo "pg-test.sh: $*" >&2
	exit 99
}

bin=${PRATIQUE_PG_BIN:-}
for dir in "$bin" /usr/lib/postgresql/15/bin $(ls -d \
	/usr/lib/postgresql/*/bin 2>/dev/null); do
	if [ -x "$dir/initdb" ]; then
		bin=$dir
		break
	fi
done
[ -x "$bin/initdb" ] || fail "no initdb: apt-get install postgresql-15"
[ $# -gt 0 ] || fail "which command?"

dir=$(mktemp -d "${TMPDIR:-/tmp}/pratique-pg.XXXXXX")
as=
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
	chown "$user" "$dir"
	as="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups --"
	chmod 755 "$dir"
fi

server=
stop() {
	[ -n "$server" ] && kill -INT "$server" 2>/dev/null && wait "$server" ||
		true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

export LC_ALL=C.UTF-8
$as "$bin/initdb" -D "$dir/data" -U pratique -A trust -E UTF8 --no-sync \
	--no-instructions >"$dir/initdb.log" 2>&1 ||
	fail "initdb: $(cat "$dir/initdb.log")"
cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0777
fsync = off
full_page_writes = off
synchronous_commit = on
max_connections = 30
shared_buffers = 64MB
autovacuum = off
deadlock_timeout = 100ms
END
$as "$bin/postgres" -D "$dir/data" >"$dir/server.log" 2>&1 &
server=$!
n=0
until "$bin/pg_isready" -q -h "$dir" -U pratique -d postgres; do
	n=$((n + 1))
	kill -0 "$server" 2>/dev/null && [ $n -lt 200 ] ||
		fail "the server did not start: $(cat "$dir/server.log")"
	sleep 0.05
done

export PRATIQUE_TEST_PGSQL="postgresql:host=$dir user=pratique dbname=postgres"
status=0
"$@" || status=$?
exit $status
