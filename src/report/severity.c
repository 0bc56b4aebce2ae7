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
	"niedrig", "critique", "élevée", "élevé", "moyenne", "faible",
	"crítica", "alta", "media", "baja", "p1", "p2", "p3", "p4"};

/* Length of a rating word at the start of s, else 0. */
static size_t
rating(struct span s)
{
	for (size_t i = 0; i < ARRAY_LEN(ratings); i++) {
		size_t n = strlen(ratings[i]);

		if (span_starts_nocase(s, ratings[i]) &&
			(s.n == n || !(is_alnum(s.p[n]) || s.p[n] == '_')))
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
	if (span_starts(span_from(s, i), "/10"))
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
		size_t n = strlen(words[i]);

		if (span_starts_nocase(s, words[i]) &&
			(s.n == n || !is_alnum(s.p[n])))
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
		"gravedad", "criticality", "priority:"};

	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (span_starts_nocase(s, labels[i]))
			return strlen(labels[i]);
	return 0;
}

/* "critical severity", "high-severity", "rated critical", "9.8/10". */
static size_t
reversed(struct span s)
{
	size_t n = rating(s);

	if (n > 0 && n + 1 < s.n && (s.p[n] == ' ' || s.p[n] == '-')) {
		struct span rest = span_from(s, n + 1);

		if (span_starts_nocase(rest, "severity") &&
			(rest.n == 8 || !is_alnum(rest.p[8])))
			return n + 1 + 8;
	}
	n = score(s, true);
	if (n > 3 && span_starts(span_from(s, n - 3), "/10"))
		return n;
	if (n >= 3) { /* "9.8 (critical)" */
		size_t at = n;
		while (at < s.n && strchr(" (", s.p[at]) && s.p[at])
			at++;
		size_t word = rating(span_from(s, at));
		if (at > n && word > 0 && s.p[n] == ' ' && s.p[n + 1] == '(')
			return at + word +
				(at + word < s.n && s.p[at + word] == ')');
	}
	return 0;
}

static void
one_line(struct reading *g, size_t i)
{
	struct span s = line_span(&g->lines, i);

	for (size_t at = 0; at + 3 < s.n;) {
		unsigned char c = to_lower(s.p[at]);
		struct span rest = span_from(s, at);
		size_t end = 0, n;

		if (at > 0 &&
			(is_alnum(s.p[at - 1]) || s.p[at - 1] == '.' ||
				s.p[at - 1] == '_')) {
			at++;
			continue;
		}
		if (c == 's' || c == 'c' || c == 'r' || c == 'b' || c == 'g' ||
			c == 'p')
			if ((n = label_at(rest)) > 0)
				end = rating_after(s, at + n, c != 'c');
		if (end == 0 && (is_digit(c) || is_alpha(c)) &&
			(n = reversed(rest)) > 0)
			end = at + n;
		if (end > at) {
			facts_add(g, &g->severity, span_cut(s, at, end), i);
			at = end;
		} else {
			at++;
		}
	}
}

/* A heading "Severity" and the rating alone on the next line. */
static bool
under_heading(struct reading *g, size_t i)
{
	const struct lines *l = &g->lines;
	size_t k = i;

	while (k > 0 && i - k < 3 && l->v[k - 1].n == 0)
		k--;
	if (k == 0 || l->v[k - 1].shape != SHAPE_HEADING ||
		l->v[k - 1].topic != M_H_SEVERITY ||
		l->v[k - 1].kind != LINE_NEW)
		return false;
	struct span s = span_trim(line_body(l, i));
	while (s.n > 0 && strchr("*_`(", s.p[0]))
		s = span_from(s, 1);
	size_t n = rating(s);
	if (n == 0)
		n = score(s, true);
	if (n > 0)
		facts_add(g, &g->severity, span_cut(s, 0, 80), i);
	return n > 0;
}

void
severity_find(struct reading *g)
{
	for (size_t i = 0; i < g->lines.n; i++)
		if (line_is_new(&g->lines, i) && !under_heading(g, i))
			one_line(g, i);
}
