/*
 * title.c - what the report is called.
 *
 * The subject, without "Re:", list tags and case ids, if it says anything:
 * "Security issue" is no title. Then a heading or a "Title:" line of the
 * body, else the sentence that first claims what can be done.
 */
#include "report/ascii.h"
#include "report/find.h"

enum { TITLE_BYTES = 300, TITLE_WORDS = 60 };

/* Length of a reply or forward mark at the start: "Re:", "AW: ", "Re[2]:" */
static size_t
prefix_length(struct span s)
{
	static const char *const prefixes[] = {"re", "fwd", "fw", "aw", "wg",
		"antw", "antwort", "sv", "vs", "vl", "tr", "rv", "enc", "rif",
		"odp", "doorst", "ref", "回复", "答复", "转发", "reenv", "yn",
		"ilt"};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		size_t n = begins(s, prefixes[i]);

		if (n == 0)
			continue;
		if (n < s.n &&
			(s.p[n] == '[' || s.p[n] == '(' || s.p[n] == '^'))
			while (n < s.n && s.p[n] != ':' && n < 16)
				n++;
		while (n < s.n && s.p[n] == ' ')
			n++;
		if (n < s.n && s.p[n] == ':')
			return n + 1;
		if (starts(span_from(s, n), "："))
			return n + strlen("：");
	}
	return 0;
}

/* "DAGF-142", "#142", "SEC-20240012": letters, a dash, digits. */
static bool
is_case_id(struct span s)
{
	size_t i = 0, digits;

	s = span_trim(s);
	if (span_starts_nocase(s, "case "))
		s = span_trim(span_from(s, 5));
	if (span_starts_nocase(s, "cve-") || span_starts_nocase(s, "cwe-"))
		return false;
	if (s.n > 0 && s.p[0] == '#')
		i = 1;
	else
		while (i < s.n && i < 12 &&
			(is_upper(s.p[i]) || (i > 0 && is_digit(s.p[i]))))
			i++;
	if (i == 0 || (s.p[0] != '#' && (i >= s.n || s.p[i++] != '-')))
		return false;
	for (digits = 0; i + digits < s.n && is_alnum(s.p[i + digits]);
		digits++)
		;
	return digits > 0 && digits <= 12 && i + digits == s.n &&
		is_digit(s.p[s.n - 1]);
}

static struct span
title_clean(struct span s)
{
	for (;;) {
		s = span_trim(s);
		size_t n = prefix_length(s);
		if (n > 0) {
			s = span_from(s, n);
			continue;
		}
		if (s.n > 2 && (s.p[0] == '[' || s.p[0] == '(')) {
			unsigned char close = s.p[0] == '[' ? ']' : ')';
			size_t end = span_find_byte(s, close);
			struct span inside = span_cut(s, 1, end);

			if (end + 1 < s.n && end < 60 &&
				(s.p[0] == '[' || is_case_id(inside)) &&
				!span_starts_nocase(inside, "cve-")) {
				s = span_from(s, end + 1);
				continue;
			}
			if (end + 1 == s.n) {
				s = is_case_id(inside) ? SPAN_NONE : inside;
				continue;
			}
		}
		size_t word = span_find_byte(s, ' ');
		struct span first = span_cut(s, 0, word);
		if (first.n > 1 && first.p[first.n - 1] == ':')
			first.n--;
		if (is_case_id(first)) {
			s = span_from(s, word);
			continue;
		}
		break;
	}
	/* a case id at the end, in brackets */
	if (s.n > 2 && (s.p[s.n - 1] == ']' || s.p[s.n - 1] == ')')) {
		size_t open = s.n;

		while (open > 0 && s.p[open - 1] != '[' && s.p[open - 1] != '(')
			open--;
		if (open > 0 && is_case_id(span_cut(s, open, s.n - 1)))
			s = span_cut(s, 0, open - 1);
	}
	return span_trim(s);
}

enum weight { SAYS_NOTHING, SAYS_WHERE, SAYS_WHAT };

