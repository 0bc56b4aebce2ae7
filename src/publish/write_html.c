/*
 * write_html.c - a document as one page of HTML.
 *
 * It loads nothing, runs nothing, reads well on paper and in the dark, and
 * each clause has its id as an anchor, so that a letter can link to it.
 */
#include "publish/write.h"

static void
html_text(struct str *out, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			str_puts(out, "&amp;");
			break;
		case '<':
			str_puts(out, "&lt;");
			break;
		case '>':
			str_puts(out, "&gt;");
			break;
		default:
			str_putc(out, *s);
		}
}

static void
html_attr(struct str *out, const char *s)
{
	for (; *s; s++)
		if (*s == '"')
			str_puts(out, "&quot;");
		else if (*s == '&')
			str_puts(out, "&amp;");
		else if (*s == '<')
			str_puts(out, "&lt;");
		else
			str_putc(out, *s);
}

static bool
is_link(const char *url)
{
	struct span s = span_of(url);

	return span_starts_nocase(s, "https://") ||
		span_starts_nocase(s, "http://") ||
		span_starts_nocase(s, "mailto:");
}

/* The clause that a block begins with is the block's own id. */
static void
put_open(struct str *out, const char *element, const struct block *b)
{
	str_printf(out, "<%s", element);
	if (b->n > 0 && b->runs[0].anchor) {
		str_puts(out, " id=\"");
		html_attr(out, b->runs[0].anchor);
		str_putc(out, '"');
	}
	str_puts(out, b->kind == BLOCK_NOTE ? " class=\"note\">" : ">");
}

static void
put_runs(struct str *out, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct run *r = &b->runs[i];

		if (r->anchor && i > 0) {
			str_puts(out, "<span id=\"");
			html_attr(out, r->anchor);
			str_puts(out, "\"></span>");
		}
		if (r->url && is_link(r->url)) {
			str_puts(out, "<a href=\"");
			html_attr(out, r->url);
			str_puts(out, "\">");
			html_text(out, r->text);
			str_puts(out, "</a>");
		} else
			html_text(out, r->text);
	}
}

static void
put_comment(struct str *out, const struct block *b)
{
	str_puts(out, "<!-- ");
	for (size_t i = 0; i < b->n; i++)
		for (const char *t = b->runs[i].text; *t; t++) {
			str_putc(out, *t);
			if (t[0] == '-' && (t[1] == '-' || t[1] == '>'))
				str_putc(out, ' ');
		}
	str_puts(out, " -->\n");
}

static const char *
list_of(const struct doc *d, size_t i)
{
	if (i >= d->n || d->blocks[i].kind != BLOCK_ITEM)
		return NULL;
	return d->blocks[i].number > 0 ? "ol" : "ul";
}

static void
put_block(struct str *out, const struct doc *d, size_t i)
{
	const struct block *b = &d->blocks[i];
	const char *list = list_of(d, i), *before, *after;
	char element[3] = "h1";

	before = i > 0 ? list_of(d, i - 1) : NULL;
	after = list_of(d, i + 1);
	switch (b->kind) {
	case BLOCK_HEADING:
		element[1] = (char)('0' + (b->level < 6 ? b->level : 6));
		put_open(out, element, b);
		put_runs(out, b);
		str_printf(out, "</%s>\n", element);
		break;
	case BLOCK_ITEM:
		if (before == NULL || strcmp(before, list) != 0)
			str_printf(out, "<%s>\n", list);
		put_open(out, "li", b);
		put_runs(out, b);
		str_puts(out, "</li>\n");
		if (after == NULL || strcmp(after, list) != 0)
			str_printf(out, "</%s>\n", list);
		break;
	case BLOCK_NOTE:
		put_open(out, "p", b);
		str_puts(out, "<strong>Warning:</strong> ");
		put_runs(out, b);
		str_puts(out, "</p>\n");
		break;
	case BLOCK_CODE:
		put_open(out, "pre", b);
		put_runs(out, b);
		str_puts(out, "</pre>\n");
		break;
	case BLOCK_PARAGRAPH:
		put_open(out, "p", b);
		put_runs(out, b);
		str_puts(out, "</p>\n");
		break;
	case BLOCK_COMMENT:
		put_comment(out, b);
		break;
	}
}

static const char style[] =
	"<style>\n"
	":root { color-scheme: light dark; }\n"
	"body { margin: 0; font: 1rem/1.6 system-ui, sans-serif;\n"
	"  color: #1b1b1b; background: #fff; }\n"
	"main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; "
	"}\n"
	"h1, h2, h3 { line-height: 1.25; margin: 2.2rem 0 .6rem; }\n"
	"h1 { margin-top: 0; }\n"
	"a { color: #0b57a4; overflow-wrap: anywhere; }\n"
	"li { margin: .3rem 0; }\n"
	":target { background: #fff3bf; }\n"
	".note { border-left: .25rem solid #b3261e; padding: .1rem 0 .1rem "
	".9rem; }\n"
	"pre { overflow-x: auto; font-size: .85rem; }\n"
	".version { margin-top: 3rem; font-size: .85rem; overflow-wrap: "
	"anywhere; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  body { color: #e8e8e8; background: #161616; }\n"
	"  a { color: #8ab8ff; }\n"
	"  :target { background: #4a3d00; }\n"
	"  .note { border-color: #ff8a80; }\n"
	"}\n"
	"@media print {\n"
	"  body { color: #000; background: #fff; font-size: 11pt; }\n"
	"  main { max-width: none; padding: 0; }\n"
	"  a { color: inherit; }\n"
	"  h2, h3 { break-after: avoid; }\n"
	"  li, .note { break-inside: avoid; }\n"
	"}\n"
	"</style>\n";

void
doc_write_html(struct str *out, const struct doc *d)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	str_puts(out, "<!DOCTYPE html>\n<html lang=\"");
	html_attr(out, d->language);
	str_puts(out,
		"\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n<title>");
	html_text(out, d->n > 0 ? doc_block_text(a, &d->blocks[0]) : "");
	str_puts(out, "</title>\n");
	str_puts(out, style);
	str_puts(out, "</head>\n<body>\n<main>\n");
	for (size_t i = 0; i < d->n; i++) {
		bool last = i + 1 == d->n;

		if (last)
			str_puts(out, "<footer class=\"version\">\n");
		put_block(out, d, i);
		if (last)
			str_puts(out, "</footer>\n");
	}
	str_puts(out, "</main>\n</body>\n</html>\n");
}
