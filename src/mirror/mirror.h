/*
 * mirror.h - local mirrors of the products' repositories, and what they say
 * about a report. The only door to libgit2.
 *
 * A mirror is a bare repository in DATA/mirrors/PREFIX.git that only we have
 * written: refs and objects, nothing else. Nothing from it is ever run or
 * followed: no hooks, filters, attributes, submodules, configuration (not the
 * system's or the user's either), alternates, replace refs or links out. A
 * tree is read, never checked out. Beside it lies PREFIX.index, made by the
 * last update: what stands where at each tag, in one file that is mapped and
 * searched, so that looking up costs no walk through history.
 *
 * What is a release is told by the tags alone, never by ancestry: releases
 * are made on branches too.
 *
 * Cost: an update grows with what is new in the objects, a look with the
 * number of claims and the logarithm of names in the index. A handle is one
 * thread's.
 */
#pragma once

#include "base/err.h"
#include "judge/evidence.h"
#include "policy/policy.h"

enum {
	MIRROR_MAX_TAGS = 20000,
	MIRROR_MAX_FILES = 200000,         /* of one tag's tree */
	MIRROR_MAX_BLOB = 4 * 1024 * 1024, /* larger files are names only */
};

struct mirror;

/* `path`: ".../DAGF.git". ERR_ABSENT: there is none; ERR_BROKEN: not one that
 * we wrote. Reads only; safe in a process that may open no other file. */
bool mirror_open(struct mirror **out, const char *path, struct err *err);
void mirror_close(struct mirror *m);

/* Bounded in time by `limit_ms` of its own: what was not looked up by then is
 * CLAIM_UNKNOWN with the reason. */
bool mirror_look(struct mirror *m, struct arena *a, const struct report *r,
	int64_t limit_ms, struct evidence **out, struct err *err);

/*
 * Where a mirror comes from: an https, http, git or ssh URL, a local
 * repository, or a bundle file (gitformat-bundle, version 2 or 3, without
 * prerequisites).
 */
struct mirror_source {
	const char *from;
	int64_t limit_ms;   /* for the whole transfer */
	uint64_t max_bytes; /* of the pack */
};

struct mirror_news {
	size_t tags, tags_new, tags_moved, tags_gone, branches;
	uint64_t bytes;      /* received */
	const char *version; /* as evidence.mirror */
};

/*
 * Makes or updates the mirror at `path` and its index; a failed update leaves
 * the old one as it was. Moved and vanished tags are told: a release that
 * changes is news. ERR_BUSY: another update is under way, or
 * the time is over.
 */
bool mirror_fetch(struct arena *a, const char *path,
	const struct mirror_source *from, struct mirror_news *news,
	struct err *err);
