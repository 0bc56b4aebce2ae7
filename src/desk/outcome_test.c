/* outcome_test.c - a letter's life: sent, put off, given up, sent back. */
#include "desk/outcome.h"

#include <string.h>

#include "desk/desk_fixture.h"

static void
open_with_letter(struct bench *b, void **state)
{
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(b, *state);
	bench_take(b, &r);
	assert_int_equal(LETTER_QUEUED, bench_letter(b, "DAGF-1.1")->state);
}

static void
post_says(struct bench *b, enum post_outcome what)
{
	OK(b, store_begin(b->f->s, &b->err));
	OK(b,
		outcome_take(&b->desk, b->a, "DAGF-1.1", what,
			"the server said", b->at, &b->err));
	OK(b, store_commit(b->f->s, &b->err));
}

static enum duty_state
acknowledge(struct bench *b)
{
	const struct casefile *c = bench_case(b, "DAGF-1");

	assert_int_equal(DUTY_ACKNOWLEDGE, c->duties[0].name);
	return c->duties[0].state;
}

/* A delivery status as an MTA writes it. */
static void
status_comes(struct bench *b, const char *rcpt, const char *action,
	const char *status, const char *returned)
{
	const char *body = arena_printf(b->a,
		"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
		"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
		"Reporting-MTA: dns; mx.r.example\r\n\r\n"
		"Final-Recipient: rfc822; mira@r.example\r\n"
		"Action: %s\r\nStatus: %s\r\n\r\n"
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
		"Message-ID: %s\r\n\r\n--b--\r\n",
		action, status, returned);
	struct sent s = {.from = "mailer-daemon@mx.r.example",
		.sender = "",
		.rcpt = rcpt,
		.subject = "Undelivered",
		.id = arena_printf(
			b->a, "<%lld@mx.r.example>", (long long)b->at.ms),
		.headers =
			"MIME-Version: 1.0\r\nContent-Type: multipart/report; "
			"report-type=delivery-status; boundary=b\r\n",
		.body = body};

	bench_take(b, &s);
}

static void
what_was_put_off_is_tried_later_and_given_up_in_time(void **state)
{
	struct bench b;

	open_with_letter(&b, state);
	post_says(&b, POST_LATER);
	struct letter *l = bench_letter(&b, "DAGF-1.1");
	assert_int_equal(LETTER_QUEUED, l->state);
	assert_int_equal(1, l->attempts);
	assert_true(l->next_try.ms == b.at.ms + b.set.retry_first);
	assert_string_equal("the server said", l->reply);
	b.at.ms += b.set.give_up;
	post_says(&b, POST_LATER);
	l = bench_letter(&b, "DAGF-1.1");
	assert_int_equal(LETTER_GIVEN_UP, l->state);
	assert_int_equal(2, l->attempts);
	post_says(&b, POST_SENT); /* a late word changes nothing */
	assert_int_equal(LETTER_GIVEN_UP, bench_letter(&b, "DAGF-1.1")->state);
	assert_int_equal(DUTY_RUNNING, acknowledge(&b));
	bench_proves(&b);
	bench_close(&b);
}

static void
a_letter_that_is_sent_cannot_be_sent_again_by_anybody(void **state)
{
	struct bench b;

	open_with_letter(&b, state);
	post_says(&b, POST_SENT);
	assert_int_equal(DUTY_KEPT, acknowledge(&b));
	OK(&b, store_begin(b.f->s, &b.err));
	FAILS(&b, ERR_CONFLICT,
		outcome_approve(&b.desk, b.a, "DAGF-1.1", "person:x", false,
			b.at, &b.err));
	FAILS(&b, ERR_CONFLICT,
		outcome_approve(&b.desk, b.a, "DAGF-1.1", "person:x", true,
			b.at, &b.err));
	store_rollback(b.f->s);
	bench_proves(&b);
	bench_close(&b);
}

