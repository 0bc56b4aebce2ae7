/*
 * drift.c - which words of the document are which clause's.
 *
 * Three passes, from the surest to the least sure: whole sentences that are
 * equal; clauses that stand word for word inside longer sentences, or go
 * over several; and then pairs of what is left, the likest first. The order
 * of the policy helps only to tell apart what is equally like.
 */
#include "publish/drift.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publish/drift_impl.h"
#include "publish/publish.h"

const char *const drift_names[DRIFT_COUNT] = {
	[DRIFT_SAME] = "same",
	[DRIFT_REWORDED] = "reworded",
	[DRIFT_FIGURE] = "changed figure",
	[DRIFT_MEANING] = "reworded",
	[DRIFT_MISSING] = "missing",
	[DRIFT_EXTRA] = "extra",
};

/* --- the two sides as words --------------------------------------------- */

static void
add_units(struct match *m, const char *text, size_t part)
{
	struct words *w = ARENA_NEW(m->a, struct words);

	words_of_text(m->l, m->policy_own, text, w);
	for (size_t i = 0; i < w->n_sentences; i++) {
		const struct sentence *s = &w->sentences[i];

		m->units[m->n_units++] = (struct unit){.part = part,
			.v = w->v + s->from,
			.n = s->to - s->from};
	}
}

static size_t
count_sentences(const char *text)
{
	size_t n = 2;

	for (; *text; text++)
		n += *text == '.' || *text == '!' || *text == '?' ||
			*text == '\n';
	return n;
}

/* The introduction is a part without a clause. */
static void
read_policy(struct match *m)
{
	const struct policy *p = m->policy;
	size_t most = 1;
	struct texts none = {NULL, 0};
	const char *heading = NULL;

	m->parts = ARENA_ARRAY(m->a, p->n_clauses + 1, struct part);
	if (p->introduction)
		most += count_sentences(p->introduction);
	for (size_t i = 0; i < p->n_clauses; i++) {
		const struct clause *c = &p->clauses[i];
		struct texts more = clause_list(c);

		most += count_sentences(c->text);
		for (size_t k = 0; k < more.n; k++)
			most += count_sentences(more.v[k]);
	}
	m->units = ARENA_ARRAY(m->a, most, struct unit);
	for (size_t i = 0; i <= p->n_clauses; i++) {
		const struct clause *c = i > 0 ? &p->clauses[i - 1] : NULL;
		const char *text = c ? c->text : p->introduction;
		struct texts more = c ? clause_list(c) : none;
		struct part *part = &m->parts[m->n_parts];

		if (c && c->heading)
			heading = c->heading;
		if (c && c->subheading)
			heading = c->subheading;
		if (text == NULL)
			continue;
		*part = (struct part){.clause = c,
			.heading = heading_key(m, m->policy_own, heading),
			.from = m->n_units};
		add_units(m, text, m->n_parts);
		for (size_t k = 0; k < more.n; k++)
			if (!says_already(m->a, text, more.v[k]))
				add_units(m, more.v[k], m->n_parts);
		part->to = m->n_units;
		m->n_parts++;
	}
}

static bool
is_version(const struct match *m, const struct sentence *s)
{
	size_t n = m->version.n;

	if (s->to - s->from != n + 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (m->d.v[s->from + i].low != m->version.v[i].low)
			return false;
	return true;
}

static void
read_document(struct match *m, const struct doc *doc)
{
	uint32_t heading = 0;

	words_of_text(m->l, NULL, PUBLISH_VERSION_WORDS, &m->version);
	words_of_doc(m->l, m->document_own, doc, &m->d);
	m->owner = ARENA_ARRAY(m->a, m->d.n + 1, uint32_t);
	m->s = ARENA_ARRAY(m->a, m->d.n_sentences + 1, struct place);
	for (size_t i = 0; i < m->d.n_sentences; i++) {
		const struct sentence *s = &m->d.sentences[i];
		struct place *at = &m->s[i];

		at->kind = doc->blocks[s->block].kind;
		if (at->kind == BLOCK_HEADING)
			heading = heading_key(m, m->document_own,
				doc_block_text(m->a, &doc->blocks[s->block]));
		at->heading = heading;
		at->skip = is_version(m, s);
	}
}

/* --- what is equal -------------------------------------------------------- */

static uint32_t
hash_words(const struct word *v, size_t n)
{
	uint32_t h = 0x811c9dc5;

	for (size_t i = 0; i < n; i++) {
		h = (h ^ v[i].id) * 0x01000193u;
		h ^= h >> 13;
	}
	return h;
}

bool
match_equal(const struct word *a, const struct word *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].id != b[i].id)
			return false;
	return true;
}

