/*
 * now.h - the only clock of the calendar.
 *
 * Test builds (-Dtestclock=true) take it from the file that
 * $PRATIQUE_CLOCK_FILE names: an RFC 3339 instant, read at each call; it may
 * be written in place or replaced. A release build refuses to start while
 * that variable is set.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/instant.h"

bool now_init(struct err *err);
instant now(void);
