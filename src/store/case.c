/*
 * case.c - the folded state of a case, written as far as it changed.
 *
 * Most transactions touch a case that was just read; so the caller hands in
 * what it was before, and only rows that differ are written.
 */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/store_impl.h"

enum { RANDOM_TOKEN = 4, RANDOM_TRIES = 8 };

static bool
next_number(
	struct store *s, const char *prefix, int64_t *number, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_CASE_NUMBER);
	bool row;

	bind_text(q, prefix);
	if (!stmt_step(q, &row, err))
		return false;
	*number = col_i64(q, 0);
	return true;
}

/* More letters the longer we look, so this ends. */
static const char *
draw_token(struct arena *a, const char *prefix, size_t tries)
{
	char token[32];

	random_token(token, RANDOM_TOKEN + tries / RANDOM_TRIES);
	for (char *p = token; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return arena_printf(a, "%s-%s", prefix, token);
}

bool
store_case_next_id(struct store *s, struct arena *a, const char *prefix,
	bool random, const char **id, struct err *err)
{
	struct chain_head *c;

	for (size_t tries = 0;; tries++) {
		const char *try;
		int64_t number;

		if (random) {
			try = draw_token(a, prefix, tries);
		} else {
			if (!next_number(s, prefix, &number, err))
				return false;
			try = arena_printf(
				a, "%s-%lld", prefix, (long long)number);
		}
		if (!chain_find(s, try, &c, err))
			return false;
		if (c->id == 0) {
			*id = try;
			return true;
		}
	}
}

static const char *
list_text(struct arena *a, const char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text_or_null(v[i]));
	return json_text(a, list);
}

static bool
read_list(struct arena *a, const char *text, const char *const **out, size_t *n,
	struct err *err)
{
	AUTO(json_auto) json_t *list = json_loads(text, 0, NULL);

	if (!json_is_array(list))
		return err_set(err, ERR_BROKEN, "a list that is none");
	const char **v = ARENA_ARRAY(a, json_array_size(list), const char *);
	for (size_t i = 0; i < json_array_size(list); i++)
		v[i] = arena_strdup(
			a, json_string_value(json_array_get(list, i)));
	*n = json_array_size(list);
	*out = v;
	return true;
}

/* Pairs of lines; an empty list is "[]". */
static const char *
ranges_text(struct arena *a, const struct line_range *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("[i,i]", (int)v[i].from, (int)v[i].to));
	return json_text(a, list);
}

static bool
read_ranges(struct arena *a, const char *text, const struct line_range **out,
	size_t *n, struct err *err)
{
	AUTO(json_auto) json_t *list = json_loads(text, 0, NULL);

	if (!json_is_array(list))
		return err_set(err, ERR_BROKEN, "a list that is none");
	struct line_range *v =
		ARENA_ARRAY(a, json_array_size(list), struct line_range);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *pair = json_array_get(list, i);

		v[i].from =
			(unsigned)json_integer_value(json_array_get(pair, 0));
		v[i].to = (unsigned)json_integer_value(json_array_get(pair, 1));
	}
	*n = json_array_size(list);
	*out = v;
	return true;
}

static bool
write_row(struct store *s, int64_t chain, const struct casefile *c, bool new,
	struct err *err)
{
	AUTO(stmt_done)
	struct stmt *q = db_stmt(s->db, new ? SQL_CASE_ADD : SQL_CASE_SET);

	arena_reset(s->scratch);
	bind_i64(q, chain);
	bind_text(q, c->product);
	bind_text(q, c->policy);
	bind_text(q, rm_names[c->rm]);
	bind_text(q, disposition_names[c->disposition]);
	bind_i64(q, c->decided);
	bind_i64(q, c->opened.ms);
	bind_i64(q, c->changed.ms);
	bind_text(q, c->title);
	bind_text(q, c->reporter);
	bind_text(q, c->token);
	bind_text(q, list_text(s->scratch, c->contacts, c->n_contacts));
	bind_text(q, list_text(s->scratch, c->missing, c->n_missing));
	bind_i64(q, c->mails);
	bind_i64(q, c->letters);
	bind_text(q, c->decider);
	bind_text(q, c->clause);
	bind_i64(q, c->mail);
	bind_text(q, ranges_text(s->scratch, &c->lines, c->lines.from > 0));
	bind_i64(q, c->received.ms);
	bind_text(q, ranges_text(s->scratch, c->split, c->n_split));
	bind_text(q, list_text(s->scratch, c->links, c->n_links));
	bind_text(q, c->rating);
	bind_text(q, c->vector);
	return stmt_run(q, err);
}

