/* store_fixture.c - fresh databases, and a case as a report makes it. */
#include "store/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/hash.h"

static const char *
server(void)
{
	const char *url = getenv("PRATIQUE_TEST_PGSQL");

	if (!url)
		print_error("PRATIQUE_TEST_PGSQL is not set: run this test "
			    "by tools/pg-test.sh\n");
	return url;
}

static bool
pg_run(const char *url, const char *sql)
{
	PGconn *c = PQconnectdb(url + strlen("postgresql:"));
	PGresult *res = PQexec(c, sql);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK ||
		PQresultStatus(res) == PGRES_TUPLES_OK;

	if (!ok)
		print_error("%s: %s", sql, PQerrorMessage(c));
	PQclear(res);
	PQfinish(c);
	return ok;
}

void
fixture_url(struct fixture *f, const char *name, char *out, size_t n)
{
	if (strcmp(f->engine, "sqlite") == 0) {
		(void)snprintf(out, n, "sqlite:%s/%s.db", f->dir, name);
		return;
	}
	char sql[200];
	const char *unique = strrchr(f->dir, '.') + 1;

	(void)snprintf(sql, sizeof sql, "CREATE SCHEMA \"%s%s\"", name, unique);
	assert_true(pg_run(server(), sql));
	(void)snprintf(out, n, "%s options='-csearch_path=\"%s%s\"'", server(),
		name, unique);
}

static int
begin(void **state, const char *engine)
{
	struct fixture *f = mem_new(sizeof *f);
	struct err *err = &f->err;

	hash_init();
	f->engine = engine;
	(void)strcpy(f->dir, "/tmp/pratique-store.XXXXXX");
	if (!mkdtemp(f->dir) ||
		(strcmp(engine, "pgsql") == 0 && server() == NULL)) {
		free(f);
		return -1;
	}
	fixture_url(f, "desk", f->url, sizeof f->url);
	f->a = arena_new();
	if (!store_open(&f->s, f->url, NULL, STORE_CREATE, err)) {
		print_error("%s\n", err->text);
		return -1;
	}
	*state = f;
	return 0;
}

int
fixture_sqlite(void **state)
{
	return begin(state, "sqlite");
}

int
fixture_pgsql(void **state)
{
	return begin(state, "pgsql");
}

int
fixture_end(void **state)
{
	struct fixture *f = *state;
	char cmd[100];

	store_close(f->s);
	arena_free(f->a);
	(void)snprintf(cmd, sizeof cmd, "rm -rf %s", f->dir);
	int rc = system(cmd);
	free(f);
	return rc;
}

void
fixture_tamper(struct fixture *f, const char *sql)
{
	if (strcmp(f->engine, "pgsql") == 0) {
		assert_true(pg_run(f->url, sql));
		return;
	}
	sqlite3 *h;
	char *text = NULL;

	assert_int_equal(
		SQLITE_OK, sqlite3_open(f->url + strlen("sqlite:"), &h));
	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK) {
		print_error("%s: %s\n", sql, text);
		fail();
	}
	sqlite3_close(h);
}

struct event
fixture_event(enum event_kind kind, int64_t ms, const char *meta,
	const char *payload, const char *bytes)
{
	struct event e = {
		.kind = kind, .at = {ms}, .actor = "desk", .meta = meta};

	if (payload)
		e.payloads[e.n_payloads++] =
			(struct payload){payload, span_of(bytes), false};
	return e;
}

static const char letter_text[] =
	"From: Example security <security@example.org>\r\n"
	"Subject: [DAGF-1] We have your report\r\n\r\n"
	"Thank you for your report. We have given it the number above.\r\n";

/* One event after the other, all at the same second. */
static bool
events(struct store *s, struct arena *a, const char *desk, const char *id,
	unsigned n, const char *mail, int64_t *received, struct err *err)
{
	int64_t ms = INT64_C(1795449600000) + n * 1000;
	struct event e;
	const struct {
		enum event_kind kind;
		const char *meta, *name, *bytes;
	} rest[] = {
		{EV_CASE_OPENED,
			arena_printf(
				a, "{\"mail\":%u,\"product\":\"dagf\"}", n),
			"who",
			"{\"title\":\"XSS\",\"reporter\":\"a@b.example\"}"},
		{EV_MAIL_JOINED,
			arena_printf(a, "{\"by\":\"first\",\"mail\":%u}", n),
			NULL, NULL},
		{EV_JUDGED,
			arena_printf(a,
				"{\"clauses\":{\"required.steps\":\"breached\","
				"\"required.title\":\"met\"},\"disposition\":"
				"\"ask\",\"mail\":%u}",
				n),
			"verdict", "{\"text\":\"it can be read here\"}"},
		{EV_DUTIES_STARTED,
			"{\"duties\":[\"acknowledge\",\"validate\"]}", NULL,
			NULL},
		{EV_LETTER_QUEUED,
			arena_printf(a,
				"{\"letter\":\"%s.1\",\"template\":"
				"\"received-ask\"}",
				id),
			"letter", letter_text},
		{EV_LETTER_TRIED,
			arena_printf(
				a, "{\"attempt\":1,\"letter\":\"%s.1\"}", id),
			NULL, NULL},
		{EV_LETTER_SENT,
			arena_printf(
				a, "{\"attempt\":1,\"letter\":\"%s.1\"}", id),
			"reply", "250 2.0.0 queued"},
		{EV_DUTY_KEPT, "{\"duty\":\"acknowledge\",\"round\":1}", NULL,
			NULL},
	};

	e = fixture_event(EV_MAIL_RECEIVED, ms,
		arena_printf(a, "{\"bytes\":%zu,\"mail\":%u}", strlen(mail), n),
		"raw", mail);
	e.payloads[e.n_payloads++] = (struct payload){
		"envelope", SPAN_LIT("{\"sender\":\"a@b.example\"}"), false};
	if (!ledger_append(s, desk, &e, received, err))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
		e = fixture_event(rest[i].kind, ms, rest[i].meta, rest[i].name,
			rest[i].bytes);
		if (!ledger_append(s, id, &e, NULL, err))
			return false;
	}
	return true;
}

