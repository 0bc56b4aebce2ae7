/*
 * store.h - values to SQL and back: one database, one transaction at a time.
 *
 * URL: "sqlite:FILE" (relative to the data folder) or "postgresql:CONNINFO".
 * The same named statements (in sql/) serve both. On SQLite the core is the
 * only writer; readers open read-only and see committed state only.
 *
 * Truth is in the tables event, payload, policy; all else is derived from
 * them by desk/rebuild. Derived rows are written in the same transaction as
 * the events they follow from. A function that fails inside a transaction
 * leaves it to be rolled back by the caller.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/instant.h"
#include "cases/casefile.h"
#include "sys/spool.h"

struct store;

enum store_mode {
	STORE_READ,
	STORE_WRITE,  /* migrations must be done */
	STORE_CREATE, /* creates and migrates forward */
};

/* ERR_CONFLICT names the missing migration, or the newer database. */
bool store_open(struct store **out, const char *url, const char *data,
	enum store_mode mode, struct err *err);
void store_close(struct store *s); /* NULL is fine */
/* As db_own(): one desk at a time works as this node. */
bool store_own(struct store *s, const char *node, struct err *err);

bool store_begin(struct store *s, struct err *err);
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);

/* --- the ledger (store/ledger.c); docs/ledger.md has the bytes ---------- */

/*
 * Appends to the chain (created by its first event). Salts are drawn here;
 * sequence, previous hash and commitments are computed here. *seq (may be
 * NULL) is the event's number in its chain, from 1.
 */
bool ledger_append(struct store *s, const char *chain, const struct event *e,
	int64_t *seq, struct err *err);

/* Each event of a chain, oldest first, payloads included if wanted. */
bool ledger_read(struct store *s, struct arena *a, const char *chain,
	bool payloads,
	bool (*fn)(
		void *ctx, int64_t seq, const struct event *e, struct err *err),
	void *ctx, struct err *err);
/* How many events the chain has; 0 for one that does not exist. */
bool ledger_length(
	struct store *s, const char *chain, int64_t *n, struct err *err);
/* Every chain's name, in order. */
bool ledger_chains(struct store *s, struct arena *a,
	bool (*fn)(void *ctx, const char *chain, struct err *err), void *ctx,
	struct err *err);

/* --- positions (store/position.c) --------------------------------------- */
bool store_position(struct store *s, const char *node, const char *spool,
	struct spool_pos *out, struct err *err);
bool store_position_set(struct store *s, const char *node, const char *spool,
	struct spool_pos pos, struct err *err);

/* --- mails (store/mail.c) ------------------------------------------------ */
enum queue {
	QUEUE_NONE, /* it is in a case */
	QUEUE_UNROUTED,
	QUEUE_QUARANTINE,
	QUEUE_ENCRYPTED,
	QUEUE_NO_CASE,
};
enum { QUEUE_COUNT = QUEUE_NO_CASE + 1 };
extern const char *const queue_names[QUEUE_COUNT];

/* The derived row of one mail. Raw bytes and envelope are payloads "raw" and
 * "envelope" of its EV_MAIL_RECEIVED, the decoded text is "text" of it. */
struct mail {
	int64_t id;      /* 1.., per database */
	struct hash key; /* of envelope and bytes: a redelivery has the same */
	instant received;
	enum queue queue;
	const char *chain; /* case id, or NULL while it has none */
	enum mail_kind kind;
	uint64_t bytes;
	const char *from, *subject, *message_id; /* NULL when erased/absent */
	const char *because;                     /* why it is in its queue */
	int64_t event_seq;                       /* of EV_MAIL_RECEIVED */
	const char *event_chain; /* of EV_MAIL_RECEIVED: the desk chain */
	unsigned copies; /* deliveries that joined it, itself included */
};

bool store_mail_next_id(struct store *s, int64_t *id, struct err *err);
bool store_mail_add(struct store *s, const struct mail *m, struct err *err);
/* Where a mail that was added stands now: queue, chain and because. */
bool store_mail_file(struct store *s, const struct mail *m, struct err *err);
/* *id = 0 when there is none. */
bool store_mail_by_key(
	struct store *s, struct hash key, int64_t *id, struct err *err);
bool store_mail_copy(struct store *s, int64_t id, struct err *err);
bool store_mail(struct store *s, struct arena *a, int64_t id, struct mail **out,
	struct err *err); /* ERR_ABSENT */
bool store_mail_list(struct store *s, struct arena *a, enum queue q,
	const char *chain /* NULL: all of the queue */, struct mail **out,
	size_t *n, struct err *err);
/* All mails with a higher id, in their order, at most `limit`. */
bool store_mail_after(struct store *s, struct arena *a, int64_t id,
	unsigned limit, struct mail **out, size_t *n, struct err *err);
