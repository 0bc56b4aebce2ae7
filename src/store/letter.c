/*
 * letter.c - what we have written. A letter is OWNER.n; its bytes are the
 * payload of the event that queued it, and never change between attempts.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

static const char meta_letter[] = "\"letter\":\"";

/* The id in canonical metadata; within a JSON text the quotes of such a
 * pattern would stand escaped, so it cannot be faked by a value. */
void
letter_note_event(struct store *s, int64_t event, const char *meta)
{
	const char *at = strstr(meta, meta_letter);

	if (!at)
		return;
	at += sizeof meta_letter - 1;
	size_t n = strcspn(at, "\"");
	s->note =
		mem_grow(s->note, &s->note_cap, s->note_n + 1, sizeof *s->note);
	struct letter_note *note = &s->note[s->note_n];
	if (n >= sizeof note->id)
		return;
	note->event = event;
	memcpy(note->id, at, n);
	note->id[n] = '\0';
	s->note_n++;
}

static bool
find_event(struct store *s, const struct letter *l, int64_t chain,
	int64_t *event, struct err *err)
{
	for (size_t i = s->note_n; i-- > 0;)
		if (strcmp(s->note[i].id, l->id) == 0) {
			*event = s->note[i].event;
			return true;
		}
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_EVENT_FIND);
	bool row;

	arena_reset(s->scratch);
	bind_i64(q, chain);
	bind_text(q, arena_printf(s->scratch, "%s%s\"", meta_letter, l->id));
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT,
			"letter %s: no event on chain %s has queued it", l->id,
			l->chain);
	*event = col_i64(q, 0);
	return true;
}

static bool
split_id(struct store *s, const char *id, int64_t *owner, int64_t *n,
	struct err *err)
{
	const char *dot = strrchr(id, '.');
	char name[224];
	unsigned long long number;

	if (!dot || (size_t)(dot - id) >= sizeof name ||
		!span_number(span_of(dot + 1), INT32_MAX, &number))
		return err_set(
			err, ERR_ABSENT, "'%.40s' is no letter's id", id);
	memcpy(name, id, (size_t)(dot - id));
	name[dot - id] = '\0';
	*n = (int64_t)number;
	return owner_id(s, name, owner, err);
}

static void
bind_letter(struct stmt *q, int64_t owner, int64_t n, int64_t chain,
	const struct letter *l)
{
	bind_i64(q, owner);
	bind_i64(q, n);
	bind_i64(q, chain);
	bind_text(q, l->template);
	bind_text(q, letter_state_names[l->state]);
	bind_text(q, l->held_because);
	bind_text(q, l->to);
	bind_text(q, l->sender);
	bind_text(q, l->message_id);
	bind_i64(q, l->keeps_acknowledge);
	bind_i64(q, l->automatic);
	bind_i64(q, l->queued.ms);
	bind_i64(q, l->next_try.ms);
	bind_i64(q, l->done.ms);
	bind_i64(q, l->attempts);
	bind_text(q, l->reply);
	bind_i64(q, l->settles);
}

/* A letter of a case, "DAGF-142.1"; one of a queue item has no case. */
static bool
of_case(const struct letter *l)
{
	size_t n = strlen(l->chain);

	return strncmp(l->id, l->chain, n) == 0 && l->id[n] == '.';
}

/* Its Message-ID leads to it, for bounces, and answers to its case; and it
 * counts for the caps. */
static bool
add_paths(struct store *s, const struct letter *l, int64_t owner, int64_t n,
	int64_t chain, struct err *err)
{
	if (l->automatic && l->to &&
		!letter_rate_note(s, l->to, l->queued, err))
		return false;
	if (!l->message_id)
		return true;
	struct hash key = thread_key("id", l->message_id);
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_THREAD_LETTER);
	bind_blob(q, hash_key(&key));
	bind_i64(q, owner);
	bind_i64(q, n);
	if (of_case(l))
		bind_i64(q, chain);
	else
		bind_null(q);
	return stmt_run(q, err);
}

bool
letter_add(struct store *s, const struct letter *l, struct err *err)
{
	int64_t owner, n, chain, event;

	if (!split_id(s, l->id, &owner, &n, err) ||
		!chain_id(s, l->chain, &chain, err) ||
		!find_event(s, l, chain, &event, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_ADD);
	bind_letter(q, owner, n, chain, l);
	bind_i64(q, event);
	return stmt_run(q, err) && add_paths(s, l, owner, n, chain, err);
}

bool
letter_set(
	struct store *s, const struct letter *l, bool *found, struct err *err)
{
	int64_t owner, n, chain, changed = 1;

	if (!split_id(s, l->id, &owner, &n, err) ||
		!chain_id(s, l->chain, &chain, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_SET);
	bind_letter(q, owner, n, chain, l);
	if (!(found ? stmt_changed(q, &changed, err) : stmt_run(q, err)))
		return false;
	if (found)
		*found = changed > 0;
	return true;
}

bool
store_letter_save(struct store *s, const struct letter *l, struct err *err)
{
	bool found;

	return letter_set(s, l, &found, err) &&
		(found || letter_add(s, l, err));
}

static bool
read_letter(const struct stmt *q, struct arena *a, struct letter *l,
	struct err *err)
{
	const char *owner = owner_text(a, col_i64(q, 0), col_text(q, 16));
	int state;

	if (!word_read(letter_state_names, LETTER_STATE_COUNT, col_text(q, 4),
		    "letter.state", &state, err))
		return false;
	l->id = arena_printf(a, "%s.%lld", owner, (long long)col_i64(q, 1));
	l->chain = arena_strdup(a, col_text(q, 2));
	l->template = arena_strdup(a, col_text(q, 3));
	l->state = (enum letter_state)state;
	l->held_because = arena_strdup(a, col_text(q, 5));
	l->to = arena_strdup(a, col_text(q, 6));
	l->sender = arena_strdup(a, col_text(q, 7));
	l->message_id = arena_strdup(a, col_text(q, 8));
	l->keeps_acknowledge = col_i64(q, 9) != 0;
	l->automatic = col_i64(q, 10) != 0;
	l->settles = col_i64(q, 17) != 0;
	l->queued.ms = col_i64(q, 11);
	l->next_try.ms = col_i64(q, 12);
	l->done.ms = col_i64(q, 13);
	l->attempts = (unsigned)col_i64(q, 14);
	l->reply = arena_strdup(a, col_text(q, 15));
	return true;
}

/* All rows of a statement whose values are bound. */
static bool
read_letters(struct stmt *q, struct arena *a, struct letter **out, size_t *n,
	struct err *err)
{
	AUTO(rows_fini) struct rows rows = {0};
	bool row = true;

	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row &&
			!read_letter(q, a, rows_add(&rows, sizeof **out), err))
			return false;
	}
	*out = rows_take(&rows, a);
	*n = rows.n;
	return true;
}

