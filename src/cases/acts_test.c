/* acts_test.c - what persons decide: the moves, by example, and a property:
 * whatever is done in whatever order, the fold is the same each time and no
 * impossible move is ever made. */
#include "cases/acts.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

static const struct zone_change utc_changes[] = {{{0}, 0}};
static const struct zone utc = {"UTC", utc_changes, 1};
static const char *const scale[] = {"low", "high"};

static const struct clause clauses[] = {
	{.id = "vulnerabilities-only",
		.kind = CLAUSE_VULNERABILITIES_ONLY,
		.text = "vulnerabilities only"},
	{.id = "scope.website",
		.kind = CLAUSE_SCOPE,
		.text = "not the website",
		.scope = {.about = ABOUT_WEBSITE}},
	{.id = "scope.other",
		.kind = CLAUSE_SCOPE,
		.text = "no other code",
		.scope = {.about = ABOUT_OTHER_CODEBASES}},
	{.id = "ignored",
		.kind = CLAUSE_OUT_OF_SCOPE,
		.text = "ignored",
		.out_of_scope = {.courtesy_letter = true}},
	{.id = "severity",
		.kind = CLAUSE_SEVERITY,
		.text = "none",
		.severity = {.scale = {scale, 2}}},
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

static const struct line_range found[] = {{3, 6}, {8, 12}};
static const struct verdict proposed = {.disposition = DISP_SET_ASIDE,
	.policy = &policy,
	.letter = "received",
	.clause = "vulnerabilities-only"};
static const struct verdict two = {.disposition = DISP_OPEN,
	.by_desk = true,
	.policy = &policy,
	.letter = "received",
	.split = found,
	.n_split = 2};

static const struct message mail = {
	.from = "ann@example.com", .text = "", .answer = true};
static const struct report report = {
	.title = {.text = "Path traversal", .from = "subject"}};

/* Monday 2026-11-23 15:00 UTC */
static const instant monday = {INT64_C(1795446000000)};

struct fixture {
	struct arena *a;
	struct calendar calendar;
	struct bizcal *days;
	struct err err;
	struct casefile *c;
	struct event *log; /* all events of the case, in order */
	size_t n, cap;
	instant at;
};

static int
setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);

	f->a = arena_new();
	f->at = monday;
	assert_true(bizcal_new(&f->days, BIZCAL_SAT_SUN, NULL, 0, &f->err));
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
	free(f->log);
	free(f);
	return 0;
}

static void
fold(struct fixture *f, const struct outcome *o)
{
	for (size_t i = 0; i < o->n_events; i++) {
		f->log = mem_grow(f->log, &f->cap, f->n + 1, sizeof *f->log);
		f->log[f->n++] = o->events[i];
		if (!casefile_apply(f->a, &f->c, &o->events[i], &f->err))
			fail_msg("%s", f->err.text);
	}
}

static struct arrival
arrival(struct fixture *f, const struct verdict *v)
{
	return (struct arrival){.mail = 17,
		.received = monday,
		.at = f->at,
		.message = &mail,
		.report = &report,
		.verdict = v,
		.policy = &policy,
		.calendar = &f->calendar};
}

static void
begin(struct fixture *f, const struct verdict *v)
{
	struct arrival in = arrival(f, v);
	struct outcome o;

	f->c = NULL;
	f->n = 0;
	f->at = monday;
	cases_open(f->a, &in, "WDGT-1", "token", &o);
	fold(f, &o);
}

static void
write_letter(struct fixture *f, const char *template, bool settles,
	enum letter_state state)
{
	struct letter l = {
		.id = arena_printf(f->a, "WDGT-1.%u", f->c->letters + 1),
		.chain = "WDGT-1",
		.template = template,
		.state = state,
		.to = "ann@example.com",
		.message_id = "<x@y>",
		.settles = settles,
		.queued = f->at};
	struct outcome o = {0};

	outcome_add(f->a, &o, letter_queued_event(f->a, &l, SPAN_LIT("bytes")));
	fold(f, &o);
}

