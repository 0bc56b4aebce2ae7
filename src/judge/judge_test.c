/* judge_test.c - dispositions, replies and the JSON, by example. */
#include "judge/judge.h"

#include <stdlib.h>

#include "base/test.h"
#include "judge/judge_mails_test.h"

static struct arena *arena;
static const struct policy *desk[2]; /* Blue Widget, then Gear */

static const struct verdict *
judge_changed(change *fn)
{
	struct message m;
	struct report r;

	complete(&m, &r);
	fn(&m, &r);
	return judge(arena, desk, 2, NULL, &m, &r, NULL);
}

static const struct clause_result *
find(const struct verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_clauses; i++)
		if (strcmp(v->clauses[i].id, id) == 0)
			return &v->clauses[i];
	return NULL;
}

static const struct {
	const char *name;
	change *change;
	enum disposition want;
	const char *letter;
} dispositions[] = {
	{"a complete report", nothing, DISP_OPEN, "received"},
	{"a report without steps", no_steps, DISP_ASK, "received-ask"},
	{"a report without a title", no_title, DISP_ASK, "received-ask"},
	{"a report without contact", no_contact, DISP_ASK, "received-ask"},
	{"files without a text", files_only, DISP_ASK, "received-ask"},
	{"HTML only", html_only, DISP_ASK_PLAIN, "received-plain"},
	{"HTML comes before what it says", html_question, DISP_ASK_PLAIN,
		"received-plain"},
	{"who advertises is not asked for plain text", html_spam,
		DISP_SET_ASIDE, "received"},
	{"a question", question, DISP_SET_ASIDE, "received"},
	{"a bug", bug, DISP_SET_ASIDE, "received"},
	{"advertising", spam, DISP_SET_ASIDE, "received"},
	{"what is in doubt", untold, DISP_OPEN, "received"},
	{"a bug with a weakness' id", bug_with_weakness, DISP_OPEN, "received"},
	{"a rating changes nothing", rated, DISP_OPEN, "received"},
	{"two findings change nothing", two_in_one, DISP_OPEN, "received"},
	{"an invented weakness changes nothing", weakness_invented, DISP_OPEN,
		"received"},
	{"being public changes nothing", public_already, DISP_OPEN, "received"},
	{"a language that is not known", not_understood, DISP_OPEN, "received"},
	{"spam in a language that is not known", spam_not_understood, DISP_OPEN,
		"received"},
	{"From is not enough where the policy says so", of_gear, DISP_ASK,
		"received-ask"},
	{"a question where the policy takes them", of_gear_question, DISP_OPEN,
		"received"},
};

static void
disposes_by_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dispositions); i++) {
		const struct verdict *v = judge_changed(dispositions[i].change);

		test_note(dispositions[i].name);
		assert_int_equal(dispositions[i].want, v->disposition);
		assert_string_equal(dispositions[i].letter, v->letter);
		assert_non_null(v->policy);
		assert_int_equal(v->disposition != DISP_SET_ASIDE, v->by_desk);
		assert_true(disposition_makes_case(v->disposition));
	}
}

