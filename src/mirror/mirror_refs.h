/*
 * mirror_refs.h - the refs of a mirror, in two files that say the same.
 *
 * `packed-refs` is git's own, canonical as we write it (sorted, peeled), so
 * its BLAKE2b hash is the version of the mirror: `b2sum -l 256 packed-refs`.
 * `pratique.refs` adds what would cost a look into each commit: what a tag
 * points at in the end, and when that was committed.
 */
#pragma once

#include "base/hash.h"
#include "mirror/mirror_impl.h"

#define MIRROR_REFS "pratique.refs"

/* A ref that is to be: "refs/tags/v1.0" or "refs/heads/main". */
struct mirror_ref {
	const char *name;
	git_oid target; /* the tag object, where there is one */
	git_oid commit; /* peeled */
	instant date;
};

/* Sorts, and writes both files and HEAD into the folder. `head`: the full
 * name of the default branch, or NULL. */
bool mirror_refs_write(struct arena *a, const char *folder,
	struct mirror_ref *refs, size_t n, const char *head, struct err *err);

/* Is `name` a ref that we keep: a branch or a tag with a name that git and
 * people can write? */
bool mirror_ref_is_kept(const char *name);

/* In mirror_open(): version, tags, branches, newest. */
bool mirror_refs_read(struct mirror *m, struct err *err);

/* Packed-refs as it would be written, for a comparison. */
const char *mirror_refs_version(struct arena *a, struct mirror_ref *refs,
	size_t n, char out[HASH_TEXT]);
