/*
 * case_search.c - `pratique case search`: every word in one case or mail.
 *
 * Without an index: it reads the subject and the text of each mail, which
 * takes seconds for ten thousands of them. Case counts for nothing in ASCII;
 * other letters must be as they stand.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/mask.h"
#include "cli/show.h"

enum { STEP = 200, HITS_MAX = 1000, LINE_MOST = 2000 };

struct hit {
	struct mail m;
	const char *title; /* of its case; NULL: none */
	struct span line;  /* the first that holds one of the words */
	unsigned number;   /* 0: subject, title, address or id */
	bool folds;
};

struct search {
	struct cli *c;
	struct store *store;
	struct mask mask;
	struct arena *step; /* what was looked at and holds nothing */
	struct hit *v;
	size_t n, cap;
};

static bool
holds(struct span text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (strncasecmp((const char *)text.p + i, word, n) == 0)
			return true;
	return false;
}

static bool
in_any(const char *const *fields, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i] != NULL && holds(span_of(fields[i]), word))
			return true;
	return false;
}

static void
find_line(struct search *s, struct span text, struct hit *h)
{
	const struct typed *t = &s->c->typed;
	struct span line;

	for (unsigned at = 1; span_line(&text, &line); at++)
		for (size_t i = 0; i < t->n; i++)
			if (holds(line, t->words[i])) {
				h->line = line;
				h->number = at;
				return;
			}
}

static void
keep(struct arena *a, struct hit *h)
{
	h->m.subject = arena_strdup(a, h->m.subject);
	h->m.from = arena_strdup(a, h->m.from);
	h->m.chain = arena_strdup(a, h->m.chain);
	h->title = arena_strdup(a, h->title);
	if (h->line.n > LINE_MOST)
		h->line.n = LINE_MOST;
	h->line = arena_dup(a, h->line);
}

static bool
look(struct search *s, const struct mail *m, struct err *err)
{
	const struct typed *t = &s->c->typed;
	struct hit h = {.m = *m, .folds = true};
	struct casefile *f = NULL;
	struct span text;

	if (m->chain != NULL &&
		(!store_case(s->store, s->step, m->chain, &f, err) ||
			!mask_case(&s->mask, f, &h.folds, err)))
		return false;
	if (!store_mail_payload(s->store, s->step, m, "text", &text, err))
		return false;
	h.title = f ? f->title : NULL;
	const char *fields[] = {m->subject, m->from, m->chain, h.title,
		m->message_id,
		arena_printf(s->step, "mail-%lld", (long long)m->id)};
	for (size_t i = 0; i < t->n; i++)
		if (!in_any(fields, ARRAY_LEN(fields), t->words[i]) &&
			!holds(text, t->words[i]))
			return true;
	find_line(s, text, &h);
	keep(s->c->arena, &h);
	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	s->v[s->n++] = h;
	return true;
}

static bool
look_through(struct search *s, struct err *err)
{
	int64_t last = 0;
	struct mail *m;
	size_t n;

	do {
		if (!store_mail_after(
			    s->store, s->c->arena, last, STEP, &m, &n, err))
			return false;
		for (size_t i = 0; i < n && s->n < HITS_MAX; i++)
			if (!look(s, &m[i], err))
				return false;
		if (n > 0)
			last = m[n - 1].id;
	} while (n == STEP && s->n < HITS_MAX);
	return true;
}

static void
print(struct search *s, struct hit *h, json_t *list)
{
	struct cli *c = s->c;
	const char *subject = h->m.subject;
	const char *words =
		h->number > 0 ? arena_text(c->arena, h->line) : NULL;
	bool folded = false;

	if (h->folds) {
		folded |= mask_text(c, &subject);
		folded |= mask_text(c, &h->title);
		folded |= mask_text(c, &words);
	}
	if (c->json) {
		json_array_append_new(list,
			json_pack("{s:I,s:o,s:s,s:o,s:o,s:o,s:i,s:o,s:b}",
				"mail", (json_int_t)h->m.id, "case",
				json_text_or_null(h->m.chain), "queue",
				queue_names[h->m.queue], "title",
				json_text_or_null(h->title), "subject",
				json_text_or_null(subject), "from",
				json_text_or_null(h->m.from), "line",
				(int)h->number, "text",
				json_text_or_null(words), "folded",
				(int)folded));
		return;
	}
	(void)printf("%-10s mail-%lld  %s\n",
		h->m.chain ? h->m.chain : queue_names[h->m.queue],
		(long long)h->m.id, cli_text(c->arena, subject, 56));
	if (words != NULL)
		(void)printf("%10s %u  %s\n", "", h->number,
			cli_text(c->arena, words, 64));
}

int
case_search(int argc, char **argv)
{
	static const char usage[] = "case search [--json] WORD...";
	struct cli c;
	struct cli_desk d;
	struct search s = {.c = &c, .step = arena_new()};
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Lists the mails, with their cases, that hold every one of the words: in the subject, the text, the sender, the case's title or its id. Upper and lower case are the same in ASCII. Reads every text, so it takes the longer the more there are.",
		NULL, 0);
	cli_words(&c, usage, 1, 20);
	for (size_t i = 0; i < c.typed.n; i++)
		if (c.typed.words[i][0] == '\0') {
			(void)fprintf(stderr, "pratique: an empty word\n");
			return EX_USAGE;
		}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	s.store = d.desk.store;
	s.mask = (struct mask){.c = &c, .store = s.store};
	if (!look_through(&s, &err))
		return cli_fail(&err);
	arena_free(s.step);
	cli_desk_close(&d);
	if (!mask_shut(&err))
		return cli_fail(&err);
	json_t *list = json_array();
	for (size_t i = 0; i < s.n; i++)
		print(&s, &s.v[i], list);
	if (c.json)
		cli_json(list);
	else
		json_decref(list);
	if (!c.json && s.n == 0)
		(void)printf("nothing holds all of these words\n");
	if (s.n == HITS_MAX)
		(void)fprintf(stderr, "pratique: only the first %d are shown\n",
			HITS_MAX);
	return EX_OK;
}
