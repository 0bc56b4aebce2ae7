/*
 * duties.c - promises as they are started, kept and opened again.
 *
 * An event carries the rule, its calendar's version and the instant that
 * followed from them, so that a calendar changed later moves nothing.
 */
#include "cases/duties.h"

#include "base/mem.h"
#include "base/names.h"

const char *const duty_state_names[DUTY_STATE_COUNT] = {
	"running", "kept", "kept-late", "moved", "ended"};

static const char moved[] = "moved";

static json_t *
instant_json(instant t)
{
	char text[INSTANT_TEXT];

	return json_string(instant_format(t, text));
}

static bool
instant_from(const json_t *obj, const char *key, instant *out)
{
	const char *text = json_get_text(obj, key);

	return text != NULL && instant_parse(span_of(text), out);
}

static json_t *
duty_json(const struct duty *d)
{
	char day[DAY_TEXT];

	return json_pack("{s:s,s:i,s:s,s:s,s:i,s:s,s:s,s:o,s:s}", "duty",
		duty_names[d->name], "round", (int)d->round, "clause",
		d->clause, "strength", strength_names[d->strength],
		"business_days", (int)d->business_days, "zone", d->zone,
		"calendar", d->calendar, "due", instant_json(d->due), "due_day",
		day_format(d->due_day, day));
}

static bool
duty_from(struct arena *a, const json_t *v, const char *trigger,
	instant started, struct duty *d)
{
	const char *name = json_get_text(v, "duty");
	const char *strength = json_get_text(v, "strength");
	const char *day = json_get_text(v, "due_day");
	int which =
		name ? names_find(duty_names, DUTY_COUNT, span_of(name)) : -1;
	int how = strength ? names_find(strength_names, 3, span_of(strength)) :
			     -1;

	*d = (struct duty){.name = (enum duty_name)which,
		.round = (unsigned)json_get_int(v, "round", 1),
		.strength = (enum strength)how,
		.clause = arena_strdup(a, json_get_text(v, "clause")),
		.trigger = arena_strdup(a, trigger),
		.business_days = (unsigned)json_get_int(v, "business_days", 0),
		.zone = arena_strdup(a, json_get_text(v, "zone")),
		.calendar = arena_strdup(a, json_get_text(v, "calendar")),
		.started = started};
	return which >= 0 && how >= 0 && day != NULL && d->clause != NULL &&
		day_parse(span_of(day), &d->due_day) &&
		instant_from(v, "due", &d->due);
}

bool
duties_from_meta(struct arena *a, const json_t *meta, instant started,
	struct duty **out, size_t *n)
{
	const json_t *list = json_object_get(meta, "duties"), *v;
	size_t count = json_array_size(list), i;
	struct duty *d = ARENA_ARRAY(a, count, struct duty);
	const char *trigger = json_get_text(meta, "trigger");
	instant from = started;

	if (json_object_get(meta, "from") && !instant_from(meta, "from", &from))
		return false;
	json_array_foreach(list, i,
		v) if (!duty_from(a, v, trigger, from, &d[i])) return false;
	*out = d;
	*n = count;
	return true;
}

struct event
duties_started(struct arena *a, const struct arrival *in,
	const struct duty *duties, size_t n, const char *owner)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, duty_json(&duties[i]));
	json_t *meta = json_pack("{s:o,s:s,s:o}", "duties", list, "trigger",
		arena_printf(a, "mail %lld", (long long)in->mail), "from",
		instant_json(in->received));
	if (owner != NULL)
		json_object_set_new(meta, "owner", json_string(owner));
	return cases_event(a, EV_DUTIES_STARTED, in->at, "desk", meta);
}

struct calendar
calendar_make(
	struct arena *a, const struct zone *zone, const struct bizcal *days)
{
	char hex[HASH_TEXT];

	return (struct calendar){zone, days,
		arena_strdup(
			a, hash_hex(deadline_calendar_hash(days, zone), hex))};
}

bool
duty_start(const struct arrival *in, enum duty_name name, unsigned round,
	struct duty *out)
{
	const struct clause *c = policy_duty(in->policy, name);

