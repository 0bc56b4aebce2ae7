/*
 * rebuild.h - derived state folded again from the events, and compared.
 *
 * It never parses or judges: what was found and decided is in the events.
 */
#pragma once

#include "desk/intake.h"

struct rebuild {
	uint64_t chains, events, mails, cases, letters;
	void (*progress)(void *ctx, uint64_t chains, uint64_t of);
	void *ctx;
};

struct rebuild_diff {
	bool equal;
	const char *stored, *folded; /* the first rows that differ, or NULL */
};

/*
 * Folds everything anew and compares it, row by row, with what was stored;
 * inside the caller's transaction, which he commits or rolls back. Memory
 * does not grow with the rows: the old ones wait in a temporary file.
 */
bool rebuild_all(struct store *s, struct arena *a, struct rebuild *r,
	struct rebuild_diff *diff, struct err *err);
