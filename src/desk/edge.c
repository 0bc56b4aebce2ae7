/*
 * edge.c - begin, accept, end.
 *
 * The listening sockets are the keeper's: when the edge dies, mail waits in
 * the kernel for the next one.
 */
#include "desk/edge.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/edge_impl.h"

enum {
	BURST = 64,      /* connections accepted in one go */
	PAUSE = 100,     /* ms without accepting when descriptors ran out */
	PATIENCE = 8000, /* ms for mails in transfer when stopping */
	REPLIES_MOST = 4 * 1024 * 1024,
};

static void accept_some(void *ctx, unsigned events);

static void
listen_all(struct edge *e, bool on)
{
	for (size_t i = 0; i < e->n_listeners; i++) {
		struct edge_listener *l = &e->listeners[i];

		loop_unwatch(l->watch);
		l->watch = on ?
			loop_watch(e->loop, l->fd, LOOP_READ, accept_some, l) :
			NULL;
	}
}

static void
accept_again(void *ctx)
{
	struct edge *e = ctx;

	e->accept_again = NULL;
	listen_all(e, true);
}

static void
accept_some(void *ctx, unsigned events)
{
	struct edge_listener *l = ctx;
	struct edge *e = l->edge;
	struct sock_peer peer;

	(void)events;
	for (int i = 0; i < BURST; i++) {
		int fd = sock_accept(l->fd, &peer);

		if (fd >= 0) {
			conn_new(e, fd, &peer, l->lmtp);
			continue;
		}
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
			errno != ENOMEM)
			return; /* no more now, or one that left again */
		log_event("edge.full", "connections=%zu error=%s", e->n_conns,
			log_text(span_of(strerror(errno))));
		listen_all(e, false);
		e->accept_again =
			loop_at(e->loop, loop_now() + PAUSE, accept_again, e);
		return;
	}
}

static void
before_sleep(void *ctx)
{
	edge_store_turn(ctx);
}

static void
raise_descriptor_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
	}
}

static void
describe_server(struct edge *e)
{
	const struct settings *set = e->set;

	if (set->hostname[0] != '\0')
		(void)snprintf(
			e->hostname, sizeof e->hostname, "%s", set->hostname);
	else if (gethostname(e->hostname, sizeof e->hostname - 1) != 0)
		(void)snprintf(e->hostname, sizeof e->hostname, "localhost");
	e->server = (struct smtp_server){.hostname = e->hostname,
		.tls = e->tls != NULL,
		.reject_bare = strcmp(set->bare_newline, "reject") == 0,
		.message_size = (uint64_t)set->message_size,
		.recipients = (uint64_t)set->recipients,
		.errors = (uint64_t)set->errors_per_session,
		.commands = (uint64_t)set->commands_per_session};
	conn_functions(&e->server);
}

bool
edge_new(struct edge **out, struct loop *l, const struct settings *set,
	const char *dir, const struct role_listener *listeners, size_t n,
	const struct text_list *known, void (*spooled)(void *ctx), void *ctx,
	struct err *err)
{
	struct edge *e = mem_new(sizeof *e);

	e->loop = l;
	e->set = set;
	e->dir = dir;
	e->known = known;
	e->spooled = spooled;
	e->ctx = ctx;
	if ((set->tls_certificate[0] != '\0' &&
		    !tls_server_new(&e->tls, set->tls_certificate,
			    set->tls_key[0] ? set->tls_key :
					      set->tls_certificate,
			    err)) ||
		!edge_store_new(e, err)) {
		tls_server_free(e->tls);
		free(e);
		return false;
	}
	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without a flag */
	raise_descriptor_limit();
	describe_server(e);
	str_init(&e->out, REPLIES_MOST);
	e->peers = edge_peers_new((uint64_t)set->sessions_per_address);
	for (size_t i = 0; i < n; i++)
		e->listeners[e->n_listeners++] = (struct edge_listener){
			e, listeners[i].fd, listeners[i].lmtp, NULL};
	listen_all(e, true);
	loop_before_sleep(l, before_sleep, e);
	edge_clock_start(e);
	*out = e;
	return true;
}

void
edge_free(struct edge *e)
{
	if (e == NULL)
		return;
	loop_before_sleep(e->loop, NULL, NULL);
	e->stopping = false;
	listen_all(e, false);
	edge_store_free(e);
	while (e->conns != NULL)
		conn_free(e->conns);
	edge_clock_stop(e);
	loop_cancel(e->accept_again);
	edge_peers_free(e->peers);
	tls_server_free(e->tls);
	while (e->n_spare > 0)
		free(e->spare[--e->n_spare]);
	str_fini(&e->out);
	free(e);
}

void
edge_stop(struct edge *e, void (*stopped)(void *ctx), void *ctx)
{
	struct conn *next;

	loop_cancel(e->accept_again);
	e->accept_again = NULL;
	listen_all(e, false);
	e->stopping = true;
	e->stop_by = loop_now() + PATIENCE;
	e->stopped = stopped;
	e->stopped_ctx = ctx;
	if (e->n_conns == 0) {
		stopped(ctx);
		return;
	}
	for (struct conn *c = e->conns; c != NULL; c = next) {
		next = c->next;
		conn_retire(c);
	}
}
