/* cmd_serve.c - `pratique serve`: check everything, then become the keeper. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/folders.h"
#include "desk/act.h"
#include "desk/roles.h"
#include "desk/start.h"
#include "sys/sandbox.h"

static bool
sandboxed(const struct settings *set, struct err *err)
{
	if (sandbox_possible(err))
		return true;
	if (set->require_sandbox)
		return err_wrap(err,
			"will not start without a sandbox for the parser (require_sandbox: no goes on)");
	(void)fprintf(stderr, "pratique: going on without a sandbox: %s\n",
		err->text);
	return true;
}

/*
 * The core takes the lock for good; here it is only tried, so that a second
 * desk says so instead of starting a core that cannot work. The core of a
 * keeper that was killed needs a moment to end.
 */
static bool
alone(struct cli *c, const struct cli_desk *d, struct err *err)
{
	enum { TRIES = 40 };
	const struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
	int lock;

	for (int i = 1; !desk_lock(c->arena, d->data, &lock, err); i++) {
		if (err->code != ERR_BUSY || i == TRIES)
			return false;
		(void)nanosleep(&moment, NULL);
	}
	(void)close(lock);
	return folder_give_to(arena_printf(c->arena, "%s/desk.lock", d->data),
		d->set, 0600, ROLE_CORE, ROLE_CORE, err);
}

static bool
number(const char *text, int *out)
{
	unsigned long long v;

	if (!span_number(span_of(text), 1000000, &v))
		return false;
	*out = (int)v;
	return true;
}

int
cmd_serve(int argc, char **argv)
{
	static const char usage[] =
		"serve [--listen smtp=ADDRESS:PORT] [--listen lmtp=ADDRESS:PORT] [--ready-fd N]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	bool role = false;
	const char *ready = NULL;
	struct text_list listen = {0};
	const struct option_row rows[] = {
		{"listen", OPT_LIST, &listen, "WHAT",
			"smtp=ADDRESS:PORT, lmtp=ADDRESS:PORT or lmtp=unix:PATH; port 0 takes a free one"},
		{"ready-fd", OPT_TEXT, &ready, "N",
			"write one line of JSON to this descriptor once the desk listens"},
		{"role", OPT_FLAG, &role, NULL, "used by the desk itself"},
	};

	cli_parse(&c, argc, argv, usage,
		"Runs the desk until SIGTERM or SIGINT: takes in mail, keeps the clocks, sends\n"
		"letters. Everything it keeps is in the data folder or the database.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 0, 0);
	if (role)
		return role_main();
	int status = cli_desk(&c, CLI_POLICIES, &d);
	if (status != EX_OK)
		return status;
	if (!folders_make(&c, &d, &err) || !alone(&c, &d, &err) ||
		!sandboxed(d.set, &err))
		return cli_fail(&err);
	struct keeper_start start = {.data = d.data,
		.config = c.config,
		.set = d.set,
		.known = policies_known(c.arena, &d.policies, d.set),
		.listen = listen,
		.node = d.desk.node,
		.ready_fd = -1};
	if (ready != NULL && !number(ready, &start.ready_fd)) {
		(void)fprintf(stderr,
			"pratique: --ready-fd takes the number of an open descriptor\n");
		return EX_USAGE;
	}
	if (start.ready_fd >= 0)
		(void)fcntl(start.ready_fd, F_SETFD, FD_CLOEXEC);
	return keeper_main(&start);
}
