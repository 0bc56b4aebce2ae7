/*
 * keeper_impl.h - the keeper's parts, as they see each other.
 *
 * keeper.c	listeners, the roles there are, the loop
 * keeper_start.c	a role's process, its greeting and its channels
 * keeper_say.c	what roles say: ready, and who is stuck
 * keeper_end.c	death, starting again, and stopping in order
 * keeper_mirrors.c	`mirror update` from time to time
 */
#pragma once

#include <sys/types.h>

#include "desk/roles.h"

enum { KEEPER_CHILDREN = 80 };

struct child {
	struct keeper *keeper;
	enum role_name role;
	unsigned index;
	pid_t pid; /* 0: not running */
	struct ipc *ipc;
	bool ready;
	int64_t began;
	unsigned quick_deaths;
	struct timer *again;
};

struct listener {
	int fd;
	bool lmtp;
	char *where; /* "smtp 127.0.0.1:2525" */
	const char *protocol;
	char address[128];
	int port;
};

struct keeper {
	const struct keeper_start *start;
	struct loop *loop;
	struct child children[KEEPER_CHILDREN];
	size_t n;
	struct listener listeners[ROLE_MAX_LISTENERS];
	size_t n_listeners;
	bool announced, stopping;
	enum role_name stage; /* of stopping */
	int status;
	pid_t update; /* of the mirrors; 0: none runs */
	struct timer *next_update;
};

/* keeper_start.c */
bool keeper_launch(struct child *c);
void keeper_launch_at(struct child *c, int64_t at); /* loop_now() */

/* keeper_say.c: ctx is the child */
void keeper_hears(void *ctx, uint16_t type, struct span body);

/* keeper_end.c: signals */
void keeper_stop(void *ctx, int signo);
void keeper_reap(void *ctx, int signo);

/* keeper_mirrors.c */
void keeper_mirrors_begin(struct keeper *k);
void keeper_mirrors_end(struct keeper *k);
/* False if the process was another. */
bool keeper_mirrors_buried(struct keeper *k, pid_t pid, int status);
