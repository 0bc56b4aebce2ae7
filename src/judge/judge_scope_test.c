/*
 * judge_scope_test.c - scope and known non-vulnerabilities, on real texts and
 * with what a mirror would say.
 */
#include "judge/judge.h"

#include "base/test.h"
#include "judge/judge_test.h"

static const char policy_text[] = TEST_POLICY("Blue Widget", "WID",
	"  aliases: [blue-widget, bluewidget, widget]\n"
	"  repositories: [github.com/example/blue-widget]\n"
	"  urls: [docs.example.org/widget]\n",
	"  - {id: releases, kind: scope, scope: in, about: tagged-releases, "
	"text: x}\n"
	"  - {id: documented, kind: scope, scope: in, about: as-documented, "
	"text: x}\n"
	"  - {id: others, kind: scope, scope: out, about: other-codebases,\n"
	"     names: [\"Red Gear <https://example.org/gear>\"], text: x}\n"
	"  - {id: site, kind: scope, scope: out, about: website,\n"
	"     hosts: [www.example.org], text: x}\n"
	"  - {id: deps, kind: scope, scope: out, about: dependencies, text: "
	"x}\n"
	"  - {id: systems, kind: scope, scope: out, about: other-systems,\n"
	"     words: [mail relay], text: x}\n"
	"  - {id: ignored, kind: out-of-scope, text: x}\n"
	"  - {id: tests, kind: known, paths: [/tests/], unless: [in the "
	"wheel],\n"
	"     text: x}\n"
	"  - {id: headers, kind: known, words: [security header], text: x}\n");

static struct arena *arena;
static const struct policy *desk[1];

static const struct dependency dependencies[] = {
	{"apache-airflow", ">=2.4", "pyproject.toml", 12},
	{"pyyaml", NULL, "pyproject.toml", 13},
	{"requests", ">=2", "requirements.txt", 1},
};

static struct evidence
mirror(void)
{
	return (struct evidence){.mirror = "00",
		.tag = "v1.2.0",
		.dependencies = dependencies,
		.n_dependencies = ARRAY_LEN(dependencies)};
}

static const struct verdict *
judge_text(const char *subject, const char *text, const struct evidence *ev)
{
	struct message m = {.kind = MAIL_PERSON,
		.body = BODY_PLAIN,
		.answer = true,
		.from = "a@example.net",
		.subject = subject,
		.text = text};
	const struct report *r = report_find(
		arena, memcpy(arena_alloc(arena, sizeof m), &m, sizeof m));

	return judge(arena, desk, 1, NULL,
		memcpy(arena_alloc(arena, sizeof m), &m, sizeof m), r, ev);
}

static const struct clause_result *
find(const struct verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_clauses; i++)
		if (strcmp(v->clauses[i].id, id) == 0)
			return &v->clauses[i];
	return NULL;
}

#define STEPS "\n1. Install Blue Widget.\n2. Load the file.\n3. See it run.\n"
#define FLAW "An attacker can run arbitrary code with a file.\n" STEPS

