/*
 * policy_shipped_test.c - the sample policies that come with the program:
 * they load, and say everything that the published policy says.
 *
 * Its argument is the source folder.
 */
#include "base/test.h"
#include "policy/policy_files_test.h"

static const char *root;

static const struct policy *
load(struct arena *a, const char *name)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (!policy_load(a, arena_printf(a, "%s/%s", root, name), file_fetch,
		    NULL, &p, &said, &err)) {
		fail_msg("%s: %s", err.text, said.text);
	}
	return p;
}

/* The clauses of the published policy, sentence by sentence, and what makes
 * the desk keep each. */
static const struct {
	const char *id;
	enum clause_kind kind;
	enum strength strength;
} wanted[] = {
	{"reuse", CLAUSE_TEXT, STRENGTH_MUST},
	{"learn-more", CLAUSE_TEXT, STRENGTH_MUST},
	{"transparent", CLAUSE_TEXT, STRENGTH_MUST},
	{"contact", CLAUSE_CONTACT, STRENGTH_MUST},
	{"private-channel", CLAUSE_PRIVATE_CHANNEL, STRENGTH_MUST},
	{"vulnerabilities-only", CLAUSE_VULNERABILITIES_ONLY, STRENGTH_MUST},
	{"as-is", CLAUSE_TEXT, STRENGTH_MUST},
	{"scope.tagged-releases", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.as-documented", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.other-codebases", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.website", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.dependencies", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.unintended-configuration", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.other-systems", CLAUSE_SCOPE, STRENGTH_MUST},
	{"scope.browser-cookies", CLAUSE_SCOPE, STRENGTH_MUST},
	{"out-of-scope-ignored", CLAUSE_OUT_OF_SCOPE, STRENGTH_MUST},
	{"plain-text", CLAUSE_PLAIN_TEXT, STRENGTH_MUST},
	{"one-per-mail", CLAUSE_ONE_PER_MAIL, STRENGTH_MUST},
	{"required.title", CLAUSE_REQUIRED, STRENGTH_MUST},
	{"required.steps", CLAUSE_REQUIRED, STRENGTH_MUST},
	{"required.contact", CLAUSE_REQUIRED, STRENGTH_MUST},
	{"required.written", CLAUSE_REQUIRED, STRENGTH_MUST},
	{"more-information", CLAUSE_MORE_INFORMATION, STRENGTH_MUST},
	{"severity.refused", CLAUSE_SEVERITY, STRENGTH_MUST},
	{"cwe.recommended", CLAUSE_CWE, STRENGTH_MUST},
	{"acknowledge", CLAUSE_DUTY, STRENGTH_AIM},
	{"validate", CLAUSE_DUTY, STRENGTH_AIM},
	{"resolve", CLAUSE_DUTY, STRENGTH_AIM},
	{"follow-up", CLAUSE_DUTY, STRENGTH_BEST_EFFORT},
	{"platform", CLAUSE_PLATFORM, STRENGTH_MUST},
	{"safe-harbor", CLAUSE_SAFE_HARBOR, STRENGTH_MUST},
	{"notify-first", CLAUSE_NOTIFY_FIRST, STRENGTH_MUST},
	{"embargo-90", CLAUSE_EMBARGO, STRENGTH_MUST},
	{"coordinate-after", CLAUSE_COORDINATE_AFTER, STRENGTH_BEST_EFFORT},
	{"rescind", CLAUSE_RESCIND, STRENGTH_MUST},
	{"third-parties", CLAUSE_THIRD_PARTIES, STRENGTH_MUST},
	{"laws", CLAUSE_TEXT, STRENGTH_MUST},
};

static void
has_every_clause(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "policies/dag-factory.yml");

	(void)state;
	assert_int_equal(ARRAY_LEN(wanted), p->n_clauses);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		const struct clause *c = policy_clause(p, wanted[i].id);

		test_note(wanted[i].id);
		assert_non_null(c);
		assert_int_equal(wanted[i].kind, c->kind);
		assert_int_equal(wanted[i].strength, c->strength);
		assert_null(strpbrk(c->text, "{}\n"));
	}
}

static void
says_the_figures(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "policies/dag-factory.yml");
	const struct clause *c = policy_duty(p, DUTY_ACKNOWLEDGE);

	(void)state;
	assert_string_equal("oss_security@astronomer.io", p->contact);
	assert_string_equal("DAGF", p->product.prefix);
	assert_string_equal("America/New_York", p->zone);
	assert_int_equal(33, p->n_holidays);
	assert_int_equal(5, c->duty.business_days);
	assert_true(c->duty.by_receipt);
	assert_non_null(strstr(c->text, "within 5 business days"));
	assert_int_equal(5, policy_duty(p, DUTY_VALIDATE)->duty.business_days);
	assert_int_equal(0, policy_duty(p, DUTY_RESOLVE)->duty.business_days);
	c = policy_duty(p, DUTY_FOLLOW_UP);
	assert_int_equal(5, c->duty.business_days);
	assert_int_equal(3, c->duty.remind_days);
	assert_non_null(strstr(c->text, "within 3 to 5 business days"));
	assert_int_equal(90, policy_clause(p, "embargo-90")->embargo.days);
	assert_int_equal(3, policy_clause(p, "rescind")->rescind.grounds.n);
	assert_int_equal(
		4, policy_clause(p, "safe-harbor")->safe_harbor.promises.n);
}

/* 2028 begins on a Saturday, so its first holiday is observed in 2027. */
static void
knows_its_holidays(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "policies/dag-factory.yml");
	struct day day;
	bool found = false;

	(void)state;
	assert_true(day_parse(SPAN_LIT("2027-12-31"), &day));
	for (size_t i = 0; i < p->n_holidays; i++) {
		found = found || p->holidays[i].n == day.n;
		assert_true(day_weekday(p->holidays[i]) < 5);
	}
	assert_true(found);
}

static void
shares_the_base(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "policies/dag-factory.yml"),
			    *q = load(a, "policies/cosmos.yml");

	(void)state;
	assert_string_equal("Astronomer Cosmos", q->product.name);
	assert_string_equal("COSM", q->product.prefix);
	assert_string_equal(p->contact, q->contact);
	assert_int_equal(p->n_clauses, q->n_clauses);
	for (size_t i = 0; i < p->n_clauses; i++) {
		assert_string_equal(p->clauses[i].id, q->clauses[i].id);
		assert_null(strstr(q->clauses[i].text, "DAG Factory"));
	}
	assert_false(hash_eq(p->hash, q->hash));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST("the sample has every clause of the published policy",
			has_every_clause),
		TEST("the sample has the published figures", says_the_figures),
		TEST("its holidays are open days of no week-end",
			knows_its_holidays),
		TEST("the sister product shares the base", shares_the_base),
	};

	hash_init();
	root = argc > 1 ? argv[1] : ".";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
