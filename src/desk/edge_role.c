/* edge_role.c - the edge's process: its listeners, its spool, its way to
 * wake the core. */
#include <sysexits.h>

#include "base/log.h"
#include "desk/edge.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "sys/sandbox.h"
#include "sys/spool.h"

struct edge_role {
	struct role *role;
	struct edge *edge;
	struct ipc *core;
	const char *dir; /* its spool */
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
prune(struct edge_role *e, struct span body)
{
	struct unpack u = {body, false};
	struct spool_pos pos = {unpack_u32(&u, UINT32_MAX), 0};
	struct err err;

	pos.offset = (uint64_t)unpack_i64(&u);
	instant before = {unpack_i64(&u)};
	if (unpack_end(&u) && !spool_prune(e->dir, pos, before, &err))
		log_event("spool.kept", "spool=edge error=%s", err.text);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct edge_role *e = ctx;

	if (type == PROTO_CONSUMED) {
		prune(e, body);
		return;
	}
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

	e = (struct edge_role){.role = r,
		.dir = arena_printf(r->arena, "%s/spool/edge", r->data)};
	r->peer = peer;
	r->stop = stop;
	r->ctx = &e;
	if (!edge_new(&e.edge, r->loop, r->set, e.dir, r->listeners,
		    r->n_listeners, &r->known, spooled, &e, &err)) {
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
