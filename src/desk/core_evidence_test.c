/*
 * core_evidence_test.c - the core and an evidence role that the test plays:
 * whatever that one does, a mail is judged, and soon.
 */
#include <unistd.h>

#include "desk/core_fixture.h"
#include "mirror/mirror_note.h"
#include "sys/files.h"

static void
set_up(struct stage *s, void **state, unsigned mails)
{
	static const char *const from[] = {
		"a@r.example", "b@r.example", "c@r.example"};

	stage_open(s, state);
	OK(&s->b,
		file_mkdirs(mirror_path(s->b.a, s->role.data, "DAGF"), 0700,
			&s->b.err));
	stage_hire_parser(s);
	for (unsigned i = 0; i < mails; i++)
		stage_receive(s, from[i]);
	core_jobs_pump(&s->core);
	for (unsigned i = 0; i < mails; i++)
		stage_answer(s);
}

/* The ticket of the next question, whose product is right. */
static uint32_t
asked(struct stage *s)
{
	struct span body;

	stage_frame(s, s->evidence, PROTO_LOOK, &body);
	struct unpack u = {body, false};
	uint32_t ticket = unpack_u32(&u, UINT32_MAX);
	struct report *r;

	assert_string_equal("DAGF", unpack_text(&u, s->b.a));
	assert_true(report_unpack(&u, s->b.a, unpack_u32(&u, UINT32_MAX), &r));
	assert_true(unpack_end(&u));
	return ticket;
}

static void
say(struct stage *s, uint16_t type, uint32_t ticket, const struct evidence *ev,
	const char *more)
{
	struct str out;

	str_init(&out, PROTO_MAX_LOOKED);
	pack_u32(&out, ticket);
	pack_u8(&out, ev != NULL);
	if (ev != NULL)
		evidence_pack(&out, ev);
	str_puts(&out, more);
	OK(&s->b, ipc_put(s->evidence, type, str_span(&out), &s->b.err));
	str_fini(&out);
	stage_turn(s);
}

static const struct version_evidence version = {
	"1.0.1", 3, RELEASE_CONFIRMED, "v1.0.1"};
static const struct evidence evidence = {.mirror = "5ca1ab1e",
	.tag = "v1.0.1",
	.versions = &version,
	.n_versions = 1};
static const struct claim_evidence beyond = {9999, CLAIM_EXISTS, NULL};
static const struct evidence impossible = {
	.mirror = "5ca1ab1e", .claims = &beyond, .n_claims = 1};

static void
a_mail_is_judged_with_what_the_mirror_says(void **state)
{
	struct stage s;

	set_up(&s, state, 1);
	assert_int_equal(JOB_READ, s.core.first->state);
	assert_false(core_store_ready(&s.core));
	stage_hire_evidence(&s);
	assert_int_equal(JOB_LOOKING, s.core.first->state);
	say(&s, PROTO_LOOKED, asked(&s), &evidence, "");
	assert_int_equal(JOB_DONE, s.core.first->state);
	assert_true(core_store_commit(&s.core));
	const char *chain = bench_chain(&s.b, "DAGF-1");
	assert_non_null(strstr(chain, "\"mirror\":\"5ca1ab1e\""));
	assert_int_equal(0, s.stuck);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
an_answer_that_makes_no_sense_is_not_heard(void **state)
{
	for (int wrong = 0; wrong < 4; wrong++) {
		struct stage s;

		set_up(&s, state, 1);
		stage_hire_evidence(&s);
		uint32_t ticket = asked(&s);
		say(&s, wrong == 0 ? PROTO_DONE : PROTO_LOOKED,
			wrong == 1 ? ticket + 1 : ticket,
			wrong == 2 ? &impossible : &evidence,
			wrong == 3 ? "and more" : "");
		assert_int_equal(1, s.stuck);
		assert_int_equal(ROLE_EVIDENCE, s.whom);
		assert_int_equal(JOB_DONE, s.core.first->state);
		assert_null(s.core.first->evidence);
		assert_null(s.core.evidence);
		stage_close(&s);
	}
}

static void
a_role_that_hangs_or_dies_costs_one_mail_its_evidence(void **state)
{
	for (int hangs = 0; hangs < 2; hangs++) {
		struct stage s;

		set_up(&s, state, 2);
		stage_hire_evidence(&s);
		(void)asked(&s);
		s.core.look_progress -= 3000;
		if (hangs) {
			core_evidence_second(&s.core);
			assert_int_equal(ROLE_EVIDENCE, s.whom);
		}
		(void)close(s.evidence);
		stage_turn(&s);
		assert_int_equal(JOB_DONE, s.core.first->state);
		assert_null(s.core.first->evidence);
		assert_int_equal(JOB_READ, s.core.first->next->state);
		stage_hire_evidence(&s);
		say(&s, PROTO_LOOKED, asked(&s), &evidence, "");
		assert_int_equal(JOB_DONE, s.core.first->next->state);
		assert_non_null(s.core.first->next->evidence);
		assert_true(core_store_commit(&s.core));
		bench_proves(&s.b);
		stage_close(&s);
	}
}

static void
no_mail_waits_long_for_a_role_that_does_not_come(void **state)
{
	struct stage s;

	set_up(&s, state, 3);
	for (struct job *j = s.core.first; j != NULL; j = j->next) {
		assert_int_equal(JOB_READ, j->state);
		j->read_at -= 6000;
	}
	core_evidence_second(&s.core);
	assert_true(core_store_commit(&s.core));
	assert_null(s.core.first);
	assert_string_equal("DAGF-3", bench_mail(&s.b, 3)->chain);
	bench_proves(&s.b);
	stage_close(&s);
}

static void
without_a_mirror_nobody_is_asked(void **state)
{
	struct stage s;

	stage_open(&s, state);
	stage_hire_parser(&s);
	stage_receive(&s, "a@r.example");
	core_jobs_pump(&s.core);
	stage_answer(&s);
	assert_int_equal(JOB_DONE, s.core.first->state);
	stage_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define ONE(fn) {#fn, fn, fixture_sqlite, fixture_end, NULL}
		ONE(a_mail_is_judged_with_what_the_mirror_says),
		ONE(an_answer_that_makes_no_sense_is_not_heard),
		ONE(a_role_that_hangs_or_dies_costs_one_mail_its_evidence),
		ONE(no_mail_waits_long_for_a_role_that_does_not_come),
		ONE(without_a_mirror_nobody_is_asked),
	};

	return cmocka_run_group_tests_name("core_evidence", tests, NULL, NULL);
}
