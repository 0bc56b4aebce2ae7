/*
 * cvss.c - CVSS vectors, recognised as people write them and then checked.
 *
 * A vector is valid if its prefix is exact, every mandatory metric stands
 * in it, none stands twice, each value is one its metric has, and for 4.0
 * the order is the published one. Version 2 has no prefix. A vector is never
 * repaired and never given another version than it states.
 */
#include "report/ascii.h"
#include "report/find.h"

struct metric {
	const char *name;
	const char *values; /* one letter each, or words after a blank */
	bool must;
};

static const struct metric v2[] = {{"AV", "LAN", true}, {"AC", "HML", true},
	{"Au", "MSN", true}, {"C", "NPC", true}, {"I", "NPC", true},
	{"A", "NPC", true}, {"E", " U POC F H ND", false},
	{"RL", " OF TF W U ND", false}, {"RC", " UC UR C ND", false},
	{"CDP", " N L LM MH H ND", false}, {"TD", " N L M H ND", false},
	{"CR", " L M H ND", false}, {"IR", " L M H ND", false},
	{"AR", " L M H ND", false}};

static const struct metric v3[] = {{"AV", "NALP", true}, {"AC", "LH", true},
	{"PR", "NLH", true}, {"UI", "NR", true}, {"S", "UC", true},
	{"C", "NLH", true}, {"I", "NLH", true}, {"A", "NLH", true},
	{"E", "XUPFH", false}, {"RL", "XOTWU", false}, {"RC", "XURC", false},
	{"CR", "XLMH", false}, {"IR", "XLMH", false}, {"AR", "XLMH", false},
	{"MAV", "XNALP", false}, {"MAC", "XLH", false}, {"MPR", "XNLH", false},
	{"MUI", "XNR", false}, {"MS", "XUC", false}, {"MC", "XNLH", false},
	{"MI", "XNLH", false}, {"MA", "XNLH", false}};

static const struct metric v4[] = {{"AV", "NALP", true}, {"AC", "LH", true},
	{"AT", "NP", true}, {"PR", "NLH", true}, {"UI", "NPA", true},
	{"VC", "HLN", true}, {"VI", "HLN", true}, {"VA", "HLN", true},
	{"SC", "HLN", true}, {"SI", "HLN", true}, {"SA", "HLN", true},
	{"E", "XAPU", false}, {"CR", "XHML", false}, {"IR", "XHML", false},
	{"AR", "XHML", false}, {"MAV", "XNALP", false}, {"MAC", "XLH", false},
	{"MAT", "XNP", false}, {"MPR", "XNLH", false}, {"MUI", "XNPA", false},
	{"MVC", "XHLN", false}, {"MVI", "XHLN", false}, {"MVA", "XHLN", false},
	{"MSC", "XHLN", false}, {"MSI", "XSHLN", false},
	{"MSA", "XSHLN", false}, {"S", "XNP", false}, {"AU", "XNY", false},
	{"R", "XAUI", false}, {"V", "XDC", false}, {"RE", "XLMH", false},
	{"U", " X Clear Green Amber Red", false}};

struct version {
	const char *prefix, *name;
	const struct metric *metrics;
	size_t n;
	bool ordered;
};

static const struct version versions[] = {
	{"CVSS:4.0/", "4.0", v4, ARRAY_LEN(v4), true},
	{"CVSS:3.1/", "3.1", v3, ARRAY_LEN(v3), false},
	{"CVSS:3.0/", "3.0", v3, ARRAY_LEN(v3), false},
	{"", "2.0", v2, ARRAY_LEN(v2), false},
};

static bool
has_value(const struct metric *m, struct span value)
{
	if (m->values[0] != ' ')
		return value.n == 1 && value.p[0] &&
			strchr(m->values, value.p[0]);
	struct span rest = span_of(m->values + 1), word;
	while (span_split(&rest, ' ', &word))
		if (span_eq(word, value))
			return true;
	return false;
}