static const struct {
	const char *name;
	enum mail_kind kind;
	enum looks_like looks;
	bool steps;
	enum disposition want;
	const char *letter;
} kinds[] = {
	{"unreadable", MAIL_UNREADABLE, LOOKS_UNKNOWN, false, DISP_QUARANTINE,
		"received-unreadable"},
	{"encrypted", MAIL_ENCRYPTED, LOOKS_UNKNOWN, false, DISP_ENCRYPTED,
		"received-encrypted"},
	{"an absence notice", MAIL_AUTO_REPLY, LOOKS_UNKNOWN, false,
		DISP_NO_CASE, NULL},
	{"an absence notice that speaks of reports", MAIL_AUTO_REPLY,
		LOOKS_VULNERABILITY, false, DISP_NO_CASE, NULL},
	{"a scanner's report", MAIL_AUTO_REPLY, LOOKS_VULNERABILITY, true,
		DISP_UNROUTED, "received-queue"},
	{"a bounce", MAIL_BOUNCE, LOOKS_OTHER, true, DISP_NO_CASE, NULL},
	{"a complaint", MAIL_COMPLAINT, LOOKS_OTHER, false, DISP_NO_CASE, NULL},
	{"list mail", MAIL_LIST, LOOKS_OTHER, false, DISP_NO_CASE, NULL},
	{"list mail with a bug and steps", MAIL_LIST, LOOKS_BUG, true,
		DISP_NO_CASE, NULL},
	{"a report on a list", MAIL_LIST, LOOKS_VULNERABILITY, false,
		DISP_UNROUTED, "received-queue"},
	{"list mail with steps, in doubt", MAIL_LIST, LOOKS_UNKNOWN, true,
		DISP_UNROUTED, "received-queue"},
	{"an invitation", MAIL_CALENDAR, LOOKS_UNKNOWN, false, DISP_NO_CASE,
		NULL},
};

static void
disposes_by_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct message m;
		struct report r;
		const struct verdict *v;

		complete(&m, &r);
		m.kind = kinds[i].kind;
		r.looks_like = kinds[i].looks;
		if (!kinds[i].steps)
			no_steps(&m, &r);
		v = judge(arena, desk, 2, NULL, &m, &r, NULL);
		test_note(kinds[i].name);
		assert_int_equal(kinds[i].want, v->disposition);
		assert_null(v->policy);
		assert_int_equal(0, v->n_clauses);
		assert_false(disposition_makes_case(v->disposition));
		assert_int_equal(v->disposition == DISP_NO_CASE, v->by_desk);
		if (kinds[i].letter)
			assert_string_equal(kinds[i].letter, v->letter);
		else
			assert_null(v->letter);
	}
}

/* "said: 550 5.1.1" can look like a step; its status says what it is. */
static void
a_delivery_status_is_no_report(void **state)
{
	struct message m;
	struct report r;

	(void)state;
	complete(&m, &r);
	m.kind = MAIL_BOUNCE;
	assert_int_equal(DISP_UNROUTED,
		judge(arena, desk, 2, NULL, &m, &r, NULL)->disposition);
	m.bounce.status = "5.1.1";
	assert_int_equal(DISP_NO_CASE,
		judge(arena, desk, 2, NULL, &m, &r, NULL)->disposition);
}

static void
nothing_named_is_unrouted(void **state)
{
	struct message m;
	struct report r;
	const struct verdict *v;

	(void)state;
	complete(&m, &r);
	m.subject = "XSS";
	m.text = "Hello.\n";
	v = judge(arena, desk, 1, NULL, &m, &r, NULL);
	assert_int_equal(DISP_UNROUTED, v->disposition);
	assert_false(v->by_desk);
	assert_null(v->policy);
	assert_string_equal("received-queue", v->letter);
	assert_string_equal(
		"the mail names no product of this desk", v->because);
}

/* Every sentence is ours: no word of the mail is in a verdict. */
static void
a_verdict_quotes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dispositions); i++) {
		AUTO(json_auto)
		json_t *v = verdict_json(judge_changed(dispositions[i].change));
		char *text = json_dumps(v, 0);

		assert_null(strstr(text, "example.net"));
		assert_null(strstr(text, "XSS"));
		assert_null(strstr(text, "CVSS:3.1"));
		assert_null(strstr(text, "a.pdf"));
		assert_null(strstr(text, "did not"));
		assert_null(strstr(text, "you "));
		free(text);
	}
}

