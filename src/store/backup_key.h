/*
 * backup_key.h - a secret under a passphrase, as the members of a line.
 *
 * The key is Argon2id's of the passphrase (libsodium's moderate cost, which
 * stands in the line), the box XChaCha20-Poly1305 (secretstream).
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

json_t *key_lock(const char *name, struct span secret, const char *passphrase);
/* ERR_DENIED: another passphrase, or the line was changed. The caller wipes
 * *secret. */
bool key_unlock(struct arena *a, const json_t *line, const char *passphrase,
	struct span *secret, struct err *err);
