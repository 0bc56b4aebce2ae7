/*
 * start.h - what is done once when a desk is opened, by the core or by a
 * command that works while no desk runs.
 */
#pragma once

#include "desk/intake.h"

/* The setting, or the machine's name. */
const char *desk_hostname(struct arena *a, const struct settings *set);
const char *desk_node(struct arena *a, const struct settings *set);

bool desk_open(
	struct desk *d, struct arena *a, enum store_mode mode, struct err *err);
/* The desk chain's first event, and the policy versions that are new. */
bool desk_begin(struct desk *d, struct arena *a, instant at, struct err *err);
