/* outcome.c - a letter's events, applied to its case or its queue item. */
#include "desk/outcome.h"

#include <string.h>

#include "base/mem.h"
#include "cases/duties.h"

static const struct duty *
acknowledge_of(const struct duty *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (d[i].name == DUTY_ACKNOWLEDGE)
			return &d[i];
	return NULL;
}

bool
letter_owner_load(struct desk *d, struct arena *a, const struct letter *l,
	struct letter_owner_state *out, struct err *err)
{
	const char *owner = letter_owner(a, l);

	*out = (struct letter_owner_state){0};
	if (owner != NULL) {
		if (!store_duties_of(d->store, a, owner, &out->duties,
			    &out->n_duties, err))
			return false;
	} else {
		if (!store_case(d->store, a, l->chain, &out->c, err))
			return false;
		out->duties = out->c->duties;
		out->n_duties = out->c->n_duties;
	}
	out->acknowledge = acknowledge_of(out->duties, out->n_duties);
	return true;
}

/* A queue item has no casefile: its letter and duties change directly. */
static bool
apply_item(struct desk *d, struct arena *a, const struct letter *l,
	const struct letter_owner_state *s, const struct event *e,
	struct err *err)
{
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);
	struct letter *copy = ARENA_NEW(a, struct letter);

	if (e->kind == EV_DUTY_KEPT || e->kind == EV_DUTY_REOPENED) {
		if (!duties_apply(s->duties, s->n_duties, e, meta))
			return err_set(
				err, ERR_BROKEN, "no such duty: %s", e->meta);
		for (size_t i = 0; i < s->n_duties; i++)
			if (!store_duty_save(d->store, letter_owner(a, l),
				    &s->duties[i], err))
				return false;
		return true;
	}
	*copy = *l;
	return letter_apply(a, &copy, e, l->chain, err) &&
		store_letter_save(d->store, copy, err);
}

bool
letter_owner_apply(struct desk *d, struct arena *a, const struct letter *l,
	const struct letter_owner_state *s, const struct outcome *o,
	struct err *err)
{
	struct casefile *after = s->c;

	for (size_t i = 0; i < o->n_events; i++) {
		const struct event *e = &o->events[i];

		if (!ledger_append(d->store, l->chain, e, NULL, err))
			return false;
		if (s->c != NULL ? !casefile_apply(a, &after, e, err) :
				   !apply_item(d, a, l, s, e, err))
			return false;
	}
	return s->c == NULL || store_case_save(d->store, s->c, after, err);
}

static struct event
tried(struct arena *a, const struct letter *l, enum event_kind kind, instant at,
	instant next, const char *reply)
{
	char text[INSTANT_TEXT];
	struct event e = cases_event(a, kind, at, "desk",
		json_pack("{s:s,s:i,s:s}", "letter", l->id, "attempt",
			(int)l->attempts, "next_try",
			instant_format(next, text)));

	event_payload(&e, "reply", span_of(reply ? reply : ""));
	return e;
}

bool
outcome_take(struct desk *d, struct arena *a, const char *letter,
	enum post_outcome what, const char *reply, instant at, struct err *err)
{
	struct letter *l;
	struct letter_owner_state s;
	struct outcome o = {.n_events = 1};

	if (!store_letter(d->store, a, letter, &l, err) ||
		!letter_owner_load(d, a, l, &s, err))
		return false;
	if (l->state != LETTER_QUEUED)
		return true; /* a second word on the same try */
	l->attempts++;
	instant next = post_next_try(d->set, l->queued, at, l->attempts);
	switch (what) {
	case POST_SENT:
		cases_letter_sent(a, l, s.acknowledge, at, reply, &o);
		break;
	case POST_LATER:
		o.events[0] = next.ms == INT64_MAX ?
			tried(a, l, EV_LETTER_GIVEN_UP, at, at, reply) :
			tried(a, l, EV_LETTER_TRIED, at, next, reply);
		break;
	case POST_REFUSED:
		o.events[0] = tried(a, l, EV_LETTER_GIVEN_UP, at, at, reply);
		break;
	}
	return letter_owner_apply(d, a, l, &s, &o, err);
}

bool
outcome_approve(struct desk *d, struct arena *a, const char *letter,
	const char *actor, bool retry, instant at, struct err *err)
{
	struct letter *l;
	struct letter_owner_state s;
	struct outcome o = {.n_events = 1};

	if (!store_letter(d->store, a, letter, &l, err))
		return false;
	bool may = retry ?
		l->state == LETTER_GIVEN_UP || l->state == LETTER_QUEUED :
		l->state == LETTER_HELD;
	if (!may)
		return err_set(err, ERR_CONFLICT,
			"letter %s is %s: only a %s letter can be %s", letter,
			letter_state_names[l->state],
			retry ? "given-up or queued" : "held",
			retry ? "tried again" : "approved");
	if (l->to == NULL)
		return err_set(err, ERR_ABSENT,
			"the address of letter %s has been erased", letter);
	if (!letter_owner_load(d, a, l, &s, err))
		return false;
	o.events[0] = cases_event(a, EV_LETTER_APPROVED, at, actor,
		json_pack("{s:s,s:s}", "letter", l->id, "how",
			retry ? "retry" : "approve"));
	return letter_owner_apply(d, a, l, &s, &o, err);
}
