/*
 * show.h - results laid out for a terminal of 80 columns.
 *
 * What was said by a stranger goes through cli_text() before it comes here.
 */
#pragma once

#include "cli/cli.h"

enum { SHOW_COLUMNS = 80, SHOW_ALL_LINES = 0 };

/* Prints words from column `at` on, wrapped; each further line begins at
 * column `indent`. Ends the last line. */
void show_words(size_t at, size_t indent, const char *text);

/* Prints text from column `at` on with its own blanks; what is longer than the
 * terminal goes on at that column. Ends the last line. */
void show_verbatim(size_t at, const char *text);

/*
 * Clause results (judge_json.c): breached, met and unknown ones with their
 * lines and reason, in this order. Unless `all`, unknown ones that nothing
 * shows stand in a paragraph, by their reason if they share one, as "a person
 * decides this"; and what is not applicable is a count. A result may name the later mail it rests on ("mail").
 */
void show_clauses(struct cli *c, const json_t *clauses, bool all);

/* The object under "evidence" of a verdict; nothing for null. */
void show_evidence(struct cli *c, const json_t *evidence);

/* "2026-11-23 17:14 UTC"; "-" for 0. Programs get cli_instant(). */
const char *show_when(struct arena *a, instant t);
/* "in 8 days", "in 5 h", "3 days ago" */
const char *show_away(struct arena *a, int64_t ms);
