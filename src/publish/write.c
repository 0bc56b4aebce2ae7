/* write.c - words onto lines, for all writers. */
#include "publish/write.h"

void
write_words(struct str *out, struct span text, const char *first,
	const char *rest, size_t columns, write_lead *lead)
{
	struct span word;
	size_t used = utf8_width(span_of(first));
	bool begin = true;

	str_puts(out, first);
	while (span_split(&text, ' ', &word)) {
		size_t width = utf8_width(word);

		if (word.n == 0)
			continue;
		if (!begin && used + 1 + width > columns) {
			str_putc(out, '\n');
			str_puts(out, rest);
			used = utf8_width(span_of(rest));
			begin = true;
		}
		if (!begin) {
			str_putc(out, ' ');
			used++;
		}
		if (begin && lead)
			lead(out, word);
		else
			str_put(out, word);
		used += width;
		begin = false;
	}
	str_putc(out, '\n');
}

void
write_gap(struct str *out, const struct doc *d, size_t i)
{
	const struct block *b = &d->blocks[i];

	if (i == 0 ||
		(b->kind == BLOCK_ITEM && d->blocks[i - 1].kind == BLOCK_ITEM))
		return;
	str_putc(out, '\n');
}

void
write_code(struct str *out, const struct block *b, const char *before)
{
	for (size_t i = 0; i < b->n; i++) {
		struct span rest = span_of(b->runs[i].text), line;

		while (span_line(&rest, &line)) {
			if (line.n > 0)
				str_puts(out, before);
			str_put(out, line);
			str_putc(out, '\n');
		}
	}
}
