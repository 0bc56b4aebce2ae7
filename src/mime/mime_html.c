/*
 * mime_html.c - HTML to text, one tag at a time.
 *
 * Staff never see the HTML and nobody renders it, so no tree is built: what
 * a tag does is a row of a table, and what is open is a handful of counters.
 * So a million tags cost a million times one tag, whatever is nested in or
 * never closed by what (docs/decisions/0003-own-html-to-text.md).
 */
#include "mime/mime_html.h"

#include <stdio.h>

#include "base/utf8.h"
#include "mime/mime_text.h"

enum { MOST_LISTS = 16, MOST_QUOTES = 8, MOST_LINK = 2048 };

struct html {
	struct str *out;
	size_t want;   /* line ends due before the next character */
	size_t column; /* characters on the line, the quote marks apart */
	bool blank;    /* a blank is due before the next character */
	bool cell;     /* or a tab */
	bool fresh;    /* nothing was written yet */
	size_t pre, quotes, lists;
	unsigned item[MOST_LISTS]; /* the last number; 0: no numbers */
	bool ordered[MOST_LISTS];
	struct span link; /* its href, while one is open */
	size_t link_text; /* where its text begins in out */
	char mark[16];    /* of a list item, due before its first character */
	size_t indent;    /* and the blanks before it */
};

static void
want_lines(struct html *h, size_t n)
{
	h->blank = h->cell = false;
	if (!h->fresh && h->want < n)
		h->want = n;
}

/* Everything that is due before a character, then the character. */
static void
due(struct html *h)
{
	if (h->want > 0) {
		for (size_t i = 0; i < h->want; i++)
			str_putc(h->out, '\n');
		h->column = 0;
	}
	if (h->column == 0) {
		for (size_t i = 0; i < h->quotes && i < MOST_QUOTES; i++)
			str_puts(h->out, "> ");
		for (size_t i = 0; h->mark[0] != '\0' && i < h->indent; i++)
			str_putc(h->out, ' ');
		str_puts(h->out, h->mark);
		h->mark[0] = '\0';
	} else if (h->cell) {
		str_putc(h->out, '\t');
	} else if (h->blank) {
		str_putc(h->out, ' ');
	}
	h->want = 0;
	h->blank = h->cell = h->fresh = false;
	h->column++;
}

static void
put(struct html *h, struct span s)
{
	due(h);
	str_put(h->out, s);
}

static void
put_blank(struct html *h, unsigned char c)
{
	if (h->pre == 0) {
		h->blank = h->column > 0 && h->want == 0;
		return;
	}
	if (c == '\n') {
		h->want++;
		h->fresh = false;
	} else if (c != '\r')
		put(h, span_make(&c, 1));
}

/* U+00A0 holds words together on a page; in text it is a blank. */
static void
put_character(struct html *h, uint32_t c)
{
	if (c == '\n' || c == '\r' || c == '\t' || c == ' ' || c == 0xa0) {
		put_blank(h, c == '\n' ? '\n' : ' ');
		return;
	}
	due(h);
	utf8_put(h->out, c);
}

/* Text up to the next tag. */
static void
put_text(struct html *h, struct span s)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t c;

		while (i < s.n && !mime_html_is_space(s.p[i]) &&
			s.p[i] != '&' && s.p[i] != 0xc2)
			i++;
		if (i > from)
			put(h, span_cut(s, from, i));
		if (i == s.n)
			return;
		if (mime_html_is_space(s.p[i])) {
			put_blank(h, s.p[i++]);
			continue;
		}
		size_t n = s.p[i] == '&' ? mime_entity(span_from(s, i), &c) : 0;
		if (n > 0) {
			put_character(h, c);
			i += n;
		} else if (s.p[i] == '&') {
			put(h, span_cut(s, i, i + 1));
			i++;
		} else {
			put_character(h, utf8_next(s, &i));
		}
	}
}

/* Where the tag that begins s with '<' ends; quoted '>' do not count. */
static size_t
tag_end(struct span s)
{
	unsigned char quote = 0, last = 0;

	for (size_t i = 1; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '>')
			return i;
		else if ((c == '"' || c == '\'') && last == '=')
			quote = c;
		if (!mime_html_is_space(c))
			last = c;
	}
	return s.n;
}

static void
put_attribute(struct html *h, struct span value)
{
	size_t pre = h->pre;

	h->pre = 0;
	put_text(h, utf8_clip(value, MOST_LINK));
	h->pre = pre;
}

/* "text <https://...>", unless the text is the address already. */
static void
close_link(struct html *h)
{
	struct span href = h->link;
	size_t text = h->link_text < h->out->n ? h->link_text : h->out->n;
	struct span shown = span_trim(span_from(str_span(h->out), text));

	h->link = SPAN_NONE;
	if (!span_starts_nocase(href, "http") &&
		!span_starts_nocase(href, "mailto:") &&
		!span_starts_nocase(href, "ftp"))
		return;
	struct span bare =
		span_starts_nocase(href, "mailto:") ? span_from(href, 7) : href;
	if (shown.n == 0 || span_eq(shown, href) || span_eq(shown, bare))
		return;
	h->blank = h->blank || h->column > 0;
	put(h, SPAN_LIT("<"));
	put_attribute(h, href);
	h->blank = false;
	put(h, SPAN_LIT(">"));
}

static void
open_link(struct html *h, struct span tag)
{
	if (h->link.n > 0)
		close_link(h);
	h->link = span_trim(mime_html_attribute(tag, "href"));
	h->link_text = h->out->n;
}

