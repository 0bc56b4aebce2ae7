/*
 * sign.h - the desk's Ed25519 key, in the format of signify(1).
 *
 * keys/desk.sec and keys/desk.pub in the data folder; made at the first
 * start. A checkpoint verifies with
 *	signify-openbsd -Vep keys/desk.pub -m - -x CHECKPOINT
 * long after the desk is gone. Only the sign role reads the secret key.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "store/checkpoint.h"
#include "sys/role.h"

/* Makes the pair if there is none. *fresh: it was made now. */
bool sign_key_ready(const char *data, bool *fresh, struct err *err);
bool sign_public(struct arena *a, const char *data, struct signify_key *out,
	struct err *err);
/* Reads the secret key, uses it once and forgets it. */
bool sign_text(const char *data, struct span text,
	unsigned char signature[SIGNATURE_BYTES], struct err *err);

/* struct desk's signer for a command that works while no desk runs; `ctx` is
 * the data folder. */
bool sign_here(void *ctx, struct span text,
	unsigned char signature[SIGNATURE_BYTES], struct err *err);
/* The same for the core: asks the sign role over a socket (ctx: int *) and
 * waits at most five seconds. Without an answer the socket is closed and -1:
 * the role must be started again. */
bool sign_there(void *ctx, struct span text,
	unsigned char signature[SIGNATURE_BYTES], struct err *err);
