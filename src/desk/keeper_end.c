/*
 * keeper_end.c - roles that end: by themselves, and are started again, or
 * because the desk stops, and then in order.
 */
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/keeper_impl.h"

enum { STOP_PATIENCE = 10000, QUICK = 60000 };

static bool stop_stage(struct keeper *k);

static void
stop_next(struct keeper *k)
{
	/* A mail that is looked up when the core ends is read again from the
	 * spool; without the evidence role it would be judged without. */
	static const enum role_name order[] = {ROLE_EDGE, ROLE_PARSE, ROLE_POST,
		ROLE_CORE, ROLE_EVIDENCE, ROLE_SIGN};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		k->stage = order[i];
		if (stop_stage(k))
			return;
	}
	loop_stop(k->loop);
}

/* True while a role of this stage still runs. */
static bool
stop_stage(struct keeper *k)
{
	bool any = false;

	for (size_t i = 0; i < k->n; i++) {
		struct child *c = &k->children[i];

		if (c->again != NULL) {
			loop_cancel(c->again);
			c->again = NULL;
		}
		if (c->role != k->stage || c->pid == 0)
			continue;
		any = true;
		if (c->ipc != NULL)
			ipc_send(c->ipc, ROLE_STOP, SPAN_NONE);
	}
	return any;
}

static void
patience_is_over(void *ctx)
{
	struct keeper *k = ctx;

	for (size_t i = 0; i < k->n; i++)
		if (k->children[i].pid > 0)
			(void)kill(k->children[i].pid, SIGKILL);
}

void
keeper_stop(void *ctx, int signo)
{
	struct keeper *k = ctx;

	(void)signo;
	if (k->stopping)
		return;
	k->stopping = true;
	keeper_mirrors_end(k);
	log_event("desk.stopping", "signal=%d", signo);
	(void)loop_at(k->loop, loop_now() + STOP_PATIENCE, patience_is_over, k);
	stop_next(k);
}

/* Until it is started again: 0 for the first deaths of a minute. */
static int64_t
pause_after(const struct child *c, int said)
{
	bool asks = said == EX_TEMPFAIL || said == EX_CONFIG;
	unsigned at_once = asks ? 0 : 5;
	int64_t most = asks ? 8000 : 32000, ms = 1000;

	if (c->quick_deaths <= at_once)
		return 0;
	for (unsigned i = at_once + 1; i < c->quick_deaths && ms < most; i++)
		ms *= 2;
	return ms;
}

static void
buried(struct child *c, int status)
{
	struct keeper *k = c->keeper;
	int64_t lived = loop_now() - c->began;
	int said = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	c->pid = 0;
	ipc_free(c->ipc);
	c->ipc = NULL;
	if (k->stopping) {
		if (c->role == k->stage && !stop_stage(k))
			stop_next(k);
		return;
	}
	log_event("role.died", "role=%s index=%u %s=%d after=%lldms",
		role_names[c->role], c->index,
		WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(long long)lived);
	if (said == EX_CONFIG && !k->announced) {
		k->status = EX_CONFIG;
		keeper_stop(k, 0);
		return;
	}
	c->quick_deaths = lived < QUICK ? c->quick_deaths + 1 : 1;
	keeper_launch_at(c, loop_now() + pause_after(c, said));
}

void
keeper_reap(void *ctx, int signo)
{
	struct keeper *k = ctx;
	int status;
	pid_t pid;

	(void)signo;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (keeper_mirrors_buried(k, pid, status))
			continue;
		for (size_t i = 0; i < k->n; i++)
			if (k->children[i].pid == pid)
				buried(&k->children[i], status);
	}
}
