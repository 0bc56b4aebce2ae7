/*
 * index.h - the file beside a mirror that says what stands where at each tag.
 *
 * It is made once, by the update, and mapped read-only; a look touches a few
 * pages. Rows of fixed size in the machine's order of bytes, sorted, each
 * kind in a section of its own:
 *
 *	texts	names, each ended by NUL, each once
 *	paths	by base name, then name: a path that any tag has
 *	runs	by path, then tag: from one tag to another (in the order of
 *		mirror.tags) the path has one blob
 *	blobs	number of lines, and its runs
 *	uses	numbers of runs, by blob
 *	symbols	by name: functions and classes of each blob, with their lines
 *	lines	by hash: in which paths a line of code stands, blanks aside
 *
 * Blobs are shared between tags, so a tag costs what it changed. Nothing in
 * the file is trusted: the head is hashed, a page of 4 KiB is checked
 * against its sum when it is first looked at, and every number is held
 * against the section it points into. What is damaged reads as zero and sets
 * `damaged`, which makes answers unknown.
 */
#pragma once

#include <stdint.h>

#include "mirror/mirror_impl.h"

enum {
	INDEX_FORMAT = 1,
	INDEX_PAGE = 4096,
	INDEX_LINE_LEAST = 8,  /* bytes of a line, without its blanks */
	INDEX_LINE_PATHS = 16, /* of one line; then it is too common */
	INDEX_LINES_MAX = 24 * 1000 * 1000,
};

enum index_section {
	INDEX_TEXTS,
	INDEX_PATHS,
	INDEX_RUNS,
	INDEX_BLOBS,
	INDEX_USES,
	INDEX_SYMBOLS,
	INDEX_LINES,
	INDEX_SUMS, /* of the pages of all before */
};
enum { INDEX_SECTIONS = INDEX_SUMS + 1 };

struct index_head {
	char magic[8]; /* "PRQindex" */
	uint32_t format;
	uint32_t n_tags;
	char version[64];        /* of the mirror: evidence.mirror */
	uint32_t lines_left_out; /* 1: too many lines, some are missing */
	uint32_t files_left_out;
	struct {
		uint64_t at, n; /* offset in the file; rows */
	} section[INDEX_SECTIONS];
	unsigned char sums[HASH_BYTES]; /* over the section of sums */
	unsigned char head[HASH_BYTES]; /* over the head up to here */
};

struct index_path {
	uint32_t name, base; /* in texts; base is within name */
	uint32_t runs, n_runs;
};

struct index_run {
	uint32_t path, blob;
	uint16_t from, to; /* tags, both included */
};

struct index_blob {
	unsigned char id[20];
	uint32_t lines; /* 0: not text, or too large */
	uint32_t uses, n_uses;
};

struct index_symbol {
	uint32_t name, owner; /* in texts; owner "" if none */
	uint32_t blob;
	uint32_t line, end; /* `end`: before the next one beside it */
	uint32_t kind;      /* enum symbol_kind */
};

struct index_line {
	uint32_t hash, path;
};

struct mirror_index {
	const unsigned char *map;
	size_t size;
	struct index_head head;
	unsigned char *checked; /* a bit a page */
	bool damaged;
};

/* Row i of a section, `size` bytes; zeros if it is not there. */
const void *index_row(
	struct mirror_index *x, enum index_section s, uint64_t i, size_t size);
#define INDEX_ROW(x, s, i, type)                                               \
	((const struct type *)index_row((x), (s), (i), sizeof(struct type)))

/* "" if it is not there. */
const char *index_text(struct mirror_index *x, uint32_t at);

/* Rows [*from, *to) of the paths with this base name; of the symbols with
 * this name; of the lines with this hash. */
void index_find_base(
	struct mirror_index *x, const char *base, uint64_t *from, uint64_t *to);
void index_find_symbol(
	struct mirror_index *x, const char *name, uint64_t *from, uint64_t *to);
void index_find_line(
	struct mirror_index *x, uint32_t hash, uint64_t *from, uint64_t *to);

/* The blob of a path at a tag; -1: it has none there. */
int64_t index_blob_at(
	struct mirror_index *x, const struct index_path *p, unsigned tag);

/* A line of code without its blanks and a comment behind it: how many bytes
 * are left, and their hash (FNV-1a). */
size_t index_line_hash(struct span line, uint32_t *hash);
