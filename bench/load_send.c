/*
 * load_send.c - complete reports, each another one, over kept connections.
 *
 * A session sends MAIL, RCPT and DATA together, as mail servers do where
 * PIPELINING is offered, then the mail, and has one mail under way at a
 * time. With a rate, mail n leaves no earlier than its time, whatever became
 * of those before it, as long as a session is idle.
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

#define CONTACT "oss_security@astronomer.io"

struct sender { /* one session */
	struct load *load;
	int fd;
	struct watch *watch;
	struct str in, out;
	enum { GREETED, KNOWN, ASKED, TOLD } state;
	unsigned replies; /* still to come in this state */
	bool idle;
	unsigned mail;
};

static struct sender *senders;

/* --- a report -------------------------------------------------------------------- */

static void
head(struct str *s, unsigned n)
{
	str_printf(s,
		"Date: Mon, 23 Nov 2026 15:00:00 +0000\r\n"
		"From: Reporter %u <r%u@d%u.example>\r\n"
		"To: " CONTACT "\r\n"
		"Subject: dag-factory: task %u reads variables of another team\r\n"
		"Message-ID: <report-%u@d%u.example>\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n",
		n, n, n, n, n, n);
}

static void
body(struct str *s, unsigned n)
{
	str_printf(s,
		"Hello,\r\n\r\n"
		"dag-factory 1.0.%u (github.com/astronomer/dag-factory) expands\r\n"
		"the variables of other teams while it loads dags/team-%u.yml,\r\n"
		"before their permissions are checked. Whoever may put a file\r\n"
		"under dags/ can read them in the task log. This is CWE-862.\r\n\r\n"
		"Steps to reproduce:\r\n\r\n"
		"1. Install dag-factory 1.0.%u.\r\n"
		"2. As team %u, put a file dags/team-%u.yml with\r\n"
		"   {{ var.value.secret_%u }} in its default_args.\r\n"
		"3. Trigger the DAG and open the task log: it shows the value.\r\n\r\n"
		"Impact: any team reads the secrets of all others.\r\n\r\n"
		"The log of my run:\r\n\r\n",
		n % 90, n, n % 90, n, n, n);
}

static void
write_report(struct str *s, unsigned n, size_t size)
{
	uint32_t noise = n * 2654435761u;

	str_clear(s);
	head(s, n);
	body(s, n);
	for (unsigned line = 0; s->n + 160 < size; line++) {
		noise = noise * 1664525u + 1013904223u;
		str_printf(s,
			"[2026-11-23 14:%02u:%02u] INFO taskinstance.py:%u worker %08x loaded key %u\r\n",
			line / 60 % 60, line % 60, noise % 4000, noise, line);
	}
	str_printf(s,
		"\r\nI am glad to send more.\r\n\r\nReporter %u\r\n"
		"r%u@d%u.example\r\n.\r\n",
		n, n, n);
}

/* --- a session ----------------------------------------------------------------------- */

static void
say(struct sender *s, unsigned replies)
{
	const char *p = s->out.text;
	size_t left = s->out.n;

	while (left > 0) {
		ssize_t n = write(s->fd, p, left);

		if (n <= 0) {
			(void)fprintf(stderr, "load: the desk hung up\n");
			exit(1);
		}
		p += n;
		left -= (size_t)n;
	}
	s->replies = replies;
	str_clear(&s->out);
}

static bool
is_due(const struct load *l)
{
	return l->rate == 0 ||
		load_clock() - l->began >=
		(int64_t)l->sent * 1000000 / (int64_t)l->rate;
}

static void
next_mail(struct sender *s)
{
	struct load *l = s->load;

	s->idle = l->sent == l->count || !is_due(l);
	if (s->idle)
		return;
	s->mail = l->first + l->sent++;
	str_printf(&s->out,
		"MAIL FROM:<r%u@d%u.example>\r\nRCPT TO:<" CONTACT
		">\r\nDATA\r\n",
		s->mail, s->mail);
	s->state = ASKED;
	say(s, 3);
}

static void
replied(struct sender *s, int code)
{
	struct load *l = s->load;

	if (code >= 400) {
		(void)fprintf(stderr, "load: %s", s->in.text);
		exit(1);
	}
	if (--s->replies > 0)
		return;
	switch (s->state) {
	case GREETED:
		str_puts(&s->out, "EHLO load.example\r\n");
		s->state = KNOWN;
		say(s, 1);
		break;
	case KNOWN:
		next_mail(s);
		break;
	case ASKED:
		write_report(&s->out, s->mail, l->size);
		s->state = TOLD;
		say(s, 1);
		break;
	case TOLD:
		l->last_taken = load_clock();
		l->taken[s->mail - l->first] = l->last_taken;
		l->n_taken++;
		next_mail(s);
		load_check_end(l);
		break;
	}
}

static void
readable(void *ctx, unsigned events)
{
	struct sender *s = ctx;
	char bytes[4096];
	ssize_t n = read(s->fd, bytes, sizeof bytes);
	struct span rest, line;

	(void)events;
	if (n <= 0) {
		(void)fprintf(stderr, "load: the desk hung up\n");
		exit(1);
	}
	str_put(&s->in, span_make(bytes, (size_t)n));
	if (s->in.text[s->in.n - 1] != '\n')
		return; /* the rest of the line will come */
	rest = str_span(&s->in);
	while (span_line(&rest, &line))
		if (line.n >= 4 && line.p[3] == ' ')
			replied(s, (int)strtol((const char *)line.p, NULL, 10));
	str_clear(&s->in);
}

static void
hand_out(void *ctx)
{
	struct load *l = ctx;

	for (unsigned i = 0; i < l->sessions; i++)
		if (senders[i].idle)
			next_mail(&senders[i]);
	if (l->sent < l->count)
		(void)loop_at(l->loop, loop_now() + 1, hand_out, l);
}

static bool
dial(struct load *l, struct sender *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)l->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	*s = (struct sender){.load = l, .replies = 1};
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 ||
		connect(s->fd, (struct sockaddr *)&to, sizeof to) != 0) {
		perror("load: cannot connect");
		return false;
	}
	str_init(&s->in, 64 * 1024);
	str_init(&s->out, l->size + 64 * 1024);
	s->watch = loop_watch(l->loop, s->fd, LOOP_READ, readable, s);
	return true;
}

bool
load_send(struct load *l)
{
	senders = mem_new(l->sessions * sizeof *senders);
	for (unsigned i = 0; i < l->sessions; i++)
		if (!dial(l, &senders[i]))
			return false;
	if (l->rate > 0)
		hand_out(l);
	return true;
}
