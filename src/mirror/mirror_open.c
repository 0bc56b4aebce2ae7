/*
 * mirror_open.c - a folder that only we have written, opened without asking
 * it what to do.
 *
 * git_repository_open() would read configurations, follow alternates and
 * look for hooks and work trees. None of that is wanted, so nothing of it is
 * opened: packs are the only object store, refs come from packed-refs, and
 * whatever else lies in the folder was not written by us and is refused.
 */
#include "mirror/mirror_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "mirror/mirror_refs.h"
#include "sys/files.h"

#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"

enum {
	CACHE_MAX = 16 * 1024 * 1024,
	OBJECT_MAX = 512 * 1024 * 1024,
	OBJECTS_MAX = 20 * 1000 * 1000,
	WINDOW = 16 * 1024 * 1024,
	WINDOWS_MAX = 256 * 1024 * 1024,
};

void
mirror_git_start(void)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG,
		GIT_CONFIG_LEVEL_PROGRAMDATA};
	static bool started;

	if (started)
		return;
	started = true;
	(void)git_libgit2_init();
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		(void)git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	(void)git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, "");
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	/* Who owns a repository matters where its configuration is obeyed. */
	(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	(void)git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX);
	(void)git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)WINDOW);
	(void)git_libgit2_opts(
		GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)WINDOWS_MAX);
	(void)git_libgit2_opts(
		GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)OBJECTS_MAX);
#ifdef HAVE_PACK_MAX_OBJECT_SIZE /* Debian's security update has it; without
				   it the process' memory is the limit */
	(void)git_libgit2_opts(
		GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)OBJECT_MAX);
#endif
	if (access(CERTIFICATES, R_OK) == 0)
		(void)git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS,
			CERTIFICATES, (const char *)NULL);
}

void
mirror_start(void)
{
	mirror_git_start();
}

bool
mirror_git_err(struct err *err, enum err_code code, int rc, const char *what)
{
	const git_error *last = git_error_last();
	char text[200];
	size_t n = 0;

	for (const char *p = last ? last->message : ""; *p && n < 199; p++)
		text[n++] = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
	text[n] = '\0';
	if (n == 0)
		return err_set(err, code, "%s (libgit2 says %d)", what, rc);
	return err_set(err, code, "%s: %s", what, text);
}

/* --- is it ours? ----------------------------------------------------------------- */

static const char *const top_files[] = {"HEAD", "config", "packed-refs",
	MIRROR_INDEX, MIRROR_FETCHED, MIRROR_REFS};
static const char *const top_folders[] = {"objects", "refs"};
static const char *const objects_folders[] = {"pack"};

static bool
is_one(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
is_pack_file(const char *name)
{
	struct span s = span_of(name);

	return span_starts(s, "pack-") &&
		(span_ends_nocase(s, ".pack") || span_ends_nocase(s, ".idx"));
}

enum where { TOP, OBJECTS, PACK };

static bool
is_expected(enum where where, const char *name, bool folder)
{
	switch (where) {
	case TOP:
		return folder ?
			is_one(top_folders, ARRAY_LEN(top_folders), name) :
			is_one(top_files, ARRAY_LEN(top_files), name);
	case OBJECTS:
		return folder &&
			is_one(objects_folders, ARRAY_LEN(objects_folders),
				name);
	case PACK:
		return !folder && is_pack_file(name);
	}
	return false;
}

static bool
not_ours(struct err *err, const char *path, const char *name)
{
	return err_set(err, ERR_BROKEN,
		"'%s' is not a mirror as we write them: it holds '%s'; 'pratique mirror update' makes it anew",
		path, name);
}

static bool
is_ours(const char *path, enum where where, struct err *err)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool ok = true;

	if (d == NULL)
		return err_set(err, errno == ENOENT ? ERR_ABSENT : ERR_BROKEN,
			"cannot read the mirror '%s': %s", path,
			strerror(errno));
	while (ok && (e = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		ok = fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
				0 &&
			(S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)) &&
			is_expected(where, e->d_name, S_ISDIR(st.st_mode));
		if (!ok)
			(void)not_ours(err, path, e->d_name);
	}
	(void)closedir(d);
	return ok;
}

static bool
is_mirror(struct arena *a, const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return err_set(err, errno == ENOENT ? ERR_ABSENT : ERR_BROKEN,
			errno == ENOENT ? "there is no mirror '%s'" :
					  "cannot read the mirror '%s'",
			path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_BROKEN,
			"'%s' is no folder, so it is no mirror", path);
	return is_ours(path, TOP, err) &&
		is_ours(arena_printf(a, "%s/objects", path), OBJECTS, err) &&
		is_ours(arena_printf(a, "%s/objects/pack", path), PACK, err);
}

/* --- opening ------------------------------------------------------------------------ */

static bool
open_objects(struct mirror *m, struct err *err)
{
	const char *objects = arena_printf(m->arena, "%s/objects", m->path);
	git_odb_backend *packs = NULL;
	int rc = git_odb_new(&m->odb);

	if (rc == 0)
		rc = git_odb_backend_pack(&packs, objects);
	if (rc == 0 && (rc = git_odb_add_backend(m->odb, packs, 1)) != 0)
		packs->free(packs);
	if (rc == 0)
		rc = git_repository_wrap_odb(&m->repo, m->odb);
	return rc == 0 ||
		mirror_git_err(err, ERR_BROKEN, rc,
			arena_printf(m->arena,
				"cannot read the objects of '%s'", m->path));
}

static void
read_fetched(struct mirror *m)
{
	struct span text;
	struct err err;

	if (!file_read(m->arena,
		    arena_printf(m->arena, "%s/" MIRROR_FETCHED, m->path), 100,
		    &text, &err) ||
		!instant_parse(span_trim(text), &m->fetched))
		m->fetched = (instant){0};
}

bool
mirror_open_refs(struct mirror **out, const char *path, struct err *err)
{
	struct mirror *m = mem_new(sizeof *m);

	mirror_git_start();
	m->arena = arena_new();
	m->path = arena_strdup(m->arena, path);
	if (!is_mirror(m->arena, path, err) || !mirror_refs_read(m, err) ||
		!open_objects(m, err)) {
		mirror_close(m);
		return false;
	}
	read_fetched(m);
	*out = m;
	return true;
}

bool
mirror_open(struct mirror **out, const char *path, struct err *err)
{
	struct mirror *m;
	struct err why;

	if (!mirror_open_refs(&m, path, err))
		return false;
	if (!mirror_index_open(&m->index, m,
		    arena_printf(m->arena, "%s/" MIRROR_INDEX, path), &why)) {
		m->index = NULL;
		m->index_problem = arena_printf(m->arena,
			"%s; 'pratique mirror update' makes the index anew",
			why.text);
	}
	*out = m;
	return true;
}

void
mirror_close(struct mirror *m)
{
	if (m == NULL)
		return;
	mirror_index_close(m->index);
	git_repository_free(m->repo);
	git_odb_free(m->odb);
	arena_free(m->arena);
	free(m);
}
