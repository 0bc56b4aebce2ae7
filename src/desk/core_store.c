/*
 * core_store.c - mails that were read, into the store.
 *
 * They are committed in the spool's order, many in one transaction, together
 * with the position behind them; so the stored position says exactly what
 * has been taken in. What is told to others is told after the commit.
 */
#include <stdlib.h>

#include "base/log.h"
#include "desk/core.h"
#include "sys/now.h"

enum { FAILURES_MAX = 3, CONFLICTS_MAX = 20 };

bool
core_store_ready(const struct core *c)
{
	return c->first != NULL && c->first->state == JOB_DONE;
}

static bool
take_in(struct core *c, struct job *j, struct taken *out, struct err *err)
{
	struct intake in = {.mail = &j->mail,
		.spool = j->source->name,
		.pos = j->pos,
		.message = j->message,
		.report = j->report,
		.evidence = j->evidence};

	return intake_mail(&c->desk, c->arena, &in, now(), out, err);
}

/* The first n finished jobs in one transaction. */
static bool
commit(struct core *c, size_t n, struct taken *taken, struct err *err)
{
	struct job *j = c->first;

	arena_reset(c->arena);
	c->desk.send_room = core_post_room(c);
	if (!store_begin(c->desk.store, err))
		return false;
	for (size_t i = 0; i < n; i++, j = j->next)
		if (!take_in(c, j, &taken[i], err)) {
			store_rollback(c->desk.store);
			return false;
		}
	if (store_commit(c->desk.store, err))
		return true;
	store_rollback(c->desk.store);
	return false;
}

static void
tell(struct core *c, const struct job *j, const struct taken *t)
{
	log_event("mail.taken", "mail=%lld how=%s case=%s bytes=%zu spool=%s",
		(long long)t->mail, t->how, t->chain ? t->chain : "-",
		j->mail.raw.n, j->source->name);
	if (t->letter.id != NULL)
		core_post_send(c, &t->letter);
}

static void
finish(struct core *c, size_t n, const struct taken *taken)
{
	for (size_t i = 0; i < n; i++) {
		struct job *j = c->first;

		tell(c, j, &taken[i]);
		j->source->stored = j->pos;
		c->first = j->next;
		if (c->first == NULL)
			c->last = NULL;
		core_job_free(c, j);
	}
}

/* A mail that cannot be stored must not hold up the others for ever, and
 * must not be lost: it is filed unread, with its bytes. */
static bool
failed(struct core *c, struct job *j, const struct err *err)
{
	/* Another node was first; but a row that stands in the way for good
	 * says the same. */
	if (err->code == ERR_BUSY ||
		(err->code == ERR_CONFLICT && ++j->conflicts < CONFLICTS_MAX)) {
		core_put_off(c, "mail", err);
		return false;
	}
	log_event("mail.refused-by-store", "ticket=%u error=%s", j->ticket,
		err->text);
	if (++j->failures == FAILURES_MAX)
		core_job_unreadable(j,
			"an error of the desk itself kept this mail from being judged");
	else if (j->failures > FAILURES_MAX) {
		log_event("core.broken", "error=%s", err->text);
		exit(70); /* EX_SOFTWARE: the spool keeps the mail */
	}
	return true;
}

/* An action whose turn has come: a transaction of its own. */
static bool
act(struct core *c)
{
	struct job *j = c->first;

	if (j == NULL || j->state != JOB_DONE || j->act == NULL)
		return true;
	core_act_run(c, j);
	c->first = j->next;
	if (c->first == NULL)
		c->last = NULL;
	core_job_free(c, j);
	return true;
}

bool
core_store_commit(struct core *c)
{
	static struct taken taken[CORE_BATCH];
	struct err err;
	size_t n = 0;

	for (struct job *j = c->first; j != NULL && j->state == JOB_DONE &&
		j->act == NULL && n < CORE_BATCH;
		j = j->next)
		n++;
	if (n == 0)
		return act(c);
	bool ok = commit(c, n, taken, &err);
	if (!ok && n > 1 && err.code != ERR_BUSY) { /* which one was it? */
		n = 1;
		ok = commit(c, n, taken, &err);
	}
	if (!ok)
		return failed(c, c->first, &err);
	core_works(c);
	finish(c, n, taken);
	return true;
}
