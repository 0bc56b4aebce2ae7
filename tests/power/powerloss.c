/*
 * powerloss.c - notes what a program asks of the disk, so that a test can
 * work out what a power cut would have left of it.
 *
 * Preloaded. Every write, truncation and change of a name below $POWER_ROOT
 * goes into one log ($POWER_LOG) before it is done, every fsync before it
 * returns; the fsync itself is not done. The files look to all processes as
 * they would: the page cache is whole. What the disk holds at any moment is
 * computed from the log by image.mjs: what was synced, and as much of the
 * rest as the seed says.
 *
 * What it does not understand (a shared writable mapping, stdio on such a
 * file, renaming a folder) ends the process: a test that half works is worse
 * than none. A mapping of SQLite's -shm is fine, it is never read back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum op {
	OP_WRITE = 1,
	OP_TRUNCATE, /* a = new size */
	OP_SYNC,     /* of a file */
	OP_SYNC_DIR,
	OP_CREATE,
	OP_MKDIR,
	OP_UNLINK,
	OP_RMDIR,
	OP_RENAME,
	OP_LINK,
};

/* Then path, path2 and data. */
struct record {
	uint32_t magic, op;
	uint64_t ino, a;
	uint32_t path, path2, data, pid;
};
enum { MAGIC = 0x52574f50, LOG_FD = 1000, FDS = 65536 };

enum { UNKNOWN, FOREIGN, OURS_FILE, OURS_DIR, DSYNC = 0x80 };
static unsigned char known[FDS];
static char root[PATH_MAX];
static size_t root_n;
static int log_fd = -1;

static void
die(const char *why)
{
	char text[256];
	int n = snprintf(text, sizeof text, "powerloss: %s\n", why);

	if (n > 0)
		(void)!syscall(SYS_write, 2, text, (size_t)n);
	abort();
}

__attribute__((constructor)) static void
begin(void)
{
	const char *r = getenv("POWER_ROOT"), *l = getenv("POWER_LOG");

	if (r == NULL || l == NULL || strlen(r) >= sizeof root)
		return;
	root_n = strlen(r);
	memcpy(root, r, root_n + 1);
	int fd = (int)syscall(
		SYS_openat, AT_FDCWD, l, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
	if (fd < 0)
		die("cannot open $POWER_LOG");
	/* out of the way of who closes what it does not know */
	log_fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOG_FD);
	if (log_fd < 0)
		log_fd = fd;
	else
		(void)syscall(SYS_close, fd);
}

static bool
below(const char *path)
{
	return log_fd >= 0 && strncmp(path, root, root_n) == 0 &&
		(path[root_n] == '/' || path[root_n] == '\0');
}

/* The absolute path that (dirfd, path) names. */
static bool
absolute(int dirfd, const char *path, char out[PATH_MAX])
{
	char dir[PATH_MAX], link[64];
	ssize_t n;

	if (log_fd < 0 || path == NULL)
		return false;
	if (path[0] == '/') {
		if (strlen(path) >= PATH_MAX)
			return false;
		strcpy(out, path);
	} else {
		if (dirfd == AT_FDCWD)
			strcpy(link, "/proc/self/cwd");
		else
			(void)snprintf(
				link, sizeof link, "/proc/self/fd/%d", dirfd);
		n = syscall(
			SYS_readlinkat, AT_FDCWD, link, dir, sizeof dir - 1);
		if (n <= 0)
			return false;
		dir[n] = '\0';
		if (strcmp(path, ".") == 0 || path[0] == '\0') {
			strcpy(out, dir);
		} else {
			if (strncmp(path, "./", 2) == 0)
				path += 2;
			if ((size_t)n + strlen(path) + 2 > PATH_MAX)
				return false;
			memcpy(out, dir, (size_t)n);
			out[n] = '/';
			strcpy(out + n + 1, path);
		}
	}
	/* "a//b" and a last "/" */
	char *to = out;
	for (const char *from = out; *from != '\0'; from++)
		if (from[0] != '/' || (from[1] != '/' && from[1] != '\0'))
			*to++ = *from;
	*to = '\0';
	return below(out);
}

