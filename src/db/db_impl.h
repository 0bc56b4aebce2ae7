/*
 * db_impl.h - what the engines share behind db.h; nobody else includes it.
 */
#pragma once

#include "db/db.h"

enum { DB_ROLE_CORE = 1, DB_ROLE_READ = 2 };

struct db_statement {
	const char *name;
	int roles, params;
	const char *sqlite, *pgsql; /* pgsql NULL: the same */
};
extern const struct db_statement db_statements[SQL_COUNT];

struct db_migration {
	const char *name, *checksum;
	const char *sqlite, *pgsql;
};
extern const struct db_migration db_migrations[];
extern const unsigned db_n_migrations;

enum { DB_MAX_PARAMS = 24, DB_NAME_MAX = 160 };

/* An engine: each connection and statement begins with the shared part. */
struct db_ops {
	enum db_engine engine;
	void (*close)(struct db *db);
	/* Several statements, no values: migrations, begin, rollback. */
	bool (*exec)(struct db *db, const char *sql, struct err *err);
	bool (*begin)(struct db *db, struct err *err);
	bool (*commit)(struct db *db, struct err *err);
	void (*rollback)(struct db *db);
	struct stmt *(*prepare)(struct db *db, enum sql name, struct err *err);
	void (*finish)(struct stmt *q); /* frees */
	void (*reset)(struct stmt *q);  /* ready for new values */
	void (*bind_i64)(struct stmt *q, int i, int64_t v);
	void (*bind_bytes)(
		struct stmt *q, int i, struct span v, bool text); /* NULL */
	bool (*step)(struct stmt *q, bool *row, struct err *err);
	bool (*run)(struct stmt *q, struct err *err);
	int64_t (*changes)(struct stmt *q);
	int64_t (*col_i64)(const struct stmt *q, int col);
	struct span (*col_bytes)(const struct stmt *q, int col, bool text);
	/* Is there a table of that name? */
	bool (*has_table)(
		struct db *db, const char *name, bool *yes, struct err *err);
	/* Within the migrating transaction: keep other nodes out. */
	bool (*lock_schema)(struct db *db, struct err *err);
	/* NULL where one process at a time works anyway. */
	bool (*own)(struct db *db, const char *name, struct err *err);
};

struct db {
	const struct db_ops *ops;
	enum db_mode mode;
	char name[DB_NAME_MAX]; /* for messages; holds no password */
	const char *begun_file; /* NULL outside of a transaction */
	int begun_line;
	bool committing;
	const char *schema;
	struct stmt *cache[SQL_COUNT];
};

struct stmt {
	struct db *db;
	enum sql name;
	bool open;   /* handed out */
	bool cached; /* stays prepared when done */
	bool empty;  /* could not be prepared: only carries its mistake */
	int bound;
	struct err err; /* the first mistake, for the next step */
};

bool db_sqlite_open(
	struct db **out, const char *path, enum db_mode mode, struct err *err);
bool db_pgsql_open(struct db **out, const char *conninfo, enum db_mode mode,
	struct err *err);

/* db_migrate.c: checks, and in DB_CREATE moves forward. */
bool db_migrate(struct db *db, struct err *err);
/* Has it exactly the migrations that this program has? */
bool db_check(struct db *db, struct err *err);
