/*
 * smtp.h - one letter, one exchange with the next hop (smtp_try.c), and the
 * threads in which exchanges run (smtp.c).
 */
#pragma once

#include <curl/curl.h>
#include <stdatomic.h>

#include "post/transport.h"

enum smtp_tls {
	SMTP_TLS_NEVER,
	SMTP_TLS_TRY,      /* encrypted if offered, by whomever */
	SMTP_TLS_REQUIRED, /* certificate and name verified, never clear */
};

/* Never changes once the threads run, but for `stop`. */
struct smtp_hop {
	char *url;   /* smtp://HOST:PORT/OWN-NAME */
	char *where; /* HOST:PORT, for people */
	enum smtp_tls tls;
	bool implicit;                   /* TLS from the first byte */
	char *ca_file, *user, *password; /* NULL: none */
	atomic_bool stop;                /* give up at once */
};

/*
 * Delivers the job on the handle's connection, which is made when there is
 * none. Blocks; sets outcome and reply. A kept connection that turns out to
 * be dead before the server said a word is replaced once.
 */
void smtp_deliver(CURL *curl, const struct smtp_hop *hop, struct job *job);
