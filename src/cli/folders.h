/*
 * folders.h - the data folder's parts and who owns them.
 *
 * Started as root with uid_base each role has a user id of its own, and may
 * enter only what is its own.
 */
#pragma once

#include "cli/cli.h"
#include "sys/role.h"

/* All that `serve` needs. */
bool folders_make(struct cli *c, const struct cli_desk *d, struct err *err);
/* Only `mirrors`: a mirror may be made before the desk first starts. */
bool folders_mirrors(struct cli *c, const struct cli_desk *d, struct err *err);

/* Nothing to do unless root serves with uid_base. */
bool folder_give_to(const char *path, const struct settings *set, unsigned mode,
	enum role_name owner, enum role_name group, struct err *err);
