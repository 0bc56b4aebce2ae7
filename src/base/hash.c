/* hash.c - libsodium behind our own names. */
#include "base/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void
hash_init(void)
{
	if (sodium_init() < 0) {
		(void)fprintf(stderr, "libsodium cannot start\n");
		_Exit(71);
	}
}

struct hash
hash_many(const struct span *spans, size_t n)
{
	crypto_generichash_state state;
	struct hash h;

	crypto_generichash_init(&state, NULL, 0, sizeof h.b);
	for (size_t i = 0; i < n; i++)
		crypto_generichash_update(&state, spans[i].p, spans[i].n);
	crypto_generichash_final(&state, h.b, sizeof h.b);
	return h;
}

struct hash
hash_of(struct span bytes)
{
	return hash_many(&bytes, 1);
}

struct hash
sha256_of(struct span bytes)
{
	struct hash h;

	crypto_hash_sha256(h.b, bytes.p, bytes.n);
	return h;
}

bool
hash_eq(struct hash a, struct hash b)
{
	return memcmp(a.b, b.b, sizeof a.b) == 0;
}

const char *
hash_hex(struct hash h, char out[HASH_TEXT])
{
	return sodium_bin2hex(out, HASH_TEXT, h.b, sizeof h.b);
}

bool
hash_parse(struct span hex, struct hash *out)
{
	struct hash h;

	if (hex.n != HASH_TEXT - 1)
		return false;
	for (size_t i = 0; i < hex.n; i++)
		if (!strchr("0123456789abcdef", hex.p[i]) || hex.p[i] == 0)
			return false;
	if (sodium_hex2bin(h.b, sizeof h.b, (const char *)hex.p, hex.n, NULL,
		    NULL, NULL) != 0)
		return false;
	*out = h;
	return true;
}

void
random_bytes(void *out, size_t n)
{
	randombytes_buf(out, n);
}

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

void
random_token(char *out, size_t n)
{
	randombytes_buf(out, n);
	for (size_t i = 0; i < n; i++)
		out[i] = digits[(unsigned char)out[i] % 32];
	out[n] = '\0';
}

void
random_token_at(char *out, size_t n, int64_t seconds)
{
	uint64_t at = (uint64_t)seconds;

	random_token(out, n);
	for (size_t i = 0; i < 3 && i < n; i++)
		out[i] = digits[at >> (10 - 5 * i) & 31];
}

bool
random_token_is(struct span text, size_t n)
{
	if (text.n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text.p[i] == '\0' || strchr(digits, text.p[i]) == NULL)
			return false;
	return true;
}
