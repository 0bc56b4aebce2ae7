/*
 * keeper_start.c - a role's process: its user, its rank, what it is told, and
 * a channel to each role that it talks to.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "desk/keeper_impl.h"
#include "desk/proto.h"
#include "sys/rank.h"

/* Who talks to the core; all channels are the core's. */
static bool
meets_core(enum role_name r)
{
	return r == ROLE_EDGE || r == ROLE_PARSE || r == ROLE_POST ||
		r == ROLE_SIGN || r == ROLE_EVIDENCE;
}

static uid_t
uid_of(const struct keeper *k, enum role_name role)
{
	int64_t base = k->start->set->uid_base;

	return geteuid() == 0 && base > 0 ?
		(uid_t)(base + (int64_t)role - ROLE_EDGE) :
		0;
}

/*
 * While mail streams in, whoever waits for a 250 goes first: what is on disk
 * can wait. With everybody equal on two processors, the core and the parsers
 * took half the edge's time.
 */
static enum rank
rank_of(enum role_name role)
{
	switch (role) {
	case ROLE_EDGE:
		return RANK_PROMPT;
	case ROLE_CORE:
	case ROLE_PARSE:
	case ROLE_POST:
	case ROLE_EVIDENCE:
		return RANK_BEHIND;
	case ROLE_FETCH:
	case ROLE_KEEPER:
	case ROLE_SIGN:
		break;
	}
	return RANK_USUAL;
}

static _Noreturn void
exec_role(const struct keeper *k, enum role_name role, int fd)
{
	char name[] = "pratique", serve[] = "serve", option[] = "--role";
	char *const argv[] = {name, serve, option, NULL};
	uid_t uid = uid_of(k, role);
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd != ROLE_FD && dup2(fd, ROLE_FD) < 0)
		_exit(EX_OSERR);
	if (fd == ROLE_FD)
		(void)fcntl(fd, F_SETFD, 0);
	if (uid != 0 &&
		(setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
			setresuid(uid, uid, uid) != 0))
		_exit(EX_OSERR);
	rank_take(rank_of(role));
	(void)execv("/proc/self/exe", argv);
	_exit(EX_OSERR);
}

static void
greet(struct keeper *k, struct child *c)
{
	const struct keeper_start *s = k->start;
	struct text_list known =
		c->role == ROLE_EDGE ? s->known : (struct text_list){0};
	struct settings set = *s->set;
	struct str hello;

	if (c->role != ROLE_CORE) /* it may hold a password */
		set.database = "";
	str_init(&hello, PROTO_MAX_SMALL);
	role_hello(&hello, c->role, c->index, s->data, s->node, known, &set);
	ipc_send(c->ipc, ROLE_HELLO, str_span(&hello));
	str_fini(&hello);
	for (size_t i = 0; c->role == ROLE_EDGE && i < k->n_listeners; i++) {
		unsigned char lmtp = k->listeners[i].lmtp;

		ipc_send_fd(c->ipc, ROLE_LISTENER, span_make(&lmtp, 1),
			k->listeners[i].fd);
	}
	ipc_send(c->ipc, ROLE_GO, SPAN_NONE);
}

static void
tell_peer(struct child *to, const struct child *of, int fd)
{
	struct str frame;

	str_init(&frame, 16);
	pack_u32(&frame, of->role);
	pack_u32(&frame, of->index);
	ipc_send_fd(to->ipc, ROLE_PEER, str_span(&frame), fd);
	str_fini(&frame);
	(void)close(fd);
}

static void
introduce(struct child *core, struct child *other)
{
	int pair[2];

	if (core->ipc == NULL || other->ipc == NULL)
		return;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		log_event("keeper.broken", "error=socketpair: %s",
			strerror(errno));
		return;
	}
	tell_peer(core, other, pair[0]);
	tell_peer(other, core, pair[1]);
}

static struct child *
the_core(struct keeper *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->children[i].role == ROLE_CORE)
			return &k->children[i];
	return NULL;
}

bool
keeper_launch(struct child *c)
{
	struct keeper *k = c->keeper;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	c->pid = fork();
	if (c->pid == 0)
		exec_role(k, c->role, pair[1]);
	(void)close(pair[1]);
	if (c->pid < 0) {
		(void)close(pair[0]);
		c->pid = 0;
		return false;
	}
	c->began = loop_now();
	c->ready = false;
	c->ipc = ipc_new(k->loop, pair[0], PROTO_MAX_SMALL, keeper_hears, c);
	greet(k, c);
	if (c->role == ROLE_CORE) {
		for (size_t i = 0; i < k->n; i++)
			if (meets_core(k->children[i].role))
				introduce(c, &k->children[i]);
	} else if (meets_core(c->role)) {
		introduce(the_core(k), c);
	}
	return true;
}

static void
launch_again(void *ctx)
{
	struct child *c = ctx;

	c->again = NULL;
	if (!keeper_launch(c))
		keeper_launch_at(c, loop_now() + 1000);
}

void
keeper_launch_at(struct child *c, int64_t at)
{
	c->again = loop_at(c->keeper->loop, at, launch_again, c);
}
