/*
 * casefile.c - the fold: one event applied to what is known of a case.
 *
 * A table from event kind to function; what is not in it cannot happen to a
 * case. Nothing but an event changes a case, so the stored state can be
 * proved by folding the chain again.
 */
#include "cases/casefile_impl.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"

const char *const rm_names[RM_COUNT] = {
	"received", "invalid", "valid", "deferred", "accepted", "closed"};

static json_t *
payload_json(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->n_payloads; i++)
		if (strcmp(e->payloads[i].name, name) == 0 &&
			!e->payloads[i].erased)
			return json_loadb((const char *)e->payloads[i].bytes.p,
				e->payloads[i].bytes.n, 0, NULL);
	return NULL;
}

bool
fold_texts(
	struct arena *a, const json_t *list, const char *const **out, size_t *n)
{
	const char **v = ARENA_ARRAY(a, json_array_size(list), const char *);
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		v[i] = arena_strdup(a, json_string_value(item));
		if (v[i] == NULL)
			return false;
	}
	*out = v;
	*n = json_array_size(list);
	return true;
}

/* Where it comes from, as far as the event tells. */
static bool
origin(struct arena *a, struct casefile *c, const json_t *meta)
{
	const char *received = json_get_text(meta, "received");
	const struct line_range *lines;
	size_t n;

	if (received != NULL && !instant_parse(span_of(received), &c->received))
		return false;
	if (!fold_ranges(a, json_object_get(meta, "lines"), &lines, &n) ||
		!fold_texts(a, json_object_get(meta, "links"), &c->links,
			&c->n_links))
		return false;
	if (n > 0)
		c->lines = lines[0];
	return true;
}

static bool
opened(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	AUTO(json_auto) json_t *who = payload_json(e, "who");

	c->id = arena_strdup(a, json_get_text(meta, "case"));
	c->product = arena_strdup(a, json_get_text(meta, "product"));
	c->policy = arena_strdup(a, json_get_text(meta, "policy"));
	c->opened = e->at;
	c->mail = json_get_int(meta, "mail", 0);
	c->received = e->at; /* events of older programs do not tell it */
	c->rm = RM_RECEIVED;
	c->mails = 1;
	c->title = arena_strdup(a, json_get_text(who, "title"));
	c->reporter = arena_strdup(a, json_get_text(who, "reporter"));
	c->token = arena_strdup(a, json_get_text(who, "token"));
	return c->id != NULL && c->policy != NULL && origin(a, c, meta) &&
		fold_texts(a, json_object_get(who, "contacts"), &c->contacts,
			&c->n_contacts);
}

static bool
joined(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	(void)a;
	(void)e;
	(void)meta;
	c->mails++;
	return true;
}

/* What a person decided stands: a later judgement is on record beside it. */
static bool
judged(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	int which = fold_disposition(meta, "disposition");

	(void)e;
	if (which < 0)
		return false;
	if (c->decider != NULL)
		return true;
	c->disposition = (enum disposition)which;
	c->decided = json_is_true(json_object_get(meta, "by_desk"));
	c->clause = arena_strdup(a, json_get_text(meta, "clause"));
	/* What has been split is not split again by a judgement. */
	if (casefile_link(c, "split-into") == NULL &&
		casefile_link(c, "split-from") == NULL &&
		!fold_ranges(a, json_object_get(meta, "split"), &c->split,
			&c->n_split))
		return false;
	return fold_texts(a, json_object_get(meta, "missing"), &c->missing,
		       &c->n_missing) &&
		fold_receipt(a, c, meta);
}

/* The last gap filled makes a report that was asked about a complete one. */
static bool
filled(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const char *const *got, **left;
	size_t n_got, n = 0;

	if (!fold_texts(a, json_object_get(meta, "clauses"), &got, &n_got))
		return false;
	left = ARENA_ARRAY(a, c->n_missing, const char *);
	for (size_t i = 0; i < c->n_missing; i++)
		if (names_find(got, n_got, span_of(c->missing[i])) < 0)
			left[n++] = c->missing[i];
	c->missing = left;
	c->n_missing = n;
	if (n == 0 &&
		(c->disposition == DISP_ASK ||
			c->disposition == DISP_ASK_PLAIN))
		c->disposition = DISP_OPEN;
	AUTO(json_auto) json_t *who = payload_json(e, "who");
	if (c->title == NULL)
		c->title = arena_strdup(a, json_get_text(who, "title"));
	return true;
}