static struct casefile *
state_of(struct arena *a, const char *id, unsigned n)
{
	struct casefile *c = ARENA_NEW(a, struct casefile);
	const char **contacts = ARENA_ARRAY(a, 1, const char *);
	static const char *const missing[] = {"required.steps"};
	int64_t ms = INT64_C(1795449600000) + n * 1000;
	char token[33];

	(void)snprintf(
		token, sizeof token, "%03u-unguessable-%u", n / 400 % 1000, n);
	contacts[0] = arena_printf(a, "reporter-%u@b%u.example", n, n % 7);
	*c = (struct casefile){.id = id,
		.product = "dagf",
		.policy = "00aa",
		.rm = RM_RECEIVED,
		.disposition = DISP_ASK,
		.opened = {ms},
		.changed = {ms},
		.title = "Stored XSS in the graph view",
		.reporter = contacts[0],
		.token = arena_strdup(a, token),
		.contacts = contacts,
		.n_contacts = 1,
		.missing = missing,
		.n_missing = 1,
		.mails = 1,
		.letters = 1,
		.n_duties = 2,
		.n_letter = 1};
	c->duties = ARENA_ARRAY(a, 2, struct duty);
	for (unsigned i = 0; i < 2; i++)
		c->duties[i] = (struct duty){
			.name = i ? DUTY_VALIDATE : DUTY_ACKNOWLEDGE,
			.round = 1,
			.state = i ? DUTY_RUNNING : DUTY_KEPT,
			.strength = STRENGTH_AIM,
			.clause = "acknowledge",
			.trigger = arena_printf(a, "mail %u", n),
			.business_days = 5,
			.zone = "America/New_York",
			.calendar = "00bb",
			.started = {ms},
			.due = {ms + 7 * INSTANT_DAY},
			.due_day = {20788},
			.kept_at = {i ? 0 : ms + 5}};
	c->letter = ARENA_NEW(a, struct letter);
	*c->letter = (struct letter){.id = arena_printf(a, "%s.1", id),
		.chain = id,
		.template = "received-ask",
		.state = LETTER_QUEUED,
		.to = c->reporter,
		.sender = "",
		.message_id = arena_printf(a, "<%s@desk.example>", token),
		.keeps_acknowledge = true,
		.automatic = true,
		.queued = {ms},
		.next_try = {ms}};
	return c;
}

bool
fixture_case(struct store *s, struct arena *a, const char *desk, unsigned n,
	const char **id, struct err *err)
{
	int64_t mail, received;
	const char *known;
	bool ours;
	unsigned letters;

	if (!store_mail_next_id(s, &mail, err) ||
		!store_case_next_id(s, a, "DAGF", false, id, err))
		return false;
	const char *text = arena_printf(a, "Subject: report %u\r\n\r\n%s", n,
		"Open /graph?x=<script>, see the alert.\r\n");
	const char *mid = arena_printf(a, "<%u.%s@b.example>", n, *id);
	struct mail m = {.id = mail,
		.key = hash_of(span_of(mid)),
		.received = {INT64_C(1795449600000) + n * 1000},
		.chain = *id,
		.kind = MAIL_PERSON,
		.bytes = strlen(text),
		.from = "a@b.example",
		.subject = arena_printf(a, "report %u", n),
		.message_id = mid,
		.event_chain = desk,
		.copies = 1};
	struct casefile *c = state_of(a, *id, n);
	if (!store_mail_by_key(s, m.key, &mail, err) ||
		!store_thread_find(s, a, &mid, 1, &known, &ours, err) ||
		!store_letter_count(s, c->reporter, false,
			(instant){m.received.ms - INSTANT_DAY}, &letters,
			err) ||
		!store_letter_count(s, c->reporter, true,
			(instant){m.received.ms - 3600000}, &letters, err) ||
		!events(s, a, desk, *id, n, text, &received, err))
		return false;
	m.event_seq = received;
	return store_mail_add(s, &m, err) && store_case_save(s, NULL, c, err) &&
		store_thread_add(s, mid, *id, false, err) &&
		store_thread_add(s, c->letter->message_id, *id, true, err);
}
