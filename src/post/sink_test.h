/*
 * sink_test.h - a small SMTP server in a child process, for tests.
 *
 * It keeps what it takes as DIR/N.eml (envelope lines first) and does as the
 * recipient's local part says:
 *	ok              takes the letter
 *	temp, perm      450, 550 to RCPT
 *	dot4, dot5      451, 554 after the final dot
 *	drop            closes after the final dot, without a word
 *	once            takes the letter, then closes the connection
 *	bye             answers the next MAIL with 421 and closes
 *	slow            answers the final dot after three seconds
 */
#pragma once

#include <sys/types.h>

struct sink {
	pid_t pid;
	int port;
};

enum {
	SINK_SMTPUTF8 = 1,
	SINK_REFUSES = 2,  /* 554 for a greeting */
	SINK_STARTTLS = 4, /* offers it, then says 454 */
	SINK_TLS = 8, /* offers STARTTLS and does it; DIR/ca.pem is its own */
	SINK_IMPLICIT = 16,   /* TLS from the first byte */
	SINK_AUTH = 32,       /* wants user "desk" and password "secret" */
	SINK_CLEAR_UTF8 = 64, /* offers SMTPUTF8 before STARTTLS only */
};

struct sink sink_start(const char *dir, unsigned flags);
void sink_stop(struct sink s);
