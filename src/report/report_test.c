/* report_test.c - a report as a whole: found twice the same, and packed. */
#include "report/report.h"

#include <string.h>

#include "base/test.h"

static const char full[] =
	"Hello,\n\nI found a stored XSS in the docs page of dag-factory 1.2.3\n"
	"(CWE-79, CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N, see\n"
	"https://example.org/poc and dagfactory/utils.py, function\n"
	"`get_datetime()`, CVE-2024-12345, commit 2c65131).\n\n"
	"Severity: High\n\n## Steps to reproduce\n\n1. Open the page.\n"
	"2. Send `<script>`.\n\n[describe here]\n\n> quoted\n\n"
	"I posted this on my blog publicly. It is being exploited in the wild.\n"
	"\nContact: jane@example.org\n-- \nJane\n";

static const char twofold[] =
	"Finding 1: SQL injection\nSend a quote in the name field.\n\n"
	"Finding 2: open redirect\nOpen /go?to=//evil.example in a browser.\n";

static const char *const texts[] = {"", full, twofold};

static struct message
mail(const char *text)
{
	return (struct message){.from = "jane@example.org",
		.subject = "Re: [DAGF-7] Stored XSS in dag-factory 0.21.7, "
			   "load_all() of dagfactory/load.py: CWE-79, "
			   "CVE-2031-12345, commit 0a1b2c3d, "
			   "AV:N/AC:L/Au:N/C:P/I:P/A:P, "
			   "https://dag.example/docs",
		.body = BODY_PLAIN,
		.text = text,
		.answer = true};
}

static char *
json_of(const struct message *m, const struct report *r)
{
	json_t *v = report_json(m, r, true);
	char *text = json_dumps(v, JSON_SORT_KEYS | JSON_INDENT(1));

	json_decref(v);
	return text;
}

static void
a_report_is_found_twice_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct arena *a = arena_new(), *b = arena_new();
		struct message m = mail(texts[i]);
		char *one = json_of(&m, report_find(a, &m));
		char *two = json_of(&m, report_find(b, &m));

		assert_string_equal(one, two);
		free(one);
		free(two);
		arena_free(a);
		arena_free(b);
	}
}

static unsigned
count_lines(const char *text)
{
	unsigned n = 0;

	for (size_t i = 0; text[i]; i++)
		n += text[i] == '\n' || text[i + 1] == '\0';
	return n;
}

static void
a_packed_report_comes_back_equal_and_a_cut_one_never(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct arena *a = arena_new();
		struct message m = mail(texts[i]);
		const struct report *r = report_find(a, &m);
		unsigned lines = count_lines(texts[i]);
		struct report *back = NULL;
		struct str out;

		str_init(&out, 1 << 20);
		report_pack(&out, r);
		struct unpack u = {str_span(&out), false};
		assert_true(report_unpack(&u, a, lines, &back));
		assert_true(unpack_end(&u));
		char *one = json_of(&m, r), *two = json_of(&m, back);
		assert_string_equal(one, two);
		free(one);
		free(two);
		for (size_t n = 0; n < out.n; n++) {
			u = (struct unpack){
				span_cut(str_span(&out), 0, n), false};
			back = NULL;
			assert_false(report_unpack(&u, a, lines, &back));
			assert_null(back);
		}
		str_fini(&out);
		arena_free(a);
	}
}

static void
a_line_past_the_text_is_refused(void **state)
{
	struct arena *a = arena_new();
	struct message m = mail(texts[1]);
	struct report *back = NULL;
	struct str out;

	(void)state;
	str_init(&out, 1 << 20);
	report_pack(&out, report_find(a, &m));
	struct unpack u = {str_span(&out), false};
	assert_false(report_unpack(&u, a, 5, &back));
	str_fini(&out);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_found_twice_the_same),
		cmocka_unit_test(
			a_packed_report_comes_back_equal_and_a_cut_one_never),
		cmocka_unit_test(a_line_past_the_text_is_refused),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