/* A comment is read by nobody: only a clause that is one may stand there. */
bool
match_allowed(const struct match *m, const struct unit *u, size_t sentence)
{
	const struct clause *c = m->parts[u->part].clause;

	if (m->s[sentence].skip)
		return false;
	return m->s[sentence].kind != BLOCK_COMMENT ||
		(c && c->as == AS_COMMENT);
}

struct chains {
	uint32_t *head, *next;
	size_t n_heads;
};

static struct chains
chains_new(struct arena *a, size_t n)
{
	struct chains c = {.n_heads = 64};

	while (c.n_heads < 2 * n)
		c.n_heads *= 2;
	c.head = ARENA_ARRAY(a, c.n_heads, uint32_t);
	c.next = ARENA_ARRAY(a, n + 1, uint32_t);
	return c;
}

/* Entries are numbered from 1; the last one added comes out first, so that
 * they are added from the end. */
static void
chain(struct chains *c, uint32_t hash, size_t i)
{
	uint32_t *head = &c->head[hash & (c->n_heads - 1)];

	c->next[i] = *head;
	*head = (uint32_t)i + 1;
}

static void
take(struct match *m, size_t unit, size_t from, size_t to)
{
	struct unit *u = &m->units[unit];

	u->found = true;
	u->exact = true;
	u->from = from;
	u->to = to;
	for (size_t i = from; i < to; i++)
		m->owner[i] = (uint32_t)unit + 1;
}

/* Whether the words there are taken; by a unit of the same words is fine. */
static bool
is_free(const struct match *m, const struct unit *u, size_t from, bool *shared)
{
	*shared = true;
	for (size_t i = from; i < from + u->n; i++) {
		const struct unit *by;

		if (m->owner[i] == 0) {
			*shared = false;
			continue;
		}
		by = &m->units[m->owner[i] - 1];
		if (by->n != u->n || by->from != from || by->part == u->part)
			return false;
	}
	return true;
}

static void
find_sentences(struct match *m)
{
	struct chains c = chains_new(m->a, m->d.n_sentences);
	size_t last = 0;

	for (size_t i = m->d.n_sentences; i-- > 0;) {
		const struct sentence *s = &m->d.sentences[i];

		chain(&c, hash_words(m->d.v + s->from, s->to - s->from), i);
	}
	for (size_t k = 0; k < m->n_units; k++) {
		struct unit *u = &m->units[k];
		uint32_t h = hash_words(u->v, u->n);
		uint32_t at = c.head[h & (c.n_heads - 1)];
		size_t best = m->d.n_sentences;
		bool best_shared = true;

		for (unsigned tries = 0; at && tries < DRIFT_TRIES;
			at = c.next[at - 1], tries++) {
			size_t i = at - 1;
			const struct sentence *s = &m->d.sentences[i];
			bool shared;

			if (s->to - s->from != u->n ||
				!match_allowed(m, u, i) ||
				!match_equal(u->v, m->d.v + s->from, u->n) ||
				!is_free(m, u, s->from, &shared))
				continue;
			/* a free one first, the next one after the last */
			if (best == m->d.n_sentences ||
				(best_shared && !shared) ||
				(best_shared == shared && best < last &&
					i >= last)) {
				best = i;
				best_shared = shared;
			}
		}
		if (best < m->d.n_sentences) {
			const struct sentence *s = &m->d.sentences[best];

			take(m, k, s->from, s->to);
			last = best;
		}
	}
}

