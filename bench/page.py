"""docs/performance.md, from what one run of bench/run measured."""
import json
import os
import platform
import subprocess

HEAD = '''# What it does a second, and how that was measured

This page is written by `bench/run`; nobody edits its figures. Postfix and the desk are measured in turn on one machine, so the ratios
mean more than the figures; the load average (of the last minute, before and after) is there because other programs ran beside it.

'''

ACCEPT = '''## Acceptance
Mails a second that `smtp-source` could hand over, median of {rounds} rounds, all roles running and working off the spool at the same time
(its mails are no reports: each becomes an item of a queue). Both say 250 only after fdatasync, and both log. Postfix throws each mail away
afterwards (`discard:`); the table has its better value of `in_flow_delay` 1s (the default) and 0. "Drained" is the rate up to the moment when
nothing is left to do: a mail thrown away by Postfix; with us one that is read, judged, filed and in the ledger.

| mail | connection | sessions | Postfix | pratique | ratio | aim | Postfix drained | pratique drained |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
'''

CLAIMS = '''
## Claims against a mirror
`bench/claims` makes a repository of 10,000 files (90 lines and 11 symbols each) and 500 tags, each of which changes 20 files, and looks
up what one report claims: files, lines, methods, names that are invented, quoted code. The index grows with the blobs that tags bring,
not with tags times files; a blob that a tag adds costs its symbols, 24 bytes each, and the lines that its path never had, 8 bytes each.

'''

CASES = '''
## Whole cases
`bench/load` sends complete reports of 4 KiB over 10 kept connections, each from an address of its own (letter caps raised by
`letters_per_address_day` and `letters_per_domain_hour`); each becomes a case, and its receipt goes to a sink by SMTP. 20,000 of them, from
the first connection to the last letter:

'''


def line_of(path, key):
    with open(path) as f:
        for line in f:
            if line.startswith(key):
                return line.split(':', 1)[1].strip()
    return '?'


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()


def machine(facts, build):
    memory = int(line_of('/proc/meminfo', 'MemTotal').split()[0]) / 1048576
    rows = [
        ('command', '`bench/run`, as root'),
        ('machine', f'{os.cpu_count()} × {line_of("/proc/cpuinfo", "model name")}, {memory:.1f} GiB, {facts["disk"]}'),
        ('kernel', platform.release()),
        ('Postfix', output('postconf', '-d', '-h', 'mail_version')),
        ('SQLite', facts['sqlite']),
        ('build', option(build, 'buildtype') + ', assertions on'),
    ]
    out = '| | |\n| --- | --- |\n' + ''.join(f'| {k} | {v} |\n' for k, v in rows)
    out += '\n| part | measured | at commit | load average |\n| --- | --- | --- | --- |\n'
    for part, about in facts['about'].items():
        out += f'| {part} | {about["when"]} | {about["commit"]} | {about["load"][0]:.1f} to {about["load"][1]:.1f} |\n'
    return out + '\n'


def option(build, name):
    with open(os.path.join(build, 'meson-info', 'intro-buildoptions.json')) as f:
        return next(o['value'] for o in json.load(f) if o['name'] == name)


def aim_of(row):
    if row['size'] == '100 KiB':
        return 2
    if not row['kept']:
        return 4
    return {10: 5, 50: 10}.get(row['sessions'])


def accept(facts):
    out = ACCEPT.format(rounds=facts['about']['accept']['rounds'])
    for r in facts['accept']:
        peer = max(r['postfix 1s'], r['postfix 0'])
        drained = max(r['postfix 1s drained'], r['postfix 0 drained'])
        aim = aim_of(r)
        out += (f'| {r["size"]} | {"kept" if r["kept"] else "new"} | {r["sessions"]} | {peer:,.0f} | {r["pratique"]:,.0f} | '
                f'{r["pratique"] / peer:.1f} | {aim or ""} | {drained:,.0f} | {r["pratique drained"]:,.0f} |\n')
    return out


