/* nodes_test.c - two nodes on one database, at the same time. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/ledger.h"
#include "store/store_fixture.h"

enum { BATCHES = 12, BATCH = 8, SHARED = 60 };

struct node {
	pthread_t thread;
	const char *url;
	char name[8], chain[16];
	unsigned first; /* of the mails it makes up */
	struct err err; /* ERR_NONE: all went well */
	unsigned conflicts;
	char leased[BATCHES * BATCH * 2][24];
	size_t n_leased;
};

/* Does one transaction until it goes through. */
static bool
again(struct node *n, struct store *s, struct arena *a,
	bool (*fn)(struct node *, struct store *, struct arena *, unsigned,
		struct err *),
	unsigned arg)
{
	for (unsigned tries = 0; tries < 1000; tries++) {
		arena_reset(a);
		size_t leased = n->n_leased;
		if (store_begin(s, &n->err) && fn(n, s, a, arg, &n->err) &&
			store_commit(s, &n->err)) {
			n->err.code = ERR_NONE;
			return true;
		}
		n->n_leased = leased;
		store_rollback(s);
		if (n->err.code != ERR_CONFLICT && n->err.code != ERR_BUSY)
			return false;
		n->conflicts++;
	}
	return false;
}

static bool
take_batch(struct node *n, struct store *s, struct arena *a, unsigned batch,
	struct err *err)
{
	for (unsigned i = 0; i < BATCH; i++) {
		const char *id;

		if (!fixture_case(s, a, n->chain, n->first + batch * BATCH + i,
			    &id, err))
			return false;
	}
	return store_position_set(s, n->name, "smtp",
		(struct spool_pos){batch + 1, n->first}, err);
}

static bool
lease(struct node *n, struct store *s, struct arena *a, unsigned batch,
	struct err *err)
{
	const instant at = {INT64_C(1) << 45}, until = {at.ms + 1};
	struct letter *l;
	size_t count;

	(void)batch;
	if (!store_letter_lease(
		    s, a, n->name, at, until, BATCH, &l, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		(void)snprintf(n->leased[n->n_leased++], sizeof n->leased[0],
			"%s", l[i].id);
	return true;
}

static bool
same_chain(struct node *n, struct store *s, struct arena *a, unsigned i,
	struct err *err)
{
	struct event e = fixture_event(EV_GAP_FILLED, i, "{}", "who", n->name);

	(void)a;
	return ledger_append(s, "DAGF-SHARED", &e, NULL, err);
}

static void *
work(void *arg)
{
	struct node *n = arg;
	struct arena *a = arena_new();
	struct store *s = NULL;

	if (store_open(&s, n->url, NULL, STORE_WRITE, &n->err)) {
		bool ok = true;
		for (unsigned i = 0; i < BATCHES && ok; i++)
			ok = again(n, s, a, take_batch, i) &&
				again(n, s, a, lease, i);
		for (unsigned i = 0; i < SHARED && ok; i++)
			ok = again(n, s, a, same_chain, i);
	}
	store_close(s);
	arena_free(a);
	return NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
letters_were_leased_once(struct node *nodes)
{
	static char all[4 * BATCHES * BATCH][24];
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < nodes[i].n_leased; j++)
			memcpy(all[n++], nodes[i].leased[j], sizeof all[0]);
	assert_true(n > 0);
	qsort(all, n, sizeof all[0], by_text);
	for (size_t i = 1; i < n; i++)
		assert_string_not_equal(all[i - 1], all[i]);
}

static void
two_nodes_share_one_database(void **state)
{
	struct fixture *f = *state;
	struct node *nodes = mem_new(2 * sizeof *nodes);
	struct spool_pos pos;
	struct casefile **cases;
	size_t n;

	for (unsigned i = 0; i < 2; i++) {
		nodes[i].url = f->url;
		nodes[i].first = 1 + i * 1000;
		(void)snprintf(nodes[i].name, sizeof nodes[i].name, "%c",
			'a' + (int)i);
		(void)snprintf(nodes[i].chain, sizeof nodes[i].chain, "desk:%s",
			nodes[i].name);
		assert_int_equal(0,
			pthread_create(
				&nodes[i].thread, NULL, work, &nodes[i]));
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(0, pthread_join(nodes[i].thread, NULL));
		print_message("# node %s met %u conflicts\n", nodes[i].name,
			nodes[i].conflicts);
		if (nodes[i].err.code != ERR_NONE)
			print_error("node %s: %s\n", nodes[i].name,
				nodes[i].err.text);
		assert_int_equal(ERR_NONE, nodes[i].err.code);
	}
	struct case_filter all = {.rm = -1, .limit = 1000};
	OK(f, store_case_list(f->s, f->a, &all, &cases, &n, &f->err));
	assert_int_equal(2 * BATCHES * BATCH, n);
	letters_were_leased_once(nodes);
	for (unsigned i = 0; i < 2; i++) {
		OK(f,
			store_position(
				f->s, nodes[i].name, "smtp", &pos, &f->err));
		assert_int_equal(BATCHES, pos.segment);
		assert_int_equal(nodes[i].first, pos.offset);
	}
	struct ledger_report r;
	OK(f, ledger_verify(f->s, f->a, NULL, NULL, NULL, &r, &f->err));
	if (r.what)
		print_error("%s %lld: %s\n", r.chain, (long long)r.seq, r.what);
	assert_null(r.chain);
	assert_int_equal(2 * BATCHES * BATCH * 9 + 2 * SHARED, r.events);
	free(nodes);
}

static void
two_nodes_may_migrate_at_once(void **state)
{
	struct fixture *f = *state;
	char url[400];
	struct store *a, *b;

	fixture_url(f, "both", url, sizeof url);
	OK(f, store_open(&a, url, NULL, STORE_CREATE, &f->err));
	OK(f, store_open(&b, url, NULL, STORE_CREATE, &f->err));
	store_close(a);
	store_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(two_nodes_share_one_database),
		FOR_BOTH(two_nodes_may_migrate_at_once),
	};

	return cmocka_run_group_tests_name("nodes", tests, NULL, NULL);
}
