/*
 * import.c - through a document, sentence by sentence.
 *
 * What a sentence is depends on where it stands: an item under "out of scope"
 * is out of scope whatever it says, and what follows "you may lose this if:"
 * is a list of grounds. The rest is told by its words (import_rules.c).
 */
#include "publish/import_impl.h"

enum {
	CLAUSES_MOST = 190,  /* a policy takes 200 */
	CLAUSES_DENSE = 150, /* then texts go together */
	TEXT_MOST = 12 * 1024,
	WORDS_MOST = 20000,
};

struct walk {
	struct import *m;
	const struct doc *d;
	struct words w;
	struct lexicon *l;
	const char **texts;
	const char *heading, *subheading; /* not given to a clause yet */
	const char *section;              /* the last of both */
	enum context by_heading, context;
	bool list;                  /* a list follows what was said last */
	struct import_clause *last; /* the sentence before belongs to it */
	size_t last_block;
	struct str intro;
	bool started; /* a clause or a section has begun */
	const char **comments;
	size_t n_comments;
};

/* --- the document with its links written out ------------------------------ */

static bool
says_target(const struct run *r)
{
	struct span url = span_of(r->url), text = span_of(r->text);

	if (span_starts_nocase(url, "mailto:")) {
		url = span_from(url, 7);
		url = span_cut(url, 0, span_find_byte(url, '?'));
	}
	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	text = span_trim(text);
	while (text.n > 0 && text.p[text.n - 1] == '/')
		text.n--;
	if (span_eq_nocase(text, url))
		return true;
	return (span_starts_nocase(url, "https://") &&
		       span_eq_nocase(text, span_from(url, 8))) ||
		url.n == 0 || url.p[0] == '#';
}

static const struct doc *
plain_doc(struct arena *a, const struct doc *d)
{
	struct doc_builder b;

	doc_begin(&b, a);
	for (size_t i = 0; i < d->n; i++) {
		const struct block *from = &d->blocks[i];

		doc_block(&b, from->kind, from->level, from->line);
		doc_number(&b, from->number);
		for (size_t k = 0; k < from->n; k++) {
			const struct run *r = &from->runs[k];
			struct span url = span_of(r->url);

			doc_words(&b, span_of(r->text));
			if (r->url == NULL || says_target(r))
				continue;
			if (span_starts_nocase(url, "mailto:"))
				url = span_from(url, 7);
			doc_words(&b, SPAN_LIT(" ("));
			doc_words(&b, url);
			doc_words(&b, SPAN_LIT(")"));
		}
	}
	return doc_end(&b);
}

/* --- ids --------------------------------------------------------------------- */

static bool
is_used(const struct import *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i].id, id) == 0)
			return true;
	return false;
}

static const char *
unused(const struct import *m, const char *stem)
{
	const char *id = stem;

	for (unsigned n = 2; is_used(m, id); n++)
		id = arena_printf(m->a, "%s-%u", stem, n);
	return id;
}

/* "Supported versions" as "supported-versions". */
static const char *
slug(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, 44);
	size_t n = 0;

	for (; *text && n < 40; text++) {
		char c = *text;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = 0;
	return n > 0 ? out : "text";
}

/* --- one sentence ------------------------------------------------------------- */

static void
hear(const struct walk *k, size_t i, struct heard *h)
{
	const struct sentence *s = &k->w.sentences[i];

	h->n = s->to - s->from;
	h->v = ARENA_ARRAY(k->m->a, h->n + 1, const char *);
	h->words = k->w.v + s->from;
	for (size_t w = 0; w < h->n; w++)
		h->v[w] = lexicon_text(k->l, h->words[w].low);
	h->kind = k->d->blocks[s->block].kind;
	h->context = h->kind == BLOCK_ITEM ? k->context : IN_NOTHING;
}

