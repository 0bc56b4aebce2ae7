/*
 * code_claims_test.c - what a report says about the code, by example.
 *
 * A row's `want` is each claim as "kind text in file 1-2", in order.
 */
#include "base/pack.h"
#include "report/cases.h"

static const char *
shown(struct arena *a, const struct report *r)
{
	const char *out = "";

	for (size_t i = 0; i < r->n_claims; i++) {
		const struct code_claim *c = &r->claims[i];

		out = arena_printf(a, "%s%s%s", out, i ? "; " : "",
			code_claim_names[c->kind]);
		if (c->text)
			out = arena_printf(a, "%s %s", out, c->text);
		if (c->file)
			out = arena_printf(a, "%s in %s", out, c->file);
		if (c->from)
			out = arena_printf(a, "%s %u-%u", out, c->from, c->to);
	}
	return out;
}

static const struct case_text prose[] = {
	{"a line behind a colon", "See dagfactory/utils.py:123.",
		"file dagfactory/utils.py; line in dagfactory/utils.py "
		"123-123"},
	{"a range behind a colon", "See `dagfactory/utils.py:12-20`.",
		"file dagfactory/utils.py; line in dagfactory/utils.py 12-20"},
	{"a backtick between", "`utils.py`:88 is it",
		"file utils.py; line in utils.py 88-88"},
	{"a line and a column", "at src/app.ts:12:5 it breaks",
		"file src/app.ts; line in src/app.ts 12-12"},
	{"an anchor", "src/a.c#L10-L20", "file src/a.c; line in src/a.c 10-20"},
	{"a line in words", "It is in utils.py, line 88.",
		"file utils.py; line in utils.py 88-88"},
	{"in brackets", "The loader (utils.py, lines 10-25) reads it.",
		"file utils.py; line in utils.py 10-25"},
	{"lines before their file", "lines 10-25 of dagfactory/dagbuilder.py",
		"line in dagfactory/dagbuilder.py 10-25; file "
		"dagfactory/dagbuilder.py"},
	{"with a dash and with a word", "a.py lines 3–5 and b.py lines 7 to 9",
		"file a.py; line in a.py 3-5; file b.py; line in b.py 7-9"},
	{"over the end of a line",
		"The flaw is in dagfactory/utils.py\n"
		"at line 88 of the release.",
		"file dagfactory/utils.py; line in dagfactory/utils.py 88-88"},
	{"in the next sentence", "Look at utils.py. At line 7 it happens.",
		"file utils.py; line in utils.py 7-7"},
	{"in a form", "File: a/utils.py\nLine: 12\nFunction: load_yaml",
		"file a/utils.py; line in a/utils.py 12-12; function load_yaml "
		"in a/utils.py 12-12"},
	{"in a form with blank lines", "File: a/utils.py\n\nLine: 12\n",
		"file a/utils.py; line in a/utils.py 12-12"},
	{"in a list",
		"In dagfactory/utils.py:\n\n- line 3 reads\n- line 9 runs",
		"file dagfactory/utils.py; line in dagfactory/utils.py 3-3; "
		"line in dagfactory/utils.py 9-9"},
	{"in German",
		"Der Fehler ist in Zeile 12 der Datei utils.py zu finden.",
		"line in utils.py 12-12; file utils.py"},
	{"in French", "La faille est dans le fichier utils.py, ligne 12.",
		"file utils.py; line in utils.py 12-12"},
	{"a line of no file", "See line 12 of the response.", ""},
	{"a function and its file",
		"in `DagBuilder.make_task()` (dagbuilder.py) it happens",
		"function DagBuilder.make_task in dagbuilder.py; file "
		"dagbuilder.py"},
	{"a function, file and line", "`load_it()` in a/utils.py:20 does it",
		"function load_it in a/utils.py 20-20; file a/utils.py; line in "
		"a/utils.py 20-20"},
	{"a file, then a function", "In utils.py, the function `load` does it.",
		"file utils.py; function load in utils.py"},
	{"what a file calls is elsewhere",
		"dagfactory/utils.py calls `build_all()` there",
		"file dagfactory/utils.py; function build_all"},
	{"said to be a method", "the safe_eval method evaluates it",
		"function safe_eval"},
	{"of another language's kind", "Loader::parse() reads it",
		"function Loader.parse"},
	{"a definition in backticks", "see `def load_it(self, x)`",
		"function load_it"},
	{"a class in backticks", "the class `Foo` and the `Bar` class",
		"class Foo; class Bar"},
	{"a class by its capitals", "the DagBuilder class is affected",
		"class DagBuilder"},
	{"a class in words", "A class Action lawsuit, world class Software.",
		""},
	{"a class in a file", "class `Foo` in dagfactory/utils.py",
		"class Foo in dagfactory/utils.py; file dagfactory/utils.py"},
	{"a commit", "Tested at commit ABCDEF1.\nAnd at commit 0123abcd.",
		"commit 0123abcd"},
	{"a link to a forge",
		"https://github.com/a/b/blob/v1.2.0/src/x.py#L10-L20 shows it",
		"file src/x.py; line in src/x.py 10-20"},
	{"a link in Markdown",
		"[here](https://gitlab.com/a/b/-/blob/main/x.go#L7).",
		"file x.go; line in x.go 7-7"},
	{"a link to elsewhere", "https://example.com/files/utils.py", ""},
	{"in a language unknown", "脆弱性 dagfactory/utils.py:12 です",
		"file dagfactory/utils.py; line in dagfactory/utils.py 12-12"},
	{"the same twice",
		"utils.py and utils.py and utils.py:3 and utils.py:3",
		"file utils.py; line in utils.py 3-3"},
	{"quoted", "> see utils.py:3\nok", ""},
	{"inline code at a line",
		"utils.py:20 has `return yaml.load(x, Loader)`",
		"file utils.py; line in utils.py 20-20"},
	{"inline code behind a line", "utils.py:20: `return load(x, Loader)`",
		"file utils.py; line in utils.py 20-20; quote return load(x, "
		"Loader) in utils.py 20-20"},
};

