/*
 * findings.c - how many separate vulnerabilities a mail reports.
 *
 * Several are told apart by structure: headings "Finding 1", "Finding 2", or
 * items of a list that each name a weakness, each with something of its own
 * under it; or the reporter says how many were found. Steps, impacts and
 * variants are lists too, so what stands under such a heading is never
 * counted. One is the answer to doubt.
 */
#include "report/ascii.h"
#include "report/find.h"

struct found {
	struct line_range v[REPORT_MAX_FACTS];
	uint16_t number[REPORT_MAX_FACTS];
	size_t n;
};

static void
add(struct found *f, size_t from, size_t to, uint16_t number)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->number[i] == number && number != 0)
			return; /* named again, in a summary or an index */
	if (f->n == REPORT_MAX_FACTS)
		return;
	f->number[f->n] = number;
	f->v[f->n++] = (struct line_range){
		(unsigned)from + 1, (unsigned)(to > from ? to : from + 1)};
}

static size_t
trim_end(const struct lines *l, size_t from, size_t to)
{
	while (to > from + 1 &&
		(l->v[to - 1].n == 0 || l->v[to - 1].kind != LINE_NEW))
		to--;
	return to;
}

/* "Vulnerability 1: ..." with something under it. */
static void
headed(const struct reading *g, struct found *f)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		size_t end = i + 1;

		if (l->v[i].kind != LINE_NEW ||
			l->v[i].shape != SHAPE_HEADING ||
			l->v[i].topic != M_H_FINDING)
			continue;
		while (end < l->n && l->v[end].kind == LINE_NEW &&
			!(l->v[end].shape == SHAPE_HEADING &&
				l->v[end].topic == M_H_FINDING))
			end++;
		if (has_substance(g, i, end, 4))
			add(f, i, trim_end(l, i, end), l->v[i].number);
		i = end - 1;
	}
}

static bool
never_findings(unsigned topic)
{
	return topic != MEANING_COUNT && topic != M_H_SUMMARY &&
		topic != M_H_FINDING && topic != M_H_TITLE;
}

/* Does the line's own text name a weakness near its beginning? */
static bool
names_flaw(const struct reading *g, size_t i)
{
	const struct hit *class = hit_in(&g->hits[M_CLASS], i, i + 1);

	return class && class->at - g->lines.v[i].at - g->lines.v[i].body <= 60;
}

static bool
begins_with_order(const struct reading *g, size_t i)
{
	const struct hit *order = hit_in(&g->hits[M_IMPERATIVE], i, i + 1);

	return order &&
		order->at <= g->lines.v[i].at + g->lines.v[i].body + 2 &&
		!(hit_in(&g->hits[M_CLASS], i, i + 1) &&
			hit_in(&g->hits[M_CLASS], i, i + 1)->at <=
				order->at + 2);
}

/* Numbered items or headings that each name a weakness. */
static void
listed(const struct reading *g, struct found *f)
{
	const struct lines *l = &g->lines;
	unsigned topic = MEANING_COUNT;
	size_t open = l->n;

	for (size_t i = 0; i <= l->n; i++) {
		bool heading = i < l->n && l->v[i].kind == LINE_NEW &&
			l->v[i].shape == SHAPE_HEADING;
		bool item = i < l->n && l->v[i].kind == LINE_NEW &&
			(l->v[i].shape == SHAPE_NUMBERED ||
				(heading && l->v[i].topic == MEANING_COUNT)) &&
			l->v[i].indent < 4 && !l->v[i].step;
		bool opens = item && (heading || !never_findings(topic)) &&
			names_flaw(g, i) && !begins_with_order(g, i) &&
			(heading || l->v[i].number > 0);

		if (open < l->n &&
			(opens || i == l->n ||
				(i < l->n && l->v[i].kind != LINE_NEW &&
					l->v[i].n > 0))) {
			if (has_substance(g, open, i, 5))
				add(f, open, trim_end(l, open, i), 0);
			open = l->n;
		}
		if (i == l->n)
			break;
		if (opens)
			open = i;
		if (heading && !(item && opens))
			topic = l->v[i].topic;
		else if (heading)
			topic = MEANING_COUNT;
	}
}

/* "I found three vulnerabilities". */
static unsigned
claimed(const struct reading *g)
{
	static const struct {
		const char *word;
		unsigned n;
	} words[] = {{"two", 2}, {"three", 3}, {"four", 4}, {"five", 5},
		{"six", 6}, {"seven", 7}, {"eight", 8}, {"nine", 9},
		{"ten", 10}, {"zwei", 2}, {"drei", 3}, {"vier", 4}, {"deux", 2},
		{"trois", 3}, {"quatre", 4}, {"dos", 2}, {"tres", 3},
		{"cuatro", 4}};
	const struct hits *h = &g->hits[M_SEVERAL];

	for (size_t k = 0; k < h->n; k++) {
		struct span s = span_make(
			g->lines.text + h->v[k].at, h->v[k].end - h->v[k].at);

		if (h->v[k].negated || h->v[k].asked ||
			hit_in(&g->hits[M_ONE_ONLY], h->v[k].line,
				h->v[k].line + 2))
			continue;
		if (s.p[0] >= '2' && s.p[0] <= '9')
			return (unsigned)(s.p[0] - '0');
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			if (span_starts_nocase(s, words[i].word))
				return words[i].n;
	}
	return 0;
}

void
findings_find(struct reading *g)
{
	struct found *f = ARENA_NEW(g->a, struct found);

	if (!g->r->understood || g->r->looks_like != LOOKS_VULNERABILITY)
		return;
	headed(g, f);
	if (f->n < 2) {
		f->n = 0;
		listed(g, f);
	}
	if (f->n < 2)
		f->n = 0;
	unsigned said = claimed(g);
	g->r->findings = f->n > 1 ? (unsigned)f->n : said > 1 ? said : 1;
	g->r->finding_lines = f->v;
	g->r->n_finding_lines = f->n;
}
