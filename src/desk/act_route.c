/*
 * act_route.c - what a person puts where it belongs: the mail is read again
 * for it, behind shut doors, by others.
 *
 * A queue's item becomes a case or joins one; a case of the wrong product
 * goes on as a case of the right one, since its id, its policy and its
 * promises are the product's (docs/decisions/0010). Times count from receipt
 * either way; what ran there ends as moved, what was kept stays kept.
 */
#include "desk/act_impl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cases/duties.h"
#include "desk/outcome.h"

enum { TOKEN_LETTERS = 26 };

/* --- which ------------------------------------------------------------------- */

static bool
names_product(const struct policy *p, const char *word)
{
	if (strcasecmp(p->product.name, word) == 0 ||
		strcasecmp(p->product.prefix, word) == 0 ||
		strcasecmp(p->name, word) == 0)
		return true;
	for (size_t i = 0; i < p->product.n_aliases; i++)
		if (strcasecmp(p->product.aliases[i], word) == 0)
			return true;
	return false;
}

static const struct policy *
product_named(const struct desk *d, const char *word)
{
	for (size_t i = 0; i < d->policies->n; i++)
		if (names_product(d->policies->v[i], word))
			return d->policies->v[i];
	return NULL;
}

static bool
no_target(const struct desk *d, const char *word, struct err *err)
{
	struct str names;

	str_init(&names, 200);
	for (size_t i = 0; i < d->policies->n; i++)
		str_printf(&names, "%s%s", i > 0 ? ", " : "",
			d->policies->v[i]->product.name);
	(void)err_set(err, ERR_ABSENT,
		"'%.60s' is no product and no case of this desk; products: %s",
		word, names.text);
	str_fini(&names);
	return false;
}

/* --- what must be read for it ---------------------------------------------------- */

static bool
spooled(struct desk *d, struct arena *a, const struct mail *m,
	struct spool_mail *out, struct err *err)
{
	struct span envelope, raw;

	if (!store_mail_payload(d->store, a, m, "envelope", &envelope, err) ||
		!store_mail_payload(d->store, a, m, "raw", &raw, err))
		return false;
	if (raw.p == NULL || envelope.p == NULL)
		return err_set(err, ERR_ABSENT,
			"mail-%lld has been erased and cannot be read again",
			(long long)m->id);
	AUTO(json_auto)
	json_t *v = json_loadb((const char *)envelope.p, envelope.n, 0, NULL);
	const json_t *rcpts = json_object_get(v, "rcpts");
	const char **to = ARENA_ARRAY(a, json_array_size(rcpts), const char *);
	for (size_t i = 0; i < json_array_size(rcpts); i++)
		to[i] = arena_strdup(
			a, json_string_value(json_array_get(rcpts, i)));
	*out = (struct spool_mail){.received = m->received,
		.sender = arena_strdup(a, json_get_text(v, "sender")),
		.rcpts = to,
		.n_rcpts = json_array_size(rcpts),
		.raw = raw};
	return true;
}

bool
act_mail(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_mail *out, struct err *err)
{
	bool route = strcmp(call->verb, "case-route") == 0;
	struct act_case k = {0};
	struct mail *m;

	*out = (struct act_mail){0};
	if (call->n < 2)
		return err_set(
			err, ERR_SYNTAX, "'%s' needs more words", call->verb);
	if (act_is_mail(call->args[0])) {
		if (!act_mail_named(d, a, call->args[0], &m, err))
			return false;
	} else {
		bool ok = act_case_load(d, a, call->args[0], &k, err) &&
			store_mail(d->store, a, k.c->mail, &m, err);

		out->product = k.policy;
		act_case_done(d, &k);
		if (!ok)
			return false;
	}
	if (route && product_named(d, call->args[1]) != NULL)
		out->product = product_named(d, call->args[1]);
	return spooled(d, a, m, &out->mail, err);
}

/* --- a case of it ------------------------------------------------------------------ */

/*
 * The letter that goes with it: one that tells the new number where another
 * had been told, else the usual receipt; for what is only proposed nothing
 * more than the receipt that there was.
 */
static void
order(struct arena *a, const struct arrival *in, const char *former, bool told,
	struct outcome *o)
{
	const struct verdict *v = in->verdict;
	const char *const *gaps;
	size_t n = cases_missing(a, in, &gaps);
	const char *template = v->letter;

	if (told && !v->by_desk)
		return;
	if (told && v->disposition != DISP_ASK_PLAIN)
		template = "routed";
	o->letter = (struct letter_order){.template = template,
		.to = in->message->from,
		.missing = gaps,
		.n_missing = n,
		.former_id = told ? former : NULL,
		.cwe_better = cases_cwe_words(a, v),
		.keeps_acknowledge =
			v->by_desk && policy_receipt_keeps(in->policy)};
}

