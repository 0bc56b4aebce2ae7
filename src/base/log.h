/*
 * log.h - one line an event, for operators and for grep.
 *
 *	2026-11-23T15:04:05.678Z core mail.filed mail=17 case=DAGF-3
 *
 * Event names are fixed and listed in pratique-events(7). Lines go to
 * standard error. What a stranger wrote must pass log_text(): clipped and
 * made visible. No mail body and no token, ever. The pure folders do not
 * log, and neither do libraries that return an error.
 */
#pragma once

#include "base/instant.h"
#include "base/span.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_DEBUG };

/* `area` is the role's name and is kept, not copied; `clock` gives "now". */
void log_init(const char *area, enum log_level level, instant (*clock)(void));
void log_event(const char *event, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void log_debug(const char *event, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* For use as a "%s": quoted, visible, at most 120 bytes. Four results live
 * at a time. */
const char *log_text(struct span s);
