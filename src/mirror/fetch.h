/*
 * fetch.h - what the parts of an update share, in the process that meets the
 * foreign bytes.
 *
 * A source puts packs into `fresh`/objects/pack and says which refs there
 * are; fetch_child.c checks them, and writes refs and index. Nothing here
 * may assume that a byte from the source is what it should be: packs go
 * through git_indexer, which computes each object's hash itself.
 */
#pragma once

#include "mirror/mirror_refs.h"

enum fetch_kind { FETCH_URL, FETCH_LOCAL, FETCH_BUNDLE };

struct fetch {
	struct arena *a;
	const char *path;  /* the mirror as it is, or as it will be */
	const char *fresh; /* the new folder, in which all is made */
	enum fetch_kind kind;
	const char *from; /* URL, or the folder with `objects` */
	int fd;           /* of a bundle */
	uint64_t max_bytes;
	int64_t deadline;  /* loop_now() */
	uint64_t received; /* so far */
	struct err *err;   /* set by a callback that ends the transfer */

	struct mirror_ref *refs;
	size_t n_refs, cap_refs;
	const char *head; /* full name, or NULL */
};

enum { FETCH_REFS_MAX = 2 * MIRROR_MAX_TAGS };

/* A ref that the source has; others than branches and tags are passed over.
 * ERR_LIMIT past FETCH_REFS_MAX. */
bool fetch_ref(
	struct fetch *f, const char *name, const git_oid *id, struct err *err);
/* False once the time is over or too much was received; sets *err. */
bool fetch_may_go_on(const struct fetch *f, uint64_t received, struct err *err);

/* Of an http or https address, before fetch_url(). */
bool fetch_probe(struct fetch *f, struct err *err);
bool fetch_url(struct fetch *f, struct err *err);
bool fetch_local(struct fetch *f, struct err *err);
bool fetch_bundle(struct fetch *f, struct err *err);

/* A pack from `fd`, from where it stands to its end, into `fresh`. Packs that
 * lean on objects outside of them are refused. `what`: for the error. */
bool fetch_pack(struct fetch *f, int fd, struct span begun, const char *what,
	struct err *err);

/* All of it; news in f->a. */
bool fetch_all(struct fetch *f, struct mirror_news *news, struct err *err);