static bool
open_case(struct desk *d, struct arena *a, const struct act_call *call,
	const struct policy *now, int64_t mail, instant received,
	struct act_opening *o, bool told, struct casefile **c,
	struct letter **l, struct err *err)
{
	const struct act_by by = act_by(call, 2);
	char token[TOKEN_LETTERS + 1];
	const struct calendar *calendar;
	const struct policy *p;
	struct outcome out;

	if (!act_policy_at(d, a, now, received, &p, err) ||
		!store_case_next_id(d->store, a, p->product.prefix,
			p->random_ids, &o->id, err) ||
		!policies_calendar_of(a, d->policies, p, &calendar, err))
		return false;
	random_token_at(token, TOKEN_LETTERS, call->at.ms / INSTANT_SECOND);
	o->token = arena_strdup(a, token);
	struct arrival in = act_arrival_of(call, mail, received, p, calendar);
	in.verdict = judge_routed(a, p, call->read->message, call->read->report,
		call->read->evidence);
	acts_open(a, &in, o, &by, &out);
	order(a, &in, o->from, told, &out);
	bool ok = act_write(d, a, NULL, &out, &in, c, l, err);
	policies_calendar_done(d->policies, calendar);
	return ok;
}

/* --- out of a queue ---------------------------------------------------------------- */

struct item {
	struct mail *m;
	const char *name; /* "mail-17" */
	struct duty *duties;
	size_t n_duties;
	struct letter *receipt; /* or NULL */
};

static bool
item_load(struct desk *d, struct arena *a, const char *word, struct item *out,
	struct err *err)
{
	*out = (struct item){0};
	if (!act_mail_named(d, a, word, &out->m, err))
		return false;
	out->name = arena_printf(a, "mail-%lld", (long long)out->m->id);
	if (!store_duties_of(
		    d->store, a, out->name, &out->duties, &out->n_duties, err))
		return false;
	return store_letter(d->store, a, arena_printf(a, "%s.1", out->name),
		       &out->receipt, err) ||
		err->code == ERR_ABSENT;
}

/* The queue's side: the item is gone, its promises go on elsewhere, its
 * letter counts for the case. */
static bool
item_leaves(struct desk *d, struct arena *a, const struct act_call *call,
	struct item *it, const char *chain, bool joins, bool receipt_counts,
	struct err *err)
{
	const struct act_by by = act_by(call, 2);
	struct letter *l = it->receipt;
	bool pending = receipt_counts && l != NULL && !l->keeps_acknowledge &&
		(l->state == LETTER_HELD || l->state == LETTER_QUEUED);
	struct outcome o = {0};
	int64_t after;

	if (!store_mail_last(d->store, &after, err))
		return false;
	json_t *meta = json_pack("{s:I,s:s,s:s,s:I}", "mail",
		(json_int_t)it->m->id, "case", chain, "how",
		joins ? "joined" : "opened", "after", (json_int_t)after);
	if (pending)
		json_object_set_new(meta, "receipt", json_string(l->id));
	outcome_add(a, &o, act_event(a, EV_MAIL_ROUTED, &by, meta));
	acts_leave(a, it->duties, it->n_duties, it->name, call->at, &o);
	for (size_t i = 0; i < o.n_events; i++) {
		const struct event *e = &o.events[i];
		AUTO(json_auto) json_t *m = json_loads(e->meta, 0, NULL);

		if (!ledger_append(d->store, d->chain, e, NULL, err))
			return false;
		if (e->kind == EV_DUTY_ENDED &&
			!duties_apply(it->duties, it->n_duties, e, m))
			return err_set(
				err, ERR_BROKEN, "no such duty: %s", e->meta);
	}
	for (size_t i = 0; i < it->n_duties; i++)
		if (!store_duty_save(d->store, it->name, &it->duties[i], err))
			return false;
	if (pending) {
		l->keeps_acknowledge = true;
		if (!store_letter_save(d->store, l, err))
			return false;
	}
	it->m->queue = QUEUE_NONE;
	it->m->chain = chain;
	return store_mail_file(d->store, it->m, err) &&
		(it->m->message_id == NULL ||
			store_thread_add(d->store, it->m->message_id, chain,
				false, err));
}

static bool
item_opens(struct desk *d, struct arena *a, const struct act_call *call,
	struct item *it, const struct policy *p, json_t **result,
	struct err *err)
{
	struct act_opening o = {
		.link = arena_printf(a, "routed-from %s", it->name),
		.from = it->name,
		.before = it->duties,
		.n_before = it->n_duties,
		.receipt = it->receipt};
	bool told = it->receipt != NULL &&
		it->receipt->state != LETTER_WITHDRAWN &&
		it->receipt->state != LETTER_BOUNCED;
	struct casefile *c;
	struct letter *l;

	if (!open_case(d, a, call, p, it->m->id, it->m->received, &o, told, &c,
		    &l, err) ||
		!item_leaves(d, a, call, it, c->id, false,
			c->decided && policy_receipt_keeps(p), err))
		return false;
	*result = act_result(c, l);
	return true;
}

