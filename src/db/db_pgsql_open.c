/*
 * db_pgsql_open.c - the connection: made, judged, and made again.
 *
 * A server that refuses is either down, full or starting, and comes back
 * (ERR_BUSY), or it was asked for what is not there (the other codes), and
 * waiting does not help. Only libpq's verbose message says which, so a
 * refused connection is tried once more for its sake. A desk whose server
 * fell silent must notice: each wait for the network has an end, unless the
 * connection string says otherwise.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "db/db_pgsql.h"

enum {
	STATE_LETTERS = 5,
	OWN_PATIENCE_MS = 3000,
	DOUBT_PAUSE = 20,
	DOUBT_PAUSE_MOST = 1000,
	DOUBT_TRIES = 12
};

/* What the connection string may change stands before it, what it may not
 * stands behind. */
static const char *const keys[] = {"application_name", "connect_timeout",
	"keepalives_idle", "keepalives_interval", "keepalives_count",
	"tcp_user_timeout", "dbname", "client_encoding", NULL};
enum { KEY_DBNAME = 6, N_KEYS = ARRAY_LEN(keys) };

static void
values_for(const char *conninfo, const char *values[N_KEYS])
{
	static const char *const fixed[N_KEYS] = {
		"pratique", "10", "30", "10", "3", "30000", NULL, "UTF8", NULL};

	memcpy(values, fixed, sizeof fixed);
	values[KEY_DBNAME] = conninfo;
}

/* --- what the server is ------------------------------------------------------ */

