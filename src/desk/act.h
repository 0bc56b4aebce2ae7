/*
 * act.h - what a person may do, one small function each: what it needs, which
 * event it adds, what follows. Called by the core for commands that reach
 * its socket, and by a command itself while no desk runs.
 */
#pragma once

#include "desk/intake.h"

struct act_call {
	const char *verb;  /* "letter-approve" */
	const char *actor; /* "person:NAME" */
	const char *const *args;
	size_t n;
	instant at;
};

/* In a transaction of its own. *result is a new reference. */
bool act_run(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err);

/* Held by a running core, or by a command that works without one. *fd is
 * closed to let it go. ERR_BUSY: somebody else has it. */
bool desk_lock(struct arena *a, const char *data, int *fd, struct err *err);
