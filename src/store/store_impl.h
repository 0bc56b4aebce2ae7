/*
 * store_impl.h - what the nouns of the store share; nobody else includes it.
 */
#pragma once

#include "base/str.h"
#include "db/db.h"
#include "store/store.h"

/* A chain as this transaction sees it: its head moves with each append and
 * is written when the transaction commits. */
struct chain_head {
	char *name;
	int64_t id; /* 0: there is no such chain */
	int64_t seq;
	struct hash head;
	bool dirty;
};

/* Where the bytes of a letter are, noted as its event passes by. */
struct letter_note {
	int64_t event;
	char id[96];
};

struct letter_rate {
	int64_t key, minute, letters;
};

/* Ids drawn in advance: next .. last. */
struct ids {
	int64_t next, last;
};

struct store {
	struct db *db;
	enum store_mode mode;
	struct arena *scratch; /* of one call */
	struct str text;       /* the entry being hashed */

	struct chain_head *chain; /* open addressing, `chain_cap` slots */
	size_t chain_n, chain_cap;

	struct ids event_ids, chain_ids;
	int64_t next_mail; /* SQLite: 0 when not known */

	struct letter_note *note;
	size_t note_n, note_cap;
	struct letter_rate *rate; /* not yet written */
	size_t rate_n, rate_cap;
};

static inline bool
is_pgsql(const struct store *s)
{
	return db_engine(s->db) == DB_PGSQL;
}

struct ledger_row {
	int64_t id, seq;
	struct event event;
};

/* --- chains (ledger_chain.c) ---------------------------------------------- */
/* The entry of `name`; id 0 when there is none. Valid until the next call. */
bool chain_find(struct store *s, const char *name, struct chain_head **out,
	struct err *err);
/* The same, made when there is none. */
bool chain_make(struct store *s, const char *name, struct chain_head **out,
	struct err *err);
/* Just the id; ERR_ABSENT when there is none. */
bool chain_id(struct store *s, const char *name, int64_t *id, struct err *err);
/* The next of the ids drawn in advance; a new run by statement `name`. */
bool draw_id(struct store *s, struct ids *ids, enum sql name, int64_t *id,
	struct err *err);
bool chain_flush(struct store *s, struct err *err);
void chain_forget(struct store *s);

/* "DAGF-142" is its chain's id, "mail-17" is -17. */
bool owner_id(struct store *s, const char *owner, int64_t *id, struct err *err);
/* The other way round; `chain_name` may be NULL for a mail's. */
const char *owner_text(struct arena *a, int64_t owner, const char *chain_name);

/* --- letters --------------------------------------------------------------- */
void letter_note_event(struct store *s, int64_t event, const char *meta);
/* Counted now, written with the commit. */
bool letter_rate_note(
	struct store *s, const char *to, instant at, struct err *err);
bool letter_rate_flush(struct store *s, struct err *err);
bool letter_add(struct store *s, const struct letter *l, struct err *err);
bool letter_set(
	struct store *s, const struct letter *l, bool *found, struct err *err);
bool letters_of(struct store *s, struct arena *a, int64_t owner,
	struct letter **out, size_t *n, struct err *err);

/* --- duties ----------------------------------------------------------------- */
bool duty_save(struct store *s, int64_t owner, const struct duty *d,
	size_t place, struct err *err);
bool duties_of(struct store *s, struct arena *a, int64_t owner,
	struct duty **out, size_t *n, struct err *err);

/* --- threads ----------------------------------------------------------------- */
enum { THREAD_KEY = 16 };
struct hash thread_key(const char *kind, const char *text);
bool thread_token(
	struct store *s, const char *token, int64_t chain, struct err *err);

/* --- words -------------------------------------------------------------------- */
/* A word of the database back to its enum; ERR_BROKEN names the column. */
bool word_read(const char *const *names, size_t n, const char *word,
	const char *column, int *out, struct err *err);
static inline bool
text_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}
static inline struct span
hash_span(const struct hash *h)
{
	return span_make(h->b, sizeof h->b);
}
/* The first 16 bytes: enough for what only has to be found. */
static inline struct span
hash_key(const struct hash *h)
{
	return span_make(h->b, THREAD_KEY);
}
bool hash_read(
	const struct stmt *q, int col, struct hash *out, struct err *err);

/* Rows as they come, into one array of the arena at the end. */
struct rows {
	void *v;
	size_t n, cap, size;
};
void *rows_add(struct rows *r, size_t size); /* zeroed */
void rows_fini(struct rows *r);              /* for AUTO() */
void *rows_take(struct rows *r, struct arena *a);
