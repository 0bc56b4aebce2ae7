/*
 * policy_diff_test.c - what changed between two policies, and nothing else.
 */
#include "base/test.h"
#include "policy/policy_test.h"

static const struct policy *
load(struct arena *a, const char *text)
{
	AUTO(str_fini) struct str said;
	struct test_file files[] = {{"w.yml", text}, {NULL, NULL}};
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (!policy_load(a, "w.yml", test_fetch, files, &p, &said, &err)) {
		fail_msg("%s: %s", err.text, said.text);
	}
	return p;
}

#define HEAD TEST_HEAD TEST_VALUES TEST_PRODUCT
#define ONE "  - {id: one, kind: text, text: One.}\n"
#define TWO "  - {id: two, kind: embargo, days: 90, text: 'For {days} days.'}\n"
#define THREE "  - {id: three, kind: text, text: Three.}\n"

static const struct {
	const char *name, *new, *want;
} rows[] = {
	{"nothing", HEAD "clauses:\n" ONE TWO THREE, "[]"},
	{"a comment and another order of keys",
		"# x\n" TEST_PRODUCT TEST_HEAD TEST_VALUES
		"clauses:\n" ONE TWO THREE,
		"[]"},
	{"a figure, and the text that says it",
		HEAD
		"clauses:\n" ONE
		"  - {id: two, kind: embargo, days: 7, text: 'For {days} days.'}\n" THREE,
		"[{\"change\":\"changed\",\"key\":\"days\",\"name\":\"two\","
		"\"new\":7,\"old\":90,\"what\":\"clause\"},{\"change\":"
		"\"changed\",\"key\":\"text\",\"name\":\"two\",\"new\":\"For 7 "
		"days.\",\"old\":\"For 90 days.\",\"what\":\"clause\"}]"},
	{"a clause dropped", HEAD "clauses:\n" ONE THREE,
		"[{\"change\":\"dropped\",\"name\":\"two\",\"what\":"
		"\"clause\"}]"},
	{"a clause added",
		HEAD "clauses:\n"
		     "  - {id: x, kind: text, text: X.}\n" ONE TWO THREE,
		"[{\"after\":null,\"change\":\"added\",\"name\":\"x\","
		"\"what\":\"clause\"}]"},
	{"the one clause that moved", HEAD "clauses:\n" TWO THREE ONE,
		"[{\"after\":\"three\",\"change\":\"moved\",\"name\":\"one\","
		"\"what\":\"clause\"}]"},
	{"a heading that was not there",
		HEAD
		"clauses:\n" ONE TWO
		"  - {id: three, kind: text, heading: Of it, text: Three.}\n",
		"[{\"change\":\"added\",\"key\":\"heading\",\"name\":\"three\","
		"\"new\":\"Of it\",\"what\":\"clause\"}]"},
	{"keys of the file, a value, a product and a letter",
		"policy: 1\nname: Widget policy\nzone: UTC\n"
		"values: {organisation: Example, contact: s@example.org}\n"
		"product: {name: Widget, prefix: GEAR}\n"
		"letters:\n  received: |\n    x\n"
		"clauses:\n" ONE TWO THREE,
		"[{\"change\":\"changed\",\"key\":\"contact\",\"name\":"
		"\"values\",\"new\":\"s@example.org\",\"old\":"
		"\"security@example.org\",\"what\":\"values\"},{\"change\":"
		"\"changed\",\"key\":\"prefix\",\"name\":\"product\",\"new\":"
		"\"GEAR\",\"old\":\"WID\",\"what\":\"product\"},{\"change\":"
		"\"added\",\"key\":\"received\",\"name\":\"letters\",\"new\":"
		"\"x\\n\",\"what\":\"letters\"},{\"change\":\"changed\","
		"\"key\":\"zone\",\"name\":\"policy\",\"new\":\"UTC\",\"old\":"
		"\"Europe/Berlin\",\"what\":\"policy\"}]"},
};

static void
says_each_change_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct policy *old =
			load(a, HEAD "clauses:\n" ONE TWO THREE);
		const struct policy *new = load(a, rows[i].new);

		test_note(rows[i].name);
		assert_string_equal(
			rows[i].want, json_text(a, policy_diff(old, new)));
		assert_int_equal(strcmp(rows[i].want, "[]") == 0,
			hash_eq(old->hash, new->hash));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("each change is said, once, and nothing else",
			says_each_change_once),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
