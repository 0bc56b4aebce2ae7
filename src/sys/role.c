/* role.c - the role's side of its start. */
#include "sys/role.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/names.h"
#include "sys/now.h"

const char *const role_names[ROLE_COUNT] = {
	"keeper", "edge", "parse", "core", "post", "sign", "evidence", "fetch"};

enum { HELLO_MAX = 1024 * 1024, KNOWN_MAX = 10000 };

void
role_hello(struct str *out, enum role_name name, unsigned index,
	const char *data, const char *node, struct text_list known,
	const struct settings *set)
{
	pack_u32(out, name);
	pack_u32(out, index);
	pack_text(out, data);
	pack_text(out, node);
	pack_u32(out, (uint32_t)known.n);
	for (size_t i = 0; i < known.n; i++)
		pack_text(out, known.v[i]);
	settings_pack(out, set);
}

bool
role_read_hello(struct role *r, struct span body, struct err *err)
{
	struct unpack u = {body, false};

	r->name = (enum role_name)unpack_u32(&u, ROLE_COUNT - 1);
	r->index = unpack_u32(&u, 1000);
	r->data = unpack_text(&u, r->arena);
	r->node = unpack_text(&u, r->arena);
	r->known.n = unpack_u32(&u, KNOWN_MAX);
	const char **v = ARENA_ARRAY(r->arena, r->known.n, const char *);
	for (size_t i = 0; i < r->known.n; i++)
		v[i] = unpack_text(&u, r->arena);
	r->known.v = v;
	if (!settings_unpack(&u, r->arena, &r->set) || !unpack_end(&u) ||
		r->data == NULL || r->node == NULL)
		return err_set(err, ERR_BROKEN,
			"the keeper's greeting cannot be read");
	return true;
}

struct greeting {
	struct role *role;
	struct ipc *ipc;
	struct err err;
	bool ok, go;
};

static void
take_listener(struct greeting *g, struct span body)
{
	struct role *r = g->role;
	int fd = ipc_take_fd(g->ipc);

	if (r->n_listeners < ROLE_MAX_LISTENERS && body.n == 1 && fd >= 0)
		r->listeners[r->n_listeners++] =
			(struct role_listener){fd, body.p[0] != 0};
}

static void
take_peer(struct greeting *g, struct span body)
{
	struct role *r = g->role;
	struct unpack u = {body, false};
	uint32_t who = unpack_u32(&u, ROLE_COUNT - 1);
	uint32_t index = unpack_u32(&u, 1000);
	int fd = ipc_take_fd(g->ipc);

	if (unpack_end(&u) && r->peer != NULL && fd >= 0) {
		r->peer(r->ctx, (enum role_name)who, index, fd);
		return;
	}
	/* The kernel drops a descriptor when the process has no number left
	 * for it; the channel is missed, the sessions are not. */
	log_event("role.no-channel", "with=%s", role_names[who]);
	if (fd >= 0)
		(void)close(fd);
}

static void
greeted(void *ctx, uint16_t type, struct span body)
{
	struct greeting *g = ctx;
	struct role *r = g->role;

	switch (type) {
	case ROLE_HELLO:
		g->ok = role_read_hello(r, body, &g->err);
		break;
	case ROLE_LISTENER:
		take_listener(g, body);
		break;
	case ROLE_GO:
		g->go = true;
		loop_stop(r->loop);
		break;
	case ROLE_PEER:
		take_peer(g, body);
		break;
	case ROLE_STOP:
		if (r->stop != NULL)
			r->stop(r->ctx);
		else
			loop_stop(r->loop);
		break;
	default: /* IPC_CLOSED: without its keeper a role has no reason */
		if (g->go)
			log_event("role.orphaned", "index=%u", r->index);
		_exit(g->go ? 0 : 1);
	}
}

static struct greeting greeting; /* one role a process */

bool
role_begin(struct role *r, struct err *err)
{
	*r = (struct role){.arena = arena_new(), .loop = loop_new()};
	hash_init();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN); /* the keeper's to answer */
	(void)signal(SIGHUP, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	greeting = (struct greeting){.role = r};
	greeting.ipc = ipc_new(r->loop, ROLE_FD, HELLO_MAX, greeted, &greeting);
	loop_run(r->loop);
	if (!greeting.ok) {
		*err = greeting.err;
		return false;
	}
	char title[16]; /* what ps shows: "pratique-parse" */
	(void)snprintf(title, sizeof title, "pratique-%s", role_names[r->name]);
	(void)prctl(PR_SET_NAME, title);
	log_init(role_names[r->name],
		(enum log_level)names_find(
			(const char *const[]){"quiet", "normal", "debug"}, 3,
			span_of(r->set->log)),
		now);
	return now_init(err);
}

void
role_run(struct role *r)
{
	ipc_send(greeting.ipc, ROLE_READY, SPAN_NONE);
	loop_run(r->loop);
}

void
role_stuck(struct role *r, enum role_name who, unsigned index)
{
	struct str frame;

	(void)r;
	str_init(&frame, 16);
	pack_u32(&frame, who);
	pack_u32(&frame, index);
	ipc_send(greeting.ipc, ROLE_STUCK, str_span(&frame));
	str_fini(&frame);
}
