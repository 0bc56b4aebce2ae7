/* ledger_test.c - every way to change the past is named, with its place. */
#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/str.h"
#include "store/store_fixture.h"

static const instant noon = {INT64_C(1795449600000)};

/* desk:a with three mails, DAGF-1..3 with eight entries each. */
static void
fill(struct fixture *f, unsigned from, unsigned to)
{
	const char *id;

	OK(f, store_begin(f->s, &f->err));
	for (unsigned i = from; i <= to; i++)
		OK(f, fixture_case(f->s, f->a, "desk:a", i, &id, &f->err));
	OK(f, store_commit(f->s, &f->err));
}

static struct ledger_report
verify(struct fixture *f, const struct checkpoint *seen)
{
	struct ledger_report report = {0};
	struct store *reader;

	OK(f, store_open(&reader, f->url, NULL, STORE_READ, &f->err));
	OK(f, ledger_verify(reader, f->a, seen, NULL, NULL, &report, &f->err));
	store_close(reader);
	return report;
}

static void
expect(struct fixture *f, const struct checkpoint *seen, const char *chain,
	int64_t seq, const char *what)
{
	struct ledger_report r = verify(f, seen);

	if (!r.chain) {
		print_error("no fault was found\n");
		fail();
	}
	if (!strstr(r.what, what))
		print_error("%s entry %lld: %s\n", r.chain, (long long)r.seq,
			r.what);
	assert_string_equal(chain, r.chain);
	assert_int_equal(seq, r.seq);
	assert_non_null(strstr(r.what, what));
}

static void
a_ledger_nobody_touched_verifies(void **state)
{
	struct fixture *f = *state;

	fill(f, 1, 3);
	struct ledger_report r = verify(f, NULL);
	if (r.what)
		print_error("%s %lld: %s\n", r.chain, (long long)r.seq, r.what);
	assert_null(r.chain);
	assert_int_equal(0, r.faults);
	assert_int_equal(4, r.chains);
	assert_int_equal(27, r.events);
	assert_int_equal(18, r.payloads);
	assert_int_equal(0, r.erased);
}

#define IN_CASE_2 "(SELECT id FROM chain WHERE name = 'DAGF-2')"
#define CASE_2_ENTRY "chain = " IN_CASE_2 " AND seq = "
#define PAYLOAD_OF_3 "id / 8 = (SELECT id FROM event WHERE " CASE_2_ENTRY "3)"
static const struct {
	const char *sql, *chain;
	int64_t seq;
	const char *what;
} tampers[] = {
	{"UPDATE event SET meta = '{}' WHERE " CASE_2_ENTRY "3", "DAGF-2", 3,
		"its hash does not follow"},
	{"UPDATE event SET at = at + 1 WHERE " CASE_2_ENTRY "1", "DAGF-2", 1,
		"its hash does not follow"},
	{"UPDATE event SET actor = 'person:x' WHERE " CASE_2_ENTRY "8",
		"DAGF-2", 8, "its hash does not follow"},
	{"UPDATE event SET actor = 'a'||chr(10)||'b' WHERE " CASE_2_ENTRY "8",
		"DAGF-2", 8, "byte 10"},
	{"UPDATE event SET kind = 'gap.filled' WHERE " CASE_2_ENTRY "4",
		"DAGF-2", 4, "its hash does not follow"},
	{"UPDATE event SET hash = (SELECT hash FROM event WHERE " CASE_2_ENTRY
	 "4) WHERE " CASE_2_ENTRY "5",
		"DAGF-2", 5, "its hash does not follow"},
	{"DELETE FROM event WHERE " CASE_2_ENTRY "6", "DAGF-2", 6,
		"it is missing: entry 7 comes next"},
	{"DELETE FROM event WHERE " CASE_2_ENTRY "8", "DAGF-2", 8,
		"entries 8 to 8 are missing at the end"},
	{"DELETE FROM event WHERE chain = " IN_CASE_2, "DAGF-2", 1,
		"entries 1 to 8 are missing at the end"},
	{"UPDATE chain SET seq = 7 WHERE name = 'DAGF-2'", "DAGF-2", 8,
		"should end with entry 7"},
	{"UPDATE chain SET head = (SELECT head FROM chain WHERE name = "
	 "'DAGF-1') WHERE name = 'DAGF-2'",
		"DAGF-2", 8, "not the head"},
	{"UPDATE chain SET name = 'DAGF-9' WHERE name = 'DAGF-2'", "DAGF-9", 1,
		"its hash does not follow"},
	{"UPDATE payload SET name = 'else' WHERE " PAYLOAD_OF_3, "DAGF-2", 3,
		"its hash does not follow"},
	{"UPDATE payload SET body = salt WHERE " PAYLOAD_OF_3, "DAGF-2", 3,
		"payload 'verdict' is not what"},
	{"UPDATE payload SET salt = body WHERE " PAYLOAD_OF_3, "DAGF-2", 3,
		"payload 'verdict' is not what"},
	{"UPDATE payload SET salt = NULL WHERE " PAYLOAD_OF_3, "DAGF-2", 3,
		"payload 'verdict' has lost its salt"},
	{"UPDATE payload SET bytes = bytes + 1 WHERE " PAYLOAD_OF_3, "DAGF-2",
		3, "payload 'verdict' is not what"},
	{"UPDATE payload SET commitment = salt || salt, salt = NULL, "
	 "body = NULL WHERE " PAYLOAD_OF_3,
		"DAGF-2", 3, "its hash does not follow"},
	{"DELETE FROM payload WHERE " PAYLOAD_OF_3, "DAGF-2", 3,
		"it has 0 payloads and should have 1"},
	{"UPDATE event SET seq = seq + 100 WHERE " CASE_2_ENTRY "8", "DAGF-2",
		8, "it is missing: entry 108"},
};

