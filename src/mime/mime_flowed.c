/*
 * mime_flowed.c - lines that a mail client broke, joined again.
 *
 * RFC 3676 section 4: only lines of the same quote depth join, and the
 * signature's separator is always a line of its own.
 */
#include "mime/mime_text.h"

struct flow {
	struct str *out;
	size_t depth;
	bool open; /* the last line flows on into the next */
};

static void
end_paragraph(struct flow *f)
{
	if (f->open)
		str_putc(f->out, '\n');
	f->open = false;
}

static void
put_depth(struct flow *f, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		str_putc(f->out, '>');
	if (depth > 0)
		str_putc(f->out, ' ');
}

static void
put_flowed(struct flow *f, struct span line, bool delsp)
{
	size_t depth = 0;

	while (depth < line.n && line.p[depth] == '>')
		depth++;
	line = span_from(line, depth);
	if (line.n > 0 && line.p[0] == ' ')
		line = span_from(line, 1);
	bool signature = span_is(line, "-- ");
	if (f->open && (depth != f->depth || signature))
		end_paragraph(f);
	if (!f->open)
		put_depth(f, depth);
	f->depth = depth;
	f->open = !signature && line.n > 0 && line.p[line.n - 1] == ' ';
	if (f->open && delsp)
		line.n--;
	str_put(f->out, line);
	if (!f->open)
		str_putc(f->out, '\n');
}

void
mime_flowed(struct str *out, struct span text, bool delsp)
{
	struct flow f = {.out = out};
	struct span line;

	str_reserve(out, text.n);
	while (span_line(&text, &line))
		put_flowed(&f, line, delsp);
	end_paragraph(&f);
}
