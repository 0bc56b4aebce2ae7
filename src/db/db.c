/*
 * db.c - the part of db.h that no engine has an opinion on: which statement
 * a connection may use, how long one is prepared, who began a transaction.
 */
#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db_impl.h"

bool
db_open(struct db **out, const char *url, const char *data, enum db_mode mode,
	struct err *err)
{
	struct span u = span_of(url);
	struct db *db = NULL;

	if (span_starts(u, "sqlite:")) {
		AUTO(str_fini) struct str path;
		const char *file = url + strlen("sqlite:");

		str_init(&path, 4096);
		if (*file != '/' && data)
			str_printf(&path, "%s/", data);
		str_puts(&path, file);
		if (*file == '\0' || path.cut)
			return err_set(err, ERR_SYNTAX,
				"database '%s': a file name is missing or too "
				"long",
				url);
		if (!db_sqlite_open(&db, path.text, mode, err))
			return false;
	} else if (span_starts(u, "postgresql:")) {
		const char *conninfo = url;

		if (!span_starts(u, "postgresql://"))
			conninfo += strlen("postgresql:");
		if (!db_pgsql_open(&db, conninfo, mode, err))
			return false;
	} else {
		return err_set(err, ERR_SYNTAX,
			"database '%.40s': begin it with sqlite:FILE or "
			"postgresql:CONNINFO",
			url);
	}
	if (!db_migrate(db, err)) {
		db_close(db);
		return false;
	}
	*out = db;
	return true;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	for (size_t i = 0; i < SQL_COUNT; i++)
		if (db->cache[i])
			db->ops->finish(db->cache[i]);
	db->ops->close(db);
}

bool
db_own(struct db *db, const char *name, struct err *err)
{
	return !db->ops->own || db->ops->own(db, name, err);
}

enum db_engine
db_engine(const struct db *db)
{
	return db->ops->engine;
}

const char *
db_schema(const struct db *db)
{
	return db->schema;
}

bool
db_begin_at(struct db *db, const char *file, int line, struct err *err)
{
	if (db->begun_file)
		return err_set(err, ERR_BROKEN,
			"transaction begun at %s:%d while the one of %s:%d "
			"is open",
			file, line, db->begun_file, db->begun_line);
	if (!db->ops->begin(db, err))
		return false;
	db->begun_file = file;
	db->begun_line = line;
	return true;
}

bool
db_commit(struct db *db, struct err *err)
{
	assert(db->begun_file);
	db->committing = true;
	bool ok = db->ops->commit(db, err);
	db->committing = false;
	if (!ok) {
		err_wrap(err, "transaction of %s:%d", db->begun_file,
			db->begun_line);
		db_rollback(db);
		return false;
	}
	db->begun_file = NULL;
	return true;
}

void
db_rollback(struct db *db)
{
	if (!db->begun_file)
		return;
	for (size_t i = 0; i < SQL_COUNT; i++)
		if (db->cache[i])
			db->ops->reset(db->cache[i]);
	db->ops->rollback(db);
	db->begun_file = NULL;
}

bool
db_in_transaction(const struct db *db)
{
	return db->begun_file != NULL;
}

static struct stmt *
stillborn(struct db *db, enum sql name, const struct err *err)
{
	struct stmt *q = mem_new(sizeof *q);

	*q = (struct stmt){.db = db, .name = name, .empty = true, .err = *err};
	return q;
}

struct stmt *
db_stmt(struct db *db, enum sql name)
{
	struct stmt *q = db->cache[name];
	struct err err = {0};

	assert(db_statements[name].roles &
		(db->mode == DB_READ ? DB_ROLE_READ :
				       DB_ROLE_READ | DB_ROLE_CORE));
	if (!q || q->open) {
		q = db->ops->prepare(db, name, &err);
		if (!q)
			return stillborn(db, name, &err);
		q->db = db;
		q->name = name;
		if (!db->cache[name]) {
			db->cache[name] = q;
			q->cached = true;
		}
	}
	q->open = true;
	q->bound = 0;
	q->err.code = ERR_NONE;
	return q;
}

void
stmt_done(struct stmt **qp)
{
	struct stmt *q = *qp;

	if (!q)
		return;
	*qp = NULL;
	q->open = false;
	if (q->cached)
		q->db->ops->reset(q);
	else if (q->empty)
		free(q);
	else
		q->db->ops->finish(q);
}

static int
next_param(struct stmt *q)
{
	assert(q->bound < db_statements[q->name].params);
	return ++q->bound;
}

void
bind_i64(struct stmt *q, int64_t v)
{
	int i = next_param(q);

	if (q->err.code == ERR_NONE)
		q->db->ops->bind_i64(q, i, v);
}

void
bind_text(struct stmt *q, const char *v)
{
	int i = next_param(q);

	if (q->err.code == ERR_NONE)
		q->db->ops->bind_bytes(q, i, span_of(v), true);
}

void
bind_blob(struct stmt *q, struct span v)
{
	int i = next_param(q);

	if (q->err.code == ERR_NONE)
		q->db->ops->bind_bytes(q, i, v, false);
}

void
bind_null(struct stmt *q)
{
	bind_text(q, NULL);
}

/* Everything bound, and nothing wrong so far? */
static bool
ready(struct stmt *q, struct err *err)
{
	assert(q->bound == db_statements[q->name].params);
	if (q->err.code == ERR_NONE)
		return true;
	*err = q->err;
	return false;
}

bool
stmt_step(struct stmt *q, bool *row, struct err *err)
{
	if (!ready(q, err))
		return false;
	if (q->db->ops->step(q, row, err))
		return true;
	return err_wrap(err, "%s", db_statements[q->name].name);
}

bool
stmt_run(struct stmt *q, struct err *err)
{
	if (!ready(q, err))
		return false;
	if (q->db->ops->run(q, err))
		return true;
	return err_wrap(err, "%s", db_statements[q->name].name);
}

bool
stmt_changed(struct stmt *q, int64_t *n, struct err *err)
{
	bool row = true;

	while (row)
		if (!stmt_step(q, &row, err))
			return false;
	*n = q->db->ops->changes(q);
	return true;
}

int64_t
col_i64(const struct stmt *q, int col)
{
	return q->db->ops->col_i64(q, col);
}

const char *
col_text(const struct stmt *q, int col)
{
	return (const char *)q->db->ops->col_bytes(q, col, true).p;
}

struct span
col_blob(const struct stmt *q, int col)
{
	return q->db->ops->col_bytes(q, col, false);
}

bool
col_null(const struct stmt *q, int col)
{
	return q->db->ops->col_bytes(q, col, true).p == NULL;
}