static bool
same_list(const char *const *a, size_t n, const char *const *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!text_same(a[i], b[i]))
			return false;
	return true;
}

static bool
same_ranges(const struct line_range *a, size_t n, const struct line_range *b,
	size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (a[i].from != b[i].from || a[i].to != b[i].to)
			return false;
	return true;
}

static bool
same_row(const struct casefile *a, const struct casefile *b)
{
	return text_same(a->product, b->product) &&
		text_same(a->policy, b->policy) && a->rm == b->rm &&
		a->disposition == b->disposition && a->decided == b->decided &&
		a->opened.ms == b->opened.ms &&
		a->changed.ms == b->changed.ms &&
		text_same(a->title, b->title) &&
		text_same(a->reporter, b->reporter) &&
		text_same(a->token, b->token) && a->mails == b->mails &&
		a->letters == b->letters &&
		same_list(a->contacts, a->n_contacts, b->contacts,
			b->n_contacts) &&
		same_list(a->missing, a->n_missing, b->missing, b->n_missing) &&
		text_same(a->decider, b->decider) &&
		text_same(a->clause, b->clause) && a->mail == b->mail &&
		a->received.ms == b->received.ms &&
		same_ranges(&a->lines, 1, &b->lines, 1) &&
		same_ranges(a->split, a->n_split, b->split, b->n_split) &&
		same_list(a->links, a->n_links, b->links, b->n_links) &&
		text_same(a->rating, b->rating) &&
		text_same(a->vector, b->vector);
}

static bool
same_duty(const struct duty *a, const struct duty *b)
{
	return a->name == b->name && a->round == b->round &&
		a->state == b->state && a->strength == b->strength &&
		text_same(a->clause, b->clause) &&
		text_same(a->trigger, b->trigger) &&
		a->business_days == b->business_days &&
		text_same(a->zone, b->zone) &&
		text_same(a->calendar, b->calendar) &&
		a->started.ms == b->started.ms && a->due.ms == b->due.ms &&
		a->due_day.n == b->due_day.n && a->kept_at.ms == b->kept_at.ms;
}

static bool
same_letter(const struct letter *a, const struct letter *b)
{
	return text_same(a->chain, b->chain) &&
		text_same(a->template, b->template) && a->state == b->state &&
		text_same(a->held_because, b->held_because) &&
		text_same(a->to, b->to) && text_same(a->sender, b->sender) &&
		text_same(a->message_id, b->message_id) &&
		a->keeps_acknowledge == b->keeps_acknowledge &&
		a->automatic == b->automatic && a->settles == b->settles &&
		a->queued.ms == b->queued.ms &&
		a->next_try.ms == b->next_try.ms && a->done.ms == b->done.ms &&
		a->attempts == b->attempts && text_same(a->reply, b->reply);
}

/* Both lists only grow at their end, so what was there is at its place. */
static bool
save_duties(struct store *s, int64_t chain, const struct casefile *before,
	const struct casefile *after, struct err *err)
{
	size_t known = before ? before->n_duties : 0;

	for (size_t i = 0; i < after->n_duties; i++)
		if ((i >= known ||
			    !same_duty(
				    &before->duties[i], &after->duties[i])) &&
			!duty_save(s, chain, &after->duties[i], i, err))
			return false;
	return true;
}

static bool
save_letters(struct store *s, const struct casefile *before,
	const struct casefile *after, struct err *err)
{
	size_t known = before ? before->n_letter : 0;

	for (size_t i = 0; i < after->n_letter; i++) {
		const struct letter *l = &after->letter[i];

		if (i >= known) {
			if (!letter_add(s, l, err))
				return false;
		} else {
			assert(strcmp(l->id, before->letter[i].id) == 0);
			if (!same_letter(l, &before->letter[i]) &&
				!letter_set(s, l, NULL, err))
				return false;
		}
	}
	return true;
}

bool
store_case_save(struct store *s, const struct casefile *before,
	const struct casefile *after, struct err *err)
{
	int64_t chain;

	assert(!before || strcmp(before->id, after->id) == 0);
	if (!chain_id(s, after->id, &chain, err))
		return false;
	if ((!before || !same_row(before, after)) &&
		!write_row(s, chain, after, !before, err))
		return err_wrap(err, "case %s", after->id);
	if (after->token &&
		(!before || !text_same(before->token, after->token)) &&
		!thread_token(s, after->token, chain, err))
		return false;
	return (save_duties(s, chain, before, after, err) &&
		       save_letters(s, before, after, err)) ||
		err_wrap(err, "case %s", after->id);
}