/* One value, at most n bytes of it. */
static bool
show(struct pq *p, const char *sql, char *out, size_t n, struct err *err)
{
	PGresult *res = PQexec(p->c, sql);
	bool ok = pq_good(res) || pq_err(p, res, err);

	if (ok)
		(void)snprintf(out, n, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return ok;
}

/* A 250 must not rest on a commit that a power loss can take back. */
static bool
check_server(struct pq *p, struct err *err)
{
	char value[32];

	if (PQserverVersion(p->c) < 130000)
		return err_set(err, ERR_DENIED,
			"%s: PostgreSQL %d is too old, use 13 or newer",
			p->db.name, PQserverVersion(p->c) / 10000);
	if (!show(p, "SHOW server_encoding", value, sizeof value, err))
		return false;
	if (strcmp(value, "UTF8") != 0)
		return err_set(err, ERR_DENIED,
			"%s: its encoding is %s, create it with UTF8",
			p->db.name, value);
	if (!show(p, "SHOW synchronous_commit", value, sizeof value, err))
		return false;
	if (strcmp(value, "off") == 0 && p->db.mode != DB_READ)
		return err_set(err, ERR_DENIED,
			"%s: synchronous_commit is off, a commit could be "
			"lost: ALTER DATABASE ... SET synchronous_commit = on",
			p->db.name);
	return true;
}

/* --- one name, one connection ------------------------------------------------ */

/* The server may take a moment to see that the last one is dead. */
static bool
take_name(struct pq *p, struct err *err)
{
	const char *const values[] = {p->own};
	char patience[48];

	if (!p->own[0])
		return true;
	(void)snprintf(patience, sizeof patience, "SET lock_timeout = %d",
		OWN_PATIENCE_MS);
	PQclear(PQexec(p->c, patience));
	/* the first number only keeps other users of such locks apart */
	PGresult *res = PQexecParams(p->c,
		"SELECT pg_advisory_lock(1886544244, hashtext($1))", 1, NULL,
		values, NULL, NULL, 0);
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	bool ok = pq_good(res);
	if (!ok && state && strcmp(state, "55P03") == 0)
		err_set(err, ERR_BUSY,
			"%s: another desk works there as node '%s': each needs "
			"a `node:` of its own",
			p->db.name, p->own);
	else if (!ok)
		pq_err(p, res, err);
	PQclear(res);
	PQclear(PQexec(p->c, "RESET lock_timeout"));
	return ok;
}

bool
pq_own(struct db *db, const char *name, struct err *err)
{
	struct pq *p = (struct pq *)db;

	if (strlen(name) >= sizeof p->own)
		return err_set(err, ERR_LIMIT,
			"the name '%.40s...' is too long", name);
	(void)snprintf(p->own, sizeof p->own, "%s", name);
	if (take_name(p, err))
		return true;
	p->own[0] = '\0';
	return false;
}

/* --- coming and coming again ------------------------------------------------- */

/* "...: FATAL:  28P01: password authentication failed ..." */
static bool
find_state(const char *message, char state[STATE_LETTERS + 1])
{
	for (const char *p = message; (p = strstr(p, ":  ")); p++) {
		const char *at = p + 3;
		size_t n = strspn(at, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (n != STATE_LETTERS || at[n] != ':')
			continue;
		memcpy(state, at, n);
		state[n] = '\0';
		return true;
	}
	return false;
}

static enum err_code
refusal(const char *state)
{
	static const struct {
		const char *prefix;
		enum err_code code;
	} codes[] = {
		{"28", ERR_DENIED},    /* role, password, pg_hba.conf */
		{"3D000", ERR_ABSENT}, /* no such database */
		{"42501", ERR_DENIED}, /* may not CONNECT */
	};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (span_starts(span_of(state), codes[i].prefix))
			return codes[i].code;
	return ERR_BUSY;
}

/* Was it a matter of time? The text is already in err. */
static bool
refused(struct pq *p, const char *const *values, struct err *err)
{
	char state[STATE_LETTERS + 1];

	(void)PQsetErrorVerbosity(p->c, PQERRORS_VERBOSE);
	PQreset(p->c);
	if (PQstatus(p->c) != CONNECTION_OK) {
		if (find_state(PQerrorMessage(p->c), state))
			err->code = refusal(state);
		else if (PQpingParams(keys, values, 1) == PQPING_NO_ATTEMPT)
			err->code = ERR_SYNTAX;
	}
	(void)PQsetErrorVerbosity(p->c, PQERRORS_DEFAULT);
	return false;
}

/* The server was restarted: what was prepared there is gone with it. */
bool
pq_reconnect(struct pq *p, struct err *err)
{
	for (size_t i = 0; i < SQL_COUNT; i++)
		if (p->db.cache[i] && !p->db.cache[i]->open) {
			p->db.ops->finish(p->db.cache[i]);
			p->db.cache[i] = NULL;
		}
	PQreset(p->c);
	p->pipe = false;
	p->n_sent = 0;
	if (PQstatus(p->c) != CONNECTION_OK)
		return pq_err(p, NULL, err);
	p->half = !check_server(p, err) || !take_name(p, err);
	if (p->half) /* a desk that worked goes on as soon as it is right */
		err->code = ERR_BUSY;
	return !p->half;
}

/* The connection broke between the COMMIT and its answer: ask the server
 * that is there now. A node must know, and waits; a command may not. */
bool
pq_doubt(struct pq *p, struct err *err)
{
	const char *const values[] = {p->xid};
	long ms = DOUBT_PAUSE;
	struct err lost = *err, now;

	for (unsigned i = 0; p->own[0] || i < DOUBT_TRIES; i++) {
		(void)nanosleep(&(struct timespec){.tv_sec = ms / 1000,
					.tv_nsec = ms % 1000 * 1000000},
			NULL);
		ms = ms < DOUBT_PAUSE_MOST ? 2 * ms : ms;
		if (!pq_reconnect(p, &now))
			continue;
		PGresult *res =
			PQexecParams(p->c, "SELECT pg_xact_status($1::xid8)", 1,
				NULL, values, NULL, NULL, 0);
		bool good = pq_good(res);
		bool done =
			good && strcmp(PQgetvalue(res, 0, 0), "committed") == 0;
		bool wait = good ?
			strcmp(PQgetvalue(res, 0, 0), "in progress") == 0 :
			PQstatus(p->c) != CONNECTION_OK;
		PQclear(res);
		if (done)
			return true;
		if (!wait)
			break;
	}
	*err = lost;
	return false;
}

static void
quiet(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

bool
pq_open(struct pq *p, const char *conninfo, struct err *err)
{
	const char *values[N_KEYS];
	char *why = NULL;
	PQconninfoOption *parsed = PQconninfoParse(conninfo, &why);

	if (!parsed) {
		err_set(err, ERR_SYNTAX, "database: %.*s",
			(int)strcspn(why ? why : "", "\n"), why ? why : "");
		PQfreemem(why);
		return false;
	}
	PQconninfoFree(parsed);
	values_for(conninfo, values);
	p->c = PQconnectdbParams(keys, values, 1);
	(void)snprintf(p->db.name, sizeof p->db.name, "database %s",
		p->c && PQdb(p->c) ? PQdb(p->c) : "postgresql");
	if (PQstatus(p->c) != CONNECTION_OK) {
		pq_err(p, NULL, err);
		return refused(p, values, err);
	}
	(void)PQsetNoticeProcessor(p->c, quiet, NULL);
	return check_server(p, err);
}
