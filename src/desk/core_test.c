/*
 * core_test.c - the core between a parser and a post process that the test
 * plays: who is blamed for what, and which letter goes out how often.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "desk/core_fixture.h"
#include "desk/outcome.h"
#include "desk/sign.h"
#include "mime/mime.h"
#include "report/report.h"
#include "sys/files.h"
#include "sys/now.h"

static void
a_mail_that_hangs_costs_the_mail_behind_it_nothing(void **state)
{
	struct stage s;

	stage_open(&s, state);
	s.b.set.parse_timeout = 1;
	stage_receive(&s, "slow@r.example");
	stage_receive(&s, "mira@r.example");
	for (unsigned round = 1; round <= 2; round++) {
		stage_hire_parser(&s);
		core_jobs_pump(&s.core);
		stage_turn(&s);
		core_jobs_check(&s.core);
		core_jobs_check(&s.core); /* said once */
		assert_int_equal(round, s.stuck);
		stage_parser_dies(&s);
		assert_int_equal(round, s.core.first->deaths);
		assert_int_equal(0, s.core.first->next->deaths);
		assert_int_equal(round == 2 ? JOB_DONE : JOB_WAITING,
			s.core.first->state);
	}
	stage_hire_parser(&s);
	core_jobs_pump(&s.core);
	stage_answer(&s);
	assert_true(core_store_commit(&s.core));
	assert_int_equal(QUEUE_QUARANTINE, bench_mail(&s.b, 1)->queue);
	assert_string_equal("DAGF-1", bench_mail(&s.b, 2)->chain);
	stage_close(&s);
}

static void
a_mail_that_is_read_late_but_read_is_no_culprit(void **state)
{
	struct stage s;

	stage_open(&s, state);
	s.b.set.parse_timeout = 1;
	stage_receive(&s, "late@r.example");
	stage_receive(&s, "mira@r.example");
	stage_hire_parser(&s);
	core_jobs_pump(&s.core);
	stage_turn(&s);
	core_jobs_check(&s.core);
	stage_answer(&s); /* before it is killed for it */
	stage_parser_dies(&s);
	assert_int_equal(JOB_DONE, s.core.first->state);
	assert_int_equal(MAIL_PERSON, s.core.first->message->kind);
	assert_int_equal(0, s.core.first->next->deaths);
	stage_close(&s);
}

