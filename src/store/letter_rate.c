/*
 * letter_rate.c - how many automatic letters went to whom lately.
 *
 * Counting rows would take longer the more letters there are, and this is
 * asked before each of them. So letters are counted by the minute: a count
 * since some instant includes all of that instant's minute, which makes the
 * caps a little stricter and never looser. An address is kept only as eight
 * bytes of a hash.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

enum { MINUTE_MS = 60000, RATES_HELD = 1024 };

/* Letters of both cases are one address: caps are against loops, and a
 * loop does not care. */
static int64_t
rate_key(const char *kind, const char *text)
{
	char low[330];
	size_t n = 0;
	int64_t key;

	for (; text[n] && n < sizeof low - 1; n++)
		low[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ?
				text[n] + ('a' - 'A') :
				text[n]);
	low[n] = '\0';
	const struct span parts[] = {
		span_of(kind), SPAN_LIT(":"), span_of(low)};
	struct hash h = hash_many(parts, ARRAY_LEN(parts));
	memcpy(&key, h.b, sizeof key);
	return key;
}

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address;
}

static void
hold(struct store *s, int64_t key, int64_t minute)
{
	s->rate =
		mem_grow(s->rate, &s->rate_cap, s->rate_n + 1, sizeof *s->rate);
	s->rate[s->rate_n++] = (struct letter_rate){key, minute, 1};
}

bool
letter_rate_note(struct store *s, const char *to, instant at, struct err *err)
{
	int64_t minute = at.ms / MINUTE_MS;

	hold(s, rate_key("to", to), minute);
	hold(s, rate_key("domain", domain_of(to)), minute);
	return s->rate_n < RATES_HELD || letter_rate_flush(s, err);
}

static int
by_key(const void *a, const void *b)
{
	const struct letter_rate *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->minute > y->minute) - (x->minute < y->minute);
}

bool
letter_rate_flush(struct store *s, struct err *err)
{
	if (s->rate_n > 1)
		qsort(s->rate, s->rate_n, sizeof *s->rate, by_key);
	for (size_t i = 0; i < s->rate_n;) {
		struct letter_rate r = s->rate[i++];

		while (i < s->rate_n && by_key(&r, &s->rate[i]) == 0)
			r.letters += s->rate[i++].letters;
		AUTO(stmt_done)
		struct stmt *q = db_stmt(s->db, SQL_LETTER_RATE_ADD);
		bind_i64(q, r.key);
		bind_i64(q, r.minute);
		bind_i64(q, r.letters);
		if (!stmt_run(q, err))
			return false;
	}
	s->rate_n = 0;
	return true;
}

bool
store_letter_count(struct store *s, const char *address, bool domain,
	instant since, unsigned *out, struct err *err)
{
	int64_t key = domain ? rate_key("domain", domain_of(address)) :
			       rate_key("to", address);
	int64_t minute = since.ms / MINUTE_MS, n = 0;
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_LETTER_RATE_SUM);
	bool row;

	bind_i64(q, key);
	bind_i64(q, minute);
	if (!stmt_step(q, &row, err))
		return false;
	n = col_i64(q, 0);
	for (size_t i = 0; i < s->rate_n; i++)
		if (s->rate[i].key == key && s->rate[i].minute >= minute)
			n += s->rate[i].letters;
	*out = (unsigned)n;
	return true;
}
