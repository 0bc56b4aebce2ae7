/*
 * db_sqlite.c - one file, one writer, readers beside it.
 *
 * WAL with synchronous=FULL: a commit is on the disk when it returns, and
 * readers never wait. The log is checkpointed every 32 MiB rather than
 * every 4: pages of random keys are then written once for many batches.
 *
 * SQLite takes $1 as a name, not as a place, so places are looked up once
 * when a statement is prepared. A commit hook refuses any commit that does
 * not come through db_commit().
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db_impl.h"

enum { BUSY_MS = 5000 };

struct lite {
	struct db db;
	sqlite3 *h;
};

struct lite_stmt {
	struct stmt q;
	sqlite3_stmt *st;
	int place[DB_MAX_PARAMS + 1];
};

static struct lite *
lite(struct db *db)
{
	return (struct lite *)db;
}

static sqlite3_stmt *
lite_st(const struct stmt *q)
{
	return ((const struct lite_stmt *)q)->st;
}

static bool
lite_err(struct lite *l, int rc, struct err *err)
{
	enum err_code code = ERR_BROKEN;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
		code = ERR_BUSY;
		break;
	case SQLITE_CONSTRAINT:
		code = ERR_CONFLICT;
		break;
	}
	return err_set(err, code, "%s: %s (%s)", l->db.name,
		l->h ? sqlite3_errmsg(l->h) : "cannot be opened",
		sqlite3_errstr(rc));
}

static void
lite_close(struct db *db)
{
	sqlite3_close(lite(db)->h);
	free(db);
}

static bool
lite_exec(struct db *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(lite(db)->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? true : lite_err(lite(db), rc, err);
}

static bool
lite_begin(struct db *db, struct err *err)
{
	return lite_exec(
		db, db->mode == DB_READ ? "BEGIN" : "BEGIN IMMEDIATE", err);
}

static bool
lite_commit(struct db *db, struct err *err)
{
	return lite_exec(db, "COMMIT", err);
}

static void
lite_rollback(struct db *db)
{
	sqlite3_exec(lite(db)->h, "ROLLBACK", NULL, NULL, NULL);
}

/* Non-zero turns the commit into a rollback. */
static int
lite_commit_hook(void *ctx)
{
	struct db *db = ctx;

	return db->begun_file != NULL && !db->committing;
}

static void
lite_finish(struct stmt *q)
{
	sqlite3_finalize(lite_st(q));
	free(q);
}

static struct stmt *
lite_prepare(struct db *db, enum sql name, struct err *err)
{
	const struct db_statement *s = &db_statements[name];
	struct lite_stmt *q = mem_new(sizeof *q);
	int rc = sqlite3_prepare_v3(lite(db)->h, s->sqlite, -1,
		SQLITE_PREPARE_PERSISTENT, &q->st, NULL);

	if (rc != SQLITE_OK) {
		lite_err(lite(db), rc, err);
		err_wrap(err, "%s", s->name);
		free(q);
		return NULL;
	}
	assert(s->params <= DB_MAX_PARAMS);
	for (int i = 1; i <= s->params; i++) {
		char dollar[8];

		(void)snprintf(dollar, sizeof dollar, "$%d", i);
		q->place[i] = sqlite3_bind_parameter_index(q->st, dollar);
	}
	return &q->q;
}

static void
lite_reset(struct stmt *q)
{
	sqlite3_reset(lite_st(q)); /* repeats what the step has said */
}

static void
lite_bind_i64(struct stmt *q, int i, int64_t v)
{
	const struct lite_stmt *l = (struct lite_stmt *)q;

	if (l->place[i])
		sqlite3_bind_int64(l->st, l->place[i], v);
}

static void
lite_bind_bytes(struct stmt *q, int i, struct span v, bool text)
{
	const struct lite_stmt *l = (struct lite_stmt *)q;
	int rc, at = l->place[i];

	if (!at)
		return;
	if (!v.p)
		rc = sqlite3_bind_null(l->st, at);
	else if (text)
		rc = sqlite3_bind_text64(l->st, at, (const char *)v.p, v.n,
			SQLITE_STATIC, SQLITE_UTF8);
	else
		rc = sqlite3_bind_blob64(l->st, at, v.p, v.n, SQLITE_STATIC);
	if (rc != SQLITE_OK)
		lite_err(lite(q->db), rc, &q->err);
}

