/*
 * deadline_test.c - promises by example, then against a slow reference that
 * knows nothing of formulas: it walks minute by minute and watches the date.
 */
#include "clock/deadline.h"

#include <string.h>

#include "base/test.h"
#include "sys/zone_read.h"

static const char *const holidays[] = {
	"2026-11-26", "2026-12-25", "2027-01-01", "2026-07-03"};

static const struct {
	const char *name, *zone, *trigger;
	unsigned days;
	const char *due_day, *due;
} business[] = {
	{"Monday noon, five days: Thanksgiving counts for nothing",
		"America/New_York", "2026-11-23T17:00:00Z", 5, "2026-12-01",
		"2026-12-02T05:00:00Z"},
	{"received on a Friday: next Friday, 24:00", "Europe/Berlin",
		"2026-11-13T09:00:00Z", 5, "2026-11-20",
		"2026-11-20T23:00:00Z"},
	{"received on a Saturday: the same Friday", "Europe/Berlin",
		"2026-11-14T09:00:00Z", 5, "2026-11-20",
		"2026-11-20T23:00:00Z"},
	{"a minute before local midnight is still Friday", "America/New_York",
		"2026-11-14T04:59:00Z", 1, "2026-11-16",
		"2026-11-17T05:00:00Z"},
	{"at local midnight it is Monday already", "America/New_York",
		"2026-11-16T05:00:00Z", 1, "2026-11-17",
		"2026-11-18T05:00:00Z"},
	{"over the gap in March: due an hour earlier by UTC",
		"America/New_York", "2026-03-06T15:00:00Z", 1, "2026-03-09",
		"2026-03-10T04:00:00Z"},
	{"over the overlap in October", "Europe/Berlin", "2026-10-23T10:00:00Z",
		1, "2026-10-26", "2026-10-26T23:00:00Z"},
	{"in the hour that comes twice", "America/New_York",
		"2026-11-01T06:30:00Z", 1, "2026-11-02",
		"2026-11-03T05:00:00Z"},
	{"over the end of the year", "UTC", "2026-12-30T12:00:00Z", 3,
		"2027-01-05", "2027-01-06T00:00:00Z"},
	{"to a leap day", "UTC", "2028-02-28T12:00:00Z", 1, "2028-02-29",
		"2028-03-01T00:00:00Z"},
	{"due when the missing midnight would have been", "America/Sao_Paulo",
		"2018-11-01T12:00:00Z", 2, "2018-11-05",
		"2018-11-06T02:00:00Z"},
	{"a date that Apia left out is no business day", "Pacific/Apia",
		"2011-12-29T12:00:00Z", 1, "2012-01-02",
		"2012-01-02T10:00:00Z"},
	{"half an hour on Lord Howe", "Australia/Lord_Howe",
		"2026-10-02T00:00:00Z", 1, "2026-10-05",
		"2026-10-05T13:00:00Z"},
	{"no days: the end of the trigger's own day", "UTC",
		"2026-11-21T12:00:00Z", 0, "2026-11-21",
		"2026-11-22T00:00:00Z"},
};

static const struct {
	const char *name, *zone, *trigger;
	unsigned days;
	const char *due_day, *due;
} calendar[] = {
	{"90 days over the end of summer time are 90 dates", "America/New_York",
		"2026-09-01T15:00:00Z", 90, "2026-11-30",
		"2026-12-01T05:00:00Z"},
	{"over a leap day", "UTC", "2028-01-15T00:00:00Z", 90, "2028-04-14",
		"2028-04-15T00:00:00Z"},
	{"without one", "UTC", "2027-01-15T00:00:00Z", 90, "2027-04-15",
		"2027-04-16T00:00:00Z"},
	{"to the eve of a day without midnight", "America/Sao_Paulo",
		"2018-11-02T12:00:00Z", 1, "2018-11-03",
		"2018-11-04T03:00:00Z"},
	{"to a date that was left out: no day is given away", "Pacific/Apia",
		"2011-12-29T12:00:00Z", 1, "2011-12-30",
		"2011-12-30T10:00:00Z"},
	{"late in the evening west of UTC", "America/New_York",
		"2026-11-24T03:00:00Z", 90, "2027-02-21",
		"2027-02-22T05:00:00Z"},
};

static struct day
on(const char *text)
{
	struct day d;

	assert_true(day_parse(span_of(text), &d));
	return d;
}

static instant
at(const char *text)
{
	instant t;

	assert_true(instant_parse(span_of(text), &t));
	return t;
}

static const struct zone *
zone_named(struct arena *a, const char *name)
{
	const struct zone *z;
	struct err err;

	assert_true(zone_read(a, name, &z, &err));
	return z;
}

static int
make(void **state)
{
	struct day days[ARRAY_LEN(holidays)];
	struct bizcal *cal;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(holidays); i++)
		days[i] = on(holidays[i]);
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

static void
check(struct deadline got, const char *due_day, const char *due)
{
	char text[INSTANT_TEXT], day[DAY_TEXT];

	assert_string_equal(due_day, day_format(got.due_day, day));
	(void)instant_format(at(due), text);
	char have[INSTANT_TEXT];
	assert_string_equal(text, instant_format(got.due, have));
}

