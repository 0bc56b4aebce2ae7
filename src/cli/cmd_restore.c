/*
 * cmd_restore.c - `pratique restore`: a backup into an empty desk.
 *
 * Mails that were waiting come back into a fresh spool and are handled when
 * the desk starts; positions in the old spool mean nothing there and begin
 * anew. Where the old spool is still in place (the same machine, a lost
 * database) it is left alone, and the desk goes on from the backup's
 * position.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "desk/act.h"
#include "desk/rebuild.h"
#include "desk/start.h"
#include "store/backup.h"
#include "sys/files.h"
#include "sys/now.h"

enum { WORD_MAX = 4096, SPOOLS = 2 };
static const char *const spools[SPOOLS] = {"edge", "pipe"};

struct restoring {
	struct cli *c;
	struct cli_desk *d;
	struct spool *spool[SPOOLS]; /* NULL: not fresh, left alone */
	struct progress progress;
};

static const char *
spool_dir(const struct restoring *r, const char *name)
{
	return arena_printf(r->c->arena, "%s/spool/%s", r->d->data, name);
}

static bool
open_fresh(struct restoring *r, struct err *err)
{
	struct spool_settings set = {(uint64_t)r->d->set->segment_size,
		(uint64_t)r->d->set->disk_reserve};
	uint64_t torn;

	for (size_t i = 0; i < SPOOLS; i++) {
		const char *dir = spool_dir(r, spools[i]);

		if (access(arena_printf(r->c->arena, "%s/00000001.seg", dir),
			    F_OK) == 0)
			continue;
		if (!file_mkdirs(dir, 0755, err) ||
			!spool_open(&r->spool[i], dir, &set, &torn, err))
			return false;
	}
	return true;
}

static bool
take_mail(void *ctx, const char *spool, const struct spool_mail *mail,
	struct err *err)
{
	struct restoring *r = ctx;
	struct spool_pos end;

	for (size_t i = 0; i < SPOOLS; i++)
		if (strcmp(spools[i], spool) == 0)
			return r->spool[i] == NULL ||
				spool_append(r->spool[i], mail, &end, err);
	return err_set(
		err, ERR_SYNTAX, "a mail of an unknown spool '%s'", spool);
}

static bool
take_key(void *ctx, const char *name, struct span secret, struct err *err)
{
	struct restoring *r = ctx;
	struct arena *a = r->c->arena;

	if (strcmp(name, "desk.sec") != 0 && strcmp(name, "desk.pub") != 0)
		return err_set(
			err, ERR_SYNTAX, "a key of an unknown name '%s'", name);
	return file_mkdirs(arena_printf(a, "%s/keys", r->d->data), 0700, err) &&
		file_write(arena_printf(a, "%s/keys/%s", r->d->data, name),
			secret, 0600, err);
}

static void
show(void *ctx, int64_t lines, int64_t of)
{
	struct restoring *r = ctx;

	progress_show(&r->progress, lines, of);
}

static bool
note(struct restoring *r, const struct restore_report *report, struct err *err)
{
	struct desk *d = &r->d->desk;
	char at[INSTANT_TEXT];
	struct event e = cases_event(r->c->arena, EV_RESTORED, now(), "desk",
		json_pack("{s:s,s:s,s:I,s:s}", "backup",
			instant_format(report->at, at), "from",
			report->desk ? report->desk : "", "events",
			(json_int_t)report->events, "program",
			PRATIQUE_VERSION));

	for (size_t i = 0; i < SPOOLS; i++)
		if (r->spool[i] != NULL &&
			!store_position_set(d->store, d->node, spools[i],
				(struct spool_pos){0, 0}, err))
			return false;
	return ledger_append(d->store, d->chain, &e, NULL, err);
}

static bool
derive(struct restoring *r, const struct restore_report *report,
	struct rebuild *totals, struct err *err)
{
	struct store *s = r->d->desk.store;
	struct rebuild_diff ignored; /* nothing was derived before */