static void
send_letter(struct fixture *f, size_t i)
{
	struct outcome o;

	cases_letter_sent(f->a, &f->c->letter[i],
		(struct letter_duties){f->c->duties, f->c->n_duties, NULL},
		f->at, "250 ok", &o);
	fold(f, &o);
}

static enum duty_state
state_of(const struct fixture *f, enum duty_name name)
{
	for (size_t i = 0; i < f->c->n_duties; i++)
		if (f->c->duties[i].name == name)
			return f->c->duties[i].state;
	fail_msg("no such duty");
	return DUTY_RUNNING;
}

static struct act_by
ann(struct fixture *f)
{
	f->at.ms += 1000;
	return (struct act_by){f->at, "person:ann", "because"};
}

static bool
decide(struct fixture *f, enum disposition to, const char *clause, bool confirm)
{
	const struct act_decision d = {
		.to = to, .clause = clause, .reachable = true};
	const struct act_by by = ann(f);
	struct outcome o;
	bool ok = confirm ?
		acts_confirm(f->a, f->c, &policy, &d, &by, &o, &f->err) :
		acts_overrule(f->a, f->c, &policy, &d, &by, &o, &f->err);

	if (!ok)
		return false;
	fold(f, &o);
	if (o.letter.template != NULL)
		write_letter(
			f, o.letter.template, o.letter.settles, LETTER_QUEUED);
	return true;
}

/* --- the moves ---------------------------------------------------------------- */

static const struct {
	enum rm from;
	enum disposition to;
	enum rm rm;
} possible[] = {
	{RM_RECEIVED, DISP_OPEN, RM_RECEIVED},
	{RM_RECEIVED, DISP_ASK, RM_RECEIVED},
	{RM_RECEIVED, DISP_ASK_PLAIN, RM_RECEIVED},
	{RM_RECEIVED, DISP_SET_ASIDE, RM_INVALID},
	{RM_RECEIVED, DISP_IGNORE, RM_INVALID},
	{RM_INVALID, DISP_SET_ASIDE, RM_INVALID},
	{RM_INVALID, DISP_IGNORE, RM_INVALID},
	{RM_INVALID, DISP_OPEN, RM_VALID},
	{RM_VALID, DISP_OPEN, RM_VALID},
};

static void
only_these_moves_are_possible(void **state)
{
	(void)state;
	for (int from = 0; from < RM_COUNT; from++)
		for (int to = 0; to < DISP_COUNT; to++) {
			enum rm rm = RM_CLOSED, want = RM_CLOSED;
			bool may = false;

			for (size_t i = 0; i < ARRAY_LEN(possible); i++)
				if ((int)possible[i].from == from &&
					(int)possible[i].to == to) {
					may = true;
					want = possible[i].rm;
				}
			assert_int_equal(may,
				acts_move((enum rm)from, (enum disposition)to,
					&rm));
			assert_int_equal(want, rm);
		}
}

/* --- by example ------------------------------------------------------------------ */

static void
a_confirmed_set_aside_is_settled_by_its_letter(void **state)
{
	struct fixture *f = *state;

	begin(f, &proposed);
	assert_true(casefile_undecided(f->c));
	write_letter(f, "received", false, LETTER_QUEUED);
	send_letter(f, 0);
	assert_int_equal(DUTY_RUNNING, state_of(f, DUTY_ACKNOWLEDGE));
	assert_true(decide(f, DISP_SET_ASIDE, NULL, true));
	assert_int_equal(RM_INVALID, f->c->rm);
	assert_string_equal("person:ann", f->c->decider);
	assert_false(casefile_undecided(f->c));
	assert_int_equal(DUTY_RUNNING, state_of(f, DUTY_VALIDATE));
	assert_string_equal("set-aside", f->c->letter[1].template);
	send_letter(f, 1);
	assert_int_equal(DUTY_KEPT, state_of(f, DUTY_VALIDATE));
	assert_int_equal(DUTY_KEPT, state_of(f, DUTY_ACKNOWLEDGE));
	assert_false(decide(f, DISP_SET_ASIDE, NULL, true));
	assert_non_null(strstr(f->err.text, "no open proposal"));
}

