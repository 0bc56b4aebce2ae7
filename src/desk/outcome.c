/* outcome.c - a letter's events, applied to its case or its queue item. */
#include "desk/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cases/duties.h"

enum { MOVES_MAX = 32 };

bool
case_now(struct desk *d, struct arena *a, const char *id, struct casefile **out,
	struct err *err)
{
	struct casefile *c;

	for (unsigned i = 0; i < MOVES_MAX; i++) {
		if (!store_case(d->store, a, id, &c, err))
			return false;
		const char *to = casefile_link(c, "moved-to");
		if (to == NULL) {
			*out = c;
			return true;
		}
		id = to;
	}
	return err_set(err, ERR_BROKEN, "case %s has moved too often", id);
}

/* The case that a queue's item has become, or NULL. */
static bool
routed(struct desk *d, struct arena *a, const char *item,
	struct casefile **home, struct err *err)
{
	struct mail *m;

	*home = NULL;
	if (!store_mail(d->store, a, strtoll(item + 5, NULL, 10), &m, err))
		return false;
	return m->queue != QUEUE_NONE || m->chain == NULL ||
		case_now(d, a, m->chain, home, err);
}

bool
letter_owner_load(struct desk *d, struct arena *a, const struct letter *l,
	struct letter_owner_state *out, struct err *err)
{
	const char *item = letter_owner(a, l);

	*out = (struct letter_owner_state){0};
	if (item != NULL) {
		if (!routed(d, a, item, &out->home, err))
			return false;
		if (out->home == NULL)
			return store_duties_of(d->store, a, item, &out->duties,
				&out->n_duties, err);
	} else {
		if (!store_case(d->store, a, l->chain, &out->c, err))
			return false;
		out->home = out->c;
		if (casefile_link(out->c, "moved-to") != NULL &&
			!case_now(d, a, l->chain, &out->home, err))
			return false;
	}
	out->duties = out->home->duties;
	out->n_duties = out->home->n_duties;
	return true;
}

struct letter_duties
letter_owner_duties(struct arena *a, const struct letter *l,
	const struct letter_owner_state *s)
{
	return (struct letter_duties){s->duties, s->n_duties,
		s->home == NULL ? letter_owner(a, l) : NULL};
}

/* A queue item has no casefile: its letter and duties change directly. */
static bool
item_duty(struct desk *d, struct arena *a, const struct letter *l,
	const struct letter_owner_state *s, const struct event *e,
	struct err *err)
{
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);

	if (!duties_apply(s->duties, s->n_duties, e, meta))
		return err_set(err, ERR_BROKEN, "no such duty: %s", e->meta);
	for (size_t i = 0; i < s->n_duties; i++)
		if (!store_duty_save(
			    d->store, letter_owner(a, l), &s->duties[i], err))
			return false;
	return true;
}

static bool
item_letter(struct desk *d, struct arena *a, const struct letter *l,
	const struct event *e, struct err *err)
{
	struct letter *copy = ARENA_NEW(a, struct letter);

	*copy = *l;
	return letter_apply(a, &copy, e, l->chain, err) &&
		store_letter_save(d->store, copy, err);
}

/* A case while events are added to it. */
struct changing {
	struct casefile *before, *after;
};

static bool
change(struct desk *d, struct arena *a, struct changing *c,
	const struct event *e, struct err *err)
{
	return ledger_append(d->store, c->before->id, e, NULL, err) &&
		casefile_apply(a, &c->after, e, err);
}

bool
letter_owner_apply(struct desk *d, struct arena *a, const struct letter *l,
	const struct letter_owner_state *s, const struct outcome *o,
	struct err *err)
{
	struct changing own = {s->c, s->c}, other = {s->home, s->home};
	struct changing *home = s->home == s->c ? &own : &other;

	for (size_t i = 0; i < o->n_events; i++) {
		const struct event *e = &o->events[i];
		bool duty =
			e->kind == EV_DUTY_KEPT || e->kind == EV_DUTY_REOPENED;
		bool ok;

		if (duty && s->home != NULL)
			ok = change(d, a, home, e, err);
		else if (!duty && s->c != NULL)
			ok = change(d, a, &own, e, err);
		else
			ok = ledger_append(d->store, l->chain, e, NULL, err) &&
				(duty ? item_duty(d, a, l, s, e, err) :
					item_letter(d, a, l, e, err));
		if (!ok)
			return false;
	}
	return (s->c == NULL ||
		       store_case_save(d->store, own.before, own.after, err)) &&
		(s->home == NULL || home == &own ||
			store_case_save(
				d->store, other.before, other.after, err));
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
	struct outcome o = {0};

	if (!store_letter(d->store, a, letter, &l, err) ||
		!letter_owner_load(d, a, l, &s, err))
		return false;
	/* One that was withdrawn while post had it may be gone all the same. */
	if (l->state != LETTER_QUEUED &&
		(l->state != LETTER_WITHDRAWN || what != POST_SENT))
		return true; /* a second word on the same try */
	l->attempts++;
	instant next = post_next_try(d->set, l->queued, at, l->attempts);
	switch (what) {
	case POST_SENT:
		cases_letter_sent(
			a, l, letter_owner_duties(a, l, &s), at, reply, &o);
		break;
	case POST_LATER:
		outcome_add(a, &o,
			next.ms == INT64_MAX ?
				tried(a, l, EV_LETTER_GIVEN_UP, at, at, reply) :
				tried(a, l, EV_LETTER_TRIED, at, next, reply));
		break;
	case POST_REFUSED:
		outcome_add(
			a, &o, tried(a, l, EV_LETTER_GIVEN_UP, at, at, reply));
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
	struct outcome o = {0};

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
	outcome_add(a, &o,
		cases_event(a, EV_LETTER_APPROVED, at, actor,
			json_pack("{s:s,s:s}", "letter", l->id, "how",
				retry ? "retry" : "approve")));
	return letter_owner_apply(d, a, l, &s, &o, err);
}
