/*
 * mirror_fetch.c - an update, from the side that reads no foreign byte.
 *
 * The folder PREFIX.git.new is made here and filled by a child that can write
 * nowhere else. Only when the child says that all of it is there does it
 * take the mirror's place, in one step.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "mirror/fetch.h"
#include "mirror/mirror_folder.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/now.h"
#include "sys/sandbox.h"

#define MEMORY (INT64_C(4) * 1024 * 1024 * 1024)

enum {
	ANSWER_MAX = 64 * 1024,
	HAVES_BRANCHES = 5,
	HAVES_TAGS = 15,
	GRACE = 2000, /* ms past the limit, for the child to say so itself */
	FILE_SLACK = 256 * 1024 * 1024, /* an index beside the pack */
};

/* --- what is the source? --------------------------------------------------------- */

static bool
is_url(const char *from)
{
	return strncmp(from, "https://", 8) == 0 ||
		strncmp(from, "http://", 7) == 0 ||
		strncmp(from, "git://", 6) == 0;
}

/* "user@host:path", "ssh://host/path" */
static bool
is_ssh(const char *from)
{
	const char *colon = strchr(from, ':'), *slash = strchr(from, '/');

	return strncmp(from, "ssh://", 6) == 0 ||
		strncmp(from, "git+ssh://", 10) == 0 ||
		(colon != NULL && (slash == NULL || colon < slash) &&
			strstr(from, "://") == NULL && access(from, F_OK) != 0);
}

static bool
url_is_right(const char *from, struct err *err)
{
	const char *host = strstr(from, "://") + 3;
	size_t n = strcspn(host, "/?#");

	for (const char *p = from; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return err_set(err, ERR_SYNTAX,
				"the address has a blank in it");
	if (n == 0)
		return err_set(err, ERR_SYNTAX,
			"the address '%s' names no host", from);
	if (memchr(host, '@', n) != NULL)
		return err_set(err, ERR_SYNTAX,
			"the address holds a name or a password, and mirrors are of public repositories: leave it out");
	return true;
}

static bool
find_source(struct fetch *f, const char *from, struct err *err)
{
	struct stat st;
	char full[PATH_MAX];

	if (is_url(from)) {
		f->kind = FETCH_URL;
		f->from = from;
		return url_is_right(from, err);
	}
	if (is_ssh(from))
		return err_set(err, ERR_SYNTAX,
			"'%s' needs a key, and a desk has none: give the https address of the public repository, a folder or a bundle",
			from);
	if (strncmp(from, "file://", 7) == 0)
		from += 7;
	if (realpath(from, full) == NULL || stat(full, &st) != 0)
		return err_set(err, errno == ENOENT ? ERR_ABSENT : ERR_DENIED,
			"'%s' is no https, http or git address, and cannot be read as a file or folder: %s",
			from, strerror(errno));
	f->from = arena_strdup(f->a, full);
	f->kind = S_ISDIR(st.st_mode) ? FETCH_LOCAL : FETCH_BUNDLE;
	if (f->kind == FETCH_LOCAL)
		return true;
	f->fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return f->fd >= 0 ||
		err_set(err, ERR_DENIED, "cannot read '%s': %s", full,
			strerror(errno));
}

/* --- the child -------------------------------------------------------------------- */

static void
pack_names(struct str *out, const char *const *v, size_t n)
{
	pack_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_text(out, v[i]);
}

static void
pack_news(struct str *out, const struct mirror_news *n)
{
	const size_t counts[] = {n->tags, n->tags_new, n->tags_moved,
		n->tags_gone, n->branches, n->tags_odd};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		pack_u32(out, (uint32_t)counts[i]);
	pack_i64(out, (int64_t)n->bytes);
	pack_text(out, n->version);
	pack_u8(out, n->unchanged);
	pack_names(out, n->moved, n->n_moved);
	pack_names(out, n->gone, n->n_gone);
}

static const char *const *
unpack_names(struct unpack *u, struct arena *a, size_t *n)
{
	*n = unpack_u32(u, MIRROR_MAX_NAMED);
	const char **v = ARENA_ARRAY(a, *n, const char *);
	for (size_t i = 0; i < *n; i++)
		v[i] = unpack_text(u, a);
	return v;
}

static bool
unpack_news(struct unpack *u, struct arena *a, struct mirror_news *n)
{
	size_t *counts[] = {&n->tags, &n->tags_new, &n->tags_moved,
		&n->tags_gone, &n->branches, &n->tags_odd};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		*counts[i] = unpack_u32(u, UINT32_MAX);
	n->bytes = (uint64_t)unpack_i64(u);
	n->version = unpack_text(u, a);
	n->unchanged = unpack_u8(u) != 0;
	n->moved = unpack_names(u, a, &n->n_moved);
	n->gone = unpack_names(u, a, &n->n_gone);
	return unpack_end(u) && n->version != NULL;
}

static bool
shut(const struct fetch *f, const struct mirror_source *s, struct err *err)
{
	const char *const read[] = {f->path, f->from};
	const struct sandbox_fetch doors = {.write = f->fresh,
		.read = read,
		.n_read = f->kind == FETCH_LOCAL ? 2 : 1,
		.network = f->kind == FETCH_URL,
		.memory = MEMORY,
		.file_max = f->max_bytes + FILE_SLACK};

	if (s->uid != 0 &&
		(setgroups(0, NULL) != 0 ||
			setresgid(s->uid, s->uid, s->uid) != 0 ||
			setresuid(s->uid, s->uid, s->uid) != 0))
		return err_set(err, ERR_DENIED, "cannot become user id %u: %s",
			s->uid, strerror(errno));
	return sandbox_fetch(&doors, err) || s->doors_may_stay_open;
}

static _Noreturn void
child(struct fetch *f, const struct mirror_source *s, int to)
{
	struct mirror_news news = {0};
	struct err err = {0};
	struct str out;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGPIPE, SIG_IGN);
	bool ok = shut(f, s, &err) && fetch_all(f, &news, &err);
	str_init(&out, ANSWER_MAX);
	pack_u8(&out, ok);
	pack_u32(&out, ok ? 0 : err.code);
	pack_text(&out, ok ? "" : err.text);
	if (ok)
		pack_news(&out, &news);
	_exit(write(to, out.text, out.n) == (ssize_t)out.n ? 0 : 1);
}