/* A new database for each; what one does is not undone. */
static void
each_change_is_named_with_its_place(struct fixture *f, size_t i)
{
	AUTO(str_fini) struct str sql;

	str_init(&sql, 1000);
	for (const char *p = tampers[i].sql; *p; p++)
		if (strncmp(p, "chr(", 4) == 0 &&
			strcmp(f->engine, "sqlite") == 0) {
			str_puts(&sql, "char(");
			p += 3;
		} else {
			str_putc(&sql, *p);
		}
	fixture_tamper(f, sql.text);
	expect(f, NULL, tampers[i].chain, tampers[i].seq, tampers[i].what);
}

static void
every_change_is_named_with_its_place(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(tampers); i++) {
		struct fixture *f = *state;
		void *one = NULL;

		test_note(tampers[i].sql);
		assert_int_equal(0,
			strcmp(f->engine, "sqlite") == 0 ?
				fixture_sqlite(&one) :
				fixture_pgsql(&one));
		fill(one, 1, 3);
		each_change_is_named_with_its_place(one, i);
		assert_int_equal(0, fixture_end(&one));
	}
}

static void
entries_outside_of_any_chain_are_noticed(void **state)
{
	struct fixture *f = *state;

	fill(f, 1, 3);
	if (strcmp(f->engine, "pgsql") == 0)
		fixture_tamper(f,
			"ALTER TABLE event DROP CONSTRAINT "
			"event_chain_fkey");
	fixture_tamper(f,
		"DELETE FROM casefile; DELETE FROM mail;"
		"DELETE FROM chain WHERE name = 'DAGF-2'");
	expect(f, NULL, "", 0, "8 entries and 4 payloads belong to no chain");
}