static const struct case_text no_claims[] = {
	{"the reporter's file", "Save this as dags/poc.py and run it.", ""},
	{"in folders of one's own", "See poc/run.py and dags/evil.py, evil.py.",
		""},
	{"a product's file with an evil name",
		"The helper load_evil_yaml() in dagfactory/evil.py does it.",
		"function load_evil_yaml in dagfactory/evil.py; file "
		"dagfactory/evil.py"},
	{"what he makes", "Create a file called server.py with it", ""},
	{"what he runs", "Run python3 tools/check.py now", ""},
	{"a configuration of his", "with a config.yml of three lines", ""},
	{"a configuration of his in a folder", "I wrote to dags/a.yml", ""},
	{"of the system", "reads /etc/passwd and /usr/lib/x.py:12", ""},
	{"a product with a dot", "It runs under node.js and Next.js", ""},
	{"of the language",
		"calls eval(), os.system(), yaml.load(), readObject() and java.util.List.size()",
		""},
	{"an abbreviation", "RCE(remote), e.g. SSRF() and so on", ""},
	{"a plural", "the file(s) and class(es) affected", ""},
	{"in a proof of concept",
		"```python\nfrom x import y\ny.load_it()\n```", ""},
	{"a command", "```\n$ python3 src/x.py\n```", ""},
	{"a mail address", "write to a.py@example.org", ""},
	{"a version", "since 1.2.3 in version 2.0", ""},
	{"the fix",
		"I suggest to change dagfactory/utils.py:\n\n```python\n"
		"return safe_load(text)\n```",
		"file dagfactory/utils.py"},
};

#define FENCE(head, lang, body) head "\n\n```" lang "\n" body "\n```\n"

