/* affected_test.c - what is affected, which releases, which signs: a text in,
 * the facts out. */
#include "report/cases.h"

/* "how line:text" for each. */
static const char *
affected_of(struct arena *a, const char *subject, const char *text)
{
	struct message m = cases_mail(subject, text);
	const struct report *r = report_find(a, &m);
	const char *out = "";

	for (size_t i = 0; i < r->n_affected; i++)
		out = arena_printf(a, "%s%s%s %u:%s", out, i ? " / " : "",
			affected_names[r->affected[i].how], r->affected[i].line,
			r->affected[i].text);
	return out;
}

static const struct {
	const char *name, *subject, *text, *want;
} affected[] = {
	{"a label", "", "Product: Gear 1.2\n", "label 1:Gear 1.2"},
	{"a label in a list, in bold", "",
		"- **Affected component**: the lid\n", "label 1:the lid"},
	{"a label with its value below", "", "Affected package:\n\nlibgear\n",
		"label 3:libgear"},
	{"a row of a table", "", "| Product | Gear |\n", "label 1:Gear"},
	{"affected versions are no product", "", "Affected versions: 1.2\n",
		""},
	{"what is not affected", "", "Not affected: Gear\n", ""},
	{"a link is no label", "", "https://example.org/product: x\n", ""},
	{"a claim in the subject", "SQL injection in Gear", "", "claim 0:Gear"},
	{"a claim in a sentence", "",
		"I found a path traversal in the Gear "
		"loader, which reads files.\n",
		"claim 1:the Gear loader"},
	{"a claim broken at the end of a line", "",
		"I found an SSRF in\nGear 1.2 that reads.\n",
		"claim 2:Gear 1.2"},
	{"what is vulnerable stands before it", "",
		"The Gear server is vulnerable to XSS.\n",
		"claim 1:The Gear server"},
	{"a comparison claims nothing", "",
		"This is similar to the SQL injection in Wheel.\n", ""},
	{"nor does a denial", "", "Wheel is not vulnerable to XSS.\n", ""},
	{"a host that a step acts on", "",
		"1. curl https://www.example.org/a\n2. See it.\n",
		"target 1:1. curl https://www.example.org/a"},
	{"a request and its host", "",
		"```\nGET /a HTTP/1.1\nHost: www.example.org\n```\n",
		"target 3:www.example.org"},
	{"a link to read is no target", "",
		"See https://www.example.org/docs for more.\n", ""},
	{"a name that is only mentioned", "",
		"We run Gear on Wheel and like both.\n", ""},
};