static void
an_erased_payload_leaves_a_chain_that_verifies(void **state)
{
	struct fixture *f = *state;
	struct span bytes;
	struct mail *m;
	size_t n;

	fill(f, 1, 3);
	OK(f,
		store_mail_list(
			f->s, f->a, QUEUE_NONE, "DAGF-2", &m, &n, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_erase(f->s, "desk:a", m->event_seq, "raw", &f->err));
	OK(f, ledger_erase(f->s, "DAGF-2", 5, "letter", &f->err));
	FAILS(f, ERR_ABSENT, ledger_erase(f->s, "DAGF-2", 5, "none", &f->err));
	OK(f, store_commit(f->s, &f->err));
	struct ledger_report r = verify(f, NULL);
	assert_null(r.chain);
	assert_int_equal(2, r.erased);
	OK(f, store_mail_payload(f->s, f->a, m, "raw", &bytes, &f->err));
	assert_null(bytes.p);
	OK(f, store_mail_payload(f->s, f->a, m, "envelope", &bytes, &f->err));
	assert_non_null(bytes.p);
	OK(f, store_letter_bytes(f->s, f->a, "DAGF-2.1", &bytes, &f->err));
	assert_null(bytes.p);
}

/* --- checkpoints ---------------------------------------------------------- */

struct signer {
	struct signify_key key;
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

static struct signer
signer(void)
{
	struct signer s;

	random_bytes(s.key.number, sizeof s.key.number);
	crypto_sign_keypair(s.key.point, s.secret);
	return s;
}

static bool
sign(void *ctx, struct span text, unsigned char out[SIGNATURE_BYTES],
	struct err *err)
{
	const struct signer *s = ctx;

	(void)err;
	return crypto_sign_detached(out, NULL, text.p, text.n, s->secret) == 0;
}

static struct checkpoint
checkpoint(struct fixture *f, int64_t ms)
{
	struct checkpoint_draft *d;

	OK(f, store_begin(f->s, &f->err));
	OK(f,
		ledger_draft(f->s, f->a, "desk:a", "desk.example",
			(instant){ms}, &d, &f->err));
	OK(f, ledger_keep(f->s, f->a, "desk:a", d, SPAN_NONE, &f->err));
	OK(f, store_commit(f->s, &f->err));
	return *ledger_draft_note(d);
}

static void
a_checkpoint_holds_while_the_ledger_grows(void **state)
{
	struct fixture *f = *state;
	struct hash root;
	uint64_t size;

	fill(f, 1, 3);
	FAILS(f, ERR_ABSENT, ledger_root(f->s, f->a, &root, &size, &f->err));
	struct checkpoint one = checkpoint(f, noon.ms);
	fill(f, 4, 5);
	struct checkpoint two = checkpoint(f, noon.ms + 1);
	fill(f, 6, 6);
	assert_int_equal(1, one.number);
	assert_int_equal(2, two.number);
	assert_int_equal(1024, one.size);
	assert_string_equal(one.database, two.database);
	assert_false(hash_eq(one.root, two.root));
	for (int i = 0; i < 3; i++) {
		struct ledger_report r = verify(f,
			i == 0         ? NULL :
				i == 1 ? &one :
					 &two);
		if (r.what)
			print_error("%s: %s\n", r.chain, r.what);
		assert_null(r.chain);
	}
	OK(f, ledger_root(f->s, f->a, &root, &size, &f->err));
	assert_false(hash_eq(root, two.root));
}

static void
a_state_older_than_its_checkpoint_is_named(void **state)
{
	struct fixture *f = *state;
	struct checkpoint one, two;

	fill(f, 1, 2);
	one = checkpoint(f, noon.ms);
	fill(f, 3, 3);
	two = checkpoint(f, noon.ms + 1);
	/* back to what was there between the two: nothing else is wrong */
	fixture_tamper(f,
		"DELETE FROM casefile; DELETE FROM mail;"
		"DELETE FROM payload WHERE id / 8 IN (SELECT id FROM event "
		"WHERE kind = 'checkpoint' AND meta LIKE '%number\":2%');"
		"DELETE FROM event WHERE kind = 'checkpoint' AND meta LIKE "
		"'%number\":2%';"
		"UPDATE chain SET seq = seq - 1, head = (SELECT hash FROM "
		"event e WHERE e.chain = chain.id AND e.seq = chain.seq - 1) "
		"WHERE name = 'desk:a'");
	assert_null(verify(f, NULL).chain);
	assert_null(verify(f, &one).chain);
	expect(f, &two, "", 0,
		"older than checkpoint 2 of 2026-11-23T16:00:00.001Z");
}

static void
a_shortened_chain_is_named_by_the_checkpoint(void **state)
{
	struct fixture *f = *state;

	fill(f, 1, 3);
	struct checkpoint one = checkpoint(f, noon.ms);
	fixture_tamper(f,
		"DELETE FROM payload WHERE id / 8 IN (SELECT id FROM event "
		"WHERE " CASE_2_ENTRY "8);"
		"DELETE FROM event WHERE " CASE_2_ENTRY "8;"
		"UPDATE chain SET seq = 7, head = (SELECT hash FROM event "
		"WHERE " CASE_2_ENTRY "7) WHERE name = 'DAGF-2'");
	expect(f, NULL, "DAGF-2", 8, "it is missing: checkpoint 1");
	expect(f, &one, "DAGF-2", 8, "it is missing: checkpoint 1");
}

static void
another_past_is_not_the_signed_one(void **state)
{
	struct fixture *f = *state;
	void *other_state = NULL;

	fill(f, 1, 3);
	struct checkpoint one = checkpoint(f, noon.ms);
	struct checkpoint false_root = one;
	false_root.root.b[0] ^= 1;
	expect(f, &false_root, "desk:a", 5, "another past");

	assert_int_equal(0, fixture_sqlite(&other_state));
	struct fixture *other = other_state;
	fill(other, 1, 3);
	expect(other, &one, "", 0, "older than checkpoint 1");
	(void)checkpoint(other, noon.ms);
	expect(other, &one, "", 0, "of another database");
	assert_int_equal(0, fixture_end(&other_state));
}

/* Every hash is right, but the root is not that of its heads. */
static void
a_root_that_does_not_follow_is_named(void **state)
{
	struct fixture *f = *state;

	fill(f, 1, 3);
	(void)checkpoint(f, noon.ms);
	struct event e = fixture_event(EV_CHECKPOINT, noon.ms,
		"{\"number\":2,\"root\":\"00000000000000000000000000000000000"
		"00000000000000000000000000000\",\"size\":1024}",
		"heads", "");
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "desk:a", &e, NULL, &f->err));
	OK(f, store_commit(f->s, &f->err));
	expect(f, NULL, "desk:a", 6, "checkpoint 2: its root does not follow");
}

