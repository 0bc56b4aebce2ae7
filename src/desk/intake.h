/*
 * intake.h - one mail from the spool into the store, in one transaction.
 */
#pragma once

#include "desk/letters.h"
#include "desk/policies.h"
#include "store/checkpoint.h"
#include "store/store.h"
#include "sys/spool.h"

/* What the core works with; borrowed by every flow. */
struct desk {
	struct store *store;
	const struct settings *set;
	const struct policies *policies;
	const char *node;
	const char *chain; /* "desk:NODE" */
	const char *data;
	unsigned send_room; /* letters that may go to post right away */
	/* Who holds the key: the sign role, or a command of the key's owner. */
	bool (*sign)(void *ctx, struct span text,
		unsigned char signature[SIGNATURE_BYTES], struct err *err);
	void *sign_ctx;
};

/* A mail that was read, or could not be: then `message` is of kind
 * MAIL_UNREADABLE, and `defect` says why. */
struct intake {
	const struct spool_mail *mail;
	const char *spool;    /* "edge", "pipe" */
	struct spool_pos pos; /* after it */
	const struct message *message;
	const struct report *report;
	const struct evidence *evidence; /* of the mirror, or NULL */
};

/* What happened, for the log and for post. */
struct taken {
	int64_t mail;
	const char *chain; /* case id, or NULL */
	const char *how;   /* "opened", "joined", "queued", "again" */
	enum disposition disposition;
	struct letter_bytes letter; /* id NULL: nothing to send now */
};

/*
 * Inside the caller's transaction, the position included. Deterministic but
 * for ids and tokens. Any failure leaves the transaction to be rolled back.
 */
bool intake_mail(struct desk *d, struct arena *a, const struct intake *in,
	instant at, struct taken *out, struct err *err);
