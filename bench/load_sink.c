/*
 * load_sink.c - takes every letter, keeps none, and knows when it came.
 *
 * The plainest server that an SMTP client can finish a mail with: no
 * extension, no check, one reply a command.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "load.h"
#include "sys/sock.h"

enum { LINE_LIMIT = 1024 * 1024 };

struct taker { /* one connection */
	struct load *load;
	int fd;
	struct watch *watch;
	struct str in; /* what is not yet worked off */
	bool data;
	unsigned mail; /* whose answer this letter is */
};

static void
hang_up(struct taker *t)
{
	loop_unwatch(t->watch);
	(void)close(t->fd);
	str_fini(&t->in);
	free(t);
}

static bool
say(struct taker *t, const char *text)
{
	return write(t->fd, text, strlen(text)) == (ssize_t)strlen(text);
}

static void
letter_came(struct taker *t)
{
	struct load *l = t->load;

	l->last_letter = load_clock();
	if (t->mail < l->first || t->mail >= l->first + l->count ||
		l->answered[t->mail - l->first] != 0) {
		l->n_doubles++;
		return;
	}
	l->answered[t->mail - l->first] = l->last_letter;
	l->n_letters++;
	load_check_end(l);
}

static bool
command(struct taker *t, struct span line)
{
	if (span_starts_nocase(line, "DATA")) {
		t->data = true;
		return say(t, "354 go on\r\n");
	}
	if (span_starts_nocase(line, "RCPT TO:<r"))
		t->mail =
			(unsigned)strtoul((const char *)line.p + 10, NULL, 10);
	if (span_starts_nocase(line, "QUIT")) {
		(void)say(t, "221 bye\r\n");
		return false;
	}
	return say(t, "250 sink.example\r\n");
}

/* Works off what is whole; false when the connection is over. */
static bool
work(struct taker *t)
{
	struct span rest = str_span(&t->in);

	for (;;) {
		const char *mark = t->data ? "\r\n.\r\n" : "\r\n";
		size_t at = span_find(rest, mark);

		if (at == rest.n)
			break;
		struct span part = span_cut(rest, 0, at);
		rest = span_from(rest, at + strlen(mark));
		if (t->data) {
			t->data = false;
			letter_came(t);
			if (!say(t, "250 taken\r\n"))
				return false;
		} else if (!command(t, part)) {
			return false;
		}
	}
	size_t left = rest.n;
	if (left > 0)
		memmove(t->in.text, rest.p, left);
	t->in.n = left;
	return true;
}

static void
readable(void *ctx, unsigned events)
{
	struct taker *t = ctx;
	char bytes[16384];
	ssize_t n = read(t->fd, bytes, sizeof bytes);

	(void)events;
	if (n > 0)
		str_put(&t->in, span_make(bytes, (size_t)n));
	if (n <= 0 || t->in.cut || !work(t))
		hang_up(t);
}

struct door {
	struct load *load;
	int fd;
};

static void
knocked(void *ctx, unsigned events)
{
	struct door *d = ctx;
	struct sock_peer peer;
	int fd = sock_accept(d->fd, &peer);

	(void)events;
	if (fd < 0)
		return;
	struct taker *t = mem_new(sizeof *t);
	*t = (struct taker){.load = d->load, .fd = fd};
	str_init(&t->in, LINE_LIMIT);
	t->watch = loop_watch(d->load->loop, fd, LOOP_READ, readable, t);
	(void)say(t, "220 sink.example\r\n");
}

bool
load_sink(struct load *l)
{
	static struct door d;
	char where[32], address[64];
	struct err err;
	int port;

	(void)snprintf(where, sizeof where, "127.0.0.1:%u", l->sink_port);
	d.load = l;
	if (!sock_listen(where, &d.fd, address, sizeof address, &port, &err)) {
		(void)fprintf(stderr, "load: %s\n", err.text);
		return false;
	}
	(void)loop_watch(l->loop, d.fd, LOOP_READ, knocked, &d);
	return true;
}
