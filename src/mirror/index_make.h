/*
 * index_make.h - an index being made: trees first, then what is in blobs.
 *
 * index_trees.c walks the tags in order and looks only into folders that
 * differ from the tag before; index_read.c reads each blob once; index_make.c
 * sorts all of it and writes the file.
 */
#pragma once

#include "mirror/index.h"

#define INDEX_NONE UINT32_MAX

/* Something with a key, found by open addressing; ids count from 0. */
struct index_table {
	uint32_t *slot; /* id + 1; 0: empty */
	size_t cap, n;
};

struct made_path {
	uint32_t name, base;
	uint32_t open; /* blob of the run that is not closed, or INDEX_NONE */
	uint32_t from; /* its first tag */
};

struct index_maker {
	const struct mirror *m;
	int64_t deadline;

	char *texts;
	size_t n_texts, cap_texts;
	uint32_t *text_at; /* of text id */
	size_t cap_text_at;
	struct index_table text_table, path_table, blob_table;

	struct made_path *paths; /* id: as in path_table */
	size_t cap_paths;
	struct index_run *runs;
	size_t n_runs, cap_runs;
	struct index_blob *blobs;
	size_t cap_blobs;
	struct index_symbol *symbols;
	size_t n_symbols, cap_symbols;
	struct index_line *lines;
	size_t n_lines, cap_lines;
	uint32_t lines_left_out, files_left_out;
	size_t n_open; /* files at the tag that is walked */
};

/* The offset of s in the texts, where it stands once. */
uint32_t maker_text(struct index_maker *k, struct span s);
/* The id of a key: looked for, and room made for it. `same` compares the key
 * with that of an id; *found says whether it was there. */
uint32_t index_table_find(struct index_table *t, uint32_t hash,
	bool (*same)(const void *ctx, uint32_t id, const void *key),
	uint32_t (*hash_of_id)(const void *ctx, uint32_t id), const void *ctx,
	const void *key, bool *found);
uint32_t index_hash(const void *p, size_t n);

bool maker_late(const struct index_maker *k, struct err *err);
bool maker_trees(struct index_maker *k, struct err *err);
bool maker_read(struct index_maker *k, struct err *err);
