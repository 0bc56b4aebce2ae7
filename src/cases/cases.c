/* cases.c - what follows from a mail: one function for each way it can go. */
#include "cases/cases.h"

#include <strings.h>

#include "base/mem.h"
#include "cases/acts.h"
#include "cases/duties.h"

enum { CWE_WORDS = 5 };

bool
cases_is_contact(const struct casefile *c, const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;

	if (at == NULL)
		return false;
	size_t local = (size_t)(at - address);
	for (size_t i = 0; i < c->n_contacts; i++)
		if (strncmp(c->contacts[i], address, local + 1) == 0 &&
			strcasecmp(c->contacts[i] + local + 1, at + 1) == 0)
			return true;
	return false;
}

static json_t *
text_list(const char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(v[i]));
	return list;
}

size_t
cases_missing(
	struct arena *a, const struct arrival *in, const char *const **out)
{
	const struct verdict *v = in->verdict;
	const char **ids = ARENA_ARRAY(a, v->n_clauses, const char *);
	size_t n = 0;

	for (size_t i = 0; i < v->n_clauses; i++) {
		const struct clause *c =
			policy_clause(in->policy, v->clauses[i].id);

		if (c != NULL && v->clauses[i].result == RES_BREACHED &&
			(c->kind == CLAUSE_REQUIRED ||
				(c->kind == CLAUSE_PLAIN_TEXT &&
					v->disposition == DISP_ASK_PLAIN)))
			ids[n++] = c->id;
	}
	*out = ids;
	return n;
}

/* What the judgement rests on and what it proposes; absent is left out. */
static json_t *
judged_meta(const struct arrival *in, const char *const *gaps, size_t n_gaps)
{
	const struct verdict *v = in->verdict;
	const char *mirror = v->evidence ? v->evidence->mirror : NULL;
	json_t *split = json_array();
	json_t *meta = json_pack("{s:I,s:s,s:b,s:o,s:s,s:s,s:o}", "mail",
		(json_int_t)in->mail, "disposition",
		disposition_names[v->disposition], "by_desk", (int)v->by_desk,
		"missing", text_list(gaps, n_gaps), "program", PRATIQUE_VERSION,
		"cwe", report_cwe_version(), "mirror",
		json_text_or_null(mirror));

	if (in->policy != NULL) {
		char hex[HASH_TEXT];

		json_object_set_new(meta, "policy",
			json_string(hash_hex(in->policy->hash, hex)));
	}
	if (v->clause != NULL)
		json_object_set_new(meta, "clause", json_string(v->clause));
	for (size_t i = 0; i < v->n_split; i++)
		json_array_append_new(split,
			json_pack("[i,i]", (int)v->split[i].from,
				(int)v->split[i].to));
	if (v->n_split > 1)
		json_object_set(meta, "split", split);
	json_decref(split);
	return meta;
}

static struct event
judged(struct arena *a, const struct arrival *in, const char *const *gaps,
	size_t n_gaps, enum event_kind kind, const char *actor, json_t *more)
{
	json_t *meta = judged_meta(in, gaps, n_gaps);

	if (more != NULL) {
		json_object_update(meta, more);
		json_decref(more);
	}
	struct event e = cases_event(a, kind, in->at, actor, meta);

	event_payload(&e, "verdict",
		span_of(json_text(a, verdict_json(in->verdict))));
	return e;
}

struct event
cases_judged(struct arena *a, const struct arrival *in, const char *actor,
	const char *const *missing, size_t n)
{
	return judged(a, in, missing, n, EV_JUDGED, actor, NULL);
}

