/* zone_test.c - days of real zones, read from libc, and where they begin. */
#include "clock/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/test.h"
#include "sys/zone_read.h"

static const struct {
	const char *name, *zone, *day, *start;
} starts[] = {
	{"UTC is what it is", "UTC", "2026-11-23", "2026-11-23T00:00:00Z"},
	{"winter in New York", "America/New_York", "2026-11-23",
		"2026-11-23T05:00:00Z"},
	{"summer in New York", "America/New_York", "2026-07-04",
		"2026-07-04T04:00:00Z"},
	{"the day of the gap begins in winter time", "America/New_York",
		"2026-03-08", "2026-03-08T05:00:00Z"},
	{"and the next in summer time", "America/New_York", "2026-03-09",
		"2026-03-09T04:00:00Z"},
	{"the day of the overlap has 25 hours", "Europe/Berlin", "2026-10-26",
		"2026-10-25T23:00:00Z"},
	{"no midnight in Sao Paulo: it begins at 01:00", "America/Sao_Paulo",
		"2018-11-04", "2018-11-04T03:00:00Z"},
	{"Apia left out a date: its start is the next one's", "Pacific/Apia",
		"2011-12-30", "2011-12-30T10:00:00Z"},
	{"the date after the one left out", "Pacific/Apia", "2011-12-31",
		"2011-12-30T10:00:00Z"},
	{"half an hour of summer on Lord Howe", "Australia/Lord_Howe",
		"2026-10-05", "2026-10-04T13:00:00Z"},
	{"and its winter", "Australia/Lord_Howe", "2026-10-04",
		"2026-10-03T13:30:00Z"},
	{"midnight twice in St. John's: the first counts", "America/St_Johns",
		"2010-11-07", "2010-11-07T02:30:00Z"},
	{"a quarter of an hour in Kathmandu", "Asia/Kathmandu", "2026-11-23",
		"2026-11-22T18:15:00Z"},
	{"rules go on after 2037", "Europe/Berlin", "2090-07-01",
		"2090-06-30T22:00:00Z"},
	{"the first day of all", "America/New_York", "1970-01-01",
		"1970-01-01T05:00:00Z"},
};

static const struct zone *
zone_named(struct arena *a, const char *name)
{
	const struct zone *z;
	struct err err;

	assert_true(zone_read(a, name, &z, &err));
	return z;
}

static void
a_local_day_begins_where_libc_says(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct day d;
		instant want;

		test_note(starts[i].name);
		assert_true(day_parse(span_of(starts[i].day), &d));
		assert_true(instant_parse(span_of(starts[i].start), &want));
		assert_int_equal(want.ms,
			zone_day_start(zone_named(a, starts[i].zone), d).ms);
	}
}

static void
a_date_left_out_is_known(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct zone *apia = zone_named(a, "Pacific/Apia");
	struct day gone;

	(void)state;
	assert_true(day_parse(SPAN_LIT("2011-12-30"), &gone));
	assert_false(zone_has_day(apia, gone));
	assert_true(zone_has_day(apia, (struct day){gone.n - 1}));
	assert_true(zone_has_day(apia, (struct day){gone.n + 1}));
}

/* The law: at its start the date is d or later, an instant before it is
 * not, and it never was before. */
static void
a_start_is_the_first_instant_of_its_day(void **state)
{
	static const char *const names[] = {"America/New_York",
		"America/Sao_Paulo", "America/St_Johns", "Australia/Lord_Howe",
		"Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "UTC"};
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct zone *z = zone_named(a, names[i]);

		test_note(names[i]);
		for (struct day d = {1}; d.n < 48000; d.n += 1 + d.n % 3) {
			instant t = zone_day_start(z, d);

			assert_true(zone_day(z, t).n >= d.n);
			for (int back = 1; back <= 30; back++) {
				instant before = {
					t.ms - back * back * 90000 + 89999};
				assert_true(zone_day(z, before).n < d.n);
			}
		}
	}
}

static void
the_table_is_what_libc_says_at_every_hour(void **state)
{
	static const char *const names[] = {"Africa/Casablanca",
		"America/Sao_Paulo", "Antarctica/Troll", "Asia/Gaza",
		"Europe/Dublin"};
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct zone *z = zone_named(a, names[i]);

		test_note(names[i]);
		assert_int_equal(0, setenv("TZ", names[i], 1));
		tzset();
		for (time_t t = 0; t < INT64_C(2150000000); t += 3600) {
			struct tm local;

			assert_non_null(localtime_r(&t, &local));
			assert_int_equal(local.tm_gmtoff,
				zone_east(z, (instant){t * 1000}));
		}
	}
	assert_int_equal(0, unsetenv("TZ"));
}

static void
a_zone_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *name;
		enum err_code code;
	} bad[] = {
		{"Europe/Atlantis", ERR_ABSENT},
		{"Europe", ERR_ABSENT},      /* a folder */
		{"leapseconds", ERR_ABSENT}, /* a file that is no zone */
		{"", ERR_SYNTAX},
		{"../../etc/passwd", ERR_SYNTAX},
		{"/usr/share/zoneinfo/UTC", ERR_SYNTAX},
		{"Europe/../UTC", ERR_SYNTAX},
		{"Europe//Berlin", ERR_SYNTAX},
		{"Europe/Berlin\n", ERR_SYNTAX},
		{":UTC", ERR_SYNTAX},
		{"EST5EDT,M3.2.0,M11.1.0", ERR_SYNTAX},
		{"right/Europe/Berlin", ERR_SYNTAX},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			ERR_SYNTAX},
	};
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct zone *z = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {0};

		test_note(bad[i].name);
		assert_false(zone_read(a, bad[i].name, &z, &err));
		assert_int_equal(bad[i].code, err.code);
		assert_null(z);
	}
}

static void
the_process_keeps_its_own_zone(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	time_t t = 1700000000;
	struct tm local;

	(void)state;
	assert_int_equal(0, setenv("TZ", "Asia/Tokyo", 1));
	tzset();
	zone_named(a, "America/New_York");
	assert_string_equal("Asia/Tokyo", getenv("TZ"));
	assert_non_null(localtime_r(&t, &local));
	assert_int_equal(9 * 3600, local.tm_gmtoff);
	assert_int_equal(0, unsetenv("TZ"));
	zone_named(a, "America/New_York");
	assert_null(getenv("TZ"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_local_day_begins_where_libc_says),
		cmocka_unit_test(a_date_left_out_is_known),
		cmocka_unit_test(a_start_is_the_first_instant_of_its_day),
		cmocka_unit_test(the_table_is_what_libc_says_at_every_hour),
		cmocka_unit_test(a_zone_that_is_none_is_refused),
		cmocka_unit_test(the_process_keeps_its_own_zone),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
