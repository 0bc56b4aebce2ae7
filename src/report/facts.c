/*
 * facts.c - texts cited with their lines, each once, up to a limit.
 *
 * A fact is kept where it was seen first. A list is at most two hundred
 * long, so that looking through it for a double is a bounded cost; when it
 * is full nothing is looked for any more.
 */
#include "base/utf8.h"
#include "report/find.h"

struct span
fact_text(struct span s, size_t max)
{
	size_t last;

	s = span_trim(s);
	while (s.n > 0 && (s.p[0] & 0xc0) == 0x80)
		s = span_from(s, 1);
	s = utf8_clip(s, max);
	for (last = s.n; last > 0 && s.n - last < 3; last--)
		if ((s.p[last - 1] & 0xc0) != 0x80)
			break;
	if (last > 0 && !utf8_valid(span_from(s, last - 1)))
		s.n = last - 1;
	return span_trim(s);
}

static bool
add(struct reading *g, struct facts *f, struct span text, size_t line,
	bool once)
{
	text = fact_text(text, FACT_TEXT);
	if (f->n == REPORT_MAX_FACTS || text.n == 0)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (strncmp(f->v[i].text, (const char *)text.p, text.n) == 0 &&
			f->v[i].text[text.n] == '\0' &&
			(once || f->v[i].line == line + 1))
			return false;
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 4;
		struct cite *v = ARENA_ARRAY(g->a, cap, struct cite);

		if (f->n > 0)
			memcpy(v, f->v, f->n * sizeof *v);
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n++] = (struct cite){arena_text(g->a, text), line_cited(line)};
	return true;
}

bool
facts_add(struct reading *g, struct facts *f, struct span text, size_t line)
{
	return add(g, f, text, line, true);
}

bool
facts_add_each(
	struct reading *g, struct facts *f, struct span text, size_t line)
{
	return add(g, f, text, line, false);
}

bool
facts_add_line(struct reading *g, struct facts *f, size_t line)
{
	struct span text = line_span(&g->lines, line);

	if (f->n > 0 && f->v[f->n - 1].line == line + 1)
		return false;
	return facts_add(g, f, fact_text(text, 300), line);
}
