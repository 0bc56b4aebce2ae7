/*
 * post_test.c - letters into a Maildir, letters that are never sent, and when
 * to try again.
 */
#include "post/desk_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Maildir --------------------------------------------------------------- */

static void
a_maildir_gets_one_file_however_often_it_is_sent(void **state)
{
	struct desk *d = *state;
	char path[600], moved[700], new[100];

	open_post(d, "maildir:outbox");
	(void)snprintf(new, sizeof new, "%s/outbox/new", d->dir);
	const struct outcome *got = one(d, "DAGF-1.1", "ada@example.net");
	assert_int_equal(POST_SENT, got->o);
	assert_int_equal(1, files_in(new, path, sizeof path));
	assert_string_equal(path, got->reply);
	assert_string_equal("From: security@example.org\n"
			    "To: ada@example.net\n"
			    "Message-ID: <1@desk.example.org>\n"
			    "\n"
			    ".a line that begins with a dot\n"
			    "..\n"
			    ".\n"
			    "the last line\n",
		read_text(d, path));

	assert_int_equal(POST_SENT, one(d, "DAGF-1.1", "ada@example.net")->o);
	assert_int_equal(1, files_in(new, path, sizeof path));

	/* a reader has seen it */
	(void)snprintf(moved, sizeof moved, "%s/outbox/cur/%s:2,S", d->dir,
		strrchr(path, '/') + 1);
	assert_int_equal(0, rename(path, moved));
	assert_int_equal(POST_SENT, one(d, "DAGF-1.1", "ada@example.net")->o);
	assert_int_equal(0, files_in(new, path, sizeof path));
}

static void
letters_with_one_id_but_other_bytes_are_two(void **state)
{
	struct desk *d = *state;
	char path[600], dir[100];

	open_post(d, "maildir:outbox");
	send_to(d, "DAGF-1.1", "ada@example.net");
	post_send(d->post, "DAGF-1.1", "", "ada@example.net",
		SPAN_LIT("Other: yes\r\n\r\n"));
	send_to(d, "../../etc/x", "ada@example.net");
	d->awaited = 3;
	loop_run(d->loop);
	(void)snprintf(dir, sizeof dir, "%s/outbox/new", d->dir);
	assert_int_equal(3, files_in(dir, path, sizeof path));
	(void)snprintf(dir, sizeof dir, "%s/outbox/tmp", d->dir);
	assert_int_equal(0, files_in(dir, path, sizeof path));
}

static void
a_maildir_that_cannot_be_written_puts_off(void **state)
{
	struct desk *d = *state;
	char from[100], to[100];

	open_post(d, "maildir:outbox");
	(void)snprintf(from, sizeof from, "%s/outbox/tmp", d->dir);
	(void)snprintf(to, sizeof to, "%s/gone", d->dir);
	assert_int_equal(0, rename(from, to));
	assert_int_equal(0, rmdir(to));
	const struct outcome *got = one(d, "DAGF-1.1", "ada@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "cannot write"));
}

/* --- what is never sent ---------------------------------------------------- */

static const struct {
	const char *name, *to, *sender, *bytes;
} unfit[] = {
	{"a second recipient", "a@example.net,b@example.net", "", "x\r\n"},
	{"a command in the address", "a@example.net>\r\nDATA", "", "x\r\n"},
	{"a wrong bounce address", "a@example.net", "bounce", "x\r\n"},
	{"a bare LF", "a@example.net", "", "x\r\n.\ny\r\n"},
	{"a bare CR", "a@example.net", "", "x\r.\r\n"},
	{"nothing", "a@example.net", "", ""},
};

static void
what_is_not_fit_is_refused_from_the_loop(void **state)
{
	struct desk *d = *state;

	open_post(d, "maildir:outbox");
	for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
		test_note(unfit[i].name);
		d->n = 0;
		d->awaited = 1;
		post_send(d->post, "x", unfit[i].sender, unfit[i].to,
			span_of(unfit[i].bytes));
		assert_int_equal(0, d->n);
		loop_run(d->loop);
		assert_int_equal(POST_REFUSED, d->got[0].o);
	}
}

static void
settings_that_are_wrong_are_told(void **state)
{
	static const struct {
		const char *transport, *says;
	} wrong[] = {
		{"pigeon:coop", "is none of maildir:DIR"},
		{"smtp://", "wants HOST:PORT"},
		{"smtp://user:pw@host", "wants HOST:PORT"},
		{"smtp://host/path", "wants HOST:PORT"},
		{"sendmail:sendmail", "give its full path"},
		{"sendmail:/nowhere/sendmail", "is no program"},
		{"maildir:", "wants a folder"},
		{"maildir:/nowhere/at/all", "cannot make folder"},
	};
	struct desk *d = *state;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		test_note(wrong[i].transport);
		d->set.transport = wrong[i].transport;
		assert_false(post_new(
			&d->post, d->loop, &d->set, d->dir, done, d, &err));
		assert_non_null(strstr(err.text, wrong[i].says));
		assert_null(d->post);
	}
	d->set.transport = "smtp://mail.example.org:587";
	d->set.smtp_user = "desk";
	assert_false(
		post_new(&d->post, d->loop, &d->set, d->dir, done, d, &err));
	assert_non_null(strstr(err.text, "in clear"));
}

/* --- when to try again ----------------------------------------------------- */

static void
tries_are_spaced_until_it_is_time_to_give_up(void **state)
{
	struct desk *d = *state;
	int64_t minute = 60 * INSTANT_SECOND, hour = 60 * minute;
	int64_t waits[] = {
		30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour};
	instant queued = {INT64_C(1795446245678)}, t = queued;
	unsigned tries = 0;

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		instant next =
			post_next_try(&d->set, queued, t, (unsigned)i + 1);

		assert_int_equal(waits[i], next.ms - t.ms);
		t = next;
	}
	for (t = queued; t.ms != INT64_MAX; tries++) {
		assert_true(t.ms <= queued.ms + 120 * hour);
		t = post_next_try(&d->set, queued, t, tries + 1);
	}
	assert_int_equal(20, tries);
	t = post_next_try(&d->set, queued, queued, 4000000000u);
	assert_int_equal(8 * hour, t.ms - queued.ms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POST_TEST(a_maildir_gets_one_file_however_often_it_is_sent),
		POST_TEST(letters_with_one_id_but_other_bytes_are_two),
		POST_TEST(a_maildir_that_cannot_be_written_puts_off),
		POST_TEST(what_is_not_fit_is_refused_from_the_loop),
		POST_TEST(settings_that_are_wrong_are_told),
		POST_TEST(tries_are_spaced_until_it_is_time_to_give_up),
	};

	hash_init();
	return cmocka_run_group_tests_name("post", tests, NULL, NULL);
}
