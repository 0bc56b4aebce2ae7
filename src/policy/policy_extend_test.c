/*
 * policy_extend_test.c - files laid over each other: what replaces what,
 * where a clause stands, bases, circles.
 */
#include "base/test.h"
#include "policy/policy_test.h"

/* Loads, or fails the test with the mistakes shown. */
static const struct policy *
load(struct arena *a, struct test_file *files)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (!policy_load(
		    a, files[0].path, test_fetch, files, &p, &said, &err)) {
		fail_msg("%s: %s", err.text, said.text);
	}
	return p;
}

/* What is wrong with a text, the first line of it. */
static const char *
first_mistake(struct arena *a, struct test_file *files)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (policy_load(a, files[0].path, test_fetch, files, &p, &said, &err))
		return "none";
	if (said.n == 0)
		return arena_strdup(a, err.text);
	return arena_printf(
		a, "%.*s", (int)strcspn(said.text, "\n"), said.text);
}

static void
a_policy_is_laid_over_its_base(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct test_file files[] = {
		{"w.yml",
			TEST_HEAD TEST_VALUES TEST_PRODUCT
			"extends: base.yml\n"
			"drop: [three]\n"
			"clauses:\n"
			"  - {id: four, kind: text, text: 'Four, {{x}}.'}\n"
			"  - {id: two, business-days: 7}\n"
			"  - {id: one, kind: cwe, text: 'For {product}.'}\n"},
		{"base.yml", TEST_BASE}, {NULL, NULL}};
	const struct policy *p = load(a, files);

	(void)state;
	assert_int_equal(3, p->n_clauses);
	assert_string_equal("one", p->clauses[0].id);
	assert_int_equal(CLAUSE_CWE, p->clauses[0].kind);
	assert_string_equal("For Widget.", p->clauses[0].text);
	assert_string_equal("two", p->clauses[1].id);
	assert_int_equal(7, p->clauses[1].duty.business_days);
	assert_string_equal(
		"Example answers within 7 days.", p->clauses[1].text);
	assert_int_equal(STRENGTH_AIM, p->clauses[1].strength);
	assert_string_equal("Four, {x}.", p->clauses[2].text);
	assert_string_equal("Europe/Berlin", p->zone);
}

