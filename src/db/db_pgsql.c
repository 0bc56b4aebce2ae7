/*
 * db_pgsql.c - several nodes on one PostgreSQL.
 *
 * Values go out as text (the server knows the types of its columns) and
 * bytes as bytes; answers come back binary, so nothing is escaped either
 * way. Other transactions may be first: what the server reports as a
 * serialization failure, a deadlock or a unique row is ERR_CONFLICT, and
 * whoever began the transaction tries again.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db_impl.h"

/* One key for the advisory lock of all migrations: "pratique". */
static const char lock_sql[] =
	"SELECT pg_advisory_xact_lock(x'7072617469717565'::bigint)";

struct pq {
	struct db db;
	PGconn *c;
};

struct pq_stmt {
	struct stmt q;
	char name[64]; /* the server's */
	const char *value[DB_MAX_PARAMS];
	int length[DB_MAX_PARAMS], format[DB_MAX_PARAMS];
	char number[DB_MAX_PARAMS][24];
	PGresult *res; /* NULL before the first step */
	int row;       /* of res, the current one */
};

static struct pq *
pq(struct db *db)
{
	return (struct pq *)db;
}

static struct pq_stmt *
pq_q(struct stmt *q)
{
	return (struct pq_stmt *)q;
}

static enum err_code
code_of(const char *state)
{
	static const struct {
		const char *prefix;
		enum err_code code;
	} codes[] = {
		{"40", ERR_CONFLICT}, /* serialization, deadlock */
		{"23505", ERR_CONFLICT},
		{"55P03", ERR_BUSY}, /* lock not available */
		{"08", ERR_BUSY},    /* connection */
		{"53", ERR_BUSY},    /* disk, memory, connections */
		{"57", ERR_BUSY},    /* shutting down, cancelled */
		{"42501", ERR_DENIED},
	};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (span_starts(span_of(state), codes[i].prefix))
			return codes[i].code;
	return ERR_BROKEN;
}

