#!/usr/bin/env python3
"""Turn lists/cwe.csv into a C table of ids and how they may be used."""
import csv
import sys


def status(row):
    if row["status"] == "Deprecated":
        return "CWE_DEPRECATED"
    if row["mapping_usage"] in ("Prohibited", "Discouraged"):
        return "CWE_DISCOURAGED"
    return "CWE_OK"


def main(source, version, code):
    with open(source, encoding="utf-8", newline="") as f:
        found = {int(row["id"].removeprefix("CWE-")): status(row)
                 for row in csv.DictReader(f)}
    with open(code, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/cwe_table.py from lists/cwe.csv. */\n"
                '#include "report/cwe_table.h"\n\n'
                f'const char cwe_version[] = "{version}";\n'
                f"const size_t n_cwe_table = {len(found)};\n"
                "const struct cwe_row cwe_table[] = {\n")
        f.writelines(f"\t{{{n}, {found[n]}}},\n" for n in sorted(found))
        f.write("};\n")


main(*sys.argv[1:4])
