#!/usr/bin/env python3
"""Turn src/report/phrases.txt into C tables.

The file is for people: a section names a meaning, each line under it a
phrase. `(a|b c)` means either, `(a|)` means it may be left out, `..` stands
for up to three other words. Sections named `=x` only mark single words.

All phrases together become one automaton over words: a trie whose equal
tails are shared, so that the alternatives, multiplied out, cost nothing.
"""
import re
import sys

def expand(text):
    """All phrases that a line stands for."""
    m = re.search(r"\(([^()]*)\)", text)
    if not m:
        yield " ".join(text.split())
        return
    for one in m.group(1).split("|"):
        yield from expand(text[: m.start()] + " " + one + " " + text[m.end():])


def read(path):
    meanings, flags, phrases, marks = [], [], [], {}
    section = None
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            where = f"{path}:{number}"
            if line.startswith("["):
                section = line.strip("[]")
                known = flags if section.startswith("=") else meanings
                if section in known:
                    sys.exit(f"{where}: section '{section}' stands twice")
                known.append(section)
                continue
            if section is None:
                sys.exit(f"{where}: a phrase before the first [section]")
            for phrase in expand(line):
                words = phrase.split()
                plain = r"[a-z0-9_\u00df-\uffff]+"
                if section.startswith("="): # a mark may be looked up whole
                    plain = r"[a-z0-9_\u00df-\uffff-]+"
                bad = [w for w in words if w != ".." and
                       not re.fullmatch(plain, w)]
                if bad:
                    sys.exit(f"{where}: '{bad[0]}' can never match: words are "
                             "lower case, without punctuation")
                if section.startswith("="):
                    if len(words) != 1:
                        sys.exit(f"{where}: '{section}' takes single words")
                    marks.setdefault(words[0], set()).add(section)
                elif not words or words[0] == ".." or words[-1] == "..":
                    sys.exit(f"{where}: a phrase begins and ends with a word")
                elif words.count("..") > 3 or len(words) > 12:
                    sys.exit(f"{where}: at most 12 words and three gaps")
                else:
                    phrases.append((words, section))
    return meanings, flags, phrases, marks


def spelling(word):
    """A word's two numbers, as src/report/words.c takes them."""
    bytes_ = word.encode()
    first, rest = int.from_bytes(bytes_[:8], "little"), 0
    for i in range(8, len(bytes_), 8):
        if i >= 16:
            rest = (rest << 23 | rest >> 41) & (1 << 64) - 1
        rest ^= int.from_bytes(bytes_[i:i + 8], "little")
    return first, rest


def spread(word):
    first, rest = spelling(word)
    h = (first ^ rest << 1 ^ len(word.encode())) * 0x9E3779B97F4A7C15
    return h & (1 << 64) - 1


def rows(values, fmt="{}", per=12):
    out = []
    for i in range(0, len(values), per):
        out.append("\t" + " ".join(fmt.format(v) + ","
                                   for v in values[i:i + per]))
    return "\n".join(out)


def name(section):
    return re.sub(r"[^A-Z0-9]", "_", section.lstrip("=").upper())


class Node:
    def __init__(self):
        self.edges, self.gap, self.accept = {}, None, 0


def trie(phrases, ids, meanings):
    root = Node()
    for words, section in phrases:
        at = root
        for w in words:
            if w == "..":
                at.gap = at.gap or Node()
                at = at.gap
            else:
                at = at.edges.setdefault(ids[w], Node())
        at.accept |= 1 << meanings.index(section)
    return root


def share(node, seen, order):
    """The node that stands for all nodes with the same future."""
    for w in node.edges:
        node.edges[w] = share(node.edges[w], seen, order)
    if node.gap:
        node.gap = share(node.gap, seen, order)
    key = (node.accept, id(node.gap),
           tuple(sorted((w, id(n)) for w, n in node.edges.items())))
    if key not in seen:
        seen[key] = node
        order.append(node)
    return seen[key]


