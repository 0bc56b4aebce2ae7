/*
 * mail.c - one row for each mail taken. What the mail said is a payload of
 * its event on the desk chain; the row only leads there.
 */
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

const char *const queue_names[QUEUE_COUNT] = {
	[QUEUE_NONE] = "none",
	[QUEUE_UNROUTED] = "unrouted",
	[QUEUE_QUARANTINE] = "quarantine",
	[QUEUE_ENCRYPTED] = "encrypted",
	[QUEUE_NO_CASE] = "no-case",
};

bool
store_mail_next_id(struct store *s, int64_t *id, struct err *err)
{
	if (s->next_mail == 0) {
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_MAIL_NEXT_ID);
		bool row;

		if (!stmt_step(q, &row, err))
			return false;
		if (is_pgsql(s)) {
			*id = col_i64(q, 0);
			return true;
		}
		s->next_mail = col_i64(q, 0);
	}
	*id = s->next_mail++;
	return true;
}

bool
store_mail_add(struct store *s, const struct mail *m, struct err *err)
{
	int64_t chain = 0, event_chain;

	if ((m->chain && !chain_id(s, m->chain, &chain, err)) ||
		!chain_id(s, m->event_chain, &event_chain, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_ADD);
	bind_i64(q, m->id);
	bind_blob(q, hash_span(&m->key));
	bind_i64(q, m->received.ms);
	bind_text(q, m->queue == QUEUE_NONE ? NULL : queue_names[m->queue]);
	if (m->chain)
		bind_i64(q, chain);
	else
		bind_null(q);
	bind_text(q, mail_kind_names[m->kind]);
	bind_i64(q, (int64_t)m->bytes);
	bind_text(q, m->from);
	bind_text(q, m->subject);
	bind_text(q, m->message_id);
	bind_text(q, m->because);
	bind_i64(q, event_chain);
	bind_i64(q, m->event_seq);
	bind_i64(q, m->copies);
	return stmt_run(q, err);
}

bool
store_mail_file(struct store *s, const struct mail *m, struct err *err)
{
	int64_t chain = 0;

	if (m->chain && !chain_id(s, m->chain, &chain, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_FILE);
	bind_i64(q, m->id);
	bind_text(q, m->queue == QUEUE_NONE ? NULL : queue_names[m->queue]);
	if (m->chain)
		bind_i64(q, chain);
	else
		bind_null(q);
	bind_text(q, m->because);
	return stmt_run(q, err);
}

bool
store_mail_by_key(
	struct store *s, struct hash key, int64_t *id, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_BY_KEY);
	bool row;

	bind_blob(q, hash_span(&key));
	if (!stmt_step(q, &row, err))
		return false;
	*id = row ? col_i64(q, 0) : 0;
	return true;
}

bool
store_mail_copy(struct store *s, int64_t id, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_COPY);

	bind_i64(q, id);
	return stmt_run(q, err);
}

/* The columns of mail_by_id and its sisters. */
static bool
read_mail(
	const struct stmt *q, struct arena *a, struct mail *m, struct err *err)
{
	int queue = QUEUE_NONE, kind;

	if (!hash_read(q, 1, &m->key, err) ||
		(!col_null(q, 3) &&
			!word_read(queue_names, QUEUE_COUNT, col_text(q, 3),
				"queue", &queue, err)) ||
		!word_read(mail_kind_names, MAIL_KIND_COUNT, col_text(q, 5),
			"kind", &kind, err))
		return err_wrap(err, "mail %lld", (long long)col_i64(q, 0));
	m->id = col_i64(q, 0);
	m->received.ms = col_i64(q, 2);
	m->queue = (enum queue)queue;
	m->chain = arena_strdup(a, col_text(q, 4));
	m->kind = (enum mail_kind)kind;
	m->bytes = (uint64_t)col_i64(q, 6);
	m->from = arena_strdup(a, col_text(q, 7));
	m->subject = arena_strdup(a, col_text(q, 8));
	m->message_id = arena_strdup(a, col_text(q, 9));
	m->because = arena_strdup(a, col_text(q, 10));
	m->event_seq = col_i64(q, 11);
	m->event_chain = arena_strdup(a, col_text(q, 12));
	m->copies = (unsigned)col_i64(q, 13);
	return true;
}

bool
store_mail(struct store *s, struct arena *a, int64_t id, struct mail **out,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_BY_ID);
	bool row;

	bind_i64(q, id);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT, "no mail %lld", (long long)id);
	struct mail *m = ARENA_NEW(a, struct mail);
	if (!read_mail(q, a, m, err))
		return false;
	*out = m;
	return true;
}

static bool
read_mails(struct stmt *q, struct arena *a, struct mail **out, size_t *n,
	struct err *err)
{
	AUTO(rows_fini) struct rows rows = {0};
	bool row = true;

	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row && !read_mail(q, a, rows_add(&rows, sizeof **out), err))
			return false;
	}
	*out = rows_take(&rows, a);
	*n = rows.n;
	return true;
}

bool
store_mail_list(struct store *s, struct arena *a, enum queue queue,
	const char *chain, struct mail **out, size_t *n, struct err *err)
{
	int64_t id = 0;

	if (chain && !chain_id(s, chain, &id, err))
		return false;
	AUTO(stmt_done)
	struct stmt *q =
		db_stmt(s->db, chain ? SQL_MAIL_OF_CHAIN : SQL_MAIL_OF_QUEUE);
	if (chain)
		bind_i64(q, id);
	else
		bind_text(q, queue_names[queue]);
	return read_mails(q, a, out, n, err);
}

bool
store_mail_after(struct store *s, struct arena *a, int64_t id, unsigned limit,
	struct mail **out, size_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_AFTER);

	bind_i64(q, id);
	bind_i64(q, limit);
	return read_mails(q, a, out, n, err);
}

bool
store_mail_last(struct store *s, int64_t *id, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_MAIL_LAST);
	bool row;

	if (!stmt_step(q, &row, err))
		return false;
	*id = row ? col_i64(q, 0) : 0;
	return true;
}

bool
store_mail_payload(struct store *s, struct arena *a, const struct mail *m,
	const char *name, struct span *out, struct err *err)
{
	int64_t chain;
	bool row;

	if (!chain_id(s, m->event_chain, &chain, err))
		return false;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_OF_EVENT);
	bind_i64(q, chain);
	bind_i64(q, m->event_seq);
	bind_text(q, name);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT, "mail %lld has no '%s'",
			(long long)m->id, name);
	*out = col_null(q, 0) ? SPAN_NONE : arena_dup(a, col_blob(q, 0));
	return true;
}
