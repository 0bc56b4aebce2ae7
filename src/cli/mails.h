/*
 * mails.h - mails given to a command as files, read behind shut doors.
 */
#pragma once

#include "cli/cli.h"

struct cli_mails {
	const char *sender;       /* option, NULL: the mail's Return-Path */
	struct text_list rcpts;   /* option */
	struct own_addresses own; /* of the policies, if there are any */
	struct span *raw;
	size_t n;
};

struct cli_mail {
	const char *file;
	struct envelope envelope;
	const struct message *message;
	const struct report *report;
};

/* Every file in memory; ERR_LIMIT past 100 MB each. */
bool mails_load(struct cli *c, struct cli_mails *m, struct err *err);
/* No file, no network, no process from here on. */
bool mails_shut(struct cli *c, const struct cli_mails *m, struct err *err);
void mails_read(struct cli *c, const struct cli_mails *m, size_t i,
	struct cli_mail *out);
