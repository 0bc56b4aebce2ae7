/*
 * mime.h - the only door to GMime: bytes to a message.
 *
 * Deterministic: the same bytes and envelope give the same message. Linear
 * time in every dimension of the mail. Never fails on bad mail: what cannot
 * be read is a defect, and a mail of which nothing can be read is
 * MAIL_UNREADABLE. Never touches the network or a file after mime_init().
 */
#pragma once

#include "base/arena.h"
#include "mime/message.h"

enum {
	MIME_MAX_NESTING = 50,
	MIME_MAX_PARTS = 1000,
	MIME_MAX_HEADER_BYTES = 256 * 1024,
	MIME_MAX_LINE = 1024 * 1024,
	MIME_MAX_TEXT = 4 * 1024 * 1024, /* bytes of `text`, then clipped */
	MIME_MAX_ADDRESSES = 1000,
	MIME_MAX_REFERENCES = 200,
	MIME_MAX_DEFECTS = 64,
};

/* Once a process, before the sandbox: GMime, and every iconv converter
 * loaded from disk, since openat() will fail later. */
void mime_init(void);

/* `raw` borrowed for the call. CRLF and LF mails are both read; a leading
 * "From " line is skipped. */
struct message *mime_parse(struct arena *a, struct span raw,
	const struct envelope *env, const struct own_addresses *own);
