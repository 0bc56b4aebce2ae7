/* store_test.c - what goes in comes out, on both engines. */
#include "store/store.h"

#include <string.h>

#include "store/store_fixture.h"

static const instant noon = {INT64_C(1795449600000)};

struct seen {
	int64_t last;
	struct arena *a;
	struct event e;
};

static bool
keep(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct seen *s = ctx;

	(void)err;
	s->last = seq;
	s->e = *e;
	return true;
}

static void
an_event_comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct event e = fixture_event(EV_JUDGED, noon.ms + 7, "{\"mail\":17}",
		"verdict", "caf\xc3\xa9");
	struct seen seen = {0};
	int64_t seq;

	e.payloads[e.n_payloads++] =
		(struct payload){"raw", span_make("a\0b\xff", 4), false};
	e.payloads[e.n_payloads++] =
		(struct payload){"empty", SPAN_LIT(""), false};
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "DAGF-1", &e, &seq, &f->err));
	assert_int_equal(1, seq);
	OK(f, ledger_append(f->s, "DAGF-1", &e, &seq, &f->err));
	assert_int_equal(2, seq);
	OK(f, store_commit(f->s, &f->err));

	OK(f, ledger_read(f->s, f->a, "DAGF-1", true, keep, &seen, &f->err));
	assert_int_equal(2, seen.last);
	assert_int_equal(EV_JUDGED, seen.e.kind);
	assert_int_equal(noon.ms + 7, seen.e.at.ms);
	assert_string_equal("desk", seen.e.actor);
	assert_string_equal("{\"mail\":17}", seen.e.meta);
	assert_int_equal(3, seen.e.n_payloads);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(
			e.payloads[i].name, seen.e.payloads[i].name);
		assert_true(
			span_eq(e.payloads[i].bytes, seen.e.payloads[i].bytes));
		assert_false(seen.e.payloads[i].erased);
	}
	OK(f, ledger_read(f->s, f->a, "DAGF-1", false, keep, &seen, &f->err));
	assert_int_equal(0, seen.e.n_payloads);
	FAILS(f, ERR_ABSENT,
		ledger_read(f->s, f->a, "X-1", true, keep, &seen, &f->err));
}

static void
what_is_rolled_back_never_was(void **state)
{
	struct fixture *f = *state;
	struct event e =
		fixture_event(EV_JUDGED, noon.ms, "{}", "verdict", "x");
	struct seen seen = {0};
	const char *first, *second;
	int64_t seq;

	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "A-1", &e, NULL, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "A-1", &e, &seq, &f->err));
	OK(f, ledger_append(f->s, "A-2", &e, NULL, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &first, &f->err));
	assert_int_equal(2, seq);
	store_rollback(f->s);

	FAILS(f, ERR_ABSENT,
		ledger_read(f->s, f->a, "A-2", true, keep, &seen, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "A-1", &e, &seq, &f->err));
	assert_int_equal(2, seq); /* again, for the other was undone */
	OK(f, fixture_case(f->s, f->a, "desk:a", 2, &second, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, ledger_read(f->s, f->a, "A-1", true, keep, &seen, &f->err));
	assert_int_equal(2, seen.last);
}

static bool
collect(void *ctx, const char *chain, struct err *err)
{
	char *all = ctx;

	(void)err;
	(void)strcat(all, chain);
	(void)strcat(all, " ");
	return true;
}

