/*
 * ipc.c - frames in, frames out, both buffered; one read fills many frames.
 *
 * The reading buffer grows to the largest frame seen and shrinks back when
 * it is empty, so that one mail of 50 MB does not stay in memory for ever.
 */
#include "sys/ipc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pack.h"

enum { HEAD = 8, CHUNK = 64 * 1024, KEEP = 1024 * 1024, FDS = 8 };

struct bytes {
	unsigned char *p;
	size_t from, to, cap;
};

struct ipc {
	struct loop *loop;
	struct watch *watch;
	int fd;
	uint32_t max;
	void (*fn)(void *, uint16_t, struct span);
	void *ctx;
	struct bytes in, out;
	int fds[FDS]; /* came, not yet taken */
	size_t n_fds;
	bool dispatching, freed, broken;
};

static void
bytes_put(struct bytes *b, const void *p, size_t n)
{
	if (b->from == b->to)
		b->from = b->to = 0;
	if (b->cap - b->to < n && b->from > 0) {
		memmove(b->p, b->p + b->from, b->to - b->from);
		b->to -= b->from;
		b->from = 0;
	}
	b->p = mem_grow(b->p, &b->cap, b->to + n, 1);
	if (p != NULL)
		memcpy(b->p + b->to, p, n);
	b->to += n;
}

static void
bytes_rest(struct bytes *b)
{
	if (b->from < b->to)
		return;
	b->from = b->to = 0;
	if (b->cap > KEEP) {
		free(b->p);
		*b = (struct bytes){0};
	}
}

static void ready(void *ctx, unsigned events);

struct ipc *
ipc_new(struct loop *l, int fd, uint32_t max,
	void (*fn)(void *, uint16_t, struct span), void *ctx)
{
	struct ipc *i = mem_new(sizeof *i);

	*i = (struct ipc){
		.loop = l, .fd = fd, .max = max, .fn = fn, .ctx = ctx};
	i->watch = loop_watch(l, fd, LOOP_READ, ready, i);
	return i;
}

static void
destroy(struct ipc *i)
{
	while (i->n_fds > 0)
		(void)close(i->fds[--i->n_fds]);
	free(i->in.p);
	free(i->out.p);
	free(i);
}

void
ipc_free(struct ipc *i)
{
	if (i == NULL || i->freed)
		return;
	loop_unwatch(i->watch);
	(void)close(i->fd);
	i->freed = true;
	if (!i->dispatching)
		destroy(i);
}

static void
closed(struct ipc *i)
{
	if (i->broken)
		return;
	i->broken = true;
	loop_unwatch(i->watch);
	i->watch = NULL;
	i->fn(i->ctx, IPC_CLOSED, SPAN_NONE);
}

/* Reads what is there, with any descriptors; false when the peer is gone. */
static bool
fill(struct ipc *i)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(FDS * sizeof(int))];
	} control;
	bytes_put(&i->in, NULL, CHUNK);
	i->in.to -= CHUNK;
	struct iovec io = {i->in.p + i->in.to, CHUNK};
	struct msghdr m = {.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room};
	ssize_t n = recvmsg(i->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	i->in.to += (size_t)n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		for (size_t k = 0; k < count; k++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + k * sizeof fd, sizeof fd);
			if (i->n_fds < FDS)
				i->fds[i->n_fds++] = fd;
			else
				(void)close(fd);
		}
	}
	return true;
}

/* False when the stream cannot be followed any further. */
static bool
dispatch(struct ipc *i)
{
	while (i->in.to - i->in.from >= HEAD && !i->freed) {
		struct unpack u = {
			{i->in.p + i->in.from, i->in.to - i->in.from}, false};
		uint32_t n = unpack_u32(&u, UINT32_MAX);
		uint32_t type = unpack_u32(&u, UINT32_MAX);

		if (n > i->max || type == IPC_CLOSED || type > UINT16_MAX)
			return false;
		if (u.rest.n < n) { /* make room once for the whole frame */
			size_t more = n - u.rest.n;

			bytes_put(&i->in, NULL, more);
			i->in.to -= more;
			return true;
		}
		i->in.from += HEAD + n;
		i->fn(i->ctx, (uint16_t)type, span_cut(u.rest, 0, n));
	}
	return true;
}

