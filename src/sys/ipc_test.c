/* ipc_test.c - frames over a real socket pair, through a real loop. */
#include "sys/ipc.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pack.h"
#include "base/test.h"

struct seen {
	struct loop *loop;
	struct ipc *ipc;
	unsigned frames, want, closed;
	size_t bytes;
	uint16_t last;
	int fd;
	bool free_in_callback;
};

static void
frame(void *ctx, uint16_t type, struct span body)
{
	struct seen *s = ctx;

	if (type == IPC_CLOSED) {
		s->closed++;
		loop_stop(s->loop);
		return;
	}
	for (size_t i = 0; i < body.n; i++)
		assert_int_equal((unsigned char)(i * 7 + type), body.p[i]);
	s->frames++;
	s->bytes += body.n;
	s->last = type;
	int fd = ipc_take_fd(s->ipc);
	if (fd >= 0)
		s->fd = fd;
	if (s->free_in_callback) {
		ipc_free(s->ipc);
		s->ipc = NULL;
	}
	if (s->frames == s->want)
		loop_stop(s->loop);
}

static struct span
body(uint16_t type, size_t n)
{
	static unsigned char bytes[3 * 1024 * 1024];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * 7 + type);
	return span_make(bytes, n);
}

static void
what_a_peer_said_before_it_died_is_heard(void **state)
{
	struct loop *l = loop_new();
	struct seen s = {.loop = l, .fd = -1, .want = 99};
	struct err err;
	int fd[2];

	(void)state;
	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	s.ipc = ipc_new(l, fd[0], 3 * 1024 * 1024, frame, &s);
	ipc_send(s.ipc, 9, body(9, 3 * 1024 * 1024)); /* much is left to send */
	assert_true(ipc_queued(s.ipc) > 0);
	assert_true(ipc_put(fd[1], 7, body(7, 1000), &err));
	(void)close(fd[1]);
	loop_run(l);
	assert_int_equal(1, s.frames);
	assert_int_equal(1, s.closed);
	ipc_free(s.ipc);
	loop_free(l);
}

struct pair {
	struct seen a, b;
};

static void
place(struct pair *p, struct loop *l, uint32_t max)
{
	int fd[2];

	*p = (struct pair){{.loop = l, .fd = -1}, {.loop = l, .fd = -1}};
	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	p->a.ipc = ipc_new(l, fd[0], max, frame, &p->a);
	p->b.ipc = ipc_new(l, fd[1], max, frame, &p->b);
}

static void
frames_of_all_sizes_arrive_whole_and_in_order(void **state)
{
	static const size_t sizes[] = {
		0, 1, 7, 4096, 65536, 65528, 200000, 3 * 1024 * 1024, 5};
	struct loop *l = loop_new();
	struct pair p;

	(void)state;
	place(&p, l, 4 * 1024 * 1024);
	p.b.want = ARRAY_LEN(sizes);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		ipc_send(p.a.ipc, (uint16_t)(i + 1),
			body((uint16_t)(i + 1), sizes[i]));
	assert_true(ipc_queued(p.a.ipc) > 0);
	loop_run(l);
	assert_int_equal(ARRAY_LEN(sizes), p.b.frames);
	assert_int_equal(ARRAY_LEN(sizes), p.b.last);
	assert_int_equal(0, ipc_queued(p.a.ipc));
	ipc_free(p.a.ipc);
	ipc_free(p.b.ipc);
	loop_free(l);
}

static void
a_frame_over_the_limit_ends_the_channel(void **state)
{
	struct loop *l = loop_new();
	struct pair p;

	(void)state;
	place(&p, l, 1000);
	ipc_send(p.a.ipc, 1, body(1, 1000));
	ipc_send(p.a.ipc, 2, body(2, 1001));
	ipc_send(p.a.ipc, 3, body(3, 1));
	loop_run(l);
	assert_int_equal(1, p.b.frames);
	assert_int_equal(1, p.b.closed);
	ipc_free(p.a.ipc);
	ipc_free(p.b.ipc);
	loop_free(l);
}

