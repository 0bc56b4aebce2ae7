/* ledger_doc_test.c - docs/ledger.md is true: its example is recomputed, and
 * its shell lines are run as they stand there. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/ledger.h"
#include "store/ledger_text.h"
#include "store/store_fixture.h"

static const instant noon = {INT64_C(1795449600000)};

static void
read_manual(struct str *out)
{
	FILE *in = fopen(DOCS "/ledger.md", "r");
	char buf[4096];
	size_t n;

	assert_non_null(in);
	str_init(out, 1 << 20);
	while ((n = fread(buf, 1, sizeof buf, in)) > 0)
		str_put(out, span_make(buf, n));
	(void)fclose(in);
}

/* What stands between "```sh NAME" and "```", as a file. */
static void
write_script(const struct fixture *f, const char *name, char *path, size_t n)
{
	AUTO(str_fini) struct str manual;
	char begin[40];

	read_manual(&manual);
	(void)snprintf(begin, sizeof begin, "```sh %s\n", name);
	char *from = strstr(manual.text, begin);
	assert_non_null(from);
	from += strlen(begin);
	char *to = strstr(from, "```");
	assert_non_null(to);
	(void)snprintf(path, n, "%s/%s.sh", f->dir, name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(to - from, fwrite(from, 1, (size_t)(to - from), out));
	(void)fclose(out);
}

/* The command's output; it must not fail. */
static void
run(const char *cmd, char *out, size_t n)
{
	FILE *p = popen(cmd, "r");

	assert_non_null(p);
	size_t got = fread(out, 1, n - 1, p);
	out[got] = '\0';
	assert_int_equal(0, pclose(p));
}

static void
the_manuals_example_is_right(void **state)
{
	AUTO(str_fini) struct str manual, text;
	unsigned char salt[SALT_BYTES];
	struct commitment who = {.name = "who", .bytes = 30};
	struct entry e = {.chain = "DAGF-142",
		.seq = 1,
		.kind = event_kind_names[EV_CASE_OPENED],
		.actor = "desk",
		.meta = "{\"mail\":17,\"product\":\"dag-factory\"}",
		.payloads = &who,
		.n_payloads = 1};
	char hex[HASH_TEXT];
	struct hash hash;
	struct err err;

	(void)state;
	read_manual(&manual);
	for (size_t i = 0; i < sizeof salt; i++)
		salt[i] = (unsigned char)i;
	who.hash = ledger_commit(span_make(salt, sizeof salt),
		SPAN_LIT("{\"reporter\":\"ana@example.net\"}"));
	assert_non_null(strstr(manual.text, hash_hex(who.hash, hex)));
	assert_true(instant_parse(SPAN_LIT("2026-11-23T15:04:05.678Z"), &e.at));
	str_init(&text, 4096);
	assert_true(ledger_hash(&text, &e, &hash, &err));
	struct span rest = str_span(&text), line;
	const char *at = strstr(manual.text, "and this first entry");
	assert_non_null(at);
	while (span_line(&rest, &line)) { /* each line, in this order */
		char want[400];

		(void)snprintf(
			want, sizeof want, "\n    %.*s\n", SPAN_FMT(line));
		at = strstr(at, want);
		assert_non_null(at);
		at += strlen(want) - 1;
	}
	assert_non_null(strstr(at, hash_hex(hash, hex)));
}

static void
fill(struct fixture *f)
{
	const char *id;

	OK(f, store_begin(f->s, &f->err));
	for (unsigned i = 1; i <= 2; i++)
		OK(f, fixture_case(f->s, f->a, "desk:a", i, &id, &f->err));
	OK(f, ledger_erase(f->s, "DAGF-1", 3, "verdict", &f->err));
	OK(f, store_commit(f->s, &f->err));
}

static void
expect(const struct fixture *f, const char *script, const char *chain, int seq,
	const char *want)
{
	char cmd[400], out[400];

	(void)snprintf(cmd, sizeof cmd, "db=%s chain=%s seq=%d sh -u %s 2>&1",
		f->url + strlen("sqlite:"), chain, seq, script);
	run(cmd, out, sizeof out);
	assert_string_equal(want, out);
}

static void
a_stranger_can_check_an_entry(void **state)
{
	struct fixture *f = *state;
	char script[100];

	fill(f);
	write_script(f, "entry", script, sizeof script);
	expect(f, script, "desk:a", 1, "ok raw\nok envelope\nok entry\n");
	expect(f, script, "desk:a", 2, "ok raw\nok envelope\nok entry\n");
	expect(f, script, "DAGF-1", 1, "ok who\nok entry\n");
	expect(f, script, "DAGF-1", 2, "ok entry\n");
	expect(f, script, "DAGF-1", 3, "ok entry\n"); /* erased */
	expect(f, script, "DAGF-2", 3, "ok verdict\nok entry\n");
	expect(f, script, "DAGF-2", 8, "ok entry\n");
	fixture_tamper(f,
		"UPDATE event SET at = at + 1 WHERE seq = 2;"
		"UPDATE payload SET body = 'x' WHERE name = 'who'");
	expect(f, script, "DAGF-1", 1, "WRONG who\nok entry\n");
	expect(f, script, "DAGF-1", 2, "WRONG entry\n");
	expect(f, script, "DAGF-1", 3, "ok entry\n");
}

static void
a_stranger_can_check_a_proof(void **state)
{
	struct fixture *f = *state;
	struct checkpoint_draft *d;
	struct merkle_proof p;
	char script[100], cmd[2000], out[100], want[HASH_TEXT + 1];
	char key[HASH_TEXT], head[HASH_TEXT], hex[HASH_TEXT], path[1000] = "";

	fill(f);
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_draft(f->s, f->a, "desk:a", "d", noon, &d, &f->err));
	OK(f, ledger_keep(f->s, f->a, "desk:a", d, SPAN_NONE, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, ledger_proof(f->s, f->a, "DAGF-2", 1, &p, &f->err));
	write_script(f, "proof", script, sizeof script);
	for (size_t i = 0; i < p.n; i++) {
		(void)strcat(path, hash_hex(p.path[i], hex));
		(void)strcat(path, " ");
	}
	(void)snprintf(cmd, sizeof cmd,
		"key=%s seq=%lld head=%s index=%llu path='%s' sh -u %s",
		hash_hex(p.leaf.key, key), (long long)p.leaf.seq,
		hash_hex(p.leaf.head, head), (unsigned long long)p.index, path,
		script);
	run(cmd, out, sizeof out);
	(void)snprintf(want, sizeof want, "%s\n",
		hash_hex(ledger_draft_note(d)->root, hex));
	assert_string_equal(want, out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("the manual's example is right",
			the_manuals_example_is_right),
		{"a stranger can check an entry", a_stranger_can_check_an_entry,
			fixture_sqlite, fixture_end, NULL},
		{"a stranger can check a proof", a_stranger_can_check_a_proof,
			fixture_sqlite, fixture_end, NULL},
	};

	return cmocka_run_group_tests_name("ledger_doc", tests, NULL, NULL);
}
