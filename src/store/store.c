/*
 * store.c - opening, and what belongs to a transaction as a whole.
 *
 * Three things are held back until the commit: the heads of the chains that
 * grew, the counts for the letter caps, and nothing else. Each is one row
 * for many changes, and on PostgreSQL such rows are locked from the first
 * change to the commit; written last, in the order of their keys, they are
 * locked shortly and never crosswise.
 */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "store/store_impl.h"

enum { ENTRY_MAX = 16 << 20 };

bool
store_open(struct store **out, const char *url, const char *data,
	enum store_mode mode, struct err *err)
{
	static const enum db_mode modes[] = {
		[STORE_READ] = DB_READ,
		[STORE_WRITE] = DB_WRITE,
		[STORE_CREATE] = DB_CREATE,
	};
	struct db *db = NULL;

	if (!db_open(&db, url, data, modes[mode], err))
		return false;
	struct store *s = mem_new(sizeof *s);
	s->db = db;
	s->mode = mode;
	s->scratch = arena_new();
	str_init(&s->text, ENTRY_MAX);
	*out = s;
	return true;
}

/* What was only true within the transaction, or may not be true after it. */
static void
forget(struct store *s)
{
	chain_forget(s);
	s->note_n = s->rate_n = 0;
	s->next_mail = 0;
	if (!is_pgsql(s)) /* a sequence never gives a number twice */
		s->event_ids = s->chain_ids = (struct ids){0};
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	db_close(s->db);
	chain_forget(s);
	free(s->chain);
	free(s->note);
	free(s->rate);
	str_fini(&s->text);
	arena_free(s->scratch);
	free(s);
}

bool
store_own(struct store *s, const char *node, struct err *err)
{
	return db_own(s->db, node, err);
}

bool
store_begin(struct store *s, struct err *err)
{
	if (is_pgsql(s))
		chain_forget(s);
	return db_begin(s->db, err);
}

bool
store_commit(struct store *s, struct err *err)
{
	if (!chain_flush(s, err) || !letter_rate_flush(s, err) ||
		!db_commit(s->db, err)) {
		store_rollback(s);
		return false;
	}
	s->note_n = 0;
	if (is_pgsql(s)) /* another node may be next */
		chain_forget(s);
	return true;
}

void
store_rollback(struct store *s)
{
	db_rollback(s->db);
	forget(s);
}

bool
word_read(const char *const *names, size_t n, const char *word,
	const char *column, int *out, struct err *err)
{
	int i = names_find(names, n, span_of(word));

	if (i < 0)
		return err_set(err, ERR_BROKEN,
			"'%.40s' in column %s is no word this program knows",
			word ? word : "(null)", column);
	*out = i;
	return true;
}

bool
hash_read(const struct stmt *q, int col, struct hash *out, struct err *err)
{
	struct span b = col_blob(q, col);

	if (b.n != HASH_BYTES)
		return err_set(err, ERR_BROKEN,
			"a hash of %zu bytes in the database", b.n);
	memcpy(out->b, b.p, HASH_BYTES);
	return true;
}

void *
rows_add(struct rows *r, size_t size)
{
	r->size = size;
	r->v = mem_grow(r->v, &r->cap, r->n + 1, size);
	return (char *)r->v + size * r->n++;
}

void
rows_fini(struct rows *r)
{
	free(r->v);
	*r = (struct rows){0};
}

void *
rows_take(struct rows *r, struct arena *a)
{
	if (r->n == 0)
		return NULL;
	void *v = arena_array(a, r->n, r->size);
	memcpy(v, r->v, r->n * r->size);
	return v;
}
