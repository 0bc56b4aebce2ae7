/*
 * linear_report.c - is the time to find the facts linear in the text?
 *
 * Each row is a text that can be made as long as one likes in one way. Ten
 * times the items may take at most 13 times the time. Only ratios of one
 * run count, so the machine does not matter, only that it is quiet. At the
 * end stands what an ordinary report of 4 KiB takes.
 *
 *	build/bench/linear_report [LARGEST] [NAME]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/mem.h"
#include "report/report.h"

enum { SMALLEST = 1000, LARGEST = 1000000, WORST = 13, ORDINARY = 4096 };

static const struct {
	const char *name, *head, *item;
} shapes[] = {
	{"prose", "", "The attacker can read any file of the other users.\n"},
	{"prose, one paragraph of words", "", "word word word word\n"},
	{"prose, one line", "", "an attacker can read any file "},
	{"prose, no sentence ends", "", "i found not if the way to run "},
	{"one line, one word", "", "a"},
	{"one line, bytes of no word", "", "(["},
	{"one line, blanks", "", "  \t"},
	{"blank lines", "", "\n"},
	{"headings", "", "## Steps to reproduce\n"},
	{"headings, unknown", "", "## Something or other\n"},
	{"headings, levels", "# Impact\n", "###### x\n"},
	{"headings, plain", "", "Steps to reproduce:\n\n"},
	{"headings, underlined", "", "Impact\n======\n"},
	{"headings, titles", "", "Title:\n"},
	{"headings, contacts", "", "Contact:\n\n"},
	{"findings", "", "Finding 1: XSS\ntext of some words here\n"},
	{"numbered items", "", "1. Open the page\n"},
	{"numbered items, flaws", "", "1. SQL injection in search\n"},
	{"bullets", "", "- click the button\n"},
	{"bullets that say nothing", "", "- [describe here]\n"},
	{"code", "", "$ curl http://a.example/ -d x=1\n"},
	{"code, YAML", "", "    key: value\n"},
	{"fences", "", "```\n"},
	{"fences with quotations", "", "```\n> a\n```\n"},
	{"quotations", "", "> quoted\n"},
	{"quotations, deep", "", "> > > > > > > > > >"},
	{"quotations, answered", "", "> quoted\nanswer\n"},
	{"who wrote, nearly", "", "On 3 Nov 2025 somebody\n"},
	{"who wrote", "", "On 3 Nov 2025, a@b.example wrote:\n> x\n"},
	{"header blocks", "", "From: a\nSent: b\nTo: c\nSubject: d\n"},
	{"header blocks, nearly", "", "From: a\nSent: b\n"},
	{"forward marks", "", "---------- Forwarded message ---------\n"},
	{"signature marks", "", "--\n"},
	{"signature", "-- \n", "a line of a signature\n"},
	{"armour", "", "-----BEGIN PGP SIGNATURE-----\n"},
	{"links", "", "https://a.example/%zu\n"},
	{"links, one line", "", "https://a.example/%zu "},
	{"links, no blank", "", "https://a.example/(%zu),"},
	{"links, the same", "", "https://github.com/a/b/issues/1\n"},
	{"links, brackets", "https://a.example/", "()))"},
	{"mail addresses", "Contact: ", "a%zu@b.example "},
	{"mail addresses, nearly", "Contact:\n", "@a@\n"},
	{"regards", "", "Best regards,\n"},
	{"versions", "", "version 1.2.%zu\n"},
	{"versions, no blank", "", "1.2.3,"},
	{"commits", "", "commit c999e1ad%zu\n"},
	{"files", "", "src/a%zu.py\n"},
	{"files, no blank", "", "a.py/"},
	{"functions", "", "call_%zu()\n"},
	{"functions, no blank", "", "a("},
	{"functions, said", "", "the function a_b and the c_d method\n"},
	{"claims about code", "", "load_%zu() in src/a.py:7\n"},
	{"claims, one line", "", "a.py line 1, "},
	{"claims, inline code", "", "`a = b(c)` "},
	{"claims, backticks", "", "` "},
	{"claims, brackets", "", "a_b("},
	{"claims, passages", "", "In src/a.py:\n\n- line %zu\n"},
	{"claims, traces", "", "  File \"a/b.py\", line %zu, in f_g\n"},
	{"claims, diffs", "", "--- a/x.py\n+++ b/x.py\n@@ -%zu,2 +1 @@\n a\n"},
	{"claims, one diff", "--- a/x.py\n+++ b/x.py\n", "@@ -1 +1 @@\n"},
	{"claims, quoted code", "", "In a/b.py:\n```\nx = f(%zu)\n```\n"},
	{"CVE ids", "", "CVE-2024-%zu0000\n"},
	{"CVE ids, no blank", "", "CVE-2024-"},
	{"CWE ids", "", "CWE-%zu\n"},
	{"CWE ids, one line", "", "CWE: "},
	{"vectors", "", "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N\n"},
	{"vectors, no blank", "", "CVSS:3.1/AV:N/"},
	{"vectors, cut", "", "AV:N/AV:N/"},
	{"severities", "", "Severity: High\n"},
	{"severities, one line", "", "severity "},
	{"placeholders", "", "[describe %zu here]\n"},
	{"placeholders, open", "", "[<{{"},
	{"placeholders, one line", "", "[your name] "},
	{"TODO", "", "TODO\n"},
	{"claims", "", "It is publicly disclosed and exploited in the wild.\n"},
	{"claims denied", "", "It is not publicly disclosed. "},
	{"scenarios", "", "When the page\n"},
	{"orders", "", "Open the page now. "},
	{"stories", "", "I opened the link, my colleague sent it. "},
	{"stories, paragraphs", "", "When I open it, the page says.\n\n"},
	{"stories, only supposed", "", "an attacker could open it, send it\n"},
	{"payloads", "", "../../x <script>\n"},
	{"payloads, nearly", "", "<=(\n\n"},
	{"addresses to try", "", "/a -> b\n"},
	{"items with #", "", "# Open the page\n"},
	{"labels of steps", "", "here is a repro: x\n"},
	{"blocks of code", "", "here:\n\n    a = b(c);\n\n"},
	{"Japanese", "", "\xe8\x84\x86\xe5\xbc\xb1\xe6\x80\xa7"},
};

static const char ordinary[] =
	"Hello team,\n\nwhile testing dag-factory 1.2.3 on Python 3.11 I found "
	"that the loader\nfollows links out of the folder it is given. An "
	"attacker who can write one\nfile can read any file of the scheduler's "
	"user, e.g. through the function\n`load_yaml_dags()` in "
	"dagfactory/utils.py (CWE-59).\n\n## Steps to reproduce\n\n"
	"1. Create a folder `dags` and a link in it: `ln -s /etc/passwd x.yml`\n"
	"2. Run `airflow dags list` with the folder configured.\n"
	"3. Open https://localhost:8080/dags and look at the import errors.\n\n"
	"Expected: the loader refuses the link.\nActual: the first line of the "
	"file is shown\nto everybody who may see import errors.\n\n";

static void
put_item(struct str *out, const char *item, size_t i)
{
	const char *number = strstr(item, "%zu");

	if (number == NULL) {
		str_puts(out, item);
		return;
	}
	str_put(out, span_make(item, (size_t)(number - item)));
	str_printf(out, "%zu", i);
	str_puts(out, number + 3);
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The best of several runs, at least four and for at least 20 ms. */
static uint64_t
measure(const char *text)
{
	const struct message m = {.subject = "Stored XSS in the page",
		.from = "a@b.example",
		.text = text};
	uint64_t best = UINT64_MAX, sum = 0;
	struct arena *a = arena_new();

	for (unsigned i = 0; i < 400 && (i < 4 || sum < 20000000u); i++) {
		uint64_t start = now_ns();

		(void)report_find(a, &m);
		arena_reset(a);
		uint64_t took = now_ns() - start;
		sum += took;
		best = took < best ? took : best;
	}
	arena_free(a);
	return best;
}

