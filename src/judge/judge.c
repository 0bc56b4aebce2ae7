/*
 * judge.c - the disposition of a mail, in the order of what must be known
 * first: can it be read, did a person write it, what is it about, and only
 * then what the policy of that product says.
 */
#include "judge/judge.h"

#include <string.h>

#include "base/mem.h"
#include "judge/judge_clause.h"

const char *const disposition_names[DISP_COUNT] = {
	[DISP_OPEN] = "open",
	[DISP_ASK] = "ask",
	[DISP_ASK_PLAIN] = "ask-plain",
	[DISP_SET_ASIDE] = "set-aside",
	[DISP_IGNORE] = "ignore",
	[DISP_UNROUTED] = "unrouted",
	[DISP_ENCRYPTED] = "encrypted",
	[DISP_QUARANTINE] = "quarantine",
	[DISP_NO_CASE] = "no-case",
};

const char *const result_names[4] = {
	[RES_MET] = "met",
	[RES_BREACHED] = "breached",
	[RES_UNKNOWN] = "unknown",
	[RES_NOT_APPLICABLE] = "not-applicable",
};

/* What each disposition comes with; one row, so that none is forgotten. */
static const struct {
	bool by_desk, makes_case;
	const char *letter;
} rules[DISP_COUNT] = {
	[DISP_OPEN] = {true, true, "received"},
	[DISP_ASK] = {true, true, "received-ask"},
	[DISP_ASK_PLAIN] = {true, true, "received-plain"},
	[DISP_SET_ASIDE] = {false, true, "received"},
	[DISP_IGNORE] = {false, true, "received"},
	[DISP_UNROUTED] = {false, false, "received-queue"},
	[DISP_ENCRYPTED] = {false, false, "received-encrypted"},
	[DISP_QUARANTINE] = {false, false, "received-unreadable"},
	[DISP_NO_CASE] = {true, false, NULL},
};

bool
disposition_makes_case(enum disposition d)
{
	return rules[d].makes_case;
}

static struct verdict
dispose(enum disposition d, const char *because)
{
	return (struct verdict){.disposition = d,
		.by_desk = rules[d].by_desk,
		.because = because,
		.letter = rules[d].letter};
}

/*
 * Scanners, platforms and coordinators write by machine too. A machine's
 * answer or bounce may carry back what we wrote, so it must show more than
 * the words of a report: steps, a weakness, a vector.
 */
static bool
looks_like_report(const struct message *m, const struct report *r)
{
	bool words = r->looks_like == LOOKS_VULNERABILITY;

	switch (m->kind) {
	case MAIL_LIST:
	case MAIL_COMPLAINT:
		return words ||
			(report_has_evidence(r) &&
				r->looks_like == LOOKS_UNKNOWN);
	case MAIL_BOUNCE:
		if (m->bounce.action || m->bounce.status || m->bounce.recipient)
			return false; /* an MTA's, about a letter of ours */
		return words && report_has_evidence(r);
	case MAIL_AUTO_REPLY:
	case MAIL_CALENDAR:
		return words && report_has_evidence(r);
	case MAIL_PERSON:
	case MAIL_ENCRYPTED:
	case MAIL_UNREADABLE:
		break;
	}
	return false;
}

/* True if the kind of mail settles it before any policy is asked. */
static bool
dispose_by_kind(
	const struct message *m, const struct report *r, struct verdict *v)
{
	switch (m->kind) {
	case MAIL_PERSON:
		return false;
	case MAIL_UNREADABLE:
		*v = dispose(DISP_QUARANTINE,
			"the mail could not be read; its bytes are kept");
		return true;
	case MAIL_ENCRYPTED:
		*v = dispose(DISP_ENCRYPTED,
			"the mail is encrypted; a person with the key opens "
			"it");
		return true;
	case MAIL_AUTO_REPLY:
	case MAIL_BOUNCE:
	case MAIL_COMPLAINT:
	case MAIL_LIST:
	case MAIL_CALENDAR:
		break;
	}
	*v = looks_like_report(m, r) ?
		dispose(DISP_UNROUTED,
			"the mail is automatic and looks like a report") :
		dispose(DISP_NO_CASE, "the mail is automatic");
	return true;
}

static void
judge_clauses(struct judging *j, const struct policy *p, struct verdict *v)
{
	struct clause_result *res =
		ARENA_ARRAY(j->a, p->n_clauses + 1, struct clause_result);

	j->p = p;
	j->product = standing_find(j->a, p, j->m, j->r, j->ev);
	j->phrases = phrases_scan(j->a, p, j->m, j->r);
	for (size_t i = 0; i < p->n_clauses; i++)
		res[i] = clause_judge(j, &p->clauses[i]);
	v->clauses = res;
	v->n_clauses = p->n_clauses;
}

/* The first clause of a kind that is breached, or NULL. */
static const char *
breached(const struct policy *p, const struct clause_result *res,
	enum clause_kind kind)
{
	for (size_t i = 0; i < p->n_clauses; i++)
		if (p->clauses[i].kind == kind && res[i].result == RES_BREACHED)
			return p->clauses[i].id;
	return NULL;
}

/* What is out of scope, where the policy says what becomes of it. */
static const char *
ignored(const struct policy *p, const struct clause_result *res)
{
	bool says = false;

	for (size_t i = 0; i < p->n_clauses; i++)
		says = says || p->clauses[i].kind == CLAUSE_OUT_OF_SCOPE;
	for (size_t i = 0; says && i < p->n_clauses; i++)
		if (p->clauses[i].kind == CLAUSE_SCOPE &&
			!p->clauses[i].scope.in &&
			res[i].result == RES_BREACHED)
			return p->clauses[i].id;
	return NULL;
}

