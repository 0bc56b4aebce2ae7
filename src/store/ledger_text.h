/*
 * ledger_text.h - the bytes of an entry that are hashed; docs/ledger.md.
 *
 * Pure: the writer and the verifier both come here, and so does the test
 * that recomputes the worked example.
 */
#pragma once

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "cases/event.h"

struct commitment {
	const char *name;
	struct hash hash;
	uint64_t bytes;
};

struct entry {
	const char *chain;
	int64_t seq;
	instant at;
	const char *kind, *actor, *meta;
	const struct commitment *payloads;
	size_t n_payloads;
	struct hash prev;
};

/* BLAKE2b-256 of the salt followed by the bytes. */
struct hash ledger_commit(struct span salt, struct span bytes);
/* ERR_SYNTAX when a field holds what would make two readings possible. */
bool ledger_text(struct str *out, const struct entry *e, struct err *err);
/* Its hash, by way of `text`. */
bool ledger_hash(struct str *text, const struct entry *e, struct hash *out,
	struct err *err);
