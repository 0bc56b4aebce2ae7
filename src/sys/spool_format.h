/*
 * spool_format.h - the bytes of a spool, for its two ends (docs/spool.md).
 *
 * A segment begins with a head that holds a random mark; each record of the
 * segment begins with that mark. Nobody outside ever sees the mark, so a
 * mail cannot hold bytes that pass for a record when a damaged segment is
 * searched for the next whole one.
 *
 * Everything here works on an open descriptor and an explicit offset, keeps
 * no state, and believes a length only after its checksum.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sys/spool.h"

enum {
	SEGMENT_HEAD = 32,
	RECORD_HEAD = 32,
	RECORD_END = 8,
	SEGMENT_CLOSE = RECORD_HEAD + RECORD_END, /* the record that says so */
	SEGMENT_MARK = 8,
	ENVELOPE_MAX = 16 * 1024 * 1024,
};
#define RAW_MAX UINT64_C(0x80000000)

struct segment {
	int fd;
	unsigned char mark[SEGMENT_MARK];
	instant created; /* when its first mail was received */
};

enum record_kind { RECORD_MAIL = 1, RECORD_CLOSE = 2 };

struct record {
	enum record_kind kind;
	uint32_t envelope, crc;
	uint64_t raw;
};

enum record_state {
	RECORD_ABSENT, /* the file ends here */
	RECORD_SHORT,  /* begins here, and the file ends before it does */
	RECORD_BAD,    /* these bytes are no record */
	RECORD_WHOLE,
};

uint64_t record_size(const struct record *r);

/* Heads are built here and written by the writer. */
void segment_put_head(unsigned char out[SEGMENT_HEAD], const struct segment *s);
void record_put_head(unsigned char out[RECORD_HEAD], const struct segment *s,
	const struct record *r);
void record_put_end(unsigned char out[RECORD_END], const struct segment *s);

/* ERR_SYNTAX: no segment begins here; ERR_BUSY: it cannot be read. */
bool segment_get_head(struct segment *s, struct err *err);
/* Parse the head in `bytes` (at least RECORD_HEAD of them). */
enum record_state record_get_head(
	const struct segment *s, const unsigned char *bytes, struct record *r);
bool record_end_is(const struct segment *s, const unsigned char *bytes);

/* Is there a whole record at `at`, in a file of `size` bytes? */
bool segment_look(const struct segment *s, uint64_t at, uint64_t size,
	struct record *r, enum record_state *state, struct err *err);
/* The first whole record at or after `from`, else `size`. */
bool segment_seek(const struct segment *s, uint64_t from, uint64_t size,
	uint64_t *found, struct err *err);

/* Exactly n bytes at `at`; ERR_BUSY when the disk or the file says no. */
bool segment_pread(int fd, void *out, size_t n, uint64_t at, struct err *err);

/* The numbers of the segments in the folder, ascending; the caller frees. */
bool segment_list(int dirfd, uint32_t **out, size_t *n, struct err *err);
enum { SEGMENT_NAME = 16 };
const char *segment_name(char out[SEGMENT_NAME], uint32_t number);
/* ERR_ABSENT when there is no such segment. */
bool segment_open(
	int dirfd, uint32_t number, int flags, int *fd, struct err *err);

/* The envelope half of a record, and back. False: a text in it is not valid
 * UTF-8, so it could not be read again. */
bool envelope_put(struct str *out, const struct spool_mail *mail);
bool envelope_get(struct span bytes, struct arena *a, struct spool_mail *mail);
