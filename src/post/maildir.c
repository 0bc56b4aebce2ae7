/*
 * maildir.c - a letter as a file: tmp/, fsync, new/, fsync of the folder.
 *
 * The file's name is made of the letter's id and a hash of its bytes, so
 * that a try repeated after a crash meets its own file again and makes no
 * second letter; one that a reader has moved on to cur/ is found there
 * under the names readers commonly give. Letters sent in one round of the
 * loop share the folder's fsync.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "post/transport.h"

enum { NAME_BYTES = 128 };

struct maildir {
	struct loop *loop;
	char *path;
	int dir, tmp, new, cur;
	struct timer *timer;
	struct job *first, **last;
};

/* --- opening --------------------------------------------------------------- */

static void
close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

static bool
open_folder(int at, const char *name, int *fd, struct err *err)
{
	if (mkdirat(at, name, 0700) < 0 && errno != EEXIST)
		return err_set(err, ERR_ABSENT, "cannot make folder '%s': %s",
			name, strerror(errno));
	*fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return err_set(err, ERR_ABSENT, "cannot open folder '%s': %s",
			name, strerror(errno));
	return true;
}

static void
maildir_close(void *self)
{
	struct maildir *m = self;

	loop_cancel(m->timer);
	while (m->first != NULL) {
		struct job *job = m->first;

		m->first = job->next;
		job_free(job);
	}
	close_fd(m->dir);
	close_fd(m->tmp);
	close_fd(m->new);
	close_fd(m->cur);
	free(m->path);
	free(m);
}

static bool
maildir_open(void **out, const struct transport_settings *t, struct err *err)
{
	struct maildir *m = mem_new(sizeof *m);
	char path[4096];
	int n = t->where[0] == '/' ?
		snprintf(path, sizeof path, "%s", t->where) :
		snprintf(path, sizeof path, "%s/%s", t->data, t->where);

	*m = (struct maildir){
		.loop = t->loop, .dir = -1, .tmp = -1, .new = -1, .cur = -1};
	m->last = &m->first;
	m->path = mem_strdup(path);
	if (t->where[0] == '\0' || n < 0 || (size_t)n >= sizeof path) {
		maildir_close(m);
		return err_set(err, ERR_SYNTAX, "maildir: wants a folder");
	}
	if (!open_folder(AT_FDCWD, path, &m->dir, err) ||
		!open_folder(m->dir, "tmp", &m->tmp, err) ||
		!open_folder(m->dir, "new", &m->new, err) ||
		!open_folder(m->dir, "cur", &m->cur, err)) {
		maildir_close(m);
		return false;
	}
	*out = m;
	return true;
}

/* --- delivering ------------------------------------------------------------ */

static void
file_name(const struct job *job, char name[NAME_BYTES])
{
	char hex[HASH_TEXT], id[65];
	size_t n = 0;

	for (const char *c = job->id; *c != '\0' && n + 1 < sizeof id; c++)
		id[n++] = strchr("/:,.", *c) != NULL || *c <= ' ' || *c > '~' ?
			'-' :
			*c;
	id[n] = '\0';
	(void)hash_hex(hash_of(span_make(job->bytes, job->n)), hex);
	(void)snprintf(
		name, NAME_BYTES, "pratique.%s.%.16s", n ? id : "-", hex);
}

static bool
was_read(const struct maildir *m, const char *name)
{
	static const char *const flags[] = {
		"", ":2,", ":2,S", ":2,RS", ":2,ST"};
	char seen[NAME_BYTES + 8];

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		(void)snprintf(seen, sizeof seen, "%s%s", name, flags[i]);
		if (faccessat(m->cur, seen, F_OK, 0) == 0)
			return true;
	}
	return false;
}

static bool
write_all(int fd, const unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* In tmp/ and durable; errno says why not. */
static bool
write_file(const struct maildir *m, const struct job *job, const char *name)
{
	size_t n;
	unsigned char *lf = job_lf(job, &n);
	int fd = openat(m->tmp, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && write_all(fd, lf, n) && fsync(fd) == 0;
	int why = errno;

	if (fd >= 0 && close(fd) < 0 && ok) {
		why = errno;
		ok = false;
	}
	free(lf);
	errno = why;
	return ok;
}

static void
deliver(struct maildir *m, struct job *job)
{
	char name[NAME_BYTES];

	file_name(job, name);
	if (was_read(m, name)) {
		job_outcome(
			job, POST_SENT, "already in %s/cur/%s", m->path, name);
		return;
	}
	if (write_file(m, job, name) &&
		renameat(m->tmp, name, m->new, name) == 0) {
		job_outcome(job, POST_SENT, "%s/new/%s", m->path, name);
		return;
	}
	int why = errno;
	(void)unlinkat(m->tmp, name, 0);
	job_outcome(job, POST_LATER, "cannot write %s/tmp/%s: %s", m->path,
		name, strerror(why));
}

static void
deliver_all(void *ctx)
{
	struct maildir *m = ctx;
	struct job *round = m->first;

	m->timer = NULL;
	m->first = NULL;
	m->last = &m->first;
	for (struct job *job = round; job != NULL; job = job->next)
		deliver(m, job);
	int why = fsync(m->new) == 0 ? 0 : errno;
	while (round != NULL) {
		struct job *job = round;

		round = job->next;
		if (why != 0 && job->outcome == POST_SENT)
			job_outcome(job, POST_LATER, "cannot sync %s/new: %s",
				m->path, strerror(why));
		post_job_done(job);
	}
}

static void
maildir_send(void *self, struct job *job)
{
	struct maildir *m = self;

	*m->last = job;
	m->last = &job->next;
	if (m->timer == NULL)
		m->timer = loop_at(m->loop, loop_now(), deliver_all, m);
}

const struct transport maildir_transport = {
	"maildir:", maildir_open, maildir_send, maildir_close};
