/*
 * symbols_lines.c - languages whose lines tell: Python, Ruby, the shell.
 *
 * What is inside of what is told by the indent, as Python means it and as
 * everybody writes Ruby. Strings over several lines are Python's triple
 * quotes; a here-document that defines a function fools us, and may.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "mirror/symbols.h"

struct block {
	unsigned indent;
	struct span name;
};

struct blocks {
	struct block v[SYMBOLS_DEPTH];
	size_t n;
};

static bool
is_name(unsigned char c, bool first)
{
	return (c | 0x20) >= 'a' ? (c | 0x20) <= 'z' || c >= 0x80 || c == '_' :
				   !first && c >= '0' && c <= '9';
}

static size_t
name_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && (is_name(s.p[n], n == 0) || s.p[n] == '_'))
		n++;
	return n;
}

static unsigned
indent_of(struct span line)
{
	unsigned n = 0;

	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == ' ')
			n++;
		else if (line.p[i] == '\t')
			n += 8 - n % 8;
		else
			break;
	return n;
}

/* Rest of `s` after `word` and blanks; empty if it does not begin so. */
static struct span
after(struct span s, const char *word)
{
	size_t n = strlen(word);

	if (!span_starts(s, word) || n == s.n ||
		(s.p[n] != ' ' && s.p[n] != '\t'))
		return SPAN_NONE;
	return span_trim(span_from(s, n));
}

/* Closes what the line at `indent` ends; what is right around it. */
static struct span
around(struct blocks *b, unsigned indent)
{
	while (b->n > 0 && b->v[b->n - 1].indent >= indent)
		b->n--;
	return b->n > 0 ? b->v[b->n - 1].name : SPAN_NONE;
}

static void
define(const struct symbol_sink *k, struct blocks *b, unsigned indent,
	struct span name, bool is_class, unsigned line)
{
	struct span owner = around(b, indent);

	if (name.n == 0)
		return;
	symbols_give(k, is_class ? SYMBOL_CLASS : SYMBOL_FUNCTION, name, owner,
		line);
	if (b->n < SYMBOLS_DEPTH)
		b->v[b->n++] = (struct block){indent, name};
}

/* Past the code of a line of Python: in which triple quotes does it end? */
static unsigned char
python_quotes(struct span s, unsigned char open)
{
	for (size_t i = 0; i < s.n;) {
		unsigned char c = s.p[i];
		bool three = (c == '"' || c == '\'') && i + 2 < s.n &&
			s.p[i + 1] == c && s.p[i + 2] == c;

		if (open != 0) {
			if (c == '\\') {
				i += 2;
			} else if (three && c == open) {
				open = 0;
				i += 3;
			} else {
				i++;
			}
		} else if (c == '#') {
			return 0;
		} else if (three) {
			open = c;
			i += 3;
		} else if (c == '"' || c == '\'') {
			for (i++; i < s.n && s.p[i] != c; i++)
				i += s.p[i] == '\\';
			i++;
		} else {
			i++;
		}
	}
	return open;
}

void
symbols_python(const struct symbol_sink *k)
{
	struct blocks *b = mem_new(sizeof *b);
	struct span rest = k->text, line;
	unsigned char open = 0;

	for (unsigned n = 1; span_line(&rest, &line); n++) {
		struct span s = span_trim(line);

		if (open == 0 && s.n > 4) {
			struct span async = after(s, "async");
			struct span name = after(async.n ? async : s, "def");
			bool is_class = false;

			if (name.n == 0) {
				name = after(s, "class");
				is_class = name.n > 0;
			}
			if (name.n == 0 && k->text.n > 0) {
				name = after(s, "cdef class");
				is_class = name.n > 0;
			}
			if (name.n > 0)
				define(k, b, indent_of(line),
					span_cut(name, 0, name_length(name)),
					is_class, n);
			else if (s.p[0] != '#' && s.p[0] != ')' &&
				indent_of(line) == 0)
				b->n = 0;
		}
		open = python_quotes(line, open);
	}
	free(b);
}

void
symbols_ruby(const struct symbol_sink *k)
{
	struct blocks *b = mem_new(sizeof *b);
	struct span rest = k->text, line;
	bool comment = false;

	for (unsigned n = 1; span_line(&rest, &line); n++) {
		struct span s = span_trim(line);

		if (span_starts(line, "=begin"))
			comment = true;
		if (span_starts(line, "=end"))
			comment = false;
		if (comment || s.n < 5)
			continue;
		struct span name = after(s, "def");
		bool is_class = false;

		if (span_starts(name, "self."))
			name = span_from(name, 5);
		if (name.n == 0) {
			name = after(s, "class");
			if (name.n == 0)
				name = after(s, "module");
			is_class = name.n > 0;
		}
		if (name.n == 0)
			continue;
		size_t end = name_length(name);
		/* "class A::B" is B */
		while (is_class && span_starts(span_from(name, end), "::")) {
			name = span_from(name, end + 2);
			end = name_length(name);
		}
		if (!is_class && end < name.n &&
			(name.p[end] == '?' || name.p[end] == '!'))
			end++;
		define(k, b, indent_of(line), span_cut(name, 0, end), is_class,
			n);
	}
	free(b);
}

void
symbols_shell(const struct symbol_sink *k)
{
	struct span rest = k->text, line;

	for (unsigned n = 1; span_line(&rest, &line); n++) {
		struct span s = span_trim(line);
		struct span said = after(s, "function");
		struct span name = said.n ? said : s;
		size_t end = 0;

		while (end < name.n &&
			(is_name(name.p[end], end == 0) || name.p[end] == '_' ||
				(end > 0 && name.p[end] == '-')))
			end++;
		struct span open = span_trim(span_from(name, end));
		if (end > 0 && (said.n > 0 || span_starts(open, "()")))
			symbols_give(k, SYMBOL_FUNCTION, span_cut(name, 0, end),
				SPAN_NONE, n);
	}
}
