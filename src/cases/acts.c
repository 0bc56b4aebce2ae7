/*
 * acts.c - decisions on proposals: one table of moves, one function for each
 * way they are made.
 */
#include "cases/acts.h"

#include <string.h>

#include "base/mem.h"
#include "cases/duties.h"

/* vultron.md, 1: v and i from received, v from invalid; nothing leads from
 * valid to invalid or back to received. */
static const struct {
	enum rm from;
	enum disposition to;
	enum rm rm;
} moves[] = {
	{RM_RECEIVED, DISP_OPEN, RM_RECEIVED},
	{RM_RECEIVED, DISP_ASK, RM_RECEIVED},
	{RM_RECEIVED, DISP_ASK_PLAIN, RM_RECEIVED},
	{RM_RECEIVED, DISP_SET_ASIDE, RM_INVALID},
	{RM_RECEIVED, DISP_IGNORE, RM_INVALID},
	{RM_INVALID, DISP_SET_ASIDE, RM_INVALID},
	{RM_INVALID, DISP_IGNORE, RM_INVALID},
	{RM_INVALID, DISP_OPEN, RM_VALID},
	{RM_VALID, DISP_OPEN, RM_VALID},
};

bool
acts_move(enum rm from, enum disposition to, enum rm *rm)
{
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (moves[i].from == from && moves[i].to == to) {
			*rm = moves[i].rm;
			return true;
		}
	return false;
}

struct event
act_event(struct arena *a, enum event_kind kind, const struct act_by *by,
	json_t *meta)
{
	struct event e = cases_event(a, kind, by->at, by->actor, meta);

	if (by->reason != NULL)
		event_payload(&e, "reason", span_of(by->reason));
	return e;
}

const struct letter *
acts_receipt(const struct casefile *c)
{
	for (size_t i = 0; i < c->n_letter; i++)
		if (strncmp(c->letter[i].template, "received", 8) == 0 ||
			strcmp(c->letter[i].template, "routed") == 0)
			return &c->letter[i];
	return NULL;
}

static const struct duty *
running(const struct duty *d, size_t n, enum duty_name name)
{
	for (size_t i = 0; i < n; i++)
		if (d[i].name == name && d[i].state == DUTY_RUNNING)
			return &d[i];
	return NULL;
}

/*
 * Once a person has decided that a report is worked on, its receipt counts
 * (docs/decisions/0008): one that was sent has kept the promise then, one
 * that waits will. In `meta` the letter that will.
 */
static void
receipt_counts(struct arena *a, const struct casefile *c,
	const struct policy *p, const struct act_by *by, json_t *meta,
	struct outcome *later)
{
	const struct letter *l = acts_receipt(c);
	const struct duty *ack =
		running(c->duties, c->n_duties, DUTY_ACKNOWLEDGE);

	if (l == NULL || !policy_receipt_keeps(p))
		return;
	if (l->state == LETTER_SENT && ack != NULL)
		outcome_add(a, later,
			duty_kept_then(a, ack, by->at, l->done,
				arena_printf(a, "letter %s", l->id), NULL));
	else if ((l->state == LETTER_HELD || l->state == LETTER_QUEUED) &&
		!l->keeps_acknowledge)
		json_object_set_new(meta, "receipt", json_string(l->id));
}

/* --- the letter about it ------------------------------------------------------ */

static const struct clause *
clause_of(const struct policy *p, enum clause_kind kind)
{
	for (size_t i = 0; i < p->n_clauses; i++)
		if (p->clauses[i].kind == kind)
			return &p->clauses[i];
	return NULL;
}

static bool
about_decision(const char *template)
{
	static const char *const names[] = {
		"set-aside", "ignored", "elsewhere"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(template, names[i]) == 0)
			return true;
	return false;
}