static bool
says_any(const struct heard *h, const char *const *v, size_t n)
{
	size_t end;

	for (size_t i = 0; i < n; i++)
		if (import_says(h, v[i], &end))
			return true;
	return false;
}

/* What a heading, or a sentence before a list, says of what follows it. */
static enum context
context_of(const struct heard *h)
{
	static const char *const out[] = {"out of scope", "outside .. scope",
		"not .. in scope", "not .. considered|eligible|qualify|accept*",
		"exclu*", "non qualifying", "ineligible", "out of .. scope",
		"non vulnerabilities", "au\xc3\x9f*", /* ausserhalb */
		"nicht .. umfang"};
	static const char *const in[] = {"in scope", "within .. scope",
		"following .. covered|eligible", "policy covers|applies",
		"im umfang"};
	static const char *const required[] = {
		"include*|contain* .. following|information|least|minimum",
		"provide|send|need .. following|information|details|much",
		"what .. include|send|provide|report",
		"required|requested information", "report .. include|contain",
		"please include|provide", "report .. should|must",
		"folgende* .. angaben|informationen", "angaben", "help .. us",
		"tell us"};

	if (says_any(h, out, ARRAY_LEN(out)))
		return OUT_OF_SCOPE;
	if (says_any(h, in, ARRAY_LEN(in)))
		return IN_SCOPE;
	return says_any(h, required, ARRAY_LEN(required)) ? IN_REQUIRED :
							    IN_NOTHING;
}

static const char *
sentence_of(const struct walk *k, size_t i)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 64 * 1024);
	words_sentence(&s, k->m->a, k->d, &k->w, k->texts, i);
	return arena_text(k->m->a, str_span(&s));
}

static bool
ends_with_colon(const char *s)
{
	size_t n = strlen(s);

	while (n > 0 && strchr(" *_)", s[n - 1]))
		n--;
	return n > 0 && s[n - 1] == ':';
}

static enum clause_form
form_of(const struct walk *k, const struct heard *h, size_t i)
{
	const struct sentence *s = &k->w.sentences[i];
	bool first = i == 0 || s[-1].block != s->block;

	if (!first && k->started)
		return AS_SENTENCE;
	if (h->kind == BLOCK_ITEM)
		return AS_ITEM;
	return h->kind == BLOCK_NOTE     ? AS_NOTE :
		h->kind == BLOCK_COMMENT ? AS_COMMENT :
					   AS_PARAGRAPH;
}

static unsigned
line_of(const struct walk *k, size_t i, bool last)
{
	const struct sentence *s = &k->w.sentences[i];

	return k->w.v[last ? s->to - 1 : s->from].line;
}

static void
add_sentence(struct walk *k, struct import_clause *c, const char *text,
	size_t i, const char *between)
{
	if (c->text.n > 0)
		str_puts(&c->text, between);
	str_puts(&c->text, text);
	c->to = line_of(k, i, true);
	k->last = c;
	k->last_block = k->w.sentences[i].block;
}

static void
add_to_list(struct import *m, struct import_clause *c, const char *text)
{
	const char **v = ARENA_ARRAY(m->a, c->n_list + 1, const char *);

	if (c->n_list > 0)
		memcpy(v, c->list, c->n_list * sizeof *v);
	v[c->n_list++] = text;
	c->list = v;
}

static struct import_clause *
new_clause(struct walk *k, const char *id, const struct heard *h, size_t i,
	const char *text)
{
	struct import_clause *c = &k->m->v[k->m->n];

	*c = (struct import_clause){.id = id,
		.kind = "text",
		.as = form_of(k, h, i),
		.heading = k->heading,
		.subheading = k->subheading,
		.line = line_of(k, i, false)};
	c->code = h->kind == BLOCK_CODE;
	if (c->as != AS_COMMENT) {
		k->heading = k->subheading = NULL;
		k->started = true;
	} else
		c->heading = c->subheading = NULL;
	str_init(&c->text, 64 * 1024);
	k->m->n++;
	add_sentence(k, c, text, i, "");
	return c;
}

