/*
 * casefile.c - the fold: one event applied to what is known of a case.
 *
 * A table from event kind to function; what is not in it cannot happen to a
 * case. Nothing but an event changes a case, so the stored state can be
 * proved by folding the chain again.
 */
#include "cases/casefile.h"

#include "base/mem.h"
#include "base/names.h"
#include "cases/cases.h"

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

static bool
texts(struct arena *a, const json_t *list, const char *const **out, size_t *n)
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

static bool
opened(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	AUTO(json_auto) json_t *who = payload_json(e, "who");

	c->id = arena_strdup(a, json_get_text(meta, "case"));
	c->product = arena_strdup(a, json_get_text(meta, "product"));
	c->policy = arena_strdup(a, json_get_text(meta, "policy"));
	c->opened = e->at;
	c->rm = RM_RECEIVED;
	c->mails = 1;
	c->title = arena_strdup(a, json_get_text(who, "title"));
	c->reporter = arena_strdup(a, json_get_text(who, "reporter"));
	c->token = arena_strdup(a, json_get_text(who, "token"));
	return c->id != NULL && c->policy != NULL &&
		texts(a, json_object_get(who, "contacts"), &c->contacts,
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

static bool
judged(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const char *word = json_get_text(meta, "disposition");
	int which = word ?
		names_find(disposition_names, DISP_COUNT, span_of(word)) :
		-1;

	(void)e;
	if (which < 0)
		return false;
	c->disposition = (enum disposition)which;
	c->decided = json_is_true(json_object_get(meta, "by_desk"));
	return texts(a, json_object_get(meta, "missing"), &c->missing,
		&c->n_missing);
}

/* The last gap filled makes a report that was asked about a complete one. */
static bool
filled(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const char *const *got, **left;
	size_t n_got, n = 0;

	if (!texts(a, json_object_get(meta, "clauses"), &got, &n_got))
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

static bool (*const table[EVENT_KIND_COUNT])(struct arena *, struct casefile *,
	const struct event *, const json_t *) = {
	[EV_CASE_OPENED] = opened,
	[EV_MAIL_JOINED] = joined,
	[EV_JUDGED] = judged,
	[EV_GAP_FILLED] = filled,
	[EV_DUTIES_STARTED] = duties,
	[EV_DUTY_KEPT] = duty_moved,
	[EV_DUTY_REOPENED] = duty_moved,
	[EV_LETTER_QUEUED] = letter,
	[EV_LETTER_APPROVED] = letter,
	[EV_LETTER_TRIED] = letter,
	[EV_LETTER_SENT] = letter,
	[EV_LETTER_GIVEN_UP] = letter,
	[EV_LETTER_BOUNCED] = letter,
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
	next->changed = e->at;
	*c = next;
	return true;
}

/* --- as JSON --------------------------------------------------------------------- */

static json_t *
text_array(const char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text_or_null(v[i]));
	return list;
}

static json_t *
instant_or_null(instant t)
{
	char text[INSTANT_TEXT];

	return t.ms == 0 ? json_null() : json_string(instant_format(t, text));
}

json_t *
duty_state_json(const struct duty *d)
{
	char day[DAY_TEXT];

	return json_pack(
		"{s:s,s:i,s:s,s:s,s:s,s:o,s:i,s:o,s:o,s:s,s:o,s:o,s:o}", "duty",
		duty_names[d->name], "round", (int)d->round, "state",
		duty_state_names[d->state], "clause", d->clause, "strength",
		strength_names[d->strength], "trigger",
		json_text_or_null(d->trigger), "business_days",
		(int)d->business_days, "zone", json_text_or_null(d->zone),
		"due", instant_or_null(d->due), "due_day",
		day_format(d->due_day, day), "calendar",
		json_text_or_null(d->calendar), "started",
		instant_or_null(d->started), "kept_at",
		instant_or_null(d->kept_at));
}

json_t *
letter_json(const struct letter *l)
{
	json_t *v = json_pack("{s:s,s:s,s:s,s:s,s:o,s:b,s:b,s:i}", "letter",
		l->id, "template", l->template, "state",
		letter_state_names[l->state], "message_id", l->message_id,
		"held_because", json_text_or_null(l->held_because), "automatic",
		(int)l->automatic, "keeps_acknowledge",
		(int)l->keeps_acknowledge, "attempts", (int)l->attempts);

	json_object_set_new(v, "to", json_text_or_null(l->to));
	json_object_set_new(v, "sender", json_text_or_null(l->sender));
	json_object_set_new(v, "queued", instant_or_null(l->queued));
	json_object_set_new(v, "next_try",
		l->state == LETTER_QUEUED ? instant_or_null(l->next_try) :
					    json_null());
	json_object_set_new(v, "done", instant_or_null(l->done));
	json_object_set_new(v, "reply", json_text_or_null(l->reply));
	return v;
}

json_t *
casefile_json(const struct casefile *c)
{
	json_t *duty = json_array(), *letters = json_array();

	for (size_t i = 0; i < c->n_duties; i++)
		json_array_append_new(duty, duty_state_json(&c->duties[i]));
	for (size_t i = 0; i < c->n_letter; i++)
		json_array_append_new(letters, letter_json(&c->letter[i]));
	return json_pack(
		"{s:s,s:o,s:s,s:s,s:s,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:i,s:o,s:o}",
		"case", c->id, "product", json_text_or_null(c->product),
		"policy_hash", c->policy, "state", rm_names[c->rm],
		"disposition", disposition_names[c->disposition], "decided",
		(int)c->decided, "opened", instant_or_null(c->opened),
		"changed", instant_or_null(c->changed), "title",
		json_text_or_null(c->title), "reporter",
		json_text_or_null(c->reporter), "contacts",
		text_array(c->contacts, c->n_contacts), "missing",
		text_array(c->missing, c->n_missing), "mails", (int)c->mails,
		"letter_count", (int)c->letters, "duties", duty, "letters",
		letters);
}
