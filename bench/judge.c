/*
 * judge.c - what it costs to judge, beside what it costs to parse.
 *
 * One report of 4 KiB held against a policy of more than forty clauses must
 * cost less than GMime takes to parse the same mail, in the same run; what it
 * takes to find the report's facts first is shown beside it, apart and
 * together. Judging must be linear in the text's length: ten times the text,
 * at most 13 times the time. Only ratios of one run count.
 *
 *	build/bench/bench_judge [LARGEST]
 */
#include <assert.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "judge/judge.h"
#include "mime/mime.h"

enum { REPORT = 4096, LARGEST = 4096 * 1000, WORST = 13 };

static const char more[] =
	"policy: 1\nname: Bench\nextends: dag-factory.yml\nclauses:\n"
	"  - {id: known.tests, kind: known, paths: [/tests/, /dev/],\n"
	"     unless: [in the wheel], text: x}\n"
	"  - {id: known.headers, kind: known, words: [security header, HSTS],\n"
	"     hosts: [www.astronomer.io], text: x}\n"
	"  - {id: known.banner, kind: known, words: [version banner, server "
	"banner], text: x}\n"
	"  - {id: known.csrf, kind: known, words: [logout csrf], text: x}\n";

static const char ordinary[] =
	"Hello team,\n\nwhile testing dag-factory 0.22.0 on Python 3.11 I found "
	"that the loader\nfollows links out of the folder it is given. An "
	"attacker who can write one\nfile can read any file of the scheduler's "
	"user, e.g. through the function\n`load_yaml_dags()` in "
	"dagfactory/utils.py (CWE-59).\n\n## Steps to reproduce\n\n"
	"1. Create a folder `dags` and a link in it: `ln -s /etc/passwd x.yml`\n"
	"2. Run `airflow dags list` with the folder configured.\n"
	"3. Open https://localhost:8080/dags and look at the import errors.\n\n"
	"Expected: the loader refuses the link.\nActual: the first line of the "
	"file is shown\nto everybody who may see import errors.\n\n";

static const char head[] =
	"Received: from mail.reporter.example (mail.reporter.example "
	"[192.0.2.7])\r\n\tby mx.example.org with ESMTPS id 1234\r\n\tfor "
	"<oss_security@astronomer.io>; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
	"DKIM-Signature: v=1; a=rsa-sha256; d=reporter.example; s=a;\r\n"
	"\th=from:to:subject; bh=abc=; b=def=\r\n"
	"From: Rita Reporter <rita@reporter.example>\r\n"
	"To: oss_security@astronomer.io\r\n"
	"Subject: DAG Factory follows links out of the folder\r\n"
	"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
	"Message-ID: <1@reporter.example>\r\nMIME-Version: 1.0\r\n"
	"Content-Type: text/plain; charset=utf-8\r\n"
	"Content-Transfer-Encoding: 8bit\r\n\r\n";

static const struct {
	const char *name, *item;
} shapes[] = {
	{"an ordinary report", ordinary},
	{"the product's name", "dag-factory and DAG Factory, "},
	{"a common word", "cosmos, Cosmos DB "},
	{"labels", "Product: Astro CLI\n"},
	{"hosts", "curl https://www.astronomer.io/\n"},
	{"claims", "XSS in www.astronomer.io. "},
	{"phrases, nearly", "security head server ban "},
	{"phrases", "a security header\n"},
	{"files", "tests/a.py\n"},
	{"links", "https://github.com/astronomer/dag-factory/issues/1 "},
	{"repositories", "https://github.com/astronomer/x "},
};

static const struct policy *policy;

static bool
fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	char file[1000];
	FILE *f;

	(void)ctx;
	*path = name;
	if (from == NULL) {
		*text = SPAN_LIT(more);
		return true;
	}
	(void)snprintf(
		file, sizeof file, "%s/policies/%s", BENCH_SOURCE_ROOT, name);
	f = fopen(file, "rb");
	if (f == NULL)
		return err_set(err, ERR_ABSENT, "no file '%s'", file);
	char *buf = arena_alloc(a, POLICY_MAX_FILE);
	*text = span_make(buf, fread(buf, 1, POLICY_MAX_FILE, f));
	(void)fclose(f);
	return true;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct work {
	struct span raw;
	struct message message;
	const struct report *report;
};

typedef void act(struct arena *a, const struct work *w);

