/*
 * edge_conn.c - one connection: bytes in, bytes out, TLS between.
 *
 * What is read goes straight from the shared buffer into the session; only
 * what it does not take at once (a mail is being stored), and what the
 * socket does not take, is kept. So an idle connection costs two structs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/edge_impl.h"
#include "wire/smtp_known.h"

static void on_event(void *ctx, unsigned events);

/* ---- life ---- */

void
conn_free(struct conn *c)
{
	struct edge *e = c->edge;

	if (c->state == CONN_STORES) { /* its mail is in the spool */
		c->gone = true;
		loop_unwatch(c->watch);
		c->watch = NULL;
		return;
	}
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		e->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	e->n_conns--;
	edge_peers_remove(e->peers, &c->peer);
	edge_mail_drop(e, &c->mail);
	loop_unwatch(c->watch);
	tls_free(c->tls);
	(void)close(c->fd);
	smtp_session_free(c->session);
	str_fini(&c->in);
	str_fini(&c->out);
	free(c);
	if (e->stopping && e->n_conns == 0)
		e->stopped(e->stopped_ctx);
}

static void
watch_for(struct conn *c, unsigned events)
{
	if (c->watched == events)
		return;
	c->watched = events;
	loop_rewatch(c->watch, events);
}

/*
 * Closing a socket with unread input resets it, and the client would never
 * see our last words. So we only say that nothing more comes, and read on.
 */
static void
linger(struct conn *c)
{
	if (c->tls != NULL) {
		tls_free(c->tls);
		c->tls = NULL;
	}
	(void)shutdown(c->fd, SHUT_WR);
	c->state = CONN_LINGERS;
	c->heard = loop_now();
	watch_for(c, LOOP_READ);
}

/* ---- bytes out ---- */

/* As much of `bytes` as the socket takes; false when it is gone. */
static bool
put(struct conn *c, struct span bytes, size_t *taken)
{
	*taken = 0;
	while (*taken < bytes.n) {
		struct span rest = span_from(bytes, *taken);
		size_t part = 0;

		if (c->tls != NULL) {
			enum tls_result r = tls_write(c->tls, rest, &part);

			if (r == TLS_GONE)
				return false;
			if (r != TLS_OK)
				return true;
		} else {
			ssize_t n = send(c->fd, rest.p, rest.n,
				MSG_NOSIGNAL | MSG_DONTWAIT);

			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return errno == EAGAIN;
			part = (size_t)n;
		}
		*taken += part;
	}
	return true;
}

/* Send what is in c->out and then `fresh`; keep what is not taken. */
static bool
send_out(struct conn *c, struct span fresh)
{
	size_t taken = 0;

	if (c->out.n > 0) {
		if (!put(c, str_span(&c->out), &taken))
			return false;
		if (taken < c->out.n) {
			memmove(c->out.text, c->out.text + taken,
				c->out.n - taken);
			c->out.n -= taken;
			str_put(&c->out, fresh);
			return !c->out.cut;
		}
		str_fini(&c->out);
	}
	if (!put(c, fresh, &taken))
		return false;
	if (taken < fresh.n)
		str_put(&c->out, span_from(fresh, taken));
	return !c->out.cut;
}

/* ---- what the session wants next ---- */

static bool
shake_hands(struct conn *c)
{
	switch (tls_handshake(c->tls)) {
	case TLS_OK:
		c->state = CONN_TALKS;
		smtp_session_secured(c->session);
		watch_for(c, LOOP_READ);
		return true;
	case TLS_WANTS_READ:
		watch_for(c, LOOP_READ);
		return true;
	case TLS_WANTS_WRITE:
		watch_for(c, LOOP_WRITE);
		return true;
	case TLS_GONE:
		break;
	}
	log_event("smtp.no_tls", "peer=%s error=%s", c->peer.address,
		log_text(span_of(tls_error())));
	return false;
}

/* False: the connection is over and to be freed. */
static bool
go_on(struct conn *c)
{
	if (c->out.n > 0) { /* it must read before it may say more */
		watch_for(c, LOOP_WRITE);
		return true;
	}
	switch (smtp_session_next(c->session)) {
	case SMTP_GOES_ON:
	case SMTP_STORES:
		watch_for(c, LOOP_READ);
		return true;
	case SMTP_STARTS_TLS:
		c->state = CONN_SHAKES_HANDS;
		c->tls = tls_new(c->edge->tls, c->fd);
		return c->tls != NULL && shake_hands(c);
	case SMTP_ENDS:
		if (smtp_session_quit(c->session))
			return false;
		linger(c);
		return true;
	}
	return false;
}

/* Feed the session and answer. False: over. */
static bool
feed(struct conn *c, struct span bytes)
{
	struct str *out = &c->edge->out;

	str_clear(out);
	size_t taken = smtp_session_input(c->session, bytes, out);
	if (taken < bytes.n)
		str_put(&c->in, span_from(bytes, taken));
	return send_out(c, str_span(out)) && go_on(c);
}

/* What was kept while a mail was stored or output was stuck. */
static bool
feed_kept(struct conn *c)
{
	while (c->in.n > 0 && c->state == CONN_TALKS && c->out.n == 0) {
		struct str kept = c->in;

		str_init(&c->in, EDGE_INPUT);
		bool ok = feed(c, str_span(&kept));
		str_fini(&kept);
		if (!ok)
			return false;
	}
	return true;
}

void
conn_stored(struct conn *c)
{
	struct str *out = &c->edge->out;

	c->state = CONN_TALKS;
	c->began = loop_now();
	if (c->gone) {
		conn_free(c);
		return;
	}
	str_clear(out);
	smtp_session_done(c->session, c->result, c->id, out);
	if (!send_out(c, str_span(out)) || !go_on(c) || !feed_kept(c))
		conn_free(c);
}

