/*
 * edge_store.c - append, sync together, answer.
 *
 * A mail is appended when its last byte has come. Before the loop sleeps,
 * all that were appended since share one sync, and then all are answered.
 * While the disk works, more mails arrive in the sockets: so the busier the
 * edge is, the more mails share a sync, without any waiting being arranged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/edge_impl.h"
#include "sys/now.h"
#include "wire/smtp_trace.h"

enum { ASK_AGAIN = 1000 }; /* ms that an answer about the disk is good for */

struct edge_store {
	struct spool *spool;
	struct conn *waits, **waits_end;
	struct str trace;
	uint16_t counter;
	int64_t asked;
	uint64_t unused; /* bytes on the disk then */
};

bool
edge_store_new(struct edge *e, struct err *err)
{
	const struct spool_settings set = {
		(uint64_t)e->set->segment_size, (uint64_t)e->set->disk_reserve};
	struct edge_store *s = mem_new(sizeof *s);
	uint64_t torn = 0;

	if (!spool_open(&s->spool, e->dir, &set, &torn, err)) {
		free(s);
		return false;
	}
	if (torn > 0)
		log_event("spool.torn", "bytes=%llu", (unsigned long long)torn);
	s->waits_end = &s->waits;
	str_init(&s->trace, 4096);
	random_bytes(&s->counter, sizeof s->counter);
	e->store = s;
	return true;
}

void
edge_store_free(struct edge *e)
{
	struct edge_store *s = e->store;

	if (s == NULL)
		return;
	spool_close(s->spool);
	str_fini(&s->trace);
	free(s);
	e->store = NULL;
}

/* Ids tell mails apart in logs and Received fields; nothing depends on it. */
static void
make_id(struct edge_store *s, instant t, char id[ID_TEXT])
{
	(void)snprintf(id, ID_TEXT, "%llx%04x", (unsigned long long)t.ms,
		(unsigned)s->counter++);
}

void
edge_store_add(struct conn *c, const struct spool_mail *mail)
{
	struct edge *e = c->edge;
	struct edge_store *s = e->store;
	struct spool_mail m = *mail;
	struct spool_pos end;
	struct err err = {ERR_NONE, ""};
	char peer[64];

	m.received = now();
	make_id(s, m.received, c->id);
	str_clear(&s->trace);
	smtp_trace(&s->trace, &m, c->peer.local ? NULL : c->peer.address,
		e->hostname, c->id);
	m.trace = s->trace.text;
	(void)snprintf(peer, sizeof peer, "%s:%u", c->peer.address,
		(unsigned)c->peer.port);
	m.peer = c->peer.local ? "local" : peer;
	m.raw = span_make(c->mail.bytes, c->mail.n);
	bool ok = c->mail.fd < 0 ? spool_append(s->spool, &m, &end, &err) :
				   spool_append_fd(s->spool, &m, c->mail.fd,
					   c->mail.written, &end, &err);
	if (!ok)
		log_event("smtp.not_stored", "peer=%s error=%s", m.peer,
			err.text);
	edge_mail_drop(e, &c->mail);
	c->result = ok ? ERR_NONE : err.code;
	c->waits_next = NULL;
	*s->waits_end = c;
	s->waits_end = &c->waits_next;
}

bool
edge_store_room(struct edge *e, uint64_t size)
{
	struct edge_store *s = e->store;
	int64_t t = loop_now();
	struct statvfs fs;

	if (t - s->asked >= ASK_AGAIN || s->asked == 0) {
		s->asked = t;
		s->unused = statvfs(e->dir, &fs) == 0 ?
			(uint64_t)fs.f_bavail * fs.f_frsize :
			0;
	}
	return s->unused >= (uint64_t)e->set->disk_reserve &&
		s->unused - (uint64_t)e->set->disk_reserve >= size;
}

void
edge_store_turn(struct edge *e)
{
	struct edge_store *s = e->store;

	while (s->waits != NULL) {
		struct conn *c = s->waits;

		s->waits = NULL;
		s->waits_end = &s->waits;
		spool_sync(s->spool);
		while (c != NULL) {
			struct conn *next = c->waits_next;

			conn_stored(c);
			c = next;
		}
		e->spooled(e->ctx);
	}
}