static const struct case_text blocks[] = {
	{"under the name of a file",
		FENCE("In dagfactory/utils.py:", "python",
			"def load(x):\n    return yaml.load(x)"),
		"file dagfactory/utils.py; quote def load(x):\n    return "
		"yaml.load(x) in dagfactory/utils.py"},
	{"with its lines",
		FENCE("dagfactory/utils.py, lines 3-4:", "",
			"def load(x):\n    return yaml.load(x)"),
		"file dagfactory/utils.py; line in dagfactory/utils.py 3-4; "
		"quote def load(x):\n    return yaml.load(x) in "
		"dagfactory/utils.py 3-4"},
	{"with a path as its first line",
		FENCE("Look:", "python",
			"# dagfactory/utils.py:12\nreturn yaml.load(x)"),
		"file dagfactory/utils.py; line in dagfactory/utils.py 12-12; "
		"quote return yaml.load(x) in dagfactory/utils.py 12-12"},
	{"called the vulnerable code",
		FENCE("The vulnerable code:", "python", "return yaml.load(x)"),
		"quote return yaml.load(x)"},
	{"under a heading",
		FENCE("## Vulnerable code in `load_it()`", "python",
			"return yaml.load(x)"),
		"function load_it; quote return yaml.load(x)"},
	{"a listing with numbers",
		FENCE("In a/utils.py:", "",
			"10: def load(x):\n11:     return yaml.load(x)"),
		"file a/utils.py; quote def load(x):\n     return yaml.load(x) "
		"in a/utils.py 10-11"},
	{"indented, without a fence",
		"The code in a/utils.py:\n\n    return yaml.load(x, Loader=L)\n",
		"file a/utils.py; quote return yaml.load(x, Loader=L) in "
		"a/utils.py"},
	{"of nothing that was named",
		FENCE("Hello:", "python", "return yaml.load(x)"), ""},
	{"a request", FENCE("The code in a/x.py:", "http", "GET /x HTTP/1.1"),
		"file a/x.py"},
	{"a diff without a fence",
		"--- a/dagfactory/utils.py\n+++ b/dagfactory/utils.py\n"
		"@@ -10,3 +10,3 @@ def load\n def load(x):\n"
		"-    return yaml.load(x)\n+    return yaml.safe_load(x)\n",
		"file dagfactory/utils.py; line in dagfactory/utils.py 10-12; "
		"quote def load(x):\n    return yaml.load(x) in "
		"dagfactory/utils.py 10-12"},
	{"a diff",
		FENCE("The fix:", "diff",
			"--- a/dagfactory/utils.py\n+++ b/dagfactory/utils.py\n"
			"@@ -10,2 +10,2 @@ def load\n def load(x):\n"
			"-    return yaml.load(x)\n+    return safe_load(x)"),
		"file dagfactory/utils.py; line in dagfactory/utils.py 10-11; "
		"quote def load(x):\n    return yaml.load(x) in "
		"dagfactory/utils.py 10-11"},
	{"a trace of Python",
		"Traceback (most recent call last):\n"
		"  File \"/usr/lib/python3/site-packages/dagfactory/utils.py\", "
		"line 12, in load\n    return yaml.load(stream)\n"
		"  File \"/usr/lib/python3.11/json/decoder.py\", line 3, in "
		"decode\n    x = decode(y)\n",
		"file site-packages/dagfactory/utils.py; line in "
		"site-packages/dagfactory/utils.py 12-12; function load in "
		"site-packages/dagfactory/utils.py 12-12; quote return "
		"yaml.load(stream) in site-packages/dagfactory/utils.py 12-12"},
	{"a trace of JavaScript",
		"```\nError: x\n    at parse (/app/lib/parse.js:10:5)\n```\n",
		"file app/lib/parse.js; line in app/lib/parse.js 10-10; "
		"function parse in app/lib/parse.js 10-10"},
	{"a trace of Java",
		"```\nat org.example.web.Loader.parse(Loader.java:77)\n```\n",
		"file Loader.java; line in Loader.java 77-77; function "
		"Loader.parse in Loader.java 77-77"},
	{"what grep prints",
		"```\nsrc/x.py:7:    return yaml.load(text)\n```\n",
		"file src/x.py; line in src/x.py 7-7; quote return "
		"yaml.load(text) in src/x.py 7-7"},
};

