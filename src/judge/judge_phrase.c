/*
 * judge_phrase.c - the phrases of all clauses, found in one pass.
 *
 * A policy may list many phrases; what they cost must not grow with them by
 * whole readings of the text. Phrases are chained by their first letter, and
 * tried only where a word begins so.
 */
#include <string.h>

#include "base/mem.h"
#include "judge/judge_clause.h"

enum { HITS_MAX = 120 };

struct phrase {
	const struct phrase *next; /* with the same first letter */
	const char *text;
	const char *const *list; /* of the clause's: tells whose it is */
};

struct phrase_hits {
	unsigned char word[256]; /* is_word() */
	const struct phrase *first[256];
	struct {
		const char *const *list;
		unsigned line;
	} v[HITS_MAX];
	size_t n;
};

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool
is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

/* Whole words, any blank between them. */
static bool
phrase_at(struct span s, size_t at, const char *phrase)
{
	for (; *phrase != '\0'; phrase++) {
		if (*phrase == ' ') {
			size_t from = at;

			while (at < s.n && s.p[at] <= ' ')
				at++;
			if (at == from)
				return false;
		} else if (at >= s.n ||
			lower(s.p[at]) != lower((unsigned char)*phrase))
			return false;
		else
			at++;
	}
	return at >= s.n || !is_word(s.p[at]) || !is_word(s.p[at - 1]);
}

/* A line counts once for each list. */
static void
hit(struct phrase_hits *h, const char *const *list, unsigned line)
{
	for (size_t i = h->n; i-- > 0 && h->v[i].line == line;)
		if (h->v[i].list == list)
			return;
	if (h->n == HITS_MAX)
		return;
	h->v[h->n].list = list;
	h->v[h->n++].line = line;
}

static void
try_at(struct phrase_hits *h, struct span s, size_t at, unsigned line)
{
	for (const struct phrase *p = h->first[s.p[at]]; p; p = p->next)
		if (phrase_at(s, at, p->text))
			hit(h, p->list, line);
}

/* Word by word: within one, no phrase begins. */
static void
scan(struct phrase_hits *h, struct span s, unsigned line)
{
	for (size_t at = 0; at < s.n;) {
		if (h->first[s.p[at]] != NULL)
			try_at(h, s, at, line);
		if (h->word[s.p[at]])
			while (++at < s.n && h->word[s.p[at]])
				;
		else
			line += s.p[at++] == '\n' && line > 0;
	}
}

static void
add(struct arena *a, struct phrase_hits *h, struct texts t, size_t *n)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = lower((unsigned char)t.v[i][0]);
		struct phrase *p = ARENA_NEW(a, struct phrase);

		*p = (struct phrase){h->first[c], t.v[i], t.v};
		h->first[c] = p;
		if (c >= 'a' && c <= 'z')
			h->first[c - 32] = p;
		(*n)++;
	}
}

const struct phrase_hits *
phrases_scan(struct arena *a, const struct policy *p, const struct message *m,
	const struct report *r)
{
	struct phrase_hits *h = NULL;
	struct span rest = span_of(m->text), line;
	unsigned at = 1;
	size_t n = 0;

	for (size_t i = 0; i < p->n_clauses; i++) {
		const struct clause *c = &p->clauses[i];

		if (h == NULL &&
			(c->kind == CLAUSE_SCOPE || c->kind == CLAUSE_KNOWN))
			h = ARENA_NEW(a, struct phrase_hits);
		if (c->kind == CLAUSE_SCOPE)
			add(a, h, c->scope.words, &n);
		if (c->kind == CLAUSE_KNOWN) {
			add(a, h, c->known.words, &n);
			add(a, h, c->known.unless, &n);
		}
	}
	if (n == 0)
		return NULL;
	for (unsigned c = 0; c < 256; c++)
		h->word[c] = is_word((unsigned char)c);
	scan(h, span_of(m->subject), 0);
	for (size_t i = 0; i < r->n_new_text; i++) {
		const unsigned char *from;

		while (at < r->new_text[i].from && span_line(&rest, &line))
			at++;
		from = rest.p;
		while (at <= r->new_text[i].to && span_line(&rest, &line))
			at++;
		scan(h, span_make(from, (size_t)(rest.p - from)),
			r->new_text[i].from);
	}
	return h;
}

size_t
phrases_find(const struct judging *j, struct texts phrases, unsigned *lines,
	size_t max)
{
	const struct phrase_hits *h = j->phrases;
	size_t n = 0;

	for (size_t i = 0; h != NULL && phrases.n > 0 && i < h->n; i++)
		if (h->v[i].list == phrases.v && n < max)
			lines[n++] = h->v[i].line;
	return n;
}
