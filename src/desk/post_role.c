/* post_role.c - the post role: letters in from the core, outcomes back. */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "post/post.h"
#include "sys/sandbox.h"

struct poster {
	struct role *role;
	struct ipc *core;
	struct post *post;
	struct arena *arena;
};

static void
done(void *ctx, const char *id, enum post_outcome o, const char *reply)
{
	struct poster *p = ctx;
	struct str frame;

	if (p->core == NULL)
		return; /* the core is gone: its lease runs out, it asks again */
	str_init(&frame, PROTO_MAX_SMALL);
	pack_text(&frame, id);
	pack_u8(&frame, (uint8_t)o);
	pack_text(&frame, reply);
	ipc_send(p->core, PROTO_OUTCOME, str_span(&frame));
	str_fini(&frame);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct poster *p = ctx;
	struct unpack u = {body, false};

	if (type == IPC_CLOSED) {
		ipc_free(p->core);
		p->core = NULL;
		return;
	}
	const char *id = unpack_text(&u, p->arena);
	const char *sender = unpack_text(&u, p->arena);
	const char *to = unpack_text(&u, p->arena);
	struct span bytes = unpack_blob(&u);
	if (type != PROTO_LETTER || !unpack_end(&u) || !id || !sender || !to)
		abort();
	post_send(p->post, id, sender, to, bytes);
	arena_reset(p->arena);
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct poster *p = ctx;

	(void)who;
	(void)index;
	ipc_free(p->core);
	p->core = ipc_new(p->role->loop, fd, PROTO_MAX_MAIL, from_core, p);
}

int
post_main(struct role *r)
{
	static struct poster p;
	struct err err;

	p = (struct poster){.role = r, .arena = arena_new()};
	r->peer = peer;
	r->ctx = &p;
	if (!post_new(&p.post, r->loop, r->set, r->data, done, &p, &err)) {
		log_event("post.broken", "error=%s", err.text);
		return EX_CONFIG;
	}
	if (!sandbox_enter(ROLE_POST, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	role_run(r);
	post_free(p.post);
	return EX_OK;
}
