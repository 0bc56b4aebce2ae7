/*
 * keeper.c - starts the roles, starts them again, stops them in order.
 *
 * It binds the listening sockets (so that mail waits in the kernel while the
 * edge is started again), makes every channel between roles, and otherwise
 * reads nothing from anybody. A role that dies is started again at once; one
 * that dies more than a few times a minute, or asks for time (EX_TEMPFAIL:
 * the database is down), waits longer each time. One that says EX_CONFIG
 * before the desk was ever ready would say so again, so the desk stops; one
 * that says so later is tried again, for the edge goes on taking mail.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "sys/now.h"
#include "sys/rank.h"
#include "sys/sock.h"

enum { CHILDREN_MAX = 80, STOP_PATIENCE = 10000, QUICK = 60000 };

struct child {
	struct keeper *keeper;
	enum role_name role;
	unsigned index;
	pid_t pid; /* 0: not running */
	struct ipc *ipc;
	bool ready;
	int64_t began;
	unsigned quick_deaths;
	struct timer *again;
};

struct listener {
	int fd;
	bool lmtp;
	char *where; /* "smtp 127.0.0.1:2525" */
	const char *protocol;
	char address[128];
	int port;
};

struct keeper {
	const struct keeper_start *start;
	struct loop *loop;
	struct child children[CHILDREN_MAX];
	size_t n;
	struct listener listeners[ROLE_MAX_LISTENERS];
	size_t n_listeners;
	bool announced, stopping;
	enum role_name stage; /* of stopping */
	int status;
};

/* Who talks to the core; all channels are the core's. */
static bool
meets_core(enum role_name r)
{
	return r == ROLE_EDGE || r == ROLE_PARSE || r == ROLE_POST ||
		r == ROLE_SIGN || r == ROLE_EVIDENCE;
}

/* --- starting a role ---------------------------------------------------------------- */

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

static void from_child(void *ctx, uint16_t type, struct span body);

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

static bool
launch(struct child *c)
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
	c->ipc = ipc_new(k->loop, pair[0], PROTO_MAX_SMALL, from_child, c);
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
	if (!launch(c))
		c->again = loop_at(
			c->keeper->loop, loop_now() + 1000, launch_again, c);
}

/* --- what roles say ------------------------------------------------------------------- */

static void
announce(struct keeper *k)
{
	json_t *listen = json_array(), *roles = json_array();
	AUTO(arena_auto) struct arena *a = arena_new();

	for (size_t i = 0; i < k->n_listeners; i++)
		json_array_append_new(listen,
			json_pack("{s:s,s:s,s:i}", "protocol",
				k->listeners[i].protocol, "address",
				k->listeners[i].address, "port",
				k->listeners[i].port));
	for (size_t i = 0; i < k->n; i++)
		json_array_append_new(roles,
			json_pack("{s:s,s:i}", "role",
				role_names[k->children[i].role], "pid",
				(int)k->children[i].pid));
	const char *line = arena_printf(a, "%s\n",
		json_text(a,
			json_pack("{s:i,s:o,s:o}", "pid", (int)getpid(),
				"listen", listen, "roles", roles)));
	k->announced = true;
	log_event(
		"desk.ready", "roles=%zu listeners=%zu", k->n, k->n_listeners);
	if (k->start->ready_fd < 0)
		return;
	if (write(k->start->ready_fd, line, strlen(line)) < 0)
		log_event("keeper.unheard", "error=%s", strerror(errno));
	(void)close(k->start->ready_fd);
}

/* Mail can come in and be stored: parsers may follow a moment later. */
static bool
can_receive(const struct keeper *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->children[i].ready &&
			(k->children[i].role == ROLE_EDGE ||
				k->children[i].role == ROLE_CORE))
			return false;
	return true;
}

static void
kill_stuck(struct keeper *k, struct span body)
{
	struct unpack u = {body, false};
	uint32_t role = unpack_u32(&u, ROLE_COUNT - 1);
	uint32_t index = unpack_u32(&u, CHILDREN_MAX);

	for (size_t i = 0; i < k->n && unpack_end(&u); i++) {
		struct child *c = &k->children[i];

		if (c->role == (enum role_name)role && c->index == index &&
			c->pid > 0) {
			log_event("role.stuck", "role=%s index=%u pid=%d",
				role_names[c->role], c->index, (int)c->pid);
			(void)kill(c->pid, SIGKILL);
		}
	}
}

static void
from_child(void *ctx, uint16_t type, struct span body)
{
	struct child *c = ctx;
	struct keeper *k = c->keeper;

	switch (type) {
	case ROLE_READY:
		c->ready = true;
		if (!k->announced && can_receive(k))
			announce(k);
		break;
	case ROLE_STUCK:
		if (c->role == ROLE_CORE)
			kill_stuck(k, body);
		break;
	default: /* closed: SIGCHLD says why */
		ipc_free(c->ipc);
		c->ipc = NULL;
		break;
	}
}

/* --- death and stopping --------------------------------------------------------------- */

static bool stop_stage(struct keeper *k);

static void
stop_next(struct keeper *k)
{
	/* A mail that is looked up when the core ends is read again from the
	 * spool; without the evidence role it would be judged without. */
	static const enum role_name order[] = {ROLE_EDGE, ROLE_PARSE, ROLE_POST,
		ROLE_CORE, ROLE_EVIDENCE, ROLE_SIGN};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		k->stage = order[i];
		if (stop_stage(k))
			return;
	}
	loop_stop(k->loop);
}

