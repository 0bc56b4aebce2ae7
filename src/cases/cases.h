/*
 * cases.h - what follows from a mail, a delivery or a bounce: events to
 * store and letters to write, as values.
 *
 * The desk calls one of these, appends the events in order, applies them to
 * the case and writes the letters that are ordered. Pure: ids, tokens and
 * times come in as values.
 */
#pragma once

#include "cases/casefile.h"
#include "clock/deadline.h"

/* The zone and calendar of one policy, as values. */
struct calendar {
	const struct zone *zone;
	const struct bizcal *days;
	const char *version; /* deadline_calendar_hash(), in hex */
};
/* Both are borrowed. Made once a policy: hashing a zone takes as long as
 * storing three events. */
struct calendar calendar_make(
	struct arena *a, const struct zone *zone, const struct bizcal *days);

enum joined_by {
	JOINED_TOKEN,      /* the case's token in the recipient address */
	JOINED_REFERENCES, /* an unguessable Message-ID of one of our letters */
	JOINED_THREAD,     /* a Message-ID of the case's mails, by a contact */
	JOINED_PERSON,     /* a person put it there */
};
extern const char *const joined_by_names[4];

/* One mail, read and judged. */
struct arrival {
	int64_t mail;
	instant received; /* ours */
	instant at;       /* when it is judged: the events' time */
	const struct message *message;
	const struct report *report;
	const struct verdict *verdict;
	const struct policy *policy; /* whose promises run */
	const struct calendar *calendar;
};

struct letter_order {
	const char *template; /* NULL: no letter */
	const char *to;
	const char *const *missing; /* clause ids to ask for */
	size_t n_missing;
	bool keeps_acknowledge;
	bool settles; /* sending it keeps every duty of the case */
	/* for letters about an outcome (post/letter.h); each may be NULL */
	const char *clause; /* the id of the one that decided */
	const char *other_policy, *former_id, *cases, *cwe_better;
};

struct outcome {              /* zeroed is empty */
	struct event *events; /* in the arena */
	size_t n_events, cap_events;
	struct letter_order letter;
};
/* As many as there are: none is ever left out. */
void outcome_add(struct arena *a, struct outcome *out, struct event e);

/* A new case from a mail whose disposition makes one. */
void cases_open(struct arena *a, const struct arrival *in, const char *id,
	const char *token, struct outcome *out);
/* What the policy requires and this verdict could not find. */
size_t cases_missing(
	struct arena *a, const struct arrival *in, const char *const **out);

/*
 * A mail that found its case. From a contact and written by a person it
 * fills gaps and starts the follow-up duty; else it is kept and changes
 * nothing (design.md: an unadmitted participant).
 */
void cases_join(struct arena *a, const struct casefile *c,
	const struct arrival *in, enum joined_by by, struct outcome *out);

/* "CWE-79 or CWE-80": the list's, for one that it discourages; or NULL. */
const char *cases_cwe_words(struct arena *a, const struct verdict *v);

/* True if `address` may change the case. Local parts compare exactly,
 * domains without case. */
bool cases_is_contact(const struct casefile *c, const char *address);

/* A mail that opens no case: the desk chain's event, and for all but no-case
 * the duties that run from receipt, owned by "mail-N". */
void cases_queue(struct arena *a, const struct arrival *in, const char *queue,
	const char *joins /* case id or NULL */, struct outcome *out,
	struct duty **duties, size_t *n_duties);

/* The duties that a letter's sending or its bounce acts upon. `owner` names
 * a queue item's, NULL a case's. */
struct letter_duties {
	const struct duty *v;
	size_t n;
	const char *owner;
};
/* The next hop took letter `l`. */
void cases_letter_sent(struct arena *a, const struct letter *l,
	struct letter_duties duties, instant at, const char *reply,
	struct outcome *out);
/* A bounce of letter `l` came with mail `mail`: what it had kept runs again.
 * A delay changes nothing. */
void cases_letter_bounced(struct arena *a, const struct letter *l,
	struct letter_duties duties, int64_t mail, const struct bounce *b,
	instant at, struct outcome *out);

/* One event with metadata built by the caller; takes the reference. */
struct event cases_event(struct arena *a, enum event_kind kind, instant at,
	const char *actor, json_t *meta);
void event_payload(struct event *e, const char *name, struct span bytes);

/* The duties that an EV_DUTIES_STARTED lists, as values. */
bool duties_from_meta(struct arena *a, const json_t *meta, instant started,
	struct duty **out, size_t *n);

/* Letters as events tell them: EV_LETTER_* applied to *l (NULL: queued). */
bool letter_apply(struct arena *a, struct letter **l, const struct event *e,
	const char *chain, struct err *err);
/* EV_LETTER_QUEUED for `l`; the bytes and the address are payloads. */
struct event letter_queued_event(
	struct arena *a, const struct letter *l, struct span bytes);
/* "mail-17" for the letter of a queue item, NULL for one of a case. */
const char *letter_owner(struct arena *a, const struct letter *l);
/* EV_DUTY_*: false if no such duty is there. */
bool duties_apply(struct duty *duties, size_t n, const struct event *e,
	const json_t *meta);
