/*
 * claims.h - one report's claims being looked up at one tag.
 *
 * claims.c has files, lines, commits and the order of it all,
 * claims_symbol.c functions and classes, claims_quote.c quoted code.
 */
#pragma once

#include "mirror/index.h"

enum {
	CLAIM_PATHS_MAX = 64, /* of one name; the rest is counted */
	CLAIM_ROWS_MAX = 50000,
	CLAIM_NEAR = 5, /* lines that people are wrong by */
};

struct look {
	const struct mirror *m;
	struct mirror_index *x;
	struct arena *a;
	unsigned tag;
	int64_t deadline;
	unsigned char *tags; /* flags, one a tag: scratch of one claim */
};

struct found_paths {
	uint32_t v[CLAIM_PATHS_MAX]; /* rows of INDEX_PATHS */
	size_t n, all;
	bool foreign; /* of another package, by its path */
};

/* Paths that end as `claim` does, at whatever tag. */
void look_paths(struct look *k, const char *claim, struct found_paths *out);
bool look_path_matches(const char *path, const char *claim);
const char *look_path_name(struct look *k, uint32_t path);
/* The claim without a package folder before it. */
const char *look_without_package(const char *claim, bool *package);

void look_tags_clear(struct look *k);
void look_tags_add(struct look *k, const struct index_run *run);
/* "v1.0.0, v0.23.0 and 12 more", the newest first; NULL if none. */
const char *look_tags_text(struct look *k);

struct claim_evidence look_file(struct look *k, const char *claim);
struct claim_evidence look_symbol(struct look *k, const struct code_claim *c);
struct claim_evidence look_quote(struct look *k, const struct code_claim *c);
