/*
 * instant.h - a point in time, in milliseconds since 1970-01-01T00:00Z.
 *
 * Always UTC; leap seconds do not exist. Text is RFC 3339: output is
 * "2026-11-23T15:04:05.678Z", input may have any offset, no fraction or up
 * to nine digits (cut to three), and ":60", which is read as ":59"
 * (standards.md 21.14). Range: the years 1970 to 9999.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"
#include "base/span.h"

typedef struct {
	int64_t ms;
} instant;

#define INSTANT_SECOND INT64_C(1000)
#define INSTANT_DAY (86400 * INSTANT_SECOND)
enum { INSTANT_TEXT = 25 };

bool instant_parse(struct span text, instant *out);
const char *instant_format(instant t, char out[INSTANT_TEXT]);