static void
note(enum op op, uint64_t ino, uint64_t a, const char *path, const char *path2,
	const struct iovec *data, int n_data, size_t bytes)
{
	struct iovec v[64];
	struct record r = {.magic = MAGIC,
		.op = op,
		.ino = ino,
		.a = a,
		.path = path ? (uint32_t)strlen(path) : 0,
		.path2 = path2 ? (uint32_t)strlen(path2) : 0,
		.data = (uint32_t)bytes,
		.pid = (uint32_t)getpid()};
	int n = 0, saved = errno;
	size_t left = bytes;

	if (bytes > UINT32_MAX || n_data > 60)
		die("too much at once");
	v[n++] = (struct iovec){&r, sizeof r};
	v[n++] = (struct iovec){(void *)(uintptr_t)path, r.path};
	v[n++] = (struct iovec){(void *)(uintptr_t)path2, r.path2};
	for (int i = 0; i < n_data && left > 0; i++) {
		v[n] = data[i];
		if (v[n].iov_len > left)
			v[n].iov_len = left;
		left -= v[n++].iov_len;
	}
	size_t all = sizeof r + r.path + r.path2 + bytes;
	if (syscall(SYS_writev, log_fd, v, n) != (long)all)
		die("cannot write the log");
	errno = saved;
}

/* --- which descriptors are ours ------------------------------------------- */

static unsigned char
look(int fd, uint64_t *ino)
{
	struct stat st;
	char link[64], path[PATH_MAX];
	unsigned char what = UNKNOWN, flags = 0;

	if (log_fd < 0 || fd < 0)
		return FOREIGN;
	if (fd < FDS) {
		what = known[fd] & 0x7f;
		flags = known[fd] & DSYNC;
	}
	if (what == FOREIGN)
		return FOREIGN;
	if (syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH) != 0)
		return FOREIGN;
	*ino = st.st_ino;
	if (what != UNKNOWN)
		return what | flags;
	what = FOREIGN;
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		ssize_t n = syscall(
			SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
		if (n > 0) {
			path[n] = '\0';
			if (below(path))
				what = S_ISDIR(st.st_mode) ? OURS_DIR :
							     OURS_FILE;
		}
	}
	if (fd < FDS)
		known[fd] = what;
	return what;
}

static void
forget(int fd)
{
	if (fd >= 0 && fd < FDS)
		known[fd] = UNKNOWN;
}

static void
path_of(int fd, char path[PATH_MAX])
{
	char link[64];

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = syscall(
		SYS_readlinkat, AT_FDCWD, link, path, (size_t)PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
}

/* --- opening and closing ------------------------------------------------------ */

static int
open_any(int dirfd, const char *path, int flags, mode_t mode)
{
	char full[PATH_MAX];
	bool ours = absolute(dirfd, path, full), there = false;
	struct stat st;

	if (ours)
		there = syscall(SYS_newfstatat, AT_FDCWD, full, &st, 0) == 0;
	if (ours && there && (flags & O_TRUNC) && S_ISREG(st.st_mode))
		note(OP_TRUNCATE, st.st_ino, 0, full, NULL, NULL, 0, 0);
	int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
	if (fd < 0)
		return fd;
	forget(fd);
	if (!ours)
		return fd;
	uint64_t ino = 0;
	unsigned char what = look(fd, &ino);
	if (!there && (flags & O_CREAT) && (flags & O_TMPFILE) != O_TMPFILE)
		note(OP_CREATE, ino, 0, full, NULL, NULL, 0, 0);
	if ((flags & O_DSYNC) && what == OURS_FILE && fd < FDS)
		known[fd] |= DSYNC;
	return fd;
}

#define MODE(flags)                                                            \
	mode_t mode = 0;                                                       \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                                 \
		va_list ap;                                                    \
		va_start(ap, flags);                                           \
		mode = va_arg(ap, mode_t);                                     \
		va_end(ap);                                                    \
	}

