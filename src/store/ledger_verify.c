/*
 * ledger_verify.c - is the ledger whole and unchanged?
 *
 * Trusts nothing that is stored: each hash is made again from the entry's
 * own fields. Within a chain the first fault is named and the rest left
 * out, for what follows a changed entry is in doubt anyway.
 */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "store/ledger_heads.h"
#include "store/ledger_text.h"

struct walk {
	struct store *s;
	struct arena *a;    /* of the report */
	struct arena *page; /* of one page of entries */
	struct ledger_report report;
};

/* The first one stays in the report. */
static bool fault(struct walk *w, const char *chain, int64_t seq,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static bool
fault(struct walk *w, const char *chain, int64_t seq, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (w->report.faults++ == 0) {
		w->report.chain = arena_strdup(w->a, chain);
		w->report.seq = seq;
		w->report.what = arena_strdup(w->a, text);
	}
	return false;
}

/* Whatever has not the length of a hash is none, and fits nothing. */
static struct hash
hash_or_none(const struct stmt *q, int col)
{
	struct hash h = {{0}};
	struct err odd;

	(void)hash_read(q, col, &h, &odd);
	return h;
}

struct read_entry {
	int64_t id, n_payloads;
	struct entry e;
	struct hash hash;
};

static bool
read_page(struct walk *w, const struct head *h, int64_t after, struct rows *out,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(w->s->db, SQL_EVENT_LIST);
	bool row = true;

	bind_i64(q, h->id);
	bind_i64(q, after);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		struct read_entry *r = rows_add(out, sizeof *r);
		r->hash = hash_or_none(q, 7);
		r->id = col_i64(q, 0);
		r->n_payloads = col_i64(q, 6);
		r->e = (struct entry){.chain = h->name,
			.seq = col_i64(q, 1),
			.at = {col_i64(q, 2)},
			.kind = arena_strdup(w->page, col_text(q, 3)),
			.actor = arena_strdup(w->page, col_text(q, 4)),
			.meta = arena_strdup(w->page, col_text(q, 5))};
	}
	return true;
}

/* One row of payload against its own commitment; *sound is the answer. */
static void
check_payload(struct walk *w, const struct read_entry *r, const struct stmt *q,
	struct commitment *out, bool *sound)
{
	struct span salt = col_blob(q, 3), body = col_blob(q, 4);
	const char *name = col_text(q, 0);

	out->hash = hash_or_none(q, 2);
	out->name = arena_strdup(w->page, name);
	out->bytes = (uint64_t)col_i64(q, 1);
	w->report.payloads++;
	*sound = true;
	if (!salt.p && !body.p) {
		w->report.erased++;
		return;
	}
	if (!salt.p || !body.p)
		*sound = fault(w, r->e.chain, r->e.seq,
			"payload '%s' has lost its %s", name,
			salt.p ? "bytes" : "salt");
	else if (body.n != out->bytes ||
		!hash_eq(ledger_commit(salt, body), out->hash))
		*sound = fault(w, r->e.chain, r->e.seq,
			"payload '%s' is not what was committed to", name);
}

static bool
check_payloads(
	struct walk *w, struct read_entry *r, bool *sound, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(w->s->db, SQL_PAYLOAD_LIST);
	struct commitment *sums =
		ARENA_ARRAY(w->page, EVENT_MAX_PAYLOADS, struct commitment);
	size_t n = 0;
	bool row = true;

	*sound = true;
	bind_i64(q, r->id);
	while (row && *sound) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		if (n == EVENT_MAX_PAYLOADS)
			*sound = fault(w, r->e.chain, r->e.seq,
				"it has more than %d payloads",
				EVENT_MAX_PAYLOADS);
		else
			check_payload(w, r, q, &sums[n++], sound);
	}
	if (*sound && (int64_t)n != r->n_payloads)
		*sound = fault(w, r->e.chain, r->e.seq,
			"it has %zu payloads and should have %lld", n,
			(long long)r->n_payloads);
	r->e.payloads = sums;
	r->e.n_payloads = n;
	return true;
}