/* How much a title says: nothing, some name, or what is wrong. */
static enum weight
weigh(struct span s)
{
	struct word w[TITLE_WORDS];
	uint8_t len[MEANING_COUNT];
	size_t used, plain = 0, special = 0, names = 0;
	size_t n = words_cut(s, 0, 0, w, TITLE_WORDS, &used);

	for (size_t i = 0; i < n; i++) {
		uint64_t found = words_match(w + i, n - i, len);

		if (found >> M_CLASS & 1 || found >> M_EFFECT & 1)
			return SAYS_WHAT;
		bool number = true;
		for (size_t k = 0; k < w[i].n; k++)
			number = number && !is_alpha(s.p[w[i].at + k]) &&
				s.p[w[i].at + k] < 0x80;
		if (number)
			continue;
		if (i > 0 && w[i].at > 0 && s.p[w[i].at - 1] == '-' &&
			w[i].at == w[i - 1].at + w[i - 1].n + 1)
			continue; /* "dag-factory" is one word */
		if (word_has(&w[i], W_GENERIC) || word_has(&w[i], W_FILLER)) {
			plain++;
		} else {
			/* without blanks, one word may be a sentence */
			special += s.p[w[i].at] < 0x80 ? 1 : 3;
			names += is_upper(s.p[w[i].at]);
		}
	}
	if (special == 0 ||
		(special <= 2 && plain == 0 &&
			(special == 1 || names == special)))
		return SAYS_NOTHING; /* a product's name alone */
	return special >= 3 ? SAYS_WHAT : SAYS_WHERE;
}

/* "<TITLE>", "{{title}}": nobody filled it in; or an answer to a receipt of
 * the desk's, under whose subject (letters/) it was written. */
static bool
is_form(struct span s)
{
	if (span_starts_nocase(s, "we received your "))
		return true;
	return s.n > 1 && s.n < 60 &&
		((s.p[0] == '<' && s.p[s.n - 1] == '>') ||
			(s.p[0] == '{' && s.p[s.n - 1] == '}'));
}

static void
set(struct reading *g, struct span s, const char *from, unsigned line)
{
	s = fact_text(s, TITLE_BYTES);
	g->r->title.text = arena_text(g->a, s);
	g->r->title.from = from;
	g->r->title.line = line;
}

static struct span
bare(struct span s)
{
	s = span_trim(s);
	while (s.n > 0 && strchr("*_#= ", s.p[0]))
		s = span_from(s, 1);
	while (s.n > 0 && strchr("*_#= ", s.p[s.n - 1]))
		s.n--;
	return s;
}

/* What stands behind or under "Title:". */
static bool
from_label(struct reading *g)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != LINE_NEW ||
			l->v[i].shape != SHAPE_HEADING ||
			l->v[i].topic != M_H_TITLE)
			continue;
		size_t at = i;
		if (line_body(l, i).n == 0)
			do
				at++;
			while (at < l->n && at < i + 3 && l->v[at].n == 0);
		if (at >= l->n || l->v[at].kind != LINE_NEW ||
			l->v[at].hollow ||
			(at > i && l->v[at].shape == SHAPE_HEADING &&
				l->v[at].topic != MEANING_COUNT))
			continue;
		struct span s = bare(line_body(l, at));
		if (s.n == 0 || s.p[0] == '<' || weigh(s) == SAYS_NOTHING)
			continue;
		set(g, s, "heading", (unsigned)at + 1);
		return true;
	}
	return false;
}

/* "Summary: links never expire" */
static bool
from_summary(struct reading *g)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		struct span s = bare(line_body(l, i));

		if (l->v[i].kind != LINE_NEW || l->v[i].hollow ||
			l->v[i].shape != SHAPE_HEADING ||
			l->v[i].topic != M_H_SUMMARY || s.n == 0 || s.n > 120 ||
			s.p[s.n - 1] == '.' || weigh(s) != SAYS_WHAT ||
			(i + 1 < l->n && l->v[i + 1].n > 0 &&
				l->v[i + 1].shape == SHAPE_PROSE && s.n > 60))
			continue;
		set(g, s, "heading", (unsigned)i + 1);
		return true;
	}
	return false;
}

