/* letters.c - a letter's life as its events tell it. */
#include "cases/duties.h"

#include "base/mem.h"
#include "base/names.h"

const char *const letter_state_names[LETTER_STATE_COUNT] = {
	"shadow", "held", "queued", "sent", "given-up", "bounced", "withdrawn"};

/* The address is personal, and so may be why the letter waits ("nobody reads
 * mail to ..."): both travel as a payload beside the bytes. */
struct event
letter_queued_event(struct arena *a, const struct letter *l, struct span bytes)
{
	json_t *meta = json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "letter", l->id,
		"template", l->template, "state", letter_state_names[l->state],
		"message_id", l->message_id, "keeps_acknowledge",
		(int)l->keeps_acknowledge, "automatic", (int)l->automatic);
	if (l->settles)
		json_object_set_new(meta, "settles", json_true());
	struct event e =
		cases_event(a, EV_LETTER_QUEUED, l->queued, "desk", meta);

	event_payload(&e, "to",
		span_of(json_text(a,
			json_pack("{s:o,s:o,s:o}", "to",
				json_text_or_null(l->to), "sender",
				json_text_or_null(l->sender), "held_because",
				json_text_or_null(l->held_because)))));
	event_payload(&e, "letter", bytes);
	return e;
}

static const struct payload *
payload(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->n_payloads; i++)
		if (strcmp(e->payloads[i].name, name) == 0 &&
			!e->payloads[i].erased)
			return &e->payloads[i];
	return NULL;
}

static bool
queued(struct arena *a, struct letter **out, const struct event *e,
	const char *chain, const json_t *meta)
{
	const char *state = json_get_text(meta, "state");
	int which = state ? names_find(letter_state_names, LETTER_STATE_COUNT,
				    span_of(state)) :
			    -1;
	const struct payload *to = payload(e, "to");
	AUTO(json_auto)
	json_t *who = to ?
		json_loadb((const char *)to->bytes.p, to->bytes.n, 0, NULL) :
		NULL;
	struct letter *l = ARENA_NEW(a, struct letter);

	*l = (struct letter){
		.id = arena_strdup(a, json_get_text(meta, "letter")),
		.chain = chain,
		.template = arena_strdup(a, json_get_text(meta, "template")),
		.state = (enum letter_state)which,
		.held_because =
			arena_strdup(a, json_get_text(who, "held_because")),
		.to = arena_strdup(a, json_get_text(who, "to")),
		.sender = arena_strdup(a, json_get_text(who, "sender")),
		.message_id =
			arena_strdup(a, json_get_text(meta, "message_id")),
		.keeps_acknowledge = json_is_true(
			json_object_get(meta, "keeps_acknowledge")),
		.settles = json_is_true(json_object_get(meta, "settles")),
		.automatic = json_is_true(json_object_get(meta, "automatic")),
		.queued = e->at,
		.next_try = e->at};
	if (which < 0 || l->id == NULL || l->message_id == NULL)
		return false;
	*out = l;
	return true;
}

static bool
next_try(const json_t *meta, instant *out)
{
	const char *text = json_get_text(meta, "next_try");

	return text != NULL && instant_parse(span_of(text), out);
}

static bool
moved(struct arena *a, struct letter *l, const struct event *e,
	const json_t *meta)
{
	const struct payload *reply = payload(e, "reply");

	if (reply != NULL)
		l->reply = arena_text(a, reply->bytes);
	l->attempts = (unsigned)json_get_int(meta, "attempt", l->attempts);
	switch (e->kind) {
	case EV_LETTER_APPROVED:
		l->state = LETTER_QUEUED;
		l->held_because = NULL;
		l->next_try = e->at;
		return true;
	case EV_LETTER_TRIED:
		return next_try(meta, &l->next_try);
	case EV_LETTER_SENT:
		l->state = LETTER_SENT;
		l->done = e->at;
		return true;
	case EV_LETTER_GIVEN_UP:
		l->state = LETTER_GIVEN_UP;
		l->done = e->at;
		return true;
	case EV_LETTER_BOUNCED:
		l->state = LETTER_BOUNCED;
		return true;
	case EV_LETTER_WITHDRAWN:
		l->state = LETTER_WITHDRAWN;
		l->held_because = NULL;
		l->keeps_acknowledge = l->settles = false;
		l->done = e->at;
		return true;
	default:
		return false;
	}
}

bool
letter_apply(struct arena *a, struct letter **l, const struct event *e,
	const char *chain, struct err *err)
{
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);

	if (e->kind == EV_LETTER_QUEUED ? queued(a, l, e, chain, meta) :
					  *l != NULL && moved(a, *l, e, meta))
		return true;
	return err_set(err, ERR_BROKEN, "event %s cannot follow here: %s",
		event_kind_names[e->kind], e->meta);
}

/* Is it this letter's to keep? */
static bool
keeps(const struct letter *l, const struct duty *d)
{
	return l->settles ||
		(l->keeps_acknowledge && d->name == DUTY_ACKNOWLEDGE);
}

void
cases_letter_sent(struct arena *a, const struct letter *l,
	struct letter_duties duties, instant at, const char *reply,
	struct outcome *out)
{
	const char *by = arena_printf(a, "letter %s", l->id);

	*out = (struct outcome){0};
	outcome_add(a, out,
		cases_event(a, EV_LETTER_SENT, at, "desk",
			json_pack("{s:s,s:i}", "letter", l->id, "attempt",
				(int)l->attempts)));
	event_payload(&out->events[0], "reply", span_of(reply ? reply : ""));
	for (size_t i = 0; i < duties.n; i++)
		if (keeps(l, &duties.v[i]) && duties.v[i].state == DUTY_RUNNING)
			outcome_add(a, out,
				duty_kept(
					a, &duties.v[i], at, by, duties.owner));
}

/* Was it this letter that kept it, and not one before or a person? It was
 * kept when this one was sent. */
static bool
kept_by(const struct letter *l, const struct duty *d)
{
	return keeps(l, d) &&
		(d->state == DUTY_KEPT || d->state == DUTY_KEPT_LATE) &&
		(d->kept_at.ms == l->done.ms || l->done.ms == 0);
}

void
cases_letter_bounced(struct arena *a, const struct letter *l,
	struct letter_duties duties, int64_t mail, const struct bounce *b,
	instant at, struct outcome *out)
{
	const char *why = arena_printf(a, "letter %s was not delivered", l->id);
	bool failed = b->status ?
		b->status[0] == '5' :
		b->action != NULL && strcmp(b->action, "failed") == 0;

	*out = (struct outcome){0};
	if (!failed || l->state == LETTER_BOUNCED)
		return;
	outcome_add(a, out,
		cases_event(a, EV_LETTER_BOUNCED, at, "desk",
			json_pack("{s:s,s:I}", "letter", l->id, "mail",
				(json_int_t)mail)));
	if (b->status != NULL || b->diagnostic != NULL)
		event_payload(&out->events[0], "reply",
			span_of(arena_printf(a, "%s %s",
				b->status ? b->status : "",
				b->diagnostic ? b->diagnostic : "")));
	for (size_t i = 0; i < duties.n; i++)
		if (kept_by(l, &duties.v[i]))
			outcome_add(a, out,
				duty_reopened(a, &duties.v[i], at, why,
					duties.owner));
}

const char *
letter_owner(struct arena *a, const struct letter *l)
{
	const char *dot = strrchr(l->id, '.');

	if (strncmp(l->id, "mail-", 5) != 0 || dot == NULL)
		return NULL;
	return arena_text(a, span_make(l->id, (size_t)(dot - l->id)));
}