static void
a_reader_that_dies_costs_one_retry_then_quarantine(void **state)
{
	struct stage s;

	stage_open(&s, state);
	stage_receive(&s, "crash@r.example");
	for (unsigned round = 1; round <= 2; round++) {
		stage_hire_parser(&s);
		core_jobs_pump(&s.core);
		stage_parser_dies(&s);
		assert_int_equal(round, s.core.first->deaths);
	}
	assert_int_equal(JOB_DONE, s.core.first->state);
	assert_int_equal(MAIL_UNREADABLE, s.core.first->message->kind);
	assert_true(core_store_commit(&s.core));
	assert_int_equal(QUEUE_QUARANTINE, bench_mail(&s.b, 1)->queue);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
what_is_left_of_a_damaged_mail_is_a_persons_and_keeps_its_clock(void **state)
{
	struct stage s;
	struct duty *duties;
	size_t n;

	stage_open(&s, state);
	stage_receive(&s, "lost@r.example");
	stage_receive(&s, "mira@r.example");
	const char *segment =
		arena_printf(s.b.a, "%s/spool/edge/00000001.seg", s.role.data);
	int fd = open(segment, O_RDWR | O_CLOEXEC);
	assert_int_equal(1, pwrite(fd, "", 1, 200));
	(void)close(fd);
	stage_hire_parser(&s);
	core_jobs_pump(&s.core);
	stage_answer(&s);
	assert_true(core_store_commit(&s.core));
	assert_int_equal(QUEUE_QUARANTINE, bench_mail(&s.b, 1)->queue);
	assert_true(bench_mail(&s.b, 1)->bytes > 200);
	OK(&s.b,
		store_duties_of(s.core.desk.store, s.b.a, "mail-1", &duties, &n,
			&s.b.err));
	assert_int_equal(2, n);
	assert_string_equal("DAGF-1", bench_mail(&s.b, 2)->chain);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
a_reader_that_lies_is_not_heard_again_and_its_mail_is_read_by_another(
	void **state)
{
	static const char lies[][16] = {{1, 0, 0, 0}, {1, 0, 0, 0, 9},
		{2, 0, 0, 0}, {1, 0, 0, 0, 0, 1}};
	struct stage s;

	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		stage_open(&s, state);
		stage_receive(&s, "mira@r.example");
		stage_hire_parser(&s);
		core_jobs_pump(&s.core);
		OK(&s.b,
			ipc_put(s.parser, PROTO_DONE,
				span_make(lies[i], sizeof lies[i]), &s.b.err));
		stage_turn(&s);
		assert_int_equal(1, s.stuck);
		assert_null(s.core.workers[0].ipc);
		assert_int_equal(JOB_WAITING, s.core.first->state);
		(void)close(s.parser);
		stage_hire_parser(&s);
		core_jobs_pump(&s.core);
		stage_answer(&s);
		assert_int_equal(MAIL_PERSON, s.core.first->message->kind);
		stage_close(&s);
	}
}

/* The next letter that post is given, or NULL. */
static const char *
handed_over(struct stage *s)
{
	struct span body;
	char c;

	stage_turn(s);
	if (recv(s->post, &c, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
		return NULL;
	stage_frame(s, s->post, PROTO_LETTER, &body);
	struct unpack u = {body, false};
	return unpack_text(&u, s->b.a);
}

static void
post_says(struct stage *s, const char *letter, enum post_outcome what)
{
	struct str out;

	str_init(&out, 1000);
	pack_text(&out, letter);
	pack_u8(&out, (uint8_t)what);
	pack_text(&out, "250 taken");
	OK(&s->b, ipc_put(s->post, PROTO_OUTCOME, str_span(&out), &s->b.err));
	str_fini(&out);
	stage_turn(s);
}

static void
queue_letter(struct stage *s, const char *from)
{
	struct sent r = sent_report(from, arena_printf(s->b.a, "<%s>", from));

	s->b.desk.send_room = 0;
	s->b.at = (instant){now().ms - 5000};
	bench_take(&s->b, &r);
}

static void
a_letter_on_its_way_is_not_handed_over_again(void **state)
{
	struct stage s;
	struct letter *l;
	size_t n;

	stage_open(&s, state);
	queue_letter(&s, "mira@r.example");
	stage_hire_post(&s);
	core_post_lease(&s.core);
	assert_string_equal("DAGF-1.1", handed_over(&s));
	/* a person cannot wait */
	OK(&s.b, store_begin(s.b.f->s, &s.b.err));
	OK(&s.b,
		outcome_approve(&s.b.desk, s.b.a, "DAGF-1.1", "person:x", true,
			now(), &s.b.err));
	OK(&s.b, store_commit(s.b.f->s, &s.b.err));
	core_post_lease(&s.core);
	assert_null(handed_over(&s));
	/* it takes longer than its lease, and another node looks */
	OK(&s.b,
		store_letter_claim(s.b.f->s, "DAGF-1.1", "one",
			(instant){now().ms - 1}, &s.b.err));
	s.core.next_renewal = 0;
	core_post_lease(&s.core);
	assert_null(handed_over(&s));
	OK(&s.b, store_begin(s.b.f->s, &s.b.err));
	OK(&s.b,
		store_letter_lease(s.b.f->s, s.b.a, "two",
			(instant){now().ms + LETTER_LEASE / 2},
			(instant){INT64_MAX}, 9, &l, &n, &s.b.err));
	assert_int_equal(0, n);
	store_rollback(s.b.f->s);
	post_says(&s, "DAGF-1.1", POST_SENT);
	assert_true(core_post_commit(&s.core));
	assert_int_equal(0, s.core.n_out);
	assert_int_equal(LETTER_SENT, bench_letter(&s.b, "DAGF-1.1")->state);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
an_outcome_that_cannot_be_stored_costs_no_other_its_record(void **state)
{
	struct stage s;

	stage_open(&s, state);
	queue_letter(&s, "mira@r.example");
	queue_letter(&s, "jo@j.example");
	stage_hire_post(&s);
	post_says(&s, "DAGF-1.1", POST_SENT);
	post_says(&s, "DAGF-77.1", POST_SENT); /* of nobody */
	post_says(&s, "DAGF-2.1", POST_SENT);
	while (core_post_ready(&s.core))
		assert_true(core_post_commit(&s.core));
	assert_int_equal(LETTER_SENT, bench_letter(&s.b, "DAGF-1.1")->state);
	assert_int_equal(LETTER_SENT, bench_letter(&s.b, "DAGF-2.1")->state);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
a_signer_that_makes_no_sense_is_not_asked_again(void **state)
{
	unsigned char signature[SIGNATURE_BYTES];
	struct err err;
	int fd[2];

	(void)state;
	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	assert_true(ipc_put(fd[1], PROTO_SIGNED, SPAN_LIT("late"), &err));
	assert_false(sign_there(&fd[0], SPAN_LIT("text"), signature, &err));
	assert_int_equal(-1, fd[0]);
	assert_false(sign_there(&fd[0], SPAN_LIT("text"), signature, &err));
	assert_int_equal(ERR_BUSY, err.code);
	(void)close(fd[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define ONE(fn) {#fn, fn, fixture_sqlite, fixture_end, NULL}
		ONE(a_mail_that_hangs_costs_the_mail_behind_it_nothing),
		ONE(a_mail_that_is_read_late_but_read_is_no_culprit),
		ONE(a_reader_that_dies_costs_one_retry_then_quarantine),
		ONE(what_is_left_of_a_damaged_mail_is_a_persons_and_keeps_its_clock),
		ONE(a_reader_that_lies_is_not_heard_again_and_its_mail_is_read_by_another),
		ONE(a_letter_on_its_way_is_not_handed_over_again),
		ONE(a_signer_that_makes_no_sense_is_not_asked_again),
		ONE(an_outcome_that_cannot_be_stored_costs_no_other_its_record),
	};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
