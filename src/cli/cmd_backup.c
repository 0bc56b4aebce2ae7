/* cmd_backup.c - `pratique backup`: everything that is true, in one file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "store/backup.h"
#include "sys/files.h"
#include "sys/now.h"

static const char *const spools[] = {"edge", "pipe"};
enum { WORD_MAX = 4096 };

/* What was accepted and not yet taken in: it would be lost otherwise. */
static bool
add_unread(struct cli *c, const struct cli_desk *d, struct backup *b,
	const char *spool, unsigned *n, struct err *err)
{
	const char *dir = arena_printf(c->arena, "%s/spool/%s", d->data, spool);
	struct spool_reader *r;
	struct spool_pos pos;
	struct err end = {0};

	if (access(dir, F_OK) != 0)
		return true;
	if (!store_position(d->desk.store, d->desk.node, spool, &pos, err) ||
		!spool_reader_open(&r, dir, err))
		return false;
	bool ok = true;
	for (;;) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct spool_mail mail;

		if (!spool_read(r, a, &pos, &mail, &end)) {
			if (end.code == ERR_BROKEN)
				continue; /* the core will say so too */
			break;
		}
		++*n;
		ok = backup_mail(b, spool, &mail, err);
		if (!ok)
			break;
	}
	spool_reader_close(r);
	if (ok && end.code != ERR_NONE) {
		*err = end;
		ok = false;
	}
	return ok;
}

static bool
add_keys(struct cli *c, const struct cli_desk *d, struct backup *b,
	const char *passphrase_file, struct err *err)
{
	static const char *const names[] = {"desk.pub", "desk.sec"};
	struct span words, line, secret;

	if (passphrase_file == NULL)
		return err_set(err, ERR_SYNTAX,
			"--keys needs --passphrase-file: keys are never written in the clear");
	if (!file_read(c->arena, passphrase_file, WORD_MAX, &words, err))
		return false;
	if (!span_line(&words, &line) || line.n == 0)
		return err_set(err, ERR_SYNTAX,
			"the first line of '%s' must be the passphrase",
			passphrase_file);
	for (size_t i = 0; i < 2; i++)
		if (!file_read(c->arena,
			    arena_printf(
				    c->arena, "%s/keys/%s", d->data, names[i]),
			    WORD_MAX, &secret, err) ||
			!backup_key(b, names[i], secret,
				arena_text(c->arena, line), err))
			return false;
	return true;
}

struct wanted {
	const char *out, *passphrase_file;
	bool keys;
};

static bool
write_all(struct cli *c, const struct cli_desk *d, const struct wanted *w,
	int fd, int64_t *lines, unsigned *unread, struct err *err)
{
	struct progress p = {.what = "events"};
	struct backup *b;

	if (!backup_begin(&b, fd, now(), d->desk.node, err))
		return false;
	bool ok = backup_store(b, d->desk.store, progress_show, &p, err);
	for (size_t i = 0; ok && i < 2; i++)
		ok = add_unread(c, d, b, spools[i], unread, err);
	if (ok && w->keys)
		ok = add_keys(c, d, b, w->passphrase_file, err);
	ok = ok && backup_end(b, lines, err);
	backup_free(b);
	progress_end(&p);
	return ok;
}

/* Under another name until it is whole and on disk. */
static bool
to_file(struct cli *c, const struct cli_desk *d, const struct wanted *w,
	int64_t *lines, unsigned *unread, struct err *err)
{
	const char *part = arena_printf(c->arena, "%s.part", w->out);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, ERR_DENIED, "cannot write '%s': %s", part,
			strerror(errno));
	bool ok = write_all(c, d, w, fd, lines, unread, err);
	if (ok && (fsync(fd) != 0 || rename(part, w->out) != 0))
		ok = err_set(err, ERR_BUSY, "cannot write '%s': %s", w->out,
			strerror(errno));
	(void)close(fd);
	if (!ok)
		(void)unlink(part);
	return ok;
}

int
cmd_backup(int argc, char **argv)
{
	static const char usage[] =
		"backup [--out FILE] [--keys --passphrase-file FILE] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	struct wanted w = {0};
	int64_t lines;
	unsigned unread = 0;
	const struct option_row rows[] = {
		{"out", OPT_TEXT, &w.out, "FILE",
			"write it there instead of to standard output"},
		{"keys", OPT_FLAG, &w.keys, NULL,
			"the desk's keys as well, encrypted"},
		{"passphrase-file", OPT_TEXT, &w.passphrase_file, "FILE",
			"its first line encrypts the keys"},
	};

	cli_parse(&c, argc, argv, usage,
		"Writes the ledger with its payloads, the policies and the mails that wait in the\n"
		"spool as one compressed stream that `restore` reads on either database. The desk\n"
		"may run meanwhile.",
		rows, 3);
	cli_words(&c, usage, 0, 0);
	if (w.out == NULL && isatty(STDOUT_FILENO)) {
		(void)fprintf(stderr,
			"pratique: a backup is no text for a terminal: name a file with --out\n");
		return EX_USAGE;
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	bool ok = w.out ?
		to_file(&c, &d, &w, &lines, &unread, &err) :
		write_all(&c, &d, &w, STDOUT_FILENO, &lines, &unread, &err);
	cli_desk_close(&d);
	if (!ok)
		return cli_fail(&err);
	if (w.out != NULL && c.json)
		cli_json(json_pack("{s:s,s:I,s:i}", "file", w.out, "lines",
			(json_int_t)lines, "unread", (int)unread));
	else if (w.out != NULL)
		(void)printf("%s: %lld lines, %u unread mail%s\n", w.out,
			(long long)lines, unread, unread == 1 ? "" : "s");
	return EX_OK;
}
