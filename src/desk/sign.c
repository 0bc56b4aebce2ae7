/*
 * sign.c - signify's files: a comment line, and base64 of algorithm, key
 * number and key or signature.
 *
 * The secret key is stored as signify stores one without a passphrase
 * (kdfrounds 0): whoever can read the file can sign, so it belongs to the
 * sign role alone.
 */
#include "desk/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "sys/files.h"
#include "sys/sandbox.h"

enum { NUMBER = 8, FILE_MAX = 4096 };

struct public_key {
	unsigned char algorithm[2], number[NUMBER];
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
};

struct secret_key {
	unsigned char algorithm[2], kdf[2], rounds[4], salt[16], checksum[8];
	unsigned char number[NUMBER];
	unsigned char key[crypto_sign_SECRETKEYBYTES];
};

struct signature {
	unsigned char algorithm[2], number[NUMBER];
	unsigned char sig[crypto_sign_BYTES];
};

static struct span
file_text(struct arena *a, const char *comment, const void *p, size_t n)
{
	size_t room =
		sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *base64 = arena_alloc(a, room);

	sodium_bin2base64(base64, room, p, n, sodium_base64_VARIANT_ORIGINAL);
	return span_of(arena_printf(
		a, "untrusted comment: %s\n%s\n", comment, base64));
}

static const char *
path(struct arena *a, const char *data, const char *name)
{
	return arena_printf(a, "%s/keys/%s", data, name);
}

static bool
make(struct arena *a, const char *data, struct err *err)
{
	struct public_key pub = {.algorithm = "Ed"};
	struct secret_key sec = {.algorithm = "Ed", .kdf = "BK"};
	unsigned char digest[64];

	random_bytes(pub.number, NUMBER);
	memcpy(sec.number, pub.number, NUMBER);
	random_bytes(sec.salt, sizeof sec.salt);
	crypto_sign_keypair(pub.key, sec.key);
	crypto_hash_sha512(digest, sec.key, sizeof sec.key);
	memcpy(sec.checksum, digest, sizeof sec.checksum);
	bool ok = file_mkdirs(arena_printf(a, "%s/keys", data), 0700, err) &&
		file_write(path(a, data, "desk.pub"),
			file_text(a, "pratique desk public key", &pub,
				sizeof pub),
			0644, err) &&
		file_write(path(a, data, "desk.sec"),
			file_text(a, "pratique desk secret key", &sec,
				sizeof sec),
			0600, err);
	sodium_memzero(&sec, sizeof sec);
	return ok;
}

bool
sign_key_ready(const char *data, bool *fresh, struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	/* The public key is written first, so a secret key is never alone. */
	*fresh = access(path(a, data, "desk.sec"), F_OK) != 0;
	if (*fresh && !make(a, data, err))
		return false;
	/* Whoever checks a signature reads it, the core first of all. */
	(void)chmod(path(a, data, "desk.pub"), 0644);
	return true;
}

bool
sign_public(struct arena *a, const char *data, struct signify_key *out,
	struct err *err)
{
	struct span file;

	return file_read(a, path(a, data, "desk.pub"), FILE_MAX, &file, err) &&
		signify_key_parse(file, out, err);
}

static bool
read_secret(struct arena *a, const char *data, struct secret_key *out,
	struct err *err)
{
	struct span text, line;
	size_t n;

	if (!file_read(a, path(a, data, "desk.sec"), FILE_MAX, &text, err))
		return false;
	if (!span_line(&text, &line) || !span_line(&text, &line) ||
		sodium_base642bin((unsigned char *)out, sizeof *out,
			(const char *)line.p, line.n, NULL, &n, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0 ||
		n != sizeof *out || memcmp(out->algorithm, "Ed", 2) != 0)
		return err_set(err, ERR_SYNTAX,
			"keys/desk.sec is not a signify secret key");
	return true;
}

bool
sign_text(const char *data, struct span text,
	unsigned char signature[SIGNATURE_BYTES], struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct secret_key sec;

	if (!read_secret(a, data, &sec, err))
		return false;
	crypto_sign_detached(signature, NULL, text.p, text.n, sec.key);
	sodium_memzero(&sec, sizeof sec);
	return true;
}

bool
sign_here(void *ctx, struct span text, unsigned char signature[SIGNATURE_BYTES],
	struct err *err)
{
	return sign_text(ctx, text, signature, err);
}

static bool
ask(int fd, struct span text, unsigned char signature[SIGNATURE_BYTES],
	struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct timeval patience = {.tv_sec = 5};
	struct span body;
	uint16_t type;

	(void)setsockopt(
		fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)setsockopt(
		fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!ipc_put(fd, PROTO_SIGN, text, err) ||
		!ipc_get(fd, a, PROTO_MAX_SMALL, &type, &body, err))
		return err_wrap(err, "the sign role does not answer");
	struct unpack u = {body, false};
	const char *problem = unpack_text(&u, a);
	struct span got = unpack_blob(&u);
	if (type != PROTO_SIGNED || !unpack_end(&u) ||
		(problem == NULL && got.n != SIGNATURE_BYTES))
		return err_set(err, ERR_BROKEN,
			"the sign role's answer makes no sense");
	if (problem != NULL)
		return err_set(err, ERR_DENIED, "%s", problem);
	memcpy(signature, got.p, SIGNATURE_BYTES);
	return true;
}

bool
sign_there(void *ctx, struct span text,
	unsigned char signature[SIGNATURE_BYTES], struct err *err)
{
	int *fd = ctx;

	if (*fd < 0)
		return err_set(
			err, ERR_BUSY, "the sign role is being started again");
	if (ask(*fd, text, signature, err))
		return true;
	if (err->code == ERR_DENIED)
		return false; /* it answered, and says why not */
	/* An answer that comes late would be taken for the next one's. */
	(void)close(*fd);
	*fd = -1;
	return false;
}

/* --- the role -------------------------------------------------------------------- */

struct signer {
	struct role *role;
	struct ipc *core;
};

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct signer *s = ctx;
	unsigned char signature[SIGNATURE_BYTES];
	struct str frame;
	struct err err;

	if (type != PROTO_SIGN) { /* closed: the keeper brings the next */
		ipc_free(s->core);
		s->core = NULL;
		return;
	}
	bool ok = sign_text(s->role->data, body, signature, &err);
	str_init(&frame, PROTO_MAX_SMALL);
	pack_text(&frame, ok ? NULL : err.text);
	pack_blob(&frame,
		ok ? span_make(signature, sizeof signature) : SPAN_NONE);
	ipc_send(s->core, PROTO_SIGNED, str_span(&frame));
	str_fini(&frame);
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct signer *s = ctx;

	(void)who;
	(void)index;
	ipc_free(s->core);
	s->core = ipc_new(s->role->loop, fd, PROTO_MAX_SMALL, from_core, s);
}

int
sign_main(struct role *r)
{
	static struct signer s;
	struct err err;
	bool fresh;

	s = (struct signer){.role = r};
	r->peer = peer;
	r->ctx = &s;
	if (!sign_key_ready(r->data, &fresh, &err)) {
		log_event("sign.broken", "error=%s", err.text);
		return EX_CONFIG;
	}
	if (!sandbox_enter(ROLE_SIGN, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	role_run(r);
	return EX_OK;
}