static void
finds_what_is_affected(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(affected); i++) {
		struct arena *a = arena_new();
		const char *got =
			affected_of(a, affected[i].subject, affected[i].text);

		if (strcmp(affected[i].want, got) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				affected[i].name, affected[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static const struct case_text releases[] = {
	{"up to", "All versions up to 0.22.0 have it.\n", "1:<=0.22.0"},
	{"before", "Versions before 1.4 are affected.\n", "1:<1.4"},
	{"and earlier", "0.22.0 and earlier\n", "1:<=0.22.0"},
	{"since", "It is there since v0.19.0.\n", "1:>=v0.19.0"},
	{"from a to b", "from 0.20.0 to 0.22.0\n", "1:>=0.20.0,<=0.22.0"},
	{"a through b", "0.20.0 through 0.22.0\n", "1:>=0.20.0,<=0.22.0"},
	{"a dash", "0.20.0 - 0.22.0\n", "1:>=0.20.0,<=0.22.0"},
	{"signs", "Affected: >=0.20,<0.23\n", "1:>=0.20,<0.23"},
	{"a pre-release", "<= 0.23.0a2\n", "1:<=0.23.0a2"},
	{"the latest", "I tested the latest release.\n", "1:latest"},
	{"in other words", "The most recent version has it.\n", "1:latest"},
	{"a branch", "It is still there on main.\n", "1:main"},
	{"a branch that is called one", "in the develop branch\n", "1:develop"},
	{"the main thing is no branch", "The main problem is trust.\n", ""},
	{"one version is no range", "I used version 0.22.0.\n", ""},
	{"a version of Python is none", "needs Python >= 3.8\n", ""},
	{"a number is none", "if x < 10 then more\n", ""},
};

static void
finds_ranges_and_branches(void **state)
{
	(void)state;
	CASES_CHECK(releases, releases);
}

/* Which signs a text has, by name. */
static const struct {
	const char *text, *want;
} signs[] = {
	{"I patched the loader source code so that it loads.\n", "modified "},
	{"We used our own fork of it.\n", "modified "},
	{"If somebody patched the source code, it would fail.\n", ""},
	{"I did not modify the source code.\n", ""},
	{"I ran it with debug mode enabled.\n", "unintended "},
	{"After disabling the authentication I saw it.\n", "unintended "},
	{"```\nDEBUG = True\n```\n", "unintended "},
	{"```\nDEBUG = False\n```\n", ""},
	{"as shown in the documentation\n", "documented "},
	{"although the documentation warns about it\n", "undocumented "},
	{"```\na: 1\nb: 2\n```\n", "configuration "},
	{"The bucket policy is public.\n", "other-system "},
	{"I copied the cookie to another browser.\n", "cookie "},
	{"The session id is not rotated after login; I copied the cookie to "
	 "another browser.\n",
		""},
	{"It sets a cookie in the browser.\n", ""},
	{"Je hebt een fout in het bestand dat wordt gelezen voor deze, en de "
	 "server is niet goed ingesteld.\n",
		""},
};

static void
finds_signs(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		struct arena *a = arena_new();
		const struct report *r = cases_read(a, signs[i].text);
		const char *got = "";

		for (size_t k = 0; k < SIGN_COUNT; k++)
			if (r->signs[k].n > 0)
				got = arena_printf(
					a, "%s%s ", got, scope_sign_names[k]);
		if (strcmp(signs[i].want, got) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				signs[i].text, signs[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static const char scoped[] =
	"Product: Gear\nAn XSS in Wheel, up to 1.2.0 and on main.\n"
	"I patched the source code with debug mode enabled.\n"
	"https://github.com/example/gear/issues/5\n"
	"1. curl https://www.example.org/\n";

static void
survives_the_way_between_processes(void **state)
{
	struct arena *a = arena_new();
	const struct report *r = cases_read(a, scoped);
	struct message m = cases_mail("", scoped);
	struct str bytes;
	struct report *back = NULL;

	(void)state;
	str_init(&bytes, 100000);
	report_pack(&bytes, r);
	struct unpack u = {span_make(bytes.text, bytes.n), false};
	assert_true(report_unpack(&u, a, 5, &back));
	assert_true(r->n_affected > 2 && r->releases.n == 2 &&
		r->public_links.n == 1);
	AUTO(json_auto) json_t *one = report_json(&m, r, false);
	AUTO(json_auto) json_t *two = report_json(&m, back, false);
	assert_true(json_equal(one, two));
	str_fini(&bytes);
	arena_free(a);
}

/* What the list names in place of an id is in the list, and to be used. */
static void
better_weaknesses_are_good(void **state)
{
	size_t n, all = 0;

	(void)state;
	for (unsigned id = 1; id < 2000; id++) {
		const unsigned short *to = report_cwe_better(id, &n);

		all += n;
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(CWE_OK, report_cwe_status(to[i]));
			assert_int_not_equal(CWE_OK, report_cwe_status(id));
		}
	}
	assert_true(all > 40);
	assert_int_equal(1390, report_cwe_better(287, &n)[0]);
	(void)report_cwe_better(99999, &n);
	assert_int_equal(0, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("what is affected is told from what is mentioned",
			finds_what_is_affected),
		TEST("ranges, the latest release and branches",
			finds_ranges_and_branches),
		TEST("how it was run, and where else it may lie", finds_signs),
		TEST("all of it comes through a pipe as it was",
			survives_the_way_between_processes),
		TEST("a better weakness is one that may be used",
			better_weaknesses_are_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
