/*
 * mails.h - mails given to a command as files, read behind shut doors.
 */
#pragma once

#include "cli/cli.h"

struct cli_mails {
	const char *sender;     /* option, NULL: the mail's Return-Path */
	struct text_list rcpts; /* option */
	/* A reporter's draft: text without headers. With `guess`, what is
	 * called .txt, or begins with no mail's header, is one too. */
	bool text, guess;
	const char *subject;      /* of a draft, or NULL */
	struct own_addresses own; /* of the policies, if there are any */
	const char *look; /* a path that stays readable (a mirror), or NULL */
	struct span *raw;
	size_t n;
};

struct cli_mail {
	const char *file;
	struct envelope envelope;
	const struct message *message;
	const struct report *report;
};

/* Every file ("-" is standard input) in memory; ERR_LIMIT past 100 MB each.
 * A draft gets the headers of a plain mail. */
bool mails_load(struct cli *c, struct cli_mails *m, struct err *err);
/* No file, no network, no process from here on. */
bool doors_shut(struct err *err);
/* The same but for the files under m->look, after all that reading a mail
 * needs has been loaded; `m` may be NULL. */
bool mails_shut(struct cli *c, const struct cli_mails *m, struct err *err);
void mails_read(struct cli *c, const struct cli_mails *m, size_t i,
	struct cli_mail *out);