static bool
item_joins(struct desk *d, struct arena *a, const struct act_call *call,
	struct item *it, const char *id, json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 2);
	struct casefile *after;
	struct act_case k;
	struct outcome o;
	struct letter *l;
	bool ok = act_case_load(d, a, id, &k, err);

	if (ok && casefile_link(k.c, "moved-to") != NULL)
		ok = err_set(err, ERR_CONFLICT, "%s goes on as %s: name that",
			k.c->id, casefile_link(k.c, "moved-to"));
	if (ok) {
		struct arrival in = act_arrival_of(
			call, it->m->id, it->m->received, k.policy, k.calendar);

		in.verdict = judge_reply(a, k.policy, k.c->missing,
			k.c->n_missing, in.message, in.report);
		acts_join(a, k.c, &in, &by, &o);
		ok = act_write(d, a, k.c, &o, &in, &after, &l, err) &&
			item_leaves(d, a, call, it, k.c->id, true, false, err);
	}
	if (ok)
		*result = act_result(after, NULL);
	act_case_done(d, &k);
	return ok;
}

static bool
route_mail(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct policy *p = product_named(d, call->args[1]);
	struct casefile *there;
	struct act_case k = {0};
	struct item it;

	if (!item_load(d, a, call->args[0], &it, err))
		return false;
	if (it.m->queue == QUEUE_NONE && it.m->chain != NULL) {
		if (!store_case(d->store, a, it.m->chain, &there, err))
			return false;
		bool same = p != NULL ?
			strcmp(there->product, p->product.name) == 0 :
			strcasecmp(there->id, call->args[1]) == 0;
		if (!same)
			return err_set(err, ERR_CONFLICT,
				"%s is in %s: pratique case route %s %s routes "
				"that case",
				it.name, there->id, there->id, call->args[1]);
		*result = act_result(there, NULL);
		json_object_set_new(*result, "already", json_true());
		return true;
	}
	if (p != NULL)
		return item_opens(d, a, call, &it, p, result, err);
	bool is_case = act_case_load(d, a, call->args[1], &k, err);
	act_case_done(d, &k);
	if (!is_case)
		return err->code == ERR_ABSENT ?
			no_target(d, call->args[1], err) :
			false;
	return item_joins(d, a, call, &it, k.c->id, result, err);
}

/* --- a case of another product -------------------------------------------------------- */

static bool
case_leaves(struct desk *d, struct arena *a, const struct act_call *call,
	struct casefile *c, const char *to, struct err *err)
{
	const struct act_by by = act_by(call, 2);
	struct casefile *after;
	struct letter *l;
	struct outcome o = {0};

	outcome_add(a, &o,
		act_event(a, EV_CASE_MOVED, &by, json_pack("{s:s}", "to", to)));
	acts_withdraw(a, c, &by, "the case was moved", &o);
	acts_leave(a, c->duties, c->n_duties, NULL, call->at, &o);
	return act_write(d, a, c, &o, NULL, &after, &l, err);
}

static bool
route_case(struct desk *d, struct arena *a, const struct act_call *call,
	struct casefile *c, json_t **result, struct err *err)
{
	const struct policy *p = product_named(d, call->args[1]);
	const char *to = casefile_link(c, "moved-to");
	struct casefile *new, *there;
	struct letter *l;

	if (p == NULL)
		return no_target(d, call->args[1], err);
	if (to != NULL) {
		if (!store_case(d->store, a, to, &there, err))
			return false;
		if (strcmp(there->product, p->product.name) != 0)
			return err_set(err, ERR_CONFLICT,
				"%s goes on as %s: route that one", c->id, to);
		*result = act_result(there, NULL);
		json_object_set_new(*result, "already", json_true());
		return true;
	}
	if (strcmp(c->product, p->product.name) == 0)
		return err_set(err, ERR_CONFLICT, "%s is a case of %s already",
			c->id, c->product);
	if (c->rm == RM_CLOSED)
		return err_set(err, ERR_CONFLICT,
			"%s is closed: nothing leads out of that", c->id);
	struct act_opening o = {.link = arena_printf(a, "moved-from %s", c->id),
		.from = c->id,
		.before = c->duties,
		.n_before = c->n_duties,
		.receipt = acts_receipt(c),
		.moved = c};
	if (!open_case(d, a, call, p, c->mail, c->received, &o,
		    o.receipt != NULL, &new, &l, err) ||
		!case_leaves(d, a, call, c, new->id, err))
		return false;
	*result = act_result(new, l);
	return true;
}

bool
act_route(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	struct act_case k;

	if (act_word(call, 2) == NULL)
		return err_set(err, ERR_SYNTAX, "say why, with --reason");
	if (act_is_mail(call->args[0]))
		return route_mail(d, a, call, result, err);
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		route_case(d, a, call, k.c, result, err);
	act_case_done(d, &k);
	return ok;
}
