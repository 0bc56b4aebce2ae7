/*
 * read_rst.c - a reStructuredText file as a document.
 *
 * One pass over the lines, none of which is read twice but to look for a
 * heading's underline. What nests in the format (lists in lists, directives
 * in quotations) comes out flat, by its indentation: a document of ours is a
 * flat list of blocks. read_rst_inline.c reads what stands in a block.
 */
#include "publish/read_rst.h"

#include "base/mem.h"
#include "base/utf8.h"

enum { STYLES_MAX = 16, COLUMNS_MAX = 32 };

enum mode {
	MODE_TEXT,
	MODE_CODE,    /* until a line is indented no further than `base` */
	MODE_COMMENT, /* the same */
	MODE_SKIP,    /* the same */
	MODE_GRID,    /* a table drawn with + - | */
	MODE_SIMPLE,  /* a table between lines of = */
};

struct rst {
	struct rst_inline in;
	struct str text; /* of the open block */
	enum block_kind kind;
	unsigned level, number, line; /* of the open block */
	size_t indent, inner;         /* its marker's and its words' column */
	enum mode mode;
	size_t base;
	bool options; /* lines of a directive's options may follow */
	size_t note;  /* column of the warning's dots + 1; 0: none */
	char styles[STYLES_MAX][2]; /* underline, and whether overlined */
	unsigned n_styles;
	unsigned rules; /* of a simple table, seen */
};

static size_t
indent_of(struct span line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == ' ')
			column++;
		else if (line.p[i] == '\t')
			column = (column / 8 + 1) * 8;
		else
			break;
	}
	return column;
}

/* A line that is one punctuation sign over and over; which, else 0. */
static char
rule_of(struct span s, size_t least)
{
	if (s.n < least || s.p[0] >= 0x7f || s.p[0] <= ' ' ||
		!strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s.p[0]))
		return 0;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != s.p[0])
			return 0;
	return (char)s.p[0];
}

static void
flush(struct rst *r)
{
	struct span s = span_trim(str_span(&r->text));

	if (s.n > 0) {
		bool literal = r->kind != BLOCK_CODE &&
			r->kind != BLOCK_COMMENT && s.n >= 2 &&
			s.p[s.n - 1] == ':' && s.p[s.n - 2] == ':' &&
			!(s.n >= 3 && s.p[s.n - 3] == '\\');

		if (literal) {
			r->mode = MODE_CODE;
			r->base = r->indent;
			s = span_cut(s, 0, s.n - (s.n == 2 ? 2 : 1));
		}
		doc_block(&r->in.b, r->kind, r->level, r->line);
		doc_number(&r->in.b, r->number);
		if (r->kind == BLOCK_CODE || r->kind == BLOCK_COMMENT)
			doc_words(&r->in.b, s);
		else
			rst_inline(&r->in, s);
	}
	str_clear(&r->text);
	r->kind = BLOCK_PARAGRAPH;
	r->number = 0;
	r->level = 0;
}

static void
open_block(struct rst *r, enum block_kind kind, size_t indent, size_t inner,
	unsigned line)
{
	flush(r);
	r->kind = kind == BLOCK_PARAGRAPH && r->note ? BLOCK_NOTE : kind;
	r->level = kind == BLOCK_ITEM ? 1 + (unsigned)(indent / 2) : 0;
	r->indent = indent;
	r->inner = inner;
	r->line = line;
}

static void
add(struct rst *r, struct span words)
{
	if (r->text.n > 0)
		str_putc(&r->text, '\n');
	str_put(&r->text, words);
}

static void
heading(struct rst *r, struct span title, char sign, bool over, unsigned line)
{
	unsigned level = 0;

	flush(r);
	while (level < r->n_styles &&
		!(r->styles[level][0] == sign && r->styles[level][1] == over))
		level++;
	if (level == r->n_styles && level < STYLES_MAX) {
		r->styles[level][0] = sign;
		r->styles[level][1] = over;
		r->n_styles++;
	}
	doc_block(&r->in.b, BLOCK_HEADING, level < 5 ? level + 1 : 6, line);
	rst_inline(&r->in, title);
}

/* The length of a list's marker and the blanks after it; 0 if none. */
static size_t
marker(struct span s, unsigned *number)
{
	size_t i = 0, from;
	unsigned long long n = 0;

	*number = 0;
	if (span_starts(s, "\xe2\x80\xa2") || span_starts(s, "\xe2\x80\xa3"))
		i = 3;
	else if (s.n > 0 && strchr("*+-", s.p[0]))
		i = 1;
	if (i == 0) {
		i = s.n > 0 && s.p[0] == '(';
		for (from = i; i < s.n && i < from + 5 &&
			((s.p[i] >= '0' && s.p[i] <= '9') ||
				strchr("ivxlcdmIVXLCDM#", s.p[i]) ||
				(i == from &&
					((s.p[i] | 32) >= 'a' &&
						(s.p[i] | 32) <= 'z')));
			i++)
			;
		if (i == from || i >= s.n || !strchr(".)", s.p[i]))
			return 0;
		*number = span_number(span_cut(s, from, i), 10000, &n) ?
			(unsigned)n :
			1;
		if (*number == 0)
			*number = 1;
		i++;
	}
	if (i < s.n && s.p[i] != ' ' && s.p[i] != '\t')
		return 0;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return i;
}