static const char *
template_for(const struct policy *p, enum disposition to, const char *clause)
{
	const struct clause *c = clause ? policy_clause(p, clause) : NULL;
	const struct clause *out = clause_of(p, CLAUSE_OUT_OF_SCOPE);

	switch (to) {
	case DISP_SET_ASIDE:
		return "set-aside";
	case DISP_IGNORE:
		if (out == NULL || !out->out_of_scope.courtesy_letter)
			return NULL;
		return c != NULL && c->kind == CLAUSE_SCOPE &&
				c->scope.about == ABOUT_OTHER_CODEBASES ?
			"elsewhere" :
			"ignored";
	case DISP_ASK:
		return "received-ask";
	case DISP_ASK_PLAIN:
		return "received-plain";
	case DISP_OPEN:
	case DISP_UNROUTED:
	case DISP_ENCRYPTED:
	case DISP_QUARANTINE:
	case DISP_NO_CASE:
		break;
	}
	return NULL;
}

/* Once is enough; and who got no receipt, as a spammer, gets none of these
 * unless a person says so. */
static bool
letter_wanted(const struct casefile *c, const struct act_decision *d,
	const char *template)
{
	if (template == NULL || !d->reachable || d->letter == ACT_LETTER_NO)
		return false;
	for (size_t i = 0; i < c->n_letter; i++)
		if (strcmp(c->letter[i].template, template) == 0 &&
			c->letter[i].state != LETTER_WITHDRAWN)
			return false;
	return d->letter == ACT_LETTER_YES || c->n_letter > 0 ||
		casefile_link(c, "routed-from") != NULL ||
		casefile_link(c, "moved-from") != NULL ||
		casefile_link(c, "split-from") != NULL;
}

/* Where the clause knows one other product with a policy: that. Which of
 * several it is, a program does not say in a letter. */
static const char *
other_policy(struct arena *a, const struct policy *p, const char *clause)
{
	const struct clause *c = clause ? policy_clause(p, clause) : NULL;
	const char *found = NULL;

	if (c == NULL || c->kind != CLAUSE_SCOPE)
		return NULL;
	for (size_t i = 0; i < c->scope.names.n; i++) {
		struct span name, link;

		policy_other(c->scope.names.v[i], &name, &link);
		if (link.n > 0 && found != NULL)
			return NULL;
		if (link.n > 0)
			found = arena_text(a, link);
	}
	return found;
}

static void
order(struct arena *a, const struct casefile *c, const struct policy *p,
	const struct act_decision *d, const char *clause, struct outcome *out)
{
	const char *template = template_for(p, d->to, clause);
	bool asks = d->to == DISP_ASK || d->to == DISP_ASK_PLAIN;

	if (!letter_wanted(c, d, template))
		return;
	out->letter = (struct letter_order){.template = template,
		.to = c->reporter,
		.clause = clause,
		.settles = d->to == DISP_SET_ASIDE,
		.keeps_acknowledge = asks && policy_receipt_keeps(p),
		.other_policy = other_policy(a, p, clause)};
	if (asks) {
		out->letter.missing = c->missing;
		out->letter.n_missing = c->n_missing;
	}
}

/* --- what becomes of the promises ---------------------------------------------- */

static void
end_all(struct arena *a, const struct casefile *c, instant at, const char *why,
	struct outcome *out)
{
	for (size_t i = 0; i < c->n_duties; i++)
		if (c->duties[i].state == DUTY_RUNNING)
			outcome_add(a, out,
				duty_ended(a, &c->duties[i], at, why, NULL));
}

/* What an earlier decision had ended, or its letter had kept, is owed. */
static void
reopen(struct arena *a, const struct casefile *c, instant at,
	struct outcome *out)
{
	for (size_t i = 0; i < c->n_duties; i++) {
		const struct duty *d = &c->duties[i];

		if (d->state == DUTY_ENDED ||
			(d->name == DUTY_VALIDATE && d->state != DUTY_RUNNING &&
				d->state != DUTY_MOVED))
			outcome_add(a, out,
				duty_reopened(a, d, at,
					"the decision was overruled", NULL));
	}
}

void
acts_withdraw(struct arena *a, const struct casefile *c,
	const struct act_by *by, const char *why, struct outcome *out)
{
	for (size_t i = 0; i < c->n_letter; i++) {
		const struct letter *l = &c->letter[i];

		if (about_decision(l->template) &&
			(l->state == LETTER_HELD || l->state == LETTER_QUEUED))
			outcome_add(a, out,
				cases_event(a, EV_LETTER_WITHDRAWN, by->at,
					by->actor,
					json_pack("{s:s,s:s}", "letter", l->id,
						"why", why)));
	}
}

