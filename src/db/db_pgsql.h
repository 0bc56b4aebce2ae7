/*
 * db_pgsql.h - what db_pgsql.c, its connection and its pipeline share;
 * nobody else includes it.
 */
#pragma once

#include <libpq-fe.h>

#include "db/db_impl.h"

enum { PIPE_MOST = 128 }; /* unanswered statements at a time */

struct pq {
	struct db db;
	PGconn *c;
	bool pipe;                /* the connection is in pipeline mode */
	enum sql sent[PIPE_MOST]; /* not answered yet, oldest first */
	unsigned n_sent;
	struct err failed; /* what ended this transaction */
	bool half;         /* connected, and not as it should be */
	char own[200];     /* db_own(); empty: none */
	char xid[24];      /* of the transaction being committed */
};

/* db_pgsql_open.c: on failure the connection may be closed or broken. */
bool pq_open(struct pq *p, const char *conninfo, struct err *err);
bool pq_reconnect(struct pq *p, struct err *err); /* ERR_BUSY */
bool pq_own(struct db *db, const char *name, struct err *err);
/* Was p->xid committed after all? If not, err stays as it is. */
bool pq_doubt(struct pq *p, struct err *err);

/* The connection's or the result's mistake, in one line. */
bool pq_err(struct pq *p, const PGresult *res, struct err *err);
bool pq_good(const PGresult *res);

/* In a transaction: go on without waiting for answers. */
bool pipe_enter(struct pq *p, struct err *err);
/* Something was sent for which no answer is wanted. */
bool pipe_sent(struct pq *p, enum sql name, struct err *err);
/* Something was sent: all answers before it, then its own. Free *res. */
bool pipe_answer(struct pq *p, PGresult **res, struct err *err);
/* All answers; ordinary calls work again. */
bool pipe_leave(struct pq *p, struct err *err);
