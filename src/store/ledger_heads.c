/*
 * ledger_heads.c - a checkpoint writes down only the heads that moved since
 * the one before, so its cost follows what happened and not how much there
 * is. What one has seen is the sum of all up to it.
 */
#include "store/ledger_heads.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

static int
by_number(const void *a, const void *b)
{
	const struct seal *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static bool
payload(struct store *s, int64_t event, const char *name, struct arena *a,
	struct span *out, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_PAYLOAD_OF_ID);
	bool row;

	bind_i64(q, event);
	bind_text(q, name);
	if (!stmt_step(q, &row, err))
		return false;
	*out = row && !col_null(q, 0) ? arena_dup(a, col_blob(q, 0)) :
					SPAN_NONE;
	return true;
}

/* The secret names the database, and does not betray itself by that. */
static bool
take_secret(struct store *s, struct arena *a, int64_t event, struct seals *out,
	struct err *err)
{
	struct span secret;
	char hex[HASH_TEXT];

	if (!payload(s, event, "blind", a, &secret, err))
		return false;
	if (secret.n != BLIND_BYTES || out->secret_known)
		return true;
	memcpy(out->secret, secret.p, BLIND_BYTES);
	out->secret_known = true;
	hash_hex(merkle_blind(out->secret, ""), hex);
	memcpy(out->database, hex, DATABASE_TEXT - 1);
	return true;
}

static void
take_seal(struct rows *rows, const struct stmt *q, struct arena *a,
	const json_t *meta)
{
	const char *root = json_get_text(meta, "root");
	struct seal *seal = rows_add(rows, sizeof *seal);

	seal->event = col_i64(q, 0);
	seal->chain = arena_strdup(a, col_text(q, 1));
	seal->seq = col_i64(q, 2);
	seal->number = (uint64_t)json_get_int(meta, "number", 0);
	seal->size = (uint64_t)json_get_int(meta, "size", 0);
	if (!root || !hash_parse(span_of(root), &seal->root))
		seal->root = (struct hash){{0}};
}

bool
seals_read(struct store *s, struct arena *a, struct seals *out, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_SEAL_LIST);
	AUTO(rows_fini) struct rows rows = {0};
	struct seals seals = {0};
	bool row = true;

	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		AUTO(json_auto)
		json_t *meta = json_loads(col_text(q, 4), 0, NULL);
		const char *key = json_get_text(meta, "key");
		if (strcmp(col_text(q, 3), event_kind_names[EV_CHECKPOINT]) ==
			0)
			take_seal(&rows, q, a, meta);
		else if (text_same(key, "blind") &&
			!take_secret(s, a, col_i64(q, 0), &seals, err))
			return false;
	}
	seals.n = rows.n;
	seals.v = rows_take(&rows, a);
	if (seals.n > 1)
		qsort(seals.v, seals.n, sizeof *seals.v, by_number);
	*out = seals;
	return true;
}

static bool
page_now(struct store *s, struct arena *a, int64_t *after, struct rows *rows,
	bool *more, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_CHAIN_ROWS);
	bool row = true;

	*more = false;
	bind_i64(q, *after);
	while (row) {
		struct hash hash;

		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		if (!hash_read(q, 3, &hash, err))
			return err_wrap(err, "chain %s", col_text(q, 1));
		struct head *h = rows_add(rows, sizeof *h);
		h->id = *after = col_i64(q, 0);
		h->name = arena_strdup(a, col_text(q, 1));
		h->seq = col_i64(q, 2);
		h->hash = hash;
		h->sealed = col_i64(q, 4);
		*more = true;
	}
	return true;
}

bool
heads_now(struct store *s, struct arena *a, struct head **out, size_t *n,
	struct err *err)
{
	AUTO(rows_fini) struct rows rows = {0};
	int64_t after = 0;
	bool more = true;

	if (!chain_flush(s, err))
		return false;
	while (more)
		if (!page_now(s, a, &after, &rows, &more, err))
			return false;
	*out = rows_take(&rows, a);
	*n = rows.n;
	return true;
}

bool
heads_of(struct store *s, struct arena *a, const struct seal *seal,
	struct rows *out, struct err *err)
{
	struct span rest, line, name, seq, hash;

	if (!payload(s, seal->event, "heads", a, &rest, err))
		return false;
	while (span_line(&rest, &line)) {
		struct head h = {0};
		unsigned long long number;

		if (!span_split(&line, ' ', &name) ||
			!span_split(&line, ' ', &seq) ||
			!span_split(&line, ' ', &hash) ||
			!span_number(seq, INT64_MAX, &number) ||
			!hash_parse(hash, &h.hash))
			return err_set(err, ERR_BROKEN,
				"checkpoint %llu: its list of heads cannot be "
				"read",
				(unsigned long long)seal->number);
		h.name = arena_text(a, name);
		h.seq = (int64_t)number;
		*(struct head *)rows_add(out, sizeof h) = h;
	}
	return true;
}

static int
by_name_then_seq(const void *a, const void *b)
{
	const struct head *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

bool
heads_at(struct store *s, struct arena *a, const struct seals *seals,
	size_t n_seals, struct head **out, size_t *n, struct err *err)
{
	AUTO(rows_fini) struct rows rows = {0};
	size_t kept = 0;

	for (size_t i = 0; i < n_seals; i++)
		if (!heads_of(s, a, &seals->v[i], &rows, err))
			return false;
	struct head *v = rows.v;
	if (rows.n > 1)
		qsort(v, rows.n, sizeof *v, by_name_then_seq);
	for (size_t i = 0; i < rows.n; i++) /* the last of each name */
		if (i + 1 == rows.n || strcmp(v[i].name, v[i + 1].name) != 0)
			v[kept++] = v[i];
	rows.n = kept;
	*out = rows_take(&rows, a);
	*n = kept;
	return true;
}

struct merkle_leaf *
heads_leaves(struct arena *a, const struct seals *seals,
	const struct head *heads, size_t n, size_t *size)
{
	*size = merkle_size(n);
	struct merkle_leaf *leaves = ARENA_ARRAY(a, *size, struct merkle_leaf);
	for (size_t i = 0; i < n; i++)
		leaves[i] = (struct merkle_leaf){
			merkle_blind(seals->secret, heads[i].name),
			heads[i].seq, heads[i].hash};
	merkle_fill(seals->secret, leaves, n, *size);
	return leaves;
}