static void
a_failure_that_comes_back_opens_the_promise_again(void **state)
{
	struct bench b;

	for (int by_address = 0; by_address < 2; by_address++) {
		open_with_letter(&b, state);
		post_says(&b, POST_SENT);
		const struct letter *l = bench_letter(&b, "DAGF-1.1");
		assert_int_equal(0, strncmp("bounce+", l->sender, 7));
		if (by_address)
			status_comes(&b, l->sender, "failed", "5.1.1",
				"<lost@mx.r.example>");
		else
			status_comes(&b, DESK_CONTACT, "failed", "5.1.1",
				l->message_id);
		assert_int_equal(
			LETTER_BOUNCED, bench_letter(&b, "DAGF-1.1")->state);
		assert_int_equal(DUTY_RUNNING, acknowledge(&b));
		assert_string_equal("DAGF-1", b.taken.chain);
		bench_proves(&b);
		bench_close(&b);
		if (by_address == 0) { /* a store without that case */
			struct fixture *f = *state;
			const char *engine = f->engine;

			assert_int_equal(0, fixture_end(state));
			assert_int_equal(0,
				strcmp(engine, "sqlite") == 0 ?
					fixture_sqlite(state) :
					fixture_pgsql(state));
		}
	}
}

static void
a_stranger_undoes_no_promise_by_a_made_up_failure(void **state)
{
	static const char *const guesses[][2] = {
		{DESK_CONTACT, "<1@r.example>"}, /* the reporter's own mail */
		{DESK_CONTACT, "<aaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example.org>"},
		{"bounce+aaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example.org", "<x@y>"},
		{"bounce+@desk.example.org", "<x@y>"},
	};
	struct bench b;

	open_with_letter(&b, state);
	post_says(&b, POST_SENT);
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		status_comes(
			&b, guesses[i][0], "failed", "5.1.1", guesses[i][1]);
		assert_int_equal(
			LETTER_SENT, bench_letter(&b, "DAGF-1.1")->state);
		assert_int_equal(DUTY_KEPT, acknowledge(&b));
	}
	bench_proves(&b);
	bench_close(&b);
}

static void
a_delay_or_a_second_failure_changes_nothing(void **state)
{
	struct bench b;

	open_with_letter(&b, state);
	post_says(&b, POST_SENT);
	const struct letter *l = bench_letter(&b, "DAGF-1.1");
	status_comes(&b, l->sender, "delayed", "4.4.1", l->message_id);
	assert_int_equal(LETTER_SENT, bench_letter(&b, "DAGF-1.1")->state);
	status_comes(&b, l->sender, "failed", "5.1.1", l->message_id);
	status_comes(&b, l->sender, "failed", "5.2.2", l->message_id);
	const char *all = bench_chain(&b, "DAGF-1");
	const char *first = strstr(all, "letter.bounced");
	assert_non_null(first);
	assert_null(strstr(first + 1, "letter.bounced"));
	bench_proves(&b);
	bench_close(&b);
}

static void
a_case_keeps_the_policy_that_it_was_opened_under(void **state)
{
	static const char *const other[] = {POLICIES "/cosmos.yml"};
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<2@r.example>");

	open_with_letter(&b, state);
	const struct casefile *c = bench_case(&b, "DAGF-1");
	r.rcpt = arena_printf(b.a, "oss_security+c.%s@astronomer.io", c->token);
	bench_policy(&b, other);
	bench_take(&b, &r);
	assert_string_equal("joined", b.taken.how);
	c = bench_case(&b, "DAGF-1");
	assert_int_equal(3, c->n_duties);
	assert_string_equal(c->duties[0].calendar, c->duties[2].calendar);
	bench_proves(&b);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(what_was_put_off_is_tried_later_and_given_up_in_time),
		FOR_BOTH(a_letter_that_is_sent_cannot_be_sent_again_by_anybody),
		FOR_BOTH(a_failure_that_comes_back_opens_the_promise_again),
		FOR_BOTH(a_stranger_undoes_no_promise_by_a_made_up_failure),
		FOR_BOTH(a_case_keeps_the_policy_that_it_was_opened_under),
		FOR_BOTH(a_delay_or_a_second_failure_changes_nothing),
	};

	return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