static bool
one_of(struct span s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is_nocase(s, v[i]))
			return true;
	return false;
}

/* ".. name:: words" */
static void
directive(struct rst *r, struct span name, struct span words, size_t indent,
	unsigned line)
{
	static const char *const notes[] = {"admonition", "attention",
		"caution", "danger", "error", "hint", "important", "note",
		"tip", "warning"};
	static const char *const codes[] = {
		"code", "code-block", "sourcecode", "parsed-literal"};
	static const char *const skipped[] = {"contents", "default-role",
		"figure", "highlight", "image", "include", "index",
		"literalinclude", "meta", "raw", "role", "sectnum", "title",
		"toctree", "currentmodule", "module"};
	static const char *const silent[] = {
		"class", "container", "only", "rst-class", "tab", "tabs"};

	r->options = true;
	if (one_of(name, codes, ARRAY_LEN(codes))) {
		r->mode = MODE_CODE;
		r->base = indent;
	} else if (one_of(name, skipped, ARRAY_LEN(skipped))) {
		r->mode = MODE_SKIP;
		r->base = indent;
	} else {
		if (one_of(name, notes, ARRAY_LEN(notes)))
			r->note = indent + 1;
		if (words.n == 0 || one_of(name, silent, ARRAY_LEN(silent)))
			return;
		open_block(r, BLOCK_PARAGRAPH, indent, indent + 3, line);
		add(r, words);
	}
}

/* A line that begins with two dots. */
static void
explicit_markup(struct rst *r, struct span s, size_t indent, unsigned line)
{
	struct span rest = span_trim(span_from(s, 2)), name;
	size_t end = span_find(rest, "::");
	bool plain = end > 0 && end < rest.n;

	flush(r);
	name = span_cut(rest, 0, end);
	for (size_t i = 0; plain && i < name.n; i++)
		plain = name.p[i] > ' ' && name.p[i] != '|' &&
			!strchr("<>`\"'()", name.p[i]);
	r->base = indent;
	if (span_starts(rest, "_") || span_starts(rest, "|")) {
		r->mode = MODE_SKIP; /* read before: rst_targets() */
	} else if (plain) {
		directive(r, name, span_trim(span_from(rest, end + 2)), indent,
			line);
	} else if (span_starts(rest, "[") &&
		span_find_byte(rest, ']') < rest.n) {
		open_block(r, BLOCK_PARAGRAPH, indent, indent + 3, line);
		add(r,
			span_trim(span_from(
				rest, span_find_byte(rest, ']') + 1)));
	} else {
		open_block(r, BLOCK_COMMENT, indent, indent + 3, line);
		r->mode = MODE_COMMENT;
		if (rest.n > 0)
			add(r, rest);
	}
}

/* A row of a table: cells between bars, or where two blanks part them. */
static void
row(struct rst *r, struct span s, bool bars, unsigned line)
{
	AUTO(str_fini) struct str cells;
	unsigned n = 0;

	str_init(&cells, DOC_MAX);
	while (s.n > 0) {
		size_t end = bars ? span_find_byte(s, '|') : span_find(s, "  ");
		struct span cell = span_trim(span_cut(s, 0, end));

		if (cell.n > 0) {
			if (n > 0)
				str_puts(&cells, n == 1 ? ": " : "; ");
			str_put(&cells, cell);
			n++;
		}
		s = span_from(s, end + (bars ? 1 : 2));
	}
	if (n == 0)
		return;
	doc_block(&r->in.b, BLOCK_ITEM, 1, line);
	rst_inline(&r->in, str_span(&cells));
}

/* "===  =====": two groups at least. */
static bool
is_simple_rule(struct span s)
{
	bool gap = false, two = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '=' && s.p[i] != ' ')
			return false;
		two = two || (gap && s.p[i] == '=');
		gap = gap || s.p[i] == ' ';
	}
	return two;
}

