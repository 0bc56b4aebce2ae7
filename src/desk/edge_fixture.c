/* edge_fixture.c - the edge in a child process, a client, the spool. */
#include "desk/edge_fixture.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/test.h"
#include "desk/edge.h"
#include "sys/sock.h"

/* ---- the edge ---- */

static struct loop *loop;
static struct edge *edge;

static void
spooled(void *ctx)
{
	(void)ctx;
}

static void
stopped(void *ctx)
{
	(void)ctx;
	loop_stop(loop);
}

static void
terminate(void *ctx, int signo)
{
	(void)ctx;
	(void)signo;
	edge_stop(edge, stopped, NULL);
}

static _Noreturn void
be_edge(struct fixture *f, const struct role_listener *listeners)
{
	static const char *const known[] = {"security@example.org"};
	static const struct text_list own = {known, ARRAY_LEN(known)};
	const struct settings *set;
	struct str problems;
	struct err err;

	log_init("edge", LOG_QUIET, NULL);
	str_init(&problems, 4096);
	loop = loop_new();
	loop_signal(loop, SIGTERM, terminate, NULL);
	if (!settings_load(f->arena, f->dir, "test", span_of(f->conf), &set,
		    &problems, &err) ||
		!edge_new(&edge, loop, set, f->spool, listeners, 2, &own,
			spooled, NULL, &err)) {
		(void)fprintf(stderr, "%s %s\n", problems.text, err.text);
		_exit(1);
	}
	loop_run(loop);
	edge_free(edge);
	loop_free(loop);
	_exit(0);
}

void
fixture_start(struct fixture *f, const char *conf)
{
	struct role_listener listeners[2] = {{-1, false}, {-1, true}};
	char address[128], where[64];
	int none;
	struct err err;

	(void)snprintf(f->conf, sizeof f->conf, "%s", conf);
	(void)snprintf(where, sizeof where, "unix:%s", f->path);
	if (!sock_listen("127.0.0.1:0", &listeners[0].fd, address,
		    sizeof address, &f->port, &err) ||
		!sock_listen(where, &listeners[1].fd, address, sizeof address,
			&none, &err))
		fail_msg("%s", err.text);
	f->edge = fork();
	if (f->edge == 0)
		be_edge(f, listeners);
	(void)close(listeners[0].fd);
	(void)close(listeners[1].fd);
}

void
fixture_stop(struct fixture *f)
{
	int status = -1;

	if (f->edge == 0)
		return;
	(void)kill(f->edge, SIGTERM);
	assert_int_equal(f->edge, waitpid(f->edge, &status, 0));
	f->edge = 0;
	assert_int_equal(0, status);
}

int
fixture_setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);

	(void)snprintf(f->dir, sizeof f->dir, "%s/edge.XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	f->arena = arena_new();
	*state = f;
	if (mkdtemp(f->dir) == NULL)
		return 1;
	(void)snprintf(f->spool, sizeof f->spool, "%s/spool", f->dir);
	(void)snprintf(f->path, sizeof f->path, "%s/lmtp", f->dir);
	return 0;
}

int
fixture_teardown(void **state)
{
	struct fixture *f = *state;
	char cmd[64];

	if (f->edge != 0) {
		(void)kill(f->edge, SIGKILL);
		(void)waitpid(f->edge, NULL, 0);
	}
	(void)snprintf(cmd, sizeof cmd, "rm -r %s", f->dir);
	int status = system(cmd);
	arena_free(f->arena);
	free(f);
	return status;
}

/* ---- a client ---- */

int
dial(struct fixture *f)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)f->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(0, connect(fd, (struct sockaddr *)&sin, sizeof sin));
	return fd;
}

/* As a client should: not a word before the greeting. */
int
greeted(struct fixture *f)
{
	int fd = dial(f);

	assert_int_equal(220, hear(fd, 1));
	return fd;
}

int
dial_lmtp(struct fixture *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", f->path);
	assert_int_equal(0, connect(fd, (struct sockaddr *)&sun, sizeof sun));
	return fd;
}

void
say(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		assert_true(n > 0);
		bytes = span_from(bytes, (size_t)n);
	}
}

/* Reads until n last lines of replies have come, or the end; the last one's
 * code, 0 at the end. Ten seconds are the most it waits. */
int
hear(int fd, unsigned n)
{
	static char line[1024];
	size_t at = 0;
	int code = 0;

	while (n > 0) {
		struct pollfd p = {fd, POLLIN, 0};

		assert_int_equal(1, poll(&p, 1, 10000));
		if (read(fd, line + at, 1) != 1)
			return 0;
		if (line[at++] != '\n' && at < sizeof line - 1)
			continue;
		if (at > 3 && line[3] != '-') {
			code = atoi(line);
			n--;
		}
		at = 0;
	}
	return code;
}

int
ask(int fd, const char *text, unsigned replies)
{
	say(fd, span_of(text));
	return hear(fd, replies);
}

/* ---- what is in the spool ---- */

unsigned
spool_count(struct fixture *f, struct spool_mail *last)
{
	struct spool_reader *r;
	struct spool_pos pos = {0, 0};
	struct err err;
	unsigned n = 0;

	if (!spool_reader_open(&r, f->spool, &err))
		return 0;
	while (spool_read(r, f->arena, &pos, last, &err))
		n++;
	assert_int_equal(ERR_NONE, err.code);
	spool_reader_close(r);
	return n;
}
