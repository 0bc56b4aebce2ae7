/*
 * checkpoint.h - a short signed text that leaves the machine.
 *
 *	pratique-checkpoint-1
 *	desk: security.example.org
 *	database: 8b1d6b4a2f0c9e37
 *	number: 12
 *	time: 2026-11-23T15:04:05.678Z
 *	size: 1024
 *	root: <64 hex digits>
 *
 * Who keeps one can show later that the ledger holds what it held then, or
 * that it does not. It is signed in the form of OpenBSD's signify with the
 * signature embedded, so `signify-openbsd -Vep KEY.pub -m - -x FILE` checks
 * it without us. The secret key is not here: signing is a callback. Pure.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/instant.h"

enum { SIGNATURE_BYTES = 64, DATABASE_TEXT = 17 };

struct checkpoint {
	const char *desk;             /* whose it is, one word */
	char database[DATABASE_TEXT]; /* 16 digits that name the database */
	uint64_t number;              /* counts up from 1 */
	instant at;
	uint64_t size; /* leaves of the tree */
	struct hash root;
};

struct signify_key {
	unsigned char number[8]; /* tells keys apart, drawn when made */
	unsigned char point[32]; /* the Ed25519 public key */
};

const char *checkpoint_text(struct arena *a, const struct checkpoint *c);
/* The text alone. ERR_SYNTAX names the line. */
bool checkpoint_parse(struct arena *a, struct span text, struct checkpoint *out,
	struct err *err);

/* The whole file: comment, signature, text. */
bool checkpoint_sign(struct arena *a, const struct checkpoint *c,
	const struct signify_key *key,
	bool (*sign)(void *ctx, struct span text,
		unsigned char signature[SIGNATURE_BYTES], struct err *err),
	void *ctx, struct span *out, struct err *err);
/* ERR_DENIED when the signature is not the key's over that text. */
bool checkpoint_open(struct arena *a, struct span file,
	const struct signify_key *key, struct checkpoint *out, struct err *err);

/* KEY.pub, as signify has it. */
const char *signify_key_text(
	struct arena *a, const struct signify_key *key, const char *comment);
bool signify_key_parse(
	struct span file, struct signify_key *out, struct err *err);
