/*
 * core.c - the core role: everything that was learned since the last sleep
 * is committed, then told.
 *
 * One thread, one database connection, one transaction at a time: on SQLite
 * the only writer. Batches form by themselves: while one transaction waits
 * for the disk, parsers and post finish the next.
 */
#include "desk/core.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "desk/act.h"
#include "desk/sign.h"
#include "desk/start.h"
#include "sys/now.h"
#include "sys/sandbox.h"

enum { SECOND = 1000 };

static void
before_sleep(void *ctx)
{
	struct core *c = ctx;
	bool ok = !core_waits(c);

	core_jobs_pump(c);
	while (ok && (core_store_ready(c) || core_post_ready(c))) {
		ok = core_store_commit(c) && core_post_commit(c);
		core_jobs_pump(c);
	}
	/* Not before all outcomes are stored: a letter that was sent would be
	 * taken for one that was not. */
	if (ok && loop_now() >= c->next_lease &&
		(c->n_out < CORE_LETTERS_OUT / 2 ||
			loop_now() >= c->next_renewal))
		core_post_lease(c);
	/* Post has ended before, so all it had to say is here or comes now.
	 * Without a database it cannot be kept: such letters go again. */
	if (c->stopping && c->first == NULL && c->post == NULL &&
		(!core_post_ready(c) || c->store_away))
		loop_stop(c->role->loop);
}

static void
every_second(void *ctx)
{
	struct core *c = ctx;
	int64_t late = loop_now() - c->next_second;

	c->spooled = true; /* a pipe's append may have come unannounced */
	core_jobs_deaf(c, late);
	core_jobs_check(c);
	core_evidence_second(c);
	if (c->sign_met && c->sign_fd < 0) { /* it did not answer */
		c->sign_met = false;
		c->stuck(c->role, ROLE_SIGN, 0);
	}
	c->next_second = loop_now() + SECOND;
	(void)loop_at(c->role->loop, c->next_second, every_second, c);
}

static void
every_minute(void *ctx)
{
	struct core *c = ctx;

	core_jobs_prune(c);
	(void)loop_at(c->role->loop, loop_now() + 60 * SECOND, every_minute, c);
}

static void
from_edge(void *ctx, uint16_t type, struct span body)
{
	struct core *c = ctx;

	(void)body;
	c->spooled = true;
	if (type == IPC_CLOSED) {
		ipc_free(c->edge);
		c->edge = NULL;
	}
}

static void
edge_peer(struct core *c, int fd)
{
	ipc_free(c->edge);
	c->edge = ipc_new(c->role->loop, fd, PROTO_MAX_SMALL, from_edge, c);
	c->spooled = true;
	core_jobs_prune(c);
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct core *c = ctx;

	switch (who) {
	case ROLE_PARSE:
		core_jobs_worker(c, index, fd);
		break;
	case ROLE_POST:
		core_post_peer(c, fd);
		break;
	case ROLE_EDGE:
		edge_peer(c, fd);
		break;
	case ROLE_SIGN:
		if (c->sign_fd >= 0)
			(void)close(c->sign_fd);
		c->sign_fd = fd;
		c->sign_met = true;
		break;
	case ROLE_EVIDENCE:
		core_evidence_peer(c, fd);
		break;
	case ROLE_KEEPER:
	case ROLE_CORE:
	case ROLE_FETCH:
		(void)close(fd);
		break;
	}
}

static void
stop(void *ctx)
{
	struct core *c = ctx;

	/* What is read but not committed stays in the spool. */
	c->stopping = true;
	core_jobs_drop(c);
}

static bool
open_all(struct core *c, struct err *err)
{
	struct role *r = c->role;
	struct str problems;

	str_init(&problems, 16 * 1024);
	bool ok = policies_load(r->arena, r->set, r->data,
		desk_hostname(r->arena, r->set), &c->policies, &problems, err);
	if (problems.n > 0)
		log_event("policy.wrong", "%s", log_text(str_span(&problems)));
	str_fini(&problems);
	c->desk = (struct desk){.set = r->set,
		.policies = &c->policies,
		.node = r->node,
		.chain = arena_printf(r->arena, "desk:%s", r->node),
		.data = r->data,
		.sign = sign_there,
		.sign_ctx = &c->sign_fd};
	return ok && letters_check(&c->desk, r->arena, err) &&
		desk_lock(r->arena, r->data, &c->lock, err) &&
		desk_open(&c->desk, r->arena, STORE_CREATE, err) &&
		store_own(c->desk.store, r->node, err) &&
		desk_begin(&c->desk, c->arena, now(), err) &&
		core_jobs_open(c, err) && core_acts_listen(c, err);
}

int
core_main(struct role *r)
{
	static struct core c;
	struct err err;

	c = (struct core){.role = r,
		.stuck = role_stuck,
		.arena = arena_new(),
		.spooled = true};
	c.outcomes_end = &c.outcomes;
	c.sign_fd = -1;
	r->peer = peer;
	r->stop = stop;
	r->ctx = &c;
	if (!open_all(&c, &err)) {
		log_event("core.broken", "error=%s", err.text);
		return err.code == ERR_BUSY ? EX_TEMPFAIL : EX_CONFIG;
	}
	if (!sandbox_enter(ROLE_CORE, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	c.next_second = loop_now();
	loop_before_sleep(r->loop, before_sleep, &c);
	every_second(&c);
	every_minute(&c);
	role_run(r);
	store_close(c.desk.store);
	return EX_OK;
}