/* The highest id; 0 when there is none. */
bool store_mail_last(struct store *s, int64_t *id, struct err *err);
/* The named payload of the mail's EV_MAIL_RECEIVED; bytes NULL if erased. */
bool store_mail_payload(struct store *s, struct arena *a, const struct mail *m,
	const char *name, struct span *out, struct err *err);

/* --- threads: Message-IDs and tokens that lead to a case ------------------ */
/* `ours`: the Message-ID is one of our letters (unguessable). */
bool store_thread_add(struct store *s, const char *message_id,
	const char *chain, bool ours, struct err *err);
/* The chain of the first known id; *chain = NULL when none is known. */
bool store_thread_find(struct store *s, struct arena *a, const char *const *ids,
	size_t n, const char **chain, bool *ours, struct err *err);
bool store_token_find(struct store *s, struct arena *a, const char *token,
	const char **chain, struct err *err);

/* --- cases (store/case.c) -------------------------------------------------- */
/* "DAGF-142", or with `random` "DAGF-7K3M". Unique, also across nodes. */
bool store_case_next_id(struct store *s, struct arena *a, const char *prefix,
	bool random, const char **id, struct err *err);
/* With duties, missing, contacts and letters; ERR_ABSENT. */
bool store_case(struct store *s, struct arena *a, const char *id,
	struct casefile **out, struct err *err);
/* Writes what differs from `before` (NULL: new). */
bool store_case_save(struct store *s, const struct casefile *before,
	const struct casefile *after, struct err *err);
struct case_filter {
	const char *product; /* NULL: any */
	int rm;              /* -1: any */
	unsigned limit, offset;
	/* Those that wait for a person's word, the oldest receipt first; only
	 * `limit` counts besides. */
	bool undecided;
};
/* Newest first; duties included, letters not. */
bool store_case_list(struct store *s, struct arena *a,
	const struct case_filter *f, struct casefile ***out, size_t *n,
	struct err *err);

/* --- duties of cases and of queue items ------------------------------------ */
struct duty_row {
	const char *owner; /* case id, or "mail-17" */
	struct duty duty;
};
/* Those that run, most urgent first. */
bool store_duties(struct store *s, struct arena *a, unsigned limit,
	struct duty_row **out, size_t *n, struct err *err);
bool store_duty_save(struct store *s, const char *owner, const struct duty *d,
	struct err *err);
/* Duties of one owner. */
bool store_duties_of(struct store *s, struct arena *a, const char *owner,
	struct duty **out, size_t *n, struct err *err);

/* --- letters (store/letter.c) ----------------------------------------------- */
/* The exact bytes are payload "letter" of EV_LETTER_QUEUED. */
bool store_letter_save(
	struct store *s, const struct letter *l, struct err *err);
bool store_letter(struct store *s, struct arena *a, const char *id,
	struct letter **out, struct err *err);
bool store_letter_bytes(struct store *s, struct arena *a, const char *id,
	struct span *out, struct err *err);
bool store_letter_by_message_id(struct store *s, struct arena *a,
	const char *message_id, struct letter **out, struct err *err);
/* state -1: any. Oldest first. */
bool store_letter_list(struct store *s, struct arena *a, int state,
	unsigned limit, struct letter **out, size_t *n, struct err *err);
/*
 * Take up to `limit` queued letters whose next_try has come, for `node`,
 * until `until`: on PostgreSQL other nodes do not see them meanwhile.
 */
bool store_letter_lease(struct store *s, struct arena *a, const char *node,
	instant at, instant until, unsigned limit, struct letter **out,
	size_t *n, struct err *err);
/*
 * Lease columns say what a node is doing right now. They follow from no
 * event, so rebuild and store_derived_dump() leave them out; saving a letter
 * ends its lease. store_letter_claim() leases one letter at birth, in the
 * same transaction; store_letter_release_all() ends those that a dead
 * process of this node left behind.
 */
bool store_letter_claim(struct store *s, const char *id, const char *node,
	instant until, struct err *err);
bool store_letter_release_all(
	struct store *s, const char *node, struct err *err);
/* Automatic letters queued since `since` to the address / its domain. */
bool store_letter_count(struct store *s, const char *address, bool domain,
	instant since, unsigned *out, struct err *err);

/* --- policies (store/policy.c) ----------------------------------------------- */
bool store_policy_put(struct store *s, const char *hash, const char *name,
	const char *resolved, instant at, bool *fresh, struct err *err);
bool store_policy(struct store *s, struct arena *a, const char *hash,
	const char **resolved, struct err *err);
/* The latest version of that name at that time; *resolved = NULL: none. */
bool store_policy_at(struct store *s, struct arena *a, const char *name,
	instant at, const char **resolved, struct err *err);
