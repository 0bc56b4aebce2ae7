/*
 * backup_line.h - lines in and out of a compressed file; shared by backup
 * and restore, nobody else includes it.
 *
 * Bytes of any length follow their line as {"bytes":"..."} lines of at most
 * BYTES_A_LINE, so that no line is longer than LINE_MAX_BYTES.
 */
#pragma once

#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { BYTES_A_LINE = 192 * 1024, LINE_MAX_BYTES = 1 << 20 };

struct line_writer;
struct line_writer *line_writer_new(int fd);
void line_writer_free(struct line_writer *w); /* NULL is fine */
/* Takes the reference. */
bool line_put(struct line_writer *w, json_t *line, struct err *err);
bool line_put_bytes(struct line_writer *w, struct span bytes, struct err *err);
/* The last line. */
bool line_end(struct line_writer *w, int64_t *lines, struct err *err);

struct line_reader;
struct line_reader *line_reader_new(int fd);
void line_reader_free(struct line_reader *r); /* NULL is fine */
/* *line NULL after the last line, whose count and hash were right. */
bool line_get(struct line_reader *r, json_t **line, struct err *err);
/* The n bytes that follow the line; in the arena. */
bool line_get_bytes(struct line_reader *r, struct arena *a, uint64_t n,
	struct span *out, struct err *err);
int64_t line_count(const struct line_reader *r);
