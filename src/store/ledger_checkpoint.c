/*
 * ledger_checkpoint.c - the root over all heads: drafted, signed elsewhere,
 * and kept as an event; and the proof that one chain is under it.
 */
#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/ledger_heads.h"

enum { HEADS_MAX = 1 << 29 };

struct checkpoint_draft {
	struct checkpoint note;
	struct head *moved;
	size_t n_moved;
};

static bool
make_secret(struct store *s, const char *chain, instant at, struct err *err)
{
	unsigned char secret[BLIND_BYTES];
	struct event e = {.kind = EV_KEY_MADE,
		.at = at,
		.actor = "desk",
		.meta = "{\"key\":\"blind\"}",
		.payloads = {{.name = "blind",
			.bytes = span_make(secret, sizeof secret)}},
		.n_payloads = 1};

	random_bytes(secret, sizeof secret);
	return ledger_append(s, chain, &e, NULL, err);
}

static bool
lock(struct store *s, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_SEAL_LOCK);
	bool row;

	return stmt_step(q, &row, err);
}

static uint64_t
next_number(const struct seals *seals)
{
	return seals->n > 0 ? seals->v[seals->n - 1].number + 1 : 1;
}

bool
ledger_draft(struct store *s, struct arena *a, const char *desk_chain,
	const char *desk, instant at, struct checkpoint_draft **out,
	struct err *err)
{
	struct seals seals;
	struct head *heads;
	size_t n, size;

	assert(db_in_transaction(s->db));
	if (!lock(s, err) || !seals_read(s, a, &seals, err))
		return false;
	if (!seals.secret_known &&
		(!make_secret(s, desk_chain, at, err) ||
			!seals_read(s, a, &seals, err)))
		return false;
	if (!heads_now(s, a, &heads, &n, err))
		return false;
	struct checkpoint_draft *d = ARENA_NEW(a, struct checkpoint_draft);
	struct merkle_leaf *leaves = heads_leaves(a, &seals, heads, n, &size);
	d->note = (struct checkpoint){.desk = arena_strdup(a, desk),
		.number = next_number(&seals),
		.at = at,
		.size = size,
		.root = merkle_root(leaves, size)};
	memcpy(d->note.database, seals.database, sizeof d->note.database);
	for (size_t i = 0; i < n; i++)
		if (heads[i].seq > heads[i].sealed)
			heads[d->n_moved++] = heads[i];
	d->moved = heads;
	*out = d;
	return true;
}

const struct checkpoint *
ledger_draft_note(const struct checkpoint_draft *d)
{
	return &d->note;
}

static bool
seal_heads(struct store *s, const struct checkpoint_draft *d, struct err *err)
{
	for (size_t i = 0; i < d->n_moved; i++) {
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_CHAIN_SEAL);

		bind_i64(q, d->moved[i].id);
		bind_i64(q, d->moved[i].seq);
		if (!stmt_run(q, err))
			return false;
	}
	return true;
}

static const char *
meta_of(struct arena *a, const struct checkpoint *c)
{
	char root[HASH_TEXT];
	json_t *meta = json_pack("{s:s,s:s,s:I,s:I,s:s}", "database",
		c->database, "desk", c->desk, "number", (json_int_t)c->number,
		"size", (json_int_t)c->size, "root", hash_hex(c->root, root));

	return json_text(a, meta);
}

bool
ledger_keep(struct store *s, struct arena *a, const char *desk_chain,
	const struct checkpoint_draft *d, struct span file, struct err *err)
{
	AUTO(str_fini) struct str heads;
	struct seals seals;
	char hex[HASH_TEXT];

	assert(db_in_transaction(s->db));
	if (!lock(s, err) || !seals_read(s, a, &seals, err))
		return false;
	if (next_number(&seals) != d->note.number)
		return err_set(err, ERR_CONFLICT,
			"checkpoint %llu has been kept meanwhile",
			(unsigned long long)d->note.number);
	str_init(&heads, HEADS_MAX);
	for (size_t i = 0; i < d->n_moved; i++)
		str_printf(&heads, "%s %lld %s\n", d->moved[i].name,
			(long long)d->moved[i].seq,
			hash_hex(d->moved[i].hash, hex));
	if (heads.cut)
		return err_set(err, ERR_LIMIT, "too many chains have moved");
	struct event e = {.kind = EV_CHECKPOINT,
		.at = d->note.at,
		.actor = "desk",
		.meta = meta_of(a, &d->note),
		.payloads = {{.name = "heads", .bytes = str_span(&heads)},
			{.name = "file", .bytes = file}},
		.n_payloads = file.n > 0 ? 2 : 1};
	return ledger_append(s, desk_chain, &e, NULL, err) &&
		seal_heads(s, d, err);
}

static bool
leaves_at(struct store *s, struct arena *a, uint64_t number,
	struct merkle_leaf **out, size_t *size, struct seals *seals,
	struct err *err)
{
	struct head *heads;
	size_t n, upto = 0;

	if (!seals_read(s, a, seals, err))
		return false;
	if (!seals->secret_known)
		return err_set(
			err, ERR_ABSENT, "no checkpoint has been made yet");
	while (upto < seals->n && seals->v[upto].number < number)
		upto++;
	if (number > 0 && (upto == seals->n || seals->v[upto].number != number))
		return err_set(err, ERR_ABSENT, "no checkpoint %llu",
			(unsigned long long)number);
	if (!(number > 0 ? heads_at(s, a, seals, upto + 1, &heads, &n, err) :
			   heads_now(s, a, &heads, &n, err)))
		return false;
	*out = heads_leaves(a, seals, heads, n, size);
	return true;
}

bool
ledger_root(struct store *s, struct arena *a, struct hash *root, uint64_t *size,
	struct err *err)
{
	struct merkle_leaf *leaves;
	struct seals seals;
	size_t n;

	if (!leaves_at(s, a, 0, &leaves, &n, &seals, err))
		return false;
	*root = merkle_root(leaves, n);
	*size = n;
	return true;
}

bool
ledger_proof(struct store *s, struct arena *a, const char *chain,
	uint64_t number, struct merkle_proof *out, struct err *err)
{
	struct merkle_leaf *leaves;
	struct seals seals;
	size_t n;

	if (!leaves_at(s, a, number, &leaves, &n, &seals, err))
		return false;
	if (!merkle_prove(leaves, n, merkle_blind(seals.secret, chain), out))
		return err_set(err, ERR_ABSENT,
			"chain %.60s is not under checkpoint %llu", chain,
			(unsigned long long)number);
	return true;
}

json_t *
ledger_proof_json(const struct merkle_proof *p)
{
	char key[HASH_TEXT], head[HASH_TEXT], hex[HASH_TEXT];
	json_t *path = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(
			path, json_string(hash_hex(p->path[i], hex)));
	return json_pack("{s:s,s:I,s:s,s:I,s:o}", "key",
		hash_hex(p->leaf.key, key), "seq", (json_int_t)p->leaf.seq,
		"head", hash_hex(p->leaf.head, head), "index",
		(json_int_t)p->index, "path", path);
}
