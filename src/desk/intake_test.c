/* intake_test.c - what a mail becomes, on a real store of either engine. */
#include <string.h>

#include "desk/desk_fixture.h"
#include "desk/outcome.h"
#include "desk/start.h"
#include "post/post.h"
#include "sys/files.h"

static void
has(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		print_error("no '%s' in:\n%s\n", what, text);
	assert_non_null(strstr(text, what));
}

static void
lacks(const char *text, const char *what)
{
	if (strstr(text, what) != NULL)
		print_error("'%s' in:\n%s\n", what, text);
	assert_null(strstr(text, what));
}

static unsigned
queue_length(struct bench *b, enum queue q)
{
	struct mail *m;
	size_t n;

	OK(b, store_mail_list(b->f->s, b->a, q, NULL, &m, &n, &b->err));
	return (unsigned)n;
}

static size_t
duties_of(struct bench *b, const char *owner)
{
	struct duty *d;
	size_t n;

	OK(b, store_duties_of(b->f->s, b->a, owner, &d, &n, &b->err));
	return n;
}

/* The address that a case's letters ask replies to be sent to. */
static const char *
reply_address(struct bench *b, const char *id)
{
	return arena_printf(b->a, "oss_security+c.%s@astronomer.io",
		bench_case(b, id)->token);
}

static void
sent(struct bench *b, const char *letter)
{
	OK(b, store_begin(b->f->s, &b->err));
	OK(b,
		outcome_take(&b->desk, b->a, letter, POST_SENT, "250 taken",
			b->at, &b->err));
	OK(b, store_commit(b->f->s, &b->err));
}

static void
a_report_opens_a_case_with_duties_and_one_letter(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	assert_string_equal("opened", b.taken.how);
	assert_string_equal("DAGF-1", b.taken.chain);
	assert_string_equal("DAGF-1.1", b.taken.letter.id);
	struct casefile *c = bench_case(&b, "DAGF-1");
	assert_int_equal(DISP_OPEN, c->disposition);
	assert_int_equal(2, c->n_duties);
	assert_int_equal(DUTY_RUNNING, c->duties[0].state);
	sent(&b, "DAGF-1.1");
	c = bench_case(&b, "DAGF-1");
	assert_int_equal(DUTY_KEPT, c->duties[0].state);
	assert_int_equal(DUTY_RUNNING, c->duties[1].state);
	bench_proves(&b);
	bench_close(&b);
}

static void
a_redelivered_mail_makes_no_second_case(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	b.at.ms -= 1000;
	bench_take(&b, &r);
	assert_string_equal("again", b.taken.how);
	assert_null(b.taken.letter.id);
	assert_int_equal(2, bench_mail(&b, 1)->copies);
	assert_int_equal(1, bench_case(&b, "DAGF-1")->mails);
	bench_proves(&b);
	bench_close(&b);
}

static void
a_transaction_that_is_rolled_back_leaves_nothing(void **state)
{
	struct bench b;
	struct spool_pos pos;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	OK(&b, store_position(b.f->s, "one", "edge", &pos, &b.err));
	assert_int_equal(b.offset, pos.offset);
	bench_proves(&b); /* which rolls back what it folded */
	OK(&b, store_position(b.f->s, "one", "edge", &pos, &b.err));
	assert_int_equal(b.offset, pos.offset);
	r.id = "<2@r.example>";
	bench_take(&b, &r);
	assert_string_equal("DAGF-2", b.taken.chain);
	bench_close(&b);
}

static void
an_answer_from_a_stranger_joins_and_changes_nothing(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct sent s = sent_report("eve@e.example", "<2@e.example>");

	bench_open(&b, *state);
	r.body = "dag-factory reads the variables of other teams.\r\n";
	bench_take(&b, &r);
	size_t missing = bench_case(&b, "DAGF-1")->n_missing;
	assert_true(missing > 0);
	s.rcpt = reply_address(&b, "DAGF-1");
	bench_take(&b, &s);
	assert_string_equal("joined", b.taken.how);
	assert_null(b.taken.letter.id);
	struct casefile *c = bench_case(&b, "DAGF-1");
	assert_int_equal(missing, c->n_missing);
	assert_int_equal(2, c->n_duties);
	s.from = s.sender = "mira@r.example";
	s.id = "<3@r.example>";
	bench_take(&b, &s);
	c = bench_case(&b, "DAGF-1");
	assert_int_equal(0, c->n_missing);
	assert_int_equal(3, c->n_duties); /* the follow-up */
	bench_proves(&b);
	bench_close(&b);
}

