/*
 * judge_result.h - how a clause's result is made: what it is, why, and the
 * lines that show it.
 */
#pragma once

#include "judge/judge.h"

/* `because` is a fixed sentence. */
struct clause_result result_of(enum result what, const char *because);
/* With one range of lines; from 0: none. */
struct clause_result result_at(
	struct arena *a, struct clause_result res, unsigned from, unsigned to);
/* With the lines of up to two lists of cites, in order, each once; those of
 * the headers have line 0 and are left out. */
struct clause_result result_cites(struct arena *a, struct clause_result res,
	struct cites one, struct cites two);
/* Any number of lines in any order; 0 is left out. */
struct clause_result result_lines(struct arena *a, struct clause_result res,
	const unsigned *lines, size_t n);

/* "the text is in a language that the rules do not know" */
struct clause_result result_not_understood(void);
/* "a person decides this" */
struct clause_result result_by_person(void);