static void
gmime_parses(struct arena *a, const struct work *w)
{
	GMimeStream *in = g_mime_stream_mem_new_with_buffer(
		(const char *)w->raw.p, w->raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	(void)a;
	g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(in);
}

/* As far as a reader needs it: the text in UTF-8. */
static void
gmime_reads(struct arena *a, const struct work *w)
{
	GMimeStream *in = g_mime_stream_mem_new_with_buffer(
		(const char *)w->raw.p, w->raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	GMimeObject *part = g_mime_message_get_mime_part(m);

	(void)a;
	if (GMIME_IS_TEXT_PART(part))
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
	g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(in);
}

static void
we_parse(struct arena *a, const struct work *w)
{
	static const struct own_addresses own = {0};
	struct envelope env = {"rita@reporter.example", NULL, 0};

	const struct message *m = mime_parse(a, w->raw, &env, &own);

	assert(m->kind == MAIL_PERSON && m->text[0] == 'H');
}

static void
find_facts(struct arena *a, const struct work *w)
{
	(void)report_find(a, &w->message);
}

static void
judge_facts(struct arena *a, const struct work *w)
{
	(void)judge(a, &policy, 1, NULL, &w->message, w->report, NULL);
}

static void
find_and_judge(struct arena *a, const struct work *w)
{
	const struct report *r = report_find(a, &w->message);

	(void)judge(a, &policy, 1, NULL, &w->message, r, NULL);
}

/* The best of several runs, for at least 50 ms. */
static uint64_t
measure(act *fn, const struct work *w)
{
	uint64_t best = UINT64_MAX, sum = 0;
	struct arena *a = arena_new();

	for (unsigned i = 0; i < 4000 && (i < 4 || sum < 50000000u); i++) {
		uint64_t start = now_ns();

		fn(a, w);
		arena_reset(a);
		uint64_t took = now_ns() - start;
		sum += took;
		best = took < best ? took : best;
	}
	arena_free(a);
	return best;
}

static struct work
make(struct arena *a, const char *item, size_t size)
{
	struct str raw;
	struct work w = {0};

	str_init(&raw, (size_t)1 << 31);
	str_puts(&raw, head);
	while (raw.n < sizeof head - 1 + size)
		str_puts(&raw, item);
	char *copy = arena_text(a, span_make(raw.text, raw.n));
	str_fini(&raw);
	w.raw = span_of(copy);
	w.message = (struct message){.kind = MAIL_PERSON,
		.body = BODY_PLAIN,
		.answer = true,
		.from = "rita@reporter.example",
		.subject = "DAG Factory follows links out of the folder",
		.text = copy + sizeof head - 1};
	w.report = report_find(a, &w.message);
	return w;
}

/* A ratio that is too large is measured again, both sides of it: whatever
 * else runs on the machine only adds to a time. */
static bool
is_linear(size_t row, size_t largest)
{
	struct arena *a = arena_new();
	struct work w = make(a, shapes[row].item, REPORT);
	uint64_t was = measure(judge_facts, &w);
	bool good = true;

	printf("%-22s %8.1f us", shapes[row].name, (double)was / 1000);
	for (size_t n = (size_t)REPORT * 10; n <= largest; n *= 10) {
		struct work ten = make(a, shapes[row].item, n);
		uint64_t is = measure(judge_facts, &ten);

		for (int i = 0; i < 4 && is >= WORST * was; i++) {
			was = measure(judge_facts, &w);
			is = measure(judge_facts, &ten);
		}
		good = good && is < WORST * was;
		printf(" %10.1f us (%4.1f)", (double)is / 1000,
			(double)is / (double)was);
		(void)fflush(stdout);
		was = is;
		w = ten;
	}
	printf("%s\n", good ? "" : "  NOT LINEAR");
	arena_free(a);
	return good;
}

static bool
is_cheap(void)
{
	static const struct {
		const char *name;
		act *act;
	} acts[] = {{"GMime parses it", gmime_parses},
		{"and decodes its text", gmime_reads},
		{"we parse it", we_parse}, {"its facts are found", find_facts},
		{"they are judged", judge_facts},
		{"facts found and judged", find_and_judge}};
	enum { GMIME = 0, JUDGED = 4, BOTH = 5 };
	struct arena *a = arena_new();
	struct work w = make(a, ordinary, REPORT - sizeof head);
	uint64_t ns[ARRAY_LEN(acts)];

	printf("one report of %zu bytes, %zu clauses\n", w.raw.n,
		policy->n_clauses);
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		ns[i] = measure(acts[i].act, &w);
		printf("  %-24s %7.1f us\n", acts[i].name,
			(double)ns[i] / 1000);
	}
	for (int i = 0; i < 4 && ns[JUDGED] >= ns[GMIME]; i++) {
		ns[GMIME] = measure(acts[GMIME].act, &w);
		ns[JUDGED] = measure(acts[JUDGED].act, &w);
	}
	printf("judging takes %.2f of GMime's time (aim: below 1), with the "
	       "finding of facts %.2f\n",
		(double)ns[JUDGED] / (double)ns[GMIME],
		(double)ns[BOTH] / (double)ns[GMIME]);
	arena_free(a);
	return ns[JUDGED] < ns[GMIME];
}

int
main(int argc, char **argv)
{
	size_t largest = argc > 1 ? strtoul(argv[1], NULL, 10) : LARGEST;
	size_t failed = 0;
	struct arena *a = arena_new();
	struct str said;
	struct err err;

	hash_init();
	mime_init();
	str_init(&said, 10000);
	if (!policy_load(a, "bench.yml", fetch, NULL, &policy, &said, &err)) {
		(void)fprintf(
			stderr, "%s%s\n", said.text ? said.text : "", err.text);
		return 2;
	}
	bool cheap = is_cheap();
	printf("judging alone, of 4 KiB, then of ten times as much\n");
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		failed += !is_linear(i, largest);
	str_fini(&said);
	arena_free(a);
	return !cheap || failed > 0;
}