/* Whoever could speak in the case that it takes the place of, can in it. */
static json_t *
who(const struct arrival *in, const struct casefile *moved, const char *token)
{
	const struct message *m = in->message;
	json_t *contacts;

	if (moved != NULL)
		return json_pack("{s:o,s:o,s:o,s:s}", "reporter",
			json_text_or_null(moved->reporter), "title",
			json_text_or_null(moved->title), "contacts",
			text_list(moved->contacts, moved->n_contacts), "token",
			token);
	contacts = json_array();
	if (m->from != NULL)
		json_array_append_new(contacts, json_string(m->from));
	if (m->reply_to != NULL &&
		(m->from == NULL || strcmp(m->from, m->reply_to) != 0))
		json_array_append_new(contacts, json_string(m->reply_to));
	return json_pack("{s:o,s:o,s:o,s:s}", "reporter",
		json_text_or_null(m->from), "title",
		json_text_or_null(in->report->title.text), "contacts", contacts,
		"token", token);
}

const char *
cases_cwe_words(struct arena *a, const struct verdict *v)
{
	const char *words = NULL;

	for (size_t i = 0; i < v->n_cwe && i < CWE_WORDS; i++) {
		bool last = i + 1 == v->n_cwe || i + 1 == CWE_WORDS;

		words = words == NULL ?
			arena_printf(a, "CWE-%u", v->cwe[i].to) :
			arena_printf(a, "%s%sCWE-%u", words,
				last ? " or " : ", ", v->cwe[i].to);
	}
	return words;
}

/*
 * A receipt keeps `acknowledge` where the policy says so and the desk may
 * decide; what is only proposed keeps that clock running until a person
 * confirms (a proposal stops nothing).
 */
static struct letter_order
receipt(struct arena *a, const struct arrival *in, const char *const *gaps,
	size_t n_gaps)
{
	return (struct letter_order){
		.template = in->message->from ? in->verdict->letter : NULL,
		.to = in->message->from,
		.missing = gaps,
		.n_missing = n_gaps,
		.keeps_acknowledge = in->verdict->by_desk &&
			policy_receipt_keeps(in->policy),
		.cwe_better = cases_cwe_words(a, in->verdict)};
}

struct event
cases_opened(struct arena *a, const struct arrival *in,
	const struct act_opening *o, const struct act_by *by)
{
	char hex[HASH_TEXT], received[INSTANT_TEXT];
	json_t *meta = json_pack("{s:s,s:I,s:s,s:s,s:s}", "case", o->id, "mail",
		(json_int_t)in->mail, "product", in->policy->product.name,
		"policy", hash_hex(in->policy->hash, hex), "received",
		instant_format(in->received, received));

	if (o->link != NULL)
		json_object_set_new(meta, "links", json_pack("[s]", o->link));
	struct event e = act_event(a, EV_CASE_OPENED, by, meta);
	event_payload(
		&e, "who", span_of(json_text(a, who(in, o->moved, o->token))));
	return e;
}

void
cases_open(struct arena *a, const struct arrival *in, const char *id,
	const char *token, struct outcome *out)
{
	const struct act_opening opening = {.id = id, .token = token};
	const struct act_by desk = {in->at, "desk", NULL};
	const char *const *gaps;
	size_t n_gaps = cases_missing(a, in, &gaps);
	struct duty *duties;

	*out = (struct outcome){0};
	outcome_add(a, out, cases_opened(a, in, &opening, &desk));
	outcome_add(a, out, cases_judged(a, in, "desk", gaps, n_gaps));
	size_t n = duties_at_receipt(a, in, &duties);
	if (n > 0)
		outcome_add(a, out, duties_started(a, in, duties, n, NULL));
	out->letter = receipt(a, in, gaps, n_gaps);
}

/* The follow-up duty that runs, or the number of rounds so far. */
static const struct duty *
following_up(const struct casefile *c, unsigned *rounds)
{
	const struct duty *running = NULL;

	*rounds = 0;
	for (size_t i = 0; i < c->n_duties; i++) {
		if (c->duties[i].name != DUTY_FOLLOW_UP)
			continue;
		++*rounds;
		if (c->duties[i].state == DUTY_RUNNING)
			running = &c->duties[i];
	}
	return running;
}

