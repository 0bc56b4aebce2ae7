/* database_test.c - which databases are worked with, and how transactions
 * hold; here because a fixture of both engines is. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/db_impl.h" /* to do what nobody may */
#include "store/store_fixture.h"

static void
reopen_fails(struct fixture *f, enum store_mode mode, enum err_code code,
	const char *words)
{
	struct store *s = NULL;

	FAILS(f, code, store_open(&s, f->url, NULL, mode, &f->err));
	if (!strstr(f->err.text, words))
		print_error("%s\n", f->err.text);
	assert_non_null(strstr(f->err.text, words));
	assert_null(s);
}

static void
a_newer_database_is_refused_by_name(void **state)
{
	struct fixture *f = *state;

	fixture_tamper(f,
		"INSERT INTO migration VALUES (99, '0099-teleport', 'x', "
		"'9.9', 0)");
	for (int mode = STORE_READ; mode <= STORE_CREATE; mode++) {
		reopen_fails(f, (enum store_mode)mode, ERR_CONFLICT,
			"0099-teleport");
		assert_non_null(strstr(f->err.text, "pratique 9.9"));
	}
	/* a tool that migrates must not have changed anything either */
	fixture_tamper(f, "DELETE FROM migration WHERE number = 99");
	struct store *s;
	OK(f, store_open(&s, f->url, NULL, STORE_WRITE, &f->err));
	store_close(s);
}

static void
a_changed_migration_is_refused(void **state)
{
	struct fixture *f = *state;

	fixture_tamper(
		f, "UPDATE migration SET checksum = 'other' WHERE number = 1");
	reopen_fails(f, STORE_WRITE, ERR_CONFLICT, "0001-truth");
}

static void
a_database_not_migrated_names_the_missing_step(void **state)
{
	struct fixture *f = *state;

	fixture_tamper(f, "DELETE FROM migration WHERE number >= 2");
	reopen_fails(f, STORE_WRITE, ERR_CONFLICT, "lacks migration 0002");
	reopen_fails(f, STORE_READ, ERR_CONFLICT, "lacks migration 0002");
	/* the tables are there already, so the step fails and is named; what
	 * it did is rolled back with it */
	reopen_fails(f, STORE_CREATE, ERR_BROKEN, "migration 0002-derived");
	reopen_fails(f, STORE_WRITE, ERR_CONFLICT, "lacks migration 0002");
}

static void
an_absent_database_is_not_made_by_looking(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	FAILS(f, ERR_ABSENT,
		store_open(&s, "sqlite:none.db", f->dir, STORE_READ, &f->err));
	FAILS(f, ERR_ABSENT,
		store_open(&s, "sqlite:none.db", f->dir, STORE_WRITE, &f->err));
	FAILS(f, ERR_SYNTAX,
		store_open(&s, "mysql:x", f->dir, STORE_READ, &f->err));
	FAILS(f, ERR_SYNTAX,
		store_open(&s, "sqlite:", f->dir, STORE_READ, &f->err));
	FAILS(f, ERR_BUSY,
		store_open(&s, "postgresql:host=/nowhere", f->dir, STORE_READ,
			&f->err));
}

static void
a_transaction_knows_who_began_it(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	OK(f, db_open(&db, f->url, NULL, DB_WRITE, &f->err));
	OK(f, db_begin_at(db, "intake.c", 42, &f->err));
	FAILS(f, ERR_BROKEN, db_begin_at(db, "tick.c", 7, &f->err));
	assert_non_null(strstr(f->err.text, "intake.c:42"));
	assert_non_null(strstr(f->err.text, "tick.c:7"));
	db_rollback(db);
	assert_false(db_in_transaction(db));
	OK(f, db_begin_at(db, "tick.c", 8, &f->err));
	db_close(db); /* rolls back */
}

