/*
 * judge_clause.h - one clause held against one mail.
 *
 * A row for each kind of clause. What a result says is a fixed sentence of
 * ours, "we could not find ...", never "you did not"; it holds no word of
 * the mail, since letters and pages show it (mission.md, rule 2). What does
 * quote is in `shown`, for staff.
 */
#pragma once

#include "judge/judge_affected.h"
#include "judge/judge_result.h"
#include "judge/judge_route.h"

struct judging {
	struct arena *a;
	const struct message *m;
	const struct report *r;
	const struct evidence *ev; /* or NULL */
	const struct policy *p;    /* that the clauses are of */
	struct route route;        /* without a policy: a mail on a case */
	struct standing product;   /* what says that the product is affected */
	const struct phrase_hits *phrases; /* of its clauses, or NULL */
	bool reply; /* a mail to a case: its subject is no title */
};

struct clause_result clause_judge(
	const struct judging *j, const struct clause *c);

typedef struct clause_result judge_fn(
	const struct judging *j, const struct clause *c);

judge_fn judge_required;             /* judge_required.c */
judge_fn judge_vulnerabilities_only; /* judge_matter.c */
judge_fn judge_private_channel;      /* judge_matter.c */
judge_fn judge_cwe;                  /* judge_cwe.c */
judge_fn judge_scope;                /* judge_scope.c */
judge_fn judge_out_of_scope;         /* judge_scope.c */
judge_fn judge_known;                /* judge_known.c */

/* Clearly no vulnerability report, and of a sort the policy refuses. */
bool mail_is_refused(const struct judging *j, const struct clause *c);
/* Findings that a report has and an ordinary mail has not. */
bool report_has_evidence(const struct report *r);

const struct cwe_advice *cwe_advise(
	struct arena *a, const struct report *r, size_t *n);

/* Where the phrases of a policy's clauses stand, or NULL: it has none. */
const struct phrase_hits *phrases_scan(struct arena *a, const struct policy *p,
	const struct message *m, const struct report *r);
/* The lines of new text, 0 for the subject, where one of a clause's phrases
 * stands as whole words: at most `max`. */
size_t phrases_find(const struct judging *j, struct texts phrases,
	unsigned *lines, size_t max);
