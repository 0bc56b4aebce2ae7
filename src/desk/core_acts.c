/*
 * core_acts.c - the desk's socket: commands come in, are done in the core,
 * and are answered after commit.
 *
 * The socket stands in the data folder, which only the desk's people may
 * enter; the kernel says who calls (SO_PEERCRED), and the name is the actor
 * in the ledger.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/act.h"
#include "desk/core.h"
#include "sys/now.h"

enum { ARGS_MAX = 100, CALLERS = 16 };

struct caller {
	struct core *core;
	struct ipc *ipc;
	const char *actor;
	struct arena *arena;
};

static void
hang_up(struct caller *p)
{
	ipc_free(p->ipc);
	arena_free(p->arena);
	free(p);
}

static void
answer(struct caller *p, int status, const char *text)
{
	struct str frame;

	str_init(&frame, PROTO_MAX_SMALL);
	pack_u32(&frame, (uint32_t)status);
	pack_text(&frame, text);
	ipc_send(p->ipc, PROTO_ACTED, str_span(&frame));
	str_fini(&frame);
}

static void
act(struct caller *p, struct span body)
{
	struct core *c = p->core;
	struct unpack u = {body, false};
	AUTO(arena_auto) struct arena *a = arena_new();
	struct act_call call = {.actor = p->actor, .at = now()};
	json_t *result = NULL;
	struct err err;

	call.verb = unpack_text(&u, a);
	call.n = unpack_u32(&u, ARGS_MAX);
	const char **args = ARENA_ARRAY(a, call.n, const char *);
	bool whole = call.verb != NULL;
	for (size_t i = 0; i < call.n; i++) {
		args[i] = unpack_text(&u, a);
		whole = whole && args[i] != NULL;
	}
	call.args = args;
	if (!whole || !unpack_end(&u)) {
		answer(p, err_exit(ERR_SYNTAX), "the command cannot be read");
		return;
	}
	if (!act_run(&c->desk, a, &call, &result, &err)) {
		log_event("act.refused", "verb=%s actor=%s error=%s",
			log_text(span_of(call.verb)), p->actor, err.text);
		answer(p, err_exit(err.code), err.text);
		return;
	}
	log_event("act.done", "verb=%s actor=%s", call.verb, p->actor);
	c->next_lease = 0;
	answer(p, 0, json_text(a, result));
}

static void
from_caller(void *ctx, uint16_t type, struct span body)
{
	struct caller *p = ctx;

	switch (type) {
	case PROTO_SPOOLED:
		p->core->spooled = true;
		break;
	case PROTO_ACT:
		act(p, body);
		break;
	default:
		hang_up(p);
		break;
	}
}

static const char *
name_of(struct arena *a, int fd)
{
	struct ucred who = {.uid = (uid_t)-1};
	socklen_t n = sizeof who;

	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n);
	const struct passwd *pw = getpwuid(who.uid);
	return pw ? arena_printf(a, "person:%s", pw->pw_name) :
		    arena_printf(a, "person:uid-%u", (unsigned)who.uid);
}

static void
call_in(void *ctx, unsigned events)
{
	struct core *c = ctx;
	int fd = accept4(c->acts_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	struct caller *p = mem_new(sizeof *p);
	p->core = c;
	p->arena = arena_new();
	p->actor = name_of(p->arena, fd);
	p->ipc = ipc_new(c->role->loop, fd, PROTO_MAX_SMALL, from_caller, p);
}

bool
core_acts_listen(struct core *c, struct err *err)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const char *path =
		arena_printf(c->role->arena, "%s/desk.sock", c->role->data);

	if (strlen(path) >= sizeof at.sun_path)
		return err_set(err, ERR_LIMIT,
			"the data folder's path is too long for a socket: %s",
			path);
	(void)memcpy(at.sun_path, path, strlen(path) + 1);
	(void)unlink(path); /* the lock says that nobody listens there */
	c->acts_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->acts_fd < 0 ||
		bind(c->acts_fd, (struct sockaddr *)&at, sizeof at) != 0 ||
		chmod(path, 0660) != 0 || listen(c->acts_fd, CALLERS) != 0)
		return err_set(err, ERR_BROKEN, "cannot listen on '%s': %s",
			path, strerror(errno));
	(void)loop_watch(c->role->loop, c->acts_fd, LOOP_READ, call_in, c);
	return true;
}