/* libpq's text, made one line. */
static bool
pq_err(struct pq *p, const PGresult *res, struct err *err)
{
	const char *state =
		res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *text =
		res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum err_code code = ERR_BUSY; /* no answer: the connection */
	char line[200];
	size_t n = 0;

	if (state && PQstatus(p->c) == CONNECTION_OK)
		code = code_of(state);
	if (!text || !*text)
		text = PQerrorMessage(p->c);
	for (; text[n] && n < sizeof line - 1; n++)
		line[n] = (char)(text[n] == '\n' ? ' ' : text[n]);
	while (n > 0 && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	return err_set(err, code, "%s: %s (%s)", p->db.name, line,
		state ? state : "no connection");
}

static void
pq_close(struct db *db)
{
	PQfinish(pq(db)->c);
	free(db);
}

static bool
good(const PGresult *res)
{
	ExecStatusType st = PQresultStatus(res);

	return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK;
}

static bool
pq_exec(struct db *db, const char *sql, struct err *err)
{
	PGresult *res = PQexec(pq(db)->c, sql);
	bool ok = good(res) || pq_err(pq(db), res, err);

	PQclear(res);
	return ok;
}

static bool
pq_begin(struct db *db, struct err *err)
{
	return pq_exec(db,
		db->mode == DB_READ ?
			"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" :
			"BEGIN",
		err);
}

/* A failed transaction answers COMMIT with ROLLBACK, and calls it success. */
static bool
pq_commit(struct db *db, struct err *err)
{
	PGresult *res = PQexec(pq(db)->c, "COMMIT");
	bool ok = good(res);

	if (!ok)
		pq_err(pq(db), res, err);
	else if (strcmp(PQcmdStatus(res), "COMMIT") != 0)
		ok = err_set(err, ERR_CONFLICT,
			"%s: rolled back instead of committed", db->name);
	PQclear(res);
	return ok;
}

static void
pq_reset(struct stmt *q)
{
	PQclear(pq_q(q)->res);
	pq_q(q)->res = NULL;
}

static void
pq_finish(struct stmt *q)
{
	pq_reset(q);
	free(q);
}

static struct stmt *
pq_prepare(struct db *db, enum sql name, struct err *err)
{
	const struct db_statement *s = &db_statements[name];
	struct pq_stmt *q = mem_new(sizeof *q);

	assert(s->params <= DB_MAX_PARAMS);
	(void)snprintf(q->name, sizeof q->name, "%s", s->name);
	if (db->cache[name]) /* on the server it stands prepared already */
		return &q->q;
	PGresult *res = PQprepare(
		pq(db)->c, q->name, s->pgsql ? s->pgsql : s->sqlite, 0, NULL);
	if (!good(res)) {
		pq_err(pq(db), res, err);
		err_wrap(err, "%s", s->name);
		free(q);
		q = NULL;
	}
	PQclear(res);
	return q ? &q->q : NULL;
}

static void
pq_bind_i64(struct stmt *q, int i, int64_t v)
{
	struct pq_stmt *p = pq_q(q);

	(void)snprintf(p->number[i - 1], sizeof p->number[i - 1], "%lld",
		(long long)v);
	p->value[i - 1] = p->number[i - 1];
	p->format[i - 1] = 0;
}

static void
pq_bind_bytes(struct stmt *q, int i, struct span v, bool text)
{
	struct pq_stmt *p = pq_q(q);

	if (v.n > 1 << 30) {
		err_set(&q->err, ERR_LIMIT, "a value of %zu bytes", v.n);
		return;
	}
	p->value[i - 1] = (const char *)v.p;
	p->length[i - 1] = (int)v.n;
	p->format[i - 1] = !text;
}

static bool
execute(struct pq_stmt *p, struct err *err)
{
	p->res = PQexecPrepared(pq(p->q.db)->c, p->name, p->q.bound, p->value,
		p->length, p->format, 1);
	p->row = -1;
	return good(p->res) || pq_err(pq(p->q.db), p->res, err);
}

static bool
pq_step(struct stmt *q, bool *row, struct err *err)
{
	struct pq_stmt *p = pq_q(q);

	if (!p->res && !execute(p, err))
		return false;
	*row = ++p->row < PQntuples(p->res);
	return true;
}

static bool
pq_run(struct stmt *q, struct err *err)
{
	return execute(pq_q(q), err);
}

static int64_t
pq_changes(struct stmt *q)
{
	return strtoll(PQcmdTuples(pq_q(q)->res), NULL, 10);
}

static int64_t
pq_col_i64(const struct stmt *q, int col)
{
	const struct pq_stmt *p = (const struct pq_stmt *)q;
	const unsigned char *v =
		(const unsigned char *)PQgetvalue(p->res, p->row, col);
	int n = PQgetlength(p->res, p->row, col);

	assert(n == 0 || n == 1 || n == 2 || n == 4 || n == 8);
	if (n == 0)
		return 0;
	uint64_t sum = v[0] & 0x80 && n > 1 ? UINT64_MAX : 0;
	for (int i = 0; i < n; i++)
		sum = sum << 8 | v[i];
	return (int64_t)sum;
}

static struct span
pq_col_bytes(const struct stmt *q, int col, bool text)
{
	const struct pq_stmt *p = (const struct pq_stmt *)q;

	(void)text; /* libpq ends each value with a NUL */
	if (PQgetisnull(p->res, p->row, col))
		return SPAN_NONE;
	return span_make(PQgetvalue(p->res, p->row, col),
		(size_t)PQgetlength(p->res, p->row, col));
}

static bool
pq_has_table(struct db *db, const char *name, bool *yes, struct err *err)
{
	PGresult *res = PQexecParams(pq(db)->c,
		"SELECT 1 WHERE to_regclass($1) IS NOT NULL", 1, NULL, &name,
		NULL, NULL, 0);
	bool ok = good(res) || pq_err(pq(db), res, err);

	if (ok)
		*yes = PQntuples(res) > 0;
	PQclear(res);
	return ok;
}

static bool
pq_lock_schema(struct db *db, struct err *err)
{
	return pq_exec(db, lock_sql, err);
}

static const struct db_ops pq_ops = {
	.engine = DB_PGSQL,
	.close = pq_close,
	.exec = pq_exec,
	.begin = pq_begin,
	.commit = pq_commit,
	.prepare = pq_prepare,
	.finish = pq_finish,
	.reset = pq_reset,
	.bind_i64 = pq_bind_i64,
	.bind_bytes = pq_bind_bytes,
	.step = pq_step,
	.run = pq_run,
	.changes = pq_changes,
	.col_i64 = pq_col_i64,
	.col_bytes = pq_col_bytes,
	.has_table = pq_has_table,
	.lock_schema = pq_lock_schema,
};

/* `SHOW name`, at most n bytes. */
static bool
show(struct pq *p, const char *sql, char *out, size_t n, struct err *err)
{
	PGresult *res = PQexec(p->c, sql);
	bool ok = good(res) || pq_err(p, res, err);

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

static void
quiet(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

bool
db_pgsql_open(struct db **out, const char *conninfo, enum db_mode mode,
	struct err *err)
{
	const char *const keys[] = {
		"dbname", "application_name", "client_encoding", NULL};
	const char *const values[] = {conninfo, "pratique", "UTF8", NULL};
	struct pq *p = mem_new(sizeof *p);

	p->db.ops = &pq_ops;
	p->db.mode = mode;
	p->c = PQconnectdbParams(keys, values, 1);
	(void)snprintf(p->db.name, sizeof p->db.name, "database %s",
		p->c && PQdb(p->c) ? PQdb(p->c) : "postgresql");
	bool ok = PQstatus(p->c) == CONNECTION_OK || pq_err(p, NULL, err);
	if (ok)
		PQsetNoticeProcessor(p->c, quiet, NULL);
	if (!ok || !check_server(p, err)) {
		pq_close(&p->db);
		return false;
	}
	*out = &p->db;
	return true;
}