static void
check(const struct case_text *rows, size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const char *got = shown(a, cases_read(a, rows[i].text));

		if (strcmp(rows[i].want, got) != 0) {
			test_note(arena_printf(a,
				"%s:\n# wanted '%s'\n# got    '%s'",
				rows[i].name, rows[i].want, got));
			wrong++;
		}
	}
	assert_int_equal(0, wrong);
}

static void
places_are_read_in_prose(void **state)
{
	(void)state;
	check(prose, ARRAY_LEN(prose));
}

static void
the_reporters_own_code_is_no_claim(void **state)
{
	(void)state;
	check(no_claims, ARRAY_LEN(no_claims));
}

static void
code_is_quoted_where_the_text_says_so(void **state)
{
	(void)state;
	check(blocks, ARRAY_LEN(blocks));
}

static bool
comes_back(const struct code_claim *c)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str out, again;
	struct report r = {.claims = c, .n_claims = 1}, *back = NULL;

	str_init(&out, 1 << 20);
	str_init(&again, 1 << 20);
	report_pack(&out, &r);
	struct unpack u = {str_span(&out), false};
	if (!report_unpack(&u, a, 9, &back))
		return false;
	report_pack(&again, back);
	return span_eq(str_span(&out), str_span(&again));
}

static const struct {
	const char *name;
	struct code_claim claim;
	bool good;
} packs[] = {
	{"lines of a file", {CODE_LINE, NULL, "a", 1, 2, 9}, true},
	{"a function", {CODE_FUNCTION, "f", NULL, 0, 0, 9}, true},
	{"a commit", {CODE_COMMIT, "0123abc", NULL, 0, 0, 9}, true},
	{"lines of no file", {CODE_LINE, NULL, NULL, 1, 2, 9}, false},
	{"lines with a text", {CODE_LINE, "x", "a", 1, 2, 9}, false},
	{"no line at all", {CODE_LINE, NULL, "a", 0, 0, 9}, false},
	{"lines in reverse", {CODE_LINE, NULL, "a", 2, 1, 9}, false},
	{"a function without a name", {CODE_FUNCTION, NULL, "a", 0, 0, 9},
		false},
	{"a commit that is none", {CODE_COMMIT, "main", NULL, 0, 0, 9}, false},
	{"a line the mail has not", {CODE_FILE, "a", NULL, 0, 0, 10}, false},
	{"no line of the mail", {CODE_FILE, "a", NULL, 0, 0, 0}, false},
	{"an unknown kind",
		{(enum code_claim_kind)CODE_COUNT, "a", NULL, 0, 0, 1}, false},
};

static void
a_parser_that_lies_is_not_believed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		test_note(packs[i].name);
		assert_int_equal(packs[i].good, comes_back(&packs[i].claim));
	}
}

static void
there_are_at_most_so_many(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str text;

	(void)state;
	str_init(&text, 1 << 20);
	for (unsigned i = 0; i < 3000; i++)
		str_printf(&text, "src/file%u.py:%u%s", i, i + 1,
			i % 7 ? " " : "\n");
	assert_int_equal(REPORT_MAX_FACTS, cases_read(a, text.text)->n_claims);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read_in_prose),
		cmocka_unit_test(the_reporters_own_code_is_no_claim),
		cmocka_unit_test(code_is_quoted_where_the_text_says_so),
		cmocka_unit_test(a_parser_that_lies_is_not_believed),
		cmocka_unit_test(there_are_at_most_so_many),
	};

	return cmocka_run_group_tests_name("code claims", tests, NULL, NULL);
}
