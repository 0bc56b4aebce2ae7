/*
 * bizcal.h - which days count, for promises that run in business days.
 *
 * "Within 5 business days" needs one desk's answer to what a business day
 * is: its week-end and its holidays. A bizcal is that answer. It knows
 * nothing of hours, zones or cases; deadline.h adds those.
 *
 * Days lie in 1970-01-01..9999-12-31 (base/day.h) and spans go up to
 * BIZCAL_MAX_SPAN. Both are checked where input enters (day_parse() and
 * policy_load()), so here they are only asserted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/err.h"
#include "base/hash.h"

#define BIZCAL_MAX_HOLIDAYS 512
#define BIZCAL_MAX_SPAN 3650u
#define BIZCAL_SAT_SUN 0x60u /* week-end: bit 0 Monday .. bit 6 Sunday */

struct bizcal; /* never changes once made, so it may be shared freely */

/*
 * Holidays come in any order, may repeat, may fall on a week-end, and are
 * copied. ERR_SYNTAX if no weekday is left to work on, ERR_LIMIT past
 * BIZCAL_MAX_HOLIDAYS. The caller frees *out.
 */
bool bizcal_new(struct bizcal **out, unsigned weekend,
	const struct day *holidays, size_t n, struct err *err);
void bizcal_free(struct bizcal *cal); /* NULL is fine */

bool bizcal_is_open(const struct bizcal *cal, struct day d);

/* The nth open day after `from`, or `from` itself when n is 0. */
struct day bizcal_add(const struct bizcal *cal, struct day from, unsigned n);

/* How many open days d have from < d <= to; undoes bizcal_add(). */
unsigned bizcal_between(
	const struct bizcal *cal, struct day from, struct day to);

/* Equal for calendars of equal meaning, whatever the order they came in. */
struct hash bizcal_hash(const struct bizcal *cal);