/* --- and its parent --------------------------------------------------------------- */

static void
hear(int from, int64_t until, struct str *out)
{
	char chunk[4096];
	struct pollfd p = {.fd = from, .events = POLLIN};

	for (;;) {
		int64_t left = until - loop_now();
		int n = poll(&p, 1, left < 0 ? 0 : (int)left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		ssize_t got = read(from, chunk, sizeof chunk);
		if (got <= 0)
			return;
		str_put(out, span_make(chunk, (size_t)got));
	}
}

static const char *
visible(struct arena *a, const char *text)
{
	AUTO(str_fini) struct str shown;

	str_init(&shown, 1024);
	utf8_put_visible(&shown, span_of(text), 320);
	return arena_strdup(a, shown.text);
}

static bool
understand(struct arena *a, struct span said, int status,
	struct mirror_news *news, struct err *err)
{
	struct unpack u = {said, false};
	struct mirror_news heard = {0};
	bool ok = unpack_u8(&u) != 0;
	uint32_t code = unpack_u32(&u, ERR_COUNT - 1);
	const char *text = unpack_text(&u, a);

	if (said.n == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return err_set(
			err, ERR_BUSY, "it took too long, and was ended");
	if (said.n == 0 || u.bad)
		return err_set(err, ERR_BROKEN,
			"the process that fetches ended without a word (%s %d)",
			WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status) :
					      WEXITSTATUS(status));
	if (!ok)
		return err_set(err, code ? (enum err_code)code : ERR_BROKEN,
			"%s", visible(a, text));
	if (!unpack_news(&u, a, &heard))
		return err_set(err, ERR_BROKEN,
			"the process that fetches makes no sense");
	*news = heard;
	return true;
}

static bool
run_child(struct fetch *f, const struct mirror_source *s,
	struct mirror_news *news, struct err *err)
{
	AUTO(str_fini) struct str said;
	int pair[2], status = 0;

	str_init(&said, ANSWER_MAX);
	if (pipe2(pair, O_CLOEXEC) != 0)
		return err_set(
			err, ERR_BUSY, "cannot begin: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0)
		child(f, s, pair[1]);
	(void)close(pair[1]);
	if (pid > 0) {
		hear(pair[0], f->deadline + GRACE, &said);
		if (said.n == 0)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	(void)close(pair[0]);
	return pid > 0 ? understand(f->a, str_span(&said), status, news, err) :
			 err_set(err, ERR_BUSY, "cannot begin a process: %s",
				 strerror(errno));
}

static bool
note_time(struct arena *a, const char *folder, struct err *err)
{
	char text[INSTANT_TEXT];

	return file_write(arena_printf(a, "%s/" MIRROR_FETCHED, folder),
		span_of(arena_printf(a, "%s\n", instant_format(now(), text))),
		0640, err);
}

static int
by_age(const void *a, const void *b)
{
	const struct mirror_tag *x = a, *y = b;

	return (x->date.ms < y->date.ms) - (x->date.ms > y->date.ms);
}

/*
 * What libgit2 tells the other side that we have. It says the first twenty
 * commits that it finds and then asks for the rest, so these are the
 * branches and the youngest tags, and not all tags in their order.
 */
static bool
tell_haves(struct fetch *f, const struct mirror *old, struct err *err)
{
	AUTO(str_fini) struct str refs;
	char hex[GIT_OID_HEXSZ + 1];
	struct mirror_tag *tags =
		ARENA_ARRAY(f->a, old->n_tags + 1, struct mirror_tag);

	str_init(&refs, 64 * 1024);
	for (size_t i = 0; i < old->n_branches && i < HAVES_BRANCHES; i++)
		str_printf(&refs, "%s refs/heads/%zu\n",
			git_oid_tostr(
				hex, sizeof hex, &old->branches[i].commit),
			i);
	if (old->n_tags > 0) {
		memcpy(tags, old->tags, old->n_tags * sizeof *tags);
		qsort(tags, old->n_tags, sizeof *tags, by_age);
	}
	for (size_t i = 0; i < old->n_tags && i < HAVES_TAGS; i++)
		str_printf(&refs, "%s refs/tags/%zu\n",
			git_oid_tostr(hex, sizeof hex, &tags[i].commit), i);
	return file_write(arena_printf(f->a, "%s/packed-refs", f->fresh),
		str_span(&refs), 0640, err);
}

static bool
begin_with(struct fetch *f, const struct mirror *old, struct err *err)
{
	bool begun;

	return folder_begin_with(f->a, f->path, f->fresh, &begun, err) &&
		(!begun || tell_haves(f, old, err));
}

static bool
prepare(struct fetch *f, const struct mirror_source *s, struct err *err)
{
	struct mirror *old = NULL;
	struct err absent;

	folder_recover(f->path);
	if (!folder_remove(f->fresh, err) || !folder_make(f->a, f->fresh, err))
		return false;
	if (f->kind == FETCH_URL && !s->anew &&
		mirror_open_refs(&old, f->path, &absent)) {
		bool ok = begin_with(f, old, err);

		mirror_close(old);
		if (!ok)
			return false;
	}
	return s->uid == 0 || folder_give(f->fresh, s->uid, err);
}

static bool
update(struct fetch *f, const struct mirror_source *s, struct mirror_news *news,
	struct err *err)
{
	bool ok = prepare(f, s, err) && run_child(f, s, news, err);
	struct err later;

	if (ok && news->unchanged)
		ok = note_time(f->a, f->path, err);
	else if (ok)
		ok = note_time(f->a, f->fresh, err) &&
			folder_exchange(f->path, f->fresh, err);
	/* What is left is swept by the next update at the latest. */
	(void)folder_remove(f->fresh, &later);
	return ok;
}

static bool
lock(struct arena *a, const char *path, int *fd, struct err *err)
{
	const char *name = arena_printf(a, "%s.lock", path);

	*fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return err_set(err, ERR_DENIED, "cannot write '%s': %s", name,
			strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	(void)close(*fd);
	return err_set(
		err, ERR_BUSY, "another update of this mirror is under way");
}

bool
mirror_fetch(struct arena *a, const char *path,
	const struct mirror_source *from, struct mirror_news *news,
	struct err *err)
{
	struct fetch f = {.a = a,
		.path = path,
		.fresh = arena_printf(a, "%s.new", path),
		.fd = -1,
		.max_bytes = from->max_bytes,
		.deadline = loop_now() + from->limit_ms};
	int held;

	if (!find_source(&f, from->from, err))
		return false;
	bool ok = lock(a, path, &held, err);
	if (ok) {
		ok = update(&f, from, news, err);
		(void)close(held);
	}
	if (f.fd >= 0)
		(void)close(f.fd);
	return ok;
}
