/*
 * db_migrate.c - a database moves forward, one numbered step at a time.
 *
 * Each step is one transaction and is written down with its checksum and
 * the program that made it. There is no way back: a database that has steps
 * this program does not know is refused by name.
 */
#include <string.h>

#include "base/mem.h"
#include "db/db_impl.h"

static const char table[] = "CREATE TABLE migration ("
			    "number integer PRIMARY KEY, name text NOT NULL, "
			    "checksum text NOT NULL, program text NOT NULL, "
			    "at bigint NOT NULL)";

/* Counts what is there into *done; refuses what we cannot work with. */
static bool
check_done(struct db *db, unsigned *done, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = NULL;
	unsigned n = 0;
	bool row = false;

	if (!db->ops->has_table(db, "migration", &row, err))
		return false;
	if (row)
		q = db_stmt(db, SQL_MIGRATION_LIST);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		const char *name = col_text(q, 1), *sum = col_text(q, 2);

		if (n >= db_n_migrations)
			return err_set(err, ERR_CONFLICT,
				"%s has migration %s, this program (%s) knows "
				"up to %s: use pratique %s or newer",
				db->name, name, PRATIQUE_VERSION,
				db_migrations[db_n_migrations - 1].name,
				col_text(q, 3));
		if (strcmp(name, db_migrations[n].name) != 0 ||
			strcmp(sum, db_migrations[n].checksum) != 0)
			return err_set(err, ERR_CONFLICT,
				"%s was made by another migration %s than "
				"this program's %s",
				db->name, name, db_migrations[n].name);
		n++;
	}
	*done = n;
	return true;
}

static bool
step(struct db *db, unsigned n, struct err *err)
{
	const struct db_migration *m = &db_migrations[n];
	const char *sql = db->ops->engine == DB_SQLITE ? m->sqlite : m->pgsql;

	if (!db->ops->exec(db, sql, err))
		return err_wrap(err, "migration %s", m->name);
	AUTO(stmt_done) struct stmt *q = db_stmt(db, SQL_MIGRATION_ADD);
	bind_i64(q, n + 1);
	bind_text(q, m->name);
	bind_text(q, m->checksum);
	bind_text(q, PRATIQUE_VERSION);
	return stmt_run(q, err);
}

/* The transaction of one step; *done counts on. Another node may be ahead. */
static bool
forward(struct db *db, unsigned *done, struct err *err)
{
	bool there;

	if (!db_begin(db, err))
		return false;
	if (!db->ops->lock_schema(db, err) ||
		!db->ops->has_table(db, "migration", &there, err) ||
		(!there && !db->ops->exec(db, table, err)) ||
		!check_done(db, done, err) ||
		(*done < db_n_migrations && !step(db, (*done)++, err))) {
		db_rollback(db);
		return false;
	}
	return db_commit(db, err);
}

static bool
lacks(const struct db *db, unsigned done, struct err *err)
{
	return err_set(err, ERR_CONFLICT,
		"%s lacks migration %s: start `pratique serve` once, it "
		"migrates forward",
		db->name, db_migrations[done].name);
}

bool
db_check(struct db *db, struct err *err)
{
	unsigned done = 0;

	return check_done(db, &done, err) &&
		(done == db_n_migrations || lacks(db, done, err));
}

bool
db_migrate(struct db *db, struct err *err)
{
	unsigned done = 0;

	if (!check_done(db, &done, err))
		return false;
	while (done < db_n_migrations) {
		if (db->mode != DB_CREATE)
			return lacks(db, done, err);
		if (!forward(db, &done, err))
			return false;
	}
	db->schema = db_migrations[db_n_migrations - 1].name;
	return true;
}
