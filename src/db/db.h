/*
 * db.h - SQL without meaning: one face, two engines.
 *
 * Statements are the files of sql/, numbered at build time (enum sql); there
 * is no way to run any other text. A connection opened to read may use only
 * statements of the role `read`: anything else is our own mistake and
 * asserts. Values go in by bind_*(), in the order of $1, $2 ...; what is
 * bound is borrowed until the statement has been stepped.
 *
 *	AUTO(stmt_done) struct stmt *q = db_stmt(db, SQL_CASE_BY_ID);
 *	bind_text(q, id);
 *	bool row;
 *	if (!stmt_step(q, &row, err))
 *		return false;
 *
 * A mistake while binding or preparing is kept and returned by the next
 * step, so there is one place to check. Codes: ERR_CONFLICT when a unique
 * row is there already or another transaction was first (roll back, read
 * again, retry), ERR_BUSY when the database cannot be had now, else
 * ERR_BROKEN.
 *
 * On PostgreSQL stmt_run() does not wait for its answer (pipeline mode): a
 * mistake in it is returned by a later call, at the latest by db_commit().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "sql.h"

struct db;
struct stmt;

enum db_engine { DB_SQLITE, DB_PGSQL };
enum db_mode {
	DB_READ,   /* committed state only; the database must be migrated */
	DB_WRITE,  /* it must exist and be migrated */
	DB_CREATE, /* creates it and migrates it forward */
};

/*
 * "sqlite:FILE" (relative to the folder `data`), "postgresql:CONNINFO" or
 * "postgresql://...". ERR_CONFLICT names the missing migration, the newer
 * database or the changed migration; ERR_DENIED a server that would answer
 * before a commit is durable, or that will not have us; ERR_ABSENT and
 * ERR_SYNTAX a wrong connection string. ERR_BUSY alone may pass by itself.
 *
 * A connection to PostgreSQL that breaks is made again by the next begin. A
 * commit whose answer was lost is looked up there: who asked db_own() waits
 * for that as long as it takes.
 */
bool db_open(struct db **out, const char *url, const char *data,
	enum db_mode mode, struct err *err);
void db_close(struct db *db); /* NULL is fine; rolls back */
/*
 * Nobody else may work under this name (a node's) while this connection
 * lives, and it may not go on without it: ERR_BUSY. On SQLite the folder's
 * lock has seen to that.
 */
bool db_own(struct db *db, const char *name, struct err *err);
enum db_engine db_engine(const struct db *db);

/* Explicit, never nested: a begin within a transaction names its beginner.
 * A reader's transaction sees one state from its first statement on. */
#define db_begin(db, err) db_begin_at((db), __FILE__, __LINE__, (err))
bool db_begin_at(struct db *db, const char *file, int line, struct err *err);
/* The only way to commit. On failure the transaction is rolled back. */
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db); /* fine outside of a transaction */
bool db_in_transaction(const struct db *db);

/* Never NULL. Prepared once; a second one of the same name, taken while the
 * first is still open, is prepared for its own use. */
struct stmt *db_stmt(struct db *db, enum sql name);
void stmt_done(struct stmt **q); /* for AUTO() */

void bind_i64(struct stmt *q, int64_t v);
void bind_text(struct stmt *q, const char *v); /* NULL is null */
void bind_blob(struct stmt *q, struct span v); /* p NULL is null */
void bind_null(struct stmt *q);

/* The next row, or *row = false after the last. */
bool stmt_step(struct stmt *q, bool *row, struct err *err);
/* Runs to the end; rows are ignored. */
bool stmt_run(struct stmt *q, struct err *err);
/* As stmt_run(), waits for the answer: how many rows were changed. */
bool stmt_changed(struct stmt *q, int64_t *n, struct err *err);

/* Columns of the current row, from 0; valid until the next step. */
int64_t col_i64(const struct stmt *q, int col);      /* null is 0 */
const char *col_text(const struct stmt *q, int col); /* null is NULL */
struct span col_blob(const struct stmt *q, int col); /* null is SPAN_NONE */
bool col_null(const struct stmt *q, int col);

/* Which migration was the last one done, "0002-derived". */
const char *db_schema(const struct db *db);