static void
promises(struct arena *a, const struct casefile *c, const struct policy *p,
	const struct act_decision *d, const struct act_by *by, json_t *meta,
	struct outcome *later)
{
	struct casefile now = *c;

	switch (d->to) {
	case DISP_IGNORE:
		end_all(a, c, by->at, "ignored", later);
		break;
	case DISP_SET_ASIDE:
		if (later->letter.template == NULL)
			end_all(a, c, by->at, "set aside, without a letter",
				later);
		break;
	case DISP_OPEN:
	case DISP_ASK:
	case DISP_ASK_PLAIN:
		if (c->rm == RM_INVALID) {
			reopen(a, c, by->at, later);
			/* As it will be after that. */
			now.duties = ARENA_ARRAY(a, c->n_duties, struct duty);
			for (size_t i = 0; i < c->n_duties; i++) {
				now.duties[i] = c->duties[i];
				if (now.duties[i].state == DUTY_ENDED)
					now.duties[i].state = DUTY_RUNNING;
			}
		}
		receipt_counts(a, &now, p, by, meta, later);
		break;
	case DISP_UNROUTED:
	case DISP_ENCRYPTED:
	case DISP_QUARANTINE:
	case DISP_NO_CASE:
		break;
	}
}

/* --- confirming and overruling --------------------------------------------------- */

static bool
goes_on_here(const struct casefile *c, struct err *err)
{
	const char *to = casefile_link(c, "moved-to");

	return to == NULL ||
		err_set(err, ERR_CONFLICT, "%s goes on as %s: act on that one",
			c->id, to);
}

static bool
may_move(const struct casefile *c, enum disposition to, struct err *err)
{
	enum rm rm;

	if (!goes_on_here(c, err))
		return false;
	if (acts_move(c->rm, to, &rm))
		return true;
	if (c->rm == RM_INVALID)
		return err_set(err, ERR_CONFLICT,
			"%s is invalid: from there it can only become valid "
			"(overrule it with 'open'), or be set aside or ignored "
			"for another reason",
			c->id);
	return err_set(err, ERR_CONFLICT,
		"%s is %s: nothing leads from there to '%s'; what is valid can "
		"be deferred and closed, never made invalid",
		c->id, rm_names[c->rm], disposition_names[to]);
}

static void
finish(struct arena *a, const struct casefile *c, const struct policy *p,
	const struct act_decision *d, const char *clause, enum event_kind kind,
	const struct act_by *by, json_t *meta, struct outcome *out)
{
	struct outcome later = {0};

	*out = (struct outcome){0};
	order(a, c, p, d, clause, &later);
	promises(a, c, p, d, by, meta, &later);
	if (clause != NULL)
		json_object_set_new(meta, "clause", json_string(clause));
	outcome_add(a, out, act_event(a, kind, by, meta));
	if (kind == EV_OVERRULED)
		acts_withdraw(a, c, by, "the decision was overruled", out);
	for (size_t i = 0; i < later.n_events; i++)
		outcome_add(a, out, later.events[i]);
	out->letter = later.letter;
}

static const char *
cited(const struct casefile *c, const struct policy *p,
	const struct act_decision *d)
{
	const struct clause *has =
		c->clause ? policy_clause(p, c->clause) : NULL;
	const struct clause *only = clause_of(p, CLAUSE_VULNERABILITIES_ONLY);

	if (d->clause != NULL)
		return d->clause;
	if (d->to == DISP_IGNORE)
		return has != NULL && has->kind == CLAUSE_SCOPE ? has->id :
								  NULL;
	if (d->to != DISP_SET_ASIDE)
		return NULL;
	if (has != NULL && c->disposition == DISP_SET_ASIDE)
		return has->id;
	return only ? only->id : NULL;
}

