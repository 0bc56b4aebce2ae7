/*
 * smtp_test.c - letters by SMTP, to next hops that take them, refuse them,
 * put them off, and die.
 */
#include "post/desk_test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "post/sink_test.h"

/* --- SMTP ------------------------------------------------------------------ */

static struct sink
open_smtp(struct desk *d, unsigned flags)
{
	struct sink s = sink_start(d->dir, flags);

	open_post(d, arena_printf(d->a, "smtp://127.0.0.1:%d", s.port));
	return s;
}

static const struct {
	const char *to;
	enum post_outcome o;
	const char *reply;
} answers[] = {
	{"ok@example.net", POST_SENT, "250 2.0.0 taken as 4711"},
	{"temp@example.net", POST_LATER, "450 4.2.0 busy"},
	{"perm@example.net", POST_REFUSED, "550 5.1.1 no such user"},
	{"dot4@example.net", POST_LATER, "451 4.3.0 later, please"},
	{"dot5@example.net", POST_REFUSED,
		"554-5.7.1 this letter 554 5.7.1 is not wanted"},
	{"ok@example.net", POST_SENT, "250 2.0.0 taken as 4711"},
};

static void
a_server_s_word_decides(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		test_note(answers[i].to);
		const struct outcome *got = one(d, "x", answers[i].to);
		assert_int_equal(answers[i].o, got->o);
		assert_string_equal(answers[i].reply, got->reply);
	}
	sink_stop(s);
}

static void
a_letter_arrives_byte_for_byte(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	post_send(d->post, "a", "bounce+t0k@example.org", "ok@example.net",
		span_of(desk_letter));
	d->awaited = 1;
	loop_run(d->loop);
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	const char *got = read_text(d, path);
	assert_non_null(strstr(got, "MAIL FROM:<bounce+t0k@example.org>"));
	assert_non_null(strstr(got, "RCPT TO:<ok@example.net>\r\n"));
	assert_string_equal(desk_letter, strstr(got, "From: "));
	sink_stop(s);
}

static void
no_sender_is_the_null_path(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	one(d, "a", "ok@example.net");
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	assert_non_null(strstr(read_text(d, path), "MAIL FROM:<>\r\n"));
	sink_stop(s);
}

/* The server may have taken it: it is tried again, later and not at once. */
static void
a_connection_lost_after_the_dot_is_tried_again_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	const struct outcome *got = one(d, "a", "drop@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "may have been taken"));
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	sink_stop(s);
}

static void
a_kept_connection_that_died_is_replaced(void **state)
{
	static const char *const ends[] = {
		"once@example.net", "bye@example.net"};
	struct desk *d = *state;
	struct sink s;

	d->set.senders = 1; /* so that the connection is the same */
	s = open_smtp(d, 0);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		test_note(ends[i]);
		assert_int_equal(POST_SENT, one(d, "a", ends[i])->o);
		assert_int_equal(POST_SENT, one(d, "b", "ok@example.net")->o);
	}
	sink_stop(s);
}

static void
nobody_there_is_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	sink_stop(s);
	const struct outcome *got = one(d, "a", "ok@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "127.0.0.1:"));
	assert_non_null(strstr(got->reply, "onnect"));
}

static void
a_server_that_does_not_want_us_is_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, SINK_REFUSES);

	const struct outcome *got = one(d, "a", "ok@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_string_equal("554 not today", got->reply);
	sink_stop(s);
}

static void
an_address_that_needs_smtputf8_is_never_downgraded(void **state)
{
	static const char to[] = "j\xc3\xbcrgen@example.net";
	struct desk *d = *state;
	struct sink with, without = open_smtp(d, 0);
	char path[600];

	assert_int_equal(POST_SENT, one(d, "a", "ok@example.net")->o);
	const struct outcome *got = one(d, "b", to);
	assert_int_equal(POST_REFUSED, got->o);
	assert_non_null(strstr(got->reply, "does not offer SMTPUTF8"));
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	sink_stop(without);
	close_post(d);
	with = open_smtp(d, SINK_SMTPUTF8);
	assert_int_equal(POST_SENT, one(d, "c", to)->o);
	assert_int_equal(2, files_in(d->dir, path, sizeof path));
	sink_stop(with);
}

static void
tls_that_is_required_is_never_left_out(void **state)
{
	struct desk *d = *state;
	char path[600];

	d->set.smtp_tls = "required";
	for (unsigned flags = 0; flags <= SINK_STARTTLS;
		flags += SINK_STARTTLS) {
		struct sink s = open_smtp(d, flags);

		assert_int_equal(POST_LATER, one(d, "a", "ok@example.net")->o);
		assert_int_equal(0, files_in(d->dir, path, sizeof path));
		sink_stop(s);
		close_post(d);
	}
	d->set.smtp_tls = "opportunistic";
	struct sink s = open_smtp(d, SINK_STARTTLS);
	assert_int_equal(POST_SENT, one(d, "a", "ok@example.net")->o);
	sink_stop(s);
}

