/*
 * ledger_heads.h - the heads of all chains, now or as a checkpoint saw them;
 * shared by the verifier and the checkpoints, nobody else includes it.
 */
#pragma once

#include "store/ledger.h"
#include "store/store_impl.h"

struct head {
	int64_t id; /* 0 when read from a checkpoint */
	const char *name;
	int64_t seq, sealed;
	struct hash hash;
};

struct seal {
	int64_t event; /* the EV_CHECKPOINT */
	const char *chain;
	int64_t seq;
	uint64_t number, size;
	struct hash root;
};

struct seals {
	bool secret_known;
	unsigned char secret[BLIND_BYTES];
	char database[DATABASE_TEXT];
	struct seal *v; /* by number */
	size_t n;
};

bool seals_read(
	struct store *s, struct arena *a, struct seals *out, struct err *err);
/* All chains as they are, by id. */
bool heads_now(struct store *s, struct arena *a, struct head **out, size_t *n,
	struct err *err);
/* All chains as the first `n_seals` checkpoints have seen them. */
bool heads_at(struct store *s, struct arena *a, const struct seals *seals,
	size_t n_seals, struct head **out, size_t *n, struct err *err);
/* What one checkpoint has written down; NULL payload: erased. */
bool heads_of(struct store *s, struct arena *a, const struct seal *seal,
	struct rows *out, struct err *err);
/* The filled leaves of a tree over them. */
struct merkle_leaf *heads_leaves(struct arena *a, const struct seals *seals,
	const struct head *heads, size_t n, size_t *size);
