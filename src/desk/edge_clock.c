/*
 * edge_clock.c - once a second, who has been too slow?
 *
 * A timer for each deadline of each connection would be moved at every
 * command; a walk over all of them once a second costs less than one mail.
 */
#include "base/log.h"
#include "desk/edge_impl.h"

enum {
	TICK = 1000,
	WINDOW = 60000, /* the rate is measured over a minute */
	LINGER = 2000,
	HANDSHAKE = 60000,
};

/* Bytes may come slowly for a moment, but not for a minute. */
static bool
too_slow(struct conn *c, int64_t t)
{
	if (!smtp_session_in_data(c->session)) {
		c->window = 0;
		return false;
	}
	if (c->window == 0) {
		c->window = t;
		c->window_bytes = 0;
		return false;
	}
	if (t - c->window < WINDOW)
		return false;
	uint64_t least = (uint64_t)c->edge->set->minimum_rate * (WINDOW / 1000);
	bool slow = c->window_bytes < least;
	c->window = t;
	c->window_bytes = 0;
	return slow;
}

static void
look_at(struct conn *c, int64_t t)
{
	const struct settings *set = c->edge->set;
	int64_t linger = c->edge->stopping ? TICK / 2 : LINGER;
	bool overdue = c->edge->stopping && t >= c->edge->stop_by;

	switch (c->state) {
	case CONN_STORES:
		break;
	case CONN_LINGERS:
		if (t - c->heard >= linger || overdue)
			conn_free(c);
		break;
	case CONN_SHAKES_HANDS:
		if (t - c->heard >= HANDSHAKE || overdue)
			conn_free(c);
		break;
	case CONN_TALKS:
		if (overdue)
			conn_end(c, SMTP_SHUTDOWN);
		else if (too_slow(c, t) || t - c->began >= set->session_timeout)
			conn_end(c, SMTP_SLOW);
		else if (t - c->heard >= set->command_timeout)
			conn_end(c, SMTP_SILENT);
		break;
	}
}

static void
tick(void *ctx)
{
	struct edge *e = ctx;
	int64_t t = loop_now();
	struct conn *next;

	e->tick = loop_at(e->loop, t + TICK, tick, e);
	for (struct conn *c = e->conns; c != NULL; c = next) {
		next = c->next;
		look_at(c, t);
	}
}

void
edge_clock_start(struct edge *e)
{
	e->tick = loop_at(e->loop, loop_now() + TICK, tick, e);
}

void
edge_clock_stop(struct edge *e)
{
	loop_cancel(e->tick);
	e->tick = NULL;
}
