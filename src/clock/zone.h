/*
 * zone.h - a time zone as a value: when its offset from UTC changes.
 *
 * The table is read once at start by zone_read() in sys/zone_read.h (from
 * libc, the one place that decides; tzdata's rules up to 2100, then the last
 * offset) and never changes. Nothing here does I/O.
 */
#pragma once

#include <stddef.h>

#include "base/day.h"
#include "base/instant.h"

struct zone_change {
	instant from; /* this offset holds from here on */
	int32_t east; /* seconds east of UTC */
};

struct zone {
	const char *name; /* "America/New_York" */
	const struct zone_change *changes; /* ascending; the first at 1970 */
	size_t n;
};

int32_t zone_east(const struct zone *z, instant t);
struct day zone_day(const struct zone *z, instant t);
/* The first instant whose local date is `d` or later (a date or midnight
 * that does not exist is skipped over). */
instant zone_day_start(const struct zone *z, struct day d);
