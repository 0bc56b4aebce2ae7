/* cases_test.c - what follows from a mail, by example and by the fold. */
#include "cases/cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

static const struct zone_change utc_changes[] = {{{0}, 0}};
static const struct zone utc = {"UTC", utc_changes, 1};

static const struct clause clauses[] = {
	{.id = "required.title",
		.kind = CLAUSE_REQUIRED,
		.part = PART_TITLE,
		.text = "a title"},
	{.id = "required.steps",
		.kind = CLAUSE_REQUIRED,
		.part = PART_STEPS,
		.text = "steps"},
	{.id = "severity.refused", .kind = CLAUSE_SEVERITY, .text = "none"},
	{.id = "acknowledge",
		.kind = CLAUSE_DUTY,
		.strength = STRENGTH_AIM,
		.text = "five days",
		.duty = {DUTY_ACKNOWLEDGE, 5, 0, true}},
	{.id = "validate",
		.kind = CLAUSE_DUTY,
		.strength = STRENGTH_AIM,
		.text = "five days",
		.duty = {DUTY_VALIDATE, 5, 0, false}},
	{.id = "resolve",
		.kind = CLAUSE_DUTY,
		.strength = STRENGTH_AIM,
		.text = "in time",
		.duty = {DUTY_RESOLVE, 0, 0, false}},
	{.id = "follow-up",
		.kind = CLAUSE_DUTY,
		.strength = STRENGTH_BEST_EFFORT,
		.text = "five days",
		.duty = {DUTY_FOLLOW_UP, 5, 3, false}},
};
static const struct policy policy = {.name = "test",
	.product = {.name = "Widget", .prefix = "WDGT"},
	.contact = "security@example.org",
	.clauses = clauses,
	.n_clauses = ARRAY_LEN(clauses)};

static const struct clause_result lacks_steps[] = {
	{.id = "required.title", .result = RES_MET},
	{.id = "required.steps", .result = RES_BREACHED},
	{.id = "severity.refused", .result = RES_BREACHED},
};
static const struct clause_result has_steps[] = {
	{.id = "required.steps", .result = RES_MET},
};
static const struct verdict ask = {.disposition = DISP_ASK,
	.by_desk = true,
	.policy = &policy,
	.clauses = lacks_steps,
	.n_clauses = ARRAY_LEN(lacks_steps),
	.letter = "received-ask"};
static const struct verdict filled = {.disposition = DISP_OPEN,
	.policy = &policy,
	.clauses = has_steps,
	.n_clauses = ARRAY_LEN(has_steps)};
static const struct verdict unrouted = {
	.disposition = DISP_UNROUTED, .letter = "received-queue"};

static const struct message mail = {.from = "ann@Example.com",
	.reply_to = "ann@home.example",
	.text = "",
	.answer = true};
static const struct message stranger = {
	.from = "eve@example.com", .text = "", .answer = true};
static const struct message away = {
	.kind = MAIL_AUTO_REPLY, .from = "ann@Example.com", .text = ""};
static const struct report report = {
	.title = {.text = "Path traversal", .from = "subject"}};

/* Monday 2026-11-23 15:00 UTC */
static const instant monday = {INT64_C(1795446000000)};

struct fixture {
	struct arena *a;
	struct calendar calendar;
	struct bizcal *days;
};

static int
setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	struct err err;

	f->a = arena_new();
	assert_true(bizcal_new(&f->days, BIZCAL_SAT_SUN, NULL, 0, &err));
	f->calendar = calendar_make(f->a, &utc, f->days);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	bizcal_free(f->days);
	arena_free(f->a);
	free(f);
	return 0;
}

static struct letter_duties
duties_of(const struct casefile *c)
{
	return (struct letter_duties){c->duties, c->n_duties, NULL};
}