static bool
flush(struct ipc *i)
{
	while (i->out.from < i->out.to) {
		ssize_t n = send(i->fd, i->out.p + i->out.from,
			i->out.to - i->out.from, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		i->out.from += (size_t)n;
	}
	bytes_rest(&i->out);
	return true;
}

static void
ready(void *ctx, unsigned events)
{
	struct ipc *i = ctx;
	bool there = true;

	i->dispatching = true;
	if (events & LOOP_WRITE) {
		/* A peer that takes no more may have said something before:
		 * that it is gone is told by the reading side. */
		if (!flush(i))
			i->out.from = i->out.to;
		if (i->out.from == i->out.to)
			loop_rewatch(i->watch, LOOP_READ);
	}
	if (events & (LOOP_READ | LOOP_HANGUP)) {
		there = fill(i);
		if (!dispatch(i))
			there = false;
		if (!i->freed)
			bytes_rest(&i->in);
	}
	if (!there && !i->freed)
		closed(i);
	i->dispatching = false;
	if (i->freed)
		destroy(i);
}

static void
head(unsigned char out[HEAD], uint16_t type, size_t n)
{
	for (unsigned k = 0; k < 4; k++) {
		out[k] = (unsigned char)(n >> (8 * k));
		out[4 + k] = (unsigned char)((uint32_t)type >> (8 * k));
	}
}

void
ipc_send(struct ipc *i, uint16_t type, struct span body)
{
	unsigned char h[HEAD];
	bool idle = i->out.from == i->out.to;

	if (i->broken || i->freed)
		return; /* its owner has been told, or has let it go */
	head(h, type, body.n);
	bytes_put(&i->out, h, HEAD);
	bytes_put(&i->out, body.p, body.n);
	/* A dead peer is told by the reading side, from the loop. */
	if (idle && flush(i) && i->out.from < i->out.to)
		loop_rewatch(i->watch, LOOP_READ | LOOP_WRITE);
}

void
ipc_send_fd(struct ipc *i, uint16_t type, struct span body, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	unsigned char h[HEAD];
	struct iovec io = {h, HEAD};
	struct msghdr m = {.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct pollfd p = {i->fd, POLLOUT, 0};

	if (i->broken || i->freed)
		return;
	/* The descriptor rides on the head's first byte, so what is queued
	 * must go first: descriptors are rare, waiting is fine. */
	while (flush(i) && i->out.from < i->out.to)
		(void)poll(&p, 1, -1);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	head(h, type, body.n);
	ssize_t n;
	while ((n = sendmsg(i->fd, &m, MSG_NOSIGNAL)) < 0 &&
		(errno == EAGAIN || errno == EINTR))
		(void)poll(&p, 1, -1);
	if (n < 0)
		return;
	bytes_put(&i->out, h + n, HEAD - (size_t)n);
	bytes_put(&i->out, body.p, body.n);
	if (flush(i) && i->out.from < i->out.to)
		loop_rewatch(i->watch, LOOP_READ | LOOP_WRITE);
}

int
ipc_take_fd(struct ipc *i)
{
	int fd;

	if (i->n_fds == 0)
		return -1;
	fd = i->fds[0];
	memmove(i->fds, i->fds + 1, --i->n_fds * sizeof *i->fds);
	return fd;
}

uint64_t
ipc_queued(const struct ipc *i)
{
	return i->out.to - i->out.from;
}

/* --- blocking twins ---------------------------------------------------------- */

static bool
put_all(int fd, const unsigned char *p, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set(err, ERR_BUSY,
				"the other side is gone: %s", strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return true;
}

bool
ipc_put(int fd, uint16_t type, struct span body, struct err *err)
{
	unsigned char h[HEAD];

	head(h, type, body.n);
	return put_all(fd, h, HEAD, err) && put_all(fd, body.p, body.n, err);
}

static bool
get_all(int fd, unsigned char *p, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t got = recv(fd, p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(err, ERR_BUSY,
				got == 0 ? "the other side hung up" :
					   "the other side is gone");
		p += got;
		n -= (size_t)got;
	}
	return true;
}

bool
ipc_get(int fd, struct arena *a, uint32_t max, uint16_t *type,
	struct span *body, struct err *err)
{
	unsigned char h[HEAD];

	if (!get_all(fd, h, HEAD, err))
		return false;
	struct unpack u = {{h, HEAD}, false};
	uint32_t n = unpack_u32(&u, UINT32_MAX);
	uint32_t t = unpack_u32(&u, UINT32_MAX);

	if (n > max || t > UINT16_MAX)
		return err_set(err, ERR_LIMIT,
			"a frame of %u bytes, at most %u are taken", n, max);
	unsigned char *p = arena_alloc(a, n);
	if (!get_all(fd, p, n, err))
		return false;
	*type = (uint16_t)t;
	*body = span_make(p, n);
	return true;
}
