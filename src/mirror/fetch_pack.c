/*
 * fetch_pack.c - a pack through git_indexer, which believes nothing: it
 * inflates every object, follows every delta and computes every hash.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mirror/fetch.h"
#include "sys/loop.h"

enum { CHUNK = 64 * 1024 };

bool
fetch_may_go_on(const struct fetch *f, uint64_t received, struct err *err)
{
	if (received > f->max_bytes)
		return err_set(err, ERR_LIMIT,
			"it sends more than %llu bytes; if that is right, raise mirror_size in the settings",
			(unsigned long long)f->max_bytes);
	if (loop_now() >= f->deadline)
		return err_set(err, ERR_BUSY,
			"it takes too long; if that is right, raise mirror_timeout in the settings");
	return true;
}

static bool
feed(struct fetch *f, git_indexer *x, git_indexer_progress *at, const void *p,
	size_t n, const char *what, struct err *err)
{
	f->received += n;
	if (!fetch_may_go_on(f, f->received, err))
		return err_wrap(err, "%s", what);
	int rc = git_indexer_append(x, p, n, at);
	return rc == 0 ||
		mirror_git_err(err, ERR_SYNTAX, rc,
			arena_printf(f->a, "%s holds no sound pack", what));
}

static bool
feed_all(struct fetch *f, git_indexer *x, int fd, struct span begun,
	const char *what, struct err *err)
{
	char chunk[CHUNK];
	git_indexer_progress at = {0};
	ssize_t n;

	if (begun.n > 0 && !feed(f, x, &at, begun.p, begun.n, what, err))
		return false;
	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_BUSY, "cannot read %s: %s",
				what, strerror(errno));
		if (!feed(f, x, &at, chunk, (size_t)n, what, err))
			return false;
	}
	int rc = git_indexer_commit(x, &at);
	return rc == 0 ||
		mirror_git_err(err, ERR_SYNTAX, rc,
			arena_printf(f->a, "%s holds no whole pack", what));
}

bool
fetch_pack(struct fetch *f, int fd, struct span begun, const char *what,
	struct err *err)
{
	git_indexer_options options;
	git_indexer *x = NULL;

	(void)git_indexer_options_init(&options, GIT_INDEXER_OPTIONS_VERSION);
	int rc = git_indexer_new(&x,
		arena_printf(f->a, "%s/objects/pack", f->fresh), 0440, NULL,
		&options);

	if (rc != 0)
		return mirror_git_err(
			err, ERR_BUSY, rc, "cannot begin to write a pack");
	bool ok = feed_all(f, x, fd, begun, what, err);
	git_indexer_free(x);
	return ok;
}