/* What the settings say, what the server does, what becomes of it. */
static const struct {
	const char *name, *scheme, *tls;
	unsigned flags;
	bool trusted;
	enum post_outcome o;
	const char *reply;
} tls_cases[] = {
	{"STARTTLS, verified", "smtp", "required", SINK_TLS, true, POST_SENT,
		"250 2.0.0 taken"},
	{"STARTTLS, a certificate that nobody vouches for", "smtp", "required",
		SINK_TLS, false, POST_LATER, "certificate"},
	{"STARTTLS where offered, by whomever", "smtp", "opportunistic",
		SINK_TLS, false, POST_SENT, "250 2.0.0 taken"},
	{"TLS from the first byte, verified", "smtps", "never", SINK_IMPLICIT,
		true, POST_SENT, "250 2.0.0 taken"},
	{"TLS from the first byte, not vouched for", "smtps", "never",
		SINK_IMPLICIT, false, POST_LATER, "certificate"},
	{"TLS from the first byte, server speaks in clear", "smtps", "never", 0,
		true, POST_LATER, "127.0.0.1"},
	{"SMTPUTF8 is offered inside of TLS", "smtp", "required",
		SINK_TLS | SINK_SMTPUTF8, true, POST_SENT, "250 2.0.0 taken"},
	{"SMTPUTF8 is offered in clear and forgotten", "smtp", "required",
		SINK_TLS | SINK_CLEAR_UTF8, true, POST_REFUSED,
		"does not offer SMTPUTF8"},
};

static void
tls_is_verified_where_it_must_be(void **state)
{
	struct desk *d = *state;
	char path[600];

	for (size_t i = 0; i < ARRAY_LEN(tls_cases); i++) {
		struct sink s = sink_start(d->dir, tls_cases[i].flags);

		test_note(tls_cases[i].name);
		d->set.smtp_tls = tls_cases[i].tls;
		d->set.smtp_ca_file = tls_cases[i].trusted ?
			arena_printf(d->a, "%s/ca.pem", d->dir) :
			"/etc/ssl/certs/ca-certificates.crt";
		open_post(d,
			arena_printf(d->a, "%s://127.0.0.1:%d",
				tls_cases[i].scheme, s.port));
		unsigned before = files_in(d->dir, path, sizeof path);
		bool utf8 =
			tls_cases[i].flags & (SINK_SMTPUTF8 | SINK_CLEAR_UTF8);
		const struct outcome *got = one(d, "x",
			utf8 ? "j\xc3\xbcrgen@example.net" : "ok@example.net");
		assert_int_equal(tls_cases[i].o, got->o);
		assert_non_null(strstr(got->reply, tls_cases[i].reply));
		assert_int_equal(before + (got->o == POST_SENT),
			files_in(d->dir, path, sizeof path));
		close_post(d);
		sink_stop(s);
	}
}

static void
a_password_is_read_from_its_file(void **state)
{
	static const struct {
		const char *name, *password;
		enum post_outcome o;
		const char *reply;
	} logins[] = {
		{"the first line counts", "secret\nnot this\n", POST_SENT,
			"250 2.0.0 taken"},
		{"a wrong one may be put right", "sesame\n", POST_LATER,
			"535 who?"},
	};
	struct desk *d = *state;
	const char *file = arena_printf(d->a, "%s/password", d->dir);

	d->set.smtp_user = "desk";
	d->set.smtp_password_file = file;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
		int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		const char *text = logins[i].password;

		test_note(logins[i].name);
		assert_true(write(fd, text, strlen(text)) > 0);
		(void)close(fd);
		struct sink s = open_smtp(d, SINK_AUTH);
		const struct outcome *got = one(d, "x", "ok@example.net");
		assert_int_equal(logins[i].o, got->o);
		assert_non_null(strstr(got->reply, logins[i].reply));
		close_post(d);
		sink_stop(s);
	}
	d->set.smtp_user = "";
	struct sink s = open_smtp(d, SINK_AUTH);
	/* our settings are wrong, not the letter */
	assert_int_equal(POST_LATER, one(d, "x", "ok@example.net")->o);
	sink_stop(s);
}

static void
senders_work_side_by_side(void **state)
{
	struct desk *d = *state;
	struct sink s;

	d->set.senders = 4;
	s = open_smtp(d, 0);
	int64_t start = loop_now();
	for (int i = 0; i < 4; i++)
		send_to(d, "x", "slow@example.net");
	assert_int_equal(0, post_free_slots(d->post));
	loop_run(d->loop);
	assert_true(loop_now() - start < 9000); /* one by one: 12 s */
	assert_int_equal(4, post_free_slots(d->post));
	sink_stop(s);
}

static void
giving_up_does_not_wait_for_the_server(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	for (int i = 0; i < 8; i++)
		send_to(d, "x", "slow@example.net");
	int64_t start = loop_now();
	post_free(d->post);
	d->post = NULL;
	assert_true(loop_now() - start < 2800);
	assert_int_equal(0, d->n);
	sink_stop(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POST_TEST(a_server_s_word_decides),
		POST_TEST(a_letter_arrives_byte_for_byte),
		POST_TEST(no_sender_is_the_null_path),
		POST_TEST(a_connection_lost_after_the_dot_is_tried_again_later),
		POST_TEST(a_kept_connection_that_died_is_replaced),
		POST_TEST(nobody_there_is_later),
		POST_TEST(a_server_that_does_not_want_us_is_later),
		POST_TEST(an_address_that_needs_smtputf8_is_never_downgraded),
		POST_TEST(tls_that_is_required_is_never_left_out),
		POST_TEST(tls_is_verified_where_it_must_be),
		POST_TEST(a_password_is_read_from_its_file),
		POST_TEST(senders_work_side_by_side),
		POST_TEST(giving_up_does_not_wait_for_the_server),
	};

	hash_init();
	return cmocka_run_group_tests_name("post smtp", tests, NULL, NULL);
}