static bool
read_decision(const struct stmt *q, struct arena *a, struct casefile *c,
	struct err *err)
{
	const struct line_range *lines;
	size_t n;

	if (!read_ranges(a, col_text(q, 19), &lines, &n, err) ||
		!read_ranges(a, col_text(q, 21), &c->split, &c->n_split, err) ||
		!read_list(a, col_text(q, 22), &c->links, &c->n_links, err))
		return err_wrap(err, "case %s", c->id);
	if (n > 0)
		c->lines = lines[0];
	c->decider = arena_strdup(a, col_text(q, 16));
	c->clause = arena_strdup(a, col_text(q, 17));
	c->mail = col_i64(q, 18);
	c->received.ms = col_i64(q, 20);
	c->rating = arena_strdup(a, col_text(q, 23));
	c->vector = arena_strdup(a, col_text(q, 24));
	return true;
}

static bool
read_case(const struct stmt *q, struct arena *a, struct casefile *c,
	struct err *err)
{
	int rm, disposition;

	c->id = arena_strdup(a, col_text(q, 1));
	if (!word_read(rm_names, RM_COUNT, col_text(q, 4), "rm", &rm, err) ||
		!word_read(disposition_names, DISP_COUNT, col_text(q, 5),
			"disposition", &disposition, err) ||
		!read_list(a, col_text(q, 12), &c->contacts, &c->n_contacts,
			err) ||
		!read_list(a, col_text(q, 13), &c->missing, &c->n_missing, err))
		return err_wrap(err, "case %s", c->id);
	c->product = arena_strdup(a, col_text(q, 2));
	c->policy = arena_strdup(a, col_text(q, 3));
	c->rm = (enum rm)rm;
	c->disposition = (enum disposition)disposition;
	c->decided = col_i64(q, 6) != 0;
	c->opened.ms = col_i64(q, 7);
	c->changed.ms = col_i64(q, 8);
	c->title = arena_strdup(a, col_text(q, 9));
	c->reporter = arena_strdup(a, col_text(q, 10));
	c->token = arena_strdup(a, col_text(q, 11));
	c->mails = (unsigned)col_i64(q, 14);
	c->letters = (unsigned)col_i64(q, 15);
	return read_decision(q, a, c, err);
}

bool
store_case(struct store *s, struct arena *a, const char *id,
	struct casefile **out, struct err *err)
{
	struct chain_head *h;
	bool row = false;

	if (!chain_find(s, id, &h, err))
		return false;
	int64_t chain = h->id;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_CASE_BY_CHAIN);
	bind_i64(q, chain);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT, "no case '%.60s'", id);
	struct casefile *c = ARENA_NEW(a, struct casefile);
	if (!read_case(q, a, c, err) ||
		!duties_of(s, a, chain, &c->duties, &c->n_duties, err) ||
		!letters_of(s, a, chain, &c->letter, &c->n_letter, err))
		return false;
	*out = c;
	return true;
}

struct listed {
	int64_t chain;
	struct casefile *c;
};

static bool
list_rows(struct store *s, struct arena *a, const struct case_filter *f,
	struct rows *out, struct err *err)
{
	AUTO(stmt_done)
	struct stmt *q = db_stmt(
		s->db, f->undecided ? SQL_CASE_UNDECIDED : SQL_CASE_LIST);
	bool row = true;

	if (!f->undecided) {
		bind_text(q, f->product ? f->product : "");
		bind_text(q, f->rm < 0 ? "" : rm_names[f->rm]);
	}
	bind_i64(q, f->limit);
	if (!f->undecided)
		bind_i64(q, f->offset);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		struct listed *l = rows_add(out, sizeof *l);
		l->chain = col_i64(q, 0);
		l->c = ARENA_NEW(a, struct casefile);
		if (!read_case(q, a, l->c, err))
			return false;
	}
	return true;
}

bool
store_case_list(struct store *s, struct arena *a, const struct case_filter *f,
	struct casefile ***out, size_t *n, struct err *err)
{
	AUTO(rows_fini) struct rows rows = {0};

	if (!list_rows(s, a, f, &rows, err))
		return false;
	struct casefile **v = ARENA_ARRAY(a, rows.n, struct casefile *);
	for (size_t i = 0; i < rows.n; i++) {
		const struct listed *l = (struct listed *)rows.v + i;

		v[i] = l->c;
		if (!duties_of(s, a, l->chain, &v[i]->duties, &v[i]->n_duties,
			    err))
			return false;
	}
	*out = v;
	*n = rows.n;
	return true;
}
