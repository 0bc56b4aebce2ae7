/*
 * loop.h - wait for descriptors and times, call back, nothing else.
 *
 * One loop per role, single-threaded, level-triggered epoll. Callbacks may
 * add, change and remove anything, themselves included. Times are
 * milliseconds of CLOCK_MONOTONIC: deadlines are not moved by a set clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct watch; /* one descriptor */
struct timer; /* one time */

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

struct loop *loop_new(void);
void loop_free(struct loop *l);
/* Until loop_stop(). `before_sleep`, if set, runs before each wait. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
void loop_before_sleep(struct loop *l, void (*fn)(void *), void *ctx);

/* The descriptor stays the caller's. `events` is what to wait for; what came
 * is given to fn. */
struct watch *loop_watch(struct loop *l, int fd, unsigned events,
	void (*fn)(void *ctx, unsigned events), void *ctx);
void loop_rewatch(struct watch *w, unsigned events);
void loop_unwatch(struct watch *w); /* NULL is fine */

/* Once, at `at` or as soon after as may be. It frees itself when it fires
 * or is cancelled. */
struct timer *loop_at(
	struct loop *l, int64_t at, void (*fn)(void *ctx), void *ctx);
void loop_cancel(struct timer *t); /* NULL is fine; not after it fired */

int64_t loop_now(void); /* CLOCK_MONOTONIC in ms */

/* Signals as events: fn(ctx, signo). The signal is blocked otherwise. */
void loop_signal(
	struct loop *l, int signo, void (*fn)(void *ctx, int), void *ctx);
