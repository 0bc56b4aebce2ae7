/*
 * looks.c - what kind of mail it is, and what shows it.
 *
 * The weights are few and written out, so that a person can follow each
 * answer. Doubt leans to vulnerability as soon as the mail says what
 * somebody can do who should not: a question, a bug or a sales pitch that
 * also shows such an effect is read by a person as a report. A mere word
 * ("XSS", "vulnerability") does not outweigh a plain question or an offer.
 */
#include "report/ascii.h"
#include "report/find.h"

enum { BECAUSE_MAX = 6, QUOTE_BYTES = 160, APART = 60 };

/* Say that a line shows something: `line 7 claims an effect: "..."`. */
static void
because(struct reading *g, const char *what, size_t line)
{
	struct span s = fact_text(line_body(&g->lines, line), QUOTE_BYTES);

	if (g->because.n >= BECAUSE_MAX)
		return;
	if (s.n == 0)
		s = fact_text(line_span(&g->lines, line), QUOTE_BYTES);
	const char *text = arena_printf(
		g->a, "line %zu %s: \"%.*s\"", line + 1, what, SPAN_FMT(s));
	facts_add(g, &g->because, span_of(text), line);
}

static void
because_hits(struct reading *g, enum meaning m, const char *what, size_t most)
{
	const struct hits *h = &g->hits[m];
	size_t last = SIZE_MAX;

	for (size_t k = 0; k < h->n && most > 0; k++) {
		if (h->v[k].line == last)
			continue;
		last = h->v[k].line;
		because(g, what, last);
		most--;
	}
}

/* What no line shows: the subject, or the text as a whole. */
static void
because_plain(struct reading *g, const char *text)
{
	if (facts_add(g, &g->because, span_of(text), 0))
		g->because.v[g->because.n - 1].line = 0;
}

/* In how many places does a meaning stand? Lines may be whole paragraphs, so
 * what is a sentence apart counts as well. */
static size_t
lines_with(const struct hits *h)
{
	size_t n = 0;

	for (size_t k = 0; k < h->n; k++)
		n += k == 0 || h->v[k].line != h->v[k - 1].line ||
			h->v[k].at > h->v[k - 1].end + APART;
	return n;
}

struct tally {
	size_t class, effect, word, claim; /* lines that speak so */
	size_t howto, support, bug, junk, pitch, apply, offer, asked, software,
		forms, notice, bounty;
	bool steps, subject_class, security;
	bool named;  /* a weakness, by the subject */
	bool attack; /* something is put in to break out */
};

/* Which meanings stand in the subject, as a bit set. */
static uint64_t
subject_meanings(const struct reading *g)
{
	struct word w[60];
	uint8_t len[MEANING_COUNT];
	uint64_t all = 0;
	size_t used;
	size_t n =
		words_cut(span_of(g->m->subject), 0, 0, w, ARRAY_LEN(w), &used);

	for (size_t i = 0; i < n; i++)
		all |= words_match(w + i, n - i, len);
	return all;
}

/* In how many lines, the subject being one, does a meaning stand? */
static size_t
told(const struct reading *g, uint64_t subject, enum meaning m)
{
	return lines_with(&g->hits[m]) + (subject >> m & 1);
}

/* In how many questions? */
static size_t
asked(const struct hits *h)
{
	size_t n = 0;

	for (size_t k = 0; k < h->n; k++)
		n += h->v[k].asked;
	return n;
}

/* The first new line with something that is put in to break out, else n. */
static size_t
attack_line(const struct reading *g)
{
	for (size_t i = 0; i < g->lines.n; i++)
		if (line_is_new(&g->lines, i) &&
			g->lines.v[i].under != M_H_FIX &&
			has_attack(line_span(&g->lines, i)))
			return i;
	return g->lines.n;
}

/* "KeyError: 'x'", "java.io.IOException: closed", wherever it was pasted: a
 * program that gave up, and told so. */