/* An entry after the one before it, whose hash is *prev. */
static bool
check_entry(struct walk *w, struct read_entry *r, int64_t want,
	struct hash *prev, bool *sound, struct err *err)
{
	struct err odd;
	struct hash hash;

	w->report.events++;
	*sound = true;
	if (r->e.seq != want) {
		*sound = fault(w, r->e.chain, want,
			"it is missing: entry %lld comes next",
			(long long)r->e.seq);
		return true;
	}
	if (r->n_payloads > 0 && !check_payloads(w, r, sound, err))
		return false;
	if (!*sound)
		return true;
	r->e.prev = *prev;
	if (!ledger_hash(&w->s->text, &r->e, &hash, &odd))
		*sound = fault(w, r->e.chain, r->e.seq, "%s", odd.text);
	else if (!hash_eq(hash, r->hash))
		*sound = fault(w, r->e.chain, r->e.seq,
			"its hash does not follow from its fields and the "
			"entry before it");
	*prev = r->hash;
	return true;
}

static bool
check_tail(struct walk *w, const struct head *h, int64_t last, struct hash prev)
{
	if (h->seq > last)
		return fault(w, h->name, last + 1,
			"entries %lld to %lld are missing at the end",
			(long long)last + 1, (long long)h->seq);
	if (h->seq < last)
		return fault(w, h->name, h->seq + 1,
			"the chain should end with entry %lld, it ends with "
			"%lld",
			(long long)h->seq, (long long)last);
	if (!hash_eq(prev, h->hash))
		return fault(w, h->name, last,
			"its hash is not the head of the chain");
	return true;
}

static bool
walk_chain(struct walk *w, const struct head *h, struct err *err)
{
	struct hash prev = {{0}};
	int64_t last = 0;
	bool sound = true;

	for (;;) {
		AUTO(rows_fini) struct rows rows = {0};

		arena_reset(w->page);
		if (!read_page(w, h, last, &rows, err))
			return false;
		if (rows.n == 0)
			break;
		struct read_entry *v = rows.v;
		for (size_t i = 0; i < rows.n; i++) {
			if (!check_entry(
				    w, &v[i], last + 1, &prev, &sound, err))
				return false;
			if (!sound)
				return true;
			last = v[i].e.seq;
		}
	}
	(void)check_tail(w, h, last, prev);
	return true;
}

static bool
check_counts(struct walk *w, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(w->s->db, SQL_EVENT_COUNT);
	bool row;

	if (!stmt_step(q, &row, err))
		return false;
	int64_t events = col_i64(q, 0), payloads = col_i64(q, 1);
	if (w->report.faults == 0 &&
		(events != w->report.events || payloads != w->report.payloads))
		fault(w, "", 0,
			"%lld entries and %lld payloads belong to no chain",
			(long long)(events - w->report.events),
			(long long)(payloads - w->report.payloads));
	return true;
}

/* Is what a checkpoint wrote down still there? */
static bool
check_head(struct walk *w, const struct seal *seal, const struct head *h,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(w->s->db, SQL_EVENT_HASH);
	struct hash hash = {{0}};
	bool row;

	bind_text(q, h->name);
	bind_i64(q, h->seq);
	if (!stmt_step(q, &row, err) || (row && !hash_read(q, 0, &hash, err)))
		return false;
	if (!row)
		fault(w, h->name, h->seq,
			"it is missing: checkpoint %llu has seen it",
			(unsigned long long)seal->number);
	else if (!hash_eq(hash, h->hash))
		fault(w, h->name, h->seq,
			"it is not the one that checkpoint %llu has seen",
			(unsigned long long)seal->number);
	return true;
}