static void
who_got_no_receipt_gets_no_letter_and_is_owed_nothing(void **state)
{
	struct fixture *f = *state;

	begin(f, &proposed);
	assert_true(decide(f, DISP_SET_ASIDE, NULL, true));
	assert_int_equal(0, f->c->n_letter);
	assert_int_equal(DUTY_ENDED, state_of(f, DUTY_VALIDATE));
	assert_int_equal(DUTY_ENDED, state_of(f, DUTY_ACKNOWLEDGE));
}

static void
ignored_ends_what_runs_and_cites_the_scope(void **state)
{
	struct fixture *f = *state;

	begin(f, &proposed);
	write_letter(f, "received", false, LETTER_SENT);
	assert_false(decide(f, DISP_IGNORE, NULL, false));
	assert_int_equal(ERR_SYNTAX, f->err.code);
	assert_false(decide(f, DISP_IGNORE, "vulnerabilities-only", false));
	assert_true(decide(f, DISP_IGNORE, "scope.other", false));
	assert_string_equal("elsewhere", f->c->letter[1].template);
	assert_int_equal(DUTY_ENDED, state_of(f, DUTY_VALIDATE));
	assert_string_equal("scope.other", f->c->clause);
}

static void
what_was_wrongly_invalid_is_owed_again(void **state)
{
	struct fixture *f = *state;

	begin(f, &proposed);
	write_letter(f, "received", false, LETTER_QUEUED);
	send_letter(f, 0);
	assert_true(decide(f, DISP_IGNORE, "scope.website", false));
	assert_true(decide(f, DISP_OPEN, NULL, false));
	assert_int_equal(RM_VALID, f->c->rm);
	assert_int_equal(DUTY_RUNNING, state_of(f, DUTY_VALIDATE));
	assert_int_equal(DUTY_KEPT, state_of(f, DUTY_ACKNOWLEDGE));
	assert_int_equal(LETTER_WITHDRAWN, f->c->letter[1].state);
	assert_false(decide(f, DISP_SET_ASIDE, NULL, false));
	assert_int_equal(ERR_CONFLICT, f->err.code);
	assert_non_null(strstr(f->err.text, "is valid"));
}

static void
an_overruled_proposal_lets_the_receipt_count(void **state)
{
	struct fixture *f = *state;

	begin(f, &proposed);
	write_letter(f, "received", false, LETTER_HELD);
	assert_true(decide(f, DISP_OPEN, NULL, false));
	assert_int_equal(DUTY_RUNNING, state_of(f, DUTY_ACKNOWLEDGE));
	assert_true(f->c->letter[0].keeps_acknowledge);
	send_letter(f, 0);
	assert_int_equal(DUTY_KEPT, state_of(f, DUTY_ACKNOWLEDGE));
}

static void
a_rating_is_one_of_the_scale(void **state)
{
	struct fixture *f = *state;
	const struct act_by by = ann(f);
	struct outcome o;

	begin(f, &proposed);
	assert_false(acts_rate(
		f->a, f->c, &policy, "critical", NULL, &by, &o, &f->err));
	assert_non_null(strstr(f->err.text, "it is low, high"));
	assert_true(acts_rate(
		f->a, f->c, &policy, "high", "CVSS:3.1/x", &by, &o, &f->err));
	fold(f, &o);
	assert_string_equal("high", f->c->rating);
	assert_string_equal("CVSS:3.1/x", f->c->vector);
}

