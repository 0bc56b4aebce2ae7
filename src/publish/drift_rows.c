/* drift_rows.c - a result for each clause, and what is nobody's. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publish/drift_impl.h"

struct texts
clause_list(const struct clause *c)
{
	static const struct texts none = {NULL, 0};

	if (c->kind == CLAUSE_SAFE_HARBOR)
		return c->safe_harbor.promises;
	return c->kind == CLAUSE_RESCIND ? c->rescind.grounds : none;
}

/* Without blanks at all. */
static char *
squeezed(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;

	for (; *s; s++)
		if ((unsigned char)*s > ' ')
			out[n++] = *s;
	return out;
}

bool
says_already(struct arena *a, const char *text, const char *words)
{
	return strstr(squeezed(a, text), squeezed(a, words)) != NULL;
}

uint32_t
heading_key(struct match *m, const struct own *own, const char *heading)
{
	AUTO(str_fini) struct str s;
	struct words w;

	str_init(&s, 1000);
	if (heading == NULL)
		return 0;
	words_of_text(m->l, own, heading, &w);
	str_putc(&s, '\x02');
	for (size_t i = 0; i < w.n && i < 30; i++)
		str_printf(&s, "%u.", w.v[i].low);
	return lexicon_id(m->l, str_span(&s));
}

/* --- figures and sense ---------------------------------------------------- */

struct tally {
	uint32_t key;
	int n; /* the document's less the policy's */
};

enum { TALLY_MAX = 200 };

static void
count(struct tally *t, size_t *n, const struct word *w, size_t len,
	enum word_class class, int by)
{
	for (size_t i = 0; i < len; i++) {
		size_t k = 0;

		if (w[i].class != class)
			continue;
		while (k < *n && t[k].key != w[i].key)
			k++;
		if (k == *n) {
			if (*n == TALLY_MAX)
				return;
			t[(*n)++] = (struct tally){w[i].key, 0};
		}
		t[k].n += by;
	}
}

/* The words that one side has more often, "5" against "7"; NULL if none. */
static const char *
differences(const struct match *m, const struct tally *t, size_t n, bool shared,
	const char *none)
{
	AUTO(str_fini) struct str policy, document;
	bool any = false;

	str_init(&policy, 300);
	str_init(&document, 300);
	/* What a shared sentence has beyond this clause is another's, as long
	 * as nothing of this one is missing. */
	for (size_t i = 0; i < n; i++)
		any = any || t[i].n < 0 || (t[i].n > 0 && !shared);
	if (!any)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct str *to = t[i].n < 0 ? &policy : &document;

		if (t[i].n == 0)
			continue;
		if (to->n > 0)
			str_puts(to, ", ");
		str_printf(to, "'%s'", lexicon_text(m->l, t[i].key));
	}
	return arena_printf(m->a, "%s in the policy, %s in the document",
		policy.n ? policy.text : none,
		document.n ? document.text : none);
}

/* Several clauses may have come to share one sentence of the document. */
static void
find_shared(struct match *m)
{
	for (size_t k = 0; k < m->n_units; k++) {
		const struct unit *u = &m->units[k];

		for (size_t i = u->found ? m->sentence_of[u->from] :
					   m->d.n_sentences;
			i < m->d.n_sentences && m->d.sentences[i].from < u->to;
			i++) {
			struct place *at = &m->s[i];

			at->shared = at->shared ||
				(at->part && at->part != u->part + 1);
			at->part = u->part + 1;
		}
	}
}

static bool
is_shared(const struct match *m, const struct unit *u)
{
	for (size_t i = m->sentence_of[u->from];
		i < m->d.n_sentences && m->d.sentences[i].from < u->to; i++)
		if (m->s[i].shared)
			return true;
	return false;
}

static void
judge_unit(const struct match *m, const struct unit *u, struct drift_row *row)
{
	struct tally figures[TALLY_MAX], senses[TALLY_MAX];
	size_t n_figures = 0, n_senses = 0;
	const struct word *d = m->d.v + u->from;
	size_t len = u->to - u->from;
	bool shared = is_shared(m, u);
	const char *why;

	count(figures, &n_figures, u->v, u->n, WORD_FIGURE, -1);
	count(figures, &n_figures, d, len, WORD_FIGURE, 1);
	count(senses, &n_senses, u->v, u->n, WORD_SENSE, -1);
	count(senses, &n_senses, d, len, WORD_SENSE, 1);
	why = differences(m, figures, n_figures, shared, "no figure");
	if (why && row->result != DRIFT_FIGURE) {
		row->result = DRIFT_FIGURE;
		row->because = why;
	}
	if (row->result == DRIFT_FIGURE)
		return;
	why = differences(m, senses, n_senses, shared, "nothing");
	if (why && row->result != DRIFT_MEANING) {
		row->result = DRIFT_MEANING;
		row->because = why;
	} else if (row->result == DRIFT_SAME)
		row->result = DRIFT_REWORDED;
}

/* The same words under "In scope" that were under "Out of scope". */
static bool
is_moved(const struct match *m, const struct part *part, const struct unit *u)
{
	uint32_t there = m->s[m->sentence_of[u->from]].heading;
	bool known = false;

	if (part->heading == there || part->heading == 0 ||
		m->s[m->sentence_of[u->from]].kind == BLOCK_HEADING)
		return false;
	for (size_t i = 0; i < m->n_parts; i++)
		known = known || m->parts[i].heading == there;
	return known && there != 0;
}

