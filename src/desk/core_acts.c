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

/* A caller waits for one answer at a time. It may hang up before: what it
 * asked for is done all the same, as it would be a moment later. */
struct caller {
	struct core *core;
	struct ipc *ipc;
	const char *actor;
	struct arena *arena;
	struct core_act *waits;
};

struct core_act {
	struct caller *caller; /* NULL: it hung up */
	struct arena *arena;   /* of the call */
	struct act_call call;
};

static void
hang_up(struct caller *p)
{
	if (p->waits != NULL)
		p->waits->caller = NULL;
	ipc_free(p->ipc);
	arena_free(p->arena);
	free(p);
}

static void
answer(struct caller *p, int status, const char *text)
{
	struct str frame;

	if (p == NULL)
		return;
	p->waits = NULL;
	str_init(&frame, PROTO_MAX_SMALL);
	pack_u32(&frame, (uint32_t)status);
	pack_text(&frame, text);
	ipc_send(p->ipc, PROTO_ACTED, str_span(&frame));
	str_fini(&frame);
}

static void
act_free(struct core_act *act)
{
	arena_free(act->arena);
	free(act);
}

void
core_act_drop(struct core_act *act, const char *why)
{
	answer(act->caller, err_exit(ERR_BUSY), why);
	act_free(act);
}

static void
refuse(const struct core_act *act, const struct err *err)
{
	log_event("act.refused", "verb=%s actor=%s error=%s",
		log_text(span_of(act->call.verb)), act->call.actor,
		log_text(span_of(err->text)));
	answer(act->caller, err_exit(err->code), err->text);
}

static void
run(struct core *c, struct core_act *act)
{
	json_t *result = NULL;
	struct err err;

	act->call.at = now();
	c->desk.send_room = 0; /* its letter leaves with the next lease */
	if (!act_run(&c->desk, act->arena, &act->call, &result, &err)) {
		refuse(act, &err);
		return;
	}
	log_event("act.done", "verb=%s actor=%s", act->call.verb,
		act->call.actor);
	c->next_lease = 0;
	answer(act->caller, 0, json_text(act->arena, result));
}

void
core_act_run(struct core *c, struct job *j)
{
	const struct act_read read = {.mail = &j->mail,
		.message = j->message,
		.report = j->report,
		.evidence = j->evidence};
	struct core_act *act = j->act;

	j->act = NULL;
	act->call.read = &read;
	run(c, act);
	act_free(act);
}

/* Its mail goes to the parsers, behind those that wait there. */
static void
have_read(struct core *c, struct core_act *act)
{
	struct job *j = mem_new(sizeof *j);
	struct act_mail asked;
	struct err err;

	j->arena = arena_new();
	if (c->stopping)
		(void)err_set(
			&err, ERR_BUSY, "the desk is stopping; try again");
	if (c->stopping ||
		!act_mail(&c->desk, j->arena, &act->call, &asked, &err)) {
		refuse(act, &err);
		act_free(act);
		arena_free(j->arena);
		free(j);
		return;
	}
	j->mail = asked.mail;
	j->product = asked.product;
	j->act = act;
	act->caller->waits = act;
	core_jobs_ask(c, j);
}

static bool
take_call(struct span body, struct core_act *act)
{
	struct unpack u = {body, false};
	struct arena *a = act->arena;

	act->call.verb = unpack_text(&u, a);
	act->call.n = unpack_u32(&u, ARGS_MAX);
	const char **args = ARENA_ARRAY(a, act->call.n, const char *);
	bool whole = act->call.verb != NULL;
	for (size_t i = 0; i < act->call.n; i++) {
		args[i] = unpack_text(&u, a);
		whole = whole && args[i] != NULL;
	}
	act->call.args = args;
	return whole && unpack_end(&u);
}

static void
act(struct caller *p, struct span body)
{
	struct core_act *act;

	if (p->waits != NULL) { /* it has not had its answer yet */
		hang_up(p);
		return;
	}
	act = mem_new(sizeof *act);
	*act = (struct core_act){.caller = p, .arena = arena_new()};
	act->call = (struct act_call){
		.actor = arena_strdup(act->arena, p->actor), .at = now()};
	if (!take_call(body, act)) {
		answer(p, err_exit(ERR_SYNTAX), "the command cannot be read");
		act_free(act);
	} else if (act_reads(act->call.verb)) {
		have_read(p->core, act);
	} else {
		run(p->core, act);
		act_free(act);
	}
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
