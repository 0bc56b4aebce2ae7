/*
 * message.h - a mail as values: what mime makes of bytes.
 *
 * Everything is in one arena. Texts are valid UTF-8 without NUL and without
 * controls other than tab and newline; NULL means absent. Addresses are
 * addr-spec without display name, the domain in lower case as A-label or
 * UTF-8 as it came. Lines of `text` end in LF; line 1 is the first.
 *
 * Limits (standards.md 5.12) are in mime.h; a limit that was hit is a
 * sentence in `defects`, never a silent loss.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/pack.h"
#include "base/span.h"

enum mail_kind {
	MAIL_PERSON,
	MAIL_AUTO_REPLY,
	MAIL_BOUNCE,
	MAIL_COMPLAINT,
	MAIL_LIST,
	MAIL_CALENDAR,
	MAIL_ENCRYPTED,
	MAIL_UNREADABLE,
};
enum { MAIL_KIND_COUNT = MAIL_UNREADABLE + 1 };
extern const char *const mail_kind_names[MAIL_KIND_COUNT]; /* "auto-reply" */

enum mail_body {
	BODY_PLAIN,
	BODY_ALTERNATIVE, /* HTML with a readable plain alternative */
	BODY_HTML_ONLY,
	BODY_ATTACHMENTS_ONLY,
	BODY_EMPTY,
};
enum { MAIL_BODY_COUNT = BODY_EMPTY + 1 };
extern const char *const mail_body_names[MAIL_BODY_COUNT];

/* What came with the mail but is not in it. */
struct envelope {
	const char *sender; /* "" the null path, NULL unknown */
	const char *const *rcpts;
	size_t n_rcpts;
};

/* Addresses that are the desk's: its contacts, their sub-addresses, its
 * lists. Mail from them is our own; List-* headers of theirs mean nothing. */
struct own_addresses {
	const char *const *addresses; /* local@domain, lower case */
	size_t n;
	const char *message_domain; /* right side of our Message-IDs, or NULL */
};
/* The left side of our Message-IDs: so many letters (random_token_is()). */
enum { OWN_ID_LETTERS = 26 };

struct attachment {
	const char *name; /* cleaned: no directories, controls, bidi; or NULL */
	const char *type; /* "image/png", lower case */
	uint64_t bytes;   /* decoded */
	struct hash sha256; /* of the decoded bytes */
};

/* RFC 3464, the first failed (else first) recipient. */
struct bounce {
	const char *action;     /* "failed", "delayed" ... or NULL */
	const char *status;     /* "5.1.1" or NULL */
	const char *recipient;  /* Final- or Original-Recipient or NULL */
	const char *message_id; /* of the returned mail, or NULL */
	const char *diagnostic; /* or NULL */
};

struct message {
	enum mail_kind kind;
	const char *kind_because; /* what shows the kind; NULL for person */

	const char *from;      /* the author's address */
	const char *from_name; /* display name or NULL */
	const char *reply_to;
	const char *envelope_sender; /* as in struct envelope */
	const char *subject;
	const char *message_id; /* with its < >, or NULL */
	const char *in_reply_to;
	const char *const *references; /* oldest first, each with < > */
	size_t n_references;
	const char *const *recipients; /* addresses in To and Cc */
	size_t n_recipients;

	enum mail_body body;
	const char *text; /* the decoded text/plain; rendered if html-only */
	bool answer;      /* may an automatic letter be sent? standards.md 2 */
	const char *no_answer_because; /* NULL if answer */

	struct bounce bounce; /* all NULL unless kind is MAIL_BOUNCE */
	const struct attachment *attachments;
	size_t n_attachments;
	const char *const *defects; /* sentences */
	size_t n_defects;
};

/* Frames between the parse role and the core; unpack checks every limit. */
void message_pack(struct str *out, const struct message *m);
bool message_unpack(struct unpack *u, struct arena *a, struct message **out);