static bool
duties(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	struct duty *more, *all;
	size_t n;

	if (!duties_from_meta(a, meta, e->at, &more, &n))
		return false;
	all = ARENA_ARRAY(a, c->n_duties + n, struct duty);
	if (c->n_duties > 0)
		memcpy(all, c->duties, c->n_duties * sizeof *all);
	if (n > 0)
		memcpy(all + c->n_duties, more, n * sizeof *all);
	c->duties = all;
	c->n_duties += n;
	return true;
}

static bool
duty_moved(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	struct duty *copy = ARENA_ARRAY(a, c->n_duties, struct duty);

	/* The old array stays as it was: the caller compares before and
	 * after to know what to store. */
	if (c->n_duties > 0)
		memcpy(copy, c->duties, c->n_duties * sizeof *copy);
	c->duties = copy;
	return duties_apply(c->duties, c->n_duties, e, meta);
}

static bool
letter(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const char *id = json_get_text(meta, "letter");
	size_t i = 0, n = c->n_letter + (e->kind == EV_LETTER_QUEUED);
	struct letter *all = ARENA_ARRAY(a, n, struct letter), *one = NULL;
	struct err err;

	if (id == NULL)
		return false;
	if (c->n_letter > 0)
		memcpy(all, c->letter, c->n_letter * sizeof *all);
	while (i < c->n_letter && strcmp(all[i].id, id) != 0)
		i++;
	if (e->kind != EV_LETTER_QUEUED)
		one = i < n ? &all[i] : NULL;
	if (!letter_apply(a, &one, e, c->id, &err))
		return false;
	if (e->kind == EV_LETTER_QUEUED) {
		all[n - 1] = *one;
		c->letters++;
	}
	c->letter = all;
	c->n_letter = n;
	return true;
}

static fold_fn *const table[EVENT_KIND_COUNT] = {
	[EV_CASE_OPENED] = opened,
	[EV_MAIL_JOINED] = joined,
	[EV_JUDGED] = judged,
	[EV_GAP_FILLED] = filled,
	[EV_DUTIES_STARTED] = duties,
	[EV_DUTY_KEPT] = duty_moved,
	[EV_DUTY_REOPENED] = duty_moved,
	[EV_DUTY_ENDED] = duty_moved,
	[EV_LETTER_QUEUED] = letter,
	[EV_LETTER_APPROVED] = letter,
	[EV_LETTER_TRIED] = letter,
	[EV_LETTER_SENT] = letter,
	[EV_LETTER_GIVEN_UP] = letter,
	[EV_LETTER_BOUNCED] = letter,
	[EV_LETTER_WITHDRAWN] = letter,
	[EV_CONFIRMED] = fold_confirmed,
	[EV_OVERRULED] = fold_overruled,
	[EV_SPLIT] = fold_split,
	[EV_CASE_MOVED] = fold_moved,
	[EV_RATED] = fold_rated,
	[EV_RATINGS_SHOWN] = fold_nothing,
	[EV_RAW_OPENED] = fold_nothing,
};

bool
casefile_apply(struct arena *a, struct casefile **c, const struct event *e,
	struct err *err)
{
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);
	bool first = e->kind == EV_CASE_OPENED;
	struct casefile *next = ARENA_NEW(a, struct casefile);

	if (*c != NULL)
		*next = **c;
	if (first != (*c == NULL) || table[e->kind] == NULL || meta == NULL ||
		!table[e->kind](a, next, e, meta))
		return err_set(err, ERR_BROKEN,
			"event %s cannot follow here: %s",
			event_kind_names[e->kind], e->meta);
	if (table[e->kind] != fold_nothing)
		next->changed = e->at;
	*c = next;
	return true;
}
