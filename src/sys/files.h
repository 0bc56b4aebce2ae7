/*
 * files.h - whole small files, read into an arena and written durably.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* "-" is standard input. ERR_ABSENT, ERR_LIMIT past `max`, ERR_BUSY. */
bool file_read(struct arena *a, const char *path, size_t max, struct span *out,
	struct err *err);
/* A new file beside it, fsync, rename, fsync of the folder. */
bool file_write(
	const char *path, struct span bytes, unsigned mode, struct err *err);
/* The folder and those above it that are missing. */
bool file_mkdirs(const char *path, unsigned mode, struct err *err);
