/*
 * look.h - a mirror for a command that judges mails without a desk.
 */
#pragma once

#include "cli/cli.h"

/* Where to look; `path` NULL: nowhere. */
struct cli_look {
	const char *path;      /* of one mirror, for every product */
	const char *data;      /* or of a desk, with a mirror for each */
	const char *temporary; /* folder to be removed at the end, or NULL */
};

/*
 * `from` is a mirror, a repository or a bundle, of which a mirror for the
 * moment is made; NULL: those of the desk in `data`, if that is not NULL
 * either.
 */
bool look_open(struct cli *c, const char *from, const char *data,
	struct cli_look *out, struct err *err);

/*
 * Where a folder is to be removed at the end, the rest of the command runs in
 * a child, since that one can write nothing. In the child, and where there is
 * nothing to remove, this returns; else the process ends with the child's
 * status.
 */
void look_part(const struct cli_look *l);

/* What it says about the report, or NULL; a mirror that cannot be read is
 * told on standard error. */
const struct evidence *look_for(struct cli *c, const struct cli_look *l,
	const struct product *p, const struct report *r);