static void
chains_are_listed_in_byte_order(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {
		"desk:b", "DAGF-10", "DAGF-2", "COSM-1", "desk:a", "DAGF-1"};
	struct event e = fixture_event(EV_JUDGED, 0, "{}", NULL, NULL);
	char all[200] = "";

	OK(f, store_begin(f->s, &f->err));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		OK(f, ledger_append(f->s, names[i], &e, NULL, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, ledger_chains(f->s, f->a, collect, all, &f->err));
	assert_string_equal("COSM-1 DAGF-1 DAGF-10 DAGF-2 desk:a desk:b ", all);
}

static void
names_that_would_break_a_line_are_refused(void **state)
{
	struct fixture *f = *state;
	struct event e = fixture_event(EV_JUDGED, 0, "{}", NULL, NULL);

	OK(f, store_begin(f->s, &f->err));
	FAILS(f, ERR_SYNTAX, ledger_append(f->s, "A 1", &e, NULL, &f->err));
	e.actor = "person:a\nmeta: {}";
	FAILS(f, ERR_SYNTAX, ledger_append(f->s, "A-1", &e, NULL, &f->err));
	store_rollback(f->s);
}

static void
positions_are_apart_by_node_and_spool(void **state)
{
	struct fixture *f = *state;
	struct spool_pos p;

	OK(f, store_position(f->s, "a", "smtp", &p, &f->err));
	assert_int_equal(0, p.segment);
	OK(f, store_begin(f->s, &f->err));
	OK(f,
		store_position_set(
			f->s, "a", "smtp", (struct spool_pos){1, 10}, &f->err));
	OK(f,
		store_position_set(f->s, "b", "smtp",
			(struct spool_pos){2, UINT64_C(1) << 40}, &f->err));
	OK(f,
		store_position_set(
			f->s, "a", "pipe", (struct spool_pos){3, 30}, &f->err));
	OK(f,
		store_position_set(
			f->s, "a", "smtp", (struct spool_pos){1, 11}, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_position(f->s, "a", "smtp", &p, &f->err));
	assert_int_equal(11, p.offset);
	OK(f, store_position(f->s, "b", "smtp", &p, &f->err));
	assert_true(p.segment == 2 && p.offset == UINT64_C(1) << 40);
	OK(f, store_position(f->s, "a", "pipe", &p, &f->err));
	assert_int_equal(3, p.segment);
}

static void
same_case(const struct casefile *x, const struct casefile *y)
{
	json_t *a = casefile_json(x), *b = casefile_json(y);

	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

static void
a_case_comes_back_with_all_that_is_its_own(void **state)
{
	struct fixture *f = *state;
	struct casefile *c, *again, **list;
	struct letter *l;
	struct mail *m;
	const char *id, *chain;
	struct span bytes;
	bool ours;
	size_t n;

	OK(f, store_begin(f->s, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &id, &f->err));
	OK(f, store_commit(f->s, &f->err));
	assert_string_equal("DAGF-1", id);
	OK(f, store_case(f->s, f->a, id, &c, &f->err));
	assert_int_equal(RM_RECEIVED, c->rm);
	assert_int_equal(DISP_ASK, c->disposition);
	assert_string_equal("reporter-1@b1.example", c->contacts[0]);
	assert_string_equal("required.steps", c->missing[0]);
	assert_int_equal(2, c->n_duties);
	assert_int_equal(DUTY_VALIDATE, c->duties[1].name);
	assert_int_equal(1, c->n_letter);
	assert_string_equal("DAGF-1.1", c->letter->id);

	OK(f, store_letter_bytes(f->s, f->a, "DAGF-1.1", &bytes, &f->err));
	assert_true(span_starts(bytes, "From: Example security"));
	OK(f,
		store_letter_by_message_id(
			f->s, f->a, c->letter->message_id, &l, &f->err));
	assert_string_equal("DAGF-1.1", l->id);
	OK(f,
		store_thread_find(f->s, f->a, &c->letter->message_id, 1, &chain,
			&ours, &f->err));
	assert_string_equal("DAGF-1", chain);
	assert_true(ours);
	OK(f, store_token_find(f->s, f->a, c->token, &chain, &f->err));
	assert_string_equal("DAGF-1", chain);
	OK(f, store_token_find(f->s, f->a, "guess", &chain, &f->err));
	assert_null(chain);

	OK(f,
		store_mail_list(
			f->s, f->a, QUEUE_NONE, "DAGF-1", &m, &n, &f->err));
	assert_int_equal(1, n);
	OK(f, store_mail_payload(f->s, f->a, m, "raw", &bytes, &f->err));
	assert_true(span_starts(bytes, "Subject: report 1"));
	assert_int_equal(m->bytes, bytes.n);
	FAILS(f, ERR_ABSENT,
		store_mail_payload(f->s, f->a, m, "gone", &bytes, &f->err));

	struct case_filter all = {.rm = -1, .limit = 10};
	OK(f, store_case_list(f->s, f->a, &all, &list, &n, &f->err));
	assert_int_equal(1, n);
	assert_int_equal(2, list[0]->n_duties);
	all.rm = RM_CLOSED;
	OK(f, store_case_list(f->s, f->a, &all, &list, &n, &f->err));
	assert_int_equal(0, n);
	OK(f, store_case(f->s, f->a, id, &again, &f->err));
	same_case(c, again);
}

static void
a_changed_case_is_written_as_far_as_it_changed(void **state)
{
	struct fixture *f = *state;
	struct casefile *before, after, *again;
	const char *id;

	OK(f, store_begin(f->s, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &id, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f, store_case(f->s, f->a, id, &before, &f->err));
	after = *before;
	after.duties = arena_array(f->a, 3, sizeof *after.duties);
	memcpy(after.duties, before->duties, 2 * sizeof *after.duties);
	after.duties[1].state = DUTY_KEPT_LATE;
	after.duties[1].kept_at.ms = noon.ms;
	after.duties[2] = after.duties[1];
	after.duties[2].name = DUTY_FOLLOW_UP;
	after.n_duties = 3;
	struct letter l = *before->letter;
	after.letter = &l;
	l.state = LETTER_SENT;
	l.attempts = 1;
	l.reply = "250 ok";
	after.rm = RM_VALID;
	after.title = NULL;
	after.n_missing = 0;
	OK(f, store_case_save(f->s, before, &after, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_case(f->s, f->a, id, &again, &f->err));
	same_case(&after, again);
	assert_int_equal(LETTER_SENT, again->letter->state);
	assert_int_equal(DUTY_FOLLOW_UP, again->duties[2].name);
	assert_null(again->title);
}

static void
a_redelivery_finds_the_first(void **state)
{
	struct fixture *f = *state;
	struct event e = fixture_event(
		EV_MAIL_RECEIVED, 0, "{}", "raw", "Subject: x\r\n");
	struct mail m = {.key = hash_of(SPAN_LIT("k")),
			    .queue = QUEUE_UNROUTED,
			    .kind = MAIL_PERSON,
			    .because = "names no product",
			    .event_chain = "desk:a",
			    .copies = 1},
		    *out;
	int64_t id;
	size_t n;

	OK(f, store_mail_by_key(f->s, m.key, &id, &f->err));
	assert_int_equal(0, id);
	OK(f, store_begin(f->s, &f->err));
	OK(f, store_mail_next_id(f->s, &m.id, &f->err));
	OK(f, ledger_append(f->s, "desk:a", &e, &m.event_seq, &f->err));
	OK(f, store_mail_add(f->s, &m, &f->err));
	OK(f, store_mail_by_key(f->s, m.key, &id, &f->err));
	assert_int_equal(m.id, id);
	OK(f, store_mail_copy(f->s, id, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f,
		store_mail_list(
			f->s, f->a, QUEUE_UNROUTED, NULL, &out, &n, &f->err));
	assert_int_equal(1, n);
	assert_int_equal(2, out->copies);
	assert_null(out->chain);
	assert_null(out->from);
	assert_string_equal("names no product", out->because);
	assert_true(hash_eq(m.key, out->key));
	OK(f,
		store_mail_list(
			f->s, f->a, QUEUE_NO_CASE, NULL, &out, &n, &f->err));
	assert_int_equal(0, n);
	FAILS(f, ERR_ABSENT, store_mail(f->s, f->a, 99, &out, &f->err));

	OK(f, store_begin(f->s, &f->err));
	m.id++;
	bool added = store_mail_add(f->s, &m, &f->err) &&
		store_commit(f->s, &f->err);
	assert_false(added); /* twice the same key */
	assert_int_equal(ERR_CONFLICT, f->err.code);
	store_rollback(f->s);
}

static void
queue_items_have_duties_and_letters(void **state)
{
	struct fixture *f = *state;
	struct event e = fixture_event(EV_LETTER_QUEUED, 0,
		"{\"letter\":\"mail-17.1\"}", "letter", "bytes");
	struct duty d = {.name = DUTY_ACKNOWLEDGE,
			    .round = 1,
			    .due = noon,
			    .started = noon,
			    .strength = STRENGTH_AIM},
		    *duties;
	struct letter l = {.id = "mail-17.1",
			      .chain = "desk:a",
			      .template = "received",
			      .state = LETTER_HELD,
			      .message_id = "<17@desk.example>",
			      .sender = ""},
		      *out;
	struct duty_row *rows;
	const char *chain;
	struct span bytes;
	size_t n;
	bool ours;

	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "desk:a", &e, NULL, &f->err));
	OK(f, store_duty_save(f->s, "mail-17", &d, &f->err));
	OK(f, store_letter_save(f->s, &l, &f->err));
	l.state = LETTER_QUEUED;
	OK(f, store_letter_save(f->s, &l, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_duties(f->s, f->a, 10, &rows, &n, &f->err));
	assert_int_equal(1, n);
	assert_string_equal("mail-17", rows->owner);
	OK(f, store_duties_of(f->s, f->a, "mail-17", &duties, &n, &f->err));
	assert_int_equal(1, n);
	assert_int_equal(noon.ms, duties->due.ms);
	OK(f, store_letter(f->s, f->a, "mail-17.1", &out, &f->err));
	assert_int_equal(LETTER_QUEUED, out->state);
	assert_string_equal("desk:a", out->chain);
	OK(f, store_letter_bytes(f->s, f->a, "mail-17.1", &bytes, &f->err));
	assert_true(span_is(bytes, "bytes"));
	/* its Message-ID leads to the letter, but to no case */
	OK(f,
		store_letter_by_message_id(
			f->s, f->a, "<17@desk.example>", &out, &f->err));
	OK(f,
		store_thread_find(
			f->s, f->a, &l.message_id, 1, &chain, &ours, &f->err));
	assert_null(chain);
	FAILS(f, ERR_ABSENT,
		store_letter(f->s, f->a, "mail-17.2", &out, &f->err));
	FAILS(f, ERR_ABSENT, store_letter(f->s, f->a, "x", &out, &f->err));
}

static void
a_letter_is_leased_once_until_its_time(void **state)
{
	struct fixture *f = *state;
	struct letter *l;
	const char *id;
	size_t n;
	const instant at = {noon.ms + 9000}, until = {noon.ms + 60000};

	OK(f, store_begin(f->s, &f->err));
	for (unsigned i = 1; i <= 3; i++)
		OK(f, fixture_case(f->s, f->a, "desk:a", i, &id, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f,
		store_letter_lease(
			f->s, f->a, "a", at, until, 2, &l, &n, &f->err));
	OK(f, store_commit(f->s, &f->err));
	assert_int_equal(2, n);
	OK(f, store_begin(f->s, &f->err));
	OK(f,
		store_letter_lease(
			f->s, f->a, "a", at, until, 9, &l, &n, &f->err));
	assert_int_equal(1, n);
	OK(f,
		store_letter_lease(
			f->s, f->a, "a", at, until, 9, &l, &n, &f->err));
	assert_int_equal(0, n);
	OK(f,
		store_letter_lease(f->s, f->a, "a", until,
			(instant){until.ms + 1}, 9, &l, &n, &f->err));
	assert_int_equal(3, n); /* the leases have run out */
	l[0].state = LETTER_SENT;
	OK(f, store_letter_save(f->s, &l[0], &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_letter_list(f->s, f->a, LETTER_QUEUED, 9, &l, &n, &f->err));
	assert_int_equal(2, n);
	OK(f, store_letter_list(f->s, f->a, -1, 9, &l, &n, &f->err));
	assert_int_equal(3, n);
}

static void
letters_are_counted_before_and_after_the_commit(void **state)
{
	struct fixture *f = *state;
	const char *id;
	unsigned n;

	OK(f, store_begin(f->s, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &id, &f->err));
	store_rollback(f->s); /* and so never counted */
	OK(f, store_begin(f->s, &f->err));
	for (unsigned i = 1; i <= 9; i++)
		OK(f, fixture_case(f->s, f->a, "desk:a", i, &id, &f->err));
	for (int i = 0; i < 2; i++) {
		OK(f,
			store_letter_count(
				f->s, "x@B1.example", true, noon, &n, &f->err));
		assert_int_equal(2, n); /* 1 and 8 */
		OK(f,
			store_letter_count(f->s, "Reporter-8@b1.example", false,
				noon, &n, &f->err));
		assert_int_equal(1, n);
		OK(f,
			store_letter_count(f->s, "x@b1.example", true,
				(instant){noon.ms + 3600000}, &n, &f->err));
		assert_int_equal(0, n);
		if (i == 0)
			OK(f, store_commit(f->s, &f->err));
	}
}

static void
case_ids_count_up_or_are_drawn(void **state)
{
	struct fixture *f = *state;
	struct event e = fixture_event(EV_CASE_OPENED, 0, "{}", NULL, NULL);
	const char *id, *last = "";

	OK(f, store_begin(f->s, &f->err));
	OK(f, ledger_append(f->s, "DAGF-2", &e, NULL, &f->err));
	OK(f, store_case_next_id(f->s, f->a, "DAGF", false, &id, &f->err));
	assert_string_equal("DAGF-1", id);
	OK(f, store_case_next_id(f->s, f->a, "DAGF", false, &id, &f->err));
	assert_string_equal("DAGF-3", id); /* 2 is taken */
	for (unsigned i = 0; i < 50; i++) {
		OK(f,
			store_case_next_id(
				f->s, f->a, "DAGF", true, &id, &f->err));
		assert_int_equal(9, strlen(id));
		assert_string_not_equal(last, id);
		last = id;
	}
	OK(f, store_commit(f->s, &f->err));
}

static void
a_policy_version_is_kept_once(void **state)
{
	struct fixture *f = *state;
	const char *text;
	bool fresh;

	OK(f, store_begin(f->s, &f->err));
	OK(f,
		store_policy_put(
			f->s, "00aa", "dagf", "{}", noon, &fresh, &f->err));
	assert_true(fresh);
	OK(f,
		store_policy_put(
			f->s, "00aa", "dagf", "{}", noon, &fresh, &f->err));
	assert_false(fresh);
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_policy(f->s, f->a, "00aa", &text, &f->err));
	assert_string_equal("{}", text);
	FAILS(f, ERR_ABSENT, store_policy(f->s, f->a, "00bb", &text, &f->err));
}

static void
a_reader_sees_what_is_committed(void **state)
{
	struct fixture *f = *state;
	struct store *reader;
	struct casefile *c;
	const char *id;

	OK(f, store_open(&reader, f->url, NULL, STORE_READ, &f->err));
	OK(f, store_begin(f->s, &f->err));
	OK(f, fixture_case(f->s, f->a, "desk:a", 1, &id, &f->err));
	FAILS(f, ERR_ABSENT, store_case(reader, f->a, id, &c, &f->err));
	OK(f, store_commit(f->s, &f->err));
	OK(f, store_case(reader, f->a, id, &c, &f->err));
	OK(f, store_begin(reader, &f->err));
	OK(f, store_case(reader, f->a, id, &c, &f->err));
	OK(f, store_commit(reader, &f->err));
	store_close(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(an_event_comes_back_as_it_was),
		FOR_BOTH(what_is_rolled_back_never_was),
		FOR_BOTH(chains_are_listed_in_byte_order),
		FOR_BOTH(names_that_would_break_a_line_are_refused),
		FOR_BOTH(positions_are_apart_by_node_and_spool),
		FOR_BOTH(a_case_comes_back_with_all_that_is_its_own),
		FOR_BOTH(a_changed_case_is_written_as_far_as_it_changed),
		FOR_BOTH(a_redelivery_finds_the_first),
		FOR_BOTH(queue_items_have_duties_and_letters),
		FOR_BOTH(a_letter_is_leased_once_until_its_time),
		FOR_BOTH(letters_are_counted_before_and_after_the_commit),
		FOR_BOTH(case_ids_count_up_or_are_drawn),
		FOR_BOTH(a_policy_version_is_kept_once),
		FOR_BOTH(a_reader_sees_what_is_committed),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
