/*
 * tls.h - the server's side of TLS on a non-blocking socket.
 *
 * TLS 1.2 and later, no renegotiation, no session cache. OpenSSL stays
 * behind this header.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct tls_server; /* certificate and key, shared by all connections */
struct tls;        /* one connection */

/* PEM files; the key is checked against the certificate. */
bool tls_server_new(struct tls_server **out, const char *certificate,
	const char *key, struct err *err);
void tls_server_free(struct tls_server *s); /* NULL is fine */

/* The descriptor stays the caller's. NULL: no more connections now. */
struct tls *tls_new(struct tls_server *s, int fd);
void tls_free(struct tls *t); /* NULL is fine; says good-bye if it can */

enum tls_result {
	TLS_OK,
	TLS_WANTS_READ,  /* again when the socket can be read */
	TLS_WANTS_WRITE, /* again when it can be written */
	TLS_GONE,        /* the peer closed, or said nonsense */
};
enum tls_result tls_handshake(struct tls *t);
/* Until TLS_WANTS_READ: bytes may wait inside, where no poll sees them. */
enum tls_result tls_read(struct tls *t, void *out, size_t max, size_t *got);
enum tls_result tls_write(struct tls *t, struct span bytes, size_t *put);
/* Why it is gone, for the log. */
const char *tls_error(void);