void
conn_end(struct conn *c, enum smtp_why why)
{
	static const char *const names[] = {[SMTP_TOO_MANY] = "too-many",
		[SMTP_EARLY] = "early",
		[SMTP_SILENT] = "silent",
		[SMTP_SLOW] = "slow",
		[SMTP_SHUTDOWN] = "shutdown"};
	struct str *out = &c->edge->out;

	log_event("smtp.ended", "peer=%s why=%s", c->peer.address, names[why]);
	str_clear(out);
	smtp_session_end(c->session, why, out);
	/* one try; and who comes on top of too many is not kept at all */
	if (!send_out(c, str_span(out)) || why == SMTP_TOO_MANY)
		conn_free(c);
	else
		linger(c);
}

void
conn_retire(struct conn *c)
{
	struct str *out = &c->edge->out;

	switch (c->state) {
	case CONN_SHAKES_HANDS:
		conn_free(c);
		break;
	case CONN_LINGERS:
		break;
	case CONN_STORES:
	case CONN_TALKS:
		str_clear(out);
		smtp_session_retire(c->session, out);
		if (!send_out(c, str_span(out)) || !go_on(c))
			conn_free(c);
		break;
	}
}

/* ---- events ---- */

/* *n bytes are in the shared buffer; 0: none now. False: it is gone. */
static bool
get(struct conn *c, size_t *n)
{
	*n = 0;
	if (c->tls != NULL) {
		enum tls_result r =
			tls_read(c->tls, c->edge->input, EDGE_INPUT, n);

		if (r == TLS_WANTS_READ || r == TLS_WANTS_WRITE)
			*n = 0;
		return r != TLS_GONE;
	}
	ssize_t got = recv(c->fd, c->edge->input, EDGE_INPUT, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	*n = (size_t)got;
	return got > 0;
}

static bool
on_input(struct conn *c)
{
	size_t n;

	do {
		if (!get(c, &n))
			return false;
		if (n == 0)
			return true;
		if (c->state == CONN_LINGERS)
			return true;
		c->heard = loop_now();
		c->window_bytes += n;
		if (!feed(c, span_make(c->edge->input, n)))
			return false;
		/* more may wait inside TLS, where epoll does not see it */
	} while (c->tls != NULL && c->state == CONN_TALKS && c->out.n == 0);
	return true;
}

static void
on_event(void *ctx, unsigned events)
{
	struct conn *c = ctx;
	bool ok = true;

	switch (c->state) {
	case CONN_STORES:
		/* not read now, or epoll would report it over and over */
		watch_for(c, 0);
		ok = (events & LOOP_HANGUP) == 0 || (events & LOOP_READ) != 0;
		break;
	case CONN_SHAKES_HANDS:
		ok = shake_hands(c);
		break;
	case CONN_LINGERS:
	case CONN_TALKS:
		if (c->out.n > 0) {
			ok = (events & LOOP_WRITE) != 0 &&
				send_out(c, SPAN_NONE) && go_on(c) &&
				feed_kept(c);
			break;
		}
		ok = on_input(c);
		break;
	}
	if (!ok)
		conn_free(c);
}

/* ---- what the session asks of the world ---- */

static enum smtp_rcpt
known(void *ctx, struct span local, struct span domain)
{
	struct conn *c = ctx;

	return smtp_known(c->edge->known, local, domain);
}

static bool
room(void *ctx, uint64_t size)
{
	return edge_store_room(((struct conn *)ctx)->edge, size);
}

static bool
data(void *ctx, struct span bytes)
{
	struct conn *c = ctx;

	return edge_mail_add(c->edge, &c->mail, bytes);
}

static void
end(void *ctx, const struct spool_mail *mail)
{
	struct conn *c = ctx;

	c->state = CONN_STORES;
	edge_store_add(c, mail);
}

static void
drop(void *ctx)
{
	struct conn *c = ctx;

	edge_mail_drop(c->edge, &c->mail);
}

void
conn_functions(struct smtp_server *s)
{
	s->known = known;
	s->room = room;
	s->data = data;
	s->end = end;
	s->drop = drop;
}

/* ---- beginning ---- */

void
conn_new(struct edge *e, int fd, const struct sock_peer *peer, bool lmtp)
{
	struct conn *c = mem_new(sizeof *c);
	bool counted = edge_peers_add(e->peers, peer);

	*c = (struct conn){.edge = e,
		.next = e->conns,
		.fd = fd,
		.peer = *peer,
		.mail.fd = -1,
		.began = loop_now()};
	c->heard = c->began;
	str_init(&c->in, EDGE_INPUT);
	str_init(&c->out, EDGE_OUTPUT_MOST);
	c->session = smtp_session_new(&e->server, lmtp, c);
	if (e->conns != NULL)
		e->conns->prev = c;
	e->conns = c;
	e->n_conns++;
	c->watched = LOOP_READ;
	c->watch = loop_watch(e->loop, fd, LOOP_READ, on_event, c);
	if (!counted)
		c->peer.local = true; /* it was not counted: see _remove() */
	if (!counted || e->n_conns > (size_t)e->set->sessions) {
		conn_end(c, SMTP_TOO_MANY);
		return;
	}
	if (sock_has_input(fd)) {
		conn_end(c, SMTP_EARLY);
		return;
	}
	str_clear(&e->out);
	smtp_session_greet(c->session, &e->out);
	if (!send_out(c, str_span(&e->out)) || !go_on(c))
		conn_free(c);
}