/* A run of words in the midst of others, or over several sentences. */
static void
find_runs(struct match *m)
{
	enum { LEAST = 3 };
	struct chains c = chains_new(m->a, m->d.n);
	size_t *sentence = ARENA_ARRAY(m->a, m->d.n + 1, size_t);

	for (size_t i = 0; i < m->d.n_sentences; i++)
		for (size_t k = m->d.sentences[i].from;
			k < m->d.sentences[i].to; k++)
			sentence[k] = i;
	for (size_t i = m->d.n; i-- > 0;)
		if (i + 3 <= m->d.n)
			chain(&c, hash_words(m->d.v + i, 3), i);
	m->sentence_of = sentence;
	for (size_t k = 0; k < m->n_units; k++) {
		struct unit *u = &m->units[k];
		uint32_t at;
		bool shared;

		if (u->found || u->n < LEAST)
			continue;
		at = c.head[hash_words(u->v, 3) & (c.n_heads - 1)];
		for (unsigned tries = 0; at && tries < DRIFT_TRIES;
			at = c.next[at - 1], tries++) {
			size_t i = at - 1;

			if (i + u->n > m->d.n ||
				!match_allowed(m, u, sentence[i]) ||
				!match_allowed(m, u, sentence[i + u->n - 1]) ||
				!match_equal(u->v, m->d.v + i, u->n) ||
				!is_free(m, u, i, &shared))
				continue;
			take(m, k, i, i + u->n);
			break;
		}
	}
}

static bool
is_joiner(const struct match *m, size_t i)
{
	static const char *const joiners[] = {
		"and", "or", "but", "also", "then", "und", "oder", "sowie"};
	const char *text = lexicon_text(m->l, m->d.v[i].low);

	for (size_t k = 0; k < ARRAY_LEN(joiners); k++)
		if (strcmp(text, joiners[k]) == 0)
			return true;
	return false;
}

/*
 * Words that a sentence has beside those of its clauses: "unless we change
 * our mind". Whoever is in that sentence no longer says just that.
 */
static void
find_additions(struct match *m)
{
	for (size_t i = 0; i < m->d.n_sentences; i++) {
		const struct sentence *s = &m->d.sentences[i];
		size_t taken = 0, joiners = 0, left;

		for (size_t k = s->from; k < s->to; k++) {
			taken += m->owner[k] != 0;
			joiners += m->owner[k] == 0 && is_joiner(m, k);
		}
		left = s->to - s->from - taken - joiners;
		if (taken == 0 || taken == s->to - s->from)
			continue;
		for (size_t k = s->from; k < s->to; k++) {
			if (m->owner[k] == 0)
				m->owner[k] = OWNER_SHARED;
			else if (left > 0 && m->owner[k] != OWNER_SHARED) {
				struct unit *u = &m->units[m->owner[k] - 1];

				u->exact = false;
				if (u->from > s->from)
					u->from = s->from;
				if (u->to < s->to)
					u->to = s->to;
			}
		}
		m->s[i].taken = true;
	}
	for (size_t k = 0; k < m->n_units; k++) {
		const struct unit *u = &m->units[k];

		for (size_t i = u->found ? m->sentence_of[u->from] :
					   m->d.n_sentences;
			i < m->d.n_sentences && m->d.sentences[i].from < u->to;
			i++) {
			m->s[i].taken = true;
			m->s[i].exact = m->s[i].exact || u->exact;
		}
	}
}

void
drift_find(struct arena *a, const struct policy *p, const char *product,
	const struct doc *d, struct drift *out)
{
	struct match m = {.a = a, .policy = p, .l = lexicon_new(a)};
	const struct product *own = &p->product;
	size_t n = own->n_aliases + 1,
	       n_pages = own->n_repositories + own->n_urls;
	const char **names = ARENA_ARRAY(a, n, const char *);
	const char **pages = ARENA_ARRAY(a, n_pages + 1, const char *);

	names[0] = own->name;
	for (size_t i = 0; i < own->n_aliases; i++)
		names[i + 1] = own->aliases[i];
	for (size_t i = 0; i < n_pages; i++)
		pages[i] = i < own->n_repositories ?
			own->repositories[i] :
			own->urls[i - own->n_repositories];
	m.policy_own = own_new(m.l, names, n, pages, n_pages);
	m.document_own =
		product ? own_new(m.l, &product, 1, NULL, 0) : m.policy_own;
	read_policy(&m);
	read_document(&m, d);
	find_sentences(&m);
	find_runs(&m);
	find_additions(&m);
	match_rest(&m);
	match_rows(&m, d, out);
}