static void
a_clause_stands_where_it_says(void **state)
{
	static const struct {
		const char *clauses, *want;
	} rows[] = {
		{"{id: four, kind: text, text: x, after: one}",
			"one four two three"},
		{"{id: four, kind: text, text: x, before: one}",
			"four one two three"},
		{"{id: four, kind: text, text: x, after: three}",
			"one two three four"},
		{"{id: one, after: three}", "two three one"},
		{"{id: one, after: two}", "two one three"},
		{"{id: three, before: one}", "three one two"},
		{"{id: three, after: one}", "one three two"},
		{"{id: two, before: two-b}", NULL},
		{"{id: two, after: two}", NULL},
		{"{id: two}", NULL}, /* it would change nothing */
		{"{id: two, after: one, business-days: 6}", "one two three"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		AUTO(str_fini) struct str said, ids;
		struct test_file files[] = {
			{"w.yml",
				arena_printf(a,
					"%sextends: base.yml\nclauses:\n  - %s\n",
					TEST_HEAD TEST_VALUES TEST_PRODUCT,
					rows[i].clauses)},
			{"base.yml", TEST_BASE}, {NULL, NULL}};
		const struct policy *p = NULL;
		struct err err;

		test_note(rows[i].clauses);
		str_init(&said, 10000);
		str_init(&ids, 10000);
		assert_int_equal(rows[i].want != NULL,
			policy_load(a, "w.yml", test_fetch, files, &p, &said,
				&err));
		for (size_t k = 0; p && k < p->n_clauses; k++)
			str_printf(
				&ids, "%s%s", k ? " " : "", p->clauses[k].id);
		if (p)
			assert_string_equal(rows[i].want, ids.text);
	}
}

static void
a_base_may_leave_things_open_and_runs_nothing(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str said, open;
	struct test_file files[] = {
		{"base.yml",
			"policy: 1\n"
			"base: yes\n"
			"clauses:\n"
			"  - {id: one, kind: text,\n"
			"     text: 'See {page}, {page}.'}\n"},
		{"w.yml",
			"policy: 1\nextends: base.yml\nname: W\nzone: UTC\n"
			"values: {organisation: E, contact: s@example.org,\n"
			"  page: the page}\n" TEST_PRODUCT},
		{NULL, NULL}};
	const struct policy *p = NULL;
	struct policy_base left;
	struct err err;

	(void)state;
	str_init(&said, 10000);
	str_init(&open, 10000);
	assert_true(policy_load_file(
		a, "base.yml", test_fetch, files, &p, &left, &said, &err));
	assert_null(p);
	assert_int_equal(1, left.n_clauses);
	for (size_t i = 0; i < left.n_open; i++)
		str_printf(&open, "%s ", left.open[i]);
	assert_string_equal(
		"name zone values.organisation values.contact product.name "
		"product.prefix values.page ",
		open.text);
	assert_false(
		policy_load(a, "base.yml", test_fetch, files, &p, &said, &err));
	assert_int_equal(ERR_SYNTAX, err.code);
	assert_non_null(strstr(err.text, "is a base"));
	assert_true(
		policy_load(a, "w.yml", test_fetch, files, &p, &said, &err));
	assert_string_equal("See the page, the page.", p->clauses[0].text);
	files[0].text = "policy: 1\nbase: yes\nclauses:\n"
			"  - {id: one, kind: text, text: 'At {contct}.'}\n"
			"  - {id: two, kind: required, text: Two.}\n";
	assert_false(policy_load_file(
		a, "base.yml", test_fetch, files, &p, &left, &said, &err));
	assert_non_null(
		strstr(said.text, "base.yml:4:37: nothing defines '{contct}'"));
	assert_non_null(strstr(said.text, "needs 'part'"));
}

static void
a_value_replaces_the_value_of_the_base(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct test_file files[] = {{"w.yml",
					    TEST_HEAD TEST_PRODUCT
					    "extends: base.yml\n"
					    "values:\n"
					    "  organisation: Example\n"
					    "  contact: security@example.org\n"
					    "  page: our page\n"},
		{"base.yml", TEST_BASE}, {NULL, NULL}};

	(void)state;
	assert_string_equal(
		"See our page.", policy_clause(load(a, files), "one")->text);
}

static void
files_that_extend_each_other_end(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct test_file circle[] = {{"a.yml", "policy: 1\nextends: b.yml\n"},
		{"b.yml", "policy: 1\nextends: c.yml\n"},
		{"c.yml", "policy: 1\nextends: b.yml\n"}, {NULL, NULL}};
	struct test_file chain[10] = {{NULL, NULL}};

	(void)state;
	assert_string_equal("c.yml:2:10: cannot extend 'b.yml': it goes in a "
			    "circle: b.yml extends c.yml extends b.yml",
		first_mistake(a, circle));
	for (int i = 0; i < 9; i++) {
		chain[i].path = arena_printf(a, "%d.yml", i);
		chain[i].text =
			arena_printf(a, "policy: 1\nextends: %d.yml\n", i + 1);
	}
	assert_string_equal("7.yml:2:10: cannot extend '8.yml': more than 8 "
			    "files extend each other",
		first_mistake(a, chain));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("a clause is replaced, changed, dropped or added by id",
			a_policy_is_laid_over_its_base),
		TEST("a value of the base can be replaced",
			a_value_replaces_the_value_of_the_base),
		TEST("a clause stands where it says",
			a_clause_stands_where_it_says),
		TEST("a base may leave things open, and runs nothing",
			a_base_may_leave_things_open_and_runs_nothing),
		TEST("files that extend each other come to an end",
			files_that_extend_each_other_end),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
