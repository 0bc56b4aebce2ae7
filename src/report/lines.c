/*
 * lines.c - the text cut into lines, once, for everybody.
 *
 * Offsets are 32 bits: mime clips a text at some megabytes long before.
 */
#include <assert.h>

#include "report/ascii.h"
#include "report/find.h"

struct lines
lines_cut(struct arena *a, const char *text)
{
	struct span rest = span_of(text), line;
	struct lines l = {.text = text ? text : ""};
	size_t n = 0;

	assert(rest.n < UINT32_MAX);
	unsigned char high = 0;
	for (size_t i = 0; i < rest.n; i++) {
		n += rest.p[i] == '\n';
		high |= rest.p[i];
	}
	l.wide = high >= 0x80;
	l.v = ARENA_ARRAY(a, n + 1, struct line);
	while (span_line(&rest, &line)) {
		struct line *at = &l.v[l.n++];

		while (line.n > 0 && is_blank(line.p[line.n - 1]))
			line.n--;
		at->at = (uint32_t)((const char *)line.p - l.text);
		at->n = (uint32_t)line.n;
		at->topic = MEANING_COUNT;
	}
	return l;
}

struct span
line_span(const struct lines *l, size_t i)
{
	return span_make(l->text + l->v[i].at, l->v[i].n);
}

struct span
line_body(const struct lines *l, size_t i)
{
	return span_from(line_span(l, i), l->v[i].body);
}

bool
line_is_new(const struct lines *l, size_t i)
{
	return l->v[i].kind == LINE_NEW && l->v[i].n > 0;
}
