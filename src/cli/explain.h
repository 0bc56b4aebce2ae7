/*
 * explain.h - a verdict for people: the mail's lines beside the clauses, then
 * each clause with what it says. Plain text in 80 columns.
 */
#pragma once

#include "cli/cli.h"
#include "judge/judge.h"

/*
 * The mail's text, each line with its number and under it the clauses that
 * rest on it; then the clauses, what decides first, each with its result,
 * the reason, the lines, what shows it and its own text. Clauses of which
 * nothing can be said from a mail are only counted, unless `all`.
 */
void explain_verdict(struct cli *c, const struct message *m,
	const struct verdict *v, bool all);
