/*
 * act_rejudge.c - a case, or a mail of a queue, judged with what is known
 * today. It adds a judgement; what a person decided stands.
 */
#include "desk/act_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct filled {
	struct arena *a;
	const char **v;
	size_t n, cap;
};

static bool
note_filled(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct filled *f = ctx;
	const json_t *id;
	size_t i;

	(void)seq;
	(void)err;
	if (e->kind != EV_GAP_FILLED)
		return true;
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);
	json_array_foreach(json_object_get(meta, "clauses"), i, id)
	{
		f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof *f->v);
		f->v[f->n++] = arena_strdup(f->a, json_string_value(id));
	}
	return true;
}

/* The evidence is in the ledger, and may be long. */
static json_t *
brief(const struct verdict *v)
{
	json_t *out = verdict_json(v);

	(void)json_object_del(out, "evidence");
	return out;
}

static json_t *
comparison(const struct casefile *before, const struct casefile *after,
	const struct verdict *v)
{
	json_t *out = act_result(after, NULL);

	json_object_set_new(out, "was",
		json_string(disposition_names[before->disposition]));
	json_object_set_new(
		out, "judged", json_string(disposition_names[v->disposition]));
	json_object_set_new(out, "because", json_text_or_null(v->because));
	json_object_set_new(
		out, "stands", json_boolean(before->decider != NULL));
	json_object_set_new(out, "verdict", brief(v));
	return out;
}

static bool
rejudge_case(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_case *k, json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	struct filled f = {.a = a};
	struct casefile *after;
	struct letter *l;
	struct outcome o;

	if (casefile_link(k->c, "moved-to") != NULL)
		return err_set(err, ERR_CONFLICT, "%s goes on as %s", k->c->id,
			casefile_link(k->c, "moved-to"));
	struct arrival in = act_arrival_of(
		call, k->c->mail, k->c->received, k->policy, k->calendar);
	in.verdict = judge_routed(
		a, k->policy, in.message, in.report, call->read->evidence);
	bool ok =
		ledger_read(d->store, a, k->c->id, false, note_filled, &f, err);
	if (ok) {
		acts_rejudge(a, &in, f.v, f.n, &by, &o);
		ok = act_write(d, a, k->c, &o, &in, &after, &l, err);
	}
	free(f.v);
	if (ok)
		*result = comparison(k->c, after, in.verdict);
	return ok;
}

/* A queue's item has no case whose policy it would keep: today's, all of
 * them. Where it goes is still a person's to say. */
static bool
rejudge_mail(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	const struct act_read *read = call->read;
	struct envelope env = {
		read->mail->sender, read->mail->rcpts, read->mail->n_rcpts};
	struct mail *m;

	if (!act_mail_named(d, a, call->args[0], &m, err))
		return false;
	if (m->queue == QUEUE_NONE)
		return err_set(err, ERR_CONFLICT,
			"mail-%lld is in %s: pratique case rejudge %s",
			(long long)m->id, m->chain, m->chain);
	struct arrival in = act_arrival_of(
		call, m->id, m->received, d->policies->v[0], NULL);
	in.verdict = judge(a, d->policies->v, d->policies->n, &env,
		read->message, read->report, read->evidence);
	if (in.verdict->policy != NULL)
		in.policy = in.verdict->policy;
	struct event e = cases_judged(a, &in, by.actor, NULL, 0);
	if (by.reason != NULL)
		event_payload(&e, "reason", span_of(by.reason));
	if (!ledger_append(d->store, d->chain, &e, NULL, err))
		return false;
	*result = json_pack("{s:I,s:s,s:s,s:o,s:o,s:o}", "mail",
		(json_int_t)m->id, "was", queue_names[m->queue], "judged",
		disposition_names[in.verdict->disposition], "because",
		json_text_or_null(in.verdict->because), "product",
		json_text_or_null(in.verdict->policy ?
				in.verdict->policy->product.name :
				NULL),
		"verdict", brief(in.verdict));
	return true;
}

bool
act_rejudge(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct message *m = call->read->message;
	struct act_case k;

	/* What is not read now may have been read before. */
	if (m->kind == MAIL_UNREADABLE)
		return err_set(err, ERR_CONFLICT,
			"the mail could not be read (%s), so nothing is "
			"judged again",
			m->kind_because ? m->kind_because : "no reason");
	if (act_is_mail(call->args[0]))
		return rejudge_mail(d, a, call, result, err);
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		rejudge_case(d, a, call, &k, result, err);
	act_case_done(d, &k);
	return ok;
}
