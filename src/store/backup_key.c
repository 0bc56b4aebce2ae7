/* backup_key.c - secretstream below Argon2id; costs from a file are bounded,
 * so that a forged line cannot ask for all memory. */
#include "store/backup_key.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"

enum {
	KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
	HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	TAIL = crypto_secretstream_xchacha20poly1305_ABYTES,
	SALT = crypto_pwhash_SALTBYTES,
	SECRET_MOST = 64 * 1024,
};

static json_t *
base64(const unsigned char *p, size_t n)
{
	size_t cap =
		sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *text = mem_new(cap);

	sodium_bin2base64(text, cap, p, n, sodium_base64_VARIANT_ORIGINAL);
	json_t *v = json_string(text);
	free(text);
	return v;
}

static bool
from_base64(const json_t *line, const char *name, unsigned char *out,
	size_t most, size_t *n)
{
	const char *text = json_get_text(line, name);

	return text &&
		sodium_base642bin(out, most, text, strlen(text), NULL, n, NULL,
			sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool
derive(unsigned char key[KEY], const char *passphrase,
	const unsigned char salt[SALT], uint64_t ops, size_t mem)
{
	return crypto_pwhash(key, KEY, passphrase, strlen(passphrase), salt,
		       ops, mem, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

json_t *
key_lock(const char *name, struct span secret, const char *passphrase)
{
	const uint64_t ops = crypto_pwhash_OPSLIMIT_MODERATE;
	const size_t mem = crypto_pwhash_MEMLIMIT_MODERATE;
	unsigned char key[KEY], salt[SALT], header[HEADER];
	unsigned char *box = mem_new(secret.n + TAIL);
	crypto_secretstream_xchacha20poly1305_state state;
	json_t *line = NULL;

	random_bytes(salt, sizeof salt);
	if (secret.n <= SECRET_MOST &&
		derive(key, passphrase, salt, ops, mem)) {
		crypto_secretstream_xchacha20poly1305_init_push(
			&state, header, key);
		/* the name is authenticated with it */
		crypto_secretstream_xchacha20poly1305_push(&state, box, NULL,
			secret.p, secret.n, (const unsigned char *)name,
			strlen(name),
			crypto_secretstream_xchacha20poly1305_TAG_FINAL);
		line = json_pack("{s:s,s:I,s:I,s:o,s:o,s:o}", "name", name,
			"ops", (json_int_t)ops, "mem", (json_int_t)mem, "salt",
			base64(salt, sizeof salt), "header",
			base64(header, sizeof header), "box",
			base64(box, secret.n + TAIL));
	}
	sodium_memzero(key, sizeof key);
	sodium_memzero(&state, sizeof state);
	free(box);
	return line;
}

bool
key_unlock(struct arena *a, const json_t *line, const char *passphrase,
	struct span *secret, struct err *err)
{
	unsigned char key[KEY], salt[SALT], header[HEADER], tag;
	unsigned char *box = arena_alloc(a, SECRET_MOST + TAIL);
	unsigned char *out = arena_alloc(a, SECRET_MOST);
	crypto_secretstream_xchacha20poly1305_state state;
	const char *name = json_get_text(line, "name");
	int64_t ops = json_get_int(line, "ops", 0),
		mem = json_get_int(line, "mem", 0);
	size_t n_salt, n_header, n;
	unsigned long long n_out;

	if (!name || !from_base64(line, "salt", salt, SALT, &n_salt) ||
		!from_base64(line, "header", header, HEADER, &n_header) ||
		!from_base64(line, "box", box, SECRET_MOST + TAIL, &n) ||
		n_salt != SALT || n_header != HEADER || n < TAIL || ops < 1 ||
		ops > (int64_t)crypto_pwhash_OPSLIMIT_SENSITIVE ||
		mem < (int64_t)crypto_pwhash_MEMLIMIT_MIN ||
		mem > (int64_t)crypto_pwhash_MEMLIMIT_SENSITIVE)
		return err_set(err, ERR_SYNTAX,
			"a key in the backup is not in its form");
	bool ok = derive(key, passphrase, salt, (uint64_t)ops, (size_t)mem) &&
		crypto_secretstream_xchacha20poly1305_init_pull(
			&state, header, key) == 0 &&
		crypto_secretstream_xchacha20poly1305_pull(&state, out, &n_out,
			&tag, box, n, (const unsigned char *)name,
			strlen(name)) == 0 &&
		tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	sodium_memzero(key, sizeof key);
	sodium_memzero(&state, sizeof state);
	if (!ok)
		return err_set(err, ERR_DENIED,
			"key '%.40s': this is not its passphrase", name);
	*secret = span_make(out, (size_t)n_out);
	return true;
}
