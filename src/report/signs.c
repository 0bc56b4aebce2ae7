/*
 * signs.c - how the product was run, and where else the flaw may lie.
 *
 * Evidence for a person, and never more: each sign is a line of the mail.
 * What is denied is no sign; what is only supposed ("if debug mode is on")
 * is one for the configuration, where it names the condition, and none for
 * what the reporter is said to have done.
 */
#include "report/ascii.h"
#include "report/find.h"

const char *const scope_sign_names[SIGN_COUNT] = {
	[SIGN_MODIFIED] = "modified",
	[SIGN_UNINTENDED] = "unintended",
	[SIGN_DOCUMENTED] = "documented",
	[SIGN_UNDOCUMENTED] = "undocumented",
	[SIGN_CONFIGURATION] = "configuration",
	[SIGN_OTHER_SYSTEM] = "other-system",
	[SIGN_COOKIE] = "cookie",
};

static bool
is_fact(const struct hit *h)
{
	return !h->negated && !h->hedged && !h->asked;
}

static bool
is_any(const struct hit *h)
{
	(void)h; /* "not documented" is the phrase itself */
	return true;
}

static bool
is_said(const struct hit *h)
{
	return !h->negated && !h->asked;
}

static void
said(struct reading *g, enum meaning m, enum scope_sign sign,
	bool counts(const struct hit *h))
{
	const struct hits *h = &g->hits[m];

	for (size_t k = 0; k < h->n; k++)
		if (counts(&h->v[k]))
			facts_add_line(g, &g->signs[sign], h->v[k].line);
}

/* "--- a/x" and then "+++ b/x": a change of somebody's source. */
static void
diffs(struct reading *g)
{
	const struct lines *l = &g->lines;
	size_t from = g->r->steps.line, to = g->r->steps.end;
	bool fix = false; /* under a heading for what we could do */

	for (size_t i = from > 0 ? from - 1 : 0; from > 0 && i < to && i < l->n;
		i++) {
		if (l->v[i].shape == SHAPE_HEADING &&
			l->v[i].topic != MEANING_COUNT)
			fix = l->v[i].topic == M_H_FIX;
		if (fix || !line_is_new(l, i) ||
			!starts(line_span(l, i), "--- ") || i + 1 >= l->n ||
			!starts(line_span(l, i + 1), "+++ "))
			continue;
		facts_add_line(g, &g->signs[SIGN_MODIFIED], i);
		return;
	}
}

/* DEBUG=True, "debug": 1, --debug and the like, in code. */
static bool
turns_on(struct span s)
{
	static const char *const names[] = {"debug", "insecure", "unsafe_",
		"skip_auth", "disable_auth", "no_auth"};
	static const char *const on[] = {
		"true", "1", "on", "yes", "\"true", "'true", "\"1", "'1"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t at = span_find_nocase(s, names[i]);

		if (at == s.n)
			continue;
		if (at >= 2 && s.p[at - 1] == '-' && s.p[at - 2] == '-')
			return true;
		at += strlen(names[i]);
		while (at < s.n && (is_alnum(s.p[at]) || s.p[at] == '_'))
			at++;
		while (at < s.n && s.p[at] != '\0' &&
			strchr(" \t=:\"'", s.p[at]))
			at++;
		if (begins_any(span_from(s, at), on, ARRAY_LEN(on)) > 0)
			return true;
	}
	return span_find_nocase(s, "verify=false") < s.n ||
		span_find_nocase(s, "verify_ssl=false") < s.n;
}

/* "key: value", "[section]", "KEY = value": what configurations look like. */
static bool
is_setting(struct span s)
{
	size_t i = 0;

	s = span_trim(s);
	if (s.n > 2 && s.p[0] == '-' && s.p[1] == ' ')
		s = span_trim(span_from(s, 2));
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return true;
	while (i < s.n &&
		(is_alnum(s.p[i]) || s.p[i] == '_' || s.p[i] == '-' ||
			s.p[i] == '.'))
		i++;
	if (i == 0 || i >= s.n)
		return false;
	if (s.p[i] == ':')
		return i + 1 == s.n || s.p[i + 1] == ' ';
	while (i < s.n && s.p[i] == ' ')
		i++;
	return i + 1 < s.n && s.p[i] == '=' && s.p[i + 1] != '=';
}

/* A run of two or more settings in code, shown by its first line. */
static void
configurations(struct reading *g)
{
	const struct lines *l = &g->lines;
	size_t run = 0;

	for (size_t i = 0; i < l->n; i++) {
		bool code = line_is_new(l, i) && l->v[i].shape == SHAPE_CODE;
		struct span s = code ? line_span(l, i) : SPAN_NONE;

		if (code && turns_on(s))
			facts_add_line(g, &g->signs[SIGN_UNINTENDED], i);
		run = code && is_setting(s) ? run + 1 : 0;
		if (run == 2)
			facts_add_line(g, &g->signs[SIGN_CONFIGURATION], i - 1);
	}
}

/* Where both are said, what contradicts the documentation is the news. */
static void
documented(struct reading *g)
{
	const struct hits *h = &g->hits[M_DOCUMENTED];

	said(g, M_UNDOCUMENTED, SIGN_UNDOCUMENTED, is_any);
	for (size_t k = 0; k < h->n; k++) {
		size_t i = h->v[k].line;

		if (is_said(&h->v[k]) &&
			!hit_in(&g->hits[M_UNDOCUMENTED], i, i + 1))
			facts_add_line(g, &g->signs[SIGN_DOCUMENTED], i);
	}
}

void
signs_find(struct reading *g)
{
	said(g, M_MODIFIED, SIGN_MODIFIED, is_fact);
	diffs(g);
	said(g, M_UNINTENDED, SIGN_UNINTENDED, is_said);
	configurations(g);
	documented(g);
	said(g, M_ELSEWHERE, SIGN_OTHER_SYSTEM, is_said);
	if (g->hits[M_SESSION_FLAW].n == 0)
		said(g, M_COOKIE_MOVED, SIGN_COOKIE, is_said);
}