/* Lines that belong to what was begun before; false: read it as text. */
static bool
in_mode(struct rst *r, struct span line, struct span s, size_t indent,
	unsigned at)
{
	switch (r->mode) {
	case MODE_TEXT:
		return false;
	case MODE_CODE:
	case MODE_COMMENT:
	case MODE_SKIP:
		if (s.n == 0)
			return true;
		if (indent <= r->base) {
			r->mode = MODE_TEXT;
			flush(r);
			return false;
		}
		if (r->mode == MODE_CODE &&
			!(r->options && s.p[0] == ':' && r->text.n == 0)) {
			if (r->text.n == 0) {
				r->kind = BLOCK_CODE;
				r->indent = r->base;
				r->line = at;
			}
			add(r, s);
		} else if (r->mode == MODE_COMMENT) {
			if (r->text.n == 0)
				r->line = at;
			add(r, s);
		}
		return true;
	case MODE_GRID:
		if (s.n == 0 || !strchr("|+", s.p[0])) {
			r->mode = MODE_TEXT;
			return false;
		}
		if (s.p[0] == '|')
			row(r, s, true, at);
		return true;
	case MODE_SIMPLE:
		if (is_simple_rule(s))
			r->rules++;
		else if (s.n > 0)
			row(r, line, false, at);
		if (s.n == 0 && r->rules >= 2)
			r->mode = MODE_TEXT;
		return true;
	}
	return false;
}

/* Words at the beginning of a block or in the midst of one. */
static void
text_line(struct rst *r, struct span s, size_t indent, unsigned at)
{
	bool open = r->text.n > 0, item = open && r->kind == BLOCK_ITEM;
	unsigned number;
	size_t n =
		!open || (item && indent <= r->indent) ? marker(s, &number) : 0;

	if (open && n == 0 && indent != r->inner &&
		!(indent > r->indent && item)) {
		flush(r); /* another indentation is another block */
		open = false;
		n = marker(s, &number);
	}
	while (n > 0) { /* "* - a" is the first cell of a row */
		open_block(r, BLOCK_ITEM, indent, indent + n, at);
		r->number = number;
		s = span_from(s, n);
		indent += n;
		n = s.n > 0 ? marker(s, &number) : 0;
		open = true;
	}
	if (!open)
		open_block(r, BLOCK_PARAGRAPH, indent, indent, at);
	if (span_starts(s, "| "))
		s = span_from(s, 2); /* a line block */
	add(r, s);
}

static void
one_line(struct rst *r, struct span line, struct span next, unsigned at)
{
	struct span s = span_trim(line), under = span_trim(next);
	size_t indent = indent_of(line);

	if (s.n > 0 && r->note && indent < r->note && r->mode == MODE_TEXT) {
		flush(r);
		r->note = 0;
	}
	if (in_mode(r, line, s, indent, at))
		return;
	if (s.n == 0) {
		flush(r);
		r->options = false;
		return;
	}
	if (r->options && s.p[0] == ':' && r->text.n == 0)
		return;
	r->options = false;
	if (r->text.n == 0 && indent == 0 && rule_of(under, 3) &&
		!rule_of(s, 3) && indent_of(next) == 0 &&
		(under.n >= utf8_width(s) || under.n >= 4)) {
		heading(r, s, rule_of(under, 3), false, at);
		return;
	}
	if (span_is(s, "..") || span_starts(s, ".. ")) {
		explicit_markup(r, s, indent, at);
	} else if (span_starts(s, "__ ")) {
		flush(r);
	} else if (r->text.n == 0 && span_starts(s, "+-")) {
		r->mode = MODE_GRID;
	} else if (r->text.n == 0 && is_simple_rule(s)) {
		r->mode = MODE_SIMPLE;
		r->rules = 1;
	} else
		text_line(r, s, indent, at);
}

bool
doc_read_rst(struct arena *a, struct span text, const struct doc **out,
	struct err *err)
{
	struct rst r = {.kind = BLOCK_PARAGRAPH};
	struct span rest = text, line, next, then;
	unsigned at = 0;
	bool more;

	if (text.n > DOC_MAX)
		return err_set(err, ERR_LIMIT,
			"the document is larger than %d bytes", DOC_MAX);
	doc_begin(&r.in.b, a);
	str_init(&r.text, DOC_MAX + 2);
	rst_targets(&r.in, text);
	for (more = span_line(&rest, &line); more; line = next) {
		struct span after = rest;
		char over = rule_of(span_trim(line), 3);

		at++;
		more = span_line(&rest, &next);
		if (!more)
			next = SPAN_NONE;
		after = rest;
		if (over && r.mode == MODE_TEXT && r.text.n == 0 &&
			indent_of(line) == 0 && more && span_trim(next).n > 0 &&
			span_line(&after, &then) &&
			rule_of(span_trim(then), 3) == over) {
			heading(&r, span_trim(next), over, true, at + 1);
			rest = after;
			at += 2;
			more = span_line(&rest, &next);
			continue;
		}
		if (rule_of(span_trim(line), 4) && r.mode == MODE_TEXT &&
			r.text.n == 0 && indent_of(line) == 0)
			continue; /* a line across, or a heading's */
		one_line(&r, line, next, at);
	}
	flush(&r);
	str_fini(&r.text);
	*out = doc_end(&r.in.b);
	return true;
}
