/*
 * severity.c - how bad the reporter says it is, where it is said.
 *
 * The cite is exactly the words that a desk may have to fold away: from the
 * label to the rating. "Severity: Critical", "CVSS 9.8", "critical severity",
 * "9.8/10", a rating under a heading. A version "9.8" is no severity.
 */
#include "report/ascii.h"
#include "report/find.h"

enum { REACH = 60 }; /* bytes from label to rating */

static const char *const ratings[] = {"critical", "high", "medium", "moderate",
	"low", "informational", "severe", "kritisch", "hoch", "mittel",
	"niedrig", "critique", "élevée", "élevé", "Élevée", "Élevé", "moyenne",
	"faible", "crítica", "alta", "media", "baja", "p1", "p2", "p3", "p4"};

/* Length of a rating word at the start of s, else 0. */
static size_t
rating(struct span s)
{
	for (size_t i = 0; i < ARRAY_LEN(ratings); i++) {
		size_t n = begins(s, ratings[i]);

		if (n > 0 && (s.n == n || !(is_alnum(s.p[n]) || s.p[n] == '_')))
			return n;
	}
	return 0;
}

/* Length of a score 0.0 to 10.0 at the start of s, else 0. */
static size_t
score(struct span s, bool whole)
{
	size_t i = 0;
	unsigned n = 0;

	while (i < s.n && is_digit(s.p[i]) && i < 2)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (i == 0 || n > 10 || (i < s.n && is_digit(s.p[i])))
		return 0;
	bool fraction = i + 1 < s.n && (s.p[i] == '.' || s.p[i] == ',') &&
		is_digit(s.p[i + 1]);
	if (fraction) {
		if (n == 10 && s.p[i + 1] != '0')
			return 0;
		i += 2;
	}
	if (starts(span_from(s, i), "/10"))
		return i + 3;
	if (!fraction && !whole)
		return 0;
	if (i < s.n &&
		(is_alnum(s.p[i]) ||
			(i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))))
		return 0;
	return i;
}

/* Words between label and rating that mean nothing of their own. */
static size_t
filler(struct span s)
{
	static const char *const words[] = {"score", "base", "rating", "level",
		"severity", "overall", "temporal", "environmental", "is", "of",
		"would", "be", "the", "as", "a", "rated", "vector", "estimated",
		"suggested", "my", "own", "cvss", "i", "rate", "this", "it",
		"at", "to", "likely", "probably", "around", "about", "ist",
		"est", "es"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = begins(s, words[i]);

		if (n > 0 && (s.n == n || !is_alnum(s.p[n])))
			return n;
	}
	/* "v3.1", "3.1" of "CVSS 3.1 score" */
	size_t i = s.n > 0 && (s.p[0] | 0x20) == 'v' ? 1 : 0;
	if (i < s.n && strchr("234", s.p[i]) && s.p[i] &&
		(i == 1 ||
			(s.n > 2 && s.p[1] == '.' && strchr("01x", s.p[2]) &&
				s.p[2] && (s.n == 3 || !is_alnum(s.p[3]))))) {
		i++;
		if (i + 1 < s.n && s.p[i] == '.' && is_alnum(s.p[i + 1]))
			i += 2;
		return i < s.n && is_alnum(s.p[i]) ? 0 : i;
	}
	return 0;
}

/* The end of the rating that follows a label ending at s[at]; 0 if none.
 * Not `scored`: a "3.1" right after "CVSS" is its version. */
static size_t
rating_after(struct span s, size_t at, bool scored)
{
	size_t end = at + REACH < s.n ? at + REACH : s.n, n;

	while (at < end) {
		struct span rest = span_from(s, at);

		if ((n = rating(rest)) > 0)
			break;
		if ((n = filler(rest)) > 0 &&
			!(scored && is_digit(rest.p[0]))) {
			scored = scored || is_alpha(rest.p[n - 1]);
			at += n;
			continue;
		}
		if ((n = score(rest, false)) > 0)
			break;
		if (!strchr(" \t:=-*_|()[]~`\"'#/,", s.p[at]) || !s.p[at]) {
			if (s.p[at] < 0x80)
				return 0;
			at++; /* a typographic dash */
			continue;
		}
		at++;
	}
	if (at >= end)
		return 0;
	at += n;
	/* "High (8.1)", "9.8 (Critical)", "9.8 Critical" */
	size_t more = at;
	while (more < s.n && more < at + 4 && strchr(" (/-|", s.p[more]) &&
		s.p[more])
		more++;
	if (more > at && more < s.n &&
		((n = rating(span_from(s, more))) > 0 ||
			(n = score(span_from(s, more), false)) > 0)) {
		at = more + n;
		if (at < s.n && s.p[at] == ')')
			at++;
	}
	return at;
}

static size_t
label_at(struct span s)
{
	static const char *const labels[] = {"severity", "cvss", "risk rating",
		"risk level", "risk score", "risk:", "base score",
		"schweregrad", "gravité", "gravite", "sévérité", "severidad",
		"gravedad", "criticality", "priority:", "rated"};

	return begins_any(s, labels, ARRAY_LEN(labels));
}

