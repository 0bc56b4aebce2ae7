/*
 * reader.h - what a reader of foreign mails says, as a frame; and a reader
 * for commands that work while no desk runs.
 */
#pragma once

#include "base/pack.h"
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

/*
 * One mail, read in a process of its own that has shut its doors first, and
 * may take `limit_ms`. ERR_BROKEN: it died, or made no sense; ERR_BUSY: it
 * took too long.
 */
bool reader_apart(struct arena *a, const struct spool_mail *mail,
	const struct own_addresses *own, int64_t limit_ms, struct message **m,
	struct report **r, struct err *err);
