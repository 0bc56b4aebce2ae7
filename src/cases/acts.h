/*
 * acts.h - what a person may do with what the desk proposed, and what follows
 * from it: events to store and a letter to write, as values.
 *
 * A proposal stops no clock; these do. Report management has no way from
 * valid to invalid, and none out of closed (vultron.md): what is not in the
 * table of moves is refused, with the state it is in.
 */
#pragma once

#include "cases/cases.h"

struct act_by {
	instant at;
	const char *actor;  /* "person:NAME" */
	const char *reason; /* NULL: none given; a payload, never metadata */
};

/* Where a decision for `to` leads from `from`; false: nowhere. */
bool acts_move(enum rm from, enum disposition to, enum rm *rm);

enum act_letter {
	ACT_LETTER_USUAL, /* to whom was written before */
	ACT_LETTER_YES,
	ACT_LETTER_NO,
};

struct act_decision {
	enum disposition to;
	const char *clause; /* to cite; NULL: the one that there is */
	bool whole;         /* it is one report: no split either */
	enum act_letter letter;
	bool reachable; /* may a letter be written to the reporter? */
};

/*
 * The open proposal becomes a decision. ERR_CONFLICT: there is none, or the
 * case goes on elsewhere.
 */
bool acts_confirm(struct arena *a, const struct casefile *c,
	const struct policy *p, const struct act_decision *d,
	const struct act_by *by, struct outcome *out, struct err *err);
/* A person decides otherwise. ERR_CONFLICT says in which state it is and what
 * would be needed; ERR_SYNTAX asks for a clause. */
bool acts_overrule(struct arena *a, const struct casefile *c,
	const struct policy *p, const struct act_decision *d,
	const struct act_by *by, struct outcome *out, struct err *err);

/* ERR_ABSENT lists the policy's own scale. */
bool acts_rate(struct arena *a, const struct casefile *c,
	const struct policy *p, const char *rating, const char *vector,
	const struct act_by *by, struct outcome *out, struct err *err);

/* A new case that a person makes: of a mail in a queue, or in place of a case
 * that was of the wrong product. */
struct act_opening {
	const char *id, *token;
	const char *link; /* "routed-from mail-17" or "moved-from DAGF-3" */
	const char *from; /* "mail-17" or "DAGF-3" */
	const struct duty *before; /* promises that ran there */
	size_t n_before;
	/* The letter that was sent from there, or NULL: it keeps
	 * `acknowledge` where the policy says so. */
	const struct letter *receipt;
	const struct casefile *moved; /* the case it takes the place of */
};
void acts_open(struct arena *a, const struct arrival *in,
	const struct act_opening *o, const struct act_by *by,
	struct outcome *out);
/* What leaves a queue or another case behind: promises that go on elsewhere.
 * Added to what *out has, as by acts_withdraw(). */
void acts_leave(struct arena *a, const struct duty *d, size_t n,
	const char *owner, instant at, struct outcome *out);

/* Letters about a decision that does not hold any more, and did not leave. */
void acts_withdraw(struct arena *a, const struct casefile *c,
	const struct act_by *by, const char *why, struct outcome *out);

/* A mail that a person put to a case: as an answer of its reporter. */
void acts_join(struct arena *a, const struct casefile *c,
	const struct arrival *in, const struct act_by *by, struct outcome *out);

/* One of several cases that one mail becomes. */
struct act_part {
	const char *id, *token, *title;
	struct line_range lines;
};
/* ERR_SYNTAX: fewer than two parts, or lines that overlap. parts[0] is what
 * the case itself keeps. */
bool acts_split(struct arena *a, const struct act_part *parts, size_t n,
	const struct act_by *by, struct outcome *out, struct err *err);
/* The events of parts[i]; `verdict` is the judgement it rests on. */
void acts_split_part(struct arena *a, const struct casefile *c,
	const struct act_part *parts, size_t n, size_t i, struct span verdict,
	const struct act_by *by, struct outcome *out);

/* Judged again: `filled` are the clauses that later mails filled. */
void acts_rejudge(struct arena *a, const struct arrival *in,
	const char *const *filled, size_t n, const struct act_by *by,
	struct outcome *out);

/* The first event of a case, and a judgement in one, by whom it is. */
struct event cases_opened(struct arena *a, const struct arrival *in,
	const struct act_opening *o, const struct act_by *by);
struct event cases_judged(struct arena *a, const struct arrival *in,
	const char *actor, const char *const *missing, size_t n);

/* An event with the reason beside it. */
struct event act_event(struct arena *a, enum event_kind kind,
	const struct act_by *by, json_t *meta);

/* The first letter of the case: its receipt, or NULL. */
const struct letter *acts_receipt(const struct casefile *c);
