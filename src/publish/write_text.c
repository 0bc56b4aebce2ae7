/* write_text.c - a document as plain text of 72 columns, for a mail. */
#include "publish/write.h"

static void
put_runs(struct str *s, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct run *r = &b->runs[i];

		for (const char *t = r->text; *t; t++)
			str_putc(s, *t == '\n' ? ' ' : *t);
		if (r->url && strcmp(r->url, r->text) != 0 &&
			!(strncmp(r->url, "mailto:", 7) == 0 &&
				strcmp(r->url + 7, r->text) == 0))
			str_printf(s, " <%s>", r->url);
	}
}

static void
put_rule(struct str *out, size_t width, char sign)
{
	for (size_t i = 0; i < width && i < DOC_TEXT_COLUMNS; i++)
		str_putc(out, sign);
	str_putc(out, '\n');
}

void
doc_write_text(struct str *out, const struct doc *d)
{
	AUTO(str_fini) struct str s;
	char mark[16];
	bool first = true;

	str_init(&s, 2 * DOC_MAX);
	for (size_t i = 0; i < d->n; i++) {
		const struct block *b = &d->blocks[i];
		const char *before = "", *rest = "";

		if (b->kind == BLOCK_COMMENT)
			continue; /* there is no place that is not shown */
		if (!first)
			write_gap(out, d, i);
		first = false;
		if (b->kind == BLOCK_CODE) {
			write_code(out, b, "");
			continue;
		}
		str_clear(&s);
		put_runs(&s, b);
		if (b->kind == BLOCK_ITEM) {
			(void)snprintf(mark, sizeof mark,
				b->number ? "%u. " : "- ", b->number);
			before = mark;
			rest = b->number ? "   " : "  ";
		} else if (b->kind == BLOCK_NOTE) {
			before = "Warning: ";
			rest = "  ";
		}
		write_words(out, str_span(&s), before, rest, DOC_TEXT_COLUMNS,
			NULL);
		if (b->kind == BLOCK_HEADING && b->level < 3)
			put_rule(out, utf8_width(str_span(&s)),
				b->level == 1 ? '=' : '-');
	}
}