static const char *
strength_of(const struct heard *h)
{
	static const char *const best[] = {"best .. effort|efforts",
		"often|usually|typically|generally|normally",
		"as soon as possible", "in der regel"};
	static const char *const aim[] = {"aim|aims|goal|target|targets|intend|"
					  "strive|try|hope|endeavor|endeavour|"
					  "should|attempt|bem\xc3\xbchen|ziel"};
	static const char *const must[] = {
		"will|shall|guarantee|must|commit|committed|werden|expect"};

	if (says_any(h, best, ARRAY_LEN(best)))
		return "best-effort";
	if (says_any(h, aim, ARRAY_LEN(aim)))
		return "aim";
	/* "we answer within two days" is said without any reserve */
	return says_any(h, must, ARRAY_LEN(must)) || import_figure(h, 0).any ?
		"must" :
		"aim";
}

static void
put_rule(struct walk *k, const struct rule *r, const struct heard *h, size_t i,
	size_t end, const char *text)
{
	const char *id = r->id;
	struct figure f = {.any = false};
	bool timed =
		strcmp(r->kind, "duty") == 0 || strcmp(r->kind, "embargo") == 0;

	if (timed)
		f = import_figure(h, end);
	if (strcmp(r->kind, "embargo") == 0)
		id = arena_printf(k->m->a, "embargo-%u", f.high);
	struct import_clause *c = new_clause(k, id, h, i, text);
	c->rule = r;
	c->kind = r->kind;
	c->figure = f;
	c->strength = strcmp(r->kind, "duty") == 0 ? strength_of(h) : NULL;
	/* "will be provided in a timely manner" binds to nothing one can miss */
	if (strcmp(r->id, "resolve") == 0 && !f.any &&
		strcmp(c->strength, "must") == 0)
		c->strength = "aim";
	if (f.any && strcmp(r->kind, "duty") == 0) {
		k->m->any_business |= f.unit == BY_BUSINESS_DAY;
		k->m->any_other |= f.unit != BY_BUSINESS_DAY;
	}
}

static bool
rule_is_used(const struct import *m, const struct rule *r)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].rule &&
			(m->v[i].rule == r ||
				strcmp(m->v[i].rule->id, r->id) == 0))
			return true;
	return false;
}

/* The rules that know the sentence; those used already come last. */
static size_t
known_by(const struct walk *k, const struct heard *h, const struct rule **out,
	size_t *ends, bool *again)
{
	size_t n = 0, end;

	*again = false;
	for (size_t i = 0; i < import_n_rules && n < IMPORT_IDS_MAX; i++) {
		const struct rule *r = &import_rules[i];
		bool seen = false;

		if (h->context == IN_REQUIRED && !r->where &&
			strcmp(r->kind, "cwe") != 0 &&
			strcmp(r->kind, "severity") != 0)
			continue;
		if (h->kind == BLOCK_COMMENT && strcmp(r->id, "reuse") != 0)
			continue;
		for (size_t j = 0; j < n; j++)
			seen = seen || strcmp(out[j]->id, r->id) == 0;
		if (seen || !import_rule_matches(r, h, &end))
			continue;
		if (strcmp(r->kind, "embargo") == 0 &&
			!import_figure(h, end).any)
			continue;
		if (rule_is_used(k->m, r)) {
			*again = true;
			continue;
		}
		ends[n] = end;
		out[n++] = r;
	}
	return n;
}

/* An item of a list that says what is, or is not, in scope. */
static void
put_scope(struct walk *k, const struct heard *h, size_t i, const char *text)
{
	const char *about = import_about(h), *id;
	bool in = k->context == IN_SCOPE;

	id = strcmp(about, "other") == 0 ?
		(in ? "scope.in" : "scope.out") :
		arena_printf(k->m->a, "scope.%s", about);
	struct import_clause *c = new_clause(k, unused(k->m, id), h, i, text);
	c->kind = "scope";
	c->about = about;
	c->in = in;
}

