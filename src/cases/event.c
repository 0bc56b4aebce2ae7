/* event.c - the names that the ledger writes; they never change. */
#include "cases/event.h"

#include <string.h>

#include "base/mem.h"
#include "cases/cases.h"

const char *const event_kind_names[EVENT_KIND_COUNT] = {
	[EV_CASE_OPENED] = "case.opened",
	[EV_MAIL_JOINED] = "mail.joined",
	[EV_JUDGED] = "mail.judged",
	[EV_GAP_FILLED] = "gap.filled",
	[EV_DUTIES_STARTED] = "duties.started",
	[EV_DUTY_KEPT] = "duty.kept",
	[EV_DUTY_REOPENED] = "duty.reopened",
	[EV_DUTY_ENDED] = "duty.ended",
	[EV_LETTER_QUEUED] = "letter.queued",
	[EV_LETTER_APPROVED] = "letter.approved",
	[EV_LETTER_TRIED] = "letter.tried",
	[EV_LETTER_SENT] = "letter.sent",
	[EV_LETTER_GIVEN_UP] = "letter.given-up",
	[EV_LETTER_BOUNCED] = "letter.bounced",
	[EV_LETTER_WITHDRAWN] = "letter.withdrawn",
	[EV_CONFIRMED] = "case.confirmed",
	[EV_OVERRULED] = "case.overruled",
	[EV_SPLIT] = "case.split",
	[EV_CASE_MOVED] = "case.moved",
	[EV_RATED] = "case.rated",
	[EV_RATINGS_SHOWN] = "ratings.shown",
	[EV_RAW_OPENED] = "raw.opened",
	[EV_DESK_CREATED] = "desk.created",
	[EV_POLICY_LOADED] = "policy.loaded",
	[EV_MAIL_RECEIVED] = "mail.received",
	[EV_MAIL_FILED] = "mail.filed",
	[EV_MAIL_ROUTED] = "mail.routed",
	[EV_KEY_MADE] = "key.made",
	[EV_CHECKPOINT] = "checkpoint",
	[EV_MIGRATED] = "migrated",
	[EV_RESTORED] = "restored",
};

const char *const joined_by_names[4] = {
	"token", "references", "thread", "person"};

struct event
cases_event(struct arena *a, enum event_kind kind, instant at,
	const char *actor, json_t *meta)
{
	return (struct event){.kind = kind,
		.at = at,
		.actor = actor,
		.meta = json_text(a, meta)};
}

void
event_payload(struct event *e, const char *name, struct span bytes)
{
	e->payloads[e->n_payloads++] =
		(struct payload){.name = name, .bytes = bytes};
}

void
outcome_add(struct arena *a, struct outcome *out, struct event e)
{
	if (out->n_events == out->cap_events) {
		size_t cap = out->cap_events > 0 ? 2 * out->cap_events : 8;
		struct event *v = ARENA_ARRAY(a, cap, struct event);

		if (out->n_events > 0)
			memcpy(v, out->events, out->n_events * sizeof *v);
		out->events = v;
		out->cap_events = cap;
	}
	out->events[out->n_events++] = e;
}