static bool
lite_step(struct stmt *q, bool *row, struct err *err)
{
	int rc = sqlite3_step(lite_st(q));

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return lite_err(lite(q->db), rc, err);
	*row = rc == SQLITE_ROW;
	return true;
}

static bool
lite_run(struct stmt *q, struct err *err)
{
	bool row = true;

	while (row)
		if (!lite_step(q, &row, err))
			return false;
	return true;
}

static int64_t
lite_changes(struct stmt *q)
{
	return sqlite3_changes64(lite(q->db)->h);
}

static int64_t
lite_col_i64(const struct stmt *q, int col)
{
	return sqlite3_column_int64(lite_st(q), col);
}

static struct span
lite_col_bytes(const struct stmt *q, int col, bool text)
{
	sqlite3_stmt *st = lite_st(q);

	if (sqlite3_column_type(st, col) == SQLITE_NULL)
		return SPAN_NONE;
	const void *p = text ? (const void *)sqlite3_column_text(st, col) :
			       sqlite3_column_blob(st, col);
	/* an empty blob is NULL to SQLite, but it is not null to us */
	return span_make(p ? p : "", (size_t)sqlite3_column_bytes(st, col));
}

static bool
lite_has_table(struct db *db, const char *name, bool *yes, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(lite(db)->h,
		"SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?1",
		-1, &st, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return lite_err(lite(db), rc, err);
	*yes = rc == SQLITE_ROW;
	return true;
}

static bool
lite_lock_schema(struct db *db, struct err *err)
{
	(void)db; /* BEGIN IMMEDIATE has done it */
	(void)err;
	return true;
}

static const struct db_ops lite_ops = {
	.engine = DB_SQLITE,
	.close = lite_close,
	.exec = lite_exec,
	.begin = lite_begin,
	.commit = lite_commit,
	.rollback = lite_rollback,
	.prepare = lite_prepare,
	.finish = lite_finish,
	.reset = lite_reset,
	.bind_i64 = lite_bind_i64,
	.bind_bytes = lite_bind_bytes,
	.step = lite_step,
	.run = lite_run,
	.changes = lite_changes,
	.col_i64 = lite_col_i64,
	.col_bytes = lite_col_bytes,
	.has_table = lite_has_table,
	.lock_schema = lite_lock_schema,
};

/* Memory is taken page by page as it is used: these are the most. */
static const char pragmas_write[] = "PRAGMA page_size = 4096;"
				    "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA foreign_keys = ON;"
				    "PRAGMA wal_autocheckpoint = 8192;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA cache_size = -32768";
static const char pragmas_read[] = "PRAGMA query_only = ON;"
				   "PRAGMA temp_store = MEMORY;"
				   "PRAGMA cache_size = -4096";

bool
db_sqlite_open(
	struct db **out, const char *path, enum db_mode mode, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
		(mode == DB_READ ? SQLITE_OPEN_READONLY :
				   SQLITE_OPEN_READWRITE) |
		(mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
	struct lite *l = mem_new(sizeof *l);

	l->db.ops = &lite_ops;
	l->db.mode = mode;
	(void)snprintf(l->db.name, sizeof l->db.name, "database %s", path);
	int rc = sqlite3_open_v2(path, &l->h, flags, NULL);
	if (rc != SQLITE_OK) {
		err_set(err, rc == SQLITE_CANTOPEN ? ERR_ABSENT : ERR_BROKEN,
			"%s: %s", l->db.name, sqlite3_errstr(rc));
		lite_close(&l->db);
		return false;
	}
	sqlite3_busy_timeout(l->h, BUSY_MS);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_commit_hook(l->h, lite_commit_hook, &l->db);
	if (!lite_exec(&l->db, mode == DB_READ ? pragmas_read : pragmas_write,
		    err)) {
		lite_close(&l->db);
		return false;
	}
	*out = &l->db;
	return true;
}
