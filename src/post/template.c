/*
 * template.c - read a template, and check it while it is read.
 *
 * Blocks do not nest: a letter that needs nested conditions has become two
 * letters. So one open block is all the state there is.
 */
#include "post/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "post/template_values.h"

enum { SUBJECT_MAX = 120, ASK_MAX = 600, LINES_MAX = 2000 };

struct reader {
	struct arena *a;
	const char *file;
	unsigned line;
	struct str *problems; /* NULL: only the first is wanted */
	struct err *err;
	unsigned wrong;
	struct template *t;
	bool is_open, in_else; /* a block is, and we are past its [else] */
	struct template_line open;
	size_t cap_lines, cap_asks;
	struct template_line *lines;
	struct template_ask *asks;
	struct str ask; /* the words being read */
};

static void wrong(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void
wrong(struct reader *r, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (r->wrong++ == 0)
		(void)err_set(r->err, ERR_SYNTAX, "%s:%u: %s", r->file, r->line,
			text);
	if (r->problems != NULL)
		str_printf(r->problems, "%s:%u: %s\n", r->file, r->line, text);
}

static void
wrong_value(struct reader *r, struct span name)
{
	const char *near = template_value_nearest(name);

	wrong(r, "there is no value '%.*s'%s%s%s",
		SPAN_FMT(span_cut(name, 0, 40)),
		near ? ", did you mean '" : "; docs/letters.md has the list",
		near ? near : "", near ? "'?" : "");
}

/* --- the header ------------------------------------------------------------ */

static void
end_ask(struct reader *r)
{
	if (r->t->n_asks == 0)
		return;
	struct template_ask *ask = &r->asks[r->t->n_asks - 1];
	if (ask->words == NULL)
		ask->words = arena_text(r->a, span_trim(str_span(&r->ask)));
	if (ask->words[0] == '\0' || r->ask.cut)
		wrong(r, "'ask %s' wants words, at most %d bytes", ask->clause,
			ASK_MAX);
}

static void
begin_ask(struct reader *r, struct span clause, struct span words)
{
	end_ask(r);
	r->asks = mem_grow(
		r->asks, &r->cap_asks, r->t->n_asks + 1, sizeof *r->asks);
	r->asks[r->t->n_asks++] =
		(struct template_ask){arena_text(r->a, clause), NULL};
	str_clear(&r->ask);
	str_put(&r->ask, words);
}

static void
read_subject(struct reader *r, struct span words)
{
	if (r->t->subject != NULL)
		wrong(r, "a second subject; a letter has one");
	else if (words.n == 0 || words.n > SUBJECT_MAX)
		wrong(r, "a subject has 1 to %d bytes", SUBJECT_MAX);
	else if (span_find_byte(words, '{') < words.n)
		wrong(r,
			"no values in a subject: the case id is put before it");
	else
		r->t->subject = arena_text(r->a, words);
}

static void
header_line(struct reader *r, struct span line)
{
	size_t colon = span_find_byte(line, ':');
	struct span key = span_trim(span_cut(line, 0, colon));
	struct span words = span_trim(span_from(line, colon + 1));

	if (line.p[0] == ' ' && r->t->n_asks > 0) {
		str_putc(&r->ask, ' ');
		str_put(&r->ask, span_trim(line));
	} else if (colon < line.n && span_is(key, "subject")) {
		read_subject(r, words);
	} else if (colon < line.n && span_starts(key, "ask ")) {
		begin_ask(r, span_trim(span_from(key, 4)), words);
	} else {
		wrong(r,
			"'subject: WORDS', 'ask CLAUSE: WORDS' or a blank line "
			"expected");
	}
}

/* --- the text -------------------------------------------------------------- */

static bool
stands_in_its_if(const struct reader *r, int value)
{
	return r->is_open && r->open.kind == TEMPLATE_IF &&
		r->open.value == value && r->open.negated == r->in_else;
}

static void
check_values(struct reader *r, struct span text)
{
	for (size_t at; (at = span_find_byte(text, '{')) < text.n;) {
		text = span_from(text, at + 1);
		size_t end = span_find_byte(text, '}');
		struct span name = span_cut(text, 0, end);
		int value = template_value_find(name);

		if (end == text.n) {
			wrong(r, "a '{' without its '}' on the same line");
			return;
		}
		if (value == TEMPLATE_UNKNOWN || value == TEMPLATE_MISSING)
			wrong_value(r, name);
		else if (value == TEMPLATE_ITEM &&
			(!r->is_open || r->open.kind != TEMPLATE_EACH))
			wrong(r, "{item} stands inside [each missing] only");
		else if (template_value_is_optional(value) &&
			!stands_in_its_if(r, value))
			wrong(r, "{%s} may be absent: put it inside [if %s]",
				template_value_name(value),
				template_value_name(value));
		text = span_from(text, end + 1);
	}
}

static void
add_line(struct reader *r, struct template_line l)
{
	l.line = r->line;
	r->lines = mem_grow(
		r->lines, &r->cap_lines, r->t->n_lines + 1, sizeof *r->lines);
	r->lines[r->t->n_lines++] = l;
}

static void
open_block(struct reader *r, struct template_line l)
{
	if (r->is_open)
		wrong(r, "blocks do not nest: the one of line %u is open",
			r->open.line);
	add_line(r, l);
	r->open = r->lines[r->t->n_lines - 1];
	r->is_open = true;
	r->in_else = false;
}

static void
read_if(struct reader *r, struct span name)
{
	bool negated = span_starts(name, "not ");
	struct span word = span_trim(negated ? span_from(name, 4) : name);
	int value = template_value_find(word);

	if (value == TEMPLATE_UNKNOWN || value == TEMPLATE_ITEM)
		wrong_value(r, word);
	else
		open_block(r,
			(struct template_line){.kind = TEMPLATE_IF,
				.value = value,
				.negated = negated});
}

static void
directive(struct reader *r, struct span line)
{
	struct span words = span_cut(line, 1, line.n - 1);

	if (line.p[line.n - 1] != ']') {
		wrong(r,
			"a line that begins with '[' is a directive and ends "
			"with ']'");
	} else if (span_starts(words, "if ")) {
		read_if(r, span_trim(span_from(words, 3)));
	} else if (span_is(words, "each missing")) {
		open_block(r, (struct template_line){.kind = TEMPLATE_EACH});
	} else if (span_is(words, "else")) {
		if (!r->is_open || r->open.kind != TEMPLATE_IF || r->in_else)
			wrong(r,
				"[else] stands once between [if ...] and "
				"[end]");
		r->in_else = true;
		add_line(r, (struct template_line){.kind = TEMPLATE_ELSE});
	} else if (span_is(words, "end")) {
		if (!r->is_open)
			wrong(r, "[end] without [if ...] or [each missing]");
		r->is_open = false;
		add_line(r, (struct template_line){.kind = TEMPLATE_END});
	} else {
		wrong(r,
			"'[%.*s]' is none of [if VALUE] [if not VALUE] "
			"[else] [end] [each missing]",
			SPAN_FMT(span_cut(words, 0, 40)));
	}
}

static bool
is_clean(struct span line)
{
	for (size_t i = 0; i < line.n;) {
		uint32_t c = utf8_next(line, &i);

		if (c == 0xfffd || c < ' ' || utf8_is_control(c) ||
			utf8_is_bidi(c))
			return false;
	}
	return true;
}

static void
text_line(struct reader *r, struct span line)
{
	size_t columns = utf8_width(line);

	if (columns > TEMPLATE_COLUMNS)
		wrong(r, "%zu columns, at most %d", columns, TEMPLATE_COLUMNS);
	check_values(r, line);
	add_line(
		r, (struct template_line){.kind = TEMPLATE_TEXT, .text = line});
}

static void
read_lines(struct reader *r, struct span text)
{
	bool in_header = true;
	struct span line;

	while (span_line(&text, &line)) {
		r->line++;
		while (line.n > 0 && line.p[line.n - 1] == ' ')
			line.n--;
		if (r->line > LINES_MAX) {
			wrong(r, "at most %d lines", LINES_MAX);
			return;
		}
		if (!is_clean(line))
			wrong(r,
				"tabs, controls and what is not UTF-8 have no "
				"place in a letter");
		else if (in_header && line.n == 0)
			in_header = false;
		else if (in_header)
			header_line(r, line);
		else if (line.n > 0 && line.p[0] == '[')
			directive(r, line);
		else
			text_line(r, line);
		if (!in_header)
			end_ask(r);
	}
	if (r->is_open)
		wrong(r, "the block of line %u has no [end]", r->open.line);
	if (r->t->subject == NULL)
		wrong(r, "no 'subject: WORDS' line at the top");
}

bool
template_read(struct arena *a, const char *file, struct span text,
	const struct template **out, struct str *problems, struct err *err)
{
	struct template *t = ARENA_NEW(a, struct template);
	struct reader r = {
		.a = a, .file = file, .problems = problems, .err = err, .t = t};

	str_init(&r.ask, ASK_MAX);
	read_lines(&r, text);
	struct template_ask *asks =
		ARENA_ARRAY(a, t->n_asks, struct template_ask);
	struct template_line *lines =
		ARENA_ARRAY(a, t->n_lines, struct template_line);
	if (t->n_asks > 0)
		memcpy(asks, r.asks, t->n_asks * sizeof *asks);
	if (t->n_lines > 0)
		memcpy(lines, r.lines, t->n_lines * sizeof *lines);
	t->asks = asks;
	t->lines = lines;
	free(r.asks);
	free(r.lines);
	str_fini(&r.ask);
	if (r.wrong > 0)
		return false;
	*out = t;
	return true;
}
