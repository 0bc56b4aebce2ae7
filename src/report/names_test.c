/* names_test.c - what a report names, and what only looks like a name. */
#include "report/cases.h"

static const struct case_text versions[] = {
	{"a version is said to be one", "dag-factory version 1.2 is hit",
		"1:1.2"},
	{"a v makes a version", "tested on v0.19.0.", "1:v0.19.0"},
	{"three parts are a version", "dag-factory 0.22.0 does it", "1:0.22.0"},
	{"a pin is a version", "pip install dag-factory==1.0", "1:1.0"},
	{"pre-releases keep their tail",
		"v0.20.0rc1, v0.23.0a9 and 1.0.0-beta.2",
		"1:v0.20.0rc1 1:v0.23.0a9 1:1.0.0-beta.2"},
	{"a range has two ends", "versions >=0.18.0,<1.0.2 are affected",
		"1:0.18.0 1:1.0.2"},
	{"from and to", "affected versions: from 0.1 to 0.9", "1:0.1 1:0.9"},
	{"a tag in a link",
		"https://github.com/a/b/blob/v1.1.0/dagfactory/x.py",
		"1:v1.1.0"},
	{"brackets and stops are not part", "(1.2.3), [2.0.1]; `3.1.4`.",
		"1:1.2.3 1:2.0.1 1:3.1.4"},
	{"an address is none", "listens on 127.0.0.1:8080 and 10.0.0.5", ""},
	{"a date is none", "seen on 2024.11.23 and 23.11.2024", ""},
	{"the runtime's version is none",
		"Python 3.11.4, TLS 1.2, HTTP/1.1, Ubuntu 22.04.3", ""},
	{"the same with the word",
		"Python version 3.11.4, Docker version: 27.3.1, Node v20.11.0",
		""},
	{"a score is none", "CVSS 9.8, score 7.5, section 3.2.1", ""},
	{"a vector is none", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		""},
	{"a declaration of markup has none",
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>", ""},
	{"a host, an address, a file are none",
		"mail to desk@3desks.example, at 0x7f3a12, version v3.json",
		""},
	{"all of a series are one", "version 5.x is hit", "1:5.x"},
	{"a size is none", "it took 1.5GB and 2.5s", ""},
	{"two numbers behind a product's name",
		"We run Gullwing 7.2 and gull-sync 0.9 here", "1:7.2 1:0.9"},
	{"a year's release behind a name", "Gullwing 2031.4.0 has it",
		"1:2031.4.0"},
	{"an amount is none", "It took Anna 2.5 hours and About 3.5 GB", ""},
	{"a range is two", "Gullwing 5.8 to 6.1, 7.1-7.3; gull 2.0 to 2.0.4",
		"1:5.8 1:6.1 1:2.0 1:2.0.4"},
	{"a row of a table", "| **Versions** | 4.0 - 4.7 |", "1:4.0 1:4.7"},
	{"an image's tag", "docker run gull/wing:5.6", "1:5.6"},
	{"an archive's ending is left out", "see gull_1.0.33.bin", "1:1.0.33"},
	{"a script's name is none", "it loads lib-3.6.0.min.js", ""},
	{"the version of a format is none",
		"<?xml version=\"1.0\"?>\nVERSION:3.0", ""},
	{"an address said to be equal is none",
		"addr=192.0.2.7 p=0x5555557d4a30 bs=1M", ""},
	{"the runtime's version called so is none",
		"Python version 3.11.4, Node.js 18.1.0", ""},
	{"twice is once", "1.2.3\n1.2.3", "1:1.2.3"},
	{"a quotation names nothing", "> version 1.2.3\nno", ""},
};

static const struct case_text commits[] = {
	{"forty digits", "at 2c6513147c31dd92beae8996778e35adf64125c6.",
		"1:2c6513147c31dd92beae8996778e35adf64125c6"},
	{"a short one said to be one", "since commit c999e1ad", "1:c999e1ad"},
	{"in a link", "https://github.com/a/b/commit/0a1b2c3d4e",
		"1:0a1b2c3d4e"},
	{"a number is none", "commit 20260512", ""},
	{"a word is none", "commit defaced", ""},
	{"short without being said is none", "token c999e1ad", ""},
	{"a colour is none", "color in #c999e1ad", ""},
};

static const struct case_text files[] = {
	{"a path", "see dagfactory/utils.py, please", "1:dagfactory/utils.py"},
	{"with a line", "dagfactory/utils.py:123", "1:dagfactory/utils.py"},
	{"in backticks", "`src/main.c`", "1:src/main.c"},
	{"a bare name", "in utils.py.", "1:utils.py"},
	{"in a link to a forge",
		"https://github.com/a/b/blob/main/docs/x.md#L3", "1:docs/x.md"},
	{"the system's files are none", "reads /etc/hosts.conf", ""},
	{"a host is none", "www.example.org and evil.example.com", ""},
	{"a product is none", "uses Node.js", ""},
	{"a sentence's end is none", "this is it.So what", ""},
	{"a mail address is none", "jane@build.sh", ""},
};

static const struct case_text functions[] = {
	{"called", "load_yaml_dags() is open", "1:load_yaml_dags"},
	{"with arguments", "calls yaml.load(stream)", "1:yaml.load"},
	{"a method", "`DagFactory._load_config()`",
		"1:DagFactory._load_config"},
	{"said to be one", "the function get_datetime is", "1:get_datetime"},
	{"said after it", "the merge_configs function", "1:merge_configs"},
	{"in a traceback", "  File \"/a/b.py\", line 3, in load_yaml_file",
		"1:load_yaml_file"},
	{"frames of a crash",
		"    #0 0x4f1c29 in pull_entry src/pull.c:214:18\n"
		"    #1 0x4f1c29 in __asan_memcpy (/usr/lib/x.so)\n"
		"#2  pull_all (q=0x55) at src/pull.c:9",
		"1:pull_entry 3:pull_all"},
	{"a frame of PHP", "#1 /srv/a/index.php(12): Page->show('x')",
		"1:Page->show"},
	{"what acts", "`readEntry` copies the name unchanged", "1:readEntry"},
	{"what stands in a file", "`read_all` in lib/read.js is open",
		"1:read_all"},
	{"what is called", "it calls pickle.load on that", "1:pickle.load"},
	{"a parameter is none", "`redirect_uri` accepts any host", ""},
	{"an issue's number is none", "see #12 in the tracker", ""},
	{"a plural is none", "the issue(s) and vulnerability(ies)", ""},
	{"the language's own are none",
		"it prints what include() yields, "
		"and alert() pops up",
		""},
	{"a remark in brackets is none", "RCE(remote) is bad", ""},
};

static const struct case_text urls[] = {
	{"with the stop left out", "see https://a.example/x.",
		"1:https://a.example/x"},
	{"in angle brackets", "<https://a.example/?q=1&b=(2)>",
		"1:https://a.example/?q=1&b=(2)"},
	{"in Markdown", "[here](https://a.example/x_(y))",
		"1:https://a.example/x_(y)"},
	{"without a scheme", "github.com/astronomer/dag-factory, or so",
		"1:github.com/astronomer/dag-factory"},
	{"made harmless", "hxxps://evil[.]example/x",
		"1:hxxps://evil[.]example/x"},
	{"two in a line", "http://a.example http://b.example",
		"1:http://a.example 1:http://b.example"},
	{"none", "http:// and https", ""},
};

static const struct case_text cves[] = {
	{"two", "CVE-2020-14343 and cve-2020-1747",
		"1:CVE-2020-14343 1:cve-2020-1747"},
	{"in brackets", "(CVE-2021-44228)", "1:CVE-2021-44228"},
	{"too short is none", "CVE-2021-44, CVE-21-44228", ""},
	{"a template is none", "CVE-YYYY-NNNN", ""},
};

static void
versions_are_told_from_other_numbers(void **state)
{
	(void)state;
	CASES_CHECK(versions, versions);
}

static void
commits_are_told_from_other_words(void **state)
{
	(void)state;
	CASES_CHECK(commits, commits);
}

static void
files_are_told_from_hosts_and_sentences(void **state)
{
	(void)state;
	CASES_CHECK(files, files);
}

static void
functions_are_told_from_brackets(void **state)
{
	(void)state;
	CASES_CHECK(functions, functions);
}

static void
links_end_where_they_end(void **state)
{
	(void)state;
	CASES_CHECK(urls, urls);
	CASES_CHECK(cves, cves);
}

static void
a_list_is_full_at_its_limit(void **state)
{
	struct arena *a = arena_new();
	struct str text;

	(void)state;
	str_init(&text, 1 << 20);
	for (int i = 0; i < 3 * REPORT_MAX_FACTS; i++)
		str_printf(&text, "https://a.example/%d CWE-%d\n", i, i + 1);
	const struct report *r = cases_read(a, text.text);
	assert_int_equal(REPORT_MAX_FACTS, r->urls.n);
	assert_int_equal(REPORT_MAX_FACTS, r->n_cwe);
	str_fini(&text);
	arena_free(a);
}

/* What the text says as well is cited with the text's line. */
static void
a_name_of_the_subject_has_no_line(void **state)
{
	struct arena *a = arena_new();
	struct message m = cases_mail("quay-sync 1.4.2, src/pull.c: do_pull() "
				      "follows links (CWE-59, CVE-2031-10001)",
		"See src/pull.c.\n");
	const struct report *r = report_find(a, &m);

	(void)state;
	assert_string_equal("0:1.4.2", cases_cites(a, r->versions));
	assert_string_equal("1:src/pull.c", cases_cites(a, r->files));
	assert_string_equal("0:do_pull", cases_cites(a, r->functions));
	assert_string_equal("0:CVE-2031-10001", cases_cites(a, r->cves));
	assert_int_equal(1, r->n_cwe);
	assert_int_equal(0, r->cwe[0].line);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_told_from_other_numbers),
		cmocka_unit_test(commits_are_told_from_other_words),
		cmocka_unit_test(files_are_told_from_hosts_and_sentences),
		cmocka_unit_test(functions_are_told_from_brackets),
		cmocka_unit_test(links_end_where_they_end),
		cmocka_unit_test(a_name_of_the_subject_has_no_line),
		cmocka_unit_test(a_list_is_full_at_its_limit),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
