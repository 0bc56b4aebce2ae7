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

#include "base/mem.h"
#include "base/str.h"
#include "db/db_pgsql.h"

/* The key is "pratique". Whoever writes shares this lock; a migration or a
 * rebuild has it alone (sql/derived.sql). */
static const char lock_sql[] =
	"SELECT pg_advisory_xact_lock(x'7072617469717565'::bigint)";
static const char begin_sql[] =
	"BEGIN; "
	"SELECT pg_advisory_xact_lock_shared(x'7072617469717565'::bigint); "
	"SELECT count(*) FROM migration";

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

bool
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

bool
pq_good(const PGresult *res)
{
	ExecStatusType st = PQresultStatus(res);

	return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK;
}

static bool
pq_exec(struct db *db, const char *sql, struct err *err)
{
	if (!pipe_leave(pq(db), err))
		return false;
	PGresult *res = PQexec(pq(db)->c, sql);
	bool ok = pq_good(res) || pq_err(pq(db), res, err);

	PQclear(res);
	return ok;
}

/* Waits for a migration or a rebuild, and sees what it left. */
static bool
begin_to_write(struct pq *p, struct err *err)
{
	PGresult *res = PQexec(p->c, begin_sql);
	bool ok = pq_good(res) || pq_err(p, res, err);
	bool same = ok &&
		strtoul(PQgetvalue(res, 0, 0), NULL, 10) == db_n_migrations;

	PQclear(res);
	if (ok && same)
		return true;
	if (ok && db_check(&p->db, err))
		err_set(err, ERR_BUSY, "%s is being migrated", p->db.name);
	if (ok) /* for the version that can, after a restart */
		err->code = ERR_BUSY;
	PQclear(PQexec(p->c, "ROLLBACK"));
	return false;
}

static bool
begin(struct pq *p, struct err *err)
{
	p->failed.code = ERR_NONE;
	if (p->db.mode == DB_READ)
		return pq_exec(&p->db,
			"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
	if (!p->db.schema) /* about to be migrated */
		return pq_exec(&p->db, "BEGIN", err);
	return begin_to_write(p, err);
}

static bool
broken(const struct pq *p)
{
	return p->half || PQstatus(p->c) != CONNECTION_OK;
}

/* A connection that broke while nobody used it is only noticed now. */
static bool
pq_begin(struct db *db, struct err *err)
{
	struct pq *p = pq(db);
	bool ok = !broken(p) && begin(p, err);

	if (ok || !broken(p))
		return ok;
	return pq_reconnect(p, err) && begin(p, err);
}

/* The transaction's number, should the answer to its COMMIT be lost. */
static bool
note_xid(struct pq *p, struct err *err)
{
	static const char sql[] = "SELECT pg_current_xact_id_if_assigned()";
	PGresult *res = NULL;
	bool ok;

	if (p->pipe) {
		ok = pipe_enter(p, err) &&
			(PQsendQueryParams(
				 p->c, sql, 0, NULL, NULL, NULL, NULL, 0) ||
				pq_err(p, NULL, err)) &&
			pipe_answer(p, &res, err);
	} else {
		res = PQexec(p->c, sql);
		ok = pq_good(res) || pq_err(p, res, err);
	}
	if (ok)
		(void)snprintf(
			p->xid, sizeof p->xid, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return ok;
}

/* A failed transaction answers COMMIT with ROLLBACK, and calls it success. */
static bool
pq_commit(struct db *db, struct err *err)
{
	struct pq *p = pq(db);

	p->xid[0] = '\0';
	if ((db->mode != DB_READ && !note_xid(p, err)) || !pipe_leave(p, err))
		return false;
	PGresult *res = PQexec(p->c, "COMMIT");
	bool ok = pq_good(res);

	if (!ok) {
		pq_err(p, res, err);
		if (p->xid[0] && PQstatus(p->c) != CONNECTION_OK)
			ok = pq_doubt(p, err);
	} else if (strcmp(PQcmdStatus(res), "COMMIT") != 0) {
		ok = err_set(err, ERR_CONFLICT,
			"%s: rolled back instead of committed", db->name);
	}
	PQclear(res);
	return ok;
}

/* Answers that are still to come do not matter any more. */
static void
pq_rollback(struct db *db)
{
	struct err ignored; /* a lost connection has rolled back already */

	(void)pipe_leave(pq(db), &ignored);
	(void)pq_exec(db, "ROLLBACK", &ignored);
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
	const char *sql = s->pgsql ? s->pgsql : s->sqlite;
	struct pq *p = pq(db);
	PGresult *res = NULL;
	bool ok;
	if (p->pipe) {
		ok = pipe_enter(p, err) &&
			(PQsendPrepare(p->c, q->name, sql, 0, NULL) ||
				pq_err(p, NULL, err)) &&
			pipe_answer(p, &res, err);
	} else {
		res = PQprepare(p->c, q->name, sql, 0, NULL);
		ok = pq_good(res) || pq_err(p, res, err);
	}
	PQclear(res);
	if (ok)
		return &q->q;
	err_wrap(err, "%s", s->name);
	free(q);
	return NULL;
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
sent(struct pq_stmt *q, struct err *err)
{
	struct pq *p = pq(q->q.db);

	return PQsendQueryPrepared(p->c, q->name, q->q.bound, q->value,
		       q->length, q->format, 1) ||
		pq_err(p, NULL, err);
}

static bool
execute(struct pq_stmt *q, struct err *err)
{
	struct pq *p = pq(q->q.db);

	q->row = -1;
	if (p->pipe)
		return pipe_enter(p, err) && sent(q, err) &&
			pipe_answer(p, &q->res, err);
	q->res = PQexecPrepared(
		p->c, q->name, q->q.bound, q->value, q->length, q->format, 1);
	return pq_good(q->res) || pq_err(p, q->res, err);
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
	struct pq *p = pq(q->db);

	if (!db_in_transaction(q->db))
		return execute(pq_q(q), err);
	return pipe_enter(p, err) && sent(pq_q(q), err) &&
		pipe_sent(p, q->name, err);
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

/* Reads the catalogue itself: to_regclass() may answer from a cache of what
 * was not there before we waited for another node's migration. */
static bool
pq_has_table(struct db *db, const char *name, bool *yes, struct err *err)
{
	if (!pipe_leave(pq(db), err))
		return false;
	PGresult *res = PQexecParams(pq(db)->c,
		"SELECT 1 FROM pg_class WHERE relname = $1 "
		"AND pg_table_is_visible(oid)",
		1, NULL, &name, NULL, NULL, 0);
	bool ok = pq_good(res) || pq_err(pq(db), res, err);

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
	.rollback = pq_rollback,
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
	.own = pq_own,
};

bool
db_pgsql_open(struct db **out, const char *conninfo, enum db_mode mode,
	struct err *err)
{
	struct pq *p = mem_new(sizeof *p);

	p->db.ops = &pq_ops;
	p->db.mode = mode;
	if (!pq_open(p, conninfo, err)) {
		pq_close(&p->db);
		return false;
	}
	*out = &p->db;
	return true;
}
