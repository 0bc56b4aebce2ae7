/* edge_role.c - the edge's process: its listeners, its spool, its way to
 * wake the core. */
#include <sysexits.h>

#include "base/log.h"
#include "desk/edge.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "sys/sandbox.h"

struct edge_role {
	struct role *role;
	struct edge *edge;
	struct ipc *core;
};

static void
spooled(void *ctx)
{
	struct edge_role *e = ctx;

	/* Without a core the mail waits in the spool: the next core looks
	 * there first. */
	if (e->core != NULL && ipc_queued(e->core) == 0)
		ipc_send(e->core, PROTO_SPOOLED, SPAN_NONE);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct edge_role *e = ctx;

	(void)type;
	(void)body;
	ipc_free(e->core);
	e->core = NULL;
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct edge_role *e = ctx;

	(void)who;
	(void)index;
	ipc_free(e->core);
	e->core = ipc_new(e->role->loop, fd, PROTO_MAX_SMALL, from_core, e);
}

static void
stopped(void *ctx)
{
	struct edge_role *e = ctx;

	loop_stop(e->role->loop);
}

static void
stop(void *ctx)
{
	struct edge_role *e = ctx;

	edge_stop(e->edge, stopped, e);
}

int
edge_main(struct role *r)
{
	static struct edge_role e;
	struct err err;

	e = (struct edge_role){.role = r};
	r->peer = peer;
	r->stop = stop;
	r->ctx = &e;
	if (!edge_new(&e.edge, r->loop, r->set,
		    arena_printf(r->arena, "%s/spool/edge", r->data),
		    r->listeners, r->n_listeners, &r->known, spooled, &e,
		    &err)) {
		log_event("edge.broken", "error=%s", err.text);
		return err.code == ERR_BUSY ? EX_TEMPFAIL : EX_CONFIG;
	}
	if (!sandbox_enter(ROLE_EDGE, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	role_run(r);
	edge_free(e.edge);
	return EX_OK;
}
