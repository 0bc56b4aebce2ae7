/* cvss_test.c - vectors and weaknesses: recognised, checked, never mended. */
#include "report/cases.h"
#include "report/cvss_vectors.h"

static const struct cvss_fact *
only_vector(struct arena *a, const char *text)
{
	const struct report *r = cases_read(a, text);

	assert_int_equal(1, r->n_cvss);
	assert_int_equal(1, r->cvss[0].line);
	return &r->cvss[0];
}

static void
published_vectors_are_valid_and_keep_their_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cvss_vectors); i++) {
		struct arena *a = arena_new();
		const struct cvss_fact *f = only_vector(a,
			arena_printf(a, "see (%s).", cvss_vectors[i].vector));

		test_note(cvss_vectors[i].vector);
		assert_string_equal(cvss_vectors[i].vector, f->vector);
		assert_string_equal(cvss_vectors[i].version, f->version);
		assert_true(f->valid);
		arena_free(a);
	}
}

/* The law: take any metric out, or give it twice, and it is not valid. */
static void
a_vector_with_a_metric_gone_or_doubled_is_not_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cvss_vectors); i += 3) {
		struct span v = span_of(cvss_vectors[i].vector), rest = v, part;
		size_t at = 0,
		       must = cvss_vectors[i].version[0] == '2' ? 6 :
			cvss_vectors[i].version[0] == '3'       ? 8 :
								  11;
		size_t n = 0;

		if (span_starts(v, "CVSS:")) {
			at = strlen("CVSS:3.1/");
			rest = span_from(v, at);
		}
		while (n++ < must && span_split(&rest, '/', &part)) {
			struct arena *a = arena_new();
			size_t past = at + part.n + 1;
			const char *gone = arena_printf(a, "%.*s%.*s",
				SPAN_FMT(span_cut(v, 0, at)),
				SPAN_FMT(span_from(v, past)));
			const char *twice = arena_printf(
				a, "%.*s/%.*s", SPAN_FMT(v), SPAN_FMT(part));

			test_note(gone);
			const struct report *r = cases_read(a, gone);
			if (r->n_cvss > 0)
				assert_false(r->cvss[0].valid);
			assert_false(only_vector(a, twice)->valid);
			at = past;
			arena_free(a);
		}
	}
}

static const struct {
	const char *name, *vector, *version;
} invalid[] = {
	{"lower case", "cvss:3.1/av:n/ac:l/pr:n/ui:n/s:u/c:h/i:h/a:h", "3.1"},
	{"an impossible value", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"3.1"},
	{"an invented metric",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/ZZ:H", "3.1"},
	{"4.0 out of order",
		"CVSS:4.0/AC:L/AV:N/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
		"4.0"},
	{"3 without its prefix", "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", NULL},
	{"a version that is none", "CVSS:5.0/AV:N/AC:L/PR:N", NULL},
};

static void
what_is_wrong_is_named_and_not_mended(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		struct arena *a = arena_new();
		const struct cvss_fact *f = only_vector(a, invalid[i].vector);

		test_note(invalid[i].name);
		assert_string_equal(invalid[i].vector, f->vector);
		assert_false(f->valid);
		if (invalid[i].version)
			assert_string_equal(invalid[i].version, f->version);
		else
			assert_null(f->version);
		arena_free(a);
	}
}

static void
order_does_not_matter_in_version_3(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(
		only_vector(a, "CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N")
			->valid);
	arena_free(a);
}

static const struct {
	const char *name, *text, *want; /* "id status line" */
} weaknesses[] = {
	{"as written officially", "CWE-79", "79 ok 1"},
	{"in other spellings", "cwe 89\nCWE: 95\nCWE502\nCWE ID: 22",
		"89 ok 1, 95 ok 2, 502 ok 3, 22 ok 4"},
	{"several behind one label", "CWE: 79, 89", "79 ok 1, 89 ok 1"},
	{"as a link", "https://cwe.mitre.org/data/definitions/787.html",
		"787 ok 1"},
	{"with a long dash", "CWE–79", "79 ok 1"},
	{"deprecated", "CWE-592", "592 deprecated 1"},
	{"discouraged", "CWE-20", "20 discouraged 1"},
	{"prohibited", "CWE-1187 and CWE-254",
		"1187 deprecated 1, 254 unknown 1"},
	{"invented", "CWE-99999", "99999 unknown 1"},
	{"twice is once", "CWE-79 CWE-79", "79 ok 1"},
	{"a word is none", "the CWE list of 2024, cwe", ""},
	{"a version of the list is none", "CWE 4.20", ""},
	{"part of a word is none", "XCWE-79 CWE-79a", ""},
};

static void
weaknesses_are_held_against_the_list(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(weaknesses); i++) {
		struct arena *a = arena_new();
		const struct report *r = cases_read(a, weaknesses[i].text);
		const char *got = "";

		for (size_t k = 0; k < r->n_cwe; k++)
			got = arena_printf(a, "%s%s%u %s %u", got,
				k ? ", " : "", r->cwe[k].id,
				cwe_status_names[r->cwe[k].status],
				r->cwe[k].line);
		if (strcmp(got, weaknesses[i].want) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				weaknesses[i].name, weaknesses[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
	assert_string_equal("4.20", report_cwe_version());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			published_vectors_are_valid_and_keep_their_version),
		cmocka_unit_test(
			a_vector_with_a_metric_gone_or_doubled_is_not_valid),
		cmocka_unit_test(what_is_wrong_is_named_and_not_mended),
		cmocka_unit_test(order_does_not_matter_in_version_3),
		cmocka_unit_test(weaknesses_are_held_against_the_list),
	};

	return cmocka_run_group_tests_name("cvss", tests, NULL, NULL);
}
