/* mails.c - load, shut the doors, read. */
#include "cli/mails.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mime/mime.h"
#include "sys/files.h"
#include "sys/sandbox.h"

enum { MAIL_MAX = 100 * 1024 * 1024 };

bool
mails_load(struct cli *c, struct cli_mails *m, struct err *err)
{
	m->n = c->typed.n;
	m->raw = ARENA_ARRAY(c->arena, m->n, struct span);
	for (size_t i = 0; i < m->n; i++)
		if (!file_read(c->arena, c->typed.words[i], MAIL_MAX,
			    &m->raw[i], err))
			return false;
	return true;
}

bool
mails_shut(struct cli *c, const struct cli_mails *m, struct err *err)
{
	(void)c;
	(void)m;
	hash_init();
	mime_init();
	if (sandbox_reader(0, err))
		return true;
	if (getenv("PRATIQUE_NO_SANDBOX") == NULL)
		return err_wrap(err,
			"will not read foreign mail without a sandbox (set PRATIQUE_NO_SANDBOX=1 to go on)");
	(void)fprintf(stderr, "pratique: going on without a sandbox: %s\n",
		err->text);
	return true;
}

/* RFC 5321 4.4: the topmost Return-Path, if the mail has one. */
static const char *
return_path(struct cli *c, struct span raw)
{
	struct span line;

	while (span_line(&raw, &line) && line.n > 0) {
		if (!span_starts_nocase(line, "return-path:"))
			continue;
		struct span v = span_trim(span_from(line, 12));
		if (v.n >= 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
			v = span_cut(v, 1, v.n - 1);
		return arena_text(c->arena, v);
	}
	return NULL;
}

void
mails_read(struct cli *c, const struct cli_mails *m, size_t i,
	struct cli_mail *out)
{
	out->file = c->typed.words[i];
	out->envelope = (struct envelope){
		m->sender ? m->sender : return_path(c, m->raw[i]), m->rcpts.v,
		m->rcpts.n};
	out->message = mime_parse(c->arena, m->raw[i], &out->envelope, &m->own);
	out->report = report_find(c->arena, out->message);
}
