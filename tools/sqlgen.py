#!/usr/bin/env python3
"""sqlgen.py - sql/*.sql becomes an enum of statements and a table of texts.

usage: sqlgen.py {h|c} FILE.sql...

A statement begins with `-- name: WORD roles: ROLE...` and ends with the next
name. `-- name: WORD@pgsql roles: ...` replaces it on PostgreSQL. A file whose
name begins with four digits is a migration: run as a whole, in order.

In both, {int64} {text} {blob} become the engine's types and {clustered} what
ends a table that is stored in its primary key. A line that begins with
"@pgsql " or "@sqlite " exists for that engine only. A migration's checksum is
taken over the file as it stands, so that it does not depend on this program.
"""
import hashlib
import os
import re
import sys

TYPES = {
    'sqlite': {'int64': 'integer', 'text': 'text', 'blob': 'blob',
               'clustered': 'WITHOUT ROWID'},
    'pgsql': {'int64': 'bigint', 'text': 'text', 'blob': 'bytea',
              'clustered': ''},
}
ROLES = ('core', 'read')
NAME = re.compile(r'-- name: ([a-z_0-9]+)(@pgsql)? roles: ([a-z ]+)$')


def fail(where, what):
    sys.exit('%s: %s' % (where, what))


def expand(text, engine, where):
    """The engine's own text: its lines, its types, no comments."""
    lines = []
    for line in text.splitlines():
        if line.startswith('@'):
            only, _, line = line[1:].partition(' ')
            if only not in TYPES:
                fail(where, "'@%s' is neither @sqlite nor @pgsql" % only)
            if only != engine:
                continue
        line = re.sub(r'(^|\s)--.*$', '', line).rstrip()
        if line.strip():
            lines.append(line.strip())

    def one(match):
        if match.group(1) not in TYPES[engine]:
            fail(where, "no such type '{%s}'" % match.group(1))
        return TYPES[engine][match.group(1)]
    return re.sub(r'\{(\w+)\}', one, '\n'.join(lines)).rstrip(';')


def statements(files):
    """name -> [roles, sqlite text, pgsql text, where], in file order."""
    found = {}
    for path in files:
        name, other, roles, where, body = None, False, None, path, []

        def close():
            if name is None:
                return
            text = '\n'.join(body)
            row = found.setdefault(name, [None] * 4 + [where])
            if other:
                if row[2]:
                    fail(where, "'%s@pgsql' is there twice" % name)
                row[2] = expand(text, 'pgsql', where)
            else:
                if row[1]:
                    fail(where, "'%s' is there twice" % name)
                row[0], row[1] = roles, expand(text, 'sqlite', where)
                row[3] = expand(text, 'pgsql', where)
        for number, line in enumerate(open(path), 1):
            match = NAME.match(line.rstrip())
            if match:
                close()
                where = '%s:%d' % (os.path.basename(path), number)
                name, other, body = match.group(1), bool(match.group(2)), []
                roles = match.group(3).split()
                for role in roles:
                    if role not in ROLES:
                        fail(where, "no such role '%s'" % role)
            elif line.startswith('-- name:'):
                fail('%s:%d' % (path, number), 'not a name line: ' + line)
            else:
                body.append(line.rstrip('\n'))
        close()
    for name, row in found.items():
        if row[1] is None:
            fail(row[4], "'%s' is for @pgsql only" % name)
    return {name: (row[0], row[1], row[2] or row[3], row[4])
            for name, row in found.items()}


def quote(text):
    lines = text.split('\n')
    return '\n\t\t'.join(
        '"%s%s"' % (line.replace('\\', '\\\\').replace('"', '\\"'),
                    '\\n' if i < len(lines) - 1 else '')
        for i, line in enumerate(lines))


def params(text):
    return max([0] + [int(n) for n in re.findall(r'\$(\d+)', text)])


def header(found):
    out = ['/* Made from sql/ by tools/sqlgen.py. */', '#pragma once', '',
           'enum sql {']
    out += ['\tSQL_%s,' % name.upper() for name in found]
    out += ['};', 'enum { SQL_COUNT = SQL_%s + 1 };'
            % list(found)[-1].upper()]
    return out


def table(found, migrations):
    out = ['/* Made from sql/ by tools/sqlgen.py. */', '#include "db/db_impl.h"',
           '', 'const struct db_statement db_statements[SQL_COUNT] = {']
    for name, (roles, sqlite, pgsql, where) in found.items():
        if params(sqlite) != params(pgsql):
            fail(where, "'%s' has other parameters on PostgreSQL" % name)
        out += ['\t{"%s", %s, %d,' % (
            name, ' | '.join('DB_ROLE_' + r.upper() for r in roles),
            params(sqlite)), '\t\t%s,' % quote(sqlite)]
        out += ['\t\t%s},' % ('NULL' if pgsql == sqlite else quote(pgsql))]
    out += ['};', '', 'const struct db_migration db_migrations[] = {']
    for path in migrations:
        raw = open(path, 'rb').read()
        name = os.path.basename(path)[:-len('.sql')]
        out += ['\t{"%s", "%s",' % (name, hashlib.blake2b(
            raw, digest_size=32).hexdigest())]
        for engine in ('sqlite', 'pgsql'):
            text = quote(expand(raw.decode(), engine, path))
            out += ['\t\t%s%s' % (text, ',' if engine == 'sqlite' else '},')]
    out += ['};', 'const unsigned db_n_migrations = %d;' % len(migrations)]
    return out


def main():
    want, files = sys.argv[1], sys.argv[2:]
    migrations = sorted(f for f in files
                        if re.match(r'\d{4}-', os.path.basename(f)))
    for i, path in enumerate(migrations, 1):
        if int(os.path.basename(path)[:4]) != i:
            fail(path, 'migration %04d is missing' % i)
    found = statements(sorted(f for f in files if f not in migrations))
    out = header(found) if want == 'h' else table(found, migrations)
    print('\n'.join(out))


main()
