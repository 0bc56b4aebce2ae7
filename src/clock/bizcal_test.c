/* bizcal_test.c - the calendar by example, then by the law it keeps. */
#include "clock/bizcal.h"

#include <string.h>

#include "base/test.h"

static struct day
on(const char *text)
{
	struct day d;

	assert_true(day_parse(span_of(text), &d));
	return d;
}

/* Christmas, Boxing day, New Year; one twice, one on a Saturday. */
static const char *const yule[] = {
	"2026-01-01", "2025-12-25", "2025-12-26", "2025-12-25", "2025-12-27"};

static int
make(void **state)
{
	struct day days[ARRAY_LEN(yule)];
	struct bizcal *cal;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(yule); i++)
		days[i] = on(yule[i]);
	if (!bizcal_new(&cal, BIZCAL_SAT_SUN, days, ARRAY_LEN(days), &err))
		return -1;
	*state = cal;
	return 0;
}

static int
unmake(void **state)
{
	bizcal_free(*state);
	return 0;
}

static const struct {
	const char *name, *from;
	unsigned n;
	const char *want;
} cases[] = {
	{"no days is no move, even on a Sunday", "2025-12-28", 0, "2025-12-28"},
	{"a Friday runs out on the Monday after", "2026-01-02", 1,
		"2026-01-05"},
	{"from Sunday, day 1 is Monday", "2025-12-28", 1, "2025-12-29"},
	{"from Saturday, day 1 is the same Monday", "2026-01-10", 1,
		"2026-01-12"},
	{"Christmas and a week-end count for nothing", "2025-12-24", 1,
		"2025-12-29"},
	{"from a holiday as from any day", "2025-12-25", 1, "2025-12-29"},
	{"five days over New Year", "2025-12-29", 5, "2026-01-06"},
	{"a leap day is a day", "2028-02-28", 1, "2028-02-29"},
	{"and in other years there is none", "2026-02-27", 1, "2026-03-02"},
	{"five days from Friday end on the next Friday", "2026-11-20", 5,
		"2026-11-27"},
	{"five days from Saturday end on the same Friday", "2026-11-21", 5,
		"2026-11-27"},
};

static void
adds_by_example(void **state)
{
	char text[DAY_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		test_note(cases[i].name);
		assert_string_equal(cases[i].want,
			day_format(bizcal_add(*state, on(cases[i].from),
					   cases[i].n),
				text));
	}
}

static void
between_undoes_add(void **state)
{
	struct day first = on("2025-11-20"), last = on("2026-02-10");

	for (struct day d = first; d.n < last.n; d.n++)
		for (unsigned n = 0; n < 60; n++) {
			struct day end = bizcal_add(*state, d, n);

			assert_int_equal(n, bizcal_between(*state, d, end));
			assert_true(n == 0 || bizcal_is_open(*state, end));
		}
}

static void
a_week_without_work_is_refused(void **state)
{
	struct bizcal *cal = NULL;
	struct err err;

	(void)state;
	assert_false(bizcal_new(&cal, 0x7f, NULL, 0, &err));
	assert_int_equal(ERR_SYNTAX, err.code);
	assert_null(cal);
}

static void
holidays_have_a_limit(void **state)
{
	static struct day many[BIZCAL_MAX_HOLIDAYS + 1];
	struct bizcal *cal = NULL;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i].n = 20000 + (int32_t)i;
	assert_false(bizcal_new(&cal, 0, many, ARRAY_LEN(many), &err));
	assert_int_equal(ERR_LIMIT, err.code);
	assert_true(bizcal_new(&cal, 0, many, ARRAY_LEN(many) - 1, &err));
	assert_int_equal(
		20000 + BIZCAL_MAX_HOLIDAYS, bizcal_add(cal, many[0], 1).n);
	bizcal_free(cal);
}

static void
the_hash_is_of_the_meaning(void **state)
{
	struct day one[] = {{20447}, {20448}, {20448}};
	struct day other[] = {{20448}, {20447}}, third[] = {{20447}};
	struct bizcal *a, *b, *c, *d;
	struct err err;

	(void)state;
	assert_true(bizcal_new(&a, BIZCAL_SAT_SUN, one, 3, &err));
	assert_true(bizcal_new(&b, BIZCAL_SAT_SUN | 0x80, other, 2, &err));
	assert_true(bizcal_new(&c, BIZCAL_SAT_SUN, third, 1, &err));
	assert_true(bizcal_new(&d, 0x40, one, 3, &err));
	assert_true(hash_eq(bizcal_hash(a), bizcal_hash(b)));
	assert_false(hash_eq(bizcal_hash(a), bizcal_hash(c)));
	assert_false(hash_eq(bizcal_hash(a), bizcal_hash(d)));
	bizcal_free(a);
	bizcal_free(b);
	bizcal_free(c);
	bizcal_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(adds_by_example, make, unmake),
		cmocka_unit_test_setup_teardown(
			between_undoes_add, make, unmake),
		cmocka_unit_test(a_week_without_work_is_refused),
		cmocka_unit_test(holidays_have_a_limit),
		cmocka_unit_test(the_hash_is_of_the_meaning),
	};

	hash_init();
	return cmocka_run_group_tests_name("bizcal", tests, NULL, NULL);
}
