/*
 * db_pgsql.h - what db_pgsql.c and its pipeline share; nobody else includes
 * it.
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
};

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
