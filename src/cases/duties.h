/*
 * duties.h - promises that run: made from a policy's rule, told in events.
 * `owner` names a queue item ("mail-17") in events of the desk chain; it is
 * NULL in events of a case's own chain.
 */
#pragma once

#include "cases/cases.h"

/* False when the policy promises no date for it. */
bool duty_start(const struct arrival *in, enum duty_name name, unsigned round,
	struct duty *out);
/* acknowledge and validate, as far as promised; returns how many. */
size_t duties_at_receipt(
	struct arena *a, const struct arrival *in, struct duty **out);

struct event duties_started(struct arena *a, const struct arrival *in,
	const struct duty *duties, size_t n, const char *owner);
struct event duty_kept(struct arena *a, const struct duty *d, instant at,
	const char *by, const char *owner);
/* Kept by something that happened before: `kept` is when. */
struct event duty_kept_then(struct arena *a, const struct duty *d, instant at,
	instant kept, const char *by, const char *owner);
/* `why` is "moved" or says why it is not owed. */
struct event duty_ended(struct arena *a, const struct duty *d, instant at,
	const char *why, const char *owner);
struct event duty_reopened(struct arena *a, const struct duty *d, instant at,
	const char *why, const char *owner);
