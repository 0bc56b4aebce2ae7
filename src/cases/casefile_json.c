/* casefile_json.c - what is known of a case, as JSON. */
#include "cases/casefile_impl.h"

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

	json_object_set_new(v, "settles", json_boolean(l->settles));
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

static json_t *
ranges_json(const struct line_range *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("[i,i]", (int)v[i].from, (int)v[i].to));
	return list;
}

static json_t *
judgement_json(const struct casefile *c)
{
	return json_pack("{s:s,s:s,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "state",
		rm_names[c->rm], "disposition",
		disposition_names[c->disposition], "decided", (int)c->decided,
		"decided_by", json_text_or_null(c->decider), "clause",
		json_text_or_null(c->clause), "missing",
		text_array(c->missing, c->n_missing), "proposed_split",
		ranges_json(c->split, c->n_split), "rating",
		json_text_or_null(c->rating), "vector",
		json_text_or_null(c->vector), "links",
		text_array(c->links, c->n_links));
}

json_t *
casefile_json(const struct casefile *c)
{
	json_t *duty = json_array(), *letters = json_array();
	json_t *out = judgement_json(c);

	for (size_t i = 0; i < c->n_duties; i++)
		json_array_append_new(duty, duty_state_json(&c->duties[i]));
	for (size_t i = 0; i < c->n_letter; i++)
		json_array_append_new(letters, letter_json(&c->letter[i]));
	json_t *rest = json_pack(
		"{s:s,s:o,s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:i,s:o,s:o}",
		"case", c->id, "product", json_text_or_null(c->product),
		"policy_hash", c->policy, "opened_by", (json_int_t)c->mail,
		"lines",
		c->lines.from > 0 ? json_pack("[i,i]", (int)c->lines.from,
					    (int)c->lines.to) :
				    json_null(),
		"received", instant_or_null(c->received), "opened",
		instant_or_null(c->opened), "changed",
		instant_or_null(c->changed), "title",
		json_text_or_null(c->title), "reporter",
		json_text_or_null(c->reporter), "contacts",
		text_array(c->contacts, c->n_contacts), "mails", (int)c->mails,
		"letter_count", (int)c->letters, "duties", duty, "letters",
		letters);
	json_object_update_missing(out, rest);
	json_decref(rest);
	return out;
}