/* True while a role of this stage still runs. */
static bool
stop_stage(struct keeper *k)
{
	bool any = false;

	for (size_t i = 0; i < k->n; i++) {
		struct child *c = &k->children[i];

		if (c->again != NULL) {
			loop_cancel(c->again);
			c->again = NULL;
		}
		if (c->role != k->stage || c->pid == 0)
			continue;
		any = true;
		if (c->ipc != NULL)
			ipc_send(c->ipc, ROLE_STOP, SPAN_NONE);
	}
	return any;
}

static void
patience_is_over(void *ctx)
{
	struct keeper *k = ctx;

	for (size_t i = 0; i < k->n; i++)
		if (k->children[i].pid > 0)
			(void)kill(k->children[i].pid, SIGKILL);
}

static void
stop(void *ctx, int signo)
{
	struct keeper *k = ctx;

	(void)signo;
	if (k->stopping)
		return;
	k->stopping = true;
	log_event("desk.stopping", "signal=%d", signo);
	(void)loop_at(k->loop, loop_now() + STOP_PATIENCE, patience_is_over, k);
	stop_next(k);
}

/* Until it is started again: 0 for the first deaths of a minute. */
static int64_t
pause_after(const struct child *c, int said)
{
	bool asks = said == EX_TEMPFAIL || said == EX_CONFIG;
	unsigned at_once = asks ? 0 : 5;
	int64_t most = asks ? 8000 : 32000, ms = 1000;

	if (c->quick_deaths <= at_once)
		return 0;
	for (unsigned i = at_once + 1; i < c->quick_deaths && ms < most; i++)
		ms *= 2;
	return ms;
}

static void
buried(struct child *c, int status)
{
	struct keeper *k = c->keeper;
	int64_t lived = loop_now() - c->began;
	int said = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	c->pid = 0;
	ipc_free(c->ipc);
	c->ipc = NULL;
	if (k->stopping) {
		if (c->role == k->stage && !stop_stage(k))
			stop_next(k);
		return;
	}
	log_event("role.died", "role=%s index=%u %s=%d after=%lldms",
		role_names[c->role], c->index,
		WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(long long)lived);
	if (said == EX_CONFIG && !k->announced) {
		k->status = EX_CONFIG;
		stop(k, 0);
		return;
	}
	c->quick_deaths = lived < QUICK ? c->quick_deaths + 1 : 1;
	c->again = loop_at(
		k->loop, loop_now() + pause_after(c, said), launch_again, c);
}

static void
reap(void *ctx, int signo)
{
	struct keeper *k = ctx;
	int status;
	pid_t pid;

	(void)signo;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < k->n; i++)
			if (k->children[i].pid == pid)
				buried(&k->children[i], status);
}

/* --- the whole ------------------------------------------------------------------------- */

static bool
listen_on(struct keeper *k, const char *what, struct err *err)
{
	const char *equal = strchr(what, '=');
	struct listener *l = &k->listeners[k->n_listeners];

	l->lmtp = strncmp(what, "lmtp=", 5) == 0;
	if (equal == NULL || (!l->lmtp && strncmp(what, "smtp=", 5) != 0))
		return err_set(err, ERR_SYNTAX,
			"'%s' is no listener: write smtp=ADDRESS:PORT, lmtp=ADDRESS:PORT or lmtp=unix:PATH",
			what);
	if (k->n_listeners == ROLE_MAX_LISTENERS)
		return err_set(err, ERR_LIMIT, "at most %d listeners",
			ROLE_MAX_LISTENERS);
	l->protocol = l->lmtp ? "lmtp" : "smtp";
	if (!sock_listen(equal + 1, &l->fd, l->address, sizeof l->address,
		    &l->port, err))
		return err_wrap(err, "cannot listen on %s", what);
	k->n_listeners++;
	return true;
}

static void
add(struct keeper *k, enum role_name role, unsigned count)
{
	for (unsigned i = 0; i < count && k->n < CHILDREN_MAX; i++)
		k->children[k->n++] =
			(struct child){.keeper = k, .role = role, .index = i};
}

int
keeper_main(const struct keeper_start *start)
{
	static struct keeper k;
	struct text_list listen =
		start->listen.n ? start->listen : start->set->listen;
	struct err err;

	k = (struct keeper){.start = start, .loop = loop_new()};
	log_init("keeper", LOG_NORMAL, now);
	for (size_t i = 0; i < listen.n; i++)
		if (!listen_on(&k, listen.v[i], &err)) {
			(void)fprintf(stderr, "pratique: %s\n", err.text);
			return EX_UNAVAILABLE;
		}
	if (geteuid() != 0 || start->set->uid_base == 0)
		log_event("keeper.shared", "note=all roles share one user id");
	(void)signal(SIGPIPE, SIG_IGN);
	loop_signal(k.loop, SIGCHLD, reap, &k);
	loop_signal(k.loop, SIGTERM, stop, &k);
	loop_signal(k.loop, SIGINT, stop, &k);
	loop_signal(k.loop, SIGHUP, stop, &k); /* its terminal is gone */
	add(&k, ROLE_SIGN, 1);
	add(&k, ROLE_CORE, 1);
	add(&k, ROLE_EDGE, 1);
	add(&k, ROLE_POST, 1);
	add(&k, ROLE_EVIDENCE, 1);
	add(&k, ROLE_PARSE, (unsigned)start->set->parsers);
	for (size_t i = 0; i < k.n; i++)
		if (!launch(&k.children[i])) {
			(void)fprintf(stderr,
				"pratique: cannot start a process: %s\n",
				strerror(errno));
			return EX_OSERR;
		}
	loop_run(k.loop);
	log_event("desk.stopped", "status=%d", k.status);
	return k.status;
}
