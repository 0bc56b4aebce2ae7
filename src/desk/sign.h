/*
 * sign.h - the desk's Ed25519 key, in the format of signify(1).
 *
 * keys/desk.sec and keys/desk.pub in the data folder; made at the first
 * start. A signature file verifies with
 *	signify-openbsd -V -p desk.pub -m NOTE -x NOTE.sig
 * long after the desk is gone. Only the sign role reads the secret key.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "sys/role.h"

/* Makes the pair if there is none. *fresh: it was made now. */
bool sign_key_ready(const char *data, bool *fresh, struct err *err);
bool sign_public(struct arena *a, const char *data, struct span *file,
	struct err *err);
/* Signs `what`; *out is the content of a .sig file. Reads the key. */
bool sign_bytes(struct arena *a, const char *data, struct span what,
	struct span *out, struct err *err);