static struct arrival
arrival(const struct fixture *f, int64_t id, const struct message *m,
	const struct verdict *v)
{
	return (struct arrival){.mail = id,
		.received = monday,
		.at = {monday.ms + 500},
		.message = m,
		.report = &report,
		.verdict = v,
		.policy = &policy,
		.calendar = &f->calendar};
}

static struct casefile *
fold(struct fixture *f, struct casefile *c, const struct outcome *o)
{
	struct err err = {0};

	for (size_t i = 0; i < o->n_events; i++)
		if (!casefile_apply(f->a, &c, &o->events[i], &err))
			fail_msg("%s", err.text);
	return c;
}

static struct casefile *
asked(struct fixture *f, struct outcome *o)
{
	struct arrival in = arrival(f, 17, &mail, &ask);

	cases_open(f->a, &in, "WDGT-1", "secrettoken", o);
	return fold(f, NULL, o);
}

static const struct duty *
duty(const struct casefile *c, enum duty_name name)
{
	for (size_t i = 0; i < c->n_duties; i++)
		if (c->duties[i].name == name)
			return &c->duties[i];
	return NULL;
}

static void
a_report_that_lacks_steps_is_a_case_that_asks_for_them(void **state)
{
	struct outcome o;
	struct casefile *c = asked(*state, &o);

	assert_string_equal("WDGT-1", c->id);
	assert_int_equal(RM_RECEIVED, c->rm);
	assert_int_equal(DISP_ASK, c->disposition);
	assert_true(c->decided);
	assert_string_equal("Path traversal", c->title);
	assert_int_equal(2, c->n_contacts);
	assert_int_equal(1, c->n_missing);
	assert_string_equal("required.steps", c->missing[0]);
	assert_string_equal("received-ask", o.letter.template);
	assert_string_equal("ann@Example.com", o.letter.to);
	assert_true(o.letter.keeps_acknowledge);
	assert_int_equal(1, o.letter.n_missing);
}

static void
receipt_starts_what_the_policy_dates_and_nothing_else(void **state)
{
	struct outcome o;
	struct casefile *c = asked(*state, &o);
	char day[DAY_TEXT];

	assert_int_equal(2, c->n_duties);
	assert_null(duty(c, DUTY_RESOLVE));
	assert_null(duty(c, DUTY_FOLLOW_UP));
	const struct duty *d = duty(c, DUTY_VALIDATE);
	assert_string_equal("2026-11-30", day_format(d->due_day, day));
	/* 24:00 on Monday the 30th is 00:00 on the 1st. */
	assert_int_equal(monday.ms + (7 * 24 + 9) * 3600000ll, d->due.ms);
	assert_int_equal(monday.ms, d->started.ms);
	assert_string_equal("mail 17", d->trigger);
}

static void
metadata_holds_no_word_of_the_mail(void **state)
{
	struct outcome o;

	(void)asked(*state, &o);
	for (size_t i = 0; i < o.n_events; i++) {
		assert_null(strstr(o.events[i].meta, "ann"));
		assert_null(strstr(o.events[i].meta, "traversal"));
		assert_null(strstr(o.events[i].meta, "secrettoken"));
	}
}

static void
a_contact_fills_the_gap_and_starts_the_follow_up(void **state)
{
	struct fixture *f = *state;
	struct outcome o;
	struct casefile *c = asked(f, &o);
	struct arrival in = arrival(f, 18, &mail, &filled);

	cases_join(f->a, c, &in, JOINED_TOKEN, &o);
	c = fold(f, c, &o);
	assert_int_equal(0, c->n_missing);
	assert_int_equal(DISP_OPEN, c->disposition);
	assert_int_equal(2, c->mails);
	assert_non_null(duty(c, DUTY_FOLLOW_UP));
	/* a further message before the answer does not move the date */
	in.mail = 19;
	in.received.ms += INSTANT_DAY;
	cases_join(f->a, c, &in, JOINED_REFERENCES, &o);
	c = fold(f, c, &o);
	assert_int_equal(3, c->n_duties);
	assert_int_equal(monday.ms, duty(c, DUTY_FOLLOW_UP)->started.ms);
}

