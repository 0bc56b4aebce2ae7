/*
 * zone.h - a time zone as a value: when its offset from UTC changes.
 *
 * The table is read once at start by zone_read() (sys/zone_read.h) and never
 * changes; clock/zone.h says what it means. It is a word of its own because
 * the reader and its users stand in rows that may not see each other.
 */
#pragma once

#include <stddef.h>

#include "base/instant.h"

struct zone_change {
	instant from; /* this offset holds from here on */
	int32_t east; /* seconds east of UTC, less than a day either way */
};

struct zone {
	const char *name;                  /* "America/New_York" */
	const struct zone_change *changes; /* ascending; the first at 1970 */
	size_t n;                          /* at least 1 */
};
