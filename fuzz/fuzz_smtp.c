/*
 * fuzz_smtp.c - whatever a client sends: every answer is made of reply
 * lines, no mail comes out that was not ended by CR LF . CR LF or BDAT LAST,
 * and it makes no difference how the bytes were cut into packets.
 */
#include "base/mem.h"
#include "fuzz.h"
#include "wire/smtp_world.h"

enum { LMTP = 1, REJECT = 2, TLS = 4, LIMITS = 8 };

static size_t
count(struct span s, const char *what)
{
	size_t n = 0, at;

	while ((at = span_find_nocase(s, what)) < s.n) {
		s = span_from(s, at + 1);
		n++;
	}
	return n;
}

static void
run(struct world *w, unsigned how, struct span bytes, size_t step)
{
	world_init(w);
	w->server.reject_bare = (how & REJECT) != 0;
	w->server.tls = (how & TLS) != 0;
	w->server.errors = how & LIMITS ? 3 : 1000;
	w->server.message_size = how & LIMITS ? 20 : 1000000;
	w->server.commands = how & LIMITS ? 50 : 100000;
	world_begin(w, (how & LMTP) != 0);
	smtp_session_greet(w->session, &w->out);
	for (size_t i = 0; i < bytes.n; i += step)
		world_packet(w, span_cut(bytes, i, i + step));
}

static void
check(const struct world *w, struct span bytes)
{
	struct span rest = str_span(&w->out);

	if (w->stored > count(bytes, "\r\n.\r\n") + count(bytes, "LAST"))
		abort();
	while (rest.n > 0) {
		size_t end = span_find(rest, "\r\n");

		if (end == rest.n || !world_is_reply(span_cut(rest, 0, end)))
			abort();
		rest = span_from(rest, end + 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world whole, cut;

	if (size < 2)
		return 0;
	unsigned how = data[0];
	size_t step = (size_t)data[1] % 32 + 1;
	struct span bytes = span_make(data + 2, size - 2);

	run(&whole, how, bytes, bytes.n + 1);
	run(&cut, how, bytes, step);
	check(&whole, bytes);
	check(&cut, bytes);
	/* 554 5.5.0 is about what shares a packet */
	if (strstr(whole.out.text, "554 5.5.0") == NULL &&
		strstr(cut.out.text, "554 5.5.0") == NULL &&
		(!span_eq(str_span(&whole.out), str_span(&cut.out)) ||
			!span_eq(
				str_span(&whole.mails), str_span(&cut.mails)) ||
			!span_eq(str_span(&whole.last), str_span(&cut.last))))
		abort();
	world_fini(&whole);
	world_fini(&cut);
	return 0;
}