/* "critical severity", "high-severity" */
static size_t
reversed(struct span s)
{
	size_t n = rating(s);

	if (n == 0 || n + 1 >= s.n || (s.p[n] != ' ' && s.p[n] != '-'))
		return 0;
	struct span rest = span_from(s, n + 1);
	size_t word = begins(rest, "severity");

	return word > 0 && (rest.n == word || !is_alnum(rest.p[word])) ?
		n + 1 + word :
		0;
}

/* "9.8/10", "9.8 (critical)" */
static size_t
number(struct span s)
{
	size_t n = score(s, true), at = n;

	if (n > 3 && starts(span_from(s, n - 3), "/10"))
		return n;
	if (n < 3 || n + 2 >= s.n || s.p[n] != ' ' || s.p[n + 1] != '(')
		return 0;
	at = n + 2;
	size_t word = rating(span_from(s, at));
	if (word == 0)
		return 0;
	at += word;
	return at + (at < s.n && s.p[at] == ')');
}

/* The end of a severity that begins at s[at], at the start of a word. */
static size_t
severity_at(struct span s, size_t at)
{
	unsigned char c = to_lower(s.p[at]);
	struct span rest = span_from(s, at);
	size_t end = 0, n;

	if (is_digit(c))
		return (n = number(rest)) > 0 ? at + n : 0;
	if (!is_alpha(c))
		return 0;
	if (may_be_letter(c, "bcgprs") && (n = label_at(rest)) > 0)
		end = rating_after(s, at + n, c != 'c');
	if (end == 0 && may_be_letter(c, "chilmps") && (n = reversed(rest)) > 0)
		end = at + n;
	return end;
}

static void
severities_in(struct reading *g, struct span s, size_t i)
{
	bool word = false;

	for (size_t at = 0; at + 3 < s.n;) {
		bool inside =
			is_alnum(s.p[at]) || s.p[at] == '.' || s.p[at] == '_';
		size_t end = inside && !word ? severity_at(s, at) : 0;

		word = inside;
		if (end > at) {
			facts_add_each(
				g, &g->severity, span_cut(s, at, end), i);
			at = end;
			word = false;
		} else {
			at++;
		}
	}
}

/* Is the line right below a heading "Severity", blanks aside? */
static bool
severity_above(const struct lines *l, size_t i)
{
	size_t k = i;

	while (k > 0 && i - k < 3 && l->v[k - 1].n == 0)
		k--;
	return k > 0 && l->v[k - 1].shape == SHAPE_HEADING &&
		l->v[k - 1].topic == M_H_SEVERITY &&
		l->v[k - 1].kind == LINE_NEW;
}

/* The rating alone, under its heading. */
static bool
under_heading(struct reading *g, size_t i)
{
	struct span s = span_trim(line_body(&g->lines, i));

	if (!severity_above(&g->lines, i))
		return false;
	while (s.n > 0 && strchr("*_`(", s.p[0]))
		s = span_from(s, 1);
	size_t n = rating(s);
	if (n == 0)
		n = score(s, true);
	if (n > 0)
		facts_add_each(g, &g->severity, span_cut(s, 0, 80), i);
	return n > 0;
}

/* "1. Forged invoices (High)": the rating behind a finding's name. */
static void
behind_name(struct reading *g, size_t i)
{
	struct span s = span_trim(line_span(&g->lines, i));
	size_t at = s.n;

	if (g->lines.v[i].shape != SHAPE_NUMBERED &&
		g->lines.v[i].shape != SHAPE_HEADING)
		return;
	while (at > 0 && s.n - at < 24 && !one_of(s.p[at - 1], "([|"))
		at--;
	if (at < 4 || !one_of(s.p[at - 1], "(["))
		return;
	size_t n = rating(span_from(s, at));
	if (n > 0 && at + n + 1 == s.n && one_of(s.p[at + n], ")]"))
		facts_add_each(g, &g->severity, span_from(s, at - 1), i);
}

/* Words of code and of headings were not looked at: those lines may. */
static bool
may_rate(const struct lines *l, size_t i)
{
	return line_is_new(l, i) &&
		(l->v[i].rated || l->v[i].shape == SHAPE_CODE ||
			l->v[i].shape == SHAPE_HEADING || severity_above(l, i));
}

/* "[CRITICAL] ...", "High: ...", "... (high)". A fact of no line. */
static void
in_subject(struct reading *g)
{
	struct span s = span_of(g->m->subject);
	size_t before = g->severity.n;

	severities_in(g, s, 0);
	for (size_t i = 0; i < s.n && g->severity.n == before; i++) {
		bool open = s.p[i] == '[' || s.p[i] == '(';
		size_t at = open ? i + 1 : i;
		size_t n = open || i == 0 ? rating(span_from(s, at)) : 0;

		if (n > 0 && at + n < s.n && strchr("])|", s.p[at + n]) && open)
			facts_add_each(
				g, &g->severity, span_cut(s, i, at + n + 1), 0);
		else if (n > 0 && at + n < s.n && s.p[at + n] == ':')
			facts_add_each(
				g, &g->severity, span_cut(s, i, at + n), 0);
	}
	for (size_t i = before; i < g->severity.n; i++)
		g->severity.v[i].line = 0;
}

void
severity_find(struct reading *g)
{
	in_subject(g);
	for (size_t i = 0; i < g->lines.n; i++)
		if (may_rate(&g->lines, i) && !under_heading(g, i)) {
			severities_in(g, line_span(&g->lines, i), i);
			behind_name(g, i);
		}
}