/* --- texts ------------------------------------------------------------------ */

static const char *
policy_text(const struct match *m, const struct clause *c)
{
	AUTO(str_fini) struct str s;
	struct texts list;

	str_init(&s, 64 * 1024);
	if (c == NULL)
		return m->policy->introduction;
	list = clause_list(c);
	str_puts(&s, c->text);
	for (size_t i = 0; i < list.n; i++)
		if (!says_already(m->a, c->text, list.v[i]))
			str_printf(&s, "\n%s", list.v[i]);
	return arena_text(m->a, str_span(&s));
}

static int
by_number(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Lines and text of these sentences of the document. */
static void
quote(const struct match *m, const struct doc *d, size_t *sentences, size_t n,
	struct drift_row *row)
{
	AUTO(str_fini) struct str s;
	unsigned *lines;
	size_t cap = 0;

	str_init(&s, 64 * 1024);
	if (n == 0)
		return;
	qsort(sentences, n, sizeof *sentences, by_number);
	for (size_t i = 0; i < n; i++) {
		const struct sentence *q = &m->d.sentences[sentences[i]];

		cap += m->d.v[q->to - 1].line - m->d.v[q->from].line + 1;
	}
	lines = ARENA_ARRAY(m->a, cap, unsigned);
	for (size_t i = 0; i < n; i++) {
		const struct sentence *q = &m->d.sentences[sentences[i]];
		unsigned last = m->d.v[q->to - 1].line;

		if (i > 0 && sentences[i] == sentences[i - 1])
			continue;
		for (unsigned k = m->d.v[q->from].line; k <= last; k++)
			if (row->n_lines == 0 || lines[row->n_lines - 1] < k)
				lines[row->n_lines++] = k;
		words_sentence(&s, m->a, d, &m->d, m->texts, sentences[i]);
	}
	row->lines = lines;
	row->document_text = arena_text(m->a, str_span(&s));
}

static void
part_row(const struct match *m, const struct doc *d, const struct part *part,
	struct drift_row *row)
{
	size_t found = 0, n = 0, missing = 0, cap = 0;
	size_t *sentences;
	bool moved = false;

	*row = (struct drift_row){
		.clause = part->clause ? part->clause->id : "introduction",
		.result = DRIFT_SAME,
		.policy_text = policy_text(m, part->clause)};
	for (size_t i = part->from; i < part->to; i++)
		if (m->units[i].found)
			cap += m->sentence_of[m->units[i].to - 1] -
				m->sentence_of[m->units[i].from] + 1;
	sentences = ARENA_ARRAY(m->a, cap + 1, size_t);
	for (size_t i = part->from; i < part->to; i++) {
		const struct unit *u = &m->units[i];

		if (!u->found) {
			missing++;
			continue;
		}
		found++;
		for (size_t k = m->sentence_of[u->from];
			k <= m->sentence_of[u->to - 1]; k++)
			sentences[n++] = k;
		if (!u->exact)
			judge_unit(m, u, row);
		else
			moved = moved || is_moved(m, part, u);
	}
	quote(m, d, sentences, n, row);
	if (found == 0 && missing > 0)
		row->result = DRIFT_MISSING;
	else if (row->result == DRIFT_SAME && moved) {
		row->result = DRIFT_MEANING;
		row->because = "it stands under the heading of others";
	} else if (row->result == DRIFT_SAME && missing > 0) {
		row->result = DRIFT_REWORDED;
		row->because = "a sentence of it is missing";
	}
}

/* A heading says something of its own if it is a sentence. */
static bool
is_extra(const struct match *m, const struct doc *d, size_t i)
{
	const struct sentence *s = &m->d.sentences[i];
	const struct place *at = &m->s[i];
	const char *text;
	size_t n;

	if (at->taken || at->skip || at->kind == BLOCK_COMMENT)
		return false;
	if (at->kind != BLOCK_HEADING)
		return true;
	text = words_block_text(m->a, d, m->texts, s->block);
	n = strlen(text);
	while (n > 0 && (unsigned char)text[n - 1] <= ' ')
		n--;
	return n > 0 && strchr(".!", text[n - 1]) && s->to - s->from > 3;
}

void
match_rows(struct match *m, const struct doc *d, struct drift *out)
{
	out->rows = ARENA_ARRAY(
		m->a, m->n_parts + m->d.n_sentences + 1, struct drift_row);
	out->n = 0;
	out->same = true;
	m->texts = ARENA_ARRAY(m->a, d->n + 1, const char *);
	find_shared(m);
	for (size_t i = 0; i < m->n_parts; i++)
		part_row(m, d, &m->parts[i], &out->rows[out->n++]);
	for (size_t i = 0; i < m->d.n_sentences; i++) {
		struct drift_row *row = &out->rows[out->n];
		size_t from = i, n = 0, *all;

		if (!is_extra(m, d, i))
			continue;
		while (i + 1 < m->d.n_sentences && is_extra(m, d, i + 1) &&
			m->d.sentences[i + 1].block ==
				m->d.sentences[from].block)
			i++;
		all = ARENA_ARRAY(m->a, i - from + 1, size_t);
		for (size_t k = from; k <= i; k++)
			all[n++] = k;
		*row = (struct drift_row){.result = DRIFT_EXTRA};
		quote(m, d, all, n, row);
		out->n++;
	}
	for (size_t i = 0; i < out->n; i++)
		out->same = out->same && out->rows[i].result == DRIFT_SAME;
}