static const struct {
	const char *name, *subject, *text, *clause;
	enum result want;
	enum disposition disposition;
	const char *shown; /* a part of it, or NULL */
} rows[] = {
	{"a dependency by name and CVE", "CVE-2020-1747 in PyYAML 5.3",
		"Blue Widget depends on PyYAML 5.3, which is vulnerable to "
		"remote code execution.\n" STEPS,
		"deps", RES_BREACHED, DISP_IGNORE, "pyyaml"},
	{"a dependency as a label", "RCE",
		"Blue Widget pulls it in.\nAffected package: pyyaml 5.3\n" FLAW,
		"deps", RES_BREACHED, DISP_IGNORE, "pyproject.toml at v1.2.0"},
	{"in another spelling", "RCE in Apache Airflow 2.4",
		"It comes with a widget.\nProduct: Apache_Airflow 2.4\n" FLAW,
		"deps", RES_BREACHED, DISP_IGNORE, "apache-airflow (>=2.4"},
	{"the product's own misuse of one", "RCE in Blue Widget",
		"Blue Widget calls its full loader. So there is an unsafe "
		"deserialization in PyYAML of Blue Widget.\n" FLAW,
		"deps", RES_UNKNOWN, DISP_OPEN, "pyyaml"},
	{"one that is only mentioned", "RCE in Blue Widget",
		"I had pyyaml 5.3 installed.\n" FLAW, "deps", RES_UNKNOWN,
		DISP_OPEN, NULL},
	{"a word that is also a package", "XSS in Blue Widget",
		"There is an injection in requests to the form of the "
		"widget.\n" FLAW,
		"deps", RES_UNKNOWN, DISP_OPEN, NULL},
	{"another package is none", "RCE in left-pad",
		"Blue Widget uses left-pad 1.0, which is vulnerable to "
		"XSS.\n" FLAW,
		"deps", RES_UNKNOWN, DISP_OPEN, NULL},
	{"another product as the affected thing", "XSS in Red Gear",
		"Beside Blue Widget I looked at it.\nProduct: Red Gear\n" FLAW,
		"others", RES_BREACHED, DISP_IGNORE,
		"https://example.org/gear"},
	{"another product beside this one", "XSS in Blue Widget",
		"Product: Red Gear and Blue Widget\n" FLAW, "others",
		RES_UNKNOWN, DISP_OPEN, "Red Gear"},
	{"another product in a comparison", "XSS in Blue Widget",
		"This is similar to the XSS in Red Gear.\n" FLAW, "others",
		RES_UNKNOWN, DISP_OPEN, NULL},
	{"another repository as the affected thing", "XSS in a widget",
		"Repository: https://github.com/somebody/thing\nBlue Widget "
		"is near.\n" FLAW,
		"others", RES_UNKNOWN, DISP_OPEN, "github.com/"},
	{"the website", "Clickjacking on www.example.org",
		"I was reading on Blue Widget.\n" FLAW, "site", RES_BREACHED,
		DISP_IGNORE, "www.example.org"},
	{"steps that begin at the website", "Code execution",
		"Blue Widget may help.\n1. Open https://www.example.org/docs\n"
		"2. Copy the file and load it\n" FLAW,
		"site", RES_BREACHED, DISP_IGNORE, "www.example.org"},
	{"the same beside the product's code", "Code execution",
		"The code: https://github.com/example/blue-widget\n"
		"1. Open https://www.example.org/docs\n"
		"2. Copy the file and load it\n" FLAW,
		"site", RES_UNKNOWN, DISP_OPEN, "www.example.org"},
	{"the website's host in an address", "XSS in Blue Widget",
		"Affected: joe@www.example.org\n" FLAW, "site", RES_UNKNOWN,
		DISP_OPEN, NULL},
	{"another host that ends so", "XSS in a widget",
		"Target: https://evil-www.example.org.test/\nBlue "
		"Widget.\n" FLAW,
		"site", RES_UNKNOWN, DISP_OPEN, NULL},
	{"code of the product beside the website", "XSS on www.example.org",
		"See src/bluewidget/load.py of Blue Widget.\n" FLAW, "site",
		RES_UNKNOWN, DISP_OPEN, "www.example.org"},
	{"a phrase of the policy's own", "XSS in Blue Widget",
		"The mail relay takes all.\n" FLAW, "systems", RES_UNKNOWN,
		DISP_OPEN, NULL},
	{"test code, as the policy lists it", "RCE in Blue Widget",
		"The file tests/run_all.py evaluates names.\n" FLAW, "tests",
		RES_BREACHED, DISP_SET_ASIDE, NULL},
	{"test code that is shipped after all", "RCE in Blue Widget",
		"The file tests/run_all.py is in the wheel.\n" FLAW, "tests",
		RES_UNKNOWN, DISP_OPEN, NULL},
	{"test code beside other code", "RCE in Blue Widget",
		"The files tests/run_all.py and src/load.py.\n" FLAW, "tests",
		RES_NOT_APPLICABLE, DISP_OPEN, NULL},
	{"tests elsewhere than at the root", "RCE in Blue Widget",
		"The file src/tests/run_all.py evaluates.\n" FLAW, "tests",
		RES_NOT_APPLICABLE, DISP_OPEN, NULL},
	{"test code that is attacked is read", "RCE in Blue Widget",
		"The file tests/a.py is being exploited in the wild.\n" FLAW,
		"tests", RES_UNKNOWN, DISP_OPEN, NULL},
	{"a phrase in the subject", "No security header in Blue Widget", FLAW,
		"headers", RES_BREACHED, DISP_SET_ASIDE, NULL},
	{"a phrase that only stands somewhere", "RCE in Blue Widget",
		"No security\nheader stops it.\n" FLAW, "headers", RES_UNKNOWN,
		DISP_OPEN, NULL},
	{"a part of a word is no phrase", "Insecurity headers of Blue Widget",
		FLAW, "headers", RES_NOT_APPLICABLE, DISP_OPEN, NULL},
};

