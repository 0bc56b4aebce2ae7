/*
 * db_pgsql_pipe.c - statements without waiting for their answers.
 *
 * A case is some fifty statements of which ten return rows: waiting for
 * each would cost more than all of them together. So what returns nothing
 * is only sent, and its answer is read before the next one that matters.
 * After a mistake the server skips everything up to a sync, and so do we:
 * the transaction is lost, and every call says why until it is rolled back.
 */
#include <assert.h>

#include "db/db_pgsql.h"

/* Whatever is still to come up to the sync that we have sent. */
static void
skip_to_sync(struct pq *p)
{
	bool last_null = false;

	for (;;) {
		PGresult *res = PQgetResult(p->c);
		bool sync = res && PQresultStatus(res) == PGRES_PIPELINE_SYNC;

		/* twice nothing: the connection is gone */
		if (sync || (!res && last_null)) {
			PQclear(res);
			return;
		}
		last_null = !res;
		PQclear(res);
	}
}

static bool
lost(struct pq *p, struct err *err)
{
	if (PQpipelineSync(p->c))
		skip_to_sync(p);
	p->n_sent = 0;
	*err = p->failed;
	return false;
}

bool
pipe_enter(struct pq *p, struct err *err)
{
	if (p->failed.code != ERR_NONE) {
		*err = p->failed;
		return false;
	}
	if (!p->pipe && !PQenterPipelineMode(p->c))
		return pq_err(p, NULL, err);
	p->pipe = true;
	return true;
}

/* One answer and the NULL after it. */
static PGresult *
next_answer(struct pq *p)
{
	PGresult *res = PQgetResult(p->c), *end = NULL;

	if (res)
		end = PQgetResult(p->c);
	assert(end == NULL);
	return res;
}

/* The answers to all that were only sent. */
static bool
settle(struct pq *p, struct err *err)
{
	for (unsigned i = 0; i < p->n_sent; i++) {
		PGresult *res = next_answer(p);
		bool ok = pq_good(res);

		if (!ok) {
			pq_err(p, res, &p->failed);
			err_wrap(&p->failed, "%s",
				db_statements[p->sent[i]].name);
		}
		PQclear(res);
		if (!ok)
			return lost(p, err);
	}
	p->n_sent = 0;
	return true;
}

bool
pipe_sent(struct pq *p, enum sql name, struct err *err)
{
	p->sent[p->n_sent++] = name;
	if (p->n_sent < PIPE_MOST)
		return true;
	if (!PQsendFlushRequest(p->c) || PQflush(p->c) < 0)
		return pq_err(p, NULL, err);
	return settle(p, err);
}

bool
pipe_answer(struct pq *p, PGresult **out, struct err *err)
{
	if (!PQsendFlushRequest(p->c) || PQflush(p->c) < 0)
		return pq_err(p, NULL, err);
	if (!settle(p, err))
		return false;
	PGresult *res = next_answer(p);
	if (!pq_good(res)) {
		pq_err(p, res, &p->failed);
		PQclear(res);
		return lost(p, err);
	}
	*out = res;
	return true;
}

bool
pipe_leave(struct pq *p, struct err *err)
{
	bool ok = true;

	if (!p->pipe)
		return true;
	if (p->failed.code == ERR_NONE) { /* else the sync has been sent */
		ok = (PQsendFlushRequest(p->c) && PQflush(p->c) >= 0) ||
			pq_err(p, NULL, err);
		ok = ok && settle(p, err);
		if (ok && PQpipelineSync(p->c))
			skip_to_sync(p);
	}
	p->pipe = false;
	if (!PQexitPipelineMode(p->c) && ok)
		ok = pq_err(p, NULL, err);
	return ok;
}
