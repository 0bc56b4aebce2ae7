/*
 * write_rst.c - a document as reStructuredText.
 *
 * Escaped is what docutils would take as a mark anywhere, and whatever looks
 * like a list, a field, a directive or a line across where it comes to stand
 * at the beginning of a line.
 */
#include "publish/write.h"

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool
is_punctuation(unsigned char c)
{
	return c > ' ' && c < 0x7f && !is_alnum(c);
}

static void
put_escaped(struct str *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];
		unsigned char next = i + 1 < s.n ? s.p[i + 1] : ' ';
		bool escape = c && strchr("\\`*|", c);

		if (c == '_')
			escape = !is_alnum(next) || i == 0 ||
				!is_alnum(s.p[i - 1]);
		if (c == ':' && i > 0)
			escape = s.p[i - 1] == ':';
		if (escape)
			str_putc(out, '\\');
		str_putc(out, c == '\n' ? ' ' : (char)c);
	}
}

/* "1." "(iv)" "#)": a number of a list. */
static bool
is_number(struct span s)
{
	size_t from = s.n > 0 && s.p[0] == '(', n = from;
	bool roman = true, digits = true;

	for (; n < s.n && (is_alnum(s.p[n]) || s.p[n] == '#'); n++) {
		roman = roman && strchr("ivxlcdmIVXLCDM", s.p[n]);
		digits = digits && s.p[n] >= '0' && s.p[n] <= '9';
	}
	return n > from && n + 1 == s.n && strchr(".)", s.p[n]) &&
		(n == from + 1 || roman || digits);
}

static void
put_lead(struct str *out, struct span word)
{
	bool marks = true;

	for (size_t i = 0; i < word.n; i++)
		marks = marks && is_punctuation(word.p[i]);
	if (word.p[0] != '\\' &&
		(marks || strchr("-+.:>=#~^/_", word.p[0]) || is_number(word) ||
			span_starts(word, "\xe2\x80\xa2") ||
			span_starts(word, "\xe2\x80\xa3")))
		str_putc(out, '\\');
	str_put(out, word);
}

static bool
is_safe_url(const char *url)
{
	for (const char *c = url; *c; c++)
		if (!is_alnum((unsigned char)*c) &&
			!strchr("-./:?=&%#+@~,;", *c) &&
			!(*c == '_' && is_alnum((unsigned char)c[1])))
			return false;
	return true;
}

static void
put_link(struct str *out, const struct run *r)
{
	bool mail = strncmp(r->url, "mailto:", 7) == 0;

	if (is_safe_url(r->text) &&
		strcmp(r->text, mail ? r->url + 7 : r->url) == 0) {
		str_puts(out, r->text);
		return;
	}
	str_putc(out, '`');
	for (const char *c = r->text; *c; c++) {
		if (strchr("\\`*|<", *c))
			str_putc(out, '\\');
		str_putc(out, *c == '\n' ? ' ' : *c);
	}
	str_puts(out, " <");
	for (const char *c = r->url; *c; c++) {
		if (strchr("\\`*|<>_", *c))
			str_putc(out, '\\');
		str_putc(out, *c);
	}
	str_puts(out, ">`__");
}

static void
put_heading(struct str *out, struct span words, unsigned level)
{
	static const char signs[] = "==-~^\"'";
	size_t from = out->n, width, first = span_find_byte(words, ' ');

	put_lead(out, span_cut(words, 0, first));
	str_put(out, span_from(words, first));
	width = utf8_width(span_from(str_span(out), from));
	str_putc(out, '\n');
	for (size_t i = 0; i < width || i < 4; i++)
		str_putc(out, signs[level < 6 ? level : 6]);
	str_putc(out, '\n');
}

void
doc_write_rst(struct str *out, const struct doc *d)
{
	AUTO(str_fini) struct str s;
	char mark[16];

	str_init(&s, 2 * DOC_MAX);
	for (size_t i = 0; i < d->n; i++) {
		const struct block *b = &d->blocks[i];

		write_gap(out, d, i);
		str_clear(&s);
		for (size_t k = 0; k < b->n; k++)
			if (b->kind == BLOCK_COMMENT)
				str_puts(&s, b->runs[k].text);
			else if (b->runs[k].url)
				put_link(&s, &b->runs[k]);
			else
				put_escaped(&s, span_of(b->runs[k].text));
		switch (b->kind) {
		case BLOCK_HEADING:
			put_heading(out, str_span(&s), b->level);
			break;
		case BLOCK_PARAGRAPH:
			write_words(out, str_span(&s), "", "", DOC_COLUMNS,
				put_lead);
			break;
		case BLOCK_CODE:
			str_puts(out, "::\n\n");
			write_code(out, b, "   ");
			break;
		case BLOCK_ITEM:
			(void)snprintf(mark, sizeof mark,
				b->number ? "%u. " : "- ", b->number);
			write_words(out, str_span(&s), mark,
				b->number > 9     ? "    " :
					b->number ? "   " :
						    "  ",
				DOC_COLUMNS, put_lead);
			break;
		case BLOCK_NOTE:
			str_puts(out, ".. warning::\n\n");
			write_words(out, str_span(&s), "   ", "   ",
				DOC_COLUMNS, put_lead);
			break;
		case BLOCK_COMMENT:
			str_puts(out, "..\n");
			write_words(out, str_span(&s), "   ", "   ",
				DOC_COLUMNS, NULL);
			break;
		}
	}
}