static void
judges_by_what_is_affected(void **state)
{
	struct evidence ev = mirror();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct verdict *v =
			judge_text(rows[i].subject, rows[i].text, &ev);
		const struct clause_result *c = find(v, rows[i].clause);

		if (c != NULL && c->result == rows[i].want &&
			v->disposition == rows[i].disposition &&
			(rows[i].shown == NULL ||
				(c->shown &&
					strstr(c->shown, rows[i].shown))) &&
			(rows[i].want != RES_BREACHED ||
				strcmp(v->clause, rows[i].clause) == 0))
			continue;
		wrong++;
		test_note(arena_printf(arena, "%s: %s (%s; %s), %s (%s)",
			rows[i].name, c ? result_names[c->result] : "no clause",
			c ? c->because : v->because,
			c && c->shown ? c->shown : "-",
			disposition_names[v->disposition],
			v->clause ? v->clause : "-"));
	}
	assert_int_equal(0, wrong);
}

/* mission.md, scope.tagged-releases: only `confirmed` says anything. */
static const struct {
	const char *name;
	struct version_evidence versions[2];
	size_t n;
	enum result want;
	const char *because;
	unsigned line;
} releases[] = {
	{"confirmed", {{"1.2", 3, RELEASE_CONFIRMED, "v1.2.0"}}, 1, RES_MET,
		"tagged release", 3},
	{"no such release", {{"9.9", 2, RELEASE_NONE, NULL}}, 1, RES_UNKNOWN,
		"could not find", 2},
	{"an untagged commit", {{"abcdef1", 2, RELEASE_UNTAGGED, NULL}}, 1,
		RES_UNKNOWN, "in no tagged release", 2},
	{"a branch", {{"main", 1, RELEASE_BRANCH, NULL}}, 1, RES_UNKNOWN,
		"branch", 1},
	{"what the mirror does not know", {{"1", 1, RELEASE_UNKNOWN, NULL}}, 1,
		RES_UNKNOWN, "does not tell", 1},
	{"not stated", {{NULL, 0, RELEASE_NONE, NULL}}, 0, RES_UNKNOWN,
		"none is required", 0},
	{"confirmed beside what is not",
		{{"9.9", 1, RELEASE_NONE, NULL},
			{"1.2", 4, RELEASE_CONFIRMED, "v1.2.0"}},
		2, RES_MET, "tagged release", 4},
};

static void
only_a_confirmed_release_says_anything(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(releases); i++) {
		struct evidence ev = mirror();
		const struct verdict *v;
		const struct clause_result *c;

		ev.versions = releases[i].versions;
		ev.n_versions = releases[i].n;
		v = judge_text("RCE in Blue Widget", FLAW, &ev);
		c = find(v, "releases");
		test_note(releases[i].name);
		assert_int_equal(releases[i].want, c->result);
		assert_non_null(strstr(c->because, releases[i].because));
		assert_int_equal(releases[i].line,
			c->n_lines > 0 ? c->lines[0].from : 0);
		assert_int_equal(DISP_OPEN, v->disposition);
		assert_ptr_equal(&ev, v->evidence);
	}
}

/* Code that a mirror has stands for the product, whatever else is named. */
static void
code_of_the_product_is_doubt(void **state)
{
	static const struct claim_evidence claims[] = {
		{0, CLAIM_EXISTS, "src/load.py:3"}};
	struct evidence ev = mirror();
	const char *text = "In load_all() of it:\nAffected package: pyyaml "
			   "5.3\nwhich Blue Widget has.\n" FLAW;

	(void)state;
	assert_int_equal(RES_BREACHED,
		find(judge_text("RCE", text, &ev), "deps")->result);
	ev.claims = claims;
	ev.n_claims = 1;
	assert_int_equal(RES_UNKNOWN,
		find(judge_text("RCE", text, &ev), "deps")->result);
}

/* The policy that says nothing of out-of-scope reports ignores none. */
static void
a_policy_must_say_that_it_ignores(void **state)
{
	static const char silent[] = TEST_POLICY("Blue Widget", "WID", "",
		"  - {id: site, kind: scope, scope: out, about: website,\n"
		"     hosts: [www.example.org], text: x}\n");
	const struct policy *keep = desk[0];
	const struct verdict *v;

	(void)state;
	desk[0] = test_policy(arena, silent);
	v = judge_text("Clickjacking on www.example.org", FLAW, NULL);
	assert_int_equal(RES_BREACHED, find(v, "site")->result);
	assert_int_equal(DISP_OPEN, v->disposition);
	desk[0] = keep;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("only what is affected decides, and not beside the product",
			judges_by_what_is_affected),
		TEST("only a confirmed release says anything",
			only_a_confirmed_release_says_anything),
		TEST("code of the product is doubt",
			code_of_the_product_is_doubt),
		TEST("a policy must say that it ignores",
			a_policy_must_say_that_it_ignores),
	};
	int failed;

	hash_init();
	arena = arena_new();
	desk[0] = test_policy(arena, policy_text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
