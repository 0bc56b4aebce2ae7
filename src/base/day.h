/*
 * day.h - a date of the Gregorian calendar as a number.
 *
 * n counts days since 1970-01-01, which was a Thursday. Dates lie in
 * 1970-01-01..9999-12-31; what enters is checked by day_parse(). A day has
 * no zone: it is a local date of whatever zone the caller works in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct day {
	int32_t n;
};

#define DAY_MAX 2932896 /* 9999-12-31 */
enum { DAY_TEXT = 11 }; /* "YYYY-MM-DD" and its NUL */

struct day day_make(int year, int month, int day); /* must be a real date */
void day_civil(struct day d, int *year, int *month, int *day);
bool day_valid(int year, int month, int day);
int day_weekday(struct day d);                     /* 0 Monday .. 6 Sunday */
bool day_parse(struct span text, struct day *out); /* "YYYY-MM-DD" only */
const char *day_format(struct day d, char out[DAY_TEXT]);
