/*
 * ledger.h - proofs about the ledger: that it is whole, unchanged, no older
 * than a checkpoint, and that one case is in it. docs/ledger.md has the
 * bytes; appending and reading are in store.h.
 */
#pragma once

#include "store/checkpoint.h"
#include "store/merkle.h"
#include "store/store.h"

struct ledger_report {
	int64_t chains, events, payloads, erased; /* that were looked at */
	int64_t faults;    /* at most one a chain, and those of checkpoints */
	const char *chain; /* of the first fault, NULL: none */
	int64_t seq;       /* 0: of the chain as a whole */
	const char *what;  /* what differs, in words */
};

/*
 * Walks every chain in the order of their making: entries follow on each
 * other, each hash fits its entry and the one before, each payload that was
 * not erased fits its commitment, no chain ends before its head, no entry
 * is outside of a chain, and all that checkpoints have seen is still there.
 * With `seen` (a checkpoint kept outside, its signature checked by
 * checkpoint_open()) also that this ledger is no older than it.
 * `progress` may be NULL. False only when it could not be read. Best on a
 * store opened to read: it then sees one state, whoever writes meanwhile.
 */
bool ledger_verify(struct store *s, struct arena *a,
	const struct checkpoint *seen,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct ledger_report *out, struct err *err);

/*
 * A checkpoint in three steps, since the key is another role's: draft (in a
 * transaction; makes the database's blinding secret if there is none), have
 * it signed, keep it (in the same or a later transaction, on the desk's
 * chain). ERR_CONFLICT from keep: another was kept meanwhile, draft anew.
 */
struct checkpoint_draft;
bool ledger_draft(struct store *s, struct arena *a, const char *desk_chain,
	const char *desk, instant at, struct checkpoint_draft **out,
	struct err *err);
const struct checkpoint *ledger_draft_note(const struct checkpoint_draft *d);
/* `file` is what checkpoint_sign() made, or empty: unsigned. */
bool ledger_keep(struct store *s, struct arena *a, const char *desk_chain,
	const struct checkpoint_draft *d, struct span file, struct err *err);

/* The root over all heads as they are now. ERR_ABSENT before the first
 * checkpoint: there is no blinding secret yet. */
bool ledger_root(struct store *s, struct arena *a, struct hash *root,
	uint64_t *size, struct err *err);
/*
 * Proof that checkpoint `number` (0: the state now) holds this chain, and
 * with which head. To be checked by merkle_check() against its root.
 */
bool ledger_proof(struct store *s, struct arena *a, const char *chain,
	uint64_t number, struct merkle_proof *out, struct err *err);
/* The proof as an object, for a file; docs/ledger.md has the fields. */
json_t *ledger_proof_json(const struct merkle_proof *p);

/*
 * Take the salt and body of a payload away; the commitment stays and the
 * chain goes on verifying. Who may, why, and the event that says so are the
 * caller's. Derived rows are the caller's too. ERR_ABSENT.
 */
bool ledger_erase(struct store *s, const char *chain, int64_t seq,
	const char *name, struct err *err);
