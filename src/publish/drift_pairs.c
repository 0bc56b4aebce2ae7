/*
 * drift_pairs.c - a sentence that was changed, and what it was before.
 *
 * Two sentences are as like as the share of their words that both have, rare
 * words counting more; per mille, in integers. Candidates are found through
 * the rarer words only. Where nothing else is left between two neighbours of
 * the policy that were found, less likeness will do: it stands in the place.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "publish/drift_impl.h"

enum {
	ENOUGH = 400, /* per mille: reworded, not another sentence */
	ENOUGH_IN_PLACE = 150,
	ENOUGH_SHARED = 450, /* with a clause that has the sentence already */
	PAIRS_A_UNIT = 6,
	GROW_MOST = 12, /* sentences that one may have become */
	NEIGHBOURS = 64,
};

struct pair {
	uint32_t unit, sentence;
	unsigned score;
};

struct pairs {
	struct match *m;
	unsigned *weight;  /* by word's low id */
	uint32_t *posting; /* sentences, by low id from start[] on */
	uint32_t *start;
	size_t n_ids;
	uint32_t *mark; /* by low id: how often the open sentence has it */
	unsigned *sum;  /* by sentence: shared weight */
	uint32_t *touched;
	struct pair *v;
	size_t n;
};

/* 1 for a word that is everywhere, more the fewer sentences have it. */
static void
weigh(struct pairs *p)
{
	struct match *m = p->m;
	uint32_t *last = ARENA_ARRAY(m->a, p->n_ids, uint32_t);
	uint32_t *count = ARENA_ARRAY(m->a, p->n_ids + 1, uint32_t);
	size_t total = 0;

	for (size_t i = 0; i < m->d.n_sentences; i++)
		for (size_t k = m->d.sentences[i].from;
			k < m->d.sentences[i].to; k++) {
			uint32_t id = m->d.v[k].low;

			if (last[id] == i + 1)
				continue;
			last[id] = (uint32_t)i + 1;
			count[id]++;
			total++;
		}
	p->start = ARENA_ARRAY(m->a, p->n_ids + 1, uint32_t);
	p->posting = ARENA_ARRAY(m->a, total + 1, uint32_t);
	for (size_t id = 0; id < p->n_ids; id++) {
		size_t rare = m->d.n_sentences;
		struct word w = {.low = (uint32_t)id};

		p->start[id + 1] = p->start[id] + count[id];
		p->weight[id] = 2;
		for (rare /= count[id] + 1; rare > 1; rare /= 2)
			p->weight[id]++;
		if (id > 0 && word_is_common(m->l, &w))
			p->weight[id] = 1;
		last[id] = 0;
		count[id] = 0;
	}
	for (size_t i = 0; i < m->d.n_sentences; i++)
		for (size_t k = m->d.sentences[i].from;
			k < m->d.sentences[i].to; k++) {
			uint32_t id = m->d.v[k].low;

			if (last[id] == i + 1)
				continue;
			last[id] = (uint32_t)i + 1;
			p->posting[p->start[id] + count[id]++] = (uint32_t)i;
		}
}

/* How like the unit is to the document's words from..to. What is so much
 * longer cannot be like enough, and is not looked at. */
static unsigned
likeness(struct pairs *p, const struct unit *u, size_t from, size_t to)
{
	const struct word *d = p->m->d.v;
	unsigned both = 0, all = 0;

	if (to - from > 8 * u->n + 64)
		return 0;
	for (size_t i = 0; i < u->n; i++) {
		p->mark[u->v[i].low]++;
		all += p->weight[u->v[i].low];
	}
	for (size_t i = from; i < to; i++) {
		all += p->weight[d[i].low];
		if (p->mark[d[i].low] > 0) {
			p->mark[d[i].low]--;
			both += 2 * p->weight[d[i].low];
		}
	}
	for (size_t i = 0; i < u->n; i++)
		p->mark[u->v[i].low] = 0;
	return all ? 1000 * both / all : 0;
}

/* Where the neighbours that were found leave room: sentences low..high. */
static void
room(const struct match *m, size_t unit, size_t *low, size_t *high)
{
	*low = 0;
	*high = m->d.n_sentences;
	for (size_t i = unit; i-- > 0 && i + NEIGHBOURS > unit;)
		if (m->units[i].found) {
			*low = m->sentence_of[m->units[i].to - 1] + 1;
			break;
		}
	for (size_t i = unit + 1; i < m->n_units && i < unit + NEIGHBOURS; i++)
		if (m->units[i].found) {
			*high = m->sentence_of[m->units[i].from];
			break;
		}
}

static void
add_pair(struct pairs *p, size_t unit, size_t sentence, unsigned score)
{
	p->v[p->n++] = (struct pair){(uint32_t)unit, (uint32_t)sentence, score};
}

/* The nearest of room that nobody has: one sentence in one place. */
static void
in_place(struct pairs *p, size_t unit)
{
	struct match *m = p->m;
	size_t low, high, only = m->d.n_sentences, free = 0;
	size_t units = 0;

	room(m, unit, &low, &high);
	if (low == 0 && high == m->d.n_sentences)
		return;
	for (size_t i = unit; units < 2 && i-- > 0 && !m->units[i].found;)
		units++;
	for (size_t i = unit; units < 2 && i < m->n_units && !m->units[i].found;
		i++)
		units++;
	for (size_t i = low; i < high && i < low + 16; i++) {
		const struct place *s = &m->s[i];

		if (s->taken || s->kind == BLOCK_HEADING ||
			!match_allowed(m, &m->units[unit], i))
			continue;
		free++;
		only = i;
	}
	if (units != 1 || free != 1)
		return;
	const struct sentence *s = &m->d.sentences[only];
	unsigned score = likeness(p, &m->units[unit], s->from, s->to);

	if (score >= ENOUGH_IN_PLACE || (score > 0 && m->units[unit].n <= 4))
		add_pair(p, unit, only, score > ENOUGH ? score : ENOUGH);
}

