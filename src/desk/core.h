/*
 * core.h - the core role's parts, as they see each other.
 *
 * core.c	the loop: what is finished is committed before each sleep
 * core_jobs.c	spool to parsers and back, in the spool's order
 * core_evidence.c	what the mirrors say, before a mail is judged
 * core_store.c	what was read, into the store
 * core_post.c	letters out, outcomes in
 * core_acts.c	commands that arrive on the desk's socket
 * core_again.c	when to try again after the database could not be had
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

struct core_act;
struct core_outcome;
struct source;
struct worker;

enum job_state {
	JOB_WAITING, /* for a parser */
	JOB_OUT,     /* at one */
	JOB_READ,    /* waits for the evidence role */
	JOB_LOOKING, /* at it */
	JOB_DONE,
};

struct job { /* a mail on its way from the spool to the store */
	struct job *next;
	uint32_t ticket;
	enum job_state state;
	struct worker *worker;
	uint64_t handed; /* how many were before it; a reader's order */
	unsigned deaths; /* of readers, of this mail */
	unsigned failures, conflicts; /* of the store, with this mail */
	struct source *source;
	struct spool_pos pos; /* after it */
	struct arena *arena;
	struct spool_mail mail;
	const struct message *message;
	const struct report *report;
	unsigned lines;                  /* of the message's text */
	const struct policy *product;    /* whose mirror is asked */
	const struct evidence *evidence; /* what it says, or NULL */
	int64_t read_at;                 /* loop_now() */
	struct core_act *act; /* read for a person's action, not taken in */
};

struct worker { /* a parser */
	struct core *core;
	unsigned index;
	struct ipc *ipc; /* NULL: it died, the next one will come */
	unsigned under_way;
	int64_t progress; /* loop_now() of its last answer */
	bool told;        /* that it is stuck: it will be killed ... */
	uint32_t culprit; /* ... because of this ticket */
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
	uint64_t handed;          /* mails given to readers so far */
	struct job *first, *last; /* in the spool's order */
	size_t n_jobs;
	uint64_t job_bytes;
	uint32_t next_ticket;
	bool spooled; /* there may be more to read */

	struct ipc *post;
	char *out[CORE_LETTERS_OUT]; /* ids of the letters that post has */
	size_t n_out;
	struct core_outcome *outcomes, **outcomes_end;
	int64_t next_lease, next_renewal; /* loop_now() */
	bool post_known;                  /* it has said what it holds */
	bool release; /* leases of what it does not hold end */

	struct ipc *evidence;
	unsigned looking;      /* reports at the role */
	int64_t look_progress; /* loop_now() of its last answer */

	struct ipc *edge;
	int acts_fd;   /* the desk's socket */
	int sign_fd;   /* to the sign role; asked and waited for */
	bool sign_met; /* it was there */
	int lock;

	/* asks the keeper to end a process (role_stuck) */
	void (*stuck)(struct role *r, enum role_name who, unsigned index);
	bool store_away;         /* as we last heard */
	unsigned store_failures; /* in a row */
	/* loop_now(): when it began, was last logged, may be tried again */
	int64_t store_lost, store_said, store_again;

	struct arena *arena; /* one transaction's */
	int64_t next_second; /* loop_now() */
	bool stopping;
};

/* core_jobs.c */
bool core_jobs_open(struct core *c, struct err *err);
void core_jobs_worker(struct core *c, unsigned index, int fd);
void core_jobs_pump(struct core *c);  /* read ahead, hand out */
void core_jobs_check(struct core *c); /* kill what hangs; every second */
/* For so many ms the core heard nobody: a parser may have answered then. */
void core_jobs_deaf(struct core *c, int64_t ms);
void core_jobs_drop(struct core *c); /* forget all that is not committed */
void core_job_free(struct core *c, struct job *j);
/* Done with it: filed unread, for a person. */
void core_job_unreadable(struct job *j, const char *why);
/* Read for an action, after all that is before it; `raw` and the rest live in
 * the job's arena. */
void core_jobs_ask(struct core *c, struct job *j);
void core_jobs_prune(struct core *c); /* consumed segments whose time is up */

/* core_evidence.c: a mail that was read is JOB_DONE, unless the mirror of its
 * product is to be asked. */
void core_evidence_peer(struct core *c, int fd);
void core_evidence_want(struct core *c, struct job *j);
void core_evidence_pump(struct core *c);
void core_evidence_second(struct core *c); /* what takes too long */
void core_evidence_forget(struct core *c); /* the role is gone */

/* core_store.c */
bool core_store_ready(const struct core *c); /* is the first one finished? */
/* Up to CORE_BATCH mails, in one transaction. False: try again later. */
bool core_store_commit(struct core *c);

/* core_post.c */
void core_post_peer(struct core *c, int fd);
void core_post_send(struct core *c, const struct letter_bytes *l);
unsigned core_post_room(const struct core *c); /* letters it may have more */
bool core_post_ready(const struct core *c);    /* outcomes to store? */
bool core_post_commit(struct core *c);
/* Letters whose time has come; keeps what post has from the other nodes. */
void core_post_lease(struct core *c);

/* core_acts.c */
bool core_acts_listen(struct core *c, struct err *err);
/* Its mail has been read: done now, and answered. */
void core_act_run(struct core *c, struct job *j);
/* It will not be done: the caller hears why. Frees it. */
void core_act_drop(struct core_act *act, const char *why);

/* core_again.c: a transaction that met ERR_BUSY or ERR_CONFLICT, and one
 * that went through. */
void core_put_off(struct core *c, const char *what, const struct err *err);
void core_works(struct core *c);
bool core_waits(const struct core *c);
