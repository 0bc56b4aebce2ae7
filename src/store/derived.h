/*
 * derived.h - what follows from the events, for `rebuild` to make again.
 *
 * In one transaction: store_derived_lock(), store_derived_dump() what is
 * there, clear, fold the events by the ordinary functions of store.h,
 * store_derived_done(), dump again and compare. Left out of the dump: leases and the counts for the
 * letter caps, which are of the moment, and positions, which also move past
 * what left no event and are never cleared.
 */
#pragma once

#include "store/store.h"

/* No other node changes anything until this transaction ends; they wait. */
bool store_derived_lock(struct store *s, struct err *err);
/* Mails, threads, cases, duties, letters and letter counts. */
bool store_derived_clear(struct store *s, struct err *err);
/* After the fold or a restore: the next ids follow from those in use. */
bool store_derived_done(struct store *s, struct err *err);

/*
 * Every derived row as one line, "letter who=DAGF-1 n=1 ...", in an order
 * that is the same for the same events on any database and engine. Texts
 * are quoted as in JSON, null is "null", bytes are hex. `row` is borrowed.
 */
bool store_derived_dump(struct store *s,
	bool (*fn)(void *ctx, const char *row, struct err *err), void *ctx,
	struct err *err);
/* The hash over all lines, each with its newline: equal if they are. */
bool store_derived_hash(
	struct store *s, struct hash *out, int64_t *rows, struct err *err);