static void
make(struct str *text, size_t row, size_t n)
{
	str_init(text, (size_t)1 << 31);
	str_puts(text, shapes[row].head);
	for (size_t i = 0; i < n; i++)
		put_item(text, shapes[row].item, i + 1);
}

/* Whatever else runs on the machine only adds to a time, so a bad ratio is
 * measured again, both sides of it. */
static bool
run(size_t row, size_t largest)
{
	struct str small, large;
	uint64_t was, worst = 0;

	make(&small, row, SMALLEST);
	was = measure(small.text);
	printf("%-30s %7llu us", shapes[row].name,
		(unsigned long long)(was / 1000));
	for (size_t n = SMALLEST * 10; n <= largest; n *= 10) {
		uint64_t is, tenths;

		make(&large, row, n);
		is = measure(large.text);
		tenths = is * 10 / was;
		for (int i = 0; i < 4 && tenths >= WORST * 10; i++) {
			uint64_t again = measure(small.text);

			was = again < was ? again : was;
			again = measure(large.text);
			is = again < is ? again : is;
			tenths = is * 10 / was;
		}
		worst = tenths > worst ? tenths : worst;
		printf(" %8llu us %2llu.%llu", (unsigned long long)(is / 1000),
			(unsigned long long)(tenths / 10),
			(unsigned long long)(tenths % 10));
		(void)fflush(stdout);
		str_fini(&small);
		small = large;
		was = is;
	}
	str_fini(&small);
	printf("%s\n", worst >= WORST * 10 ? "  NOT LINEAR" : "");
	return worst < WORST * 10;
}

int
main(int argc, char **argv)
{
	size_t largest = argc > 1 ? strtoul(argv[1], NULL, 10) : LARGEST;
	size_t failed = 0, rows = 0;
	struct str text;

	printf("time for 1,000 items, then for ten times as many, and the "
	       "ratio\n");
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		if (argc > 2 && strstr(shapes[i].name, argv[2]) == NULL)
			continue;
		rows++;
		failed += !run(i, largest);
	}
	str_init(&text, ORDINARY + sizeof ordinary);
	while (text.n < ORDINARY)
		str_puts(&text, ordinary);
	printf("an ordinary report of %zu bytes: %llu ns\n", text.n,
		(unsigned long long)measure(text.text));
	str_fini(&text);
	printf("%zu of %zu are linear (each ratio below %d)\n", rows - failed,
		rows, WORST);
	return failed > 0;
}
