/*
 * ledger_chain.c - the heads of the chains, kept beside the database.
 *
 * An append needs its chain's last sequence and hash. On SQLite, with one
 * writer, what this process has committed stays true and is kept; whatever
 * is rolled back is forgotten as a whole. On PostgreSQL another node may
 * append next, so heads are read and locked anew in each transaction. A
 * head that was wrong nevertheless ends in ERR_CONFLICT: (chain, seq) is
 * unique.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

enum { CHAINS_KEPT = 4096, CHAIN_NAME_MAX = 200 };

static size_t
slot_of(const struct store *s, const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	size_t i = (size_t)h & (s->chain_cap - 1);
	while (s->chain[i].name && strcmp(s->chain[i].name, name) != 0)
		i = (i + 1) & (s->chain_cap - 1);
	return i;
}

static void
grow(struct store *s)
{
	struct chain_head *old = s->chain;
	size_t n = s->chain_cap;

	s->chain_cap = n ? 2 * n : 256;
	s->chain = mem_new(s->chain_cap * sizeof *s->chain);
	for (size_t i = 0; i < n; i++)
		if (old[i].name)
			s->chain[slot_of(s, old[i].name)] = old[i];
	free(old);
}

void
chain_forget(struct store *s)
{
	if (s->chain_n == 0)
		return;
	for (size_t i = 0; i < s->chain_cap; i++) {
		free(s->chain[i].name);
		s->chain[i] = (struct chain_head){0};
	}
	s->chain_n = 0;
}

static bool
read_head(struct store *s, struct chain_head *c, struct err *err)
{
	AUTO(stmt_done)
	struct stmt *q = db_stmt(s->db,
		s->mode != STORE_READ && db_in_transaction(s->db) ?
			SQL_CHAIN_LOCK :
			SQL_CHAIN_BY_NAME);
	bool row;

	bind_text(q, c->name);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return true;
	if (!hash_read(q, 2, &c->head, err))
		return err_wrap(err, "chain %s", c->name);
	c->id = col_i64(q, 0);
	c->seq = col_i64(q, 1);
	return true;
}

bool
chain_find(struct store *s, const char *name, struct chain_head **out,
	struct err *err)
{
	if (2 * (s->chain_n + 1) > s->chain_cap)
		grow(s);
	struct chain_head *c = &s->chain[slot_of(s, name)];
	if (!c->name) {
		c->name = mem_strdup(name);
		s->chain_n++;
	} else if (c->id != 0 ||
		(s->mode != STORE_READ && db_in_transaction(s->db))) {
		*out = c;
		return true;
	}
	if (!read_head(s, c, err))
		return false;
	*out = c;
	return true;
}

/* It becomes a line of what is hashed: no control, no line end. */
static bool
name_fits(const char *name, struct err *err)
{
	size_t n = strlen(name);
	bool fits = n > 0 && n <= CHAIN_NAME_MAX;

	for (size_t i = 0; fits && i < n; i++)
		fits = (unsigned char)name[i] > 0x20 && name[i] != 0x7f;
	return fits ? true :
		      err_set(err, ERR_SYNTAX, "'%.40s' is no name for a chain",
			      name);
}

bool
draw_id(struct store *s, struct ids *ids, enum sql name, int64_t *id,
	struct err *err)
{
	if (ids->next == 0 || ids->next > ids->last) {
		AUTO(stmt_done) struct stmt *q = db_stmt(s->db, name);
		bool row;

		if (!stmt_step(q, &row, err))
			return false;
		ids->next = col_i64(q, 0);
		ids->last = col_i64(q, 1);
	}
	*id = ids->next++;
	return true;
}

bool
chain_make(struct store *s, const char *name, struct chain_head **out,
	struct err *err)
{
	struct chain_head *c;
	int64_t id;

	if (!name_fits(name, err) || !chain_find(s, name, &c, err))
		return false;
	if (c->id == 0) {
		if (!draw_id(s, &s->chain_ids, SQL_CHAIN_IDS, &id, err))
			return false;
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_CHAIN_ADD);
		struct hash none = {{0}};

		bind_i64(q, id);
		bind_text(q, name);
		bind_blob(q, hash_span(&none));
		if (!stmt_run(q, err))
			return false;
		c->id = id;
	}
	*out = c;
	return true;
}

bool
chain_id(struct store *s, const char *name, int64_t *id, struct err *err)
{
	struct chain_head *c;

	if (!chain_find(s, name, &c, err))
		return false;
	if (c->id == 0)
		return err_set(err, ERR_ABSENT, "no chain '%.60s'", name);
	*id = c->id;
	return true;
}

static int
by_id(const void *a, const void *b)
{
	const struct chain_head *const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

bool
chain_flush(struct store *s, struct err *err)
{
	AUTO(rows_fini) struct rows dirty = {0};

	for (size_t i = 0; s->chain_n > 0 && i < s->chain_cap; i++)
		if (s->chain[i].dirty)
			*(struct chain_head **)rows_add(
				&dirty, sizeof(void *)) = &s->chain[i];
	struct chain_head **v = dirty.v;
	if (dirty.n > 0)
		qsort(v, dirty.n, sizeof *v, by_id);
	for (size_t i = 0; i < dirty.n; i++) {
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_CHAIN_HEAD_SET);

		bind_i64(q, v[i]->id);
		bind_i64(q, v[i]->seq);
		bind_blob(q, hash_span(&v[i]->head));
		if (!stmt_run(q, err))
			return false;
		v[i]->dirty = false;
	}
	if (s->chain_n > CHAINS_KEPT)
		chain_forget(s);
	return true;
}

bool
owner_id(struct store *s, const char *owner, int64_t *id, struct err *err)
{
	unsigned long long mail;

	if (span_starts(span_of(owner), "mail-")) {
		if (!span_number(span_of(owner + 5), INT64_MAX, &mail) ||
			mail == 0)
			return err_set(err, ERR_SYNTAX,
				"'%.40s' is no queue item", owner);
		*id = -(int64_t)mail;
		return true;
	}
	return chain_id(s, owner, id, err);
}

const char *
owner_text(struct arena *a, int64_t owner, const char *chain_name)
{
	if (owner < 0)
		return arena_printf(a, "mail-%lld", -(long long)owner);
	return arena_strdup(a, chain_name);
}

bool
ledger_length(struct store *s, const char *chain, int64_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_CHAIN_BY_NAME);
	bool row;

	bind_text(q, chain);
	if (!stmt_step(q, &row, err))
		return false;
	*n = row ? col_i64(q, 1) : 0;
	return true;
}