static void
a_judgement_never_undoes_what_a_person_decided(void **state)
{
	struct fixture *f = *state;
	const struct act_by by = ann(f);
	struct outcome o;

	begin(f, &proposed);
	struct arrival in = arrival(f, &two);
	acts_rejudge(f->a, &in, NULL, 0, &by, &o);
	fold(f, &o);
	assert_int_equal(DISP_OPEN, f->c->disposition);
	assert_true(f->c->decided);
	assert_int_equal(2, f->c->n_split);
	begin(f, &proposed);
	assert_true(decide(f, DISP_SET_ASIDE, NULL, true));
	acts_rejudge(f->a, &in, NULL, 0, &by, &o);
	fold(f, &o);
	assert_int_equal(DISP_SET_ASIDE, f->c->disposition);
	assert_int_equal(RM_INVALID, f->c->rm);
}

static void
the_parts_of_a_mail_keep_its_times(void **state)
{
	struct fixture *f = *state;
	const struct act_part parts[] = {{"WDGT-1", NULL, NULL, {3, 6}},
		{"WDGT-2", "t2", "Second", {8, 12}},
		{"WDGT-3", "t3", NULL, {13, 13}}};
	const struct act_part same[] = {{"WDGT-1", NULL, NULL, {3, 8}},
		{"WDGT-2", "t2", "Second", {8, 12}}};
	const struct act_by by = ann(f);
	struct casefile *whole;
	struct outcome o;

	begin(f, &two);
	assert_true(casefile_undecided(f->c));
	assert_false(acts_split(f->a, same, 2, &by, &o, &f->err));
	assert_true(acts_split(f->a, parts, 3, &by, &o, &f->err));
	fold(f, &o);
	assert_false(casefile_undecided(f->c));
	assert_int_equal(2, f->c->n_links);
	whole = f->c;
	acts_split_part(f->a, whole, parts, 3, 1, SPAN_NONE, &by, &o);
	f->c = NULL;
	fold(f, &o);
	assert_string_equal("WDGT-2", f->c->id);
	assert_string_equal("Second", f->c->title);
	assert_string_equal("WDGT-1", casefile_link(f->c, "split-from"));
	assert_string_equal("WDGT-3", casefile_link(f->c, "sibling"));
	assert_int_equal(monday.ms, f->c->received.ms);
	assert_int_equal(whole->n_duties, f->c->n_duties);
	for (size_t i = 0; i < whole->n_duties; i++)
		assert_int_equal(
			whole->duties[i].due.ms, f->c->duties[i].due.ms);
}

/* --- any order -------------------------------------------------------------------- */

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

static void
any_act(struct fixture *f, uint32_t *seed)
{
	static const enum disposition to[] = {
		DISP_OPEN, DISP_ASK, DISP_SET_ASIDE, DISP_IGNORE, DISP_NO_CASE};
	static const char *const cite[] = {NULL, "scope.website", "nothing"};
	const struct act_by by = ann(f);
	struct arrival in = arrival(f, draw(seed, 2) ? &proposed : &two);
	struct outcome o = {0};

	f->err = (struct err){0};
	switch (draw(seed, 8)) {
	case 0:
		(void)decide(f, f->c->disposition, NULL, true);
		return;
	case 1:
	case 2:
	case 3:
		(void)decide(f, to[draw(seed, ARRAY_LEN(to))],
			cite[draw(seed, ARRAY_LEN(cite))], false);
		return;
	case 4:
		if (acts_rate(f->a, f->c, &policy, scale[draw(seed, 2)], NULL,
			    &by, &o, &f->err))
			fold(f, &o);
		return;
	case 5:
		acts_rejudge(f->a, &in, NULL, 0, &by, &o);
		fold(f, &o);
		return;
	case 6:
		cases_join(f->a, f->c, &in, JOINED_TOKEN, &o);
		fold(f, &o);
		return;
	default:
		if (f->c->n_letter > 0 &&
			f->c->letter[f->c->n_letter - 1].state == LETTER_QUEUED)
			send_letter(f, f->c->n_letter - 1);
		return;
	}
}

static char *
shown(const struct casefile *c)
{
	json_t *v = casefile_json(c);
	char *text = json_dumps(v, JSON_SORT_KEYS);

	json_decref(v);
	return text;
}

