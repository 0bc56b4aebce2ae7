/*
 * judge_clause.h - one clause held against one mail.
 *
 * A row for each kind of clause. What a result says is a fixed sentence of
 * ours, "we could not find ...", never "you did not"; it holds no word of
 * the mail, since letters and pages show it (mission.md, rule 2).
 */
#pragma once

#include "judge/judge.h"
#include "judge/judge_route.h"

struct judging {
	struct arena *a;
	const struct message *m;
	const struct report *r;
	const struct evidence *ev; /* or NULL */
	struct route route;
	bool reply; /* a mail to a case: its subject is no title */
};

struct clause_result clause_judge(
	const struct judging *j, const struct clause *c);

/* Clearly no vulnerability report, and of a sort the policy refuses. */
bool mail_is_refused(const struct judging *j, const struct clause *c);
/* Findings that a report has and an ordinary mail has not. */
bool report_has_evidence(const struct report *r);