static bool
is_trace(struct span s)
{
	static const char *const ends[] = {"Error", "Exception"};
	size_t end = 0;

	while (end < s.n && end < 80 &&
		(is_alnum(s.p[end]) || one_of(s.p[end], "._")))
		end++;
	if (end + 1 >= s.n || s.p[end] != ':' || s.p[end + 1] != ' ')
		return starts(s, "Traceback (most recent");
	s = span_cut(s, 0, end);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (s.n > strlen(ends[i]) &&
			starts(span_from(s, s.n - strlen(ends[i])), ends[i]))
			return true;
	return false;
}

static bool
has_trace(const struct reading *g)
{
	for (size_t i = 0; i < g->lines.n; i++)
		if (g->lines.v[i].shape == SHAPE_CODE &&
			line_is_new(&g->lines, i) &&
			is_trace(span_trim(line_span(&g->lines, i))))
			return true;
	return false;
}

static struct tally
count(const struct reading *g)
{
	const struct hits *h = g->hits;
	uint64_t subject = subject_meanings(g);

	return (struct tally){
		.class = lines_with(&h[M_CLASS]),
		.effect = lines_with(&h[M_EFFECT]),
		.word = told(g, subject, M_VULNWORD),
		.claim = lines_with(&h[M_CLAIMS]),
		.bounty = lines_with(&h[M_BOUNTY]),
		.howto = told(g, subject, M_HOWTO),
		.asked = asked(&h[M_HOWTO]) + (subject >> M_HOWTO & 1),
		.software = told(g, subject, M_SOFTWARE),
		.support = told(g, subject, M_SUPPORT),
		.bug = told(g, subject, M_BUG) + has_trace(g),
		.junk = told(g, subject, M_JUNK),
		.pitch = told(g, subject, M_PITCH),
		.offer = told(g, subject, M_OFFER),
		.apply = told(g, subject, M_APPLY),
		.forms = told(g, subject, M_FORMS),
		.notice = told(g, subject, M_NOTICE),
		.security = told(g, subject, M_SECTOPIC) > 0,
		.steps = g->r->steps.line != 0,
		.named = subject >> M_CLASS & 1,
		.attack = attack_line(g) < g->lines.n,
		.subject_class =
			(subject >> M_CLASS & 1) || (subject >> M_EFFECT & 1),
	};
}

/* Something that only a report has: a way to see it, beside a flaw. */
static bool
is_shown(const struct reading *g, const struct tally *t)
{
	bool flaw = t->class + t->effect > 0 || t->subject_class || t->attack ||
		g->n_cwe > 0 || g->n_cvss > 0;

	return flaw &&
		(t->steps || t->attack || t->claim > 0 || g->n_cwe > 0 ||
			g->n_cvss > 0);
}

static enum looks_like
vulnerability(struct reading *g)
{
	because_hits(g, M_EFFECT, "says what somebody can do", 2);
	because_hits(g, M_CLASS, "names a weakness", 2);
	if (g->r->steps.line != 0)
		because(g, "begins to tell how to see it",
			g->r->steps.line - 1);
	if (attack_line(g) < g->lines.n)
		because(g, "puts in what breaks out", attack_line(g));
	if (g->because.n == 0)
		because_hits(g, M_VULNWORD, "speaks of a vulnerability", 2);
	if (g->because.n == 0 && g->n_cwe > 0 && g->cwe[0].line > 0)
		because(g, "names a CWE", g->cwe[0].line - 1);
	if (g->because.n == 0 && g->n_cvss > 0 && g->cvss[0].line > 0)
		because(g, "has a CVSS vector", g->cvss[0].line - 1);
	if (g->because.n == 0 && g->m->subject)
		because_plain(g, "the subject names a weakness");
	return LOOKS_VULNERABILITY;
}

static enum looks_like
settle(struct reading *g, enum looks_like kind, enum meaning m,
	const char *what)
{
	because_hits(g, m, what, 3);
	if (g->because.n == 0)
		because_plain(g, arena_printf(g->a, "the subject %s", what));
	return kind;
}

