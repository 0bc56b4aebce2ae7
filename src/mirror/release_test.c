/* release_test.c - versions by example, then by the law of their order. */
#include "mirror/release.h"

#include "base/mem.h"
#include "base/test.h"

/* Each line is above the one before it. */
static const char *const rising[] = {"0.9", "1.0.dev1", "1.0.dev2",
	"1.0a1.dev1", "1.0a1", "1.0a1.post1", "1.0.a2", "1.0-alpha.10", "1.0b1",
	"1.0c1", "1.0-rc.2", "1.0rc2.1", "1.0-nightly", "1.0", "1.0-1",
	"1.0.post2.dev1", "1.0.post2", "1.0.1", "1.1a1", "1.1", "1.9.9", "1.10",
	"2", "2024.1", "20240101", "1!0.1"};

static struct release
read(const char *text)
{
	struct release r;

	test_note(text);
	assert_true(release_parse(span_of(text), &r));
	return r;
}

static void
puts_versions_in_the_order_of_pep_440_and_semver(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rising); i++)
		for (size_t k = 0; k < ARRAY_LEN(rising); k++) {
			struct release a = read(rising[i]);
			struct release b = read(rising[k]);
			int d = release_cmp(&a, &b);

			assert_int_equal((i > k) - (i < k), (d > 0) - (d < 0));
		}
}

static const char *const equal[][2] = {{"0.22.0", "v0.22.0"},
	{"0.23.0a2", "v0.23.0.a2"}, {"1.2", "1.2.0"}, {"V1.2", "1.2"},
	{"release-1.2", "1.2"}, {"Release 1.2", "1.2"}, {"rel_1.2", "1.2"},
	{"dag-factory-1.2.0", "1.2.0"}, {"dag-factory@1.2.0", "1.2.0"},
	{"refs/tags/v1.2", "1.2"}, {"1.0.0-rc.1", "1.0rc1"},
	{"1.0.0RC1", "1.0.0-rc1"}, {"1.0alpha1", "1.0a1"},
	{"1.0.0+build.5", "1.0.0"}, {"1.0.Final", "1.0"},
	{"1.0-1", "1.0.post1"}, {"01.02", "1.2"}, {"py3-lib-1.2", "1.2"}};

static void
takes_other_spellings_for_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(equal); i++) {
		struct release a = read(equal[i][0]), b = read(equal[i][1]);

		assert_int_equal(0, release_cmp(&a, &b));
	}
}

static const char *const none[] = {"", "v", "latest", "main", "py3", "jan2020",
	"1.2.", "1..2", "1.2 or so", "before 1.2", "< 1.2", "x 1.2", "==1.2",
	"2020-01-15-x!", "1.2.3.4.5.6.7.8.9", "1.2+", "1.2/3",
	"12345678901234567890", "a.b.c", "1.2~3"};

static void
reads_no_version_where_there_is_none(void **state)
{
	struct release r = {.epoch = 7};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		test_note(none[i]);
		assert_false(release_parse(span_of(none[i]), &r));
		assert_int_equal(7, r.epoch);
	}
}

static void
knows_a_pre_release(void **state)
{
	static const char *const pre[] = {"1.0a1", "1.0.dev1", "1.0-nightly",
		"1.0.post1.dev2", "1.0rc1.post1"};
	static const char *const final[] = {
		"1.0", "1.0.post1", "1.0-1", "1.0+x", "1.0.RELEASE"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pre); i++)
		assert_true(read(pre[i]).pre);
	for (size_t i = 0; i < ARRAY_LEN(final); i++)
		assert_false(read(final[i]).pre);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			puts_versions_in_the_order_of_pep_440_and_semver),
		cmocka_unit_test(takes_other_spellings_for_the_same),
		cmocka_unit_test(reads_no_version_where_there_is_none),
		cmocka_unit_test(knows_a_pre_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
