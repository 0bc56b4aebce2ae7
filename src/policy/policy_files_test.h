/* policy_files_test.h - a fetch that reads real files, for tests. */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "policy/policy.h"

/* A base stands beside the file that names it. */
static inline bool
file_fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	const char *slash = from ? strrchr(from, '/') : NULL;
	char *buf = arena_alloc(a, POLICY_MAX_FILE + 1);
	FILE *file;

	(void)ctx;
	*path = slash ?
		arena_printf(a, "%.*s/%s", (int)(slash - from), from, name) :
		arena_strdup(a, name);
	file = fopen(*path, "r");
	if (file == NULL)
		return err_set(err, ERR_ABSENT, "cannot open '%s'", *path);
	*text = span_make(buf, fread(buf, 1, POLICY_MAX_FILE + 1, file));
	(void)fclose(file);
	return true;
}
