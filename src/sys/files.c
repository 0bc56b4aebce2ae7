/* files.c - the few things done to whole files. */
#include "sys/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

static bool
cannot(struct err *err, const char *what, const char *path)
{
	return err_set(err,
		errno == ENOENT || errno == EISDIR || errno == ENOTDIR ?
			ERR_ABSENT :
			errno == EACCES || errno == EPERM ? ERR_DENIED :
							    ERR_BUSY,
		"cannot %s '%s': %s", what, path, strerror(errno));
}

bool
file_read(struct arena *a, const char *path, size_t max, struct span *out,
	struct err *err)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char chunk[64 * 1024];
	struct str all;
	ssize_t n;

	if (fd < 0)
		return cannot(err, "read", path);
	str_init(&all, max);
	while ((n = read(fd, chunk, sizeof chunk)) != 0 && !all.cut) {
		if (n > 0)
			str_put(&all, span_make(chunk, (size_t)n));
		else if (errno != EINTR)
			break;
	}
	bool ok = n >= 0 && !all.cut;
	if (n < 0)
		(void)cannot(err, "read", path);
	else if (all.cut)
		(void)err_set(err, ERR_LIMIT, "'%s' has more than %zu bytes",
			path, max);
	else
		*out = arena_dup(a, str_span(&all));
	str_fini(&all);
	if (!in)
		(void)close(fd);
	return ok;
}

static bool
sync_folder(const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');

	(void)snprintf(folder, sizeof folder, "%.*s",
		slash ? (int)(slash - path) : 1, slash ? path : ".");
	int fd = open(folder[0] ? folder : "/", O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

bool
file_write(const char *path, struct span bytes, unsigned mode, struct err *err)
{
	char temporary[4096];

	(void)snprintf(
		temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid());
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		(mode_t)mode);
	if (fd < 0)
		return errno == ENOENT ?
			err_set(err, ERR_ABSENT,
				"cannot write '%s': its folder does not exist",
				path) :
			cannot(err, "write", path);
	bool ok = true;
	for (size_t at = 0; ok && at < bytes.n;) {
		ssize_t n = write(fd, bytes.p + at, bytes.n - at);

		ok = n > 0 || errno == EINTR;
		at += n > 0 ? (size_t)n : 0;
	}
	ok = ok && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok || rename(temporary, path) != 0 || !sync_folder(path)) {
		(void)cannot(err, "write", path);
		(void)unlink(temporary);
		return false;
	}
	return true;
}

bool
file_mkdirs(const char *path, unsigned mode, struct err *err)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof part)
		return err_set(
			err, ERR_LIMIT, "the path is too long: %s", path);
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, (mode_t)mode) != 0 && errno != EEXIST)
			return cannot(err, "make the folder", part);
	}
	return true;
}
