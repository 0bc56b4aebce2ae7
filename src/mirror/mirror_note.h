/*
 * mirror_note.h - where a mirror is, where it comes from, and how its last
 * updates went: PREFIX.json beside PREFIX.git, for people and for `update`.
 */
#pragma once

#include "base/arena.h"
#include "base/instant.h"
#include "mirror/mirror.h"

struct mirror_note {
	const char *from; /* NULL: there is no mirror */
	instant failed;   /* {0}: the last update went well */
	const char *why;  /* it did not; or NULL */
	/* Tags that moved or vanished at an update, the last time any did. */
	instant changed; /* {0}: never */
	size_t tags_moved, tags_gone;
	const char *const *moved, *const *gone;
	size_t n_moved, n_gone;
};

/* "DATA/mirrors/PREFIX.git". */
const char *mirror_path(struct arena *a, const char *data, const char *prefix);
/* Letters, digits, '-' and '_' only: what a case id begins with. */
bool mirror_prefix_is(const char *prefix);

bool mirror_note_read(struct arena *a, const char *data, const char *prefix,
	struct mirror_note *out, struct err *err);
bool mirror_note_write(struct arena *a, const char *data, const char *prefix,
	const struct mirror_note *note, struct err *err);
