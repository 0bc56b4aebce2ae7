/* evidence_test.c - what goes between processes comes back, lies do not. */
#include "judge/evidence.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/test.h"
#include "base/utf8.h"

static const struct code_claim claims[] = {
	{CODE_FILE, "a/utils.py", NULL, 0, 0, 3},
	{CODE_LINE, NULL, "a/utils.py", 12, 14, 3},
	{CODE_FUNCTION, "Builder.load", "a/utils.py", 12, 12, 5},
	{CODE_COMMIT, "0123abc", NULL, 0, 0, 6},
};
static const struct report report = {.claims = claims, .n_claims = 4};

static const struct version_evidence versions[] = {
	{"0.22", 2, RELEASE_CONFIRMED, "v0.22.0"},
	{"9.9.9", 2, RELEASE_NONE, NULL},
	{"0123abc", 6, RELEASE_UNTAGGED, NULL},
	{"main", 7, RELEASE_BRANCH, NULL},
};
static const struct claim_evidence looked[] = {
	{0, CLAIM_EXISTS, "a/utils.py"},
	{1, CLAIM_ELSEWHERE, "a/utils.py has 10 lines"},
	{3, CLAIM_NEVER, NULL},
};
static const struct dependency dependencies[] = {
	{"apache-airflow", ">=2.4", "pyproject.toml", 30},
	{"pyyaml", NULL, "requirements.txt", 0},
};
static const struct evidence example = {
	.mirror = "00ff",
	.fetched = {1795000000000},
	.tag = "v0.22.0",
	.tag_stated = true,
	.versions = versions,
	.n_versions = ARRAY_LEN(versions),
	.claims = looked,
	.n_claims = ARRAY_LEN(looked),
	.dependencies = dependencies,
	.n_dependencies = ARRAY_LEN(dependencies),
	.left_out = 7,
};

static struct span
packed(struct arena *a, const struct evidence *e)
{
	AUTO(str_fini) struct str out;

	str_init(&out, 1 << 24);
	evidence_pack(&out, e);
	return arena_dup(a, str_span(&out));
}

/* Read; and if it can be, what was read packs to the same bytes again. */
static bool
reads(struct span bytes, size_t n_claims)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct unpack u = {bytes, false};
	struct evidence *e = NULL;

	if (!evidence_unpack(&u, a, n_claims, &e)) {
		assert_null(e);
		return false;
	}
	if (!unpack_end(&u))
		return false;
	assert_true(span_eq(bytes, packed(a, e)));
	return true;
}

static void
what_is_packed_comes_back(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	assert_true(reads(packed(a, &example), 4));
	assert_true(reads(packed(a, &(struct evidence){.mirror = "0"}), 0));
}

/* A change to the example that no honest mirror makes. */
static struct version_evidence v[2];
static struct claim_evidence c[2];
static struct dependency d[2];

static const struct {
	const char *name;
	struct evidence lie;
} lies[] = {
	{"no mirror", {.mirror = NULL}},
	{"a mirror that is no hash", {.mirror = "main"}},
	{"before 1970", {.mirror = "0", .fetched = {-1}}},
	{"after 9999", {.mirror = "0", .fetched = {INT64_MAX}}},
	{"a tag stated that is none", {.mirror = "0", .tag_stated = true}},
	{"a version without its words",
		{.mirror = "0", .versions = &v[0], .n_versions = 1}},
	{"confirmed without a tag",
		{.mirror = "0", .versions = &v[1], .n_versions = 1}},
	{"a claim twice", {.mirror = "0", .claims = c, .n_claims = 2}},
	{"a claim that the report has not",
		{.mirror = "0", .claims = &c[1], .n_claims = 1}},
	{"a dependency without a name",
		{.mirror = "0", .dependencies = &d[1], .n_dependencies = 1}},
	{"dependencies out of order",
		{.mirror = "0", .dependencies = d, .n_dependencies = 2}},
};

static void
lies_are_refused(void **state)
{
	(void)state;
	v[1].stated = "1.0";
	c[0].claim = c[1].claim = 4;
	d[0] = (struct dependency){"b", NULL, "x", 1};
	d[1] = (struct dependency){NULL, NULL, "x", 1};
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();

		test_note(lies[i].name);
		if (strcmp(lies[i].name, "dependencies out of order") == 0)
			d[1].name = "a";
		assert_false(reads(packed(a, &lies[i].lie), 4));
	}
}

