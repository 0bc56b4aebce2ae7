/*
 * edge_test.c - a real edge in a child process, talked to over sockets, and
 * its spool read afterwards.
 */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "base/test.h"
#include "desk/edge.h"
#include "sys/sock.h"
#include "sys/spool.h"

#define EHLO "EHLO c\r\n"
#define MAIL "MAIL FROM:<a@example.net>\r\nRCPT TO:<security@example.org>\r\n"

struct fixture {
	char dir[32], spool[48], path[48], conf[256];
	int port;
	pid_t edge;
	struct arena *arena;
};

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

static void
start(struct fixture *f, const char *conf)
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

static void
stop(struct fixture *f)
{
	int status = -1;

	if (f->edge == 0)
		return;
	(void)kill(f->edge, SIGTERM);
	assert_int_equal(f->edge, waitpid(f->edge, &status, 0));
	f->edge = 0;
	assert_int_equal(0, status);
}

static int
setup(void **state)
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

static int
teardown(void **state)
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

static int
dial(struct fixture *f)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)f->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(0, connect(fd, (struct sockaddr *)&sin, sizeof sin));
	return fd;
}

static int hear(int fd, unsigned n);

/* As a client should: not a word before the greeting. */
static int
greeted(struct fixture *f)
{
	int fd = dial(f);

	assert_int_equal(220, hear(fd, 1));
	return fd;
}

static int
dial_lmtp(struct fixture *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", f->path);
	assert_int_equal(0, connect(fd, (struct sockaddr *)&sun, sizeof sun));
	return fd;
}

static void
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
static int
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

static int
ask(int fd, const char *text, unsigned replies)
{
	say(fd, span_of(text));
	return hear(fd, replies);
}

/* ---- what is in the spool ---- */

static unsigned
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

/* ---- tests ---- */

static void
what_is_answered_250_is_in_the_spool(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	start(f, "");
	int fd = greeted(f);
	assert_int_equal(250, ask(fd, EHLO, 1));
	assert_int_equal(354, ask(fd, MAIL "DATA\r\n", 3));
	assert_int_equal(250, ask(fd, "Subject: x\r\n\r\n..y\r\n.\r\n", 1));
	assert_int_equal(1, spool_count(f, &m));
	assert_string_equal("a@example.net", m.sender);
	assert_int_equal(1, m.n_rcpts);
	assert_string_equal("security@example.org", m.rcpts[0]);
	assert_string_equal("ESMTP", m.protocol);
	assert_string_equal("c", m.helo);
	assert_true(span_starts(span_of(m.peer), "127.0.0.1:"));
	assert_true(span_is(m.raw, "Subject: x\r\n\r\n.y\r\n"));
	assert_non_null(strstr(m.trace, "Return-Path: <a@example.net>\r\n"));
	assert_non_null(strstr(m.trace, "from c ([127.0.0.1])"));
	assert_int_equal(221, ask(fd, "QUIT\r\n", 1));
	assert_int_equal(0, hear(fd, 1));
	(void)close(fd);
	stop(f);
}

static void
lmtp_answers_for_each_recipient(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	start(f, "");
	int fd = dial_lmtp(f);
	assert_int_equal(220, hear(fd, 1));
	assert_int_equal(354,
		ask(fd, "LHLO c\r\n" MAIL "RCPT TO:<postmaster>\r\nDATA\r\n",
			5));
	assert_int_equal(250, ask(fd, "x\r\n.\r\n", 2));
	assert_int_equal(1, spool_count(f, &m));
	assert_int_equal(2, m.n_rcpts);
	assert_string_equal("local", m.peer);
	assert_int_equal(221, ask(fd, "QUIT\r\n", 1));
	(void)close(fd);
	stop(f);
}

static void
a_thousand_mails_in_one_breath(void **state)
{
	AUTO(str_fini) struct str all;
	struct fixture *f = *state;
	struct spool_mail m;

	str_init(&all, 1 << 20);
	str_puts(&all, EHLO);
	for (int i = 0; i < 1000; i++)
		str_puts(&all, MAIL "BDAT 7 LAST\r\nx: y\r\n\n");
	str_puts(&all, "QUIT\r\n");
	start(f, "");
	int fd = greeted(f);
	say(fd, str_span(&all));
	assert_int_equal(221, hear(fd, 3002));
	(void)close(fd);
	assert_int_equal(1000, spool_count(f, &m));
	assert_int_equal(SPOOL_BARE_NEWLINE, m.flags);
	stop(f);
}