	if (!store_begin(s, err))
		return false;
	if (rebuild_all(s, r->c->arena, totals, &ignored, err) &&
		note(r, report, err))
		return store_commit(s, err);
	store_rollback(s);
	return false;
}

static bool
work(struct restoring *r, int fd, const char *passphrase,
	struct restore_report *report, struct rebuild *totals, struct err *err)
{
	struct restore_into into = {.mail = take_mail,
		.key = passphrase ? take_key : NULL,
		.progress = show,
		.ctx = r,
		.passphrase = passphrase};

	if (!desk_open(&r->d->desk, r->c->arena, STORE_CREATE, err) ||
		!open_fresh(r, err) ||
		!restore(r->d->desk.store, r->c->arena, fd, &into, report, err))
		return false;
	for (size_t i = 0; i < SPOOLS; i++)
		if (r->spool[i] != NULL)
			spool_sync(r->spool[i]);
	return derive(r, report, totals, err);
}

static bool
passphrase_of(
	struct cli *c, const char *file, const char **out, struct err *err)
{
	struct span words, line;

	if (file == NULL)
		return true;
	if (!file_read(c->arena, file, WORD_MAX, &words, err))
		return false;
	if (!span_line(&words, &line) || line.n == 0)
		return err_set(err, ERR_SYNTAX,
			"the first line of '%s' must be the passphrase", file);
	*out = arena_text(c->arena, line);
	return true;
}

static void
tell(const struct cli *c, const struct restore_report *r,
	const struct rebuild *totals)
{
	if (c->json)
		cli_json(json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
			"events", (json_int_t)r->events, "chains",
			(json_int_t)r->chains, "payloads",
			(json_int_t)r->payloads, "erased",
			(json_int_t)r->erased, "policies",
			(json_int_t)r->policies, "unread", (json_int_t)r->mails,
			"keys", (json_int_t)r->keys, "cases",
			(json_int_t)totals->cases));
	else
		(void)printf(
			"restored: %llu cases, %lld events in %lld chains, %lld unread mail%s, %lld key%s\n",
			(unsigned long long)totals->cases, (long long)r->events,
			(long long)r->chains, (long long)r->mails,
			r->mails == 1 ? "" : "s", (long long)r->keys,
			r->keys == 1 ? "" : "s");
}

int
cmd_restore(int argc, char **argv)
{
	static const char usage[] =
		"restore [--passphrase-file FILE] [--json] FILE";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *file = NULL, *passphrase = NULL;
	struct restore_report report;
	struct rebuild totals = {0};
	int lock;
	const struct option_row rows[] = {{"passphrase-file", OPT_TEXT, &file,
		"FILE",
		"its first line decrypts the keys; else they are left out"}};

	cli_parse(&c, argc, argv, usage,
		"Reads a backup into a desk without any events, on either database, and derives\n"
		"the state from it. The backup is checked whole before anything is written. The\n"
		"desk must not run.",
		rows, 1);
	cli_words(&c, usage, 1, 1);
	int status = cli_desk(&c, CLI_SETTINGS, &d);
	if (status != EX_OK)
		return status;
	int fd = open(c.typed.words[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		(void)err_set(&err, ERR_ABSENT, "cannot read '%s': %s",
			c.typed.words[0], strerror(errno));
		return cli_fail(&err);
	}
	if (!passphrase_of(&c, file, &passphrase, &err) ||
		!file_mkdirs(d.data, 0755, &err) ||
		!desk_lock(c.arena, d.data, &lock, &err))
		return cli_fail(&err);
	struct restoring r = {.c = &c, .d = &d, .progress = {.what = "lines"}};
	bool ok = work(&r, fd, passphrase, &report, &totals, &err);
	progress_end(&r.progress);
	for (size_t i = 0; i < SPOOLS; i++)
		spool_close(r.spool[i]);
	cli_desk_close(&d);
	(void)close(lock);
	(void)close(fd);
	if (!ok) {
		(void)err_wrap(&err, "%s", c.typed.words[0]);
		return cli_fail(&err);
	}
	tell(&c, &report, &totals);
	return EX_OK;
}
