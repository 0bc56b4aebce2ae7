/* judge_clause_test.c - each clause by example: result and first line. */
#include "judge/judge_clause.h"

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
	const char *clause;
	enum result want;
	unsigned line; /* the first that is shown, 0: none */
} clauses[] = {
	{"a routed mail reached its address", nothing, "contact", RES_MET, 1},
	{"nothing says that it is public", nothing, "private", RES_UNKNOWN, 0},
	{"a claim to be public, lines in order", public_already, "private",
		RES_BREACHED, 1},
	{"a report is a report", nothing, "only", RES_MET, 0},
	{"a question is none", question, "only", RES_BREACHED, 3},
	{"a bug is none", bug, "only", RES_BREACHED, 0},
	{"a bug with a weakness' id is in doubt", bug_with_weakness, "only",
		RES_UNKNOWN, 0},
	{"a bug that is exploited is in doubt", bug_that_is_used, "only",
		RES_UNKNOWN, 0},
	{"what cannot be told is unknown", untold, "only", RES_UNKNOWN, 0},
	{"plain text is plain", nothing, "plain", RES_MET, 0},
	{"HTML beside plain text is", alternative, "plain", RES_MET, 0},
	{"HTML alone is not", html_only, "plain", RES_BREACHED, 0},
	{"no text is neither", files_only, "plain", RES_NOT_APPLICABLE, 0},
	{"one finding", nothing, "one", RES_MET, 0},
	{"two findings, and where", two_in_one, "one", RES_BREACHED, 2},
	{"uncounted findings", findings_unknown, "one", RES_UNKNOWN, 0},
	{"the subject is the title", nothing, "title", RES_MET, 0},
	{"a line is the title", title_in_text, "title", RES_MET, 1},
	{"no title", no_title, "title", RES_BREACHED, 0},
	{"steps with their lines", nothing, "steps", RES_MET, 2},
	{"no steps", no_steps, "steps", RES_BREACHED, 0},
	{"a heading with nothing under it", empty_heading, "steps",
		RES_BREACHED, 5},
	{"a template's words in place of steps", template_left, "steps",
		RES_BREACHED, 1},
	{"From is a contact", nothing, "reach", RES_MET, 0},
	{"an address in the text", contact_in_text, "reach", RES_MET, 8},
	{"no contact", no_contact, "reach", RES_BREACHED, 0},
	{"a description", nothing, "written", RES_MET, 0},
	{"a description beside a file", text_and_file, "written", RES_MET, 0},
	{"files only", files_only, "written", RES_BREACHED, 0},
	{"the attached file is no description", see_attached, "written",
		RES_BREACHED, 0},
	{"no text at all", empty, "written", RES_BREACHED, 0},
	{"a person asks for more, not the desk", nothing, "more",
		RES_NOT_APPLICABLE, 0},
	{"no rating", nothing, "severity", RES_MET, 0},
	{"a rating and a vector", rated, "severity", RES_BREACHED, 3},
	{"no weakness named", nothing, "cwe", RES_NOT_APPLICABLE, 0},
	{"a weakness of the list", weakness, "cwe", RES_MET, 4},
	{"an invented one, and its line", weakness_invented, "cwe",
		RES_BREACHED, 6},
	{"a deprecated one", weakness_deprecated, "cwe", RES_BREACHED, 2},
	{"one that is too coarse is welcome", weakness_discouraged, "cwe",
		RES_MET, 5},
	{"a duty is about the case", nothing, "ack", RES_NOT_APPLICABLE, 0},
	{"scope is a person's for now", nothing, "scope", RES_UNKNOWN, 0},
	{"a text is not judged", nothing, "laws", RES_NOT_APPLICABLE, 0},
	{"not understood: title", not_understood, "title", RES_UNKNOWN, 0},
	{"not understood: steps", not_understood, "steps", RES_UNKNOWN, 0},
	{"not understood: description", not_understood, "written", RES_UNKNOWN,
		0},
	{"not understood: findings", not_understood, "one", RES_UNKNOWN, 0},
	{"not understood: what it is", spam_not_understood, "only", RES_UNKNOWN,
		0},
	{"not understood: rating", not_understood, "severity", RES_UNKNOWN, 0},
	{"not understood: From is still a contact", not_understood, "reach",
		RES_MET, 0},
};

static void
judges_each_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(clauses); i++) {
		const struct clause_result *c = find(
			judge_changed(clauses[i].change), clauses[i].clause);

		test_note(clauses[i].name);
		assert_non_null(c);
		assert_int_equal(clauses[i].want, c->result);
		assert_true(strlen(c->because) > 5);
		assert_int_equal(
			clauses[i].line, c->n_lines > 0 ? c->lines[0].from : 0);
		for (size_t k = 1; k < c->n_lines; k++)
			assert_true(c->lines[k - 1].from < c->lines[k].from);
	}
}

CHANGE(placeholders_beside)
{
	(void)m;
	r->placeholders = (struct cites){lines_3_1_3, 3};
}
CHANGE(steps_that_run)
{
	(void)m;
	r->steps.runs = 2;
}

static void
steps_that_run_nothing_and_forms_are_told(void **state)
{
	static const struct {
		change *change;
		bool none, form;
	} rows[] = {{nothing, true, false}, {steps_that_run, false, false},
		{placeholders_beside, true, true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct clause_result *c =
			find(judge_changed(rows[i].change), "steps");

		assert_int_equal(RES_MET, c->result);
		assert_int_equal(rows[i].none,
			strstr(c->because, "in none of their lines") != NULL);
		assert_int_equal(rows[i].form,
			strstr(c->because, "nobody replaced: 3") != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("each clause is judged by example", judges_each_clause),
		cmocka_unit_test(steps_that_run_nothing_and_forms_are_told),
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
