/*
 * zone_read.h - a zone's table, asked of libc once at start.
 *
 * libc knows tzdata's rules and reads them by way of the process's TZ
 * variable, so this must run while the process has one thread; TZ is as it
 * was afterwards. Offsets are sampled from 1970 to 2100 and each change is
 * then found to the second; after 2100 the last offset holds.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"

/*
 * `name` is an IANA name ("America/New_York", "UTC"). ERR_ABSENT if this
 * machine has no such zone; ERR_SYNTAX if it cannot be one's name (no path
 * leads out of the zone folder).
 */
bool zone_read(struct arena *a, const char *name, const struct zone **out,
	struct err *err);
