/*
 * acts_open.c - cases that persons make: out of a queue, in place of another,
 * out of one part of a mail.
 *
 * Promises count from the receipt of the mail, whichever way it took.
 */
#include "cases/acts.h"

#include <string.h>

#include "base/mem.h"
#include "cases/duties.h"

static const char *
instant_words(struct arena *a, instant t)
{
	char text[INSTANT_TEXT];

	return arena_strdup(a, instant_format(t, text));
}

static bool
was_kept(const struct duty *d)
{
	return d->state == DUTY_KEPT || d->state == DUTY_KEPT_LATE;
}

/* The promises of receipt under the policy of the new case, and what else ran
 * in the old one. */
static size_t
to_start(struct arena *a, const struct arrival *in, const struct act_opening *o,
	struct duty **out)
{
	struct duty *d, *all;
	size_t n = duties_at_receipt(a, in, &d);

	all = ARENA_ARRAY(a, n + o->n_before, struct duty);
	for (size_t i = 0; i < n; i++)
		all[i] = d[i];
	for (size_t i = 0; i < o->n_before; i++)
		if (o->before[i].name == DUTY_FOLLOW_UP &&
			o->before[i].state == DUTY_RUNNING) {
			all[n] = o->before[i];
			all[n++].round = 1;
			break;
		}
	*out = all;
	return n;
}

/* A letter that set the report aside has told nothing about this product. */
static bool
still_counts(const struct act_opening *o, const struct duty *was)
{
	return was_kept(was) &&
		!(was->name == DUTY_VALIDATE && o->moved != NULL &&
			o->moved->rm == RM_INVALID);
}

/* Nothing that was kept is owed again. */
static void
carry_over(struct arena *a, const struct arrival *in,
	const struct act_opening *o, const struct duty *d, size_t n,
	struct outcome *out)
{
	bool sent = o->receipt != NULL && o->receipt->state == LETTER_SENT &&
		policy_receipt_keeps(in->policy);

	for (size_t i = 0; i < n; i++) {
		const struct duty *was = NULL;

		for (size_t k = 0; k < o->n_before && was == NULL; k++)
			if (o->before[k].name == d[i].name &&
				d[i].name != DUTY_FOLLOW_UP)
				was = &o->before[k];
		if (was != NULL && still_counts(o, was))
			outcome_add(a, out,
				duty_kept_then(a, &d[i], in->at, was->kept_at,
					o->from, NULL));
		else if (d[i].name == DUTY_ACKNOWLEDGE && sent)
			outcome_add(a, out,
				duty_kept_then(a, &d[i], in->at,
					o->receipt->done,
					arena_printf(
						a, "letter %s", o->receipt->id),
					NULL));
	}
}

void
acts_open(struct arena *a, const struct arrival *in,
	const struct act_opening *o, const struct act_by *by,
	struct outcome *out)
{
	const char *const *gaps;
	size_t n_gaps = cases_missing(a, in, &gaps);
	struct duty *d;

	*out = (struct outcome){0};
	outcome_add(a, out, cases_opened(a, in, o, by));
	outcome_add(a, out, cases_judged(a, in, by->actor, gaps, n_gaps));
	size_t n = to_start(a, in, o, &d);
	if (n > 0)
		outcome_add(a, out, duties_started(a, in, d, n, NULL));
	carry_over(a, in, o, d, n, out);
}

void
acts_leave(struct arena *a, const struct duty *d, size_t n, const char *owner,
	instant at, struct outcome *out)
{
	for (size_t i = 0; i < n; i++)
		if (d[i].state == DUTY_RUNNING)
			outcome_add(a, out,
				duty_ended(a, &d[i], at, "moved", owner));
}

/* --- one mail, several cases -------------------------------------------------------- */

static json_t *
range_json(struct line_range r)
{
	return json_pack("[i,i]", (int)r.from, (int)r.to);
}

static bool
overlap(struct line_range x, struct line_range y)
{
	return x.from <= y.to && y.from <= x.to;
}

bool
acts_split(struct arena *a, const struct act_part *parts, size_t n,
	const struct act_by *by, struct outcome *out, struct err *err)
{
	json_t *into = json_array();

	*out = (struct outcome){0};
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (overlap(parts[i].lines, parts[k].lines)) {
				json_decref(into);
				return err_set(err, ERR_SYNTAX,
					"the parts %u-%u and %u-%u share lines",
					parts[i].lines.from, parts[i].lines.to,
					parts[k].lines.from, parts[k].lines.to);
			}
	for (size_t i = 1; i < n; i++)
		json_array_append_new(into, json_string(parts[i].id));
	outcome_add(a, out,
		act_event(a, EV_SPLIT, by,
			json_pack("{s:[o],s:o}", "lines",
				range_json(parts[0].lines), "into", into)));
	return true;
}

