/*
 * progress.h - a line on a terminal for what takes more than a second.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what;     /* "events" */
	int64_t began, shown; /* CLOCK_MONOTONIC ms; 0: not yet */
};

/* `ctx` is the struct progress; of = 0: not known. */
void progress_show(void *ctx, int64_t done, int64_t of);
void progress_end(struct progress *p);