static void
put_text(struct walk *k, const struct heard *h, size_t i, const char *text,
	const char *stem)
{
	size_t block = k->w.sentences[i].block;
	bool same = k->last && k->last_block == block;
	bool dense = k->m->n >= CLAUSES_DENSE && k->last &&
		k->last->text.n < TEXT_MOST && k->heading == NULL &&
		k->subheading == NULL;

	if (!k->started && h->kind == BLOCK_PARAGRAPH && k->heading == NULL &&
		k->subheading == NULL &&
		k->intro.n + strlen(text) < TEXT_MOST) {
		if (k->intro.n > 0)
			str_puts(
				&k->intro, k->last_block == block ? " " : "\n");
		str_puts(&k->intro, text);
		k->last_block = block;
		return;
	}
	if (same && k->last->text.n < TEXT_MOST &&
		((k->last->rule && k->last->rule->absorbs) ||
			(k->last->rule == NULL &&
				strcmp(k->last->kind, "text") == 0))) {
		add_sentence(k, k->last, text, i, " ");
		return;
	}
	if (dense && k->last->rule == NULL &&
		strcmp(k->last->kind, "text") == 0) {
		add_sentence(k, k->last, text, i, "\n");
		return;
	}
	if (k->m->n >= CLAUSES_MOST) {
		add_sentence(k, k->last, text, i, "\n");
		return;
	}
	if (stem == NULL)
		stem = arena_printf(k->m->a, "%s.text",
			slug(k->m->a, k->section ? k->section : "text"));
	(void)new_clause(k, unused(k->m, stem), h, i, text);
}

/* A key, or an example: a text of its own, with its lines. */
static void
put_code(struct walk *k, const struct heard *h, size_t i)
{
	const struct sentence *s = &k->w.sentences[i];
	const char *text;
	struct import_clause *c;

	if (i > 0 && s[-1].block == s->block)
		return; /* it was taken whole */
	text = words_block_text(k->m->a, k->d, k->texts, s->block);
	if (k->m->n >= CLAUSES_MOST || strlen(text) > TEXT_MOST)
		return;
	c = new_clause(k,
		unused(k->m,
			arena_printf(k->m->a, "%s.text",
				slug(k->m->a,
					k->section ? k->section : "text"))),
		h, i, text);
	c->as = AS_PARAGRAPH;
	k->last = NULL;
}

/* "... in a manner that:" and its items are one clause. */
static bool
put_in_list(struct walk *k, const struct heard *h, const char *text, size_t i)
{
	struct import_clause *c = k->last;

	if (h->kind != BLOCK_ITEM || !k->list || c == NULL ||
		(strcmp(c->kind, "safe-harbor") != 0 &&
			strcmp(c->kind, "rescind") != 0))
		return false;
	if (c->n_list > 0 && k->last_block == k->w.sentences[i].block)
		c->list[c->n_list - 1] = arena_printf(
			k->m->a, "%s %s", c->list[c->n_list - 1], text);
	else
		add_to_list(k->m, c, text);
	c->to = line_of(k, i, true);
	k->last_block = k->w.sentences[i].block;
	return true;
}

/* The clause before goes on: in its paragraph, or in one of its own. */
static bool
goes_on(struct walk *k, const struct heard *h, const char *text, size_t i)
{
	struct import_clause *c = k->last;
	bool same = c && k->last_block == k->w.sentences[i].block;
	size_t end;

	if (c == NULL || c->rule == NULL || c->n_list > 0 || k->heading ||
		k->subheading || c->text.n > TEXT_MOST ||
		((h->kind == BLOCK_ITEM || h->kind == BLOCK_NOTE) && !same) ||
		strcmp(c->kind, "contact") == 0 ||
		strcmp(c->kind, "duty") == 0 || c->as == AS_COMMENT ||
		h->kind == BLOCK_COMMENT)
		return false;
	if (!import_rule_matches(c->rule, h, &end))
		return false;
	/* A sentence of its own may be more than this clause. */
	const struct rule *rules[IMPORT_IDS_MAX];
	size_t ends[IMPORT_IDS_MAX];
	bool again;

	if (known_by(k, h, rules, ends, &again) > 0 &&
		strcmp(c->kind, "safe-harbor") != 0)
		return false;
	add_sentence(k, c, text, i, same ? " " : "\n");
	return true;
}