static void
nobody_else_changes_the_case(void **state)
{
	static const struct message *const others[] = {&stranger, &away};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct outcome o;
		struct casefile *c = asked(f, &o);
		struct arrival in = arrival(f, 18, others[i], &filled);

		cases_join(f->a, c, &in, JOINED_TOKEN, &o);
		c = fold(f, c, &o);
		assert_int_equal(1, o.n_events);
		assert_int_equal(1, c->n_missing);
		assert_int_equal(DISP_ASK, c->disposition);
		assert_int_equal(2, c->n_duties);
		assert_int_equal(2, c->mails);
	}
}

static const struct {
	const char *address;
	bool is;
} contacts[] = {
	{"ann@example.com", true},  /* domains have no case */
	{"Ann@example.com", false}, /* local parts may have */
	{"ann@home.example", true},
	{"ann@example.com.evil.example", false},
	{"annx@example.com", false},
	{"ann", false},
	{NULL, false},
};

static void
a_contact_is_known_by_the_whole_address(void **state)
{
	struct outcome o;
	struct casefile *c = asked(*state, &o);

	for (size_t i = 0; i < ARRAY_LEN(contacts); i++) {
		test_note(contacts[i].address ? contacts[i].address : "none");
		assert_int_equal(contacts[i].is,
			cases_is_contact(c, contacts[i].address));
	}
}

static struct letter
letter_of(const struct casefile *c)
{
	return (struct letter){.id = "WDGT-1.1",
		.chain = c->id,
		.template = "received-ask",
		.state = LETTER_QUEUED,
		.to = "ann@Example.com",
		.sender = "",
		.message_id = "<x@desk.example>",
		.keeps_acknowledge = true,
		.automatic = true,
		.queued = monday,
		.next_try = monday};
}

static struct casefile *
sent(struct fixture *f, struct casefile *c, instant at)
{
	struct letter l = letter_of(c);
	struct outcome o = {0};

	outcome_add(f->a, &o, letter_queued_event(f->a, &l, SPAN_LIT("bytes")));
	c = fold(f, c, &o);
	assert_int_equal(1, c->n_letter);
	l.attempts = 1;
	cases_letter_sent(f->a, &l, duties_of(c), at, "250 ok", &o);
	return fold(f, c, &o);
}

static void
the_receipt_keeps_acknowledge_once_the_next_hop_took_it(void **state)
{
	struct outcome o;
	struct casefile *c = asked(*state, &o);

	c = sent(*state, c, (instant){monday.ms + 1000});
	assert_int_equal(LETTER_SENT, c->letter[0].state);
	assert_int_equal(DUTY_KEPT, duty(c, DUTY_ACKNOWLEDGE)->state);
	assert_int_equal(DUTY_RUNNING, duty(c, DUTY_VALIDATE)->state);
}

static void
the_last_instant_is_in_time_and_the_next_is_late(void **state)
{
	struct outcome o;
	struct casefile *c = asked(*state, &o);
	int64_t due = duty(c, DUTY_ACKNOWLEDGE)->due.ms;

	assert_int_equal(DUTY_KEPT,
		duty(sent(*state, c, (instant){due - 1}), DUTY_ACKNOWLEDGE)
			->state);
	assert_int_equal(DUTY_KEPT_LATE,
		duty(sent(*state, c, (instant){due}), DUTY_ACKNOWLEDGE)->state);
}

static const struct {
	const char *name;
	struct bounce bounce;
	bool undone;
} bounces[] = {
	{"a failure undoes the promise", {.status = "5.1.1"}, true},
	{"a failure without a status", {.action = "failed"}, true},
	{"a delay changes nothing", {.status = "4.4.1", .action = "delayed"},
		false},
	{"a notice of success changes nothing",
		{.status = "2.0.0", .action = "delivered"}, false},
	{"a report without a word changes nothing", {0}, false},
};

