/*
 * edge_test.c - a real edge, talked to over sockets, and its spool read
 * afterwards.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/test.h"
#include "desk/edge_fixture.h"

static void
what_is_answered_250_is_in_the_spool(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	fixture_start(f, "");
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
	fixture_stop(f);
}

static void
lmtp_answers_for_each_recipient(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	fixture_start(f, "");
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
	fixture_stop(f);
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
	fixture_start(f, "");
	int fd = greeted(f);
	say(fd, str_span(&all));
	assert_int_equal(221, hear(fd, 3002));
	(void)close(fd);
	assert_int_equal(1000, spool_count(f, &m));
	assert_int_equal(SPOOL_BARE_NEWLINE, m.flags);
	fixture_stop(f);
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
	fixture_start(f, "memory_for_mails: 1M\nmessage_size: 4M\n");
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
	fixture_stop(f);
}

static void
a_client_that_leaves_keeps_nobody_waiting(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	fixture_start(f, "");
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
	fixture_stop(f);
	/* handed over or not, never half */
	assert_true(spool_count(f, &m) <= 50);
}

static void
connections_are_counted_by_address(void **state)
{
	struct fixture *f = *state;
	int fds[5];

	fixture_start(f, "sessions_per_address: 3\nsessions: 4\n");
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
	fixture_stop(f);
}

static void
silence_ends_a_session(void **state)
{
	struct fixture *f = *state;

	fixture_start(f, "command_timeout: 1s\n");
	int fd = greeted(f);
	assert_int_equal(421, hear(fd, 1));
	assert_int_equal(0, hear(fd, 1));
	(void)close(fd);
	fixture_stop(f);
}

static void
a_full_disk_puts_mails_off(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;

	fixture_start(f, "disk_reserve: 1024G\n");
	int fd = greeted(f);
	assert_int_equal(452, ask(fd, EHLO "MAIL FROM:<>\r\n", 2));
	assert_int_equal(0, spool_count(f, &m));
	(void)close(fd);
	fixture_stop(f);
}

static void
stopping_finishes_the_mail_in_transfer(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m;
	int status;

	fixture_start(f, "");
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

	fixture_start(f, "sessions_per_address: 1000\n");
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
	fixture_stop(f);
}

#define T(sentence, fn)                                                        \
	{                                                                      \
		(sentence), (fn), fixture_setup, fixture_teardown, NULL        \
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
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