static void
the_json_has_its_fields(void **state)
{
	AUTO(json_auto) json_t *v = verdict_json(judge_changed(no_steps));
	const json_t *c = json_array_get(json_object_get(v, "clauses"), 0),
		     *line;

	(void)state;
	assert_string_equal("Blue Widget policy", json_get_text(v, "policy"));
	assert_int_equal(64, strlen(json_get_text(v, "policy_hash")));
	assert_string_equal("Blue Widget", json_get_text(v, "product"));
	assert_string_equal("name", json_get_text(v, "routed_by"));
	assert_string_equal("ask", json_get_text(v, "disposition"));
	assert_string_equal("desk", json_get_text(v, "decided_by"));
	assert_string_equal("received-ask", json_get_text(v, "letter"));
	assert_string_equal("contact", json_get_text(c, "id"));
	assert_string_equal("met", json_get_text(c, "result"));
	line = json_array_get(json_object_get(c, "lines"), 0);
	assert_int_equal(1, json_get_int(line, "line", 0));
	assert_int_equal(1, json_get_int(line, "end", 0));
}

static void
a_verdict_on_nothing_has_nulls(void **state)
{
	struct message m = {.kind = MAIL_UNREADABLE};
	struct report r = {.understood = true};
	AUTO(json_auto)
	json_t *v = verdict_json(judge(arena, desk, 2, NULL, &m, &r, NULL));

	(void)state;
	assert_true(json_is_null(json_object_get(v, "policy")));
	assert_true(json_is_null(json_object_get(v, "product")));
	assert_true(json_is_null(json_object_get(v, "routed_by")));
	assert_int_equal(0, json_array_size(json_object_get(v, "clauses")));
	assert_string_equal("person", json_get_text(v, "decided_by"));
}

static void
a_reply_fills_what_it_brings(void **state)
{
	static const char *const missing[] = {
		"steps", "title", "reach", "written", "dropped"};
	struct message m;
	struct report r;
	const struct verdict *v;

	(void)state;
	complete(&m, &r);
	m.subject = "Re: [WID-1] your report";
	v = judge_reply(arena, desk[0], missing, 5, &m, &r);
	assert_int_equal(4, v->n_clauses);
	assert_int_equal(RES_MET, find(v, "steps")->result);
	assert_int_equal(RES_BREACHED, find(v, "title")->result);
	assert_int_equal(RES_MET, find(v, "reach")->result);
	assert_int_equal(RES_MET, find(v, "written")->result);
	assert_int_equal(DISP_ASK, v->disposition);
	assert_ptr_equal(desk[0], v->policy);
	assert_null(v->letter);

	title_in_text(&m, &r);
	v = judge_reply(arena, desk[0], missing, 5, &m, &r);
	assert_int_equal(RES_MET, find(v, "title")->result);
	assert_int_equal(DISP_OPEN, v->disposition);
}

static void
an_automatic_reply_fills_nothing(void **state)
{
	static const char *const missing[] = {"steps"};
	struct message m;
	struct report r;
	const struct verdict *v;

	(void)state;
	complete(&m, &r);
	m.kind = MAIL_AUTO_REPLY;
	no_steps(&m, &r);
	v = judge_reply(arena, desk[0], missing, 1, &m, &r);
	assert_int_equal(DISP_NO_CASE, v->disposition);
	assert_int_equal(0, v->n_clauses);
	assert_null(v->letter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("a disposition follows from the clauses",
			disposes_by_example),
		TEST("machines and what cannot be read come first",
			disposes_by_kind),
		TEST("a delivery status is no report",
			a_delivery_status_is_no_report),
		TEST("a mail that names nothing is unrouted, not dropped",
			nothing_named_is_unrouted),
		TEST("a verdict holds no word of the mail",
			a_verdict_quotes_nothing),
		TEST("the JSON has its fields", the_json_has_its_fields),
		TEST("the JSON of a queue item has nulls",
			a_verdict_on_nothing_has_nulls),
		TEST("a reply fills what it brings and no more",
			a_reply_fills_what_it_brings),
		TEST("an automatic reply fills nothing",
			an_automatic_reply_fills_nothing),
	};
	int failed;

	hash_init();
	arena = arena_new();
	desk[0] = test_policy(arena, test_widget);
	desk[1] = test_policy(arena, test_gear);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