static bool
is_valid(const struct version *v, struct span metrics)
{
	uint64_t seen = 0;
	struct span part;
	size_t last = 0;

	if (metrics.n == 0 || metrics.p[metrics.n - 1] == '/')
		return false;
	while (span_split(&metrics, '/', &part)) {
		size_t colon = span_find_byte(part, ':'), i = 0;
		struct span name = span_cut(part, 0, colon);

		while (i < v->n && !span_is(name, v->metrics[i].name))
			i++;
		if (i == v->n || seen >> i & 1 ||
			!has_value(&v->metrics[i], span_from(part, colon + 1)))
			return false;
		if (v->ordered && i < last)
			return false;
		last = i;
		seen |= UINT64_C(1) << i;
	}
	for (size_t i = 0; i < v->n; i++)
		if (v->metrics[i].must && !(seen >> i & 1))
			return false;
	return true;
}

static void
add(struct reading *g, struct span s, const char *version, bool valid,
	size_t line)
{
	if (g->n_cvss == REPORT_MAX_FACTS)
		return;
	for (size_t i = 0; i < g->n_cvss; i++)
		if (g->cvss[i].line == line + 1 &&
			span_is(s, g->cvss[i].vector))
			return;
	if (g->cvss == NULL)
		g->cvss = ARENA_ARRAY(g->a, REPORT_MAX_FACTS, struct cvss_fact);
	g->cvss[g->n_cvss++] = (struct cvss_fact){
		arena_text(g->a, s), version, valid, line_cited(line)};
}

/* The vector's end: letters, digits, ':', '/' and '.'. */
static size_t
vector_end(struct span s, size_t i)
{
	size_t from = i;

	while (i < s.n && i - from < 300 &&
		(is_alnum(s.p[i]) || s.p[i] == ':' || s.p[i] == '/' ||
			s.p[i] == '.'))
		i++;
	while (i > from && (s.p[i - 1] == '.' || s.p[i - 1] == ':'))
		i--;
	return i;
}

static void
prefixed(struct reading *g, size_t line, struct span s)
{
	for (size_t i = 0; i + 1 < ARRAY_LEN(versions); i++) {
		const struct version *v = &versions[i];

		if (!span_starts_nocase(s, v->prefix))
			continue;
		bool exact = starts(s, v->prefix);
		add(g, s, v->name,
			exact && is_valid(v, span_from(s, strlen(v->prefix))),
			line);
		return;
	}
	add(g, s, NULL, false, line); /* "CVSS:5.0/..." */
}

static void
bare(struct reading *g, size_t line, struct span s)
{
	if (span_find_nocase(s, "/au:") < s.n)
		add(g, s, "2.0", is_valid(&versions[3], s), line);
	else if (span_find_nocase(s, "/pr:") <
		s.n) /* 3 or 4, prefix left out */
		add(g, s, span_find_nocase(s, "/vc:") < s.n ? "4.0" : NULL,
			false, line);
}

void
cvss_find(struct reading *g, size_t line, struct span s)
{
	for (size_t i = 0; i + 5 < s.n; i++) {
		struct span rest = span_from(s, i);

		if (i > 0 && is_alnum(s.p[i - 1]))
			continue;
		bool prefix = (s.p[i] | 0x20) == 'c' &&
			span_starts_nocase(rest, "cvss:") &&
			is_digit(rest.p[5]);
		if (!prefix &&
			!((s.p[i] | 0x20) == 'a' &&
				span_starts_nocase(rest, "av:") &&
				(i == 0 || s.p[i - 1] != '/')))
			continue;
		size_t end = vector_end(s, i);
		struct span vector = span_cut(s, i, end);
		if (span_find_byte(vector, '/') == vector.n)
			continue;
		if (prefix)
			prefixed(g, line, vector);
		else
			bare(g, line, vector);
		i = end;
	}
}
