/*
 * zone.h - local dates of a zone, and the instants at which they begin.
 *
 * The table (base/zone.h) is read once at start by zone_read() in
 * sys/zone_read.h (from libc, the one place that decides; tzdata's rules up
 * to 2100, then the last offset). Nothing here does I/O.
 */
#pragma once

#include "base/day.h"
#include "base/zone.h"

int32_t zone_east(const struct zone *z, instant t);
struct day zone_day(const struct zone *z, instant t);
/* The first instant whose local date is `d` or later (a date or midnight
 * that does not exist is skipped over; of two midnights the first counts). */
instant zone_day_start(const struct zone *z, struct day d);
/* False for a date that the zone left out (Pacific/Apia, 2011-12-30). */
bool zone_has_day(const struct zone *z, struct day d);
