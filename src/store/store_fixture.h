/*
 * store_fixture.h - a fresh, empty store for each test, on each engine.
 *
 * A test is written once, takes a `struct fixture`, and runs on SQLite and
 * on PostgreSQL: FOR_BOTH(fn) makes two rows of it. The server comes from
 * tools/pg-test.sh by way of PRATIQUE_TEST_PGSQL; without one the test
 * fails, it is never skipped.
 */
#pragma once

#include "base/test.h"
#include "store/store.h"

struct fixture {
	const char *engine;
	char dir[64];  /* of the SQLite file, and for what a test writes */
	char url[400]; /* for a second node or a reader */
	struct store *s;
	struct arena *a;
	struct err err;
};

int fixture_sqlite(void **state);
int fixture_pgsql(void **state);
int fixture_end(void **state);
/* An empty place for another database of the same engine. */
void fixture_url(struct fixture *f, const char *name, char *out, size_t n);

#define FOR_BOTH(fn)                                                           \
	{"sqlite: " #fn, (fn), fixture_sqlite, fixture_end, NULL},             \
	{                                                                      \
		"pgsql: " #fn, (fn), fixture_pgsql, fixture_end, NULL          \
	}

/* Fails with the error's text. */
#define OK(f, call)                                                            \
	do {                                                                   \
		if (!(call)) {                                                 \
			print_error("%s: %s\n", #call, (f)->err.text);         \
			fail();                                                \
		}                                                              \
	} while (0)
/* Fails unless the call does, with that code. */
#define FAILS(f, want, call)                                                   \
	do {                                                                   \
		assert_false(call);                                            \
		if ((f)->err.code != (want))                                   \
			print_error("%s: %s\n", #call, (f)->err.text);         \
		assert_int_equal(want, (f)->err.code);                         \
	} while (0)

/* Runs SQL behind the store's back, as someone with the file would. */
void fixture_tamper(struct fixture *f, const char *sql);

/* An event with one payload when `payload` is not NULL. */
struct event fixture_event(enum event_kind kind, int64_t ms, const char *meta,
	const char *payload, const char *bytes);
/* A complete case as a report makes it: events and rows, in the caller's
 * transaction. */
bool fixture_case(struct store *s, struct arena *a, const char *desk,
	unsigned n, const char **id, struct err *err);
