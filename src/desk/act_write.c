/* act_write.c - events and a letter of one case, stored together. */
#include "desk/act_impl.h"

#include <string.h>

#include "base/mem.h"

const char *
act_word(const struct act_call *call, size_t i)
{
	return i < call->n && call->args[i][0] != '\0' ? call->args[i] : NULL;
}

struct act_by
act_by(const struct act_call *call, size_t reason)
{
	return (struct act_by){call->at, call->actor, act_word(call, reason)};
}

json_t *
act_result(const struct casefile *c, const struct letter *l)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:o,s:o,s:o}", "case", c->id,
		"state", rm_names[c->rm], "disposition",
		disposition_names[c->disposition], "decided", (int)c->decided,
		"decided_by", json_text_or_null(c->decider), "clause",
		json_text_or_null(c->clause), "letter",
		l ? letter_json(l) : json_null());
}

static const char *
upper(struct arena *a, const char *typed)
{
	char *id = arena_strdup(a, typed);

	for (char *p = id; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return id;
}

bool
act_is_mail(const char *word)
{
	return strncmp(word, "mail-", 5) == 0;
}

bool
act_mail_named(struct desk *d, struct arena *a, const char *word,
	struct mail **m, struct err *err)
{
	unsigned long long number;

	if (!span_number(span_of(word + 5), INT64_MAX, &number))
		return err_set(err, ERR_SYNTAX,
			"'%.40s' is no mail: write mail-17", word);
	return store_mail(d->store, a, (int64_t)number, m, err);
}

/* Says what to name instead. */
static bool
mail_is_no_case(
	struct desk *d, struct arena *a, const char *id, struct err *err)
{
	struct mail *m;

	if (!act_mail_named(d, a, id, &m, err))
		return false;
	if (m->queue == QUEUE_NONE && m->chain != NULL)
		return err_set(err, ERR_ABSENT,
			"%s is a mail and no case: it is in %s", id, m->chain);
	return err_set(err, ERR_ABSENT,
		"%s is a mail and no case: pratique case route %s "
		"PRODUCT makes one of it",
		id, id);
}

bool
act_case_load(struct desk *d, struct arena *a, const char *id,
	struct act_case *out, struct err *err)
{
	const char *resolved;

	*out = (struct act_case){0};
	if (act_is_mail(id))
		return mail_is_no_case(d, a, id, err);
	return store_case(d->store, a, upper(a, id), &out->c, err) &&
		store_policy(d->store, a, out->c->policy, &resolved, err) &&
		policy_from_resolved(a, span_of(resolved), &out->policy, err) &&
		policies_calendar_of(
			a, d->policies, out->policy, &out->calendar, err);
}

void
act_case_done(struct desk *d, struct act_case *k)
{
	if (k->calendar != NULL)
		policies_calendar_done(d->policies, k->calendar);
	k->calendar = NULL;
}

bool
act_policy_at(struct desk *d, struct arena *a, const struct policy *now,
	instant at, const struct policy **out, struct err *err)
{
	const char *resolved;

	if (!store_policy_at(d->store, a, now->name, at, &resolved, err))
		return false;
	*out = now; /* a product that is newer than the mail */
	return resolved == NULL ||
		policy_from_resolved(a, span_of(resolved), out, err);
}

/* A letter of this case that waits for a person, as one whose sender is not
 * known does: what follows it waits, too. */
static bool
waiting(struct desk *d, struct arena *a, const struct casefile *c,
	const char **because, struct err *err)
{
	const char *item = casefile_link(c, "routed-from");
	const struct letter *held = NULL;
	struct letter *l;

	for (size_t i = 0; i < c->n_letter && held == NULL; i++)
		if (c->letter[i].state == LETTER_HELD)
			held = &c->letter[i];
	if (held == NULL && item != NULL) {
		if (store_letter(d->store, a, arena_printf(a, "%s.1", item), &l,
			    err)) {
			if (l->state == LETTER_HELD)
				held = l;
		} else if (err->code != ERR_ABSENT) {
			return false;
		}
	}
	*because = held ? arena_printf(a, "letter %s waits, too: %s", held->id,
				  held->held_because ? held->held_because :
						       "a person decides") :
			  NULL;
	return true;
}

bool
act_arrival(struct desk *d, struct arena *a, const struct act_case *k,
	instant at, struct arrival *out, struct err *err)
{
	struct message *m = ARENA_NEW(a, struct message);
	struct mail *mail;

	if (!store_mail(d->store, a, k->c->mail, &mail, err) ||
		!waiting(d, a, k->c, &m->no_answer_because, err))
		return false;
	m->from = k->c->reporter;
	m->message_id = mail->message_id;
	m->answer = m->no_answer_because == NULL;
	*out = (struct arrival){.mail = k->c->mail,
		.received = k->c->received,
		.at = at,
		.message = m,
		.policy = k->policy,
		.calendar = k->calendar};
	return true;
}

struct arrival
act_arrival_of(const struct act_call *call, int64_t mail, instant received,
	const struct policy *p, const struct calendar *calendar)
{
	return (struct arrival){.mail = mail,
		.received = received,
		.at = call->at,
		.message = call->read->message,
		.report = call->read->report,
		.policy = p,
		.calendar = calendar};
}

static bool
write_letter(struct desk *d, struct arena *a, const struct arrival *in,
	const struct letter_order *order, struct casefile **c,
	struct letter **l, struct err *err)
{
	struct letter_context about = {
		.id = arena_printf(a, "%s.%u", (*c)->id, (*c)->letters + 1),
		.chain = (*c)->id,
		.shown = (*c)->id,
		.token = (*c)->token,
		.duties = (*c)->duties,
		.n_duties = (*c)->n_duties};
	struct letter_bytes go;
	struct event queued;

	/* It leaves with the next lease, when this is committed. */
	return letters_write(d, a, in, order, &about, l, &queued, &go, err) &&
		(*l == NULL ||
			(ledger_append(
				 d->store, (*c)->id, &queued, NULL, err) &&
				casefile_apply(a, c, &queued, err)));
}

bool
act_write(struct desk *d, struct arena *a, struct casefile *before,
	const struct outcome *o, const struct arrival *in,
	struct casefile **after, struct letter **l, struct err *err)
{
	struct casefile *c = before;
	const char *id = before ? before->id : NULL;

	*l = NULL;
	if (id == NULL) {
		AUTO(json_auto)
		json_t *meta = json_loads(o->events[0].meta, 0, NULL);
		id = arena_strdup(a, json_get_text(meta, "case"));
	}
	for (size_t i = 0; i < o->n_events; i++)
		if (!ledger_append(d->store, id, &o->events[i], NULL, err) ||
			!casefile_apply(a, &c, &o->events[i], err))
			return false;
	if (o->letter.template != NULL &&
		!write_letter(d, a, in, &o->letter, &c, l, err))
		return false;
	*after = c;
	return store_case_save(d->store, before, c, err);
}