static void
a_descriptor_travels_behind_what_was_queued(void **state)
{
	struct loop *l = loop_new();
	struct pair p;
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	place(&p, l, 1000);
	p.b.want = 3;
	ipc_send(p.a.ipc, 1, body(1, 900));
	ipc_send_fd(p.a.ipc, 2, body(2, 10), file);
	ipc_send(p.a.ipc, 3, body(3, 900));
	loop_run(l);
	assert_int_equal(3, p.b.frames);
	assert_true(p.b.fd >= 0);
	assert_true(fcntl(p.b.fd, F_GETFD) & FD_CLOEXEC);
	(void)close(p.b.fd);
	(void)close(file);
	ipc_free(p.a.ipc);
	ipc_free(p.b.ipc);
	loop_free(l);
}

static void
a_channel_may_be_let_go_inside_its_callback(void **state)
{
	struct loop *l = loop_new();
	struct pair p;

	(void)state;
	place(&p, l, 1000);
	p.b.free_in_callback = true;
	ipc_send(p.a.ipc, 1, body(1, 10));
	ipc_send(p.a.ipc, 2, body(2, 10));
	loop_run(l); /* until a hears that b is gone */
	assert_int_equal(1, p.b.frames);
	assert_int_equal(1, p.a.closed);
	ipc_free(p.a.ipc);
	loop_free(l);
}

static void
garbage_is_never_taken_for_a_frame(void **state)
{
	static const unsigned char bad[][8] = {
		{0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0}, /* too long */
		{1, 0, 0, 0, 0, 0, 0, 0},             /* the type of no frame */
		{1, 0, 0, 0, 1, 0, 1, 0},             /* a type past 16 bits */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct loop *l = loop_new();
		struct seen s = {.loop = l};
		int fd[2];

		assert_int_equal(0,
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
		s.ipc = ipc_new(l, fd[1], 1000, frame, &s);
		assert_int_equal(8, write(fd[0], bad[i], 8));
		loop_run(l);
		assert_int_equal(1, s.closed);
		assert_int_equal(0, s.frames);
		(void)close(fd[0]);
		ipc_free(s.ipc);
		loop_free(l);
	}
}

struct order {
	struct loop *loop;
	int seen[64], n;
	int64_t base;
};

static struct order order;

static void
fired(void *ctx)
{
	order.seen[order.n++] = *(int *)ctx;
	if (order.n == 60)
		loop_stop(order.loop);
}

static void
timers_fire_in_order_and_never_after_they_were_cancelled(void **state)
{
	static int numbers[64];
	struct timer *t[64];

	(void)state;
	order = (struct order){.loop = loop_new(), .base = loop_now()};
	for (int i = 0; i < 64; i++) {
		numbers[i] = (i * 37) % 64;
		t[i] = loop_at(order.loop, order.base + numbers[i] / 4, fired,
			&numbers[i]);
	}
	for (int i = 0; i < 64; i++)
		if (numbers[i] >= 60)
			loop_cancel(t[i]);
	loop_run(order.loop);
	for (int i = 1; i < order.n; i++)
		assert_true(order.seen[i - 1] / 4 <= order.seen[i] / 4);
	for (int i = 0; i < order.n; i++)
		assert_true(order.seen[i] < 60);
	loop_free(order.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_peer_said_before_it_died_is_heard),
		cmocka_unit_test(frames_of_all_sizes_arrive_whole_and_in_order),
		cmocka_unit_test(a_frame_over_the_limit_ends_the_channel),
		cmocka_unit_test(a_descriptor_travels_behind_what_was_queued),
		cmocka_unit_test(a_channel_may_be_let_go_inside_its_callback),
		cmocka_unit_test(garbage_is_never_taken_for_a_frame),
		cmocka_unit_test(
			timers_fire_in_order_and_never_after_they_were_cancelled),
	};

	return cmocka_run_group_tests_name("ipc", tests, NULL, NULL);
}