static void
candidates(struct pairs *p, size_t unit)
{
	struct match *m = p->m;
	const struct unit *u = &m->units[unit];
	struct pair best[PAIRS_A_UNIT];
	size_t n = 0, touched = 0;

	for (size_t i = 0; i < u->n; i++) {
		uint32_t id = u->v[i].low;
		uint32_t count = p->start[id + 1] - p->start[id];

		if (count > DRIFT_TRIES)
			continue;
		for (uint32_t k = p->start[id]; k < p->start[id + 1]; k++) {
			uint32_t s = p->posting[k];

			if (p->sum[s] == 0)
				p->touched[touched++] = s;
			p->sum[s] += p->weight[id];
		}
	}
	for (size_t i = 0; i < touched; i++) {
		uint32_t s = p->touched[i];
		struct pair one = {(uint32_t)unit, s, p->sum[s]};
		size_t at = n;

		p->sum[s] = 0;
		if (m->s[s].exact || !match_allowed(m, u, s) ||
			m->s[s].kind == BLOCK_HEADING)
			continue;
		while (at > 0 && best[at - 1].score < one.score) {
			if (at < PAIRS_A_UNIT)
				best[at] = best[at - 1];
			at--;
		}
		if (at < PAIRS_A_UNIT)
			best[at] = one;
		n += n < PAIRS_A_UNIT;
	}
	for (size_t i = 0; i < n; i++) {
		const struct sentence *s = &m->d.sentences[best[i].sentence];
		unsigned score = likeness(p, u, s->from, s->to);

		/* A part of a long sentence, or a long one's part. */
		if (score >= ENOUGH / 2)
			add_pair(p, unit, best[i].sentence, score);
	}
}

/* The likest first; then in the order of both. */
static int
by_score(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->sentence > y->sentence) - (x->sentence < y->sentence);
}

/* What was one sentence may have become several, or a list. */
static void
grow(struct pairs *p, struct unit *u, size_t sentence, unsigned score)
{
	struct match *m = p->m;
	size_t low = sentence, high = sentence + 1;

	for (unsigned tries = 0; tries < GROW_MOST; tries++) {
		const struct sentence *s = m->d.sentences;
		unsigned up = 0, down = 0;

		if (high < m->d.n_sentences && !m->s[high].taken &&
			m->s[high].kind != BLOCK_HEADING &&
			match_allowed(m, u, high))
			up = likeness(p, u, s[low].from, s[high].to);
		if (low > 0 && !m->s[low - 1].taken &&
			m->s[low - 1].kind != BLOCK_HEADING &&
			match_allowed(m, u, low - 1))
			down = likeness(p, u, s[low - 1].from, s[high - 1].to);
		if (up > score && up >= down) {
			score = up;
			m->s[high++].taken = true;
		} else if (down > score) {
			score = down;
			m->s[--low].taken = true;
		} else
			break;
	}
	u->from = m->d.sentences[low].from;
	u->to = m->d.sentences[high - 1].to;
}

static void
assign(struct pairs *p, bool shared)
{
	struct match *m = p->m;

	for (size_t i = 0; i < p->n; i++) {
		struct unit *u = &m->units[p->v[i].unit];
		size_t s = p->v[i].sentence;

		if (u->found || m->s[s].exact || m->s[s].taken != shared ||
			p->v[i].score < (shared ? (unsigned)ENOUGH_SHARED :
						  (unsigned)ENOUGH))
			continue;
		u->found = true;
		m->s[s].taken = true;
		u->from = m->d.sentences[s].from;
		u->to = m->d.sentences[s].to;
		if (!shared)
			grow(p, u, s, p->v[i].score);
	}
}

void
match_rest(struct match *m)
{
	struct pairs p = {.m = m, .n_ids = lexicon_count(m->l)};

	p.weight = ARENA_ARRAY(m->a, p.n_ids, unsigned);
	p.mark = ARENA_ARRAY(m->a, p.n_ids, uint32_t);
	p.sum = ARENA_ARRAY(m->a, m->d.n_sentences + 1, unsigned);
	p.touched = ARENA_ARRAY(m->a, m->d.n_sentences + 1, uint32_t);
	p.v = ARENA_ARRAY(
		m->a, (PAIRS_A_UNIT + 1) * m->n_units + 1, struct pair);
	weigh(&p);
	for (size_t i = 0; i < m->n_units; i++)
		if (!m->units[i].found) {
			candidates(&p, i);
			in_place(&p, i);
		}
	qsort(p.v, p.n, sizeof *p.v, by_score);
	assign(&p, false);
	p.n = 0; /* with those neighbours there is less room */
	for (size_t i = 0; i < m->n_units; i++)
		if (!m->units[i].found) {
			candidates(&p, i);
			in_place(&p, i);
		}
	qsort(p.v, p.n, sizeof *p.v, by_score);
	assign(&p, false);
	assign(&p, true);
}
