/*
 * checkpoint.c - the text, and signify's two lines above it.
 *
 * signify(1) signs the bytes themselves with Ed25519. A public key is the
 * base64 of "Ed", eight bytes of key number and the point; a signature that
 * of "Ed", the number and the signature. Each stands below a comment line.
 */
#include "store/checkpoint.h"

#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"

enum { DESK_MAX = 255, FILE_MAX = 4096, BLOB_MAX = 2 + 8 + SIGNATURE_BYTES };

static const char comment_line[] = "untrusted comment: ";

const char *
checkpoint_text(struct arena *a, const struct checkpoint *c)
{
	char at[INSTANT_TEXT], root[HASH_TEXT];

	return arena_printf(a,
		"pratique-checkpoint-1\n"
		"desk: %s\n"
		"database: %s\n"
		"number: %llu\n"
		"time: %s\n"
		"size: %llu\n"
		"root: %s\n",
		c->desk, c->database, (unsigned long long)c->number,
		instant_format(c->at, at), (unsigned long long)c->size,
		hash_hex(c->root, root));
}

/* The value of the next line, which must have that name. */
static bool
field(struct span *rest, const char *name, struct span *value, struct err *err)
{
	struct span line = SPAN_NONE;
	size_t n = strlen(name);

	if (!span_line(rest, &line) || !span_starts(line, name) ||
		!span_starts(span_from(line, n), ": "))
		return err_set(err, ERR_SYNTAX,
			"no checkpoint: '%.*s' stands where '%s: ' should",
			SPAN_FMT(span_cut(line, 0, 40)), name);
	*value = span_from(line, n + 2);
	return true;
}

static bool
number(struct span *rest, const char *name, uint64_t *out, struct err *err)
{
	unsigned long long v;
	struct span value;

	if (!field(rest, name, &value, err))
		return false;
	if (!span_number(value, INT64_MAX, &v))
		return err_set(err, ERR_SYNTAX,
			"no checkpoint: '%s' is no number", name);
	*out = v;
	return true;
}

/* It will be shown on a terminal. */
static bool
is_word(struct span s, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	return s.n > 0 && s.n <= most;
}

static bool
is_hex(struct span s, size_t n)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') &&
			!(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return s.n == n;
}

bool
checkpoint_parse(struct arena *a, struct span text, struct checkpoint *out,
	struct err *err)
{
	struct span rest = text, line, desk, database, at, root;
	struct checkpoint c = {0};

	if (!span_line(&rest, &line) || !span_is(line, "pratique-checkpoint-1"))
		return err_set(err, ERR_SYNTAX,
			"no checkpoint: it does not begin with "
			"'pratique-checkpoint-1'");
	if (!field(&rest, "desk", &desk, err) ||
		!field(&rest, "database", &database, err) ||
		!number(&rest, "number", &c.number, err) ||
		!field(&rest, "time", &at, err) ||
		!number(&rest, "size", &c.size, err) ||
		!field(&rest, "root", &root, err))
		return false;
	if (!is_hex(database, DATABASE_TEXT - 1) || !is_word(desk, DESK_MAX) ||
		!instant_parse(at, &c.at) || !hash_parse(root, &c.root) ||
		rest.n != 0)
		return err_set(err, ERR_SYNTAX,
			"no checkpoint: desk, database, time, root or the end is "
			"not as it should be");
	memcpy(c.database, database.p, database.n);
	c.desk = arena_text(a, desk);
	*out = c;
	return true;
}

static void
put_blob(struct str *out, const char *comment, const unsigned char number[8],
	const unsigned char *rest, size_t n)
{
	unsigned char blob[BLOB_MAX] = {'E', 'd'};
	char text[sodium_base64_ENCODED_LEN(
		BLOB_MAX, sodium_base64_VARIANT_ORIGINAL)];

	memcpy(blob + 2, number, 8);
	memcpy(blob + 10, rest, n);
	sodium_bin2base64(text, sizeof text, blob, 10 + n,
		sodium_base64_VARIANT_ORIGINAL);
	str_printf(out, "%s%s\n%s\n", comment_line, comment, text);
}

/* The comment and the base64 below it; *rest is what follows. */
static bool
take_blob(struct span *rest, unsigned char number[8], unsigned char *out,
	size_t n, struct err *err)
{
	struct span line;
	unsigned char blob[BLOB_MAX];
	size_t got;

	if (!span_line(rest, &line) || !span_starts(line, comment_line) ||
		!span_line(rest, &line) ||
		sodium_base642bin(blob, sizeof blob, (const char *)line.p,
			line.n, NULL, &got, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0 ||
		got != 10 + n || memcmp(blob, "Ed", 2) != 0)
		return err_set(err, ERR_SYNTAX,
			"not in signify's form: a comment line and %zu bytes "
			"of base64 are missing",
			10 + n);
	memcpy(number, blob + 2, 8);
	memcpy(out, blob + 10, n);
	return true;
}

bool
checkpoint_sign(struct arena *a, const struct checkpoint *c,
	const struct signify_key *key,
	bool (*sign)(void *ctx, struct span text,
		unsigned char signature[SIGNATURE_BYTES], struct err *err),
	void *ctx, struct span *out, struct err *err)
{
	AUTO(str_fini) struct str file;
	unsigned char signature[SIGNATURE_BYTES];
	const char *text = checkpoint_text(a, c);
	struct checkpoint back;

	/* what nobody could read again is not signed */
	if (!checkpoint_parse(a, span_of(text), &back, err))
		return err_wrap(err, "desk '%.40s'", c->desk);
	if (!sign(ctx, span_of(text), signature, err))
		return false;
	str_init(&file, FILE_MAX);
	put_blob(&file, "checkpoint, verify with this desk's key", key->number,
		signature, sizeof signature);
	str_puts(&file, text);
	*out = arena_dup(a, str_span(&file));
	return true;
}

bool
checkpoint_open(struct arena *a, struct span file,
	const struct signify_key *key, struct checkpoint *out, struct err *err)
{
	unsigned char signer[8], signature[SIGNATURE_BYTES];
	struct span rest = file;

	if (file.n > FILE_MAX)
		return err_set(
			err, ERR_LIMIT, "no checkpoint: %zu bytes", file.n);
	if (!take_blob(&rest, signer, signature, sizeof signature, err))
		return err_wrap(err, "checkpoint");
	if (memcmp(signer, key->number, sizeof signer) != 0)
		return err_set(err, ERR_DENIED,
			"the checkpoint was signed by another key");
	if (crypto_sign_verify_detached(
		    signature, rest.p, rest.n, key->point) != 0)
		return err_set(err, ERR_DENIED,
			"the checkpoint's signature does not fit its text");
	return checkpoint_parse(a, rest, out, err);
}

const char *
signify_key_text(
	struct arena *a, const struct signify_key *key, const char *comment)
{
	AUTO(str_fini) struct str file;

	str_init(&file, FILE_MAX);
	put_blob(&file, comment, key->number, key->point, sizeof key->point);
	return arena_text(a, str_span(&file));
}

bool
signify_key_parse(struct span file, struct signify_key *out, struct err *err)
{
	struct signify_key key;
	struct span rest = file;

	if (!take_blob(&rest, key.number, key.point, sizeof key.point, err))
		return err_wrap(err, "public key");
	*out = key;
	return true;
}
