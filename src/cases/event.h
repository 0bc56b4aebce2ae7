/*
 * event.h - what happened, as the ledger keeps it.
 *
 * Truth is a chain of events per case, and one desk chain per node for what
 * has no case. An event has metadata (canonical JSON: ids, kinds, times,
 * clause ids; never a name, an address or a word of a mail) which is hashed
 * as it stands, and payloads beside it (personal data, free text, bytes),
 * of which only a salted commitment is hashed. docs/ledger.md has the exact
 * bytes. Nothing here does I/O or reads a clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/instant.h"
#include "base/span.h"

enum event_kind {
	/* a case's chain */
	EV_CASE_OPENED,    /* product, policy, opened_by mail */
	EV_MAIL_JOINED,    /* mail, by: first | token | references | again */
	EV_JUDGED,         /* mail, disposition, clauses, versions; "verdict" */
	EV_GAP_FILLED,     /* mail, clauses */
	EV_DUTIES_STARTED, /* trigger, calendar, duties with rule and due */
	EV_DUTY_KEPT,      /* duty, round, by, late */
	EV_DUTY_REOPENED,  /* duty, round, why */
	EV_DUTY_ENDED,     /* duty, round, why: not owed any more, or moved */
	EV_LETTER_QUEUED,  /* letter, template, mode, message_id; "letter" */
	EV_LETTER_APPROVED,
	EV_LETTER_TRIED, /* letter, attempt, outcome, reply class */
	EV_LETTER_SENT,  /* letter, attempt; "reply" */
	EV_LETTER_GIVEN_UP,
	EV_LETTER_BOUNCED,   /* letter, mail, status */
	EV_LETTER_WITHDRAWN, /* letter, why: it is not to be sent any more */
	/* a case's chain, by persons; the "reason" is a payload */
	EV_CONFIRMED,     /* disposition, clause, receipt */
	EV_OVERRULED,     /* from, to, clause, receipt */
	EV_SPLIT,         /* lines kept, into cases */
	EV_CASE_MOVED,    /* to: the case that goes on instead */
	EV_RATED,         /* rating, vector */
	EV_RATINGS_SHOWN, /* the reporter's, before there was one of ours */
	/* either chain */
	EV_RAW_OPENED, /* mail: its exact bytes were asked for */
	/* the desk's chain */
	EV_DESK_CREATED,  /* node, schema */
	EV_POLICY_LOADED, /* hash, name; "policy" */
	EV_MAIL_RECEIVED, /* mail, bytes, spool position; "raw" "envelope" */
	EV_MAIL_FILED,    /* mail, queue; "verdict" */
	EV_MAIL_ROUTED,   /* mail, case, how, after, receipt; "reason" */
	EV_KEY_MADE,
	EV_CHECKPOINT, /* root, size, signature */
	EV_MIGRATED,
	EV_RESTORED,
};
enum { EVENT_KIND_COUNT = EV_RESTORED + 1 };
extern const char *const event_kind_names[EVENT_KIND_COUNT]; /* "judged" */

enum { EVENT_MAX_PAYLOADS = 4 };

struct payload {
	const char *name; /* "raw", "text", "verdict", "letter", "who" ... */
	struct span bytes;
	bool erased; /* read back: the bytes are gone, the commitment holds */
};

struct event {
	enum event_kind kind;
	instant at;
	const char *actor; /* "desk", "reporter", "person:NAME" */
	const char *meta;  /* canonical JSON object, base/json.h */
	struct payload payloads[EVENT_MAX_PAYLOADS];
	size_t n_payloads;
};