static void
fill(struct arena *a, const struct casefile *c, const struct arrival *in,
	struct outcome *out)
{
	const struct verdict *v = in->verdict;
	const char **got = ARENA_ARRAY(a, c->n_missing, const char *);
	size_t n = 0;

	for (size_t i = 0; i < c->n_missing; i++)
		for (size_t k = 0; k < v->n_clauses; k++)
			if (strcmp(c->missing[i], v->clauses[k].id) == 0 &&
				v->clauses[k].result == RES_MET)
				got[n++] = c->missing[i];
	if (n == 0)
		return;
	struct event e = cases_event(a, EV_GAP_FILLED, in->at, "desk",
		json_pack("{s:I,s:o}", "mail", (json_int_t)in->mail, "clauses",
			text_list(got, n)));
	if (c->title == NULL && in->report->title.text != NULL)
		event_payload(&e, "who",
			span_of(json_text(a,
				json_pack("{s:s}", "title",
					in->report->title.text))));
	event_payload(&e, "verdict", span_of(json_text(a, verdict_json(v))));
	outcome_add(a, out, e);
}

void
acts_join(struct arena *a, const struct casefile *c, const struct arrival *in,
	const struct act_by *by, struct outcome *out)
{
	unsigned rounds;
	struct duty *next = ARENA_NEW(a, struct duty);

	*out = (struct outcome){0};
	outcome_add(a, out,
		act_event(a, EV_MAIL_JOINED, by,
			json_pack("{s:I,s:s,s:b,s:s}", "mail",
				(json_int_t)in->mail, "by",
				joined_by_names[JOINED_PERSON], "admitted", 1,
				"kind", mail_kind_names[in->message->kind])));
	fill(a, c, in, out);
	if (following_up(c, &rounds) == NULL &&
		duty_start(in, DUTY_FOLLOW_UP, rounds + 1, next))
		outcome_add(a, out, duties_started(a, in, next, 1, NULL));
}

void
cases_join(struct arena *a, const struct casefile *c, const struct arrival *in,
	enum joined_by by, struct outcome *out)
{
	bool person = in->message->kind == MAIL_PERSON ||
		in->message->kind == MAIL_LIST;
	bool admitted = person && cases_is_contact(c, in->message->from);
	unsigned rounds;
	struct duty *next = ARENA_NEW(a, struct duty);

	*out = (struct outcome){0};
	outcome_add(a, out,
		cases_event(a, EV_MAIL_JOINED, in->at,
			admitted ? "reporter" : "unknown",
			json_pack("{s:I,s:s,s:b,s:s}", "mail",
				(json_int_t)in->mail, "by", joined_by_names[by],
				"admitted", (int)admitted, "kind",
				mail_kind_names[in->message->kind])));
	if (!admitted)
		return;
	fill(a, c, in, out);
	if (following_up(c, &rounds) == NULL &&
		duty_start(in, DUTY_FOLLOW_UP, rounds + 1, next))
		outcome_add(a, out, duties_started(a, in, next, 1, NULL));
}

void
cases_queue(struct arena *a, const struct arrival *in, const char *queue,
	const char *joins, struct outcome *out, struct duty **duties,
	size_t *n_duties)
{
	const char *owner = arena_printf(a, "mail-%lld", (long long)in->mail);

	*out = (struct outcome){0};
	*n_duties = 0;
	outcome_add(a, out,
		judged(a, in, NULL, 0, EV_MAIL_FILED, "desk",
			json_pack("{s:s,s:o}", "queue", queue, "joins",
				json_text_or_null(joins))));
	if (in->verdict->disposition == DISP_NO_CASE)
		return;
	*n_duties = duties_at_receipt(a, in, duties);
	for (size_t i = 0; i < *n_duties; i++)
		(*duties)[i].trigger =
			arena_printf(a, "mail %lld", (long long)in->mail);
	if (*n_duties > 0)
		outcome_add(a, out,
			duties_started(a, in, *duties, *n_duties, owner));
	if (joins == NULL) /* a case's letters go to its contacts only */
		out->letter = receipt(a, in, NULL, 0);
}
