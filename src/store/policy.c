/* policy.c - the versions of the policies, each by its hash. */
#include "base/mem.h"
#include "store/store_impl.h"

bool
store_policy_put(struct store *s, const char *hash, const char *name,
	const char *resolved, instant at, bool *fresh, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POLICY_PUT);
	int64_t n;

	bind_text(q, hash);
	bind_text(q, name);
	bind_text(q, resolved);
	bind_i64(q, at.ms);
	if (!stmt_changed(q, &n, err))
		return false;
	*fresh = n > 0;
	return true;
}

bool
store_policy(struct store *s, struct arena *a, const char *hash,
	const char **resolved, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POLICY_GET);
	bool row;

	bind_text(q, hash);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_ABSENT, "no policy %.64s", hash);
	*resolved = arena_strdup(a, col_text(q, 0));
	return true;
}

bool
store_policy_at(struct store *s, struct arena *a, const char *name, instant at,
	const char **resolved, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POLICY_AT);
	bool row;

	bind_text(q, name);
	bind_i64(q, at.ms);
	if (!stmt_step(q, &row, err))
		return false;
	*resolved = row ? arena_strdup(a, col_text(q, 1)) : NULL;
	return true;
}
