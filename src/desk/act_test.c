/* act_test.c - what persons do, on both engines: each is one transaction,
 * and folding everything again gives what is stored. */
#include "desk/act.h"

#include <string.h>

#include "base/json.h"
#include "desk/desk_fixture.h"
#include "desk/outcome.h"
#include "desk/start.h"
#include "mime/mime.h"

static const char nameless[] = "It reads any file that a request names.\r\n"
			       "\r\n"
			       "Steps to reproduce:\r\n"
			       "1. Start it with the sample settings.\r\n"
			       "2. Ask for /files?name=../../etc/passwd.\r\n"
			       "3. Read the file in the answer.\r\n";

static struct sent
sent_nameless(const char *id)
{
	return (struct sent){.from = "mira@r.example",
		.sender = "mira@r.example",
		.rcpt = DESK_CONTACT,
		.subject = "Any user can read the files of another",
		.id = id,
		.body = nameless};
}

static void
two_products(struct bench *b)
{
	static const char *const files[] = {
		POLICIES "/dag-factory.yml", POLICIES "/cosmos.yml"};
	struct str problems;

	bizcal_free((struct bizcal *)(uintptr_t)b->policies.calendars[0].days);
	b->set.policies = (struct text_list){files, 2};
	str_init(&problems, 4096);
	OK(b,
		policies_load(b->f->a, &b->set, b->f->dir, "desk.example.org",
			&b->policies, &problems, &b->err));
	str_fini(&problems);
	OK(b, desk_begin(&b->desk, b->a, b->at, &b->err));
}

/* As the core or the command would: the mail read first where it is asked. */
static bool
try(struct bench *b, const char *const *words, size_t n, json_t **result)
{
	struct act_call call = {.verb = words[0],
		.actor = "person:ann",
		.args = words + 1,
		.n = n - 1,
		.at = b->at};
	struct act_mail asked;
	struct act_read read;

	b->at.ms += 1000;
	if (act_reads(words[0])) {
		if (!act_mail(&b->desk, b->a, &call, &asked, &b->err))
			return false;
		struct envelope env = {asked.mail.sender, asked.mail.rcpts,
			asked.mail.n_rcpts};
		const struct message *m = mime_parse(
			b->a, asked.mail.raw, &env, &b->policies.own);
		read = (struct act_read){
			&asked.mail, m, report_find(b->a, m), NULL};
		call.read = &read;
	}
	return act_run(&b->desk, b->a, &call, result, &b->err);
}

/* Words of the result, for the length of the test. */
static const char *
act(struct bench *b, const char *want, const char *const *words, size_t n)
{
	json_t *result;

	OK(b, try(b, words, n, &result));
	const char *text = arena_strdup(b->a, json_get_text(result, want));
	json_decref(result);
	return text;
}

