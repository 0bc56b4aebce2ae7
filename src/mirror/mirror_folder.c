/* mirror_folder.c - a new folder, then one exchange. */
#include "mirror/mirror_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/files.h"

enum { DEPTH_MAX = 8, PACKS_MAX = 40, CHUNK = 64 * 1024 };

static bool
cannot(struct err *err, const char *what, const char *path)
{
	return err_set(err,
		errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_BUSY,
		"cannot %s '%s': %s", what, path, strerror(errno));
}

/* --- removing ---------------------------------------------------------------------- */

static bool
empty(int fd, unsigned depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	bool ok = d != NULL && depth < DEPTH_MAX;

	if (d == NULL)
		(void)close(fd);
	while (ok && (e = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			ok = false;
		else if (!S_ISDIR(st.st_mode))
			ok = unlinkat(dirfd(d), e->d_name, 0) == 0;
		else {
			int in = openat(dirfd(d), e->d_name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					O_CLOEXEC);

			ok = in >= 0 && empty(in, depth + 1) &&
				unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR) ==
					0;
		}
	}
	if (d != NULL)
		(void)closedir(d);
	return ok;
}

bool
folder_remove(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return true;
	return (fd >= 0 && empty(fd, 0) && rmdir(path) == 0) ||
		cannot(err, "remove", path);
}

/* --- making -------------------------------------------------------------------------- */

bool
folder_make(struct arena *a, const char *path, struct err *err)
{
	static const char *const folders[] = {
		"objects/pack", "refs/heads", "refs/tags"};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (!file_mkdirs(arena_printf(a, "%s/%s", path, folders[i]),
			    0750, err))
			return false;
	return file_write(arena_printf(a, "%s/HEAD", path),
		       SPAN_LIT("ref: refs/heads/main\n"), 0640, err) &&
		file_write(arena_printf(a, "%s/config", path),
			SPAN_LIT("[core]\n\trepositoryformatversion = 0\n"
				 "\tbare = true\n"),
			0640, err);
}

static bool
copy(const char *from, const char *to)
{
	char chunk[CHUNK];
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
	bool ok = in >= 0 && out >= 0;
	ssize_t n = 0;

	while (ok && (n = read(in, chunk, sizeof chunk)) > 0)
		ok = write(out, chunk, (size_t)n) == n;
	ok = ok && n == 0 && fsync(out) == 0;
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return ok;
}

static bool
is_pack(const char *name)
{
	return strncmp(name, "pack-", 5) == 0 &&
		(strstr(name, ".pack") != NULL || strstr(name, ".idx") != NULL);
}

static size_t
count_packs(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += is_pack(e->d_name);
	if (d != NULL)
		(void)closedir(d);
	return n / 2;
}

bool
folder_begin_with(struct arena *a, const char *old, const char *fresh,
	bool *begun, struct err *err)
{
	const char *packs = arena_printf(a, "%s/objects/pack", old);

	*begun = count_packs(packs) <= PACKS_MAX;
	if (!*begun)
		return true;
	DIR *d = opendir(packs);
	struct dirent *e;
	bool ok = true;

	while (ok && d != NULL && (e = readdir(d)) != NULL) {
		if (!is_pack(e->d_name))
			continue;
		const char *from = arena_printf(a, "%s/%s", packs, e->d_name);
		const char *to =
			arena_printf(a, "%s/objects/pack/%s", fresh, e->d_name);

		ok = link(from, to) == 0 || copy(from, to) ||
			cannot(err, "copy", from);
	}
	if (d != NULL)
		(void)closedir(d);
	return ok;
}

/* Where the file system knows no exchange: a death in between leaves no
 * mirror for a moment, and folder_recover() puts the old one back. */
static bool
exchange_slowly(const char *path, const char *fresh)
{
	char aside[4096];

	(void)snprintf(aside, sizeof aside, "%s.old", path);
	if (rename(path, aside) != 0)
		return false;
	if (rename(fresh, path) != 0) {
		(void)rename(aside, path);
		return false;
	}
	return rename(aside, fresh) == 0;
}

void
folder_recover(const char *path)
{
	char aside[4096];

	(void)snprintf(aside, sizeof aside, "%s.old", path);
	if (access(aside, F_OK) == 0 && access(path, F_OK) != 0)
		(void)rename(aside, path);
}

bool
folder_exchange(const char *path, const char *fresh, struct err *err)
{
	bool ok = renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_EXCHANGE) ==
			0 ||
		(errno == ENOENT && rename(fresh, path) == 0) ||
		(errno == EINVAL && exchange_slowly(path, fresh));
	char above[4096];
	const char *slash = strrchr(path, '/');

	if (!ok)
		return cannot(err, "put the new mirror in the place of", path);
	(void)snprintf(above, sizeof above, "%.*s",
		slash ? (int)(slash - path) : 1, slash ? path : ".");
	int fd = open(above[0] ? above : "/", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	return true;
}

bool
folder_give(const char *path, unsigned uid, struct err *err)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool ok = d != NULL && chown(path, (uid_t)uid, (gid_t)-1) == 0;

	while (ok && (e = readdir(d)) != NULL) {
		char in[4096];
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(in, sizeof in, "%s/%s", path, e->d_name);
		ok = lstat(in, &st) == 0 &&
			(S_ISDIR(st.st_mode) ?
					folder_give(in, uid, err) :
					lchown(in, (uid_t)uid, (gid_t)-1) == 0);
	}
	if (d != NULL)
		(void)closedir(d);
	return ok || cannot(err, "give away", path);
}
