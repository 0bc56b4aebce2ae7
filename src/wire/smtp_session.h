/*
 * smtp_session.h - the inside of a session, for the verbs (smtp_cmd_*.c).
 */
#pragma once

#include "wire/smtp.h"
#include "wire/smtp_data.h"
#include "wire/smtp_hops.h"

/* RFC 5321 asks for 512 with CRLF, RFC 6531 for 10 more for SMTPUTF8; SIZE,
 * BODY and what else may stand on a MAIL line fit into this. */
enum { SMTP_LINE_MAX = 2048 };

enum smtp_phase {
	PHASE_LINE,  /* a command line is coming */
	PHASE_SKIP,  /* the rest of a refused line is coming */
	PHASE_DATA,  /* the mail, up to the dot */
	PHASE_CHUNK, /* the bytes of one BDAT */
};

struct smtp_session {
	const struct smtp_server *server;
	void *ctx;
	enum smtp_next next;
	enum smtp_phase phase;
	bool lmtp, tls, retired, quit;
	bool extended; /* greeted with EHLO or LHLO */
	bool skip_cr;  /* PHASE_SKIP: the last byte was a CR */

	struct str line; /* an unfinished command line */
	char *helo;      /* NULL: not greeted yet */
	uint64_t errors, commands;

	/* the mail under way */
	bool mail;   /* MAIL was accepted */
	bool chunks; /* a BDAT was accepted, the last is to come */
	bool chunk_last;
	bool discard;   /* this BDAT was refused, its bytes still come */
	bool dropped;   /* its bytes are no longer wanted */
	uint32_t flags; /* SPOOL_* */
	size_t n_rcpts;
	struct str names; /* sender NUL rcpt NUL rcpt NUL ... */
	const char **rcpts;
	size_t cap_rcpts;
	uint64_t size, chunk_left;
	const char *fault; /* the reply it will get instead of 250 */
	struct smtp_data data;
	struct smtp_hops hops;
};

/* One reply line, without its CRLF. */
void smtp_reply(struct smtp_session *s, struct str *out, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a refusal; too many of them end the session. */
void smtp_refuse(struct smtp_session *s, struct str *out, const char *text);
/* Forget the mail under way. */
void smtp_reset(struct smtp_session *s);
/* The mail's bytes begin, for DATA or the first BDAT. */
void smtp_begin_data(struct smtp_session *s);
/* A BDAT's last byte has come, or it had none. */
void smtp_end_chunk(struct smtp_session *s, struct str *out);
/* "ESMTPS", "UTF8LMTP" ... (RFC 3848, 6531) */
const char *smtp_protocol(const struct smtp_session *s);
/* An SMTP parameter list: takes the next "NAME" or "NAME=value" off *args;
 * value.p is NULL without "=". False when nothing is left. */
bool smtp_param(struct span *args, struct span *name, struct span *value);

enum {
	VERB_SMTP = 1,
	VERB_LMTP = 2,
	VERB_GREETED = 4, /* only after EHLO, HELO or LHLO */
	VERB_ALONE = 8,   /* nothing may have been sent behind it */
	VERB_BARE = 16,   /* takes no argument */
};

struct smtp_verb {
	const char *name;
	unsigned flags;
	void (*run)(struct smtp_session *s, struct span args, struct str *out);
};
/* NULL: no such verb. */
const struct smtp_verb *smtp_verb_find(struct span word);

void smtp_cmd_bdat(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_data(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_ehlo(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_expn(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_helo(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_help(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_mail(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_noop(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_quit(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_rcpt(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_rset(struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_starttls(
	struct smtp_session *s, struct span args, struct str *out);
void smtp_cmd_vrfy(struct smtp_session *s, struct span args, struct str *out);