static json_t *
part_links(struct arena *a, const struct casefile *c,
	const struct act_part *parts, size_t n, size_t i)
{
	json_t *links = json_array();

	json_array_append_new(
		links, json_string(arena_printf(a, "split-from %s", c->id)));
	for (size_t k = 1; k < n; k++)
		if (k != i)
			json_array_append_new(links,
				json_string(arena_printf(
					a, "sibling %s", parts[k].id)));
	return links;
}

static struct event
part_opened(struct arena *a, const struct casefile *c,
	const struct act_part *parts, size_t n, size_t i,
	const struct act_by *by)
{
	json_t *contacts = json_array();

	for (size_t k = 0; k < c->n_contacts; k++)
		json_array_append_new(contacts, json_string(c->contacts[k]));
	struct event e = act_event(a, EV_CASE_OPENED, by,
		json_pack("{s:s,s:I,s:s,s:s,s:s,s:o,s:[o]}", "case",
			parts[i].id, "mail", (json_int_t)c->mail, "product",
			c->product, "policy", c->policy, "received",
			instant_words(a, c->received), "links",
			part_links(a, c, parts, n, i), "lines",
			range_json(parts[i].lines)));
	event_payload(&e, "who",
		span_of(json_text(a,
			json_pack("{s:o,s:o,s:o,s:s}", "reporter",
				json_text_or_null(c->reporter), "title",
				json_text_or_null(parts[i].title), "contacts",
				contacts, "token", parts[i].token))));
	return e;
}

/* The judgement of the whole stands for the part until it is judged again. */
static struct event
part_judged(struct arena *a, const struct casefile *c, struct span verdict,
	const struct act_by *by)
{
	json_t *missing = json_array();

	for (size_t i = 0; i < c->n_missing; i++)
		json_array_append_new(missing, json_string(c->missing[i]));
	json_t *meta = json_pack("{s:I,s:s,s:b,s:o,s:s}", "mail",
		(json_int_t)c->mail, "disposition",
		disposition_names[c->disposition], "by_desk", (int)c->decided,
		"missing", missing, "of", c->id);
	if (c->clause != NULL)
		json_object_set_new(meta, "clause", json_string(c->clause));
	struct event e = cases_event(a, EV_JUDGED, by->at, by->actor, meta);
	if (verdict.p != NULL)
		event_payload(&e, "verdict", verdict);
	return e;
}

void
acts_split_part(struct arena *a, const struct casefile *c,
	const struct act_part *parts, size_t n, size_t i, struct span verdict,
	const struct act_by *by, struct outcome *out)
{
	const struct arrival in = {
		.mail = c->mail, .received = c->received, .at = by->at};
	struct duty *d = ARENA_ARRAY(a, c->n_duties, struct duty);
	size_t n_duties = 0;

	*out = (struct outcome){0};
	outcome_add(a, out, part_opened(a, c, parts, n, i, by));
	outcome_add(a, out, part_judged(a, c, verdict, by));
	for (size_t k = 0; k < c->n_duties; k++)
		if (c->duties[k].name != DUTY_FOLLOW_UP)
			d[n_duties++] = c->duties[k];
	if (n_duties > 0)
		outcome_add(a, out, duties_started(a, &in, d, n_duties, NULL));
	for (size_t k = 0; k < n_duties; k++)
		if (was_kept(&d[k]))
			outcome_add(a, out,
				duty_kept_then(a, &d[k], by->at, d[k].kept_at,
					c->id, NULL));
}

/* --- judged again ------------------------------------------------------------------- */

void
acts_rejudge(struct arena *a, const struct arrival *in,
	const char *const *filled, size_t n, const struct act_by *by,
	struct outcome *out)
{
	const char *const *gaps;
	size_t n_gaps = cases_missing(a, in, &gaps), left = 0;
	const char **still = ARENA_ARRAY(a, n_gaps, const char *);

	*out = (struct outcome){0};
	for (size_t i = 0; i < n_gaps; i++) {
		bool has = false;

		for (size_t k = 0; k < n && !has; k++)
			has = strcmp(gaps[i], filled[k]) == 0;
		if (!has)
			still[left++] = gaps[i];
	}
	struct event e = cases_judged(a, in, by->actor, still, left);
	if (by->reason != NULL)
		event_payload(&e, "reason", span_of(by->reason));
	outcome_add(a, out, e);
}
