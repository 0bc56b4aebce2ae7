/*
 * mirror.h - local mirrors of the products' repositories, and what they say
 * about a report. The only door to libgit2.
 *
 * A mirror is a bare repository in DATA/mirrors/PREFIX.git that only we have
 * written: refs and objects, nothing else. Nothing from it is ever run or
 * followed: no hooks, filters, attributes, submodules, configuration (not the
 * system's or the user's either), alternates, replace refs or links out. A
 * tree is read, never checked out. In it lies `pratique.index`, made by the
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
	MIRROR_MAX_NAMED = 20,             /* tags told by name in the news */
};

struct mirror;

/* Before the doors shut: what libgit2 needs of the machine. mirror_open() and
 * mirror_fetch() do it themselves where it was not done. */
void mirror_start(void);

/* `path`: ".../DAGF.git". ERR_ABSENT: there is none; ERR_BROKEN: not one that
 * we wrote. Reads only; safe in a process that may open no other file. */
bool mirror_open(struct mirror **out, const char *path, struct err *err);
void mirror_close(struct mirror *m);

/* Bounded in time by `limit_ms` of its own: what was not looked up by then is
 * CLAIM_UNKNOWN with the reason. */
bool mirror_look(struct mirror *m, struct arena *a, const struct report *r,
	int64_t limit_ms, struct evidence **out, struct err *err);

/*
 * Where a mirror comes from: an https, http or git URL, a local repository,
 * or a bundle file (gitformat-bundle, version 2 or 3, without
 * prerequisites). Only public repositories: nobody is asked for a password,
 * and ssh, which needs a key, is refused. A redirect is not followed. Of a
 * local repository objects and refs are read, and neither its configuration
 * nor its alternates.
 */
struct mirror_source {
	const char *from;
	int64_t limit_ms;   /* for the whole update */
	uint64_t max_bytes; /* of the pack */
	unsigned uid;       /* for root: fetch as this user; 0: as oneself */
	bool anew;          /* fetch all of it again, whatever is there */
	bool doors_may_stay_open; /* where the kernel has no sandbox */
};

struct mirror_news {
	size_t tags, tags_new, tags_moved, tags_gone, branches;
	size_t tags_odd;     /* that point at no commit, left out */
	uint64_t bytes;      /* received */
	const char *version; /* as evidence.mirror */
	bool unchanged;      /* the same refs as before */
	/* Names, at most MIRROR_MAX_NAMED of each. */
	const char *const *moved, *const *gone;
	size_t n_moved, n_gone;
};

/*
 * Makes or updates the mirror at `path` and its index; a failed update leaves
 * the old one as it was, whenever it is killed. A process of its own meets
 * the foreign bytes, behind shut doors, and is ended when the time is over.
 * Moved and vanished tags are told: a release that changes is news.
 * ERR_BUSY: another update is under way, the source cannot be had now, or
 * the time is over; ERR_SYNTAX: the source is not what it should be;
 * ERR_LIMIT: it is more than we take.
 */
bool mirror_fetch(struct arena *a, const char *path,
	const struct mirror_source *from, struct mirror_news *news,
	struct err *err);

/* What `mirror list` shows. Texts are the mirror's. */
struct mirror_facts {
	const char *version;
	instant fetched; /* {0}: unknown */
	size_t tags, releases, branches;
	const char *newest, *branch; /* NULL: none */
	instant newest_at;
	uint64_t bytes;      /* on disk */
	const char *problem; /* with its index, or NULL */
};
void mirror_facts(const struct mirror *m, struct mirror_facts *out);
