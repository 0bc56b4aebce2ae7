/*
 * act.h - what a person may do, one small function each: what it needs, which
 * event it adds, what follows. Called by the core for commands that reach
 * its socket, and by a command itself while no desk runs.
 */
#pragma once

#include "desk/intake.h"

/* A mail that was read for an action, by a process that may do no more. */
struct act_read {
	const struct spool_mail *mail;
	const struct message *message;
	const struct report *report;
	const struct evidence *evidence; /* of the mirror, or NULL */
};

/* Words that are left out are "": the reason, mostly. */
struct act_call {
	const char *verb;  /* "letter-approve" */
	const char *actor; /* "person:NAME" */
	const char *const *args;
	size_t n;
	instant at;
	const struct act_read *read; /* if act_reads() */
};

/* Does this action need a mail to be read first? */
bool act_reads(const char *verb);
/* Which one, and whose mirror could say something about it (NULL: unknown).
 * ERR_ABSENT, ERR_SYNTAX: nothing that could be acted upon. */
struct act_mail {
	struct spool_mail mail;
	const struct policy *product;
};
bool act_mail(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_mail *out, struct err *err);

/* In a transaction of its own, tried again when another node was first.
 * *result is a new reference. */
bool act_run(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err);

/* Held by a running core, or by a command that works without one. *fd is
 * closed to let it go. ERR_BUSY: somebody else has it. */
bool desk_lock(struct arena *a, const char *data, int *fd, struct err *err);