	if (c == NULL || c->duty.business_days == 0)
		return false;
	struct deadline when = deadline_business(in->calendar->days,
		in->calendar->zone, in->received, c->duty.business_days);
	*out = (struct duty){.name = name,
		.round = round,
		.strength = c->strength,
		.clause = c->id,
		.business_days = c->duty.business_days,
		.zone = in->calendar->zone->name,
		.calendar = in->calendar->version,
		.started = in->received,
		.due = when.due,
		.due_day = when.due_day};
	return true;
}

size_t
duties_at_receipt(struct arena *a, const struct arrival *in, struct duty **out)
{
	static const enum duty_name names[] = {DUTY_ACKNOWLEDGE, DUTY_VALIDATE};
	struct duty *d = ARENA_ARRAY(a, ARRAY_LEN(names), struct duty);
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		n += duty_start(in, names[i], 1, &d[n]);
	*out = d;
	return n;
}

static struct duty *
find(struct duty *d, size_t n, const json_t *meta)
{
	const char *name = json_get_text(meta, "duty");
	unsigned round = (unsigned)json_get_int(meta, "round", 0);

	for (size_t i = 0; i < n && name != NULL; i++)
		if (d[i].round == round &&
			strcmp(duty_names[d[i].name], name) == 0)
			return &d[i];
	return NULL;
}

static enum duty_state
ended_as(const json_t *meta)
{
	const char *why = json_get_text(meta, "why");

	return why != NULL && strcmp(why, moved) == 0 ? DUTY_MOVED : DUTY_ENDED;
}

bool
duties_apply(struct duty *duties, size_t n, const struct event *e,
	const json_t *meta)
{
	struct duty *d = find(duties, n, meta);

	if (d == NULL)
		return false;
	switch (e->kind) {
	case EV_DUTY_KEPT:
		if (!instant_from(meta, "kept", &d->kept_at))
			return false;
		/* The due instant is exclusive: the next day's start. */
		d->state =
			d->kept_at.ms < d->due.ms ? DUTY_KEPT : DUTY_KEPT_LATE;
		return true;
	case EV_DUTY_ENDED:
		if (d->state != DUTY_RUNNING)
			return false;
		d->state = ended_as(meta);
		d->kept_at = e->at;
		return true;
	case EV_DUTY_REOPENED:
		d->state = DUTY_RUNNING;
		d->kept_at = (instant){0};
		return true;
	default:
		return false;
	}
}

struct event
duty_kept(struct arena *a, const struct duty *d, instant at, const char *by,
	const char *owner)
{
	return duty_kept_then(a, d, at, at, by, owner);
}

struct event
duty_kept_then(struct arena *a, const struct duty *d, instant at, instant kept,
	const char *by, const char *owner)
{
	json_t *meta = json_pack("{s:s,s:i,s:s,s:o}", "duty",
		duty_names[d->name], "round", (int)d->round, "by", by, "kept",
		instant_json(kept));

	if (owner != NULL)
		json_object_set_new(meta, "owner", json_string(owner));
	return cases_event(a, EV_DUTY_KEPT, at, "desk", meta);
}

static struct event
duty_why(struct arena *a, enum event_kind kind, const struct duty *d,
	instant at, const char *why, const char *owner)
{
	json_t *meta = json_pack("{s:s,s:i,s:s}", "duty", duty_names[d->name],
		"round", (int)d->round, "why", why);

	if (owner != NULL)
		json_object_set_new(meta, "owner", json_string(owner));
	return cases_event(a, kind, at, "desk", meta);
}

struct event
duty_ended(struct arena *a, const struct duty *d, instant at, const char *why,
	const char *owner)
{
	return duty_why(a, EV_DUTY_ENDED, d, at, why, owner);
}

struct event
duty_reopened(struct arena *a, const struct duty *d, instant at,
	const char *why, const char *owner)
{
	return duty_why(a, EV_DUTY_REOPENED, d, at, why, owner);
}