/* Mail that is about something else altogether. */
static enum looks_like
elsewhere(struct reading *g, const struct tally *t)
{
	if (t->junk >= 2 || (t->junk >= 1 && t->pitch >= 1))
		return settle(g, LOOKS_SPAM, M_JUNK, "advertises");
	if (t->pitch >= 2)
		return settle(g, LOOKS_SPAM, M_PITCH, "advertises");
	if (t->apply >= 2)
		return settle(g, LOOKS_OTHER, M_APPLY, "applies for a job");
	if (t->forms >= 2)
		return settle(
			g, LOOKS_OTHER, M_FORMS, "asks for a form or an audit");
	if (t->notice >= 1 && t->claim == 0 && t->effect <= t->notice &&
		!t->named)
		return settle(
			g, LOOKS_OTHER, M_NOTICE, "reports phishing or abuse");
	return LOOKS_UNKNOWN;
}

/* "$250", "149 EUR", "30%": at most two, for a report may name one. */
static size_t
prices(const struct reading *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->lines.n && n < 2; i++) {
		struct span s = line_span(&g->lines, i);

		if (!line_is_new(&g->lines, i) ||
			!(g->lines.v[i].has & HAS_DIGIT) ||
			g->lines.v[i].shape == SHAPE_CODE)
			continue;
		for (size_t k = 0; k + 1 < s.n && n < 2; k++)
			n += (s.p[k] == '$' && is_digit(s.p[k + 1])) ||
				(is_digit(s.p[k]) && s.p[k + 1] == '%' &&
					(k + 2 == s.n || s.p[k + 2] == ' '));
	}
	return n;
}

/* Does a link lead to the sender's own site? So do those of who sells. */
static bool
links_home(const struct reading *g)
{
	const char *at = g->m->from ? strrchr(g->m->from, '@') : NULL;

	for (size_t i = 0; at && strlen(at) > 4 && i < g->urls.n; i++)
		if (span_find_nocase(span_of(g->urls.v[i].text), at + 1) <
			strlen(g->urls.v[i].text))
			return true;
	return false;
}

/* A mail that wants to sell something, weighed against what it says of
 * flaws and of the use of a program. Steps that are a list or commands, a
 * weakness' id and a vector are beyond doubt. */
static bool
is_trade(const struct reading *g, const struct tally *t)
{
	size_t trade =
		3 * g->hits[M_JUNK].n + 2 * g->hits[M_PITCH].n + t->offer;
	size_t flaw = 3 * t->effect + 2 * t->class + t->word + t->claim +
		t->software + 2 * t->subject_class + g->loose_steps;

	if ((t->steps && !g->loose_steps) || g->n_cwe > 0 || g->n_cvss > 0 ||
		g->files.n + g->functions.n + g->commits.n > 0)
		return false;
	trade += trade > 0 ? 2 * prices(g) + 2 * links_home(g) : 0;
	return trade >= 3 && trade > flaw;
}

/* Does anything in it have to do with a program? */
static bool
is_technical(const struct reading *g, const struct tally *t)
{
	return t->steps || t->software > 1 ||
		t->class + t->effect + t->word + t->bug > 0 ||
		t->subject_class || g->n_cwe > 0 || g->n_cvss > 0 ||
		g->files.n > 0 || g->functions.n > 0 || g->commits.n > 0 ||
		g->cves.n > 0;
}

/* How many questions the mail asks. */
static size_t
questions(const struct reading *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->lines.n; i++) {
		struct span s = line_span(&g->lines, i);

		if (!line_is_new(&g->lines, i) ||
			g->lines.v[i].shape == SHAPE_CODE)
			continue;
		for (size_t k = 1; k < s.n; k++)
			n += s.p[k] == '?' && is_alpha(s.p[k - 1]) &&
				(k + 1 == s.n || is_blank(s.p[k + 1]));
	}
	return n;
}

/* Does it speak of what belongs to somebody else? Then it may be a report,
 * asked as a question. */
static bool
speaks_of_others(const struct reading *g)
{
	static const char *const words[] = {"other", "someone", "somebody",
		"anyone", "anybody", "everyone", "everybody", "stranger",
		"fremd", "ander", "jeder", "autre", "otro", "otra", "cualquier",
		"n'importe", "without", "ohne", "sans", "sin "};

	for (size_t i = 0; i < g->lines.n; i++)
		for (size_t k = 0;
			line_is_new(&g->lines, i) && k < ARRAY_LEN(words); k++)
			if (span_find_nocase(line_span(&g->lines, i),
				    words[k]) < g->lines.v[i].n)
				return true;
	return false;
}

