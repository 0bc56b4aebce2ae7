/*
 * resolve.h - is the version that a report states a release?
 *
 * By the tags alone, never by ancestry. Pure but for commit ids, which are
 * looked up in the mirror's objects.
 */
#pragma once

#include "mirror/mirror_impl.h"

struct resolved {
	enum release_status status;
	int tag; /* index; -1 unless confirmed. A range: the newest in it */
};

/* "0.22", "v0.22.0", "latest", "main", "1f2e3d4", ">=0.19,<0.23", "before
 * 0.22.1", "0.20.0 - 0.22.1", "all versions". */
void mirror_resolve(
	const struct mirror *m, const char *stated, struct resolved *out);

/* Its parts: a range (resolve_range.c), "the latest version", "main". */
void resolve_range(const struct mirror *m, struct span s, struct resolved *out);
bool resolve_is_newest_word(struct span s);
bool resolve_is_branch(const struct mirror *m, struct span s);
