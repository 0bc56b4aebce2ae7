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

enum { ITEM_WORDS = 8 }; /* that an item has of its own */

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

/* "- Open redirect: ...", each with something of its own. */
static void
bulleted(const struct reading *g, struct found *f)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		const struct hit *class = hit_in(&g->hits[M_CLASS], i, i + 1);
		size_t end = i + 1;

		if (l->v[i].kind != LINE_NEW || l->v[i].shape != SHAPE_BULLET ||
			l->v[i].indent > 3 || never_findings(l->v[i].under) ||
			!class || class->at > l->v[i].at + l->v[i].body + 3)
			continue;
		while (end < l->n && l->v[end].n > 0 &&
			l->v[end].kind == LINE_NEW &&
			l->v[end].shape == SHAPE_PROSE)
			end++;
		if (has_substance(g, i, end, ITEM_WORDS))
			add(f, i, end, 0);
	}
}

/* A line that begins with an id of CWE or CVE, and what follows it. */
static void
by_id(const struct reading *g, struct found *f)
{
	const struct lines *l = &g->lines;
	size_t open = l->n;
	unsigned long id = 0;

	for (size_t i = 0; i <= l->n; i++) {
		struct span s = i < l->n && line_is_new(l, i) ?
			span_trim(line_span(l, i)) :
			SPAN_NONE;
		bool is_id = span_starts_nocase(s, "CWE-") ||
			span_starts_nocase(s, "CVE-");

		if (open < l->n && (i == l->n || is_id)) {
			if (has_substance(g, open, i, ITEM_WORDS))
				add(f, open, trim_end(l, open, i),
					(uint16_t)(id % UINT16_MAX + 1));
			open = l->n;
		}
		if (!is_id || l->v[i].under == M_H_REFERENCE)
			continue;
		open = i;
		id = 0;
		for (size_t k = 4;
			k < s.n && (is_digit(s.p[k]) || s.p[k] == '-'); k++)
			id = is_digit(s.p[k]) ? id * 10 + s.p[k] - '0' : id;
	}
}

/* Where some items of a numbered list are findings, so are their siblings:
 * "3. Session is not ended by a password change". */
static void
siblings(const struct reading *g, struct found *f)
{
	const struct lines *l = &g->lines;
	struct found all = {.n = 0};
	size_t open = l->n, known = 0, first = f->v[0].from - 1;
	unsigned want = 1;

	if (l->v[first].shape != SHAPE_NUMBERED)
		return;
	for (size_t i = 0; i <= l->n; i++) {
		bool item = i < l->n && l->v[i].kind == LINE_NEW &&
			l->v[i].shape == SHAPE_NUMBERED &&
			l->v[i].indent == l->v[first].indent &&
			l->v[i].number == want &&
			(want > 1 || !never_findings(l->v[i].under));

		if (open < l->n && (item || i == l->n)) {
			if (!has_substance(g, open, i, ITEM_WORDS))
				return;
			add(&all, open, trim_end(l, open, i), 0);
		}
		if (!item)
			continue;
		open = i;
		want++;
		for (size_t k = 0; k < f->n; k++)
			known += f->v[k].from == i + 1;
	}
	if (known == f->n && all.n > f->n && all.n <= 2 * f->n + 1)
		*f = all;
}

struct counted {
	const char *word;
	unsigned n;
};

/* "three" of "three vulnerabilities"; 0: none */
static unsigned
how_many(struct span s)
{
	static const struct counted words[] = {{"two", 2}, {"three", 3},
		{"four", 4}, {"five", 5}, {"six", 6}, {"seven", 7},
		{"eight", 8}, {"nine", 9}, {"ten", 10}, {"zwei", 2},
		{"drei", 3}, {"vier", 4}, {"fünf", 5}, {"deux", 2},
		{"trois", 3}, {"quatre", 4}, {"cinq", 5}, {"dos", 2},
		{"tres", 3}, {"cuatro", 4}, {"cinco", 5}, {"10", 10}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_starts_nocase(s, words[i].word))
			return words[i].n;
	return s.n > 0 && s.p[0] >= '2' && s.p[0] <= '9' ?
		(unsigned)(s.p[0] - '0') :
		0;
}

/* "Two problems: ..." as the subject. */
static unsigned
named(const struct reading *g)
{
	struct span s = span_cut(span_of(g->m->subject), 0, 600);
	struct word w[60];
	uint8_t len[MEANING_COUNT];
	size_t used, n = words_cut(s, 0, 0, w, ARRAY_LEN(w), &used);

	for (size_t i = 0; i < n; i++) {
		uint64_t found = words_match(w + i, n - i, len);

		bool apart = w[i].at == 0 || is_blank(s.p[w[i].at - 1]);

		if (apart && /* not the 6 of "1.7.6 leaks" */
			(found >> M_SEVERAL_NAMED & 1 ||
				found >> M_SEVERAL & 1))
			return how_many(span_from(s, w[i].at));
	}
	return 0;
}

/* "I found three vulnerabilities". */
static unsigned
claimed(const struct reading *g)
{
	const struct hits *h = &g->hits[M_SEVERAL];

	for (size_t k = 0; k < h->n; k++) {
		struct span s = span_make(
			g->lines.text + h->v[k].at, h->v[k].end - h->v[k].at);

		if (h->v[k].negated || h->v[k].asked ||
			hit_in(&g->hits[M_ONE_ONLY], h->v[k].line,
				h->v[k].line + 2))
			continue;
		unsigned n = how_many(s);
		if (n > 0)
			return n;
	}
	return 0;
}

void
findings_find(struct reading *g)
{
	struct found *f = ARENA_NEW(g->a, struct found);

	if (!g->r->understood ||
		(g->r->looks_like != LOOKS_VULNERABILITY &&
			(g->r->looks_like != LOOKS_UNKNOWN ||
				g->r->steps.line == 0)))
		return;
	headed(g, f);
	if (f->n < 2) {
		f->n = 0;
		listed(g, f);
		if (f->n > 1)
			siblings(g, f);
	}
	if (f->n < 2) {
		f->n = 0;
		bulleted(g, f);
	}
	if (f->n < 2) {
		f->n = 0;
		by_id(g, f);
	}
	if (f->n < 2)
		f->n = 0;
	unsigned said = claimed(g);
	if (said < 2)
		said = named(g);
	g->r->findings = f->n > 1 ? (unsigned)f->n : said > 1 ? said : 1;
	g->r->finding_lines = f->v;
	g->r->n_finding_lines = f->n;
}
