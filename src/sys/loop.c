/*
 * loop.c - epoll for descriptors, a binary heap for times.
 *
 * A watch that is removed while events are being handed out is only marked
 * dead; it is freed when the round is over, so that no event of the same
 * round can reach freed memory.
 */
#include "sys/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { ROUND = 256 };

struct watch {
	struct loop *loop;
	int fd;
	bool dead;
	void (*fn)(void *, unsigned);
	void *ctx;
	struct watch *next_dead;
};

struct timer {
	struct loop *loop;
	int64_t at;
	size_t place; /* in the heap */
	void (*fn)(void *);
	void *ctx;
};

struct signals {
	int signo;
	void (*fn)(void *, int);
	void *ctx;
};

struct loop {
	int epoll;
	bool running;
	struct timer **heap;
	size_t n, cap;
	struct watch *dead;
	void (*before)(void *);
	void *before_ctx;
	int signal_fd;
	sigset_t mask;
	struct signals signals[8];
	size_t n_signals;
};

int64_t
loop_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct loop *
loop_new(void)
{
	struct loop *l = mem_new(sizeof *l);

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		perror("epoll_create1");
		abort();
	}
	l->signal_fd = -1;
	(void)sigemptyset(&l->mask);
	return l;
}

static void
bury(struct loop *l)
{
	while (l->dead != NULL) {
		struct watch *w = l->dead;

		l->dead = w->next_dead;
		free(w);
	}
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	bury(l);
	while (l->n > 0)
		loop_cancel(l->heap[l->n - 1]);
	free(l->heap);
	if (l->signal_fd >= 0)
		(void)close(l->signal_fd);
	(void)close(l->epoll);
	free(l);
}

/* --- descriptors ----------------------------------------------------------- */

static uint32_t
to_epoll(unsigned events)
{
	return (events & LOOP_READ ? (uint32_t)EPOLLIN | EPOLLRDHUP : 0u) |
		(events & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0u);
}

struct watch *
loop_watch(struct loop *l, int fd, unsigned events,
	void (*fn)(void *, unsigned), void *ctx)
{
	struct watch *w = mem_new(sizeof *w);
	struct epoll_event e = {to_epoll(events), {.ptr = w}};

	*w = (struct watch){.loop = l, .fd = fd, .fn = fn, .ctx = ctx};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
		(void)fprintf(stderr, "cannot watch descriptor %d: %s\n", fd,
			strerror(errno));
		abort();
	}
	return w;
}

void
loop_rewatch(struct watch *w, unsigned events)
{
	struct epoll_event e = {to_epoll(events), {.ptr = w}};

	(void)epoll_ctl(w->loop->epoll, EPOLL_CTL_MOD, w->fd, &e);
}

void
loop_unwatch(struct watch *w)
{
	if (w == NULL || w->dead)
		return;
	/* Fails when the caller closed it first, which removed it as well. */
	(void)epoll_ctl(w->loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	w->dead = true;
	w->next_dead = w->loop->dead;
	w->loop->dead = w;
}

/* --- times ------------------------------------------------------------------ */

static void
put(struct loop *l, size_t place, struct timer *t)
{
	l->heap[place] = t;
	t->place = place;
}

static void
rise(struct loop *l, struct timer *t)
{
	size_t i = t->place;

	while (i > 0 && l->heap[(i - 1) / 2]->at > t->at) {
		put(l, i, l->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(l, i, t);
}

static void
sink(struct loop *l, struct timer *t)
{
	size_t i = t->place;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= l->n)
			break;
		if (child + 1 < l->n &&
			l->heap[child + 1]->at < l->heap[child]->at)
			child++;
		if (l->heap[child]->at >= t->at)
			break;
		put(l, i, l->heap[child]);
		i = child;
	}
	put(l, i, t);
}

struct timer *
loop_at(struct loop *l, int64_t at, void (*fn)(void *), void *ctx)
{
	struct timer *t = mem_new(sizeof *t);

	*t = (struct timer){l, at, l->n, fn, ctx};
	l->heap = mem_grow(l->heap, &l->cap, l->n + 1, sizeof *l->heap);
	l->heap[l->n++] = t;
	rise(l, t);
	return t;
}

void
loop_cancel(struct timer *t)
{
	if (t == NULL)
		return;
	struct loop *l = t->loop;
	struct timer *last = l->heap[--l->n];

	assert(l->heap[t->place] == t || t == last);
	if (last != t) {
		put(l, t->place, last);
		rise(l, last);
		sink(l, last);
	}
	free(t);
}

static void
fire(struct loop *l)
{
	int64_t now = loop_now();

	while (l->n > 0 && l->heap[0]->at <= now && l->running) {
		struct timer *t = l->heap[0];
		void (*fn)(void *) = t->fn;
		void *ctx = t->ctx;

		loop_cancel(t);
		fn(ctx);
	}
}

static int
sleep_for(const struct loop *l)
{
	if (l->n == 0)
		return -1;
	int64_t away = l->heap[0]->at - loop_now();

	return away <= 0 ? 0 : away > 60000 ? 60000 : (int)away;
}

/* --- the loop ---------------------------------------------------------------- */

void
loop_before_sleep(struct loop *l, void (*fn)(void *), void *ctx)
{
	l->before = fn;
	l->before_ctx = ctx;
}

static void
deliver(struct watch *w, uint32_t came)
{
	unsigned events = (came & EPOLLIN ? LOOP_READ : 0u) |
		(came & EPOLLOUT ? LOOP_WRITE : 0u) |
		(came & (EPOLLHUP | EPOLLERR | EPOLLRDHUP) ? LOOP_HANGUP : 0u);

	if (!w->dead)
		w->fn(w->ctx, events);
}

void
loop_run(struct loop *l)
{
	struct epoll_event round[ROUND];

	l->running = true;
	while (l->running) {
		if (l->before != NULL)
			l->before(l->before_ctx);
		if (!l->running)
			break;
		int n = epoll_wait(l->epoll, round, ROUND, sleep_for(l));
		if (n < 0 && errno != EINTR) {
			perror("epoll_wait");
			abort();
		}
		for (int i = 0; i < n && l->running; i++)
			deliver(round[i].data.ptr, round[i].events);
		fire(l);
		bury(l);
	}
}

void
loop_stop(struct loop *l)
{
	l->running = false;
}

/* --- signals ------------------------------------------------------------------ */

static void
signalled(void *ctx, unsigned events)
{
	struct loop *l = ctx;
	struct signalfd_siginfo info;

	(void)events;
	while (read(l->signal_fd, &info, sizeof info) == sizeof info)
		for (size_t i = 0; i < l->n_signals; i++)
			if (l->signals[i].signo == (int)info.ssi_signo)
				l->signals[i].fn(
					l->signals[i].ctx, l->signals[i].signo);
}

void
loop_signal(struct loop *l, int signo, void (*fn)(void *, int), void *ctx)
{
	assert(l->n_signals < ARRAY_LEN(l->signals));
	l->signals[l->n_signals++] = (struct signals){signo, fn, ctx};
	(void)sigaddset(&l->mask, signo);
	(void)sigprocmask(SIG_BLOCK, &l->mask, NULL);
	bool first = l->signal_fd < 0;
	l->signal_fd =
		signalfd(l->signal_fd, &l->mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (first)
		(void)loop_watch(l, l->signal_fd, LOOP_READ, signalled, l);
}