int
open(const char *path, int flags, ...)
{
	MODE(flags)
	return open_any(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	MODE(flags)
	return open_any(AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	MODE(flags)
	return open_any(dirfd, path, flags, mode);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	MODE(flags)
	return open_any(dirfd, path, flags, mode);
}

/* What a program is compiled to call when it is fortified. */
int
__open_2(const char *path, int flags)
{
	return open_any(AT_FDCWD, path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
	return open_any(AT_FDCWD, path, flags, 0);
}

int
__openat_2(int dirfd, const char *path, int flags)
{
	return open_any(dirfd, path, flags, 0);
}

int
__openat64_2(int dirfd, const char *path, int flags)
{
	return open_any(dirfd, path, flags, 0);
}

int
creat(const char *path, mode_t mode)
{
	return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int
close(int fd)
{
	if (fd == log_fd && fd >= 0)
		return 0;
	forget(fd);
	return (int)syscall(SYS_close, fd);
}

int
close_range(unsigned first, unsigned last, int flags)
{
	if (log_fd >= 0 && first <= (unsigned)log_fd &&
		last >= (unsigned)log_fd) {
		if (first < (unsigned)log_fd)
			(void)close_range(first, (unsigned)log_fd - 1, flags);
		if (last > (unsigned)log_fd)
			(void)close_range((unsigned)log_fd + 1, last, flags);
		return 0;
	}
	for (unsigned i = first; i <= last && i < FDS; i++)
		known[i] = UNKNOWN;
	return (int)syscall(SYS_close_range, first, last, flags);
}

int
dup(int fd)
{
	int to = (int)syscall(SYS_dup, fd);

	forget(to);
	return to;
}

int
dup2(int fd, int to)
{
	forget(to);
	return (int)syscall(SYS_dup2, fd, to);
}

int
dup3(int fd, int to, int flags)
{
	forget(to);
	return (int)syscall(SYS_dup3, fd, to, flags);
}

static bool
stdio_would_write(const char *path, const char *mode)
{
	char full[PATH_MAX];

	return strpbrk(mode, "wa+") != NULL && absolute(AT_FDCWD, path, full);
}

FILE *
fopen(const char *path, const char *mode)
{
	extern FILE *_IO_fopen(const char *, const char *);

	if (stdio_would_write(path, mode))
		die("stdio writes below the root");
	return _IO_fopen(path, mode);
}

FILE *
fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

/* --- writing ------------------------------------------------------------------ */

static ssize_t
write_any(int fd, const struct iovec *v, int n, off_t at, bool positioned)
{
	uint64_t ino;
	unsigned char what = look(fd, &ino);
	size_t bytes = 0;

	if ((what & 0x7f) == OURS_FILE) {
		int flags = (int)syscall(SYS_fcntl, fd, F_GETFL, 0);
		struct stat st;
		off_t where = at;

		if (flags & O_APPEND) {
			(void)syscall(
				SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH);
			where = st.st_size;
		} else if (!positioned) {
			where = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
		}
		for (int i = 0; i < n; i++)
			bytes += v[i].iov_len;
		note(OP_WRITE, ino, (uint64_t)where, NULL, NULL, v, n, bytes);
	}
	ssize_t put = positioned ?
		syscall(SYS_pwritev, fd, v, n, (unsigned long)at, 0ul) :
		syscall(SYS_writev, fd, v, n);
	if ((what & 0x7f) == OURS_FILE) {
		if (put != (ssize_t)bytes)
			die("a write of less than was asked for");
		if (what & DSYNC)
			note(OP_SYNC, ino, 0, NULL, NULL, NULL, 0, 0);
	}
	return put;
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	struct iovec v = {(void *)(uintptr_t)buf, n};
	uint64_t ino;

	if (look(fd, &ino) == FOREIGN)
		return syscall(SYS_write, fd, buf, n);
	return write_any(fd, &v, 1, 0, false);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	return write_any(fd, v, n, 0, false);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t at)
{
	struct iovec v = {(void *)(uintptr_t)buf, n};

	return write_any(fd, &v, 1, at, true);
}

ssize_t
pwrite64(int fd, const void *buf, size_t n, off_t at)
{
	return pwrite(fd, buf, n, at);
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	return write_any(fd, v, n, at, true);
}

ssize_t
pwritev64(int fd, const struct iovec *v, int n, off_t at)
{
	return write_any(fd, v, n, at, true);
}

static int
truncate_fd(int fd, off_t size)
{
	uint64_t ino;

	if ((look(fd, &ino) & 0x7f) == OURS_FILE)
		note(OP_TRUNCATE, ino, (uint64_t)size, NULL, NULL, NULL, 0, 0);
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
ftruncate(int fd, off_t size)
{
	return truncate_fd(fd, size);
}

int
ftruncate64(int fd, off_t size)
{
	return truncate_fd(fd, size);
}

int
truncate(const char *path, off_t size)
{
	char full[PATH_MAX];
	struct stat st;

	if (absolute(AT_FDCWD, path, full) &&
		syscall(SYS_newfstatat, AT_FDCWD, full, &st, 0) == 0)
		note(OP_TRUNCATE, st.st_ino, (uint64_t)size, full, NULL, NULL,
			0, 0);
	return (int)syscall(SYS_truncate, path, size);
}

static int
allocate(int fd, int mode, off_t at, off_t n)
{
	uint64_t ino;
	struct stat st;

	if ((look(fd, &ino) & 0x7f) == OURS_FILE) {
		if (mode != 0 && mode != FALLOC_FL_KEEP_SIZE)
			die("an fallocate that is not known");
		(void)syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH);
		if (mode == 0 && st.st_size < at + n)
			note(OP_TRUNCATE, ino, (uint64_t)(at + n), NULL, NULL,
				NULL, 0, 0);
	}
	return (int)syscall(SYS_fallocate, fd, mode, at, n);
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	return allocate(fd, mode, at, n);
}

int
fallocate64(int fd, int mode, off_t at, off_t n)
{
	return allocate(fd, mode, at, n);
}

int
posix_fallocate(int fd, off_t at, off_t n)
{
	return allocate(fd, 0, at, n) == 0 ? 0 : errno;
}

int
posix_fallocate64(int fd, off_t at, off_t n)
{
	return posix_fallocate(fd, at, n);
}

ssize_t
copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t n,
	unsigned flags)
{
	uint64_t ino;

	if ((look(to, &ino) & 0x7f) == OURS_FILE)
		die("copy_file_range to a file below the root");
	return syscall(SYS_copy_file_range, from, from_at, to, to_at, n, flags);
}

ssize_t
sendfile(int to, int from, off_t *at, size_t n)
{
	uint64_t ino;

	if ((look(to, &ino) & 0x7f) == OURS_FILE)
		die("sendfile to a file below the root");
	return syscall(SYS_sendfile, to, from, at, n);
}

ssize_t
sendfile64(int to, int from, off_t *at, size_t n)
{
	return sendfile(to, from, at, n);
}

static void *
map(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	uint64_t ino;

	if (fd >= 0 && (prot & PROT_WRITE) && (flags & MAP_SHARED) &&
		(look(fd, &ino) & 0x7f) == OURS_FILE) {
		char path[PATH_MAX];

		path_of(fd, path);
		size_t len = strlen(path);
		if (len < 4 || strcmp(path + len - 4, "-shm") != 0)
			die("a shared writable mapping below the root");
	}
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, offset);
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	return map(at, n, prot, flags, fd, offset);
}

void *
mmap64(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	return map(at, n, prot, flags, fd, offset);
}

/* --- making durable ------------------------------------------------------------ */

static int
sync_fd(int fd, long real)
{
	uint64_t ino;
	unsigned char what = look(fd, &ino) & 0x7f;

	if (what == OURS_FILE) {
		note(OP_SYNC, ino, 0, NULL, NULL, NULL, 0, 0);
		return 0;
	}
	if (what == OURS_DIR) {
		char path[PATH_MAX];

		path_of(fd, path);
		note(OP_SYNC_DIR, ino, 0, path, NULL, NULL, 0, 0);
		return 0;
	}
	return (int)syscall(real, fd);
}

int
fsync(int fd)
{
	return sync_fd(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
	return sync_fd(fd, SYS_fdatasync);
}

int
syncfs(int fd)
{
	uint64_t ino;

	if ((look(fd, &ino) & 0x7f) != FOREIGN)
		die("syncfs is not known");
	return (int)syscall(SYS_syncfs, fd);
}

/* --- names ----------------------------------------------------------------------- */

static int
make_dir(int dirfd, const char *path, mode_t mode)
{
	char full[PATH_MAX];
	int got = (int)syscall(SYS_mkdirat, dirfd, path, mode);

	if (got == 0 && absolute(dirfd, path, full))
		note(OP_MKDIR, 0, 0, full, NULL, NULL, 0, 0);
	return got;
}

int
mkdir(const char *path, mode_t mode)
{
	return make_dir(AT_FDCWD, path, mode);
}

int
mkdirat(int dirfd, const char *path, mode_t mode)
{
	return make_dir(dirfd, path, mode);
}

static int
take_away(int dirfd, const char *path, int flags)
{
	char full[PATH_MAX];
	struct stat st = {0};
	bool ours = absolute(dirfd, path, full);

	if (ours &&
		syscall(SYS_newfstatat, AT_FDCWD, full, &st,
			AT_SYMLINK_NOFOLLOW) != 0)
		ours = false;
	int got = (int)syscall(SYS_unlinkat, dirfd, path, flags);
	if (got == 0 && ours)
		note(flags & AT_REMOVEDIR ? OP_RMDIR : OP_UNLINK, st.st_ino, 0,
			full, NULL, NULL, 0, 0);
	return got;
}

int
unlink(const char *path)
{
	return take_away(AT_FDCWD, path, 0);
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	return take_away(dirfd, path, flags);
}

int
rmdir(const char *path)
{
	return take_away(AT_FDCWD, path, AT_REMOVEDIR);
}

int
remove(const char *path)
{
	struct stat st;

	if (syscall(SYS_newfstatat, AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) !=
		0)
		return -1;
	return take_away(
		AT_FDCWD, path, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

static int
move(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct stat st;
	bool ours = absolute(from_dir, from, a), into = absolute(to_dir, to, b);

	if (ours != into)
		die("a rename across the root");
	if (ours &&
		syscall(SYS_newfstatat, AT_FDCWD, a, &st,
			AT_SYMLINK_NOFOLLOW) != 0)
		ours = false;
	if (ours && (S_ISDIR(st.st_mode) || (flags & ~1u) != 0))
		die("a rename of a folder, or an exchange");
	int got =
		(int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
	if (got == 0 && ours)
		note(OP_RENAME, st.st_ino, 0, a, b, NULL, 0, 0);
	return got;
}

int
rename(const char *from, const char *to)
{
	return move(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return move(from_dir, from, to_dir, to, 0);
}

int
renameat2(int from_dir, const char *from, int to_dir, const char *to,
	unsigned flags)
{
	return move(from_dir, from, to_dir, to, flags);
}

static int
add_name(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	char b[PATH_MAX];
	struct stat st;
	int got = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);

	if (got == 0 && absolute(to_dir, to, b) &&
		syscall(SYS_newfstatat, AT_FDCWD, b, &st, 0) == 0)
		note(OP_LINK, st.st_ino, 0, b, NULL, NULL, 0, 0);
	return got;
}

int
link(const char *from, const char *to)
{
	return add_name(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return add_name(from_dir, from, to_dir, to, flags);
}

int
symlinkat(const char *what, int dirfd, const char *path)
{
	char full[PATH_MAX];

	if (absolute(dirfd, path, full))
		die("a symbolic link below the root");
	return (int)syscall(SYS_symlinkat, what, dirfd, path);
}

int
symlink(const char *what, const char *path)
{
	return symlinkat(what, AT_FDCWD, path);
}
