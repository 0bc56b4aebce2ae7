/*
 * toml.c - the strings in a TOML file, with the table and key of each.
 *
 * Debian 12 has no TOML library for C (docs/decisions). A manifest needs
 * little of the language: tables, dotted keys, strings, arrays and inline
 * tables, with their lines. Depth and length of names are bounded; one pass.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/depends.h"

enum { PATH_BYTES = 500, DEPTH = 16 };

struct toml {
	struct span s;
	size_t at;
	unsigned line;
	char path[PATH_BYTES]; /* table and keys, joined by dots */
	size_t table;          /* length of the table's part */
	toml_found *found;
	void *ctx;
};

static unsigned char
peek(const struct toml *t)
{
	return t->at < t->s.n ? t->s.p[t->at] : '\0';
}

static void
blanks(struct toml *t, bool lines)
{
	for (; t->at < t->s.n; t->at++) {
		unsigned char c = t->s.p[t->at];

		if (c == '#') {
			while (t->at + 1 < t->s.n && t->s.p[t->at + 1] != '\n')
				t->at++;
		} else if (c == '\n' && lines) {
			t->line++;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

static void
skip_line(struct toml *t)
{
	while (t->at < t->s.n && t->s.p[t->at] != '\n')
		t->at++;
}

static struct span
quoted(struct toml *t)
{
	unsigned char q = peek(t);
	bool three = t->at + 2 < t->s.n && t->s.p[t->at + 1] == q &&
		t->s.p[t->at + 2] == q;
	size_t from = t->at + (three ? 3 : 1), i = from;

	for (; i < t->s.n; i++) {
		if (q == '"' && t->s.p[i] == '\\') {
			i++;
		} else if (t->s.p[i] == q &&
			(!three ||
				(i + 2 < t->s.n && t->s.p[i + 1] == q &&
					t->s.p[i + 2] == q))) {
			break;
		} else if (t->s.p[i] == '\n') {
			if (!three)
				break;
			t->line++;
		}
	}
	struct span text = span_cut(t->s, from, i);
	t->at = i;
	if (i < t->s.n && t->s.p[i] == q)
		t->at += three ? 3 : 1;
	return text;
}

static bool
is_key_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
		c == '-' || c >= 0x80;
}

/* Appends "a.b" at the path's end `n`; its new end, 0 if it is no key. */
static size_t
key(struct toml *t, size_t n)
{
	for (;;) {
		struct span part;

		blanks(t, false);
		if (peek(t) == '"' || peek(t) == '\'') {
			part = quoted(t);
		} else {
			size_t from = t->at;

			while (t->at < t->s.n && is_key_byte(peek(t)))
				t->at++;
			part = span_cut(t->s, from, t->at);
		}
		if (part.n == 0 || n + part.n + 2 > PATH_BYTES)
			return 0;
		if (n > 0)
			t->path[n++] = '.';
		memcpy(t->path + n, part.p, part.n);
		n += part.n;
		blanks(t, false);
		if (peek(t) != '.')
			return n;
		t->at++;
	}
}

/* The path [0, n), whose last key begins at `from`. */
static void
give(struct toml *t, size_t from, size_t n, struct span text, bool is_string,
	unsigned line)
{
	struct toml_value v = {
		.table = span_make(t->path, from > 0 ? from - 1 : 0),
		.key = span_make(t->path + from, n - from),
		.text = text,
		.is_string = is_string,
		.line = line};

	t->found(t->ctx, &v);
}

static bool value(struct toml *t, size_t from, size_t n, unsigned depth);

static bool
array(struct toml *t, size_t from, size_t n, unsigned depth)
{
	t->at++;
	for (;;) {
		blanks(t, true);
		if (peek(t) == ',') {
			t->at++;
			continue;
		}
		if (peek(t) == ']') {
			t->at++;
			return true;
		}
		size_t before = t->at;
		if (t->at >= t->s.n || !value(t, from, n, depth + 1) ||
			t->at == before)
			return false;
	}
}

static bool
inline_table(struct toml *t, size_t n, unsigned depth)
{
	t->at++;
	for (;;) {
		blanks(t, true);
		if (peek(t) == ',') {
			t->at++;
			continue;
		}
		if (peek(t) == '}') {
			t->at++;
			return true;
		}
		size_t end = key(t, n);
		if (end == 0 || peek(t) != '=')
			return false;
		t->at++;
		if (!value(t, n + 1, end, depth + 1))
			return false;
	}
}

static bool
value(struct toml *t, size_t from, size_t n, unsigned depth)
{
	blanks(t, false);
	unsigned line = t->line;
	unsigned char c = peek(t);

	if (depth > DEPTH)
		return false;
	if (c == '"' || c == '\'') {
		struct span text = quoted(t);

		give(t, from, n, text, true, line);
		return true;
	}
	if (c == '[')
		return array(t, from, n, depth);
	if (c == '{')
		return inline_table(t, n, depth);
	size_t start = t->at;
	while (t->at < t->s.n && strchr(",]}\n#", peek(t)) == NULL)
		t->at++;
	if (t->at > start)
		give(t, from, n, SPAN_NONE, false, line);
	return t->at > start;
}

static void
table_line(struct toml *t)
{
	while (peek(t) == '[')
		t->at++;
	t->table = key(t, 0);
	skip_line(t);
}

void
toml_read(struct span text, toml_found *found, void *ctx)
{
	struct toml *t = mem_new(sizeof *t);

	t->s = text;
	t->line = 1;
	t->found = found;
	t->ctx = ctx;
	for (;;) {
		blanks(t, true);
		if (t->at >= t->s.n)
			break;
		if (peek(t) == '[') {
			table_line(t);
			continue;
		}
		size_t from = t->table > 0 ? t->table + 1 : 0;
		size_t end = key(t, t->table);
		if (end == 0 || peek(t) != '=') {
			skip_line(t);
			continue;
		}
		/* of a dotted key only the last part is the key */
		for (size_t i = from; i < end; i++)
			if (t->path[i] == '.' && t->s.p[t->at - 1] != '"')
				from = i + 1;
		t->at++;
		if (!value(t, from, end, 0))
			skip_line(t);
	}
	free(t);
}
