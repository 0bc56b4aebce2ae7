/*
 * mirror_impl.h - the parts of src/mirror, as they see each other.
 *
 * mirror_open.c	the folder checked, the refs read, libgit2 started
 * mirror_refs.c	packed-refs, the only form our refs have
 * mirror_fetch.c	a new folder beside the old one, then one exchange
 * fetch_child.c	the process that meets the foreign bytes, shut in
 * fetch_*.c	a probe of an address, then each kind of source
 * release.c		version numbers, read and ordered (pure)
 * resolve*.c		the version a report states, against the tags (pure)
 * mirror_look.c	all of a report's questions, in one go
 * index*.c		what stands where at each tag: made once, mapped
 * claims.c		files, lines, functions, classes, commits, quotes
 * depends*.c		what the manifests at a tag declare
 *
 * The folder PREFIX.git holds nothing but what we wrote: HEAD, config,
 * packed-refs, refs/ (empty), objects/pack/, `pratique.index` and
 * `pratique.fetched`. An update writes a whole new folder (packs are linked)
 * and exchanges the two in one step, so refs, objects and index always
 * belong together, whenever it is killed.
 *
 * A mirror that is open reads packs, packed-refs and the index by themselves:
 * libgit2 gets an object database without loose objects and alternates, and a
 * repository without a folder, so no configuration is ever read.
 */
#pragma once

#include <git2.h>

#include "base/instant.h"
#include "mirror/mirror.h"
#include "mirror/release.h"

#define MIRROR_INDEX "pratique.index"
#define MIRROR_FETCHED "pratique.fetched"

struct mirror_tag {
	const char *name; /* "v0.22.0" */
	git_oid commit;   /* what it points at, in the end */
	instant date;     /* that commit's, by its committer */
	struct release release;
	bool is_release; /* its name reads as a version; `release` holds it */
	bool is_main;    /* and its prefix is the one that most tags have: in
			    "cli-v1.2" and "core-v1.2" two products count */
};

struct mirror_branch {
	const char *name; /* "main" */
	git_oid commit;
};

struct mirror_index; /* index.c */

struct mirror {
	struct arena *arena; /* all below lives in it */
	const char *path;
	git_odb *odb;         /* packs only */
	git_repository *repo; /* around it: lookups of objects work, no more */
	char version[65];     /* evidence.mirror */
	instant fetched;      /* {0}: unknown */
	/* In release order, the oldest first; those that are no versions
	 * come before them, in the order of their dates. */
	const struct mirror_tag *tags;
	size_t n_tags;
	int newest; /* index of the newest final release (else the newest
		       pre-release, else the youngest tag); -1: no tags */
	const struct mirror_branch *branches; /* the default one first */
	size_t n_branches;
	struct mirror_index *index; /* NULL: could not be opened ... */
	const char *index_problem;  /* ... because of this */
};

/* Once a process, before anything of libgit2: no configuration of anybody,
 * hashes verified, no owner asked for, bounded caches. */
void mirror_git_start(void);
/* "what: what libgit2 says", in one line; returns false. */
bool mirror_git_err(
	struct err *err, enum err_code code, int rc, const char *what);

/* The folder, without its index. */
bool mirror_open_refs(struct mirror **out, const char *path, struct err *err);

/* Index of the tag with exactly this name, or -1. */
int mirror_find_tag(const struct mirror *m, const char *name);
/* The tag to look claims up in: the newest that the report states and the
 * mirror confirms, else m->newest. -1: no tag at all. *stated as
 * evidence.tag_stated. */
int mirror_tag_of(const struct mirror *m, const struct version_evidence *v,
	size_t n, bool *stated);

enum mirror_commit {
	COMMIT_ABSENT,    /* no commit of this mirror */
	COMMIT_AMBIGUOUS, /* several begin with these digits */
	COMMIT_THERE,
};
/* `hex`: 4 to 40 lower-case digits. `id` is set when it is there. */
enum mirror_commit mirror_find_commit(
	const struct mirror *m, const char *hex, git_oid *id);

/* All versions that the report states; `ev->versions`. */
void mirror_versions(const struct mirror *m, struct arena *a,
	const struct report *r, struct evidence *ev);

/* --- index, claims, dependencies ------------------------------------------- */

/*
 * Writes `file` (not yet there, in the new folder) for all tags of `m`, which
 * has no index. `deadline`: CLOCK_MONOTONIC in ms (loop_now()); ERR_BUSY
 * past it, and then the update fails. The same tags give the same bytes.
 */
bool mirror_index_make(const struct mirror *m, const char *file,
	int64_t deadline, struct err *err);
/* Maps it. ERR_BROKEN: damaged, of another format, or of another version
 * than m->version. */
bool mirror_index_open(struct mirror_index **out, const struct mirror *m,
	const char *file, struct err *err);
void mirror_index_close(struct mirror_index *x); /* NULL is fine */

/* ev->claims, a row for each of r->claims; `tag` may be -1. Past the deadline
 * CLAIM_UNKNOWN. */
void mirror_claims(const struct mirror *m, struct arena *a,
	const struct report *r, int tag, int64_t deadline, struct evidence *ev);
/* ev->dependencies of the tag's manifests. */
void mirror_dependencies(const struct mirror *m, struct arena *a, int tag,
	int64_t deadline, struct evidence *ev);