static void
one_case_is_proved_alone(void **state)
{
	struct fixture *f = *state;
	struct merkle_proof p;

	fill(f, 1, 3);
	struct checkpoint one = checkpoint(f, noon.ms);
	fill(f, 4, 4);
	OK(f, ledger_proof(f->s, f->a, "DAGF-2", 1, &p, &f->err));
	assert_int_equal(8, p.leaf.seq);
	assert_int_equal(10, p.n);
	assert_true(merkle_check(&p, one.root, one.size));
	FAILS(f, ERR_ABSENT,
		ledger_proof(f->s, f->a, "DAGF-4", 1, &p, &f->err));
	FAILS(f, ERR_ABSENT,
		ledger_proof(f->s, f->a, "DAGF-2", 9, &p, &f->err));
	OK(f, ledger_proof(f->s, f->a, "DAGF-4", 0, &p, &f->err));
	assert_false(merkle_check(&p, one.root, one.size));
	json_t *j = ledger_proof_json(&p);
	assert_int_equal(10, json_array_size(json_object_get(j, "path")));
	json_decref(j);
}

static void
a_second_draft_of_the_same_number_is_refused(void **state)
{
	struct fixture *f = *state;
	struct checkpoint_draft *a, *b;

	fill(f, 1, 1);
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_draft(f->s, f->a, "desk:a", "d", noon, &a, &f->err));
	OK(f, ledger_draft(f->s, f->a, "desk:a", "d", noon, &b, &f->err));
	OK(f, ledger_keep(f->s, f->a, "desk:a", a, SPAN_NONE, &f->err));
	FAILS(f, ERR_CONFLICT,
		ledger_keep(f->s, f->a, "desk:a", b, SPAN_NONE, &f->err));
	store_rollback(f->s);
}

static void
signify_checks_our_checkpoint(void **state)
{
	struct fixture *f = *state;
	struct signer s = signer(), other = signer();
	struct checkpoint_draft *d;
	struct checkpoint back;
	struct signify_key key;
	struct span file;
	char path[100], cmd[400];

	fill(f, 1, 1);
	OK(f, store_begin(f->s, &f->err));
	OK(f,
		ledger_draft(f->s, f->a, "desk:a", "desk.example", noon, &d,
			&f->err));
	OK(f,
		checkpoint_sign(f->a, ledger_draft_note(d), &s.key, sign, &s,
			&file, &f->err));
	OK(f, ledger_keep(f->s, f->a, "desk:a", d, file, &f->err));
	OK(f, store_commit(f->s, &f->err));

	const char *public = signify_key_text(f->a, &s.key, "desk.example");
	OK(f, signify_key_parse(span_of(public), &key, &f->err));
	assert_memory_equal(&key, &s.key, sizeof key);
	OK(f, checkpoint_open(f->a, file, &key, &back, &f->err));
	assert_string_equal(checkpoint_text(f->a, ledger_draft_note(d)),
		checkpoint_text(f->a, &back));
	FAILS(f, ERR_DENIED,
		checkpoint_open(f->a, file, &other.key, &back, &f->err));
	memcpy(other.key.number, s.key.number, sizeof other.key.number);
	FAILS(f, ERR_DENIED,
		checkpoint_open(f->a, file, &other.key, &back, &f->err));
	char *changed = arena_text(f->a, file);
	*strstr(changed, "1024") = '2';
	FAILS(f, ERR_DENIED,
		checkpoint_open(f->a, span_of(changed), &key, &back, &f->err));

	const struct {
		const char *name;
		struct span bytes;
	} files[] = {{"key.pub", span_of(public)}, {"cp", file}};
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(
			path, sizeof path, "%s/%s", f->dir, files[i].name);
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		assert_int_equal(files[i].bytes.n,
			fwrite(files[i].bytes.p, 1, files[i].bytes.n, out));
		(void)fclose(out);
	}
	(void)snprintf(cmd, sizeof cmd,
		"cd %s && signify-openbsd -V -e -q -p key.pub -x cp -m out && "
		"grep -q '^root: ' out && sed -i s/1024/2048/ cp && "
		"! signify-openbsd -V -e -q -p key.pub -x cp -m out "
		"2>/dev/null",
		f->dir);
	assert_int_equal(0, system(cmd));
}

