/*
 * letters.h - from an order to a composed, recorded letter.
 *
 * Here the modes, the caps and the loop rules are applied (standards.md 2):
 * a letter that may not go now is held for a person, with the reason, and is
 * never dropped.
 */
#pragma once

#include "cases/cases.h"
#include "store/store.h"

struct desk;

/* What post needs; id NULL: nothing goes now. */
struct letter_bytes {
	const char *id, *sender, *to;
	struct span bytes;
};

struct letter_context {
	const char *id;    /* of the new letter */
	const char *chain; /* the ledger chain it belongs to */
	const char *shown; /* the id people see: case id or "mail-17" */
	const char *token; /* of the case, or NULL */
	const struct duty *duties;
	size_t n_duties;
};

/* Appends nothing: gives the letter, its event and, if it may go now, the
 * bytes. *out is NULL when the order is for no letter. */
bool letters_write(struct desk *d, struct arena *a, const struct arrival *in,
	const struct letter_order *order, const struct letter_context *c,
	struct letter **out, struct event *queued, struct letter_bytes *go,
	struct err *err);

/* Can a letter be written to this address at all? NULL: no. */
bool letters_reach(const struct desk *d, const char *to);

/*
 * Every letter under every policy, made once at start with invented values
 * and thrown away: a wrong template or a text that no letter can hold stops
 * the start, not the first mail.
 */
bool letters_check(struct desk *d, struct arena *a, struct err *err);