/* A mail that only asks: no flaw, no story, nothing of others. */
static bool
only_asks(const struct reading *g, const struct tally *t)
{
	return t->howto > 0 && !t->steps && !t->attack && t->bug == 0 &&
		t->class + t->effect + t->claim + t->word == 0 &&
		!t->subject_class && g->n_cwe + g->n_cvss + g->cves.n == 0 &&
		questions(g) > 0 && !speaks_of_others(g);
}

static enum looks_like
decide(struct reading *g, const struct tally *t)
{
	if (is_trade(g, t))
		return settle(g, LOOKS_SPAM,
			t->junk > 0          ? M_JUNK :
				t->pitch > 0 ? M_PITCH :
					       M_OFFER,
			"offers something");
	bool shown = is_shown(g, t);
	enum looks_like other;

	bool bare = !t->steps && g->n_cwe == 0 && g->n_cvss == 0;

	if (!shown || t->junk >= 3 ||
		(bare && (2 * t->junk + t->pitch >= 4 || t->apply >= 2))) {
		other = elsewhere(g, t);
		if (other != LOOKS_UNKNOWN)
			return other;
	}
	if (shown)
		return vulnerability(g);
	if (t->howto > 0 && t->howto >= t->effect && t->claim == 0 &&
		!t->steps && (t->asked > 0 || t->class + t->effect == 0))
		return t->security || t->class + t->effect > 0 || t->named ?
			settle(g, LOOKS_QUESTION, M_HOWTO, "asks how to") :
			settle(g, LOOKS_SUPPORT, M_HOWTO, "asks how to");
	if (only_asks(g, t))
		return settle(g, t->security ? LOOKS_QUESTION : LOOKS_SUPPORT,
			M_HOWTO, "asks how to");
	if (t->effect + t->class > 0 || t->subject_class)
		return vulnerability(g);
	if (t->word > 0 && (t->steps || (t->support < 2 && t->bug < 2)))
		return vulnerability(g);
	if (t->claim > 0 && t->support < 2 && t->bug == 0)
		return vulnerability(g); /* "a problem" may be any */
	if (t->steps && t->bug == 0 && t->support < 2 &&
		(t->security || t->software > 0))
		return vulnerability(g); /* a story, and it is about that */
	if (t->bug > t->support)
		return settle(g, LOOKS_BUG, M_BUG, "describes a fault");
	if (t->support > 0)
		return settle(g, LOOKS_SUPPORT, M_SUPPORT, "asks for help");
	if (t->bug > 0)
		return settle(g, LOOKS_BUG, M_BUG, "describes a fault");
	if (t->bounty > 0)
		return settle(g, LOOKS_OTHER, M_BOUNTY, "asks for a reward");
	if (t->junk > 0)
		return settle(g, LOOKS_SPAM, M_JUNK, "advertises");
	if (t->offer + 2 * t->pitch >= 3 && !is_technical(g, t))
		return settle(g, LOOKS_SPAM, t->pitch > 0 ? M_PITCH : M_OFFER,
			"offers something");
	if (t->pitch > 0)
		return settle(g, LOOKS_OTHER, M_PITCH, "offers something");
	if (t->apply > 0)
		return settle(g, LOOKS_OTHER, M_APPLY, "applies for a job");
	if (t->forms > 0)
		return settle(
			g, LOOKS_OTHER, M_FORMS, "asks for a form or an audit");
	if (t->offer > 1 && !is_technical(g, t))
		return settle(g, LOOKS_OTHER, M_OFFER, "offers something");
	if (t->steps && (!g->loose_steps || t->security))
		return vulnerability(g); /* sent here, and nothing against it */
	because_plain(g, "nothing shows what kind of mail this is");
	return LOOKS_UNKNOWN;
}

void
looks_find(struct reading *g)
{
	struct tally t;

	if (!g->r->understood) {
		because_plain(g, "a language that the rules do not know");
		g->r->looks_like = LOOKS_UNKNOWN;
		return;
	}
	t = count(g);
	if (g->loose_steps && 2 * t.junk + t.pitch >= 2)
		t.steps = false; /* "book a call, see the slides" */
	g->r->looks_like = decide(g, &t);
}
