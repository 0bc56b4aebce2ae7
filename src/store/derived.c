/*
 * derived.c - the derived rows as a whole: cleared, counted on, compared.
 */
#include "store/derived.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "store/store_impl.h"

enum { ROW_MAX = 16 << 20 };

bool
store_derived_lock(struct store *s, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_DERIVED_LOCK);
	bool row;

	return stmt_step(q, &row, err);
}

bool
store_derived_clear(struct store *s, struct err *err)
{
	static const enum sql clear[] = {SQL_CLEAR_MAIL, SQL_CLEAR_THREAD,
		SQL_CLEAR_CASEFILE, SQL_CLEAR_DUTY, SQL_CLEAR_LETTER,
		SQL_CLEAR_LETTER_RATE};

	s->rate_n = 0;
	for (size_t i = 0; i < ARRAY_LEN(clear); i++) {
		AUTO(stmt_done) struct stmt *q = db_stmt(s->db, clear[i]);

		if (!stmt_run(q, err))
			return false;
	}
	return true;
}

/* --- the next ids ----------------------------------------------------------- */

struct prefix {
	char name[64];
	unsigned long long last;
};

struct prefixes {
	struct rows rows;
	unsigned long long last; /* of all */
};

/* "DAGF-142": the prefix and the number. A drawn id may look the same; then
 * the count only goes on from a higher number. */
static bool
note_chain(void *ctx, const char *chain, struct err *err)
{
	struct prefixes *p = ctx;
	const char *dash = strrchr(chain, '-');
	unsigned long long number;

	(void)err;
	if (!dash ||
		(size_t)(dash - chain) >= sizeof((struct prefix *)0)->name ||
		!span_number(span_of(dash + 1), 999999999, &number))
		return true;
	struct prefix *v = p->rows.v, *found = NULL;
	size_t n = (size_t)(dash - chain);
	for (size_t i = 0; i < p->rows.n && !found; i++)
		if (strlen(v[i].name) == n && memcmp(v[i].name, chain, n) == 0)
			found = &v[i];
	if (!found) {
		found = rows_add(&p->rows, sizeof *found);
		memcpy(found->name, chain, n);
	}
	if (number > found->last)
		found->last = number;
	if (number > p->last)
		p->last = number;
	return true;
}

static bool
set_counter(struct store *s, const struct prefix *p, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_COUNTER_SET);

	bind_text(q, p->name);
	bind_i64(q, (int64_t)p->last);
	return stmt_run(q, err);
}

static bool
set_sequences(struct store *s, unsigned long long last, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_CASE_NUMBER_SET);
	AUTO(stmt_done) struct stmt *mail = db_stmt(s->db, SQL_MAIL_ID_SET);

	bind_i64(q, (int64_t)last);
	return (last == 0 || stmt_run(q, err)) && stmt_run(mail, err);
}

static void
prefixes_fini(struct prefixes *p)
{
	rows_fini(&p->rows);
}

bool
store_derived_done(struct store *s, struct err *err)
{
	AUTO(prefixes_fini) struct prefixes p = {0};
	AUTO(arena_auto) struct arena *a = arena_new();

	if (!chain_flush(s, err) || !ledger_chains(s, a, note_chain, &p, err))
		return false;
	const struct prefix *v = p.rows.v;
	for (size_t i = 0; i < p.rows.n; i++)
		if (!set_counter(s, &v[i], err))
			return false;
	s->next_mail = 0;
	return set_sequences(s, p.last, err);
}

/* --- the dump --------------------------------------------------------------- */

/* A letter a column: i number, t text, b bytes. */
static const struct dump {
	enum sql sql;
	const char *table, *columns;
} dumps[] = {
	{SQL_DUMP_MAIL, "mail",
		"i:id b:key i:received t:queue t:case t:kind i:bytes t:from "
		"t:subject t:message_id t:because t:event_chain i:event_seq "
		"i:copies"},
	{SQL_DUMP_CASE, "case",
		"t:id t:product t:policy t:rm t:disposition i:decided i:opened "
		"i:changed t:title t:reporter t:token t:contacts t:missing "
		"i:mails i:letters t:decider t:clause i:mail t:lines i:received "
		"t:split t:links t:rating t:vector"},
	{SQL_DUMP_DUTY, "duty",
		"t:who i:place t:name i:round t:state t:strength t:clause "
		"t:trigger i:business_days t:zone t:calendar i:started i:due "
		"i:due_day i:kept_at"},
	{SQL_DUMP_LETTER, "letter",
		"t:who i:n t:chain t:template t:state t:held_because t:to "
		"t:sender t:message_id i:keeps_acknowledge i:automatic "
		"i:queued i:next_try i:done i:attempts t:reply i:event_seq "
		"i:settles"},
	{SQL_DUMP_THREAD, "thread", "b:key t:case i:ours t:letter i:n"},
};

static void
put_text(struct str *out, struct span s)
{
	str_putc(out, '"');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] < 0x20)
			str_printf(out, "\\u%04x", s.p[i]);
		else
			str_putc(out, (char)s.p[i]);
	str_putc(out, '"');
}

static void
put_column(struct str *out, const struct stmt *q, int i, char type)
{
	if (col_null(q, i)) {
		str_puts(out, "null");
	} else if (type == 'i') {
		str_printf(out, "%lld", (long long)col_i64(q, i));
	} else if (type == 't') {
		put_text(out, span_of(col_text(q, i)));
	} else {
		struct span b = col_blob(q, i);
		for (size_t k = 0; k < b.n; k++)
			str_printf(out, "%02x", b.p[k]);
	}
}

static void
put_row(struct str *out, const struct dump *d, const struct stmt *q)
{
	struct span rest = span_of(d->columns), column;
	int i = 0;

	str_clear(out);
	str_puts(out, d->table);
	while (span_split(&rest, ' ', &column)) {
		str_printf(out, " %.*s=", SPAN_FMT(span_from(column, 2)));
		put_column(out, q, i++, (char)column.p[0]);
	}
}

bool
store_derived_dump(struct store *s,
	bool (*fn)(void *ctx, const char *row, struct err *err), void *ctx,
	struct err *err)
{
	AUTO(str_fini) struct str line;

	str_init(&line, ROW_MAX);
	for (size_t i = 0; i < ARRAY_LEN(dumps); i++) {
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, dumps[i].sql);
		bool row = true;

		while (row) {
			if (!stmt_step(q, &row, err))
				return false;
			if (!row)
				break;
			put_row(&line, &dumps[i], q);
			if (!fn(ctx, line.text, err))
				return false;
		}
	}
	return true;
}

struct sum {
	crypto_generichash_state state;
	int64_t rows;
};

static bool
add_row(void *ctx, const char *row, struct err *err)
{
	struct sum *sum = ctx;

	(void)err;
	crypto_generichash_update(
		&sum->state, (const unsigned char *)row, strlen(row));
	crypto_generichash_update(&sum->state, (const unsigned char *)"\n", 1);
	sum->rows++;
	return true;
}

bool
store_derived_hash(
	struct store *s, struct hash *out, int64_t *rows, struct err *err)
{
	struct sum sum = {0};

	crypto_generichash_init(&sum.state, NULL, 0, HASH_BYTES);
	if (!store_derived_dump(s, add_row, &sum, err))
		return false;
	crypto_generichash_final(&sum.state, out->b, HASH_BYTES);
	*rows = sum.rows;
	return true;
}
