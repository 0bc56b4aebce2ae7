#!/usr/bin/env python3
"""Turn lists/cwe.csv and lists/cwe-better.csv into a C table of ids: how they
may be used, and what is named in place of those that should not be."""
import csv
import sys


def number(text):
    return int(text.removeprefix("CWE-"))


def status(row):
    if row["status"] == "Deprecated":
        return "CWE_DEPRECATED"
    if row["mapping_usage"] in ("Prohibited", "Discouraged"):
        return "CWE_DISCOURAGED"
    return "CWE_OK"


def rows(source):
    with open(source, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def main(source, better, version, code):
    found = {number(row["id"]): status(row) for row in rows(source)}
    instead = {}
    for row in rows(better):
        old, new = number(row["id"]), number(row["better"])
        if found.get(old, "CWE_OK") == "CWE_OK":
            sys.exit(f"{better}: CWE-{old} needs no better one")
        if found.get(new) != "CWE_OK":
            sys.exit(f"{better}: CWE-{new} is no better one")
        instead.setdefault(old, []).append(new)
    flat, lines = [], []
    for n in sorted(found):
        new = instead.get(n, [])
        lines.append(f"\t{{{n}, {found[n]}, {len(new)}, {len(flat)}}},\n")
        flat += new
    with open(code, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/cwe_table.py from lists/cwe*.csv. */\n"
                '#include "report/cwe_table.h"\n\n'
                f'const char cwe_version[] = "{version}";\n'
                f"const size_t n_cwe_table = {len(found)};\n"
                "const struct cwe_row cwe_table[] = {\n")
        f.writelines(lines)
        f.write("};\nconst unsigned short cwe_better[] = {\n")
        f.writelines(f"\t{n},\n" for n in flat)
        f.write("\t0,\n};\n")


main(*sys.argv[1:5])