static void
one_sentence(struct walk *k, size_t i)
{
	struct heard h;
	const struct rule *rules[IMPORT_IDS_MAX];
	size_t ends[IMPORT_IDS_MAX], n;
	const char *text = sentence_of(k, i);
	bool again;

	hear(k, i, &h);
	if (h.kind == BLOCK_CODE) {
		put_code(k, &h, i);
		return;
	}
	if (put_in_list(k, &h, text, i))
		return;
	if (h.context == IN_SCOPE || h.context == OUT_OF_SCOPE) {
		bool same = k->last && k->last_block == k->w.sentences[i].block;

		if (same)
			add_sentence(k, k->last, text, i, " ");
		else if (k->m->n < CLAUSES_MOST)
			put_scope(k, &h, i, text);
		else
			put_text(k, &h, i, text, NULL);
		return;
	}
	if (goes_on(k, &h, text, i))
		return;
	n = known_by(k, &h, rules, ends, &again);
	if (h.kind == BLOCK_COMMENT && n == 0) {
		k->comments[k->n_comments++] = arena_printf(
			k->m->a, "line %u: %s", line_of(k, i, false), text);
		return;
	}
	if (n == 0 || k->m->n + n > CLAUSES_MOST)
		put_text(k, &h, i, text, NULL);
	for (size_t r = 0; n > 0 && k->m->n + n - r <= CLAUSES_MOST && r < n;
		r++)
		put_rule(k, rules[r], &h, i, ends[r], text);
}

static void
one_heading(struct walk *k, size_t block)
{
	const struct block *b = &k->d->blocks[block];
	struct heard h = {.n = 0};
	const char *text;
	AUTO(str_fini) struct str s;
	struct words w;

	str_init(&s, 4096);
	text = words_block_text(k->m->a, k->d, k->texts, block);
	for (; *text; text++)
		if ((unsigned char)*text > ' ')
			str_putc(&s, *text);
		else if (s.n > 0 && s.text[s.n - 1] != ' ')
			str_putc(&s, ' ');
	text = arena_text(k->m->a, span_trim(str_span(&s)));
	words_of_text(k->l, NULL, text, &w);
	h.v = ARENA_ARRAY(k->m->a, w.n + 1, const char *);
	for (; h.n < w.n; h.n++)
		h.v[h.n] = lexicon_text(k->l, w.v[h.n].low);
	if (block == 0 ||
		(k->m->title == NULL && b->level == 1 && !k->started)) {
		k->m->title = text;
		return;
	}
	if (b->level <= 2) {
		k->heading = text;
		k->subheading = NULL;
	} else
		k->subheading = text;
	k->section = text;
	k->by_heading = k->context = context_of(&h);
	k->list = false;
	k->last = NULL;
}

static void
through(struct walk *k)
{
	for (size_t i = 0; i < k->w.n_sentences; i++) {
		const struct sentence *s = &k->w.sentences[i];
		const struct block *b = &k->d->blocks[s->block];
		bool first = i == 0 || s[-1].block != s->block;

		if (b->kind == BLOCK_HEADING) {
			if (first)
				one_heading(k, s->block);
			continue;
		}
		if (first && b->kind != BLOCK_ITEM &&
			b->kind != BLOCK_COMMENT) {
			k->context = k->by_heading;
			k->list = false;
		}
		one_sentence(k, i);
		bool colon = ends_with_colon(sentence_of(k, i));
		if (b->kind != BLOCK_ITEM)
			k->list = colon;
		if (colon) {
			struct heard h;
			enum context c;

			hear(k, i, &h);
			c = context_of(&h);
			if (c != IN_NOTHING)
				k->context = c;
		}
	}
}

