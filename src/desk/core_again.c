/*
 * core_again.c - how long to leave a database alone that cannot be had.
 *
 * Mails wait in the spool meanwhile and letters with post, so there is no
 * hurry and nothing to give up. Another node that was first is over in
 * milliseconds; a server that is down is asked again after a while, longer
 * each time. What went wrong is logged when it begins and then once a
 * minute, not with every mail.
 */
#include "base/log.h"
#include "desk/core.h"

enum {
	CONFLICT_FIRST = 5,
	CONFLICT_MOST = 500,
	BUSY_FIRST = 200,
	BUSY_MOST = 5000,
	SAY_AGAIN = 60000,
};

static int64_t
pause_of(const struct core *c, bool conflict)
{
	int64_t most = conflict ? CONFLICT_MOST : BUSY_MOST;
	int64_t ms = conflict ? CONFLICT_FIRST : BUSY_FIRST;

	for (unsigned i = 1; i < c->store_failures && ms < most; i++)
		ms *= 2;
	return ms < most ? ms : most;
}

static void
wake(void *ctx)
{
	(void)ctx; /* what waits is done before the next sleep */
}

void
core_put_off(struct core *c, const char *what, const struct err *err)
{
	int64_t at = loop_now();

	if (c->store_failures++ == 0) {
		c->store_lost = at;
		c->store_said = at - SAY_AGAIN;
	}
	c->store_away = err->code == ERR_BUSY;
	c->store_again = at + pause_of(c, err->code == ERR_CONFLICT);
	(void)loop_at(c->role->loop, c->store_again, wake, c);
	if (at - c->store_said < SAY_AGAIN)
		return;
	c->store_said = at;
	log_event("store.refused", "what=%s tries=%u error=%s", what,
		c->store_failures, err->text);
}

void
core_works(struct core *c)
{
	if (c->store_failures == 0)
		return;
	log_event("store.works", "tries=%u after=%lldms", c->store_failures,
		(long long)(loop_now() - c->store_lost));
	c->store_failures = 0;
	c->store_again = 0;
	c->store_away = false;
}

bool
core_waits(const struct core *c)
{
	return loop_now() < c->store_again;
}
