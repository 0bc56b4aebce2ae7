/*
 * mime_tree.c - one walk over the lines of a mail makes its tree.
 *
 * A line that begins with two dashes is held against the boundaries of the
 * multiparts that are open, at most MIME_MAX_NESTING of them: so the cost
 * of a line does not depend on the mail, and the whole is linear. What
 * stands in a message/rfc822 is not split: its text is not the sender's
 * (standards.md 5.3), and an unsplit part cannot hide a boundary.
 */
#include "mime/mime_tree.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "mime/mime_text.h"

void
mime_defect(struct mime *x, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (x->n_defects >= MIME_MAX_DEFECTS)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (x->n_defects == MIME_MAX_DEFECTS - 1)
		(void)snprintf(text, sizeof text,
			"the mail has more defects than are listed here");
	for (size_t i = 0; i < x->n_defects; i++)
		if (strcmp(x->defects[i], text) == 0)
			return;
	x->defects[x->n_defects++] = mime_line(x->arena, span_of(text), true);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* "Name:" with at least one character that RFC 5322 allows in a name. */
static size_t
name_length(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f &&
		line.p[n] != ':')
		n++;
	size_t colon = n;
	while (colon < line.n && is_blank(line.p[colon]))
		colon++; /* obs-syntax: blanks before the colon */
	return n > 0 && colon < line.n && line.p[colon] == ':' ? n : 0;
}

static void
add_header(struct mime *x, struct part *p, size_t *cap, struct span name,
	struct span value)
{
	if (p->n_headers == *cap) {
		size_t more = *cap ? *cap * 2 : 16;
		struct header *grown =
			ARENA_ARRAY(x->arena, more, struct header);

		if (p->n_headers > 0)
			memcpy(grown, p->headers, p->n_headers * sizeof *grown);
		p->headers = grown;
		*cap = more;
	}
	value = span_trim(span_from(value, span_find_byte(value, ':') + 1));
	p->headers[p->n_headers++] = (struct header){name, value};
}

struct span
mime_tree_headers(struct mime *x, struct part *p, struct span s)
{
	const unsigned char *begin = s.p;
	struct span line, name = SPAN_NONE, whole = SPAN_NONE;
	size_t cap = 0;
	bool over = false;

	for (;;) {
		struct span before = s;
		bool any = span_line(&s, &line);

		if (any && line.n > 0 && is_blank(line.p[0]) && whole.n > 0) {
			whole.n = (size_t)(line.p + line.n - whole.p);
			continue;
		}
		if (name.n > 0)
			add_header(x, p, &cap, name, whole);
		name = whole = SPAN_NONE;
		if (!any || line.n == 0)
			break;
		size_t n = name_length(line);
		if (n == 0 && p->n_headers == 0 &&
			span_starts_nocase(line, ">From "))
			continue; /* a mailbox file that was quoted twice */
		if (n == 0) {
			mime_defect(x,
				"a header block ends without a blank "
				"line");
			s = before;
			break;
		}
		whole = line;
		over = over ||
			(size_t)(line.p - begin) + line.n >
				MIME_MAX_HEADER_BYTES;
		if (!over)
			name = span_cut(line, 0, n);
	}
	if (over)
		mime_defect(x, "headers after the first %d KiB were not read",
			MIME_MAX_HEADER_BYTES / 1024);
	return s;
}

const struct header *
mime_header(const struct part *p, const char *name, size_t *count)
{
	const struct header *first = NULL;
	struct span want = span_of(name);
	size_t n = 0;

	for (size_t i = 0; i < p->n_headers; i++) {
		if (p->headers[i].name.n != want.n ||
			!span_eq_nocase(p->headers[i].name, want))
			continue;
		if (n++ == 0)
			first = &p->headers[i];
		if (count == NULL)
			break;
	}
	if (count != NULL)
		*count = n;
	return first;
}

const char *
mime_header_line(struct mime *x, const struct part *p, const char *name)
{
	const struct header *h = mime_header(p, name, NULL);

	if (h == NULL)
		return NULL;
	if (!utf8_valid(h->value) && memchr(h->value.p, 0, h->value.n) == NULL)
		mime_defect(x, "a header holds bytes that are not UTF-8");
	return mime_line(x->arena, h->value, false);
}

bool
mime_part_is(const struct part *p, const char *type)
{
	return strcmp(p->type, type) == 0;
}

bool
mime_part_is_multipart(const struct part *p)
{
	return strncmp(p->type, "multipart/", 10) == 0;
}