def cases(c):
    peer = max(c['peer'].values())
    cpu = ', '.join(f'{r.rstrip("0123456789")} {us:,.0f}' for r, us in c['cpu'].items() if us >= 1)
    return CASES + (
        '| | measured | aim |\n| --- | ---: | ---: |\n'
        f'| whole cases a second | {c["rate"]:,.0f} | |\n'
        f'| Postfix merely accepting the same size, 10 kept connections, in the same minute | {peer:,.0f} | |\n'
        f'| ratio | {c["rate"] / peer:.1f} | 1 |\n'
        f'| 250s a second meanwhile | {c["taken"]:,.0f} | |\n'
        f'| from 250 to letter handed over, at {c["half"]:,} a second: p50 | {c["p50"]:.1f} ms | |\n'
        f'| p99 | {c["p99"]:.1f} ms | 250 ms |\n'
        f'| longest | {c["most"]:.1f} ms | |\n'
        f'| bytes on disk a case: database | {c["disk"]["database"]:,.0f} | |\n'
        f'| spool (kept for `segment_keep`) | {c["disk"]["spool"]:,.0f} | |\n\n'
        f'Processor time a case, in microseconds: {cpu}.\n')


def growth(rows):
    first = rows[0]
    out = ('\n## As it grows\nA thousand more such cases, three times (the median), when so many are there. Processor time is that of all roles; the aim is at most 1.3 times the cost '
           f'at {first["cases"]:,}.\n\n| cases | processor a mail | ratio | wall clock a mail | ratio |\n| ---: | ---: | ---: | ---: | ---: |\n')
    for r in rows:
        out += (f'| {r["cases"]:,} | {r["cpu"]:,.0f} µs | {r["cpu"] / first["cpu"]:.2f} | {r["wall"]:,.0f} µs | '
                f'{r["wall"] / first["wall"]:.2f} |\n')
    return out


def size_and_start(memory, start):
    mib = {k: {w: n / 1024 for w, n in v.items()} for k, v in memory.items()}
    return ('\n## Memory and start\nPSS and RSS are sums over the keeper and all roles.\n\n| | measured | aim |\n| --- | ---: | ---: |\n'
            f'| PSS idle | {mib["idle"]["pss"]:.1f} MiB | 64 MiB |\n| RSS idle | {mib["idle"]["rss"]:.1f} MiB | |\n'
            f'| PSS at its most, 6,000 cases over 50 sessions | {mib["busy"]["pss"]:.1f} MiB | |\n'
            f'| RSS then | {mib["busy"]["rss"]:.1f} MiB | |\n'
            f'| start to listening, new data folder, median of 11 | {start["new"]:.0f} ms | 200 ms |\n'
            f'| the same folder again | {start["again"]:.0f} ms | 200 ms |\n| the slowest of all 22 | {start["worst"]:.0f} ms | |\n')


def claims(facts):
    out = CLAIMS + '| | measured | aim |\n| --- | ---: | ---: |\n'
    out += f'| all claims of a report ({facts["claims"]}), warm | {facts["warm_ms"]:.2f} ms | 20 ms |\n'
    out += f'| in a new process, files dropped from the page cache | {facts["cold_ms"]:.0f} ms | 200 ms |\n'
    out += f'| mirror and index made from a local repository | {facts["fetch_ms"] / 1000:.1f} s | |\n'
    out += '\n| tags | blobs | index made in | size | bytes a blob |\n| ---: | ---: | ---: | ---: | ---: |\n'
    for row in facts['growth']:
        out += (f'| {row["tags"]} | {row["blobs"]:,} | {row["ms"] / 1000:.1f} s | {row["bytes"] / 1048576:.1f} MiB '
                f'| {row["bytes"] / row["blobs"]:.0f} |\n')
    return out


def judging(j):
    us, gmime = j['us'], j['us']['GMime parses it']
    rows = ''.join(f'| {name} | {t:.1f} µs | {t / gmime:.2f} | {"below 1" if name == "they are judged" else ""} |\n' for name, t in us.items())
    return (f'\n## Judging\nOne report of {j["bytes"]:,} bytes against {j["clauses"]} clauses, by `build/bench/bench_judge`: the best of many runs in one process. Peer is '
            'GMime, which parses the same mail in the same run. Ten times the text takes at most '
            f'{j["worst"]:.1f} times as long to judge.\n\n| | measured | of GMime\'s parse | aim |\n| --- | ---: | ---: | ---: |\n' + rows)


def write(facts, build):
    return (HEAD + machine(facts, build) + accept(facts) + cases(facts['cases']) + growth(facts['growth']) +
            size_and_start(facts['memory'], facts['start']) + claims(facts['claims']) +
            judging(facts['judge']))
