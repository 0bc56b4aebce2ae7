/*
 * zone.c - local dates, found by search in the table of offsets.
 *
 * Where a local date begins is not a formula: midnight may be skipped or
 * come twice, and whole dates may be missing. So the periods of constant
 * offset are walked, and the first that shows the date (or a later one)
 * decides. Offsets are less than a day, so only periods within a day of the
 * UTC midnight can decide, and the walk is short.
 */
#include "clock/zone.h"

#include <assert.h>

/* The period that holds t; the first one also holds all before it. */
static size_t
period_at(const struct zone *z, instant t)
{
	size_t low = 0, high = z->n;

	assert(z->n > 0);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->changes[middle].from.ms <= t.ms)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int32_t
zone_east(const struct zone *z, instant t)
{
	return z->changes[period_at(z, t)].east;
}

struct day
zone_day(const struct zone *z, instant t)
{
	int64_t local = t.ms + zone_east(z, t) * INSTANT_SECOND;

	if (local < 0) /* west of Greenwich in the first hours of 1970 */
		return (struct day){0};
	return (struct day){(int32_t)(local / INSTANT_DAY)};
}

instant
zone_day_start(const struct zone *z, struct day d)
{
	int64_t midnight = d.n * INSTANT_DAY;

	for (size_t i = period_at(z, (instant){midnight - INSTANT_DAY});; i++) {
		int64_t from = z->changes[i].from.ms;
		int64_t start = midnight - z->changes[i].east * INSTANT_SECOND;

		if (start < from)
			start = from;
		if (i + 1 == z->n || start < z->changes[i + 1].from.ms)
			return (instant){start};
	}
}

bool
zone_has_day(const struct zone *z, struct day d)
{
	return zone_day_start(z, d).ms <
		zone_day_start(z, (struct day){d.n + 1}).ms;
}