static void
counts_have_limits(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct evidence e = example;
	size_t n = EVIDENCE_MAX_DEPENDENCIES + 1;
	struct dependency *many = ARENA_ARRAY(a, n, struct dependency);
	size_t m = EVIDENCE_MAX_VERSIONS + 1;
	struct version_evidence *more =
		ARENA_ARRAY(a, m, struct version_evidence);

	(void)state;
	for (size_t i = 0; i < n; i++)
		many[i] = dependencies[0];
	for (size_t i = 0; i < m; i++)
		more[i] = versions[0];
	e.dependencies = many;
	e.n_dependencies = n - 1;
	assert_true(reads(packed(a, &e), 4));
	e.n_dependencies = n;
	assert_false(reads(packed(a, &e), 4));
	e = example;
	e.versions = more;
	e.n_versions = m - 1;
	assert_true(reads(packed(a, &e), 4));
	e.n_versions = m;
	assert_false(reads(packed(a, &e), 4));
	assert_false(reads(packed(a, &example), 3)); /* names the fourth */
}

static void
text_is_one_clean_line_of_bounded_length(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct evidence e = example;
	struct str controls, wide;

	(void)state;
	str_init(&controls, 1000);
	str_init(&wide, 1000);
	for (unsigned i = 0; i < 200; i++) {
		str_puts(&controls, "\n\xff\xe2\x80\xae");
		str_puts(&wide, "\xe6\xbc\xa2");
	}
	assert_string_equal(
		"plain \xc3\xa4", evidence_text(a, span_of("plain \xc3\xa4")));
	assert_string_equal("a\\x0ab", evidence_text(a, span_of("a\nb")));
	const char *const long_ones[] = {controls.text, wide.text};
	for (size_t i = 0; i < 2; i++) {
		const char *t = evidence_text(a, span_of(long_ones[i]));

		assert_true(strlen(t) <= EVIDENCE_MAX_TEXT);
		assert_true(utf8_valid(span_of(t)));
		assert_string_equal(t, evidence_text(a, span_of(t)));
		e.tag = long_ones[i];
		assert_true(reads(packed(a, &e), 4));
	}
	str_fini(&controls);
	str_fini(&wide);
}

/* Every prefix is refused, and a changed byte is, or means something else. */
static void
no_byte_is_trusted(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct span whole = packed(a, &example);
	unsigned char *copy = arena_alloc(a, whole.n);

	(void)state;
	for (size_t i = 0; i < whole.n; i++)
		assert_false(reads(span_cut(whole, 0, i), 4));
	for (size_t i = 0; i < whole.n; i++)
		for (unsigned by = 1; by < 256; by += 6) {
			memcpy(copy, whole.p, whole.n);
			copy[i] = (unsigned char)(copy[i] + by);
			(void)reads(span_make(copy, whole.n), 4);
		}
}

static void
the_object_says_what_was_claimed_and_counts(void **state)
{
	AUTO(json_auto) json_t *obj = evidence_json(&example, &report);
	const json_t *list = json_object_get(obj, "claims");
	const json_t *one = json_array_get(list, 1);
	const json_t *n = json_object_get(obj, "claims_counted");

	(void)state;
	assert_int_equal(3, json_array_size(list));
	assert_string_equal("line", json_get_text(one, "kind"));
	assert_string_equal("a/utils.py", json_get_text(one, "file"));
	assert_int_equal(14, json_get_int(one, "to", 0));
	assert_string_equal("exists elsewhere", json_get_text(one, "status"));
	assert_int_equal(1, json_get_int(n, "exists elsewhere", 0));
	assert_int_equal(1, json_get_int(n, "never existed", 0));
	assert_int_equal(0, json_get_int(n, "unknown", 9));
	one = json_array_get(json_object_get(obj, "versions"), 1);
	assert_string_equal("no such release", json_get_text(one, "status"));
	assert_true(json_is_null(json_object_get(one, "tag")));
	one = json_array_get(json_object_get(obj, "dependencies"), 0);
	assert_int_equal(30, json_get_int(one, "line", 0));
	assert_int_equal(7, json_get_int(obj, "left_out", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_back),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(counts_have_limits),
		cmocka_unit_test(text_is_one_clean_line_of_bounded_length),
		cmocka_unit_test(no_byte_is_trusted),
		cmocka_unit_test(the_object_says_what_was_claimed_and_counts),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
