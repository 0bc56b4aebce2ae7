/*
 * spool.h - the append-only log of accepted mails: 250 means "in here".
 *
 * A spool is a folder of segments NNNNNNNN.seg (decimal, from 1). A record
 * is a header (magic, version, lengths, CRC-32 of all that follows), the
 * envelope (packed), the mail's bytes and an end mark; docs/spool.md has the
 * bytes. Records never span segments. All sessions that wait share one
 * fdatasync(): append as many as are ready, then spool_sync() once.
 *
 * One writer at a time: the edge keeps its spool's lock for life; the pipe
 * spool (`pratique intake`) is locked for one append. Readers need no lock;
 * they see a record only when it is whole. A torn tail (power loss) is
 * recognised by the writer at open, cut, and reported in `torn`.
 *
 * A failed fsync ends the process (spool_sync never returns then): the page
 * cache can no longer be believed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

struct spool_pos {
	uint32_t segment; /* 1.. ; {0, 0} is "before everything" */
	uint64_t offset;
};

/* What the receiver knew of one mail. Texts are NULL when unknown. */
struct spool_mail {
	instant received;   /* ours, never the mail's Date */
	const char *sender; /* "" the null path, NULL unknown (pipe) */
	const char *const *rcpts;
	size_t n_rcpts;
	const char *peer; /* "127.0.0.1:4711" or "pipe" */
	const char *helo;
	const char *protocol; /* "ESMTP", "ESMTPS", "LMTP", "UTF8SMTP" ... */
	const char *trace;    /* our Return-Path and Received, CRLF lines */
	uint32_t flags;       /* SPOOL_* */
	struct span raw;      /* as received, dots unstuffed, CRLF kept */
};
enum {
	SPOOL_BARE_NEWLINE = 1, /* raw holds a bare LF or CR (kept) */
	SPOOL_TLS = 2,
	SPOOL_SMTPUTF8 = 4,
	SPOOL_8BIT = 8,
};

struct spool; /* the writing end */

struct spool_settings {
	uint64_t segment_bytes; /* a new segment is begun past this */
	uint64_t reserve_bytes; /* ERR_BUSY when the disk has less than this */
};

bool spool_open(struct spool **out, const char *dir,
	const struct spool_settings *set, uint64_t *torn, struct err *err);
void spool_close(struct spool *s); /* NULL is fine; syncs nothing */

/* Buffered in the kernel, not durable. ERR_BUSY: no disk, nothing written.
 * *end is the position after the record. */
bool spool_append(struct spool *s, const struct spool_mail *mail,
	struct spool_pos *end, struct err *err);
/* As spool_append(), the mail's bytes taken from fd [0, n). */
bool spool_append_fd(struct spool *s, const struct spool_mail *mail, int fd,
	uint64_t n, struct spool_pos *end, struct err *err);
/* Everything appended so far is durable (file, and its name), or we die. */
void spool_sync(struct spool *s);

struct spool_reader;
bool spool_reader_open(
	struct spool_reader **out, const char *dir, struct err *err);
void spool_reader_close(struct spool_reader *r);
/*
 * The record at *pos; *pos moves past it (into the next segment when one
 * ends). False with ERR_NONE when there is nothing whole yet. A record that
 * is damaged in the middle of the log (not a torn tail) is ERR_BROKEN and
 * *pos moves to the next whole one: the caller files what was skipped.
 * Everything in *out is in the arena.
 */
bool spool_read(struct spool_reader *r, struct arena *a, struct spool_pos *pos,
	struct spool_mail *out, struct err *err);

/*
 * What spool_read() skipped as damaged, from `from` to where *pos then
 * stood, at most `most` bytes of it. *not_before: when the segment was begun,
 * 0 if it does not say. ERR_ABSENT: the segment is gone.
 */
bool spool_salvage(const char *dir, struct arena *a, struct spool_pos from,
	struct spool_pos to, uint64_t most, struct span *bytes,
	instant *not_before, struct err *err);

/* Remove segments that end before `pos` and are older than `before`. */
bool spool_prune(
	const char *dir, struct spool_pos pos, instant before, struct err *err);
