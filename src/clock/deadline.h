/*
 * deadline.h - from a trigger and a rule to the instant a promise is due.
 *
 * Day 1 of a business-day duty is the first open day after the local date of
 * the trigger, whether that date was open or not; the duty ends at 24:00
 * local on day n, kept as the UTC instant at which the next local day starts
 * (half-open; standards.md 21.2-21.5). Midnight may not exist; then the day
 * starts at its first instant. A date that the zone left out is never an
 * open day. Pure.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "base/instant.h"
#include "clock/bizcal.h"
#include "clock/zone.h"

struct deadline {
	struct day due_day; /* the local day at whose end it is due */
	instant due;        /* start of the local day after due_day */
	instant half;       /* start of day n / 2 + 1: warn */
	instant day_before; /* start of day n, the last one: warn */
};

/* With 0 days it is due at the end of the trigger's own local date, and both
 * warnings stand at the trigger. */
struct deadline deadline_business(const struct bizcal *cal,
	const struct zone *zone, instant trigger, unsigned days);
/* Calendar days: local date + days, to the end of that day. */
struct deadline deadline_calendar(
	const struct zone *zone, instant trigger, unsigned days);

/* The version of what was used: holidays, week-end and zone table. */
struct hash deadline_calendar_hash(
	const struct bizcal *cal, const struct zone *zone);

/* "Monday, 30 November 2026 (America/New_York)" */
const char *deadline_words(
	struct arena *a, struct day d, const struct zone *zone);
