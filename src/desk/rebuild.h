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

/* Inside the caller's transaction, on tables that store_derived_clear()
 * emptied. */
bool rebuild_all(struct store *s, struct rebuild *r, struct err *err);
