/*
 * cmd_intake.c - `pratique intake`: one mail on standard input.
 *
 * For getmail, fdm, procmail and the like. The mail is appended to the pipe
 * spool and is durable when the command says 0, whether a desk runs or not;
 * EX_TEMPFAIL (75) asks the caller to keep it and try again (standards.md
 * 4.3.5).
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "desk/proto.h"
#include "sys/files.h"
#include "sys/ipc.h"
#include "sys/now.h"

/* A pipe's lines end in LF, and mbox readers put "From " before them. */
static struct span
as_mail(struct arena *a, struct span in)
{
	struct span line, rest = in;

	if (span_starts(in, "From ") && span_line(&rest, &line))
		in = rest;
	if (span_find(in, "\r\n") < in.n)
		return in;
	struct str out;
	str_init(&out, 2 * in.n + 2);
	while (span_line(&in, &line)) {
		str_put(&out, line);
		str_puts(&out, "\r\n");
	}
	struct span copy = arena_dup(a, str_span(&out));
	str_fini(&out);
	return copy;
}

static const char *
return_path(struct arena *a, struct span raw)
{
	struct span line;

	while (span_line(&raw, &line) && line.n > 0) {
		if (!span_starts_nocase(line, "return-path:"))
			continue;
		struct span v = span_trim(span_from(line, 12));
		if (v.n >= 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
			v = span_cut(v, 1, v.n - 1);
		return utf8_valid(v) ? arena_text(a, v) : NULL;
	}
	return NULL;
}

/* A running desk looks at once; one that does not run looks when it starts. */
static void
wake(struct arena *a, const char *data)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = arena_printf(a, "%s/desk.sock", data);
	struct err err;

	if (strlen(path) >= sizeof to.sun_path)
		return;
	(void)memcpy(to.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		(void)ipc_put(fd, PROTO_SPOOLED, SPAN_NONE, &err);
	if (fd >= 0)
		(void)close(fd);
}

static bool
spool(struct cli *c, const struct cli_desk *d, const struct spool_mail *mail,
	struct err *err)
{
	const char *dir = arena_printf(c->arena, "%s/spool/pipe", d->data);
	struct spool_settings set = {
		(uint64_t)d->set->segment_size, (uint64_t)d->set->disk_reserve};
	struct spool *s;
	struct spool_pos end;
	uint64_t torn;

	/* A misspelt folder must not swallow mail: it has to be there. */
	if (access(d->data, F_OK) != 0)
		return err_set(err, ERR_BUSY,
			"there is no data folder '%s': name the desk's with --data",
			d->data);
	/* A folder made by a slip of the pen would keep mails for nobody. */
	if (access(d->data, F_OK) != 0)
		return err_set(err, ERR_BUSY,
			"there is no data folder '%s': the mail was not taken",
			d->data);
	if (!file_mkdirs(dir, 0755, err) ||
		!spool_open(&s, dir, &set, &torn, err))
		return false;
	bool ok = spool_append(s, mail, &end, err);
	if (ok)
		spool_sync(s);
	spool_close(s);
	return ok;
}

/* What is wrong with the desk is no reason to send the mail back. */
static int
not_taken(const struct err *err)
{
	int status = cli_fail(err);

	return err->code == ERR_LIMIT ? status : EX_TEMPFAIL;
}

int
cmd_intake(int argc, char **argv)
{
	static const char usage[] =
		"intake [--sender ADDR] [--rcpt ADDR]... < MAIL";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *sender = NULL;
	struct text_list rcpts = {0};
	struct span raw;
	const struct option_row rows[] = {
		{"sender", OPT_TEXT, &sender, "ADDR",
			"the envelope sender; '' is the null path; else the mail's Return-Path"},
		{"rcpt", OPT_LIST, &rcpts, "ADDR",
			"an envelope recipient (repeatable)"},
	};

	cli_parse(&c, argc, argv, usage,
		"Takes one mail from standard input into the desk. Exit status 0: it is on disk\n"
		"and will be handled; 75: try again; anything else: the mail was not taken.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_SETTINGS, &d);
	if (status != EX_OK)
		return EX_TEMPFAIL; /* ours to repair: the mail must wait */
	if (!file_read(c.arena, "-", (size_t)d.set->message_size, &raw, &err))
		return not_taken(&err);
	if (raw.n == 0) {
		(void)fprintf(stderr,
			"pratique: there is no mail on standard input\n");
		return EX_NOINPUT;
	}
	raw = as_mail(c.arena, raw);
	struct spool_mail mail = {.received = now(),
		.sender = sender ? sender : return_path(c.arena, raw),
		.rcpts = rcpts.v,
		.n_rcpts = rcpts.n,
		.peer = "pipe",
		.protocol = "pipe",
		.raw = raw};
	if (!spool(&c, &d, &mail, &err))
		return not_taken(&err);
	wake(c.arena, d.data);
	return EX_OK;
}