static bool
check_heads(struct walk *w, const struct seals *seals, struct err *err)
{
	for (size_t i = 0; i < seals->n; i++) {
		AUTO(rows_fini) struct rows rows = {0};

		arena_reset(w->page);
		if (!heads_of(w->s, w->page, &seals->v[i], &rows, err))
			return false;
		const struct head *v = rows.v;
		for (size_t j = 0; j < rows.n; j++)
			if (!check_head(w, &seals->v[i], &v[j], err))
				return false;
	}
	return true;
}

/* The root made again from all heads that were written down up to it. */
static bool
check_root(struct walk *w, const struct seals *seals, size_t i, struct err *err)
{
	const struct seal *seal = &seals->v[i];
	struct head *heads;
	size_t n, size;

	arena_reset(w->page);
	if (!heads_at(w->s, w->page, seals, i + 1, &heads, &n, err))
		return false;
	struct merkle_leaf *leaves =
		heads_leaves(w->page, seals, heads, n, &size);
	if (size != seal->size ||
		!hash_eq(merkle_root(leaves, size), seal->root))
		fault(w, seal->chain, seal->seq,
			"checkpoint %llu: its root does not follow from the "
			"heads it has seen",
			(unsigned long long)seal->number);
	return true;
}

/* The checkpoint that was kept outside must be one of ours. */
static bool
check_seen(struct walk *w, const struct seals *seals,
	const struct checkpoint *seen, struct err *err)
{
	char at[INSTANT_TEXT];
	unsigned long long number = seen->number;

	instant_format(seen->at, at);
	if (seals->secret_known &&
		strcmp(seals->database, seen->database) != 0) {
		fault(w, "", 0,
			"checkpoint %llu of %s is of another database (%s, "
			"this is %s)",
			number, at, seen->database, seals->database);
		return true;
	}
	for (size_t i = 0; i < seals->n; i++) {
		if (seals->v[i].number != seen->number)
			continue;
		if (hash_eq(seals->v[i].root, seen->root) &&
			seals->v[i].size == seen->size)
			return check_root(w, seals, i, err);
		fault(w, seals->v[i].chain, seals->v[i].seq,
			"checkpoint %llu is not the one of %s: the ledger "
			"has another past than the one that was signed",
			number, at);
		return true;
	}
	fault(w, "", 0,
		"this state is older than checkpoint %llu of %s: it knows "
		"%zu checkpoints",
		number, at, seals->n);
	return true;
}

static bool
check_checkpoints(
	struct walk *w, const struct checkpoint *seen, struct err *err)
{
	struct seals seals;

	if (!seals_read(w->s, w->a, &seals, err) ||
		!check_heads(w, &seals, err))
		return false;
	if (seals.n > 0 && seals.secret_known &&
		!check_root(w, &seals, seals.n - 1, err))
		return false;
	return !seen || check_seen(w, &seals, seen, err);
}

static bool
verify(struct walk *w, const struct checkpoint *seen,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct err *err)
{
	AUTO(arena_auto) struct arena *own = arena_new();
	struct head *heads;
	size_t n;

	if (!heads_now(w->s, own, &heads, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!walk_chain(w, &heads[i], err))
			return false;
		w->report.chains++;
		if (progress)
			progress(ctx, (int64_t)i + 1, (int64_t)n);
	}
	return check_counts(w, err) && check_checkpoints(w, seen, err);
}

bool
ledger_verify(struct store *s, struct arena *a, const struct checkpoint *seen,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct ledger_report *out, struct err *err)
{
	AUTO(arena_auto) struct arena *page = arena_new();
	struct walk w = {.s = s, .a = a, .page = page};
	bool own = !db_in_transaction(s->db); /* else it would move meanwhile */

	if (own && !store_begin(s, err))
		return false;
	bool ok = verify(&w, seen, progress, ctx, err);
	if (own)
		store_rollback(s);
	if (ok)
		*out = w.report;
	return ok;
}
