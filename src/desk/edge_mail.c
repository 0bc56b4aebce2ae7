/*
 * edge_mail.c - a mail's bytes between the socket and the spool.
 *
 * Most mails are small and take a buffer that the last one left behind. A
 * large one, or any when all of them together are too large, goes to a file
 * without a name beside the spool, which vanishes with its descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/edge_impl.h"

static bool
write_out(struct edge_mail *m, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t put = write(m->fd, from, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		from += put;
		n -= (size_t)put;
		m->written += (uint64_t)put;
	}
	return true;
}

static void
give_buffer_back(struct edge *e, struct edge_mail *m)
{
	e->in_memory -= m->cap;
	if (m->cap == MAIL_FIRST && e->n_spare < MAIL_SPARE)
		e->spare[e->n_spare++] = m->bytes;
	else
		free(m->bytes);
	m->bytes = NULL;
	m->n = m->cap = 0;
}

static bool
to_file(struct edge *e, struct edge_mail *m)
{
	m->fd = open(e->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (m->fd < 0) {
		log_event("smtp.no_file", "error=%s",
			log_text(span_of(strerror(errno))));
		return false;
	}
	bool ok = write_out(m, m->bytes, m->n);
	give_buffer_back(e, m);
	return ok;
}

bool
edge_mail_add(struct edge *e, struct edge_mail *m, struct span bytes)
{
	size_t want = m->n + bytes.n, had = m->cap;
	uint64_t most = (uint64_t)e->set->memory_for_mails;

	if (m->fd < 0 &&
		(want > MAIL_IN_MEMORY ||
			(want > had && e->in_memory + want > most)) &&
		!to_file(e, m))
		return false;
	if (m->fd >= 0)
		return write_out(m, bytes.p, bytes.n);
	if (had == 0 && want <= MAIL_FIRST) {
		m->bytes = e->n_spare > 0 ? e->spare[--e->n_spare] :
					    mem_new(MAIL_FIRST);
		m->cap = MAIL_FIRST;
	} else {
		m->bytes = mem_grow(m->bytes, &m->cap, want, 1);
	}
	e->in_memory += m->cap - had;
	memcpy(m->bytes + m->n, bytes.p, bytes.n);
	m->n = want;
	return true;
}

void
edge_mail_drop(struct edge *e, struct edge_mail *m)
{
	if (m->bytes != NULL)
		give_buffer_back(e, m);
	if (m->fd >= 0)
		(void)close(m->fd);
	m->fd = -1;
	m->written = 0;
}
