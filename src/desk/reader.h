/*
 * reader.h - what a reader of foreign mails says, as a frame; and a reader
 * for commands that work while no desk runs.
 */
#pragma once

#include "base/pack.h"
#include "judge/evidence.h"
#include "mime/message.h"
#include "report/report.h"
#include "sys/spool.h"

void reader_pack(
	struct str *out, const struct message *m, const struct report *r);
/* Checks everything again: whoever packed it has met hostile bytes. */
bool reader_unpack(struct unpack *u, struct arena *a, struct message **m,
	struct report **r);

/* How many lines its text has: what a cited line is checked against. */
unsigned reader_lines(const struct message *m);

/* What stands for a mail that nobody could read: a person's work. */
void reader_none(struct arena *a, const struct spool_mail *mail,
	const char *why, const struct message **m, const struct report **r);

/*
 * One mail, read in a process of its own that has shut its doors first, and
 * may take `limit_ms`. `mirror` (may be NULL) is looked into for it, and what
 * it says is *ev, else NULL. ERR_BROKEN: it died, made no sense or took too
 * long; ERR_BUSY: there could be none.
 */
bool reader_apart(struct arena *a, const struct spool_mail *mail,
	const struct own_addresses *own, const char *mirror, int64_t limit_ms,
	struct message **m, struct report **r, struct evidence **ev,
	struct err *err);