/* The first heading that says what is wrong; one of several findings is not
 * the whole. */
static bool
from_heading(struct reading *g)
{
	const struct lines *l = &g->lines;
	size_t findings = 0;

	for (size_t i = 0; i < l->n; i++)
		findings += l->v[i].kind == LINE_NEW &&
			l->v[i].shape == SHAPE_HEADING &&
			l->v[i].topic == M_H_FINDING && l->v[i].number > 0;
	bool several = findings > 1;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != LINE_NEW ||
			l->v[i].shape != SHAPE_HEADING || l->v[i].hollow ||
			(l->v[i].topic != MEANING_COUNT &&
				(l->v[i].topic != M_H_FINDING || several)))
			continue;
		struct span s = bare(line_body(l, i));
		if (weigh(s) != SAYS_WHAT)
			continue;
		set(g, s, "heading", (unsigned)i + 1);
		return true;
	}
	return false;
}

/* A first line that stands alone, as a title does. */
static bool
from_lone_line(struct reading *g)
{
	const struct lines *l = &g->lines;
	size_t i = 0;

	while (i < l->n && !line_is_new(l, i))
		i++;
	if (i == l->n || l->v[i].shape != SHAPE_PROSE || l->v[i].hollow ||
		(i + 1 < l->n && l->v[i + 1].n > 0) ||
		hit_in(&g->hits[M_REGARDS], i, i + 1))
		return false;
	struct span s = bare(line_body(l, i));
	if (s.n == 0 || s.n > 120 || strchr(",.!?:;", s.p[s.n - 1]) ||
		weigh(s) != SAYS_WHAT)
		return false;
	set(g, s, "first-line", (unsigned)i + 1);
	return true;
}

/* The first sentence that says what is wrong, if it comes early. */
static bool
from_first_line(struct reading *g)
{
	const struct lines *l = &g->lines;
	const struct hit *class = g->hits[M_CLASS].v;
	const struct hit *effect = g->hits[M_EFFECT].v;
	const struct hit *first = g->hits[M_CLASS].n == 0 ? effect : class;

	if (!first || g->hits[M_CLASS].n + g->hits[M_EFFECT].n == 0)
		return false;
	if (g->hits[M_EFFECT].n > 0 && effect->at < first->at)
		first = effect;
	size_t i = first->line, begin = 0;
	for (size_t k = 0; k < i; k++)
		begin += line_is_new(l, k) && l->v[k].shape == SHAPE_PROSE;
	bool type = l->v[i].shape == SHAPE_HEADING && /* "Type: XSS" */
		l->v[i].topic == M_H_CWE;
	if (begin > 6 || (l->v[i].shape != SHAPE_PROSE && !type))
		return false;
	struct span s = line_body(l, i);
	size_t at = first->at - (uint32_t)((const char *)s.p - l->text);
	size_t stop = span_find(s, ". ");
	while (stop < s.n && stop + 2 <= at) { /* the sentence with the hit */
		s = span_from(s, stop + 2);
		at -= stop + 2;
		stop = span_find(s, ". ");
	}
	set(g, span_cut(s, 0, stop), "first-line", (unsigned)i + 1);
	return true;
}

void
title_find(struct reading *g)
{
	struct span subject = title_clean(span_of(g->m->subject));
	enum weight says = is_form(subject) ? SAYS_NOTHING : weigh(subject);

	if (g->r->understood && from_label(g))
		return;
	if (says == SAYS_WHAT || (says != SAYS_NOTHING && !g->r->understood)) {
		set(g, subject, "subject", 0);
		return;
	}
	if (g->r->understood &&
		(from_summary(g) || from_heading(g) || from_lone_line(g)))
		return;
	if (says == SAYS_WHERE)
		set(g, subject, "subject", 0);
	else if (g->r->understood)
		(void)from_first_line(g);
}