static void
whatever_is_done_folds_the_same_and_stays_possible(void **state)
{
	struct fixture *f = *state;

	for (uint32_t round = 1; round <= 400; round++) {
		uint32_t seed = round;

		begin(f, round % 2 ? &proposed : &two);
		if (round % 3)
			write_letter(f, "received", false, LETTER_QUEUED);
		for (int i = 0; i < 12; i++) {
			enum rm before = f->c->rm;
			const char *decider = f->c->decider;
			size_t n = f->n;

			any_act(f, &seed);
			if (f->err.code != ERR_NONE)
				assert_int_equal(n, f->n);
			assert_true(f->c->rm != RM_CLOSED);
			assert_false(
				before == RM_VALID && f->c->rm != RM_VALID);
			assert_false(before == RM_INVALID &&
				f->c->rm == RM_RECEIVED);
			assert_false(decider != NULL && f->c->decider == NULL);
		}
		char *grown = shown(f->c);
		struct casefile *again = NULL;
		for (size_t i = 0; i < f->n; i++)
			assert_true(casefile_apply(
				f->a, &again, &f->log[i], &f->err));
		char *folded = shown(again);
		assert_string_equal(grown, folded);
		free(grown);
		free(folded);
		arena_reset(f->a);
		f->calendar = calendar_make(f->a, &utc, f->days);
	}
}

static void
a_chain_with_an_impossible_move_is_broken(void **state)
{
	struct fixture *f = *state;
	static const struct {
		enum event_kind kind;
		const char *meta;
	} wrong[] = {
		{EV_CONFIRMED, "{\"disposition\":\"ignore\"}"},
		{EV_CONFIRMED, "{}"},
		{EV_OVERRULED, "{\"from\":\"open\",\"to\":\"set-aside\"}"},
		{EV_OVERRULED, "{\"from\":\"set-aside\",\"to\":\"no-case\"}"},
		{EV_SPLIT, "{\"lines\":[[9,3]],\"into\":[\"WDGT-2\"]}"},
		{EV_CASE_MOVED, "{}"},
		{EV_RATED, "{}"},
		{EV_DUTY_ENDED, "{\"duty\":\"follow-up\",\"round\":1}"},
		{EV_MAIL_ROUTED, "{\"mail\":17}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct event e = {.kind = wrong[i].kind,
			.at = monday,
			.actor = "person:ann",
			.meta = wrong[i].meta};

		begin(f, &proposed);
		test_note(wrong[i].meta);
		assert_false(casefile_apply(f->a, &f->c, &e, &f->err));
		assert_int_equal(ERR_BROKEN, f->err.code);
	}
}

static void
no_promise_is_left_out_however_many_there_are(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct duty d[40] = {0};
	struct outcome o = {0};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(d); i++)
		d[i] = (struct duty){
			.name = DUTY_FOLLOW_UP, .round = i + 1, .clause = "c"};
	acts_leave(a, d, ARRAY_LEN(d), NULL, (instant){1000}, &o);
	assert_int_equal(ARRAY_LEN(d), o.n_events);
	for (unsigned i = 0; i < ARRAY_LEN(d); i++) {
		AUTO(json_auto)
		json_t *meta = json_loads(o.events[i].meta, 0, NULL);

		assert_int_equal(i + 1, json_get_int(meta, "round", 0));
	}
}

int
main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_these_moves_are_possible),
		cmocka_unit_test(no_promise_is_left_out_however_many_there_are),
		IN(a_confirmed_set_aside_is_settled_by_its_letter),
		IN(who_got_no_receipt_gets_no_letter_and_is_owed_nothing),
		IN(ignored_ends_what_runs_and_cites_the_scope),
		IN(what_was_wrongly_invalid_is_owed_again),
		IN(an_overruled_proposal_lets_the_receipt_count),
		IN(a_rating_is_one_of_the_scale),
		IN(a_judgement_never_undoes_what_a_person_decided),
		IN(the_parts_of_a_mail_keep_its_times),
		IN(whatever_is_done_folds_the_same_and_stays_possible),
		IN(a_chain_with_an_impossible_move_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