static void
business_days_by_example(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(business); i++) {
		test_note(business[i].name);
		check(deadline_business(*state, zone_named(a, business[i].zone),
			      at(business[i].trigger), business[i].days),
			business[i].due_day, business[i].due);
	}
}

static void
calendar_days_by_example(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calendar); i++) {
		test_note(calendar[i].name);
		check(deadline_calendar(zone_named(a, calendar[i].zone),
			      at(calendar[i].trigger), calendar[i].days),
			calendar[i].due_day, calendar[i].due);
	}
}

static void
warnings_come_at_half_time_and_on_the_last_morning(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct zone *z = zone_named(a, "America/New_York");
	/* Monday; Thursday is a holiday; days 1..5 are Tu, We, Fr, Mo, Tu */
	struct deadline d =
		deadline_business(*state, z, at("2026-11-23T17:00:00Z"), 5);

	assert_int_equal(at("2026-11-27T05:00:00Z").ms, d.half.ms);
	assert_int_equal(at("2026-12-01T05:00:00Z").ms, d.day_before.ms);
	d = deadline_business(*state, z, at("2026-11-20T17:00:00Z"), 1);
	assert_int_equal(at("2026-11-23T05:00:00Z").ms, d.half.ms);
	assert_int_equal(d.half.ms, d.day_before.ms);
}

/* A small generator of our own, so that a failure can be repeated. */
static uint32_t seed = 20261123;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* A zone with a few changes around the trigger, whole minutes, up to a
 * whole day at once: stranger than any that exists. */
static struct zone
invented_zone(struct zone_change changes[6], int64_t start)
{
	struct zone z = {.name = "Invented", .changes = changes, .n = 6};
	int64_t t = start;

	for (size_t i = 0; i < z.n; i++) {
		changes[i].from.ms = i == 0 ? 0 : t;
		changes[i].east = draw(4) == 0 ?
			(int32_t)(draw(2 * 840) * 60) - 840 * 60 :
			(int32_t)(draw(5) * 1800) - 3600;
		t += (1 + draw(5 * 1440)) * 60000;
	}
	return z;
}

static instant
slow_reference(const struct bizcal *cal, const struct zone *z, instant trigger,
	unsigned days)
{
	int32_t shown = zone_day(z, trigger).n, open = 0;
	instant t = trigger;

	for (;; t.ms += 60000) {
		int32_t d = zone_day(z, t).n;

		if (d <= shown)
			continue;
		if (open == (int32_t)days)
			return t;
		shown = d;
		if (cal == NULL)
			open++;
		else
			open += bizcal_is_open(cal, (struct day){d});
	}
}

static void
thousands_agree_with_the_slow_reference(void **state)
{
	struct zone_change changes[6];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		int64_t start = (20700 + draw(400)) * INSTANT_DAY;
		struct zone z = invented_zone(changes, start);
		instant trigger = {start + draw(10 * 1440) * 60000};
		unsigned days = 1 + draw(6);
		struct day off[4];
		struct bizcal *cal;
		struct err err;

		for (size_t h = 0; h < 4; h++)
			off[h] = (struct day){(int32_t)(start / INSTANT_DAY) +
				(int32_t)draw(16)};
		assert_true(bizcal_new(
			&cal, draw(2) ? BIZCAL_SAT_SUN : 0, off, 4, &err));
		struct deadline d = deadline_business(cal, &z, trigger, days);
		assert_int_equal(
			slow_reference(cal, &z, trigger, days).ms, d.due.ms);
		assert_true(trigger.ms < d.due.ms);
		assert_true(d.half.ms <= d.day_before.ms);
		assert_true(d.day_before.ms < d.due.ms);
		bizcal_free(cal);
	}
}

static void
a_calendar_hash_tells_zone_and_holidays_apart(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct zone *berlin = zone_named(a, "Europe/Berlin");
	const struct zone *tokyo = zone_named(a, "Asia/Tokyo");
	struct bizcal *plain;
	struct err err;

	assert_true(bizcal_new(&plain, BIZCAL_SAT_SUN, NULL, 0, &err));
	struct hash h = deadline_calendar_hash(*state, berlin);
	assert_true(hash_eq(h,
		deadline_calendar_hash(
			*state, zone_named(a, "Europe/Berlin"))));
	assert_false(hash_eq(h, deadline_calendar_hash(*state, tokyo)));
	assert_false(hash_eq(h, deadline_calendar_hash(plain, berlin)));
	bizcal_free(plain);
}

static void
a_day_is_said_with_its_zone(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct zone_change c = {{0}, 0};
	struct zone z = {"America/New_York", &c, 1};

	(void)state;
	assert_string_equal("Monday, 30 November 2026 (America/New_York)",
		deadline_words(a, on("2026-11-30"), &z));
	assert_string_equal("Sunday, 1 February 2026 (America/New_York)",
		deadline_words(a, on("2026-02-01"), &z));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(business_days_by_example),
		cmocka_unit_test(calendar_days_by_example),
		cmocka_unit_test(
			warnings_come_at_half_time_and_on_the_last_morning),
		cmocka_unit_test(thousands_agree_with_the_slow_reference),
		cmocka_unit_test(a_calendar_hash_tells_zone_and_holidays_apart),
		cmocka_unit_test(a_day_is_said_with_its_zone),
	};

	hash_init();
	return cmocka_run_group_tests_name("deadline", tests, make, unmake);
}
