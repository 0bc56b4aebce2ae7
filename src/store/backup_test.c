/* backup_test.c - what was backed up on one engine is there on the other. */
#include "store/backup.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/derived.h"
#include "store/ledger.h"
#include "store/store_fixture.h"

static const instant noon = {INT64_C(1795449600000)};

/* Two chains of a desk, two cases, a policy, positions, one erasure. */
static void
fill(struct fixture *f)
{
	const char *id;
	bool fresh;

	OK(f, store_begin(f->s, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &id, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:b", 2, &id, &f->err));
	OK(f, ledger_erase(f->s, "DAGF-2", 3, "verdict", &f->err));
	OK(f,
		store_policy_put(f->s, "00aa", "dagf", "{\"n\":\"\xc3\xa9\"}",
			noon, &fresh, &f->err));
	OK(f,
		store_position_set(
			f->s, "a", "smtp", (struct spool_pos){3, 77}, &f->err));
	OK(f, store_commit(f->s, &f->err));
}

/* Not to be told from its bytes: longer than one line of the backup. */
static struct span
big(struct arena *a)
{
	unsigned char *p = arena_alloc(a, 700001);

	for (size_t i = 0; i < 700001; i++)
		p[i] = (unsigned char)(i * 7 + i / 251);
	return span_make(p, 700001);
}

static int
make(struct fixture *f, const char *passphrase)
{
	static const char *const rcpts[] = {"security@example.org", "b@c"};
	struct spool_mail m = {.received = noon,
		.sender = "",
		.rcpts = rcpts,
		.n_rcpts = 2,
		.protocol = "ESMTP",
		.trace = "Received: by us\r\n",
		.flags = SPOOL_TLS,
		.raw = big(f->a)};
	struct backup *b;
	char path[100];
	int64_t lines;

	(void)snprintf(path, sizeof path, "%s/backup.zst", f->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	OK(f, backup_begin(&b, fd, noon, "desk.example", &f->err));
	OK(f, backup_store(b, f->s, NULL, NULL, &f->err));
	OK(f, backup_mail(b, "smtp", &m, &f->err));
	if (passphrase)
		OK(f,
			backup_key(b, "sign", SPAN_LIT("secret\0key"),
				passphrase, &f->err));
	OK(f, backup_end(b, &lines, &f->err));
	assert_true(lines > 30);
	backup_free(b);
	return fd;
}

struct took {
	struct arena *a;
	size_t mails, keys;
	struct span raw, key;
};

static bool
take_mail(void *ctx, const char *spool, const struct spool_mail *m,
	struct err *err)
{
	struct took *t = ctx;

	(void)err;
	t->mails++;
	t->raw = arena_dup(t->a, m->raw);
	return strcmp(spool, "smtp") == 0 && m->n_rcpts == 2 &&
		strcmp(m->rcpts[1], "b@c") == 0 && m->sender[0] == '\0' &&
		m->helo == NULL && m->flags == SPOOL_TLS &&
		m->received.ms == noon.ms;
}

static bool
take_key(void *ctx, const char *name, struct span secret, struct err *err)
{
	struct took *t = ctx;

	(void)err;
	t->keys++;
	t->key = arena_dup(t->a, secret);
	return strcmp(name, "sign") == 0;
}

/* An empty store of the other engine. */
static struct fixture *
other_engine(const struct fixture *f, void **other)
{
	assert_int_equal(0,
		strcmp(f->engine, "sqlite") == 0 ? fixture_pgsql(other) :
						   fixture_sqlite(other));
	return *other;
}

static void
a_backup_comes_back_on_the_other_engine(void **state)
{
	struct fixture *f = *state;
	void *other = NULL;
	struct restore_report r, checked;
	struct took took = {.a = f->a};
	struct restore_into into = {.mail = take_mail,
		.key = take_key,
		.ctx = &took,
		.passphrase = "correct horse"};
	struct ledger_report proof;
	struct spool_pos pos;
	const char *text;

	fill(f);
	int fd = make(f, "correct horse");
	struct fixture *g = other_engine(f, &other);
	OK(f, restore_check(f->a, fd, &checked, &f->err));
	OK(g, restore(g->s, g->a, fd, &into, &r, &g->err));
	assert_int_equal(18, r.events);
	assert_int_equal(12, r.payloads);
	assert_int_equal(1, r.erased);
	assert_int_equal(4, r.chains);
	assert_int_equal(checked.lines, r.lines);
	assert_string_equal("desk.example", r.desk);
	assert_int_equal(1, took.mails);
	assert_true(span_eq(big(f->a), took.raw));
	assert_int_equal(1, took.keys);
	assert_true(span_eq(SPAN_LIT("secret\0key"), took.key));

	OK(g, ledger_verify(g->s, g->a, NULL, NULL, NULL, &proof, &g->err));
	assert_null(proof.chain);
	assert_int_equal(1, proof.erased);
	OK(g, store_policy(g->s, g->a, "00aa", &text, &g->err));
	assert_string_equal("{\"n\":\"\xc3\xa9\"}", text);
	OK(g, store_position(g->s, "a", "smtp", &pos, &g->err));
	assert_int_equal(77, pos.offset);
	FAILS(g, ERR_CONFLICT,
		restore(g->s, g->a, fd, &into, &r, &g->err)); /* not empty */

	/* the ids go on behind those that came back */
	OK(g, store_begin(g->s, &g->err));
	OK(g, store_derived_done(g->s, &g->err));
	OK(g, store_case_next_id(g->s, g->a, "DAGF", false, &text, &g->err));
	assert_string_equal("DAGF-3", text);
	OK(g, store_commit(g->s, &g->err));
	(void)close(fd);
	assert_int_equal(0, fixture_end(&other));
}

static bool
erased_since(void *ctx, const char *chain, int64_t seq, const char *payload)
{
	(void)ctx;
	return strcmp(chain, "DAGF-1") == 0 && seq == 1 &&
		strcmp(payload, "who") == 0;
}

static void
what_was_erased_since_does_not_come_back(void **state)
{
	struct fixture *f = *state;
	struct restore_into into = {.erased = erased_since};
	struct ledger_report proof;
	struct restore_report r;
	void *other = NULL;

	fill(f);
	int fd = make(f, NULL);
	struct fixture *g = other_engine(f, &other);
	OK(g, restore(g->s, g->a, fd, &into, &r, &g->err));
	assert_int_equal(2, r.erased);
	OK(g, ledger_verify(g->s, g->a, NULL, NULL, NULL, &proof, &g->err));
	assert_null(proof.chain);
	assert_int_equal(2, proof.erased);
	(void)close(fd);
	assert_int_equal(0, fixture_end(&other));
}

static void
a_key_needs_its_passphrase(void **state)
{
	struct fixture *f = *state;
	struct took took = {.a = f->a};
	struct restore_into into = {.key = take_key, .ctx = &took};
	struct restore_report r;
	void *other = NULL;

	fill(f);
	int fd = make(f, "correct horse");
	struct fixture *g = other_engine(f, &other);
	FAILS(g, ERR_DENIED, restore(g->s, g->a, fd, &into, &r, &g->err));
	into.passphrase = "battery staple";
	FAILS(g, ERR_DENIED, restore(g->s, g->a, fd, &into, &r, &g->err));
	into.passphrase = "correct horse";
	OK(g, restore(g->s, g->a, fd, &into, &r, &g->err));
	(void)close(fd);
	assert_int_equal(0, fixture_end(&other));
}

/* Cut anywhere, or with a byte changed anywhere, nothing is restored. */
static void
a_damaged_backup_is_refused_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct restore_into into = {0};
	struct restore_report r;
	void *other = NULL;
	unsigned char byte, flipped;

	fill(f);
	int fd = make(f, NULL);
	struct fixture *g = other_engine(f, &other);
	off_t size = lseek(fd, 0, SEEK_END);
	size_t harmless = 0;
	for (off_t at = 0; at < size; at += 1 + size / 97) {
		assert_int_equal(1, pread(fd, &byte, 1, at));
		flipped = (unsigned char)(byte ^ 0x10);
		assert_int_equal(1, pwrite(fd, &flipped, 1, at));
		/* zstd has a few bits that mean nothing: then all is there */
		if (restore_check(g->a, fd, &r, &g->err))
			harmless++;
		else
			assert_int_equal(ERR_SYNTAX, g->err.code);
		assert_int_equal(1, pwrite(fd, &byte, 1, at));
	}
	assert_true(harmless < 5);
	for (off_t cut = size - 1; cut > 0; cut -= 1 + size / 13) {
		assert_int_equal(0, ftruncate(fd, cut));
		FAILS(g, ERR_SYNTAX,
			restore(g->s, g->a, fd, &into, &r, &g->err));
	}
	(void)close(fd);
	fd = make(f, NULL);
	assert_int_equal(size, lseek(fd, 0, SEEK_END));
	assert_int_equal(1, write(fd, "x", 1));
	FAILS(g, ERR_SYNTAX, restore(g->s, g->a, fd, &into, &r, &g->err));
	assert_int_equal(0, ftruncate(fd, size));
	OK(g, restore(g->s, g->a, fd, &into, &r, &g->err));
	(void)close(fd);
	assert_int_equal(0, fixture_end(&other));
}

/* The text is changed and compressed anew, as someone who means it would:
 * with the last line as it was, and with a last line that fits. */
static const struct {
	const char *edit, *says;
} forgeries[] = {
	{"sed 's/\"actor\":\"desk\"/\"actor\":\"x\"/'",
		"the backup was changed"},
	{"sed '/\"position\"/d'", "the backup was changed"},
	{"sed '$d' | sed 's/\"actor\":\"desk\"/\"actor\":\"x\"/' | reseal",
		"its hash does not follow"},
	{"sed '$d' | sed 's/\"seq\":2,/\"seq\":3,/' | reseal",
		"out of its order"},
	{"sed '$d' | sed 's/\"name\":\"who\"/\"name\":\"whom\"/' | reseal",
		"its hash does not follow"},
	{"sed '$d' | sed 's/\"bytes\":\"e/\"bytes\":\"f/' | reseal",
		"not what was committed to"},
	{"sed '$d' | sed '/\"chain\"/s/s\":8/s\":9/' | reseal",
		"before the last has ended"},
	{"sed '$d' | sed '1d' | reseal", "this is no backup"},
	{"sed '$d' | sed '1s/n\":1/n\":2/' | reseal", "reads version 1"},
	{"sed '$d' | sed 's/{\"mail\"/{\"male\"/' | reseal", "kind of line"},
};

static void
a_forged_backup_is_refused(void **state)
{
	static const char script[] =
		"reseal() { cat > l; cat l; printf "
		"'{\"end\":{\"lines\":%%d,\"hash\":\"%%s\"}}\\n' "
		"$(wc -l < l) $(b2sum -l 256 < l | cut -c 1-64); }; "
		"cd %s && zstd -dcq backup.zst | %s | zstd -q -f -o forged";
	struct fixture *f = *state;
	struct restore_into into = {0};
	struct restore_report r;
	void *other = NULL;
	char cmd[800], path[100];

	fill(f);
	(void)close(make(f, NULL));
	struct fixture *g = other_engine(f, &other);
	for (size_t i = 0; i < ARRAY_LEN(forgeries); i++) {
		test_note(forgeries[i].edit);
		(void)snprintf(
			cmd, sizeof cmd, script, f->dir, forgeries[i].edit);
		assert_int_equal(0, system(cmd));
		(void)snprintf(path, sizeof path, "%s/forged", f->dir);
		int fd = open(path, O_RDONLY);
		assert_false(restore(g->s, g->a, fd, &into, &r, &g->err));
		if (!strstr(g->err.text, forgeries[i].says))
			print_error("%s\n", g->err.text);
		assert_non_null(strstr(g->err.text, forgeries[i].says));
		(void)close(fd);
	}
	assert_int_equal(0, fixture_end(&other));
}

/* --- derived rows ---------------------------------------------------------- */

static void
derived_rows_are_the_same_text_on_both_engines(void **state)
{
	struct fixture *f = *state;
	struct hash here, there;
	struct duty d = {.name = DUTY_ACKNOWLEDGE, .round = 1};
	void *other = NULL;
	int64_t rows, same;

	struct fixture *g = other_engine(f, &other);
	fill(f);
	fill(g);
	OK(f, store_duty_save(f->s, "mail-9", &d, &f->err));
	OK(g, store_duty_save(g->s, "mail-9", &d, &g->err));
	OK(f, store_derived_hash(f->s, &here, &rows, &f->err));
	OK(g, store_derived_hash(g->s, &there, &same, &g->err));
	assert_int_equal(17, rows); /* 2 mails, cases, letters; 5, 6 more */
	assert_int_equal(rows, same);
	assert_true(hash_eq(here, there));
	d.state = DUTY_KEPT;
	OK(f, store_duty_save(f->s, "mail-9", &d, &f->err));
	OK(f, store_derived_hash(f->s, &here, &same, &f->err));
	assert_int_equal(rows, same);
	assert_false(hash_eq(here, there));

	OK(f, store_begin(f->s, &f->err));
	OK(f, store_derived_clear(f->s, &f->err));
	OK(f, store_derived_hash(f->s, &here, &rows, &f->err));
	assert_int_equal(0, rows);
	store_rollback(f->s);
	OK(f, store_derived_hash(f->s, &here, &rows, &f->err));
	assert_int_equal(same, rows);
	assert_int_equal(0, fixture_end(&other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(a_backup_comes_back_on_the_other_engine),
		FOR_BOTH(what_was_erased_since_does_not_come_back),
		FOR_BOTH(a_key_needs_its_passphrase),
		FOR_BOTH(a_damaged_backup_is_refused_as_a_whole),
		FOR_BOTH(a_forged_backup_is_refused),
		FOR_BOTH(derived_rows_are_the_same_text_on_both_engines),
	};

	return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
