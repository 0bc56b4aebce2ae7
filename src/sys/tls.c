/* tls.c - OpenSSL, told once what we want. */
#include "sys/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/mem.h"

struct tls_server {
	SSL_CTX *ctx;
};

struct tls {
	SSL *ssl;
	bool broken; /* after an error even SSL_shutdown() is forbidden */
};

const char *
tls_error(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	return text != NULL ? text : "connection closed";
}

bool
tls_server_new(struct tls_server **out, const char *certificate,
	const char *key, struct err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL)
		return err_set(err, ERR_BROKEN, "OpenSSL: %s", tls_error());
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_options(ctx,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
			SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_mode(ctx,
		SSL_MODE_ENABLE_PARTIAL_WRITE |
			SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
			SSL_MODE_RELEASE_BUFFERS);
	const char *what = NULL;
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1)
		what = certificate;
	else if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
		SSL_CTX_check_private_key(ctx) != 1)
		what = key;
	if (what != NULL) {
		(void)err_set(err, ERR_SYNTAX,
			"cannot use %s for TLS (tls_certificate, tls_key): %s",
			what, tls_error());
		ERR_clear_error();
		SSL_CTX_free(ctx);
		return false;
	}
	*out = mem_new(sizeof **out);
	(*out)->ctx = ctx;
	return true;
}

void
tls_server_free(struct tls_server *s)
{
	if (s == NULL)
		return;
	SSL_CTX_free(s->ctx);
	free(s);
}

struct tls *
tls_new(struct tls_server *s, int fd)
{
	SSL *ssl = SSL_new(s->ctx);

	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	struct tls *t = mem_new(sizeof *t);
	t->ssl = ssl;
	return t;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	ERR_clear_error();
	if (!t->broken && SSL_is_init_finished(t->ssl))
		(void)SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	free(t);
}

static enum tls_result
result(struct tls *t, int ret)
{
	switch (SSL_get_error(t->ssl, ret)) {
	case SSL_ERROR_NONE:
		return TLS_OK;
	case SSL_ERROR_WANT_READ:
		return TLS_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_GONE;
	default:
		t->broken = true;
		return TLS_GONE;
	}
}

enum tls_result
tls_handshake(struct tls *t)
{
	ERR_clear_error();
	return result(t, SSL_accept(t->ssl));
}

enum tls_result
tls_read(struct tls *t, void *out, size_t max, size_t *got)
{
	ERR_clear_error();
	return result(t, SSL_read_ex(t->ssl, out, max, got));
}

enum tls_result
tls_write(struct tls *t, struct span bytes, size_t *put)
{
	ERR_clear_error();
	return result(t, SSL_write_ex(t->ssl, bytes.p, bytes.n, put));
}