def main(source, header, code):
    meanings, flags, phrases, marks = read(source)
    if len(flags) > 16 or len(meanings) > 64:
        sys.exit(f"{source}: at most 16 '=' sections and 64 meanings")
    words = sorted({w for p, _ in phrases for w in p if w != ".."} |
                   set(marks))
    ids = {w: i + 1 for i, w in enumerate(words)}  # 0: a word we do not know
    order = []
    root = share(trie(phrases, ids, meanings), {}, order)
    number = {id(n): i + 1 for i, n in enumerate(order)}  # 0: nowhere
    accepts = sorted({n.accept for n in order} | {0})
    first, edge_word, edge_to = [0, 0], [], []
    for n in order:
        for w in sorted(n.edges) if n is not root else ():
            edge_word.append(w)
            edge_to.append(number[id(n.edges[w])])
        first.append(len(edge_word))
    bits = 1
    while 1 << bits < 3 * len(words):
        bits += 1
    size = 1 << bits
    slots = [0] * size
    for w in words:
        at = spread(w) >> 64 - bits
        while slots[at]:
            at = (at + 1) & (size - 1)
        slots[at] = (spread(w) & 0xffff) << 16 | ids[w]
    told = {}
    for w in words:
        other = told.setdefault((spelling(w), len(w.encode())), w)
        if other != w:
            sys.exit(f"{source}: '{w}' and '{other}' look alike")
    if max(len(order), len(edge_word)) > 65535:
        sys.exit(f"{source}: too much for 16 bits")
    byte = [0] * 256  # a word's byte in lower case, or WORD_...
    for c in range(256):
        text = chr(c)
        if c >= 0x80:
            byte[c] = 2
        elif text in ".?!;":
            byte[c] = 1
        elif text.isalnum() or text == "_":
            byte[c] = ord(text.lower())
    row = "{{{:#x}, {:#x}, {}, {}, {}}}".format
    words_of = ["{0}"] + [row(
        *spelling(w), sum(1 << flags.index(s) for s in marks.get(w, ())),
        number[id(root.edges[ids[w]])] if ids[w] in root.edges else 0,
        len(w.encode())) for w in words]
    tables = [
        ("uint8_t", "word_byte", byte),
        ("uint32_t", "word_slots", slots),
        ("struct word_row", "word_rows", words_of),
        ("uint16_t", "node_first", first),
        ("uint16_t", "node_gap", [0] + [
            number[id(n.gap)] if n.gap else 0 for n in order]),
        ("uint8_t", "node_accept", [0] + [
            accepts.index(n.accept) for n in order]),
        ("uint64_t", "node_filter", [0] + [
            f"UINT64_C({sum({1 << w % 64 for w in n.edges}):#x})"
            for n in order]),
        ("uint16_t", "edge_word", edge_word),
        ("uint16_t", "edge_to", edge_to),
        ("uint64_t", "accept_mask", [f"UINT64_C({m})" for m in accepts]),
    ]
    with open(header, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/phrases.py from phrases.txt. */\n"
                "#pragma once\n\n#include <stdint.h>\n\nenum meaning {\n")
        f.writelines(f"\tM_{name(s)},\n" for s in meanings)
        f.write(f"}};\nenum {{ MEANING_COUNT = {len(meanings)} }};\n\n"
                "enum word_flag {\n")
        f.writelines(f"\tW_{name(s)} = 1 << {i},\n"
                     for i, s in enumerate(flags))
        f.write(f"}};\n\nenum {{ WORD_SLOT_BITS = {bits}, "
                f"WORD_SLOTS = {size} }};\n"
                "/* Of word_byte: what is no letter. */\n"
                "enum { WORD_BREAK, WORD_STOP, WORD_WIDE };\n\n"
                "struct word_row {\n\tuint64_t first, rest; /* spelling */\n"
                "\tuint16_t flags, node;\n\tuint8_t n;\n};\n")
        f.writelines(f"extern const {kind} {label}[{len(v)}];\n"
                     for kind, label, v in tables)
    with open(code, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/phrases.py from phrases.txt. */\n"
                '#include "phrases_table.h"\n\n')
        for kind, label, values in tables:
            f.write(f"const {kind} {label}[{len(values)}] = {{\n"
                    f"{rows(values)}\n}};\n")


main(*sys.argv[1:4])
