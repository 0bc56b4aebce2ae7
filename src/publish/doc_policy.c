/*
 * doc_policy.c - a policy as the document that people read.
 *
 * Clauses come in their order. What two clauses say in the same words, one
 * after the other, is said once and is the place of both; so is a promise
 * that the clause's text has in full already.
 */
#include "publish/publish.h"

#include <string.h>

struct writer {
	struct doc_builder b;
	const char *said; /* the text of the clause before */
	bool any;         /* a block is open that words can go on in */
};

/* Blanks of any kind as one, as people do not see the difference. */
static const char *
one_line(struct arena *a, struct span s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool blank = s.p[i] <= ' ';

		if (!blank)
			out[n++] = (char)s.p[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	return out;
}

/* A text's paragraphs, from where its first one is open already. */
static void
put_text(struct writer *w, enum block_kind kind, const char *text)
{
	struct span rest = span_of(text), line;
	bool first = true;

	while (span_line(&rest, &line)) {
		const char *words = one_line(w->b.a, line);

		if (*words == 0)
			continue;
		if (!first && kind == BLOCK_ITEM)
			doc_words(&w->b, SPAN_LIT(" "));
		else if (!first)
			doc_block(&w->b, kind, 0, 0);
		doc_linked(&w->b, span_of(words));
		first = false;
	}
}

static void
put_heading(struct writer *w, const char *text, unsigned level)
{
	if (text == NULL)
		return;
	doc_block(&w->b, BLOCK_HEADING, level, 0);
	doc_words(&w->b, span_of(one_line(w->b.a, span_of(text))));
	w->said = NULL;
	w->any = false;
}

static void
put_list(struct writer *w, const char *said, struct texts items, bool numbered)
{
	const char *before = one_line(w->b.a, span_of(said));
	unsigned n = 0;

	for (size_t i = 0; i < items.n; i++) {
		const char *words = one_line(w->b.a, span_of(items.v[i]));

		n++;
		if (strstr(before, words))
			continue;
		doc_block(&w->b, BLOCK_ITEM, 1, 0);
		doc_number(&w->b, numbered ? n : 0);
		doc_linked(&w->b, span_of(words));
	}
}

static void
put_clause(struct writer *w, const struct clause *c)
{
	static const enum block_kind kinds[CLAUSE_FORM_COUNT] = {
		[AS_PARAGRAPH] = BLOCK_PARAGRAPH,
		[AS_SENTENCE] = BLOCK_PARAGRAPH,
		[AS_ITEM] = BLOCK_ITEM,
		[AS_NOTE] = BLOCK_NOTE,
		[AS_COMMENT] = BLOCK_COMMENT,
	};
	enum block_kind kind = kinds[c->as];

	/* An armoured key is no prose: its lines are kept. */
	if (strncmp(c->text, "-----BEGIN ", 11) == 0)
		kind = BLOCK_CODE;
	put_heading(w, c->heading, 2);
	put_heading(w, c->subheading, 3);
	if (w->said && strcmp(w->said, c->text) == 0) {
		doc_anchor(&w->b, c->id);
	} else {
		bool goes_on =
			c->as == AS_SENTENCE && w->any && kind != BLOCK_CODE;

		if (goes_on)
			doc_words(&w->b, SPAN_LIT(" "));
		else
			doc_block(&w->b, kind, kind == BLOCK_ITEM, 0);
		doc_anchor(&w->b, c->id);
		if (kind == BLOCK_CODE)
			doc_words(&w->b, span_of(c->text));
		else
			put_text(w, kind, c->text);
	}
	w->said = c->text;
	w->any = kind != BLOCK_COMMENT && kind != BLOCK_CODE;
	if (c->kind == CLAUSE_SAFE_HARBOR)
		put_list(w, c->text, c->safe_harbor.promises, false);
	if (c->kind == CLAUSE_RESCIND)
		put_list(w, c->text, c->rescind.grounds, true);
}

const struct doc *
policy_doc(struct arena *a, const struct policy *p)
{
	struct writer w = {.said = NULL};
	char hex[HASH_TEXT];
	struct doc *d;

	doc_begin(&w.b, a);
	put_heading(&w, p->title, 1);
	if (p->introduction) {
		doc_block(&w.b, BLOCK_PARAGRAPH, 0, 0);
		put_text(&w, BLOCK_PARAGRAPH, p->introduction);
	}
	for (size_t i = 0; i < p->n_clauses; i++)
		put_clause(&w, &p->clauses[i]);
	doc_block(&w.b, BLOCK_PARAGRAPH, 0, 0);
	doc_words(&w.b, SPAN_LIT(PUBLISH_VERSION_WORDS " "));
	doc_words(&w.b, span_of(hash_hex(p->hash, hex)));
	d = ARENA_NEW(a, struct doc);
	*d = *doc_end(&w.b);
	if (p->security_txt.languages.n > 0)
		d->language = p->security_txt.languages.v[0];
	return d;
}