static void
open_list(struct html *h, bool ordered)
{
	want_lines(h, h->lists == 0 ? 2 : 1);
	if (h->lists < MOST_LISTS) {
		h->item[h->lists] = 0;
		h->ordered[h->lists] = ordered;
	}
	h->lists++;
}

static void
close_list(struct html *h)
{
	if (h->lists > 0)
		h->lists--;
	want_lines(h, h->lists == 0 ? 2 : 1);
}

static void
open_item(struct html *h)
{
	size_t deep = h->lists < MOST_LISTS ? h->lists : MOST_LISTS;

	want_lines(h, 1);
	h->indent = deep > 0 ? 2 * (deep - 1) : 0;
	if (deep > 0 && h->ordered[deep - 1])
		(void)snprintf(
			h->mark, sizeof h->mark, "%u. ", ++h->item[deep - 1]);
	else
		(void)snprintf(h->mark, sizeof h->mark, "- ");
}

static void
put_image(struct html *h, struct span tag)
{
	struct span alt = span_trim(mime_html_attribute(tag, "alt"));

	if (alt.n == 0)
		return;
	put(h, SPAN_LIT("[image: "));
	put_attribute(h, alt);
	h->blank = false;
	put(h, SPAN_LIT("]"));
}

static void
open_tag(struct html *h, enum html_act act, struct span tag)
{
	switch (act) {
	case ACT_BREAK:
		h->blank = h->cell = false;
		h->want += !h->fresh;
		return;
	case ACT_BLOCK:
		want_lines(h, 1);
		return;
	case ACT_PARAGRAPH:
		want_lines(h, 2);
		return;
	case ACT_ITEM:
		open_item(h);
		return;
	case ACT_LIST:
	case ACT_ORDERED:
		open_list(h, act == ACT_ORDERED);
		return;
	case ACT_CELL:
		h->cell = h->column > 0 && h->want == 0;
		return;
	case ACT_RULE:
		want_lines(h, 1);
		put(h, SPAN_LIT("----------"));
		want_lines(h, 1);
		return;
	case ACT_PRE:
		want_lines(h, 2);
		h->pre++;
		return;
	case ACT_QUOTE:
		want_lines(h, 2);
		h->quotes++;
		return;
	case ACT_LINK:
		open_link(h, tag);
		return;
	case ACT_IMAGE:
		put_image(h, tag);
		return;
	case ACT_SKIP:
	case ACT_NONE:
		return;
	}
}

static void
close_tag(struct html *h, enum html_act act)
{
	switch (act) {
	case ACT_BLOCK:
		want_lines(h, 1);
		return;
	case ACT_PARAGRAPH:
		want_lines(h, 2);
		return;
	case ACT_LIST:
	case ACT_ORDERED:
		close_list(h);
		return;
	case ACT_PRE:
		h->pre -= h->pre > 0;
		want_lines(h, 2);
		return;
	case ACT_QUOTE:
		want_lines(h, 2);
		h->quotes -= h->quotes > 0;
		return;
	case ACT_LINK:
		if (h->link.n > 0)
			close_link(h);
		return;
	case ACT_NONE:
	case ACT_BREAK:
	case ACT_ITEM:
	case ACT_CELL:
	case ACT_RULE:
	case ACT_IMAGE:
	case ACT_SKIP:
		return;
	}
}

/* Past the closing tag of what is no text; to the end if there is none. */
static struct span
skip(struct span rest, const char *name)
{
	struct span close = SPAN_LIT("</");

	while (rest.n > 0) {
		rest = span_from(rest, span_find(rest, (const char *)close.p));
		if (span_starts_nocase(span_from(rest, 2), name))
			return rest;
		rest = span_from(rest, 2);
	}
	return rest;
}

/* "<!", "<?": comments and declarations. */
static struct span
skip_declaration(struct span s)
{
	bool comment = span_starts(s, "<!--");
	size_t end = comment ? span_find(span_from(s, 2), "-->") + 2 + 3 :
			       span_find_byte(s, '>') + 1;

	return span_from(s, end);
}

static bool
is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* `s` begins with '<'; what is left after the tag, or after a bare '<'. */
static struct span
read_tag(struct html *h, struct span s)
{
	bool closing = s.n > 1 && s.p[1] == '/';
	size_t from = closing ? 2 : 1, n = from;

	if (s.n > 1 && (s.p[1] == '!' || s.p[1] == '?'))
		return skip_declaration(s);
	while (n < s.n && n < from + 16 &&
		(is_letter(s.p[n]) ||
			(n > from && s.p[n] >= '0' && s.p[n] <= '9')))
		n++;
	if (n == from) {
		put(h, SPAN_LIT("<"));
		return span_from(s, 1);
	}
	size_t end = tag_end(s);
	const struct html_tag *tag = mime_html_tag(span_cut(s, from, n));
	struct span rest = span_from(s, end + 1);
	if (tag == NULL)
		return rest;
	if (closing)
		close_tag(h, tag->act);
	else if (tag->act == ACT_SKIP)
		return skip(rest, tag->name);
	else
		open_tag(h, tag->act, span_cut(s, n, end));
	return rest;
}

void
mime_html(struct str *out, struct span html)
{
	struct html h = {.out = out, .fresh = true};

	while (html.n > 0 && !out->cut) {
		size_t n = span_find_byte(html, '<');

		put_text(&h, span_cut(html, 0, n));
		html = span_from(html, n);
		if (html.n > 0)
			html = read_tag(&h, html);
	}
	if (h.link.n > 0)
		close_link(&h);
	if (out->n > 0)
		str_putc(out, '\n');
}
