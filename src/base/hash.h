/*
 * hash.h - the one hash of the ledger, and SHA-256 where others ask for it.
 *
 * BLAKE2b with 32 bytes of output (RFC 7693), unkeyed: what coreutils'
 * `b2sum -l 256` prints, so anyone can check it. Random bytes come from
 * the kernel by way of libsodium and are for salts, tokens and ids.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { HASH_BYTES = 32, HASH_TEXT = 2 * HASH_BYTES + 1, SALT_BYTES = 16 };

struct hash {
	unsigned char b[HASH_BYTES];
};

void hash_init(void); /* once at start, before the doors shut */
struct hash hash_of(struct span bytes);
/* Over the concatenation of all n spans. */
struct hash hash_many(const struct span *spans, size_t n);
bool hash_eq(struct hash a, struct hash b);
const char *hash_hex(struct hash h, char out[HASH_TEXT]);
bool hash_parse(struct span hex, struct hash *out); /* 64 lower-case digits */
struct hash sha256_of(struct span bytes);

void random_bytes(void *out, size_t n);
/* n letters and digits (lower-case base 32 without i l o u), 5 bits each;
 * out holds n + 1 */
void random_token(char *out, size_t n);
/* The same, but the first three letters count seconds (and begin again after
 * nine hours): an index of such tokens grows in one place and not all over.
 * Only what follows them is to be guessed. */
void random_token_at(char *out, size_t n, int64_t seconds);
/* True if `text` is n of those letters and digits. */
bool random_token_is(struct span text, size_t n);
