/*
 * outcome.h - what became of a letter: sent, put off, refused, approved.
 */
#pragma once

#include "desk/intake.h"
#include "post/post.h"

enum { LETTER_LEASE = 10 * 60 * 1000 }; /* ms a node may take for one try */

/*
 * A letter belongs to a case or to a queue item; both have duties. When the
 * item was routed, or the case goes on as another, the duties are there.
 */
struct letter_owner_state {
	struct casefile *c;    /* the letter's; NULL: a queue item's */
	struct casefile *home; /* of the duties; NULL: a queue item's */
	struct duty *duties;   /* of home, or of the item */
	size_t n_duties;
};
struct letter_duties letter_owner_duties(struct arena *a,
	const struct letter *l, const struct letter_owner_state *s);

/* The case by that id, or the one that goes on instead of it. */
bool case_now(struct desk *d, struct arena *a, const char *id,
	struct casefile **out, struct err *err);

bool letter_owner_load(struct desk *d, struct arena *a, const struct letter *l,
	struct letter_owner_state *out, struct err *err);
/* Appends the events and stores what follows from them. */
bool letter_owner_apply(struct desk *d, struct arena *a, const struct letter *l,
	const struct letter_owner_state *s, const struct outcome *o,
	struct err *err);

/* Post's word on one try, inside the caller's transaction. */
bool outcome_take(struct desk *d, struct arena *a, const char *letter,
	enum post_outcome what, const char *reply, instant at, struct err *err);

/* A person releases a held or given-up letter. ERR_CONFLICT says why not. */
bool outcome_approve(struct desk *d, struct arena *a, const char *letter,
	const char *actor, bool retry, instant at, struct err *err);
