/*
 * backup.c - the truth, line by line. The order is that of a fold: policies
 * before what cites them, each chain from its first entry on.
 */
#include "store/backup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/backup_key.h"
#include "store/backup_line.h"
#include "store/ledger_heads.h"

struct backup {
	struct line_writer *w;
};

bool
backup_begin(struct backup **out, int fd, instant at, const char *desk,
	struct err *err)
{
	struct backup *b = mem_new(sizeof *b);
	char text[INSTANT_TEXT];

	b->w = line_writer_new(fd);
	if (!line_put(b->w,
		    json_pack("{s:{s:i,s:s,s:s,s:s}}", "backup", "version", 1,
			    "program", PRATIQUE_VERSION, "at",
			    instant_format(at, text), "desk", desk),
		    err)) {
		backup_free(b);
		return false;
	}
	*out = b;
	return true;
}

void
backup_free(struct backup *b)
{
	if (!b)
		return;
	line_writer_free(b->w);
	free(b);
}

static bool
put_policies(struct backup *b, struct store *s, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POLICY_LIST);
	bool row;

	while (stmt_step(q, &row, err)) {
		if (!row)
			return true;
		const char *text = col_text(q, 2);
		if (!line_put(b->w,
			    json_pack("{s:{s:s,s:s,s:I,s:I}}", "policy", "hash",
				    col_text(q, 0), "name", col_text(q, 1),
				    "at", (json_int_t)col_i64(q, 3), "bytes",
				    (json_int_t)strlen(text)),
			    err) ||
			!line_put_bytes(b->w, span_of(text), err))
			return false;
	}
	return false;
}

static bool
put_positions(struct backup *b, struct store *s, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POSITION_LIST);
	bool row;

	while (stmt_step(q, &row, err)) {
		if (!row)
			return true;
		if (!line_put(b->w,
			    json_pack("{s:{s:s,s:s,s:I,s:I}}", "position",
				    "node", col_text(q, 0), "spool",
				    col_text(q, 1), "segment",
				    (json_int_t)col_i64(q, 2), "offset",
				    (json_int_t)col_i64(q, 3)),
			    err))
			return false;
	}
	return false;
}

static const char *
hex_of(struct arena *a, struct span b)
{
	char *text = arena_alloc(a, 2 * b.n + 1);

	for (size_t i = 0; i < b.n; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", b.p[i]);
	return text;
}

/* The salt is null, and no bytes follow, where it was erased. */
static bool
put_payloads(struct backup *b, struct store *s, struct arena *a, int64_t id,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_LIST);
	bool row;

	bind_i64(q, id);
	while (stmt_step(q, &row, err)) {
		if (!row)
			return true;
		bool erased = col_null(q, 3) || col_null(q, 4);
		const char *salt = erased ? NULL : hex_of(a, col_blob(q, 3));
		if (!line_put(b->w,
			    json_pack("{s:{s:s,s:I,s:s,s:s?}}", "payload",
				    "name", col_text(q, 0), "bytes",
				    (json_int_t)col_i64(q, 1), "commitment",
				    hex_of(a, col_blob(q, 2)), "salt", salt),
			    err) ||
			(!erased && !line_put_bytes(b->w, col_blob(q, 4), err)))
			return false;
	}
	return false;
}

static bool
put_page(struct backup *b, struct store *s, const struct head *h,
	int64_t *after, bool *more, struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_EVENT_LIST);
	bool row;

	*more = false;
	bind_i64(q, h->id);
	bind_i64(q, *after);
	while (stmt_step(q, &row, err)) {
		if (!row)
			return true;
		*after = col_i64(q, 1);
		*more = true;
		if (!line_put(b->w,
			    json_pack("{s:{s:I,s:I,s:s,s:s,s:s,s:I,s:s}}",
				    "event", "seq", (json_int_t)col_i64(q, 1),
				    "at", (json_int_t)col_i64(q, 2), "kind",
				    col_text(q, 3), "actor", col_text(q, 4),
				    "meta", col_text(q, 5), "payloads",
				    (json_int_t)col_i64(q, 6), "hash",
				    hex_of(a, col_blob(q, 7))),
			    err) ||
			(col_i64(q, 6) > 0 &&
				!put_payloads(b, s, a, col_i64(q, 0), err)))
			return false;
	}
	return false;
}

static bool
put_chain(struct backup *b, struct store *s, const struct head *h,
	struct err *err)
{
	int64_t after = 0;
	bool more = true;

	if (!line_put(b->w,
		    json_pack("{s:{s:s,s:I}}", "chain", "name", h->name,
			    "entries", (json_int_t)h->seq),
		    err))
		return false;
	while (more)
		if (!put_page(b, s, h, &after, &more, err))
			return err_wrap(err, "chain %s", h->name);
	if (after != h->seq)
		return err_set(err, ERR_BROKEN,
			"chain %s should end with entry %lld and ends with "
			"%lld: see `pratique ledger verify`",
			h->name, (long long)h->seq, (long long)after);
	return true;
}

static bool
put_store(struct backup *b, struct store *s,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct head *heads;
	size_t n;

	if (!put_policies(b, s, err) || !put_positions(b, s, err) ||
		!heads_now(s, a, &heads, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!put_chain(b, s, &heads[i], err))
			return false;
		if (progress)
			progress(ctx, (int64_t)i + 1, (int64_t)n);
	}
	return true;
}

bool
backup_store(struct backup *b, struct store *s,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct err *err)
{
	bool own = !db_in_transaction(s->db); /* else it would move meanwhile */

	if (own && !store_begin(s, err))
		return false;
	bool ok = put_store(b, s, progress, ctx, err);
	if (own)
		store_rollback(s);
	return ok;
}

bool
backup_mail(struct backup *b, const char *spool, const struct spool_mail *m,
	struct err *err)
{
	json_t *rcpts = json_array();

	for (size_t i = 0; i < m->n_rcpts; i++)
		json_array_append_new(rcpts, json_text_or_null(m->rcpts[i]));
	return line_put(b->w,
		       json_pack("{s:{s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I}"
				 "}",
			       "mail", "spool", spool, "received",
			       (json_int_t)m->received.ms, "sender",
			       json_text_or_null(m->sender), "rcpts", rcpts,
			       "peer", json_text_or_null(m->peer), "helo",
			       json_text_or_null(m->helo), "protocol",
			       json_text_or_null(m->protocol), "trace",
			       json_text_or_null(m->trace), "flags",
			       (json_int_t)m->flags, "bytes",
			       (json_int_t)m->raw.n),
		       err) &&
		line_put_bytes(b->w, m->raw, err);
}

bool
backup_key(struct backup *b, const char *name, struct span secret,
	const char *passphrase, struct err *err)
{
	json_t *key = key_lock(name, secret, passphrase);

	if (!key)
		return err_set(err, ERR_BROKEN,
			"key '%.40s' cannot be encrypted: too long, or no "
			"memory for Argon2id",
			name);
	return line_put(b->w, json_pack("{s:o}", "key", key), err);
}

bool
backup_end(struct backup *b, int64_t *lines, struct err *err)
{
	return line_end(b->w, lines, err);
}
