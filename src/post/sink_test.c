/* sink_test.c - a child for each connection, blocking, plain. */
#include "post/sink_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

struct session {
	FILE *in, *out;
	const char *dir;
	unsigned flags;
	char from[512], rcpt[512];
	bool bye;
};

static void
say(struct session *s, const char *line)
{
	(void)fprintf(s->out, "%s\r\n", line);
	(void)fflush(s->out);
}

static bool
is_to(const struct session *s, const char *word)
{
	const char *at = strchr(s->rcpt, '<');

	return at != NULL && strncmp(at + 1, word, strlen(word)) == 0 &&
		at[1 + strlen(word)] == '@';
}

/* A name that no other child has. */
static FILE *
keep(const struct session *s)
{
	char path[600];

	for (int i = 1;; i++) {
		(void)snprintf(path, sizeof path, "%s/%d.eml", s->dir, i);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd >= 0)
			return fdopen(fd, "w");
	}
}

static void
data(struct session *s)
{
	char line[4096];
	FILE *file = keep(s);

	say(s, "354 go on");
	(void)fprintf(file, "%s%s", s->from, s->rcpt);
	while (fgets(line, sizeof line, s->in) && strcmp(line, ".\r\n") != 0)
		(void)fputs(line[0] == '.' ? line + 1 : line, file);
	(void)fclose(file);
	if (is_to(s, "drop"))
		_exit(0);
	if (is_to(s, "slow"))
		(void)sleep(2);
	say(s,
		is_to(s, "dot4") ?
			"451 4.3.0 later, please" :
			is_to(s, "dot5") ?
			"554-5.7.1 this letter\r\n554 5.7.1 is not wanted" :
			"250 2.0.0 taken as 4711");
	if (is_to(s, "once"))
		_exit(0);
	s->bye = is_to(s, "bye");
}

static void
ehlo(struct session *s)
{
	(void)fputs("250-sink\r\n", s->out);
	if (s->flags & SINK_SMTPUTF8)
		(void)fputs("250-SMTPUTF8\r\n", s->out);
	if (s->flags & SINK_STARTTLS)
		(void)fputs("250-STARTTLS\r\n", s->out);
	say(s, "250 8BITMIME");
}

static void
serve(struct session *s)
{
	char line[512];

	say(s, s->flags & SINK_REFUSES ? "554 not today" : "220 sink ESMTP");
	while (fgets(line, sizeof line, s->in)) {
		if (strncmp(line, "EHLO", 4) == 0) {
			ehlo(s);
		} else if (strncmp(line, "STARTTLS", 8) == 0) {
			say(s, "454 no TLS now");
		} else if (strncmp(line, "MAIL", 4) == 0 && s->bye) {
			say(s, "421 too many letters on this connection");
			_exit(0);
		} else if (strncmp(line, "MAIL", 4) == 0) {
			memcpy(s->from, line, sizeof line);
			say(s, "250 2.1.0 sender");
		} else if (strncmp(line, "RCPT", 4) == 0) {
			memcpy(s->rcpt, line, sizeof line);
			say(s,
				is_to(s, "temp") ? "450 4.2.0 busy" :
					is_to(s, "perm") ?
						   "550 5.1.1 no such user" :
						   "250 2.1.5 recipient");
		} else if (strncmp(line, "DATA", 4) == 0) {
			data(s);
		} else if (strncmp(line, "QUIT", 4) == 0) {
			say(s, "221 bye");
			return;
		} else {
			say(s, "500 what?");
		}
	}
}

struct sink
sink_start(const char *dir, unsigned flags)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(0, bind(fd, (struct sockaddr *)&at, sizeof at));
	assert_int_equal(0, listen(fd, 100));
	assert_int_equal(0, getsockname(fd, (struct sockaddr *)&at, &n));
	(void)fflush(stdout);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		(void)setpgid(pid, pid); /* both do: either may be first */
		(void)close(fd);
		return (struct sink){pid, ntohs(at.sin_port)};
	}
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves none */
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0 || fork() != 0) {
			if (c >= 0)
				(void)close(c);
			continue;
		}
		struct session s = {fdopen(c, "r"), fdopen(dup(c), "w"), dir,
			flags, "", "", false};
		serve(&s);
		_exit(0);
	}
}

void
sink_stop(struct sink s)
{
	(void)kill(-s.pid, SIGKILL);
	(void)waitpid(s.pid, NULL, 0);
}
