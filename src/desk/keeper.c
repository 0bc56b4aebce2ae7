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
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "desk/keeper_impl.h"
#include "sys/now.h"
#include "sys/sock.h"

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
	for (unsigned i = 0; i < count && k->n < KEEPER_CHILDREN; i++)
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
	loop_signal(k.loop, SIGCHLD, keeper_reap, &k);
	loop_signal(k.loop, SIGTERM, keeper_stop, &k);
	loop_signal(k.loop, SIGINT, keeper_stop, &k);
	loop_signal(k.loop, SIGHUP, keeper_stop, &k); /* its terminal is gone */
	add(&k, ROLE_SIGN, 1);
	add(&k, ROLE_CORE, 1);
	add(&k, ROLE_EDGE, 1);
	add(&k, ROLE_POST, 1);
	add(&k, ROLE_EVIDENCE, 1);
	add(&k, ROLE_PARSE, (unsigned)start->set->parsers);
	for (size_t i = 0; i < k.n; i++)
		if (!keeper_launch(&k.children[i])) {
			(void)fprintf(stderr,
				"pratique: cannot start a process: %s\n",
				strerror(errno));
			return EX_OSERR;
		}
	keeper_mirrors_begin(&k);
	loop_run(k.loop);
	log_event("desk.stopped", "status=%d", k.status);
	return k.status;
}
