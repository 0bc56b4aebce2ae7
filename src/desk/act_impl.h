/*
 * act_impl.h - the parts of what a person may do, as they see each other.
 *
 * act.c	the table, the transaction around each, its retry
 * act_case.c	confirm, overrule, rate, split, what is looked at
 * act_route.c	a mail or a case put where it belongs
 * act_rejudge.c	a case or a mail judged again
 * act_write.c	events and a letter of one case, stored together
 */
#pragma once

#include "cases/acts.h"
#include "desk/act.h"

typedef bool act_fn(struct desk *d, struct arena *a,
	const struct act_call *call, json_t **result, struct err *err);

act_fn act_confirm, act_overrule, act_split, act_rate, act_raw, act_ratings,
	act_route, act_rejudge;

/* A case that is acted upon, and what it rests on. */
struct act_case {
	struct casefile *c;
	const struct policy *policy; /* the version of the case */
	const struct calendar *calendar;
};
/* Ids are typed in either case. act_case_done() gives the calendar back. */
bool act_case_load(struct desk *d, struct arena *a, const char *id,
	struct act_case *out, struct err *err);
void act_case_done(struct desk *d, struct act_case *k);
/* "mail-17", as words name a mail; the second finds it. */
bool act_is_mail(const char *word);
bool act_mail_named(struct desk *d, struct arena *a, const char *word,
	struct mail **m, struct err *err);
/* The version of that product's policy in force at that time. */
bool act_policy_at(struct desk *d, struct arena *a, const struct policy *now,
	instant at, const struct policy **out, struct err *err);

/*
 * The outcome's events into the case (`before` NULL: a new one, by its first
 * event) and the letter that it orders. *after is the case then, *l the
 * letter or NULL.
 */
bool act_write(struct desk *d, struct arena *a, struct casefile *before,
	const struct outcome *o, const struct arrival *in,
	struct casefile **after, struct letter **l, struct err *err);

/* What an answer to the reporter goes by, without reading the mail again. */
bool act_arrival(struct desk *d, struct arena *a, const struct act_case *k,
	instant at, struct arrival *out, struct err *err);

/* The mail that was read for this call; no verdict yet. */
struct arrival act_arrival_of(const struct act_call *call, int64_t mail,
	instant received, const struct policy *p,
	const struct calendar *calendar);

/* The i-th word, NULL when it is absent or empty. */
const char *act_word(const struct act_call *call, size_t i);
struct act_by act_by(const struct act_call *call, size_t reason);
json_t *act_result(const struct casefile *c, const struct letter *l);
