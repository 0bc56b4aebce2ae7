/*
 * thread.c - Message-IDs and tokens that lead to a case.
 *
 * Keyed by 16 bytes, for the text itself may be personal data that would have
 * to be erased here too: three of its first letters, then a hash of all. Our
 * own tokens begin with the time (random_token_at()) and those of others
 * often do: so the rows of one hour are near each other, and a batch writes
 * a few pages and not one for each row. To find two Message-IDs with one key
 * takes 2^52 tries, and gains a stranger that one of their own mails misses
 * its case.
 */
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

enum { THREAD_NEAR = 3 };

struct hash
thread_key(const char *kind, const char *text)
{
	const struct span parts[] = {
		span_of(kind), SPAN_LIT(":"), span_of(text)};

	struct hash key, h = hash_many(parts, 3);
	size_t n = 0;

	if (*text == '<')
		text++;
	for (; n < THREAD_NEAR && text[n]; n++)
		key.b[n] = (unsigned char)text[n];
	memcpy(key.b + n, h.b, sizeof key.b - n);
	return key;
}

static bool
add(struct store *s, struct hash key, int64_t chain, bool ours, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_THREAD_ADD);

	bind_blob(q, hash_key(&key));
	bind_i64(q, chain);
	bind_i64(q, ours);
	return stmt_run(q, err);
}

bool
store_thread_add(struct store *s, const char *message_id, const char *chain,
	bool ours, struct err *err)
{
	int64_t id;

	return chain_id(s, chain, &id, err) &&
		add(s, thread_key("id", message_id), id, ours, err);
}

bool
thread_token(struct store *s, const char *token, int64_t chain, struct err *err)
{
	return add(s, thread_key("token", token), chain, true, err);
}

/* *chain = NULL when the key is not known. */
static bool
find(struct store *s, struct arena *a, struct hash key, const char **chain,
	bool *ours, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_THREAD_FIND);
	bool row;

	bind_blob(q, hash_key(&key));
	if (!stmt_step(q, &row, err))
		return false;
	*chain = row ? arena_strdup(a, col_text(q, 0)) : NULL;
	*ours = row && col_i64(q, 1) != 0;
	return true;
}

bool
store_thread_find(struct store *s, struct arena *a, const char *const *ids,
	size_t n, const char **chain, bool *ours, struct err *err)
{
	const char *found = NULL;
	bool is_ours = false;

	for (size_t i = 0; i < n && !found; i++)
		if (ids[i] &&
			!find(s, a, thread_key("id", ids[i]), &found, &is_ours,
				err))
			return false;
	*chain = found;
	*ours = is_ours;
	return true;
}

bool
store_token_find(struct store *s, struct arena *a, const char *token,
	const char **chain, struct err *err)
{
	bool ours;

	return find(s, a, thread_key("token", token), chain, &ours, err);
}