static void
a_stranger_does_not_join_by_a_message_id_alone(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct sent s = sent_report("eve@e.example", "<2@e.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	s.reply_to_id = "<1@r.example>";
	bench_take(&b, &s);
	assert_string_equal("opened", b.taken.how);
	bench_close(&b);
}

static void
an_unreadable_answer_waits_for_a_person_and_its_clock_runs(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct sent s = sent_report("mira@r.example", "<2@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	s.rcpt = reply_address(&b, "DAGF-1");
	bench_take_unreadable(&b, &s);
	assert_int_equal(1, queue_length(&b, QUEUE_QUARANTINE));
	assert_string_equal("DAGF-1", bench_mail(&b, 2)->chain);
	assert_int_equal(2, duties_of(&b, "mail-2"));
	assert_null(b.taken.letter.id);
	bench_proves(&b);
	bench_close(&b);
}

static void
an_encrypted_answer_waits_for_a_person_and_its_clock_runs(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct sent s = sent_report("mira@r.example", "<2@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	s.reply_to_id = "<1@r.example>";
	s.body = "-----BEGIN PGP MESSAGE-----\r\n\r\n"
		 "hQEMA0Zk2W9kGQ0hAQf/XoX1m0q8Jx7Pq0nB\r\n=abcd\r\n"
		 "-----END PGP MESSAGE-----\r\n";
	bench_take(&b, &s);
	assert_int_equal(1, queue_length(&b, QUEUE_ENCRYPTED));
	assert_string_equal("DAGF-1", bench_mail(&b, 2)->chain);
	assert_int_equal(2, duties_of(&b, "mail-2"));
	bench_proves(&b);
	bench_close(&b);
}

static void
an_automatic_mail_that_reports_keeps_its_clock_in_a_thread_too(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct sent s = sent_report("scan@s.example", "<2@s.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	s.reply_to_id = "<1@r.example>";
	s.headers = "Auto-Submitted: auto-generated\r\n";
	bench_take(&b, &s);
	assert_int_equal(1, queue_length(&b, QUEUE_UNROUTED));
	assert_int_equal(2, duties_of(&b, "mail-2"));
	/* a mere Message-ID takes no stranger's mail into a case */
	assert_null(bench_mail(&b, 2)->chain);
	bench_proves(&b);
	bench_close(&b);
}

static void
what_a_mail_says_is_in_no_events_metadata(void **state)
{
	struct bench b;
	struct sent r = sent_report("noreply@secret.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	assert_int_equal(LETTER_HELD, bench_letter(&b, "DAGF-1.1")->state);
	has(bench_letter(&b, "DAGF-1.1")->held_because, "secret.example");
	r = sent_report("jo@secret.example", "<2@r.example>");
	r.headers =
		"Precedence: bulk-secret\r\nList-Id: <x.secret.example>\r\n";
	bench_take(&b, &r);
	lacks(bench_chain(&b, "desk:one"), "secret");
	lacks(bench_chain(&b, "DAGF-1"), "secret");
	bench_proves(&b);
	bench_close(&b);
}

static void
the_first_mail_with_a_message_id_keeps_it_whatever_the_cases_are_called(
	void **state)
{
	struct bench b;
	char id[32];

	bench_open(&b, *state);
	b.set.letters_per_domain_hour = 1;
	for (int i = 1; i <= 10; i++) {
		struct sent r = sent_report("mira@r.example", id);

		/* DAGF-2 and DAGF-10 share theirs; "DAGF-10" sorts first */
		(void)snprintf(
			id, sizeof id, "<%d@r.example>", i == 10 ? 2 : i);
		r.subject = i == 10 ? "dag-factory: a second flaw" : r.subject;
		bench_take(&b, &r);
		assert_string_equal("opened", b.taken.how);
	}
	bench_proves(&b);
	bench_close(&b);
}

static void
a_mail_with_the_id_of_our_letter_takes_no_answers_from_its_case(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	for (int i = 1; i <= 9; i++) {
		r.id = arena_printf(b.a, "<%d@r.example>", i);
		bench_take(&b, &r);
	}
	const char *ours = bench_letter(&b, "DAGF-2.1")->message_id;
	/* it is taken for our letter that came back */
	r = sent_report("eve@e.example", ours);
	bench_take(&b, &r);
	assert_string_equal("DAGF-2", b.taken.chain);
	bench_proves(&b);
	r = sent_report("mira@r.example", "<answer@r.example>");
	r.reply_to_id = ours;
	bench_take(&b, &r);
	assert_string_equal("DAGF-2", b.taken.chain);
	bench_close(&b);
}

static void
our_own_letter_that_comes_back_is_nobodys_work(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	const char *headers = "Auto-Submitted: auto-replied\r\n";

	bench_open(&b, *state);
	bench_take(&b, &r);
	r = sent_report(DESK_CONTACT, bench_letter(&b, "DAGF-1.1")->message_id);
	r.headers = headers;
	bench_take(&b, &r);
	assert_int_equal(QUEUE_NO_CASE, bench_mail(&b, 2)->queue);
	assert_string_equal("DAGF-1", bench_mail(&b, 2)->chain);
	assert_int_equal(0, duties_of(&b, "mail-2"));
	/* and to ourselves nothing is written, whatever it is */
	r = sent_report("OSS_Security+c.x@Astronomer.io", "<3@r.example>");
	bench_take(&b, &r);
	assert_null(b.taken.letter.id);
	OK(&b, store_begin(b.f->s, &b.err));
	struct letter *l;
	size_t n;
	OK(&b, store_letter_list(b.f->s, b.a, -1, 100, &l, &n, &b.err));
	assert_int_equal(1, n);
	store_rollback(b.f->s);
	bench_proves(&b);
	bench_close(&b);
}

static void
two_nodes_that_got_the_same_mail_can_be_rebuilt(void **state)
{
	struct bench b;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &r);
	b.at.ms -= 1000;
	b.desk.node = "another"; /* sorts before "one" */
	b.desk.chain = "desk:another";
	b.offset = 0;
	bench_take(&b, &r);
	assert_string_equal("again", b.taken.how);
	bench_proves(&b);
	bench_close(&b);
}

/* The policy's own words win over the desk's folder, and the folder over the
 * shipped ones. */
static void
a_letter_is_the_policys_own_before_the_desks_and_the_shipped_one(void **state)
{
	static const char text[] =
		"policy: 1\nname: Own\nextends: " POLICIES "/dag-factory.yml\n"
		"letters:\n  received: |\n    subject: Ours\n\n"
		"    The policy says hello about {case_id}.\n";
	static const char of_the_desk[] =
		"subject: Theirs\n\nThe desk says hello about {case_id}.\n";
	struct fixture *f = *state;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");
	struct bench b;
	const char *path = arena_printf(f->a, "%s/own.yml", f->dir);

	bench_open(&b, f);
	bench_take(&b, &r);
	has(arena_text(b.a, b.taken.letter.bytes), "thank you for writing");
	b.set.letters = f->dir;
	OK(&b,
		file_write(arena_printf(b.a, "%s/received.txt", f->dir),
			span_of(of_the_desk), 0644, &b.err));
	r.id = "<2@r.example>";
	bench_take(&b, &r);
	has(arena_text(b.a, b.taken.letter.bytes),
		"The desk says hello about DAGF-2.");
	OK(&b, file_write(path, span_of(text), 0644, &b.err));
	bench_policy(&b, &path);
	OK(&b, desk_begin(&b.desk, b.a, b.at, &b.err));
	r.id = "<3@r.example>";
	bench_take(&b, &r);
	has(arena_text(b.a, b.taken.letter.bytes),
		"The policy says hello about DAGF-3.");
	bench_proves(&b);
	bench_close(&b);
}

static void
a_letter_waits_its_turn_when_post_has_no_room(void **state)
{
	struct bench b;
	struct letter *l;
	size_t n;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	b.desk.send_room = 0;
	bench_take(&b, &r);
	assert_null(b.taken.letter.id);
	OK(&b, store_begin(b.f->s, &b.err));
	OK(&b,
		store_letter_lease(b.f->s, b.a, "one", b.at,
			(instant){b.at.ms + 1000}, 10, &l, &n, &b.err));
	assert_int_equal(1, n);
	assert_string_equal("DAGF-1.1", l[0].id);
	store_rollback(b.f->s);
	bench_close(&b);
}

static void
a_letter_given_to_post_at_birth_is_leased(void **state)
{
	struct bench b;
	struct letter *l;
	size_t n;
	struct sent r = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	b.desk.send_room = 1;
	bench_take(&b, &r);
	assert_non_null(b.taken.letter.id);
	assert_int_equal(0, b.desk.send_room);
	OK(&b, store_begin(b.f->s, &b.err));
	OK(&b,
		store_letter_lease(b.f->s, b.a, "one", b.at,
			(instant){b.at.ms + 1000}, 10, &l, &n, &b.err));
	assert_int_equal(0, n);
	store_rollback(b.f->s);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(a_report_opens_a_case_with_duties_and_one_letter),
		FOR_BOTH(a_redelivered_mail_makes_no_second_case),
		FOR_BOTH(a_transaction_that_is_rolled_back_leaves_nothing),
		FOR_BOTH(an_answer_from_a_stranger_joins_and_changes_nothing),
		FOR_BOTH(a_stranger_does_not_join_by_a_message_id_alone),
		FOR_BOTH(
			an_unreadable_answer_waits_for_a_person_and_its_clock_runs),
		FOR_BOTH(
			an_encrypted_answer_waits_for_a_person_and_its_clock_runs),
		FOR_BOTH(
			an_automatic_mail_that_reports_keeps_its_clock_in_a_thread_too),
		FOR_BOTH(what_a_mail_says_is_in_no_events_metadata),
		FOR_BOTH(
			the_first_mail_with_a_message_id_keeps_it_whatever_the_cases_are_called),
		FOR_BOTH(
			a_mail_with_the_id_of_our_letter_takes_no_answers_from_its_case),
		FOR_BOTH(our_own_letter_that_comes_back_is_nobodys_work),
		FOR_BOTH(two_nodes_that_got_the_same_mail_can_be_rebuilt),
		FOR_BOTH(
			a_letter_is_the_policys_own_before_the_desks_and_the_shipped_one),
		FOR_BOTH(a_letter_waits_its_turn_when_post_has_no_room),
		FOR_BOTH(a_letter_given_to_post_at_birth_is_leased),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