static void
large_mails_go_through_a_file_and_stay_whole(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;
	const size_t n = 3 << 20;
	char *big = mem_new(n + 1);

	for (size_t i = 0; i < n; i++)
		big[i] = i % 64 == 62 ? '\r' : i % 64 == 63 ? '\n' : 'x';
	(void)snprintf(big, n, "S: big\r\n");
	big[8] = 'x';
	start(f, "memory_for_mails: 1M\nmessage_size: 4M\n");
	for (int turn = 0; turn < 2; turn++) {
		int fd = greeted(f);
		assert_int_equal(354, ask(fd, EHLO MAIL "DATA\r\n", 4));
		say(fd, span_make(big, n));
		assert_int_equal(250, ask(fd, ".\r\nQUIT\r\n", 1));
		(void)close(fd);
	}
	assert_int_equal(2, spool_count(f, &m));
	assert_int_equal(n, m.raw.n);
	assert_memory_equal(big, m.raw.p, n);

	int fd = greeted(f);
	assert_int_equal(354, ask(fd, EHLO MAIL "DATA\r\n", 4));
	say(fd, span_make(big, n));
	say(fd, span_make(big, n));
	assert_int_equal(552, ask(fd, ".\r\n", 1));
	assert_int_equal(250, ask(fd, "NOOP\r\n", 1));
	(void)close(fd);
	assert_int_equal(2, spool_count(f, &m));
	free(big);
	stop(f);
}

static void
a_client_that_leaves_keeps_nobody_waiting(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	start(f, "");
	for (int i = 0; i < 50; i++) {
		int fd = dial(f);

		say(fd,
			SPAN_LIT(EHLO MAIL "BDAT 3 LAST\r\nx\r\n" MAIL
					   "BDAT 300 LAST\r\nx\r\n"));
		(void)close(fd); /* unread replies: this is a reset */
	}
	int fd = greeted(f);
	assert_int_equal(221, ask(fd, "QUIT\r\n", 1));
	(void)close(fd);
	stop(f);
	/* handed over or not, never half */
	assert_true(spool_count(f, &m) <= 50);
}

static void
connections_are_counted_by_address(void **state)
{
	struct fixture *f = *state;
	int fds[5];

	start(f, "sessions_per_address: 3\nsessions: 4\n");
	for (int turn = 0; turn < 3; turn++) {
		for (size_t i = 0; i < 3; i++) {
			fds[i] = dial(f);
			assert_int_equal(220, hear(fds[i], 1));
		}
		fds[3] = dial(f);
		assert_int_equal(421, hear(fds[3], 1));
		fds[4] = dial_lmtp(f); /* a local socket is not counted ... */
		assert_int_equal(220, hear(fds[4], 1));
		int more = dial_lmtp(f); /* ... but in all */
		assert_int_equal(421, hear(more, 1));
		(void)close(more);
		for (size_t i = 0; i < 5; i++) {
			(void)send(fds[i], "QUIT\r\n", 6, MSG_NOSIGNAL);
			while (hear(fds[i], 1) != 0)
				;
			(void)close(fds[i]);
		}
	}
	stop(f);
}

static void
silence_ends_a_session(void **state)
{
	struct fixture *f = *state;

	start(f, "command_timeout: 1s\n");
	int fd = greeted(f);
	assert_int_equal(421, hear(fd, 1));
	assert_int_equal(0, hear(fd, 1));
	(void)close(fd);
	stop(f);
}

static void
a_full_disk_puts_mails_off(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	start(f, "disk_reserve: 1024G\n");
	int fd = greeted(f);
	assert_int_equal(452, ask(fd, EHLO "MAIL FROM:<>\r\n", 2));
	assert_int_equal(0, spool_count(f, &m));
	(void)close(fd);
	stop(f);
}

static void
stopping_finishes_the_mail_in_transfer(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;
	int status;

	start(f, "");
	int idle = greeted(f), busy = greeted(f);
	assert_int_equal(354, ask(busy, EHLO MAIL "DATA\r\n", 4));
	(void)kill(f->edge, SIGTERM);
	assert_int_equal(421, hear(idle, 1));
	assert_int_equal(250, ask(busy, "x\r\n.\r\n", 1));
	assert_int_equal(421, hear(busy, 1));
	(void)close(idle);
	(void)close(busy);
	assert_int_equal(f->edge, waitpid(f->edge, &status, 0));
	f->edge = 0;
	assert_int_equal(0, status);
	assert_int_equal(1, spool_count(f, &m));
}