/*
 * HTML alone comes first: whoever sends plain text again sends a better
 * report, and one letter must not ask for two things. But who advertises is
 * not asked to do so again. What lacks a required part is asked for it only
 * after it is clear that it is a report at all.
 */
static struct verdict
dispose_by_clauses(const struct policy *p, const struct report *r,
	const struct clause_result *res)
{
	bool spam = r->looks_like == LOOKS_SPAM &&
		breached(p, res, CLAUSE_VULNERABILITIES_ONLY) != NULL;
	const char *id;
	struct verdict v;

	if (!spam && (id = breached(p, res, CLAUSE_PLAIN_TEXT)) != NULL)
		v = dispose(DISP_ASK_PLAIN, "the mail has HTML only");
	else if ((id = breached(p, res, CLAUSE_VULNERABILITIES_ONLY)) != NULL)
		v = dispose(DISP_SET_ASIDE,
			"the mail does not read as a vulnerability report");
	else if ((id = ignored(p, res)) != NULL)
		v = dispose(DISP_IGNORE,
			"what is affected is out of scope, as it seems");
	else if ((id = breached(p, res, CLAUSE_KNOWN)) != NULL)
		v = dispose(DISP_SET_ASIDE,
			"the policy lists it as no vulnerability, as it seems");
	else if ((id = breached(p, res, CLAUSE_REQUIRED)) != NULL)
		v = dispose(
			DISP_ASK, "we could not find all that a report needs");
	else
		v = dispose(DISP_OPEN, "nothing required is missing");
	v.clause = id;
	return v;
}

/* Several findings with lines of their own, and a policy that minds. */
static void
propose_split(const struct policy *p, const struct clause_result *res,
	const struct report *r, struct verdict *v)
{
	if (breached(p, res, CLAUSE_ONE_PER_MAIL) == NULL ||
		r->n_finding_lines < 2)
		return;
	v->split = r->finding_lines;
	v->n_split = r->n_finding_lines;
}

const struct policy *
judge_product(struct arena *a, const struct policy *const *policies, size_t n,
	const struct envelope *env, const struct message *m,
	const struct report *r)
{
	struct verdict kind;

	if (dispose_by_kind(m, r, &kind))
		return NULL;
	return route_find(a, policies, n, env, m, r).policy;
}

/* What the policy of one product says. */
static void
judge_by(struct judging *j, const struct policy *p, struct verdict *v)
{
	struct verdict judged = {0};

	judge_clauses(j, p, &judged);
	*v = dispose_by_clauses(p, j->r, judged.clauses);
	v->policy = p;
	v->clauses = judged.clauses;
	v->n_clauses = judged.n_clauses;
	propose_split(p, judged.clauses, j->r, v);
	v->cwe = cwe_advise(j->a, j->r, &v->n_cwe);
	v->report = j->r;
	v->evidence = j->ev;
}

const struct verdict *
judge(struct arena *a, const struct policy *const *policies, size_t n,
	const struct envelope *env, const struct message *m,
	const struct report *r, const struct evidence *ev)
{
	struct verdict *v = ARENA_NEW(a, struct verdict);
	struct judging j = {.a = a, .m = m, .r = r, .ev = ev};

	if (dispose_by_kind(m, r, v))
		return v;
	j.route = route_find(a, policies, n, env, m, r);
	if (j.route.policy == NULL) {
		*v = dispose(DISP_UNROUTED, j.route.because);
		return v;
	}
	judge_by(&j, j.route.policy, v);
	v->routed_by = j.route.by;
	return v;
}

const struct verdict *
judge_routed(struct arena *a, const struct policy *p, const struct message *m,
	const struct report *r, const struct evidence *ev)
{
	struct verdict *v = ARENA_NEW(a, struct verdict);
	struct judging j = {.a = a, .m = m, .r = r, .ev = ev};

	if (m->kind == MAIL_ENCRYPTED || m->kind == MAIL_UNREADABLE) {
		*v = dispose(DISP_OPEN,
			"a person has put it here; the program could not read "
			"it");
		v->policy = p;
	} else {
		judge_by(&j, p, v);
	}
	return v;
}

/* Of what was missing: what this mail has, and what is still missing. */
static void
judge_missing(const struct judging *j, const struct policy *p,
	const char *const *missing, size_t n, struct verdict *v)
{
	struct clause_result *res =
		ARENA_ARRAY(j->a, n + 1, struct clause_result);
	size_t still = 0;

	v->clauses = res;
	for (size_t i = 0; i < n; i++) {
		const struct clause *c = policy_clause(p, missing[i]);

		if (c == NULL)
			continue; /* not of this policy: nothing to ask */
		res[v->n_clauses] = clause_judge(j, c);
		still += res[v->n_clauses++].result != RES_MET;
	}
	v->disposition = still > 0 ? DISP_ASK : DISP_OPEN;
	v->because = still > 0 ? "something that was asked for is missing" :
				 "nothing that was asked for is missing";
}

const struct verdict *
judge_reply(struct arena *a, const struct policy *p, const char *const *missing,
	size_t n_missing, const struct message *m, const struct report *r)
{
	struct verdict *v = ARENA_NEW(a, struct verdict);
	struct judging j = {.a = a, .m = m, .r = r, .p = p, .reply = true};

	if (dispose_by_kind(m, r, v) && v->disposition != DISP_UNROUTED) {
		v->letter = NULL;
	} else {
		*v = (struct verdict){.by_desk = true};
		judge_missing(&j, p, missing, n_missing, v);
		v->cwe = cwe_advise(a, r, &v->n_cwe);
	}
	v->policy = p;
	return v;
}