static void
a_bounce_reopens_what_the_letter_kept(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(bounces); i++) {
		struct outcome o;
		struct casefile *c = asked(f, &o);

		test_note(bounces[i].name);
		c = sent(f, c, (instant){monday.ms + 1000});
		cases_letter_bounced(f->a, &c->letter[0], duties_of(c), 19,
			&bounces[i].bounce, (instant){monday.ms + 5000}, &o);
		c = fold(f, c, &o);
		assert_int_equal(
			bounces[i].undone ? LETTER_BOUNCED : LETTER_SENT,
			c->letter[0].state);
		assert_int_equal(bounces[i].undone ? DUTY_RUNNING : DUTY_KEPT,
			duty(c, DUTY_ACKNOWLEDGE)->state);
	}
}

static void
an_unrouted_mail_runs_the_clocks_without_a_case(void **state)
{
	struct fixture *f = *state;
	struct arrival in = arrival(f, 17, &mail, &unrouted);
	struct outcome o;
	struct duty *d;
	size_t n;

	cases_queue(f->a, &in, "unrouted", NULL, &o, &d, &n);
	assert_int_equal(2, n);
	assert_int_equal(EV_MAIL_FILED, o.events[0].kind);
	assert_int_equal(EV_DUTIES_STARTED, o.events[1].kind);
	assert_non_null(strstr(o.events[1].meta, "mail-17"));
	assert_string_equal("received-queue", o.letter.template);
	assert_false(o.letter.keeps_acknowledge);
}

static void
what_is_not_in_the_table_cannot_happen(void **state)
{
	struct fixture *f = *state;

	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		struct casefile *c = NULL;
		struct event e = {.kind = (enum event_kind)k,
			.at = monday,
			.actor = "desk",
			.meta = "{\"case\":\"X\",\"policy\":\"h\"}"};
		struct err err;

		test_note(event_kind_names[k]);
		assert_int_equal(k == EV_CASE_OPENED,
			casefile_apply(f->a, &c, &e, &err));
		if (k != EV_CASE_OPENED) {
			assert_null(c);
			assert_int_equal(ERR_BROKEN, err.code);
			continue;
		}
		struct casefile *first = c;
		assert_false(casefile_apply(f->a, &c, &e, &err));
		assert_ptr_equal(first, c);
	}
}

static void
a_case_whose_payloads_were_erased_still_folds(void **state)
{
	struct fixture *f = *state;
	struct outcome o;

	(void)asked(f, &o);
	for (size_t i = 0; i < o.n_events; i++)
		for (size_t k = 0; k < o.events[i].n_payloads; k++) {
			o.events[i].payloads[k].erased = true;
			o.events[i].payloads[k].bytes = SPAN_NONE;
		}
	struct casefile *c = fold(f, NULL, &o);
	assert_null(c->title);
	assert_null(c->reporter);
	assert_int_equal(1, c->n_missing);
	assert_int_equal(2, c->n_duties);
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(a_report_that_lacks_steps_is_a_case_that_asks_for_them),
		ROW(receipt_starts_what_the_policy_dates_and_nothing_else),
		ROW(metadata_holds_no_word_of_the_mail),
		ROW(a_contact_fills_the_gap_and_starts_the_follow_up),
		ROW(nobody_else_changes_the_case),
		ROW(a_contact_is_known_by_the_whole_address),
		ROW(the_receipt_keeps_acknowledge_once_the_next_hop_took_it),
		ROW(the_last_instant_is_in_time_and_the_next_is_late),
		ROW(a_bounce_reopens_what_the_letter_kept),
		ROW(an_unrouted_mail_runs_the_clocks_without_a_case),
		ROW(what_is_not_in_the_table_cannot_happen),
		ROW(a_case_whose_payloads_were_erased_still_folds),
	};

	return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
