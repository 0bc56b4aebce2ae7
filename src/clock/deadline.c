/*
 * deadline.c - the end of a promise, counted in local dates.
 *
 * Nothing here adds hours: dates are counted, and only the last step asks
 * the zone at which instant a date begins. So DST, a missing midnight and a
 * missing date cannot make a promise an hour or a day wrong.
 */
#include "clock/deadline.h"

#include <assert.h>

#include "base/pack.h"

/* The nth counted day after `from`; every day counts without a calendar. */
static struct day
count(const struct bizcal *cal, const struct zone *zone, struct day from,
	unsigned n)
{
	struct day d = from;

	if (cal == NULL)
		return (struct day){from.n + (int32_t)n};
	while (n > 0) {
		d.n++;
		n -= bizcal_is_open(cal, d) && zone_has_day(zone, d);
	}
	return d;
}

static struct deadline
deadline(const struct bizcal *cal, const struct zone *zone, instant trigger,
	unsigned days)
{
	struct day from = zone_day(zone, trigger);
	struct deadline end = {.half = trigger, .day_before = trigger};

	assert(from.n >= 0 && from.n <= DAY_MAX && days <= BIZCAL_MAX_SPAN);
	end.due_day = count(cal, zone, from, days);
	end.due = zone_day_start(zone, (struct day){end.due_day.n + 1});
	if (days == 0)
		return end;
	end.half = zone_day_start(zone, count(cal, zone, from, days / 2 + 1));
	end.day_before = zone_day_start(zone, end.due_day);
	return end;
}

struct deadline
deadline_business(const struct bizcal *cal, const struct zone *zone,
	instant trigger, unsigned days)
{
	assert(cal != NULL);
	return deadline(cal, zone, trigger, days);
}

struct deadline
deadline_calendar(const struct zone *zone, instant trigger, unsigned days)
{
	return deadline(NULL, zone, trigger, days);
}

struct hash
deadline_calendar_hash(const struct bizcal *cal, const struct zone *zone)
{
	struct hash holidays = bizcal_hash(cal);
	struct str bytes;

	str_init(&bytes, 256 + 16 * zone->n);
	pack_blob(&bytes, span_make(holidays.b, sizeof holidays.b));
	pack_text(&bytes, zone->name);
	pack_u32(&bytes, (uint32_t)zone->n);
	for (size_t i = 0; i < zone->n; i++) {
		pack_i64(&bytes, zone->changes[i].from.ms);
		pack_i64(&bytes, zone->changes[i].east);
	}
	assert(!bytes.cut);
	struct hash h = hash_of(str_span(&bytes));
	str_fini(&bytes);
	return h;
}

const char *
deadline_words(struct arena *a, struct day d, const struct zone *zone)
{
	static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday",
		"Thursday", "Friday", "Saturday", "Sunday"};
	static const char *const months[] = {"January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December"};
	int year, month, day;

	day_civil(d, &year, &month, &day);
	return arena_printf(a, "%s, %d %s %d (%s)", weekdays[day_weekday(d)],
		day, months[month - 1], year, zone->name);
}
