/*
 * sandbox.h - the doors of each role, shut for good.
 *
 * One row a role in sandbox.c: which system calls, which folders, how much
 * memory. Debian 12's kernel has Landlock ABI 1 or 2, which knows files but
 * neither network nor signals, so seccomp alone denies those.
 */
#pragma once

#include "base/err.h"
#include "sys/role.h"

/* Is everything there that the rows need? ERR_ABSENT says what is missing. */
bool sandbox_possible(struct err *err);

/*
 * Shuts the doors of this process, after it has opened what it needs. For
 * ROLE_PARSE: no files, no network, no exec, no processes, no signals, memory
 * bounded. ROLE_POST with a sendmail transport keeps its doors: the program
 * needs its set-group-id. What is forbidden fails with EPERM or EACCES.
 */
bool sandbox_enter(enum role_name role, const char *data,
	const struct settings *set, struct err *err);

/* For commands that read foreign mails themselves: as ROLE_PARSE. */
bool sandbox_reader(int64_t memory, struct err *err);

/* For commands that look into mirrors, and perhaps into foreign mails too: as
 * ROLE_EVIDENCE, with these paths to read and no other. */
bool sandbox_looker(
	const char *const *read, size_t n, int64_t memory, struct err *err);

/* ROLE_FETCH, for the process that updates a mirror: writes in one folder,
 * reads these paths, and makes connections only if it must. No file it
 * writes gets larger than `file_max`. */
struct sandbox_fetch {
	const char *write;
	const char *const *read;
	size_t n_read;
	bool network;
	int64_t memory;
	uint64_t file_max;
};
bool sandbox_fetch(const struct sandbox_fetch *doors, struct err *err);
