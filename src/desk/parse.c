/*
 * parse.c - the parse role: every foreign byte is read here, behind shut
 * doors, and leaves as a frame that the core checks again.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "desk/proto.h"
#include "desk/reader.h"
#include "desk/roles.h"
#include "mime/mime.h"
#include "report/report.h"
#include "sys/sandbox.h"

enum { OWN_MAX = 10000, RCPTS_MAX = 10000 };

struct parser {
	struct role *role;
	struct ipc *core;
	struct arena *arena; /* one mail's */
	struct arena *own_arena;
	struct own_addresses own;
	struct str frame;
};

static void
take_own(struct parser *p, struct span body)
{
	struct unpack u = {body, false};

	arena_reset(p->own_arena);
	uint32_t n = unpack_u32(&u, OWN_MAX);
	const char **v = ARENA_ARRAY(p->own_arena, n, const char *);
	for (uint32_t i = 0; i < n; i++)
		v[i] = unpack_text(&u, p->own_arena);
	p->own = (struct own_addresses){v, n, unpack_text(&u, p->own_arena)};
	if (!unpack_end(&u))
		abort(); /* the core is ours */
}

static void
read_mail(struct parser *p, struct span body)
{
	struct unpack u = {body, false};
	uint32_t ticket = unpack_u32(&u, UINT32_MAX);
	struct envelope env = {.sender = unpack_text(&u, p->arena)};

	env.n_rcpts = unpack_u32(&u, RCPTS_MAX);
	const char **rcpts = ARENA_ARRAY(p->arena, env.n_rcpts, const char *);
	for (size_t i = 0; i < env.n_rcpts; i++)
		rcpts[i] = unpack_text(&u, p->arena);
	env.rcpts = rcpts;
	struct span raw = unpack_blob(&u);
	if (!unpack_end(&u))
		abort();
	const struct message *m = mime_parse(p->arena, raw, &env, &p->own);
	const struct report *r = report_find(p->arena, m);
	str_clear(&p->frame);
	pack_u32(&p->frame, ticket);
	reader_pack(&p->frame, m, r);
	ipc_send(p->core, PROTO_DONE, str_span(&p->frame));
	arena_reset(p->arena);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct parser *p = ctx;

	switch (type) {
	case PROTO_OWN:
		take_own(p, body);
		break;
	case PROTO_READ:
		read_mail(p, body);
		break;
	case IPC_CLOSED: /* the keeper brings the next core's channel */
		ipc_free(p->core);
		p->core = NULL;
		break;
	default:
		abort();
	}
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct parser *p = ctx;

	(void)index;
	if (who != ROLE_CORE)
		abort();
	ipc_free(p->core);
	p->core = ipc_new(p->role->loop, fd, PROTO_MAX_MAIL, from_core, p);
}

int
parse_main(struct role *r)
{
	static struct parser p;
	struct err err;

	p = (struct parser){
		.role = r, .arena = arena_new(), .own_arena = arena_new()};
	str_init(&p.frame, PROTO_MAX_DONE);
	r->peer = peer;
	r->ctx = &p;
	mime_init();
	if (!sandbox_enter(ROLE_PARSE, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	role_run(r);
	return EX_OK;
}
