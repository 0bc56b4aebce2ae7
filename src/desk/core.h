/*
 * core.h - the core role's parts, as they see each other.
 *
 * core.c	the loop: what is finished is committed before each sleep
 * core_jobs.c	spool to parsers and back, in the spool's order
 * core_post.c	letters out, outcomes in
 * core_acts.c	commands that arrive on the desk's socket
 */
#pragma once

#include "desk/intake.h"
#include "desk/proto.h"
#include "desk/roles.h"

enum {
	CORE_BATCH = 64,   /* mails in one transaction */
	CORE_WINDOW = 256, /* mails read ahead of the commit */
	CORE_WINDOW_BYTES = 64 * 1024 * 1024,
	CORE_PER_PARSER = 32,
	CORE_LETTERS_OUT = 256, /* at post, not yet answered */
	CORE_SPOOLS = 2,
};

struct job;
struct core_outcome;

struct worker { /* a parser */
	struct core *core;
	unsigned index;
	struct ipc *ipc; /* NULL: it died, the next one will come */
	unsigned under_way;
	int64_t progress; /* loop_now() of its last answer */
	bool told;        /* that it is stuck */
};

struct source {           /* a spool */
	const char *name; /* "edge", "pipe" */
	const char *dir;
	struct spool_reader *reader;
	struct spool_pos pos;    /* read so far, not yet committed */
	struct spool_pos stored; /* committed: what is before it may go */
};

struct core {
	struct role *role;
	struct desk desk;
	struct policies policies;
	struct source sources[CORE_SPOOLS];

	struct worker *workers;
	size_t n_workers;
	struct job *first, *last; /* in the spool's order */
	size_t n_jobs;
	uint64_t job_bytes;
	uint32_t next_ticket;
	bool spooled; /* there may be more to read */

	struct ipc *post;
	unsigned letters_out;
	struct core_outcome *outcomes, **outcomes_end;
	int64_t next_lease; /* loop_now() */
	bool post_known;    /* it has said what it holds */
	bool release;       /* leases of what it does not hold end */
	const char **held;
	size_t n_held;
	struct arena *held_arena;

	struct ipc *edge;
	int acts_fd; /* the desk's socket */
	int sign_fd; /* to the sign role; asked and waited for */
	int lock;

	struct arena *arena; /* one transaction's */
	bool stopping;
};

/* core_jobs.c */
bool core_jobs_open(struct core *c, struct err *err);
void core_jobs_worker(struct core *c, unsigned index, int fd);
void core_jobs_pump(struct core *c);        /* read ahead, hand out */
void core_jobs_check(struct core *c);       /* kill what hangs; every second */
bool core_jobs_ready(const struct core *c); /* is the first one finished? */
void core_jobs_drop(struct core *c);  /* forget all that is not committed */
void core_jobs_prune(struct core *c); /* consumed segments whose time is up */
/* Up to CORE_BATCH mails, in one transaction. False: try again later. */
bool core_jobs_commit(struct core *c);

/* core_post.c */
void core_post_peer(struct core *c, int fd);
void core_post_send(struct core *c, const struct letter_bytes *l);
bool core_post_ready(const struct core *c); /* outcomes to store? */
bool core_post_commit(struct core *c);
void core_post_lease(struct core *c); /* letters whose time has come */

/* core_acts.c */
bool core_acts_listen(struct core *c, struct err *err);

/* core.c */
void core_edge_peer(struct core *c, int fd);
