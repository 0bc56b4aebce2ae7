/*
 * policy_docs_test.c - docs/policy.md is true: its tables are those of the
 * program, and each of its examples loads.
 *
 * Its argument is the source folder.
 */
#include <stdio.h>

#include "base/test.h"
#include "policy/policy_files_test.h"
#include "policy/policy_kinds.h"
#include "policy/policy_test.h"

static const char *root;
static struct arena *arena;

static const char *
read_text(const char *name)
{
	const char *path;
	struct span text;
	struct err err;

	if (!file_fetch(NULL, arena, NULL,
		    arena_printf(arena, "%s/%s", root, name), &path, &text,
		    &err))
		fail_msg("%s", err.text);
	return arena_text(arena, text);
}

static void
has_the_tables_of_the_program(void **state)
{
	static const char *const of[] = {
		"policy", "values", "product", "security-txt", "clause"};
	const char *docs = read_text("docs/policy.md");

	(void)state;
	for (size_t i = 0; i < CLAUSE_KIND_COUNT + ARRAY_LEN(of); i++) {
		AUTO(str_fini) struct str s;

		str_init(&s, 100000);
		if (i < CLAUSE_KIND_COUNT)
			policy_explain_kind(&s, (enum clause_kind)i);
		else
			policy_explain_keys(&s, of[i - CLAUSE_KIND_COUNT]);
		test_note(i < CLAUSE_KIND_COUNT ?
				clause_kind_name((enum clause_kind)i) :
				of[i - CLAUSE_KIND_COUNT]);
		assert_non_null(strstr(docs, s.text));
		if (i < CLAUSE_KIND_COUNT)
			assert_non_null(strstr(docs,
				arena_printf(arena, "```yaml\n%s```",
					clause_examples[i])));
	}
}

/* A clause, or some keys, over a policy that is whole. */
static const char *
completed(const char *example)
{
	AUTO(str_fini) struct str s;
	struct span rest = span_of(example), line;

	str_init(&s, 100000);
	if (strncmp(example, "policy:", 7) == 0)
		return example;
	str_puts(&s, "policy: 1\nextends: good.yml\n");
	if (*example == '-')
		str_puts(&s, "clauses:\n");
	while (span_line(&rest, &line)) {
		str_puts(&s, *example == '-' ? "  " : "");
		str_put(&s, line);
		str_putc(&s, '\n');
	}
	return arena_text(arena, str_span(&s));
}

static void
check_example(const char *example)
{
	AUTO(str_fini) struct str said;
	struct test_file files[] = {{"example.yml", completed(example)},
		{"good.yml", TEST_GOOD},
		{"base.yml", read_text("policies/base.yml")}, {NULL, NULL}};
	const struct policy *p = NULL;
	struct err err;

	str_init(&said, 100000);
	test_note(arena_printf(
		arena, "%.*s", (int)strcspn(example, "\n"), example));
	struct policy_base base;

	if (!policy_load_file(arena, "example.yml", test_fetch, files, &p,
		    &base, &said, &err))
		fail_msg("%s", said.text);
}

static void
has_examples_that_load(void **state)
{
	const char *at = read_text("docs/policy.md");
	unsigned kinds = 0, n = 0;

	(void)state;
	while ((at = strstr(at, "```yaml\n"))) {
		const char *end = strstr(at += 8, "```\n");

		assert_non_null(end);
		check_example(
			arena_text(arena, span_make(at, (size_t)(end - at))));
		kinds += *at == '-';
		n++;
		at = end + 4;
	}
	assert_int_equal(CLAUSE_KIND_COUNT, kinds);
	assert_true(n > kinds);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST("the reference has the tables of the program",
			has_the_tables_of_the_program),
		TEST("the reference has an example of each kind, that loads",
			has_examples_that_load),
	};
	int failed;

	hash_init();
	root = argc > 1 ? argv[1] : ".";
	arena = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
