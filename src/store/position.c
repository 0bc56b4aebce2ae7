/* position.c - how far a node has come in a spool; stored with the effects
 * of what it consumed, so that a mail is taken in exactly once. */
#include "base/mem.h"
#include "store/store_impl.h"

bool
store_position(struct store *s, const char *node, const char *spool,
	struct spool_pos *out, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POSITION_GET);
	bool row;

	bind_text(q, node);
	bind_text(q, spool);
	if (!stmt_step(q, &row, err))
		return false;
	*out = (struct spool_pos){0, 0};
	if (row)
		*out = (struct spool_pos){
			(uint32_t)col_i64(q, 0), (uint64_t)col_i64(q, 1)};
	return true;
}

bool
store_position_set(struct store *s, const char *node, const char *spool,
	struct spool_pos pos, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_POSITION_SET);

	bind_text(q, node);
	bind_text(q, spool);
	bind_i64(q, pos.segment);
	bind_i64(q, (int64_t)pos.offset);
	return stmt_run(q, err);
}
