/*
 * smtp.h - one SMTP or LMTP session as a machine of bytes, without I/O.
 *
 * Bytes of the client go in, bytes for it come out, and what the session
 * wants of the world it asks through struct smtp_server's functions. It has
 * no clock and no socket: whoever owns them (the edge role, a test, the
 * fuzzer) feeds it and looks at smtp_session_next() after each call.
 *
 * RFC 5321, 2033, 1870, 2920, 3030, 3207, 6531, 2034. A mail ends only at
 * CR LF . CR LF or with BDAT LAST; a bare CR or LF never ends a line, a
 * command or the data, however the bytes are cut into packets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "sys/spool.h"

enum smtp_rcpt {
	SMTP_RCPT_KNOWN,
	SMTP_RCPT_UNKNOWN, /* our domain, but nobody of that name */
	SMTP_RCPT_FOREIGN, /* we do not relay */
};

/* What all sessions share; nothing of it changes while they live. */
struct smtp_server {
	const char *hostname;
	bool tls;         /* offer STARTTLS */
	bool reject_bare; /* refuse mails with a bare CR or LF */
	uint64_t message_size;
	uint64_t recipients, errors, commands; /* most of each */

	/* The functions get the ctx of smtp_session_new(). */
	enum smtp_rcpt (*known)(
		void *ctx, struct span local, struct span domain);
	/* Is there a place for a mail of this size (0: it did not say)? */
	bool (*room)(void *ctx, uint64_t size);
	/* The mail's next bytes, dots unstuffed. False: they cannot be kept. */
	bool (*data)(void *ctx, struct span bytes);
	/*
	 * All is there. `mail` has sender, rcpts, helo, protocol and flags,
	 * which live until smtp_session_done(); no input is taken before
	 * that is called (not from inside this function).
	 */
	void (*end)(void *ctx, const struct spool_mail *mail);
	/* The bytes given so far will not become a mail. */
	void (*drop)(void *ctx);
};

enum smtp_next {
	SMTP_GOES_ON,    /* feed it */
	SMTP_STORES,     /* owes an answer: smtp_session_done() */
	SMTP_STARTS_TLS, /* send the output, shake hands, ..._secured() */
	SMTP_ENDS,       /* send the output and close */
};

struct smtp_session;

/* `server` and `ctx` stay the caller's. */
struct smtp_session *smtp_session_new(
	const struct smtp_server *server, bool lmtp, void *ctx);
void smtp_session_free(struct smtp_session *s); /* NULL is fine */

void smtp_session_greet(struct smtp_session *s, struct str *out);
/*
 * Feed bytes; returns how many were taken. The rest is to be fed again once
 * smtp_session_next() says SMTP_GOES_ON; it is never thrown away, except
 * where the session ends. Replies are appended to out.
 */
size_t smtp_session_input(
	struct smtp_session *s, struct span bytes, struct str *out);
enum smtp_next smtp_session_next(const struct smtp_session *s);

/* How storing went: ERR_NONE with the id that the client is told, ERR_BUSY
 * (452, no room), anything else (451). */
void smtp_session_done(struct smtp_session *s, enum err_code result,
	const char *id, struct str *out);
/* The handshake succeeded: everything said before it is forgotten. */
void smtp_session_secured(struct smtp_session *s);

enum smtp_why {
	SMTP_TOO_MANY, /* connections, of this address or in all */
	SMTP_EARLY,    /* it spoke before our greeting */
	SMTP_SILENT,   /* no command for too long */
	SMTP_SLOW,     /* one mail takes too long, or comes too slowly */
	SMTP_SHUTDOWN, /* we are being stopped */
};
/* End it at once, with a word of farewell. */
void smtp_session_end(
	struct smtp_session *s, enum smtp_why why, struct str *out);
/* We are being stopped: end it now, or after the mail in transfer. */
void smtp_session_retire(struct smtp_session *s, struct str *out);

/* For deadlines: is a mail under way, and are its bytes coming in? */
bool smtp_session_in_mail(const struct smtp_session *s);
bool smtp_session_in_data(const struct smtp_session *s);
/* Did the client say QUIT? Then it reads no more, and sends no more. */
bool smtp_session_quit(const struct smtp_session *s);
