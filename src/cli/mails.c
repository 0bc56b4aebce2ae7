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

/* Does a mail begin so? The name of a header that mails have, and a colon. */
static bool
begins_mail(struct span s)
{
	static const char *const names[] = {
		"from:", "to:", "subject:", "date:", "message-id:", "received:",
		"return-path:", "mime-version:", "content-",
		"delivered-to:", "x-", "dkim-signature:", "from ", ">from ",
		"reply-to:", "cc:", "arc-", "authentication-results:", "list-",
		"sender:", "in-reply-to:", "references:", "user-agent:",
		"thread-", "importance:", "envelope-to:", "auto-submitted:",
		"received-spf:", "feedback-id:", "precedence:"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_starts_nocase(s, names[i])) {
			size_t colon = span_find_byte(
				span_cut(s, 0, span_find_byte(s, '\n')), ':');

			return colon < 60 && colon < s.n;
		}
	return false;
}

static bool
is_draft(const struct cli_mails *m, const char *file, struct span raw)
{
	if (m->text)
		return true;
	return m->guess && !span_ends_nocase(span_of(file), ".eml") &&
		(span_ends_nocase(span_of(file), ".txt") || !begins_mail(raw));
}

/* What stands in a header of ours is one line. */
static const char *
one_line(struct cli *c, const char *text)
{
	char *copy = arena_text(c->arena, span_of(text));

	for (char *p = copy; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return copy;
}

/* As a mail program would send it; the address only says that there is one. */
static struct span
draft(struct cli *c, const struct cli_mails *m, struct span text)
{
	bool reach = m->sender != NULL && *m->sender != '\0';

	return span_of(arena_printf(c->arena,
		"From: %s\r\nSubject: %s\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: 8bit\r\n\r\n%.*s",
		reach ? one_line(c, m->sender) : "you@example.org",
		m->subject ? one_line(c, m->subject) : "", SPAN_FMT(text)));
}

bool
mails_load(struct cli *c, struct cli_mails *m, struct err *err)
{
	m->n = c->typed.n;
	m->raw = ARENA_ARRAY(c->arena, m->n, struct span);
	for (size_t i = 0; i < m->n; i++)
		if (!file_read(c->arena, c->typed.words[i], MAIL_MAX,
			    &m->raw[i], err))
			return false;
	for (size_t i = 0; i < m->n; i++)
		if (is_draft(m, c->typed.words[i], m->raw[i]))
			m->raw[i] = draft(c, m, m->raw[i]);
	return true;
}

static bool
shut(bool done, struct err *err)
{
	if (done)
		return true;
	if (getenv("PRATIQUE_NO_SANDBOX") == NULL)
		return err_wrap(err,
			"will not read foreign mail without a sandbox (set PRATIQUE_NO_SANDBOX=1 to go on)");
	(void)fprintf(stderr, "pratique: going on without a sandbox: %s\n",
		err->text);
	return true;
}

bool
doors_shut(struct err *err)
{
	hash_init();
	return shut(sandbox_reader(0, err), err);
}

bool
mails_shut(struct cli *c, const struct cli_mails *m, struct err *err)
{
	(void)c;
	hash_init();
	mime_init();
	return shut(m && m->look ? sandbox_looker(&m->look, 1, 0, err) :
				   sandbox_reader(0, err),
		err);
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
