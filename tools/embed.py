#!/usr/bin/env python3
"""Write files into a C table, so that the program carries them with it.

usage: embed.py OUT.c HEADER SYMBOL FILE...

HEADER declares `struct embedded { const char *name; struct span bytes; }`,
SYMBOL[] and SYMBOL_count. Rows are in the order of their names.
"""
import pathlib
import sys


def main(out, header, symbol, *files):
    rows = sorted((pathlib.Path(f).stem, pathlib.Path(f).read_bytes())
                  for f in files)
    c = [f'/* Written by tools/embed.py. */\n#include "{header}"\n']
    for i, (_, data) in enumerate(rows):
        c.append(f'static const unsigned char bytes_{i}[] = {{')
        for at in range(0, len(data), 16):
            c.append('\t' + ''.join(f'{b},' for b in data[at:at + 16]))
        c.append('\t0};')
    c.append(f'\nconst struct embedded {symbol}[] = {{')
    for i, (name, data) in enumerate(rows):
        c.append(f'\t{{"{name}", {{bytes_{i}, {len(data)}}}}},')
    c.append(f'}};\nconst size_t {symbol}_count = {len(rows)};')
    pathlib.Path(out).write_text('\n'.join(c) + '\n')


if __name__ == '__main__':
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