static void
a_mistake_in_a_transaction_is_not_lost(void **state)
{
	struct fixture *f = *state;
	struct spool_pos p;

	/* the second policy row is refused by its NOT NULL; whatever call
	 * says so, the commit must not succeed, and nothing is kept */
	OK(f, store_begin(f->s, &f->err));
	OK(f,
		store_position_set(
			f->s, "a", "smtp", (struct spool_pos){1, 1}, &f->err));
	bool ok = store_position_set(
		f->s, NULL, "smtp", (struct spool_pos){1, 1}, &f->err);
	ok = ok &&
		store_position_set(
			f->s, "b", "smtp", (struct spool_pos){1, 1}, &f->err);
	ok = ok && store_commit(f->s, &f->err);
	assert_false(ok);
	store_rollback(f->s);
	OK(f, store_position(f->s, "a", "smtp", &p, &f->err));
	assert_int_equal(0, p.segment);
	OK(f, store_begin(f->s, &f->err)); /* and it goes on */
	OK(f,
		store_position_set(
			f->s, "a", "smtp", (struct spool_pos){1, 2}, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_position(f->s, "a", "smtp", &p, &f->err));
	assert_int_equal(2, p.offset);
}

static void
nobody_commits_but_by_db_commit(void **state)
{
	struct fixture *f = *state;
	struct db *db;
	struct spool_pos p;

	OK(f, db_open(&db, f->url, NULL, DB_WRITE, &f->err));
	OK(f, db_begin(db, &f->err));
	AUTO(stmt_done) struct stmt *q = db_stmt(db, SQL_POSITION_SET);
	bind_text(q, "a");
	bind_text(q, "smtp");
	bind_i64(q, 1);
	bind_i64(q, 1);
	OK(f, stmt_run(q, &f->err));
	stmt_done(&q);
	assert_false(db->ops->exec(db, "COMMIT", &f->err));
	db_rollback(db);
	db_close(db);
	OK(f, store_position(f->s, "a", "smtp", &p, &f->err));
	assert_int_equal(0, p.segment);
}

static void
many_statements_go_without_answers(void **state)
{
	struct fixture *f = *state;
	struct spool_pos p;
	char node[16];

	OK(f, store_begin(f->s, &f->err));
	for (unsigned i = 1; i <= 1000; i++) {
		(void)snprintf(node, sizeof node, "n%u", i);
		OK(f,
			store_position_set(f->s, node, "smtp",
				(struct spool_pos){i, i}, &f->err));
	}
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_position(f->s, "n1000", "smtp", &p, &f->err));
	assert_int_equal(1000, p.segment);
}

/* In a child, for it must die of its own assertion. */
static void
a_reader_cannot_write(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit none = {0, 0};
		struct store *s;
		struct err err;

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGABRT, SIG_DFL);
		(void)close(2);
		if (store_open(&s, f->url, NULL, STORE_READ, &err))
			(void)store_position_set(
				s, "a", "b", (struct spool_pos){1, 1}, &err);
		_exit(0);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
a_server_that_answers_too_early_is_refused(void **state)
{
	struct fixture *f = *state;
	char url[500];
	struct store *s;

	(void)snprintf(url, sizeof url, "%s application_name=x", f->url);
	char *at = strstr(url, "options='");
	assert_non_null(at);
	at += strlen("options='");
	char rest[300];
	(void)snprintf(rest, sizeof rest, "%s", at);
	(void)snprintf(at, sizeof url - (size_t)(at - url),
		"-csynchronous_commit=off %s", rest);
	FAILS(f, ERR_DENIED, store_open(&s, url, NULL, STORE_WRITE, &f->err));
	assert_non_null(strstr(f->err.text, "synchronous_commit is off"));
	OK(f, store_open(&s, url, NULL, STORE_READ, &f->err));
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(a_newer_database_is_refused_by_name),
		FOR_BOTH(a_changed_migration_is_refused),
		FOR_BOTH(a_database_not_migrated_names_the_missing_step),
		FOR_BOTH(an_absent_database_is_not_made_by_looking),
		FOR_BOTH(a_transaction_knows_who_began_it),
		FOR_BOTH(a_mistake_in_a_transaction_is_not_lost),
		FOR_BOTH(many_statements_go_without_answers),
		FOR_BOTH(a_reader_cannot_write),
		{"sqlite: nobody_commits_but_by_db_commit",
			nobody_commits_but_by_db_commit, fixture_sqlite,
			fixture_end, NULL},
		{"pgsql: a_server_that_answers_too_early_is_refused",
			a_server_that_answers_too_early_is_refused,
			fixture_pgsql, fixture_end, NULL},
	};

	return cmocka_run_group_tests_name("database", tests, NULL, NULL);
}