static void
hundreds_of_sessions_wait_at_once(void **state)
{
	enum { MANY = 400 };
	struct fixture *f = *state;
	struct spool_mail m;
	int fds[MANY];

	start(f, "sessions_per_address: 1000\n");
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = dial(f);
		assert_int_equal(220, hear(fds[i], 1));
		say(fds[i], SPAN_LIT(EHLO MAIL "DATA\r\n"));
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(354, hear(fds[i], 4));
		say(fds[i], SPAN_LIT("x\r\n.\r\n"));
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(250, hear(fds[i], 1));
		(void)close(fds[i]);
	}
	assert_int_equal(MANY, spool_count(f, &m));
	stop(f);
}

/* ---- TLS ---- */

static void
make_certificate(struct fixture *f, char *conf, size_t n)
{
	char cmd[400];

	(void)snprintf(cmd, sizeof cmd,
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
		"-nodes -days 2 -subj /CN=desk.example.org -keyout %s/key.pem "
		"-out %s/cert.pem 2>%s/openssl.log",
		f->dir, f->dir, f->dir);
	assert_int_equal(0, system(cmd));
	(void)snprintf(conf, n,
		"tls_certificate: %s/cert.pem\ntls_key: %s/key.pem\n", f->dir,
		f->dir);
}

static int
tls_hear(SSL *ssl, unsigned n)
{
	char line[1024];
	size_t at = 0;

	while (n > 0 && SSL_read(ssl, line + at, 1) == 1) {
		if (line[at++] != '\n')
			continue;
		n -= at > 3 && line[3] != '-';
		line[at] = '\0';
		at = 0;
	}
	return n == 0 ? atoi(line) : 0;
}

static void
a_mail_comes_over_tls(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;
	char conf[200];

	make_certificate(f, conf, sizeof conf);
	start(f, conf);
	int fd = greeted(f);
	assert_int_equal(220, ask(fd, EHLO "STARTTLS\r\n", 2));
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	assert_int_equal(1, SSL_set_fd(ssl, fd));
	assert_int_equal(1, SSL_connect(ssl));
	/* one record, many commands: nothing may stay behind inside TLS */
	static const char all[] = EHLO MAIL "BDAT 3 LAST\r\nx\r\n" MAIL
					    "BDAT 3 LAST\r\ny\r\nNOOP\r\n";
	assert_int_equal(
		(int)sizeof all - 1, SSL_write(ssl, all, (int)sizeof all - 1));
	assert_int_equal(250, tls_hear(ssl, 8));
	assert_int_equal(2, spool_count(f, &m));
	assert_string_equal("ESMTPS", m.protocol);
	assert_int_equal(SPOOL_TLS, m.flags);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	(void)close(fd);
	stop(f);
}

static void
nothing_said_before_the_handshake_is_done_after_it(void **state)
{
	struct fixture *f = *state;
	char conf[200];

	make_certificate(f, conf, sizeof conf);
	start(f, conf);
	int fd = greeted(f);
	assert_int_equal(554, ask(fd, EHLO "STARTTLS\r\n" MAIL, 2));
	assert_int_equal(0, hear(fd, 1));
	(void)close(fd);
	fd = greeted(f);
	assert_int_equal(220, ask(fd, EHLO "STARTTLS\r\n", 2));
	say(fd, SPAN_LIT("NOOP\r\nNOOP\r\nNOOP\r\n"));
	char byte = '2';
	while (recv(fd, &byte, 1, 0) == 1) /* a TLS alert, never a reply */
		assert_int_not_equal('2', byte);
	(void)close(fd);
	stop(f);
}

#define T(sentence, fn)                                                        \
	{                                                                      \
		(sentence), (fn), setup, teardown, NULL                        \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T("what is answered 250 is in the spool",
			what_is_answered_250_is_in_the_spool),
		T("LMTP answers for each recipient",
			lmtp_answers_for_each_recipient),
		T("a thousand mails in one breath",
			a_thousand_mails_in_one_breath),
		T("large mails go through a file and stay whole",
			large_mails_go_through_a_file_and_stay_whole),
		T("a client that leaves keeps nobody waiting",
			a_client_that_leaves_keeps_nobody_waiting),
		T("connections are counted by address",
			connections_are_counted_by_address),
		T("silence ends a session", silence_ends_a_session),
		T("a full disk puts mails off", a_full_disk_puts_mails_off),
		T("stopping finishes the mail in transfer",
			stopping_finishes_the_mail_in_transfer),
		T("hundreds of sessions wait at once",
			hundreds_of_sessions_wait_at_once),
		T("a mail comes over TLS", a_mail_comes_over_tls),
		T("nothing said before the handshake is done after it",
			nothing_said_before_the_handshake_is_done_after_it),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