bool
letters_of(struct store *s, struct arena *a, int64_t owner, struct letter **out,
	size_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_OF);

	bind_i64(q, owner);
	return read_letters(q, a, out, n, err);
}

static bool
letter_at(struct store *s, struct arena *a, int64_t owner, int64_t n,
	struct letter **out, size_t *found, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_BY_ID);

	bind_i64(q, owner);
	bind_i64(q, n);
	return read_letters(q, a, out, found, err);
}

bool
store_letter(struct store *s, struct arena *a, const char *id,
	struct letter **out, struct err *err)
{
	int64_t owner, n;
	struct letter *l;
	size_t found;

	if (!split_id(s, id, &owner, &n, err) ||
		!letter_at(s, a, owner, n, &l, &found, err))
		return false;
	if (found == 0)
		return err_set(err, ERR_ABSENT, "no letter %.60s", id);
	*out = l;
	return true;
}

bool
store_letter_bytes(struct store *s, struct arena *a, const char *id,
	struct span *out, struct err *err)
{
	int64_t owner, n;
	bool row;

	if (!split_id(s, id, &owner, &n, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_BYTES);
	bind_i64(q, owner);
	bind_i64(q, n);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT, "no letter %.60s", id);
	*out = col_null(q, 0) ? SPAN_NONE : arena_dup(a, col_blob(q, 0));
	return true;
}

bool
store_letter_by_message_id(struct store *s, struct arena *a,
	const char *message_id, struct letter **out, struct err *err)
{
	AUTO(stmt_done)
	struct stmt *q = db_stmt(s->db, SQL_LETTER_BY_MESSAGE_ID);
	struct hash key = thread_key("id", message_id);
	struct letter *l;
	size_t found;

	bind_blob(q, hash_key(&key));
	if (!read_letters(q, a, &l, &found, err))
		return false;
	if (found == 0)
		return err_set(
			err, ERR_ABSENT, "no letter with that Message-ID");
	*out = l;
	return true;
}

bool
store_letter_list(struct store *s, struct arena *a, int state, unsigned limit,
	struct letter **out, size_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_LIST);

	bind_text(q, state < 0 ? "" : letter_state_names[state]);
	bind_i64(q, limit);
	return read_letters(q, a, out, n, err);
}

struct lease {
	int64_t owner, n;
};

static bool
take_leases(struct store *s, const char *node, instant at, instant until,
	unsigned limit, struct rows *out, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_LEASE);
	bool row = true;

	bind_text(q, node);
	bind_i64(q, at.ms);
	bind_i64(q, until.ms);
	bind_i64(q, limit);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row)
			*(struct lease *)rows_add(out, sizeof(struct lease)) =
				(struct lease){col_i64(q, 0), col_i64(q, 1)};
	}
	return true;
}

bool
store_letter_lease(struct store *s, struct arena *a, const char *node,
	instant at, instant until, unsigned limit, struct letter **out,
	size_t *n, struct err *err)
{
	AUTO(rows_fini) struct rows leases = {0};

	if (!take_leases(s, node, at, until, limit, &leases, err))
		return false;
	struct letter *taken = ARENA_ARRAY(a, leases.n, struct letter);
	for (size_t i = 0; i < leases.n; i++) {
		const struct lease *v = leases.v;
		struct letter *l;
		size_t found;

		if (!letter_at(s, a, v[i].owner, v[i].n, &l, &found, err))
			return false;
		assert(found == 1);
		taken[i] = *l;
	}
	*out = taken;
	*n = leases.n;
	return true;
}

bool
store_letter_claim(struct store *s, const char *id, const char *node,
	instant until, struct err *err)
{
	int64_t owner, n;

	if (!split_id(s, id, &owner, &n, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_CLAIM);
	bind_i64(q, owner);
	bind_i64(q, n);
	bind_text(q, node);
	bind_i64(q, until.ms);
	return stmt_run(q, err);
}

bool
store_letter_release_all(struct store *s, const char *node, struct err *err)
{
	AUTO(stmt_done)
	struct stmt *q = db_stmt(s->db, SQL_LETTER_RELEASE_ALL);

	bind_text(q, node);
	return stmt_run(q, err);
}