static const char *const bad_notes[] = {
	"",
	"pratique-checkpoint-2\n",
	"pratique-checkpoint-1\n",
	"pratique-checkpoint-1\ndesk: d\ndatabase: 0123\nnumber: 1\n",
	"pratique-checkpoint-1\ndesk: d\ndatabase: 0123456789abcdef\n"
	"number: -1\n",
	"pratique-checkpoint-1\ndesk: d\ndatabase: 0123456789abcdef\n"
	"number: 1\ntime: yesterday\nsize: 1\nroot: 00\n",
	"pratique-checkpoint-1\ndesk: \x1b[2J\ndatabase: 0123456789abcdef\n"
	"number: 1\ntime: 2026-11-23T15:04:05.678Z\nsize: 1024\nroot: "
	"0000000000000000000000000000000000000000000000000000000000000000\n",
	"untrusted comment: x\nnot base64 at all\n",
};

static void
what_is_no_checkpoint_is_refused(void **state)
{
	struct fixture *f = *state;
	struct signer s = signer();
	struct checkpoint out;

	for (size_t i = 0; i < ARRAY_LEN(bad_notes); i++) {
		FAILS(f, ERR_SYNTAX,
			checkpoint_parse(
				f->a, span_of(bad_notes[i]), &out, &f->err));
		FAILS(f, ERR_SYNTAX,
			checkpoint_open(f->a, span_of(bad_notes[i]), &s.key,
				&out, &f->err));
		FAILS(f, ERR_SYNTAX,
			signify_key_parse(
				span_of(bad_notes[i]), &s.key, &f->err));
	}
}

static void
every_leaf_of_a_tree_is_proved_and_no_other(void **state)
{
	unsigned char secret[BLIND_BYTES] = {7};
	struct merkle_leaf *leaves = mem_new(2048 * sizeof *leaves);
	struct merkle_proof p;

	(void)state;
	assert_int_equal(1024, merkle_size(0));
	assert_int_equal(1024, merkle_size(1024));
	assert_int_equal(2048, merkle_size(1025));
	for (unsigned i = 0; i < 1100; i++) {
		char name[20];

		(void)snprintf(name, sizeof name, "DAGF-%u", i);
		leaves[i] = (struct merkle_leaf){
			.key = merkle_blind(secret, name), .seq = i};
	}
	merkle_fill(secret, leaves, 1100, 2048);
	struct hash root = merkle_root(leaves, 2048);
	for (size_t i = 0; i < 2048; i += 31) {
		assert_true(merkle_prove(leaves, 2048, leaves[i].key, &p));
		assert_int_equal(i, p.index);
		assert_true(merkle_check(&p, root, 2048));
		assert_false(merkle_check(&p, root, 1024));
		p.leaf.seq++;
		assert_false(merkle_check(&p, root, 2048));
		p.leaf.seq--;
		p.index ^= 1;
		assert_false(merkle_check(&p, root, 2048));
	}
	assert_false(merkle_prove(
		leaves, 2048, merkle_blind(secret, "DAGF-1100"), &p));
	free(leaves);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(a_ledger_nobody_touched_verifies),
		FOR_BOTH(every_change_is_named_with_its_place),
		FOR_BOTH(entries_outside_of_any_chain_are_noticed),
		FOR_BOTH(an_erased_payload_leaves_a_chain_that_verifies),
		FOR_BOTH(a_checkpoint_holds_while_the_ledger_grows),
		FOR_BOTH(a_state_older_than_its_checkpoint_is_named),
		FOR_BOTH(a_shortened_chain_is_named_by_the_checkpoint),
		FOR_BOTH(another_past_is_not_the_signed_one),
		FOR_BOTH(a_root_that_does_not_follow_is_named),
		FOR_BOTH(one_case_is_proved_alone),
		FOR_BOTH(a_second_draft_of_the_same_number_is_refused),
		FOR_BOTH(signify_checks_our_checkpoint),
		FOR_BOTH(what_is_no_checkpoint_is_refused),
		TEST("every leaf of a tree is proved, and no other",
			every_leaf_of_a_tree_is_proved_and_no_other),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