/* A promise that stands in the text is a promise as well. */
static void
fill_lists(struct import *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct import_clause *c = &m->v[i];
		const char **had = c->list;
		size_t n = c->n_list;

		if (strcmp(c->kind, "rescind") == 0 && n == 0)
			add_to_list(m, c, arena_text(m->a, str_span(&c->text)));
		if (strcmp(c->kind, "safe-harbor") != 0)
			continue;
		c->n_list = 0;
		c->list = NULL;
		struct lexicon *l = lexicon_new(m->a);
		struct doc_builder b;
		struct span rest = str_span(&c->text), line;
		struct words w;

		doc_begin(&b, m->a);
		while (span_line(&rest, &line)) {
			doc_block(&b, BLOCK_PARAGRAPH, 0, 1);
			doc_words(&b, line);
		}
		const struct doc *d = doc_end(&b);
		const char **texts = ARENA_ARRAY(m->a, d->n + 1, const char *);
		words_of_doc(l, NULL, d, &w);
		for (size_t k = 0; k < w.n_sentences; k++) {
			AUTO(str_fini) struct str s;

			str_init(&s, 64 * 1024);
			words_sentence(&s, m->a, d, &w, texts, k);
			/* "As long as you comply:" promises nothing yet */
			if (!ends_with_colon(s.text) ||
				(strstr(s.text, " not ") &&
					strstr(s.text, "legal")))
				add_to_list(
					m, c, arena_text(m->a, str_span(&s)));
		}
		for (size_t k = 0; k < n; k++)
			add_to_list(m, c, had[k]);
		if (c->n_list == 0)
			add_to_list(m, c, arena_text(m->a, str_span(&c->text)));
	}
}

bool
import_policy(struct arena *a, const struct doc *d,
	const struct import_given *given, struct str *out, struct err *err)
{
	struct import m = {.a = a, .given = given};
	struct walk k = {.m = &m, .l = lexicon_new(a)};

	k.d = plain_doc(a, d);
	words_of_doc(k.l, NULL, k.d, &k.w);
	if (k.w.n_sentences == 0)
		return err_set(err, ERR_SYNTAX,
			"there is no sentence in the document");
	if (k.w.n > WORDS_MOST)
		return err_set(err, ERR_LIMIT,
			"the document has %zu words, which is too long for a "
			"policy (at most %d): is it the right file?",
			k.w.n, WORDS_MOST);
	k.texts = ARENA_ARRAY(a, k.d->n + 1, const char *);
	k.comments = ARENA_ARRAY(a, k.w.n_sentences + 1, const char *);
	m.v = ARENA_ARRAY(
		a, CLAUSES_MOST + IMPORT_IDS_MAX + 1, struct import_clause);
	str_init(&k.intro, 64 * 1024);
	through(&k);
	m.introduction = k.intro.n ? arena_text(a, str_span(&k.intro)) : NULL;
	str_fini(&k.intro);
	m.comments = k.comments;
	m.n_comments = k.n_comments;
	if (m.n == 0) { /* a document of one paragraph is all a text */
		struct import_clause *c = &m.v[m.n++];

		*c = (struct import_clause){.id = "text", .kind = "text"};
		str_init(&c->text, 64 * 1024);
		str_puts(&c->text,
			m.introduction ? m.introduction :
					 "(nothing but headings)");
		c->line = c->to = 1;
		m.introduction = NULL;
	}
	fill_lists(&m);
	import_values(&m, k.d);
	import_write(&m, out);
	for (size_t i = 0; i < m.n; i++)
		str_fini(&m.v[i].text);
	return true;
}
