/*
 * contact.c - how the reporter can be reached.
 *
 * What the text states ("Contact: ...", "reach me at ...") comes first,
 * then Reply-To and From if a person may be behind them, then an address in
 * the signature. The fact is what was given, not where letters go.
 */
#include "report/ascii.h"
#include "report/find.h"

static bool
is_local_byte(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 || strchr(".!#$%&'*+/=?^_`{|}~-", c);
}

/* A mail address in s, from the left. */
static struct span
address_in(struct span s)
{
	for (size_t at = 0; at < s.n; at++) {
		size_t from = at, to = at + 1;
		bool dot = false;

		if (s.p[at] != '@')
			continue;
		while (from > 0 && s.p[from - 1] &&
			is_local_byte(s.p[from - 1]) && at - from < 64)
			from--;
		while (to < s.n &&
			(is_alnum(s.p[to]) || s.p[to] >= 0x80 ||
				s.p[to] == '-' || s.p[to] == '.') &&
			to - at < 254) {
			dot = dot || s.p[to] == '.';
			to++;
		}
		while (to > at + 1 &&
			(s.p[to - 1] == '.' || s.p[to - 1] == '-'))
			to--;
		while (from < at && strchr(".'`*_", s.p[from]))
			from++;
		if (from < at && to > at + 3 && dot)
			return span_cut(s, from, to);
	}
	return SPAN_NONE;
}

/* "+49 (0)40 123 456": at least seven digits. */
static struct span
phone_in(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t to = i, digits = 0;

		if (s.p[i] != '+')
			continue;
		while (to < s.n && to - i < 30 &&
			(is_digit(s.p[to]) || strchr("+ ()-./", s.p[to])) &&
			s.p[to])
			digits += is_digit(s.p[to++]);
		if (digits >= 7)
			return span_trim(span_cut(s, i, to));
	}
	return SPAN_NONE;
}

static struct span
link_in(struct span s)
{
	size_t at = span_find_nocase(s, "https://"), to;

	if (at == s.n)
		at = span_find_nocase(s, "http://");
	for (to = at; to < s.n && s.p[to] > ' ' && !strchr("<>\"", s.p[to]);)
		to++;
	while (to > at && strchr(".,;:)", s.p[to - 1]))
		to--;
	return span_cut(s, at, to);
}

static bool
set(struct reading *g, struct span s, const char *from, size_t line)
{
	s = fact_text(s, 300);
	if (s.n == 0)
		return false;
	g->r->contact.address = arena_text(g->a, s);
	g->r->contact.from = from;
	g->r->contact.line = (unsigned)line;
	return true;
}

static bool
any_in(struct reading *g, size_t i, const char *from, bool links)
{
	struct span s = span_cut(line_span(&g->lines, i), 0, 400);

	return set(g, address_in(s), from, i + 1) ||
		set(g, phone_in(s), from, i + 1) ||
		(links && set(g, link_in(s), from, i + 1));
}

/* "Contact: ..." and up to four lines under it, or "reach me at ...". */
static bool
stated(struct reading *g)
{
	const struct lines *l = &g->lines;
	const struct hits *reach = &g->hits[M_REACH];

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind == LINE_QUOTED ||
			l->v[i].shape != SHAPE_HEADING ||
			l->v[i].topic != M_H_CONTACT || l->v[i].hollow)
			continue;
		for (size_t k = i; k < l->n && k < i + 5; k++) {
			if (k > i && l->v[k].shape == SHAPE_HEADING &&
				l->v[k].topic != M_H_CONTACT)
				break;
			if (l->v[k].kind == LINE_NEW && !l->v[k].hollow &&
				any_in(g, k, "body", true))
				return true;
		}
	}
	for (size_t k = 0; k < reach->n; k++) {
		size_t i = reach->v[k].line;

		if (any_in(g, i, "body", false) ||
			(i + 1 < l->n && line_is_new(l, i + 1) &&
				any_in(g, i + 1, "body", false)))
			return true;
	}
	return false;
}

/* Is there likely a person who reads mail to this address? */
static bool
is_answerable(const char *address)
{
	static const char *const robots[] = {"noreply", "no-reply", "no_reply",
		"donotreply", "do-not-reply", "do_not_reply", "no.reply",
		"mailer-daemon", "postmaster", "bounce", "notification",
		"nobody@", "null@", "auto-", "nicht-antworten"};
	struct span s = span_of(address);
	size_t at = span_find_byte(s, '@');

	if (s.n == 0 || at == 0 || at + 1 >= s.n)
		return false;
	if (span_ends_nocase(s, ".invalid"))
		return false;
	struct span local = span_cut(s, 0, at + 1);
	for (size_t i = 0; i < ARRAY_LEN(robots); i++)
		if (span_starts_nocase(local, robots[i]) ||
			(i < 7 && span_find_nocase(local, robots[i]) < local.n))
			return false;
	return true;
}

static bool
signed_with(struct reading *g)
{
	const struct lines *l = &g->lines;
	const struct hits *bye = &g->hits[M_REGARDS];

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == LINE_SIGNATURE && l->v[i].n > 0 &&
			any_in(g, i, "signature", false))
			return true;
	if (bye->n == 0)
		return false;
	size_t from = bye->v[bye->n - 1].line; /* "Best regards," and a name */
	for (size_t i = from + 1; i < l->n && i < from + 8; i++)
		if (line_is_new(l, i) && any_in(g, i, "signature", false))
			return true;
	return false;
}

void
contact_find(struct reading *g)
{
	if (stated(g))
		return;
	if (is_answerable(g->m->reply_to) &&
		set(g, span_of(g->m->reply_to), "reply-to", 0))
		return;
	if (is_answerable(g->m->from) && set(g, span_of(g->m->from), "from", 0))
		return;
	(void)signed_with(g);
}
