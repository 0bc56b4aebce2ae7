/*
 * fuzz_ipc.c - what comes from another process: frames, and what is in them.
 *
 * The first byte says what the rest is: a parser's answer, settings, a
 * greeting, or the stream of frames itself. A parser that was taken over
 * sends what it likes; what passes must be what message.h promises, and the
 * same when it is packed and read again.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "report/report.h"
#include "sys/role.h"

static void
must(bool so)
{
	if (!so)
		abort();
}

static void
clean(const char *s, bool lines)
{
	struct span text = span_of(s ? s : "");

	must(utf8_valid(text));
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at);

		must(!utf8_is_control(c) && (lines || c != '\n'));
	}
}

static unsigned
lines_of(const char *text)
{
	unsigned n = 0;
	struct span rest = span_of(text), line;

	while (span_line(&rest, &line))
		n++;
	return n;
}

static bool
read_answer(struct arena *a, struct span bytes, struct str *again)
{
	struct unpack u = {bytes, false};
	struct message *m;
	struct report *r;

	if (!message_unpack(&u, a, &m) ||
		!report_unpack(&u, a, lines_of(m->text), &r) || !unpack_end(&u))
		return false;
	clean(m->from, false);
	clean(m->reply_to, false);
	clean(m->subject, false);
	clean(m->message_id, false);
	clean(m->in_reply_to, false);
	clean(m->text, true);
	for (size_t i = 0; i < m->n_references; i++)
		clean(m->references[i], false);
	must(m->text[0] != '\0' || r->title.line == 0);
	message_pack(again, m);
	report_pack(again, r);
	return true;
}

static bool
read_settings(struct arena *a, struct span bytes, struct str *again)
{
	struct unpack u = {bytes, false};
	const struct settings *set;

	if (!settings_unpack(&u, a, &set) || !unpack_end(&u))
		return false;
	settings_pack(again, set);
	return true;
}

/* Packed and read again, it is the same. */
static void
twice(struct arena *a, struct span bytes,
	bool (*read)(struct arena *, struct span, struct str *))
{
	struct str first, second;

	str_init(&first, 1 << 26);
	str_init(&second, 1 << 26);
	if (read(a, bytes, &first)) {
		must(read(a, str_span(&first), &second));
		must(span_eq(str_span(&first), str_span(&second)));
	}
	str_fini(&first);
	str_fini(&second);
}

static void
greeting(struct arena *a, struct span bytes)
{
	struct role r = {.arena = a};
	struct err err;

	if (role_read_hello(&r, bytes, &err))
		must(r.data != NULL && r.node != NULL && r.set != NULL &&
			(unsigned)r.name < ROLE_COUNT);
}

struct stream {
	struct loop *loop;
	struct ipc *ipc;
	size_t taken, max;
	bool closed;
};

static void
frame(void *ctx, uint16_t type, struct span body)
{
	struct stream *s = ctx;

	must(!s->closed);
	s->closed = type == IPC_CLOSED;
	if (s->closed)
		loop_stop(s->loop);
	else
		s->taken += 8 + body.n;
	must(body.n <= 5000 && s->taken <= s->max);
}

static void
frames(struct span bytes)
{
	struct stream s = {.loop = loop_new(), .max = bytes.n};
	int fd[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0);
	s.ipc = ipc_new(s.loop, fd[0], 5000, frame, &s);
	(void)send(fd[1], bytes.p, bytes.n < 100000 ? bytes.n : 100000,
		MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)close(fd[1]);
	loop_run(s.loop);
	ipc_free(s.ipc);
	loop_free(s.loop);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	if (size < 1)
		return 0;
	struct span rest = span_make(data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		twice(a, rest, read_answer);
		break;
	case 1:
		twice(a, rest, read_settings);
		break;
	case 2:
		greeting(a, rest);
		break;
	default:
		frames(rest);
	}
	return 0;
}
