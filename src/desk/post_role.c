/* post_role.c - the post role: letters in from the core, outcomes back. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "post/post.h"
#include "sys/sandbox.h"

enum { STOP_PATIENCE = 3000 };

/*
 * A letter in our hands: from the core's word until the core has stored what
 * became of it. A core that is started again is told of all of them, so that
 * its death repeats no letter.
 */
struct held {
	struct held *next;
	char *id;
	char *reply; /* NULL: still under way */
	enum post_outcome outcome;
};

struct poster {
	struct role *role;
	struct ipc *core;
	struct post *post;
	struct arena *arena;
	struct held *held;
	bool stopping;
};

static struct held **
find(struct poster *p, const char *id)
{
	struct held **at = &p->held;

	while (*at != NULL && strcmp((*at)->id, id) != 0)
		at = &(*at)->next;
	return at;
}

static void
let_go(struct held **at)
{
	struct held *h = *at;

	if (h == NULL)
		return;
	*at = h->next;
	free(h->id);
	free(h->reply);
	free(h);
}

static void
tell(struct poster *p, const struct held *h)
{
	struct str frame;

	if (p->core == NULL)
		return; /* the next core is told when it comes */
	str_init(&frame, PROTO_MAX_SMALL);
	pack_text(&frame, h->id);
	pack_u8(&frame, (uint8_t)h->outcome);
	pack_text(&frame, h->reply);
	ipc_send(p->core, PROTO_OUTCOME, str_span(&frame));
	str_fini(&frame);
}

static bool
under_way(const struct poster *p)
{
	for (const struct held *h = p->held; h != NULL; h = h->next)
		if (h->reply == NULL)
			return true;
	return false;
}

static void
done(void *ctx, const char *id, enum post_outcome o, const char *reply)
{
	struct poster *p = ctx;
	struct held *h = *find(p, id);

	if (h == NULL)
		return;
	h->outcome = o;
	h->reply = mem_strdup(reply ? reply : "");
	tell(p, h);
	if (p->stopping && !under_way(p))
		loop_stop(p->role->loop);
}

static void
take(struct poster *p, struct unpack *u)
{
	const char *id = unpack_text(u, p->arena);
	const char *sender = unpack_text(u, p->arena);
	const char *to = unpack_text(u, p->arena);
	struct span bytes = unpack_blob(u);

	if (!unpack_end(u) || !id || !sender || !to)
		abort(); /* the core is ours */
	if (p->stopping || *find(p, id) != NULL)
		return; /* the next post takes it; it is under way already */
	struct held *h = mem_new(sizeof *h);
	h->id = mem_strdup(id);
	h->next = p->held;
	p->held = h;
	post_send(p->post, id, sender, to, bytes);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct poster *p = ctx;
	struct unpack u = {body, false};
	const char *id;

	switch (type) {
	case PROTO_LETTER:
		take(p, &u);
		break;
	case PROTO_STORED:
		id = unpack_text(&u, p->arena);
		if (!unpack_end(&u) || id == NULL)
			abort();
		let_go(find(p, id));
		break;
	default:
		ipc_free(p->core);
		p->core = NULL;
		break;
	}
	arena_reset(p->arena);
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct poster *p = ctx;
	struct str frame;
	uint32_t n = 0;

	(void)who;
	(void)index;
	ipc_free(p->core);
	p->core = ipc_new(p->role->loop, fd, PROTO_MAX_MAIL, from_core, p);
	for (const struct held *h = p->held; h != NULL; h = h->next)
		n++;
	str_init(&frame, PROTO_MAX_SMALL);
	pack_u32(&frame, n);
	for (const struct held *h = p->held; h != NULL; h = h->next)
		pack_text(&frame, h->id);
	ipc_send(p->core, PROTO_HOLDING, str_span(&frame));
	str_fini(&frame);
	for (const struct held *h = p->held; h != NULL; h = h->next)
		if (h->reply != NULL)
			tell(p, h);
}

static void
end(void *ctx)
{
	struct poster *p = ctx;

	loop_stop(p->role->loop);
}

/* What is under way may finish, so that it need not be repeated. */
static void
stop(void *ctx)
{
	struct poster *p = ctx;

	p->stopping = true;
	(void)loop_at(p->role->loop,
		loop_now() + (under_way(p) ? STOP_PATIENCE : 0), end, p);
}

int
post_main(struct role *r)
{
	static struct poster p;
	struct err err;

	p = (struct poster){.role = r, .arena = arena_new()};
	r->peer = peer;
	r->stop = stop;
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
