/*
 * casefile_impl.h - the parts of the fold, as they see each other.
 *
 * casefile.c		mails, duties and letters; the table of all
 * casefile_acts.c	what persons did with what was proposed
 * casefile_json.c	the state as JSON
 */
#pragma once

#include "cases/cases.h"

/* One event applied to a copy of the case; false if it cannot follow. */
typedef bool fold_fn(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta);

fold_fn fold_confirmed, fold_overruled, fold_split, fold_moved, fold_rated,
	fold_nothing;

/* "receipt": the letter that keeps `acknowledge` from now on. */
bool fold_receipt(struct arena *a, struct casefile *c, const json_t *meta);
/* One more link, as "moved-to DAGF-3". */
void fold_link(struct arena *a, struct casefile *c, const char *relation,
	const char *id);
/* [[3,10],[11,20]] */
bool fold_ranges(struct arena *a, const json_t *list,
	const struct line_range **out, size_t *n);
bool fold_texts(struct arena *a, const json_t *list, const char *const **out,
	size_t *n);
int fold_disposition(const json_t *meta, const char *key);