bool
acts_confirm(struct arena *a, const struct casefile *c, const struct policy *p,
	const struct act_decision *d, const struct act_by *by,
	struct outcome *out, struct err *err)
{
	if (!goes_on_here(c, err))
		return false;
	if (c->decided)
		return err_set(err, ERR_CONFLICT,
			"%s has no open proposal: it is '%s', decided by %s",
			c->id, disposition_names[c->disposition],
			c->decider ? c->decider : "the desk");
	if (d->to != c->disposition || !may_move(c, d->to, err))
		return d->to == c->disposition ?
			false :
			err_set(err, ERR_CONFLICT,
				"%s is proposed as '%s', and not as '%s'",
				c->id, disposition_names[c->disposition],
				disposition_names[d->to]);
	finish(a, c, p, d, cited(c, p, d), EV_CONFIRMED, by,
		json_pack("{s:s}", "disposition", disposition_names[d->to]),
		out);
	return true;
}

static bool
has_clause(const struct policy *p, const struct act_decision *d,
	const char *clause, struct err *err)
{
	const struct clause *c = clause ? policy_clause(p, clause) : NULL;

	if (clause != NULL && c == NULL)
		return err_set(err, ERR_SYNTAX,
			"the policy of this case has no clause '%s'", clause);
	if (d->to == DISP_IGNORE && (c == NULL || c->kind != CLAUSE_SCOPE))
		return err_set(err, ERR_SYNTAX,
			"name the clause that it is out of scope by, as "
			"--clause scope.website");
	return true;
}

bool
acts_overrule(struct arena *a, const struct casefile *c, const struct policy *p,
	const struct act_decision *d, const struct act_by *by,
	struct outcome *out, struct err *err)
{
	const char *clause = cited(c, p, d);

	if (by->reason == NULL)
		return err_set(err, ERR_SYNTAX, "say why, with --reason");
	if (!may_move(c, d->to, err) || !has_clause(p, d, clause, err))
		return false;
	if (d->to == c->disposition && !c->decided)
		return err_set(err, ERR_CONFLICT,
			"'%s' is what is proposed for %s: confirm it",
			disposition_names[d->to], c->id);
	if (d->to == c->disposition && !d->whole && c->decider != NULL &&
		(clause == NULL || c->clause == NULL ||
			strcmp(clause, c->clause) == 0))
		return err_set(err, ERR_CONFLICT,
			"%s is '%s' already, decided by %s", c->id,
			disposition_names[d->to], c->decider);
	if ((d->to == DISP_ASK || d->to == DISP_ASK_PLAIN) && c->n_missing == 0)
		return err_set(err, ERR_CONFLICT,
			"nothing that the policy requires is missing in %s: "
			"what else is asked is a letter of your own",
			c->id);
	json_t *meta = json_pack("{s:s,s:s}", "from",
		disposition_names[c->disposition], "to",
		disposition_names[d->to]);
	if (d->whole)
		json_object_set_new(meta, "whole", json_true());
	finish(a, c, p, d, clause, EV_OVERRULED, by, meta, out);
	return true;
}

/* --- our own rating ---------------------------------------------------------------- */

bool
acts_rate(struct arena *a, const struct casefile *c, const struct policy *p,
	const char *rating, const char *vector, const struct act_by *by,
	struct outcome *out, struct err *err)
{
	const struct clause *severity = clause_of(p, CLAUSE_SEVERITY);
	const struct texts none = {0};
	const struct texts *scale =
		severity ? &severity->severity.scale : &none;
	struct str words;
	bool known = false;

	if (!goes_on_here(c, err))
		return false;
	if (scale->n == 0)
		return err_set(err, ERR_ABSENT,
			"the policy of %s has no scale of ratings (a clause of "
			"kind 'severity' gives one)",
			c->id);
	str_init(&words, 200);
	for (size_t i = 0; i < scale->n; i++) {
		known |= strcmp(scale->v[i], rating) == 0;
		str_printf(&words, "%s%s", i > 0 ? ", " : "", scale->v[i]);
	}
	if (!known)
		(void)err_set(err, ERR_ABSENT,
			"the policy's scale has no rating '%.40s': it is %s",
			rating, words.text);
	str_fini(&words);
	if (!known)
		return false;
	json_t *meta = json_pack("{s:s}", "rating", rating);
	if (vector != NULL)
		json_object_set_new(meta, "vector", json_string(vector));
	*out = (struct outcome){0};
	outcome_add(a, out, act_event(a, EV_RATED, by, meta));
	return true;
}
