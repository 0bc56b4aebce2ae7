/*
 * keeper_mirrors.c - `pratique mirror update`, from time to time.
 *
 * A process of the same binary, as if a person had typed it: what it fetches
 * is read in yet another one, behind its own doors. The desk does not wait
 * for it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "desk/keeper_impl.h"

enum { FIRST = 10000 }; /* ms after the start, which has other things to do */

static _Noreturn void
become_update(const struct keeper *k)
{
	char name[] = "pratique", mirror[] = "mirror", update[] = "update";
	char option[] = "--data", *data = strdup(k->start->data);
	char *const argv[] = {name, mirror, update, option, data, NULL};
	int none = open("/dev/null", O_WRONLY);
	sigset_t all;

	(void)sigemptyset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	if (k->start->config != NULL)
		(void)setenv("PRATIQUE_CONFIG", k->start->config, 1);
	if (none < 0 || dup2(none, STDOUT_FILENO) < 0)
		_exit(EX_OSERR);
	(void)execv("/proc/self/exe", argv);
	_exit(EX_OSERR);
}

static void
update_now(void *ctx)
{
	struct keeper *k = ctx;

	k->next_update = loop_at(k->loop,
		loop_now() + k->start->set->mirror_update, update_now, k);
	if (k->update != 0)
		return; /* the last one still runs: mirror_timeout ends it */
	pid_t pid = fork();
	if (pid == 0)
		become_update(k);
	k->update = pid > 0 ? pid : 0;
}

void
keeper_mirrors_begin(struct keeper *k)
{
	int64_t every = k->start->set->mirror_update;

	if (every > 0)
		k->next_update = loop_at(k->loop,
			loop_now() + (every < FIRST ? every : FIRST),
			update_now, k);
}

void
keeper_mirrors_end(struct keeper *k)
{
	loop_cancel(k->next_update);
	k->next_update = NULL;
	if (k->update != 0)
		(void)kill(k->update, SIGTERM);
}

bool
keeper_mirrors_buried(struct keeper *k, pid_t pid, int status)
{
	if (k->update == 0 || pid != k->update)
		return false;
	k->update = 0;
	if (!k->stopping)
		log_event("mirror.update", "%s=%d",
			WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status) :
					      WEXITSTATUS(status));
	return true;
}
