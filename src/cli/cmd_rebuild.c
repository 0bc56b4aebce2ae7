/*
 * cmd_rebuild.c - `pratique rebuild`: the state folded again and compared.
 *
 * Everything happens in one transaction that is rolled back unless --write
 * is given, so a look costs nothing but time.
 */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "desk/act.h"
#include "desk/rebuild.h"
#include "desk/start.h"

enum { DIFFERS = 1 };

static void
show(void *ctx, uint64_t chains, uint64_t of)
{
	progress_show(ctx, (int64_t)chains, (int64_t)of);
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static int
tell(const struct cli *c, const struct rebuild *r,
	const struct rebuild_diff *diff, bool write)
{
	if (c->json)
		cli_json(json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:b}",
			"equal", (int)diff->equal, "chains",
			(json_int_t)r->chains, "events", (json_int_t)r->events,
			"mails", (json_int_t)r->mails, "cases",
			(json_int_t)r->cases, "letters", (json_int_t)r->letters,
			"stored", json_text_or_null(diff->stored), "folded",
			json_text_or_null(diff->folded), "written",
			(int)write));
	else if (diff->equal)
		(void)printf(
			"equal: %llu case%s, %llu mail%s and %llu letter%s follow from %llu events\n",
			(unsigned long long)r->cases, plural(r->cases),
			(unsigned long long)r->mails, plural(r->mails),
			(unsigned long long)r->letters, plural(r->letters),
			(unsigned long long)r->events);
	else
		(void)printf("DIFFERS\n  stored: %s\n  folded: %s\n%s",
			diff->stored ? diff->stored : "(nothing)",
			diff->folded ? diff->folded : "(nothing)",
			write ? "the folded state has been written\n" :
				"nothing has been written (--write does)\n");
	return diff->equal ? EX_OK : DIFFERS;
}

static bool
work(struct cli *c, struct store *s, bool write, struct rebuild *r,
	struct rebuild_diff *diff, struct err *err)
{
	if (!store_begin(s, err))
		return false;
	if (!rebuild_all(s, c->arena, r, diff, err)) {
		store_rollback(s);
		return false;
	}
	if (write)
		return store_commit(s, err);
	store_rollback(s);
	return true;
}

int
cmd_rebuild(int argc, char **argv)
{
	static const char usage[] = "rebuild [--write] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	bool write = false;
	int lock = -1;
	struct rebuild_diff diff;
	struct progress p = {.what = "chains"};
	struct rebuild r = {.progress = show, .ctx = &p};
	const struct option_row rows[] = {{"write", OPT_FLAG, &write, NULL,
		"keep what was folded, where it differs"}};

	cli_parse(&c, argc, argv, usage,
		"Folds every event again and compares what follows with what is stored. It never\n"
		"reads a mail or judges again. Exit status 0: equal; 1: it differs, and where.\n"
		"A running desk goes on accepting mail and takes it in afterwards; for --write it\n"
		"must not run.",
		rows, 1);
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_SETTINGS, &d);
	if (status != EX_OK)
		return status;
	if (write && !desk_lock(c.arena, d.data, &lock, &err))
		return cli_fail(&err);
	if (!desk_open(&d.desk, c.arena, STORE_WRITE, &err) ||
		!work(&c, d.desk.store, write, &r, &diff, &err))
		return cli_fail(&err);
	progress_end(&p);
	cli_desk_close(&d);
	if (lock >= 0)
		(void)close(lock);
	return tell(&c, &r, &diff, write);
}
