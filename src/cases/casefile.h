/*
 * casefile.h - what is known of a case: the fold of its events.
 *
 * State is a function of the events, never set by hand: casefile_apply()
 * with each event of the chain, in order, gives the state, and `rebuild`
 * proves the stored one equal. Erased payloads leave their fields NULL.
 * Everything is in one arena.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "cases/event.h"
#include "judge/judge.h"

/* Report management of the vendor, vultron.md section 1 (start is no case). */
enum rm {
	RM_RECEIVED,
	RM_INVALID,
	RM_VALID,
	RM_DEFERRED,
	RM_ACCEPTED,
	RM_CLOSED,
};
enum { RM_COUNT = RM_CLOSED + 1 };
extern const char *const rm_names[RM_COUNT]; /* "received" */

enum duty_state {
	DUTY_RUNNING,
	DUTY_KEPT,
	DUTY_KEPT_LATE,
	DUTY_MOVED, /* it goes on in another case */
	DUTY_ENDED, /* a person decided that it is not owed */
};
enum { DUTY_STATE_COUNT = DUTY_ENDED + 1 };
extern const char *const duty_state_names[DUTY_STATE_COUNT];

/*
 * A promise that runs. Stored as trigger + rule + calendar, with the instant
 * that follows from them. `half` and `day_before` are when to warn.
 */
struct duty {
	enum duty_name name;
	unsigned round; /* 1.., a follow-up duty starts again and again */
	enum duty_state state;
	enum strength strength;
	const char *clause;
	const char *trigger; /* "mail 17" */
	unsigned business_days;
	const char *zone;
	const char *calendar; /* hash of holidays, week-end and zone table */
	instant started, due; /* due: the end of the local day, exclusive */
	struct day due_day;   /* the local day whose end it is */
	instant kept_at;      /* or ended; 0 while it runs */
};

enum letter_state {
	LETTER_SHADOW, /* will never be sent */
	LETTER_HELD,   /* waits for a person */
	LETTER_QUEUED, /* may go now, or at next_try */
	LETTER_SENT,
	LETTER_GIVEN_UP,
	LETTER_BOUNCED,
	LETTER_WITHDRAWN, /* what it says does not hold any more */
};
enum { LETTER_STATE_COUNT = LETTER_WITHDRAWN + 1 };
extern const char *const letter_state_names[LETTER_STATE_COUNT];

struct letter {
	const char *id;       /* "DAGF-142.1"; queue items "mail-17.1" */
	const char *chain;    /* the case's id, or the desk chain's */
	const char *template; /* "received-ask" */
	enum letter_state state;
	const char *held_because; /* or NULL */
	const char *to;           /* NULL once erased */
	const char *sender;       /* envelope sender, "" the null path */
	const char *message_id;
	bool keeps_acknowledge; /* sending it keeps that duty */
	bool settles;           /* sending it keeps all that run */
	bool automatic;
	instant queued, next_try, done;
	unsigned attempts;
	const char *reply; /* the last server reply, visible, clipped */
};

struct casefile {
	const char *id, *product, *policy; /* policy: hash in hex */
	enum rm rm;
	enum disposition disposition;
	bool decided;            /* a person decided, or the desk may */
	const char *decider;     /* "person:NAME"; NULL: no person has */
	const char *clause;      /* that the proposal or the decision cites */
	int64_t mail;            /* that it was opened by */
	struct line_range lines; /* its part of that mail; 0: all of it */
	instant received;        /* of that mail: what promises count from */
	instant opened, changed;
	const char *title;           /* personal data: NULL when erased */
	const char *reporter;        /* the address letters go to; NULL: none */
	const char *token;           /* in our reply address and Message-IDs */
	const char *const *contacts; /* addresses that may change the case */
	size_t n_contacts;
	const char *const *missing; /* clause ids still asked for */
	size_t n_missing;
	const struct line_range *split; /* proposed, and not yet done */
	size_t n_split;
	/* "split-from DAGF-3" "split-into" "sibling" "moved-from" "moved-to"
	 * "routed-from mail-17" */
	const char *const *links;
	size_t n_links;
	const char *rating, *vector; /* our own; NULL: none yet */
	unsigned mails, letters;     /* counts, for the next ids */
	struct duty *duties;
	size_t n_duties;
	struct letter *letter; /* all letters of the case, oldest first */
	size_t n_letter;
};

/* *c starts as NULL for EV_CASE_OPENED. ERR_BROKEN for an event that cannot
 * follow. */
bool casefile_apply(struct arena *a, struct casefile **c, const struct event *e,
	struct err *err);

/* What follows "moved-to " and the like in the links, or NULL. */
const char *casefile_link(const struct casefile *c, const char *relation);
/* Does it wait for a person's word: a proposal, or a split? */
bool casefile_undecided(const struct casefile *c);

/* Canonical JSON of the whole state, for `case show --json` and for
 * comparing stored state with rebuilt state. */
json_t *casefile_json(const struct casefile *c);
json_t *duty_state_json(const struct duty *d);
json_t *letter_json(const struct letter *l);
