/* fold_test.c - what is taken out as a rating, and what must stay. */
#include "report/fold.h"

#include <string.h>

#include "base/test.h"

static const struct {
	const char *says;
	const char *gone; /* NULL: nothing of it */
} lines[] = {
	{"Severity: Critical", "Critical"},
	{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:N"},
	{"it is a critical RCE in the loader", "critical"},
	{"P1 severity, please", "P1"},
	{"Path traversal - Critical 9.8", "9.8"},
	{"they attack it in the wild", NULL},
	{"fixed in 9.8.1", NULL},
	{"a low level loop at a high price", NULL},
};

static void
a_rating_is_folded_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const char *line = lines[i].says;

		fold_line(a, &line);
		test_note(lines[i].says);
		if (lines[i].gone == NULL) {
			assert_string_equal(lines[i].says, line);
			continue;
		}
		assert_null(strstr(line, lines[i].gone));
		assert_non_null(strstr(line, FOLDED));
	}
}

/* Ratings take no line away: what is cited by its number stays there. */
static void
the_lines_of_a_text_stay_where_they_are(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const char *subject = "High: it leaks";
	struct span text = SPAN_LIT(
		"one\nSeverity: High\nSeverity: High\na critical RCE\n");

	(void)state;
	fold_ratings(a, &subject, &text);
	struct span rest = text, line;
	unsigned n = 0;

	while (span_line(&rest, &line)) {
		bool rated = n > 0;

		n++;
		assert_int_equal(rated, span_find(line, FOLDED) < line.n);
		assert_int_equal(line.n, span_find(line, "High"));
		assert_int_equal(line.n, span_find(line, "critical"));
	}
	assert_int_equal(4, n);
	assert_null(strstr(subject, "High"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rating_is_folded_and_nothing_else),
		cmocka_unit_test(the_lines_of_a_text_stay_where_they_are),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
