/*
 * ledger.c - events go in at the end of their chain, and come out in order.
 *
 * An entry's hash covers its metadata, the commitments to its payloads and
 * the hash before it. The payloads stand beside it and may be erased later
 * without a word of the hashed text changing.
 */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "store/ledger.h"
#include "store/ledger_text.h"
#include "store/store_impl.h"

static bool
add_event(struct store *s, int64_t id, const struct chain_head *c,
	const struct event *e, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_EVENT_ADD);

	bind_i64(q, id);
	bind_i64(q, c->id);
	bind_i64(q, c->seq);
	bind_i64(q, e->at.ms);
	bind_text(q, event_kind_names[e->kind]);
	bind_text(q, e->actor);
	bind_text(q, e->meta);
	bind_i64(q, (int64_t)e->n_payloads);
	bind_blob(q, hash_span(&c->head));
	return stmt_run(q, err);
}

static bool
add_payload(struct store *s, int64_t id, const struct commitment *c,
	struct span salt, struct span body, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_ADD);

	bind_i64(q, id);
	bind_text(q, c->name);
	bind_i64(q, (int64_t)c->bytes);
	bind_blob(q, hash_span(&c->hash));
	bind_blob(q, salt);
	bind_blob(q, body.p ? body : SPAN_LIT(""));
	return stmt_run(q, err);
}

bool
ledger_append(struct store *s, const char *chain, const struct event *e,
	int64_t *seq, struct err *err)
{
	unsigned char salts[EVENT_MAX_PAYLOADS * SALT_BYTES];
	struct commitment sums[EVENT_MAX_PAYLOADS];
	struct chain_head *c;
	int64_t id;

	assert(e->n_payloads <= EVENT_MAX_PAYLOADS);
	assert(db_in_transaction(s->db));
	if (!chain_make(s, chain, &c, err) ||
		!draw_id(s, &s->event_ids, SQL_EVENT_IDS, &id, err))
		return false;
	random_bytes(salts, e->n_payloads * SALT_BYTES);
	for (size_t i = 0; i < e->n_payloads; i++) {
		const struct payload *p = &e->payloads[i];

		sums[i] = (struct commitment){p->name,
			ledger_commit(
				span_make(salts + i * SALT_BYTES, SALT_BYTES),
				p->bytes),
			p->bytes.n};
	}
	struct entry entry = {chain, c->seq + 1, e->at,
		event_kind_names[e->kind], e->actor, e->meta, sums,
		e->n_payloads, c->head};
	struct hash hash;
	if (!ledger_hash(&s->text, &entry, &hash, err))
		return false;
	c->seq++;
	c->head = hash;
	c->dirty = true;
	if (!add_event(s, id, c, e, err))
		return err_wrap(err, "chain %s", chain);
	for (size_t i = 0; i < e->n_payloads; i++)
		if (!add_payload(s, id * 8 + (int64_t)i, &sums[i],
			    span_make(salts + i * SALT_BYTES, SALT_BYTES),
			    e->payloads[i].bytes, err))
			return err_wrap(err, "chain %s", chain);
	if (e->kind == EV_LETTER_QUEUED)
		letter_note_event(s, id, e->meta);
	if (seq)
		*seq = c->seq;
	return true;
}

static bool
read_payloads(struct store *s, struct arena *a, int64_t id, struct event *e,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_LIST);
	bool row;

	bind_i64(q, id);
	while (stmt_step(q, &row, err)) {
		if (!row)
			return true;
		if (e->n_payloads == EVENT_MAX_PAYLOADS)
			return err_set(err, ERR_BROKEN,
				"an event with more than %d payloads",
				EVENT_MAX_PAYLOADS);
		struct payload *p = &e->payloads[e->n_payloads++];
		p->name = arena_strdup(a, col_text(q, 0));
		p->erased = col_null(q, 3);
		if (!p->erased)
			p->bytes = arena_dup(a, col_blob(q, 4));
	}
	return false;
}

/* One page of a chain; *after moves on, *more tells of another. */
static bool
read_page(struct store *s, struct arena *a, int64_t chain, int64_t *after,
	struct rows *out, bool *more, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_EVENT_LIST);
	bool row;

	*more = false;
	bind_i64(q, chain);
	bind_i64(q, *after);
	while (stmt_step(q, &row, err)) {
		int kind;

		if (!row)
			return true;
		if (!word_read(event_kind_names, EVENT_KIND_COUNT,
			    col_text(q, 3), "kind", &kind, err))
			return false;
		struct ledger_row *r = rows_add(out, sizeof *r);
		r->id = col_i64(q, 0);
		r->seq = *after = col_i64(q, 1);
		r->event.kind = (enum event_kind)kind;
		r->event.at.ms = col_i64(q, 2);
		r->event.actor = arena_strdup(a, col_text(q, 4));
		r->event.meta = arena_strdup(a, col_text(q, 5));
		r->event.n_payloads = (size_t)col_i64(q, 6);
		*more = true;
	}
	return false;
}

bool
ledger_read(struct store *s, struct arena *a, const char *chain, bool payloads,
	bool (*fn)(
		void *ctx, int64_t seq, const struct event *e, struct err *err),
	void *ctx, struct err *err)
{
	int64_t id, after = 0;
	bool more = true;

	if (!chain_id(s, chain, &id, err))
		return false;
	while (more) {
		AUTO(rows_fini) struct rows page = {0};

		if (!read_page(s, a, id, &after, &page, &more, err))
			return err_wrap(err, "chain %s", chain);
		for (size_t i = 0; i < page.n; i++) {
			struct ledger_row *r = (struct ledger_row *)page.v + i;
			bool any = payloads && r->event.n_payloads > 0;

			r->event.n_payloads = 0;
			if (any && !read_payloads(s, a, r->id, &r->event, err))
				return err_wrap(err, "chain %s", chain);
			if (r->event.kind == EV_LETTER_QUEUED)
				letter_note_event(s, r->id, r->event.meta);
			if (!fn(ctx, r->seq, &r->event, err))
				return false;
		}
	}
	return true;
}

bool
ledger_chains(struct store *s, struct arena *a,
	bool (*fn)(void *ctx, const char *chain, struct err *err), void *ctx,
	struct err *err)
{
	const char *after = "";
	bool more = true;

	while (more) {
		AUTO(rows_fini) struct rows page = {0};
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_CHAIN_LIST);
		bool row = true;

		bind_text(q, after);
		while (row) {
			if (!stmt_step(q, &row, err))
				return false;
			if (row)
				*(const char **)rows_add(
					&page, sizeof(char *)) =
					arena_strdup(a, col_text(q, 0));
		}
		const char **names = page.v;
		for (size_t i = 0; i < page.n; i++)
			if (!fn(ctx, names[i], err))
				return false;
		more = page.n > 0;
		if (more)
			after = names[page.n - 1];
	}
	return true;
}

bool
ledger_erase(struct store *s, const char *chain, int64_t seq, const char *name,
	struct err *err)
{
	int64_t id, n;

	if (!chain_id(s, chain, &id, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_ERASE);
	bind_i64(q, id);
	bind_i64(q, seq);
	bind_text(q, name);
	if (!stmt_changed(q, &n, err))
		return false;
	if (n == 0)
		return err_set(err, ERR_ABSENT,
			"chain %.60s entry %lld has no payload '%.40s'", chain,
			(long long)seq, name);
	return true;
}