struct part *
mime_part_next(const struct part *p)
{
	if (p->down != NULL)
		return p->down;
	while (p != NULL && p->next == NULL)
		p = p->up;
	return p ? p->next : NULL;
}

/* --- the walk --- */

struct walk {
	struct mime *x;
	struct part *open[MIME_MAX_NESTING]; /* multiparts, outermost first */
	size_t n_open;
	struct part *leaf;          /* whose body the walk is in, or NULL */
	const unsigned char *start; /* of that body */
	bool full;                  /* MIME_MAX_PARTS reached */
};

/* The body of the leaf ends before the line end that precedes `line`. */
static void
end_leaf(struct walk *w, const unsigned char *line)
{
	if (w->leaf == NULL)
		return;
	const unsigned char *end = line;
	if (end > w->start && end[-1] == '\n')
		end--;
	if (end > w->start && end[-1] == '\r' && end < line)
		end--;
	w->leaf->body = span_make(w->start, (size_t)(end - w->start));
	w->leaf = NULL;
}

static struct part *
add_part(struct walk *w)
{
	struct part *p = ARENA_NEW(w->x->arena, struct part);

	if (w->n_open > 0) {
		struct part *up = w->open[w->n_open - 1];

		p->up = up;
		p->depth = up->depth + 1;
		if (up->last != NULL)
			up->last->next = p;
		else
			up->down = p;
		up->last = p;
	}
	w->x->n_parts++;
	return p;
}

/* A part begins: its headers, and whether its body is to be split. */
static struct span
begin_part(struct walk *w, struct span rest)
{
	struct mime *x = w->x;
	struct part *p = add_part(w);

	rest = mime_tree_headers(x, p, rest);
	mime_part_read(x, p);
	w->leaf = p;
	w->start = rest.p;
	if (!mime_part_is_multipart(p))
		return rest;
	if (p->boundary.n == 0)
		mime_defect(x, "a %s has no boundary", p->type);
	else if (w->n_open == MIME_MAX_NESTING)
		mime_defect(x, "parts nested deeper than %d were not read",
			MIME_MAX_NESTING);
	else
		w->open[w->n_open++] = p;
	return rest;
}

/* Which open multipart's boundary the line is: its place, n_open if none. */
static size_t
boundary_at(const struct walk *w, struct span line, bool *closing)
{
	while (line.n > 0 && is_blank(line.p[line.n - 1]))
		line.n--;
	struct span text = span_from(line, 2);

	for (size_t i = w->n_open; i-- > 0;) {
		struct span b = w->open[i]->boundary;

		if (text.n < b.n || text.n > b.n + 2 ||
			memcmp(text.p, b.p, b.n) != 0)
			continue;
		if (text.n == b.n + 1 ||
			(text.n == b.n + 2 &&
				memcmp(text.p + b.n, "--", 2) != 0))
			continue;
		*closing = text.n == b.n + 2;
		return i;
	}
	return w->n_open;
}

static struct span
at_boundary(struct walk *w, size_t at, bool closing, struct span line,
	struct span rest)
{
	end_leaf(w, line.p);
	for (size_t i = at + 1; i < w->n_open; i++)
		if (!w->open[i]->closed)
			mime_defect(w->x, "a %s has no closing boundary",
				w->open[i]->type);
	w->n_open = at + 1;
	if (closing) {
		w->open[at]->closed = true;
		w->n_open = at;
		return rest;
	}
	if (w->x->n_parts < MIME_MAX_PARTS)
		return begin_part(w, rest);
	w->full = true;
	return rest;
}

void
mime_tree(struct mime *x)
{
	struct walk w = {.x = x};
	struct span rest = x->raw, line;

	if (span_starts(rest, "From ")) /* a mailbox file's separator */
		(void)span_line(&rest, &line);
	rest = begin_part(&w, rest);
	x->root = w.leaf;
	while (w.n_open > 0 && span_line(&rest, &line)) {
		bool closing;

		if (line.n < 2 || line.p[0] != '-' || line.p[1] != '-')
			continue;
		size_t at = boundary_at(&w, line, &closing);
		if (at < w.n_open)
			rest = at_boundary(&w, at, closing, line, rest);
	}
	if (w.leaf != NULL) /* to the last byte, its line end included */
		w.leaf->body = span_make(
			w.start, (size_t)(x->raw.p + x->raw.n - w.start));
	if (w.full)
		mime_defect(x, "parts after the first %d were not read",
			MIME_MAX_PARTS);
	for (size_t i = 0; i < w.n_open; i++)
		mime_defect(x, "a %s has no closing boundary", w.open[i]->type);
}