#define ACT(b, want, ...)                                                      \
	act((b), (want), (const char *[]){__VA_ARGS__},                        \
		sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static void
refused(struct bench *b, enum err_code code, const char *says,
	const char *const *words, size_t n)
{
	json_t *result;
	int64_t before, after;

	OK(b, ledger_length(b->f->s, "desk:one", &before, &b->err));
	assert_false(try(b, words, n, &result));
	assert_int_equal(code, b->err.code);
	if (strstr(b->err.text, says) == NULL)
		fail_msg("'%s' says nothing of '%s'", b->err.text, says);
	OK(b, ledger_length(b->f->s, "desk:one", &after, &b->err));
	assert_int_equal(before, after);
}

#define REFUSED(b, code, says, ...)                                            \
	refused((b), (code), (says), (const char *[]){__VA_ARGS__},            \
		sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static enum duty_state
duty_state(struct bench *b, const char *owner, enum duty_name name)
{
	struct duty *d;
	size_t n;

	OK(b, store_duties_of(b->f->s, b->a, owner, &d, &n, &b->err));
	for (size_t i = 0; i < n; i++)
		if (d[i].name == name)
			return d[i].state;
	fail_msg("%s has no such duty", owner);
	return DUTY_RUNNING;
}

static void
says(struct bench *b, const char *letter, enum post_outcome what)
{
	OK(b, store_begin(b->f->s, &b->err));
	OK(b,
		outcome_take(&b->desk, b->a, letter, what, "250 ok", b->at,
			&b->err));
	OK(b, store_commit(b->f->s, &b->err));
}

static void
a_routed_mail_is_a_case_since_its_receipt(void **state)
{
	struct bench b;
	struct sent s = sent_nameless("<1@r.example>");

	bench_open(&b, *state);
	instant received = b.at;
	bench_take(&b, &s);
	assert_int_equal(QUEUE_UNROUTED, bench_mail(&b, 1)->queue);
	says(&b, "mail-1.1", POST_SENT);
	REFUSED(&b, ERR_SYNTAX, "--reason", "case-route", "mail-1", "dagf", "");
	REFUSED(&b, ERR_ABSENT, "DAG Factory", "case-route", "mail-1", "x",
		"r");
	REFUSED(&b, ERR_ABSENT, "no mail 9", "case-route", "mail-9", "dagf",
		"r");
	REFUSED(&b, ERR_ABSENT, "no mail 9", "case-confirm", "mail-9", "");
	REFUSED(&b, ERR_ABSENT, "case route mail-1 PRODUCT", "case-confirm",
		"mail-1", "");
	b.at.ms += 3 * INSTANT_DAY;
	const char *id = ACT(&b, "case", "case-route", "mail-1", "dagf", "r");
	const struct casefile *c = bench_case(&b, id);
	REFUSED(&b, ERR_ABSENT, "it is in DAGF-1", "case-confirm", "mail-1",
		"");
	assert_int_equal(received.ms, c->received.ms);
	assert_int_equal(received.ms, c->duties[0].started.ms);
	assert_int_equal(DUTY_KEPT, duty_state(&b, id, DUTY_ACKNOWLEDGE));
	assert_int_equal(DUTY_RUNNING, duty_state(&b, id, DUTY_VALIDATE));
	assert_int_equal(DUTY_MOVED, duty_state(&b, "mail-1", DUTY_VALIDATE));
	assert_int_equal(QUEUE_NONE, bench_mail(&b, 1)->queue);
	assert_string_equal("routed", c->letter[0].template);
	REFUSED(&b, ERR_CONFLICT, "", "case-route", id, "dagf", "r");
	bench_proves(&b);
	bench_close(&b);
}

static void
a_failure_after_routing_opens_the_promise_of_the_case(void **state)
{
	struct bench b;
	struct sent s = sent_nameless("<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &s);
	const char *id = ACT(&b, "case", "case-route", "mail-1", "dagf", "r");
	assert_int_equal(DUTY_RUNNING, duty_state(&b, id, DUTY_ACKNOWLEDGE));
	says(&b, "mail-1.1", POST_SENT);
	assert_int_equal(DUTY_KEPT, duty_state(&b, id, DUTY_ACKNOWLEDGE));
	struct sent back = {.from = "mailer-daemon@mx.r.example",
		.sender = "",
		.rcpt = arena_strdup(b.a, bench_letter(&b, "mail-1.1")->sender),
		.subject = "Undelivered",
		.id = "<b@mx.r.example>",
		.headers =
			"MIME-Version: 1.0\r\nContent-Type: multipart/report; "
			"report-type=delivery-status; boundary=b\r\n",
		.body = "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
			"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
			"Reporting-MTA: dns; mx.r.example\r\n\r\n"
			"Final-Recipient: rfc822; mira@r.example\r\n"
			"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"};
	bench_take(&b, &back);
	assert_int_equal(LETTER_BOUNCED, bench_letter(&b, "mail-1.1")->state);
	assert_int_equal(DUTY_RUNNING, duty_state(&b, id, DUTY_ACKNOWLEDGE));
	assert_int_equal(
		DUTY_MOVED, duty_state(&b, "mail-1", DUTY_ACKNOWLEDGE));
	bench_proves(&b);
	bench_close(&b);
}

/* Whose a Message-ID is depends on when a person routed; so must rebuild. */
static void
one_message_id_twice_leads_where_it_led_first(void **state)
{
	for (int early = 0; early < 2; early++) {
		struct bench b;
		struct sent queued = sent_nameless("<same@r.example>");
		struct sent named =
			sent_report("mira@r.example", "<same@r.example>");
		struct sent answer =
			sent_report("mira@r.example", "<3@r.example>");

		if (early > 0) {
			fixture_end(state);
			fixture_sqlite(state);
		}
		bench_open(&b, *state);
		bench_take(&b, &queued);
		if (early > 0)
			(void)ACT(&b, "case", "case-route", "mail-1", "dagf",
				"r");
		bench_take(&b, &named);
		if (early == 0)
			(void)ACT(&b, "case", "case-route", "mail-1", "dagf",
				"r");
		answer.reply_to_id = "<same@r.example>";
		bench_take(&b, &answer);
		assert_string_equal("joined", b.taken.how);
		assert_string_equal("DAGF-1", b.taken.chain);
		bench_proves(&b);
		bench_close(&b);
	}
}

static void
a_mail_joins_by_hand_and_is_somebodys(void **state)
{
	struct bench b;
	struct sent first = sent_report("mira@r.example", "<1@r.example>");
	struct sent second = sent_nameless("<2@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &first);
	bench_take(&b, &second);
	(void)ACT(&b, "case", "case-route", "mail-2", "dagf-1", "r");
	assert_string_equal("DAGF-1", bench_mail(&b, 2)->chain);
	assert_int_equal(2, bench_case(&b, "DAGF-1")->mails);
	assert_int_equal(
		DUTY_RUNNING, duty_state(&b, "DAGF-1", DUTY_FOLLOW_UP));
	assert_int_equal(DUTY_MOVED, duty_state(&b, "mail-2", DUTY_VALIDATE));
	bench_proves(&b);
	bench_close(&b);
}

static void
a_case_goes_on_as_one_of_another_product(void **state)
{
	struct bench b;
	struct sent s = sent_report("mira@r.example", "<1@r.example>");
	struct sent answer = sent_report("mira@r.example", "<2@r.example>");

	bench_open(&b, *state);
	two_products(&b);
	bench_take(&b, &s);
	const char *id = ACT(&b, "case", "case-route", "DAGF-1", "cosmos", "r");
	assert_int_equal(0, strncmp("COSM-", id, 5));
	assert_int_equal(DUTY_MOVED, duty_state(&b, "DAGF-1", DUTY_VALIDATE));
	assert_int_equal(DUTY_RUNNING, duty_state(&b, id, DUTY_VALIDATE));
	REFUSED(&b, ERR_CONFLICT, "goes on as", "case-overrule", "DAGF-1",
		"ignore", "r", "scope.website");
	says(&b, "DAGF-1.1", POST_SENT); /* it was on its way */
	assert_int_equal(LETTER_SENT, bench_letter(&b, "DAGF-1.1")->state);
	assert_int_equal(DUTY_KEPT, duty_state(&b, id, DUTY_ACKNOWLEDGE));
	answer.reply_to_id = bench_letter(&b, "DAGF-1.1")->message_id;
	bench_take(&b, &answer);
	assert_string_equal(id, b.taken.chain);
	bench_proves(&b);
	bench_close(&b);
}

static void
decisions_split_and_ratings_fold_again(void **state)
{
	struct bench b;
	struct sent s = sent_report("mira@r.example", "<1@r.example>");

	bench_open(&b, *state);
	bench_take(&b, &s);
	says(&b, "DAGF-1.1", POST_SENT);
	(void)ACT(&b, "case", "case-split", "DAGF-1", "r", "1-2", "4-6");
	REFUSED(&b, ERR_SYNTAX, "share lines", "case-split", "DAGF-1", "",
		"1-4", "4-5");
	REFUSED(&b, ERR_SYNTAX, "one part is none", "case-split", "DAGF-1", "",
		"1-2");
	REFUSED(&b, ERR_SYNTAX, "no range", "case-split", "DAGF-1", "", "1-2",
		"x");
	assert_int_equal(DUTY_KEPT, duty_state(&b, "DAGF-2", DUTY_ACKNOWLEDGE));
	assert_string_equal(
		"split", bench_case(&b, "DAGF-2")->letter[0].template);
	(void)ACT(&b, "case", "case-rate", "dagf-2", "high", "", "r");
	(void)ACT(&b, "case", "case-raw", "DAGF-2", "");
	(void)ACT(&b, "case", "case-ratings", "DAGF-2", "");
	REFUSED(&b, ERR_CONFLICT, "no open proposal", "case-confirm", "DAGF-2",
		"");
	(void)ACT(&b, "case", "case-overrule", "DAGF-2", "ignore", "r",
		"scope.website");
	assert_string_equal("ended",
		duty_state_names[duty_state(&b, "DAGF-2", DUTY_VALIDATE)]);
	(void)ACT(&b, "case", "case-overrule", "DAGF-2", "open", "r");
	assert_int_equal(RM_VALID, bench_case(&b, "DAGF-2")->rm);
	(void)ACT(&b, "case", "case-rejudge", "DAGF-2", "");
	(void)ACT(&b, "case", "case-rejudge", "DAGF-1", "");
	bench_proves(&b);
	bench_close(&b);
}

static void
the_undecided_are_listed_until_they_are_not(void **state)
{
	const struct case_filter open = {.limit = 10, .undecided = true};
	struct bench b;
	struct sent s = sent_report("mira@r.example", "<1@r.example>");
	struct casefile **c;
	size_t n;

	bench_open(&b, *state);
	s.subject = "How do I run dag-factory in production?";
	s.body = "Hello, how do I secure my deployment of dag-factory? Which "
		 "settings do you recommend?\r\n";
	bench_take(&b, &s);
	OK(&b, store_case_list(b.f->s, b.a, &open, &c, &n, &b.err));
	assert_int_equal(1, n);
	assert_string_equal("vulnerabilities-only", c[0]->clause);
	assert_string_equal("invalid",
		ACT(&b, "state", "case-confirm", "DAGF-1", "", "no"));
	OK(&b, store_case_list(b.f->s, b.a, &open, &c, &n, &b.err));
	assert_int_equal(0, n);
	int64_t before, after;
	OK(&b, ledger_length(b.f->s, "DAGF-1", &before, &b.err));
	(void)ACT(&b, "state", "case-confirm", "DAGF-1", "");
	OK(&b, ledger_length(b.f->s, "DAGF-1", &after, &b.err));
	assert_int_equal(before, after);
	bench_proves(&b);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(a_routed_mail_is_a_case_since_its_receipt),
		FOR_BOTH(a_failure_after_routing_opens_the_promise_of_the_case),
		FOR_BOTH(a_mail_joins_by_hand_and_is_somebodys),
		FOR_BOTH(a_case_goes_on_as_one_of_another_product),
		FOR_BOTH(decisions_split_and_ratings_fold_again),
		FOR_BOTH(the_undecided_are_listed_until_they_are_not),
		{"one_message_id_twice_leads_where_it_led_first",
			one_message_id_twice_leads_where_it_led_first,
			fixture_sqlite, fixture_end, NULL},
	};

	return cmocka_run_group_tests_name("act", tests, NULL, NULL);
}
