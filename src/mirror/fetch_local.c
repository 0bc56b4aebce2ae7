/*
 * fetch_local.c - a repository in a folder of this machine, read as files.
 *
 * libgit2's local transport would open it as a repository: obey its
 * configuration, follow its alternates. Here its packs are read like foreign
 * ones, its loose objects packed anew, its refs taken from packed-refs and
 * from the files under refs/heads and refs/tags. Links are not followed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "mirror/fetch.h"
#include "sys/files.h"

enum { PACKED_MAX = 64 * 1024 * 1024, DEPTH_MAX = 16, LOOSE_FILE = 4096 };

static const char *
under(struct fetch *f, const char *name)
{
	return arena_printf(f->a, "%s/%s", f->from, name);
}

static bool
has(struct fetch *f, const char *name)
{
	struct stat st;

	return lstat(under(f, name), &st) == 0;
}

/* Calls fn for each entry; `is_folder` without following links. */
static bool
each(struct fetch *f, const char *folder,
	bool (*fn)(struct fetch *f, const char *path, const char *name,
		bool is_folder, void *ctx, struct err *err),
	void *ctx, struct err *err)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	bool ok = true;

	if (d == NULL)
		return errno == ENOENT ||
			err_set(err, ERR_DENIED, "cannot read '%s': %s", folder,
				strerror(errno));
	while (ok && (e = readdir(d)) != NULL) {
		struct stat st;

		if (e->d_name[0] == '.' ||
			fstatat(dirfd(d), e->d_name, &st,
				AT_SYMLINK_NOFOLLOW) != 0 ||
			(!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
			continue;
		ok = fn(f, arena_printf(f->a, "%s/%s", folder, e->d_name),
			e->d_name, S_ISDIR(st.st_mode), ctx, err);
	}
	(void)closedir(d);
	return ok;
}

/* --- refs -------------------------------------------------------------------------- */

struct depth {
	const char *name; /* "refs/heads" */
	unsigned n;
};

static bool
loose_ref(struct fetch *f, const char *path, const char *name, bool is_folder,
	void *ctx, struct err *err)
{
	const struct depth *at = ctx;
	struct depth next = {
		arena_printf(f->a, "%s/%s", at->name, name), at->n + 1};
	struct span text;
	git_oid id;

	if (is_folder)
		return next.n > DEPTH_MAX ||
			each(f, path, loose_ref, &next, err);
	if (!file_read(f->a, path, LOOSE_FILE, &text, err))
		return false;
	text = span_trim(text);
	if (text.n != GIT_OID_HEXSZ ||
		git_oid_fromstrn(&id, (const char *)text.p, text.n) != 0)
		return true; /* symbolic: the branch it names is there itself */
	return fetch_ref(f, next.name, &id, err);
}

static bool
packed_refs(struct fetch *f, struct err *err)
{
	struct span text, line, hex;
	git_oid id;

	if (!has(f, "packed-refs"))
		return true;
	if (!file_read(f->a, under(f, "packed-refs"), PACKED_MAX, &text, err))
		return false;
	while (span_line(&text, &line)) {
		struct span name = line;

		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '^')
			continue;
		if (!span_split(&name, ' ', &hex) || hex.n != GIT_OID_HEXSZ ||
			git_oid_fromstrn(&id, (const char *)hex.p, hex.n) != 0)
			return err_set(err, ERR_SYNTAX,
				"its packed-refs are not those of a repository with SHA-1");
		if (!fetch_ref(f, arena_text(f->a, name), &id, err))
			return false;
	}
	return true;
}

static bool
read_refs(struct fetch *f, struct err *err)
{
	struct depth heads = {"refs/heads", 0}, tags = {"refs/tags", 0};
	struct span head;

	/* A loose ref is newer than a packed one: fetch_ref() keeps what came
	 * first. */
	if (!each(f, under(f, heads.name), loose_ref, &heads, err) ||
		!each(f, under(f, tags.name), loose_ref, &tags, err) ||
		!packed_refs(f, err))
		return false;
	if (file_read(f->a, under(f, "HEAD"), LOOSE_FILE, &head, err) &&
		span_starts(head, "ref: ")) {
		const char *name =
			arena_text(f->a, span_trim(span_from(head, 5)));
		if (mirror_ref_is_kept(name))
			f->head = name;
	}
	return true;
}

/* --- objects ------------------------------------------------------------------------- */

static bool
copy_pack(struct fetch *f, const char *path, const char *name, bool is_folder,
	void *ctx, struct err *err)
{
	(void)ctx;
	if (is_folder || !span_starts(span_of(name), "pack-") ||
		!span_ends_nocase(span_of(name), ".pack"))
		return true;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(err, ERR_DENIED, "cannot read '%s': %s", path,
			strerror(errno));
	bool ok = fetch_pack(f, fd, SPAN_NONE, name, err);
	(void)close(fd);
	return ok;
}

struct loose {
	struct fetch *f;
	git_packbuilder *into;
	struct err *err;
	size_t n;
};

static int
add_loose(const git_oid *id, void *ctx)
{
	struct loose *l = ctx;

	if (!fetch_may_go_on(l->f, l->f->received, l->err))
		return GIT_EUSER;
	l->n++;
	return git_packbuilder_insert(l->into, id, NULL);
}

static int
pack_loose(struct fetch *f, git_odb *odb, git_repository *repo,
	git_packbuilder *into, struct err *err)
{
	struct loose l = {f, into, err, 0};
	int rc = git_odb_foreach(odb, add_loose, &l);

	(void)repo;
	if (rc == 0 && l.n > 0)
		rc = git_packbuilder_write(into,
			arena_printf(f->a, "%s/objects/pack", f->fresh), 0440,
			NULL, NULL);
	return rc;
}

static bool
copy_loose(struct fetch *f, struct err *err)
{
	git_odb_backend *backend = NULL;
	git_odb *odb = NULL;
	git_repository *repo = NULL;
	git_config *none = NULL;
	git_packbuilder *into = NULL;
	struct err heard = {0};
	int rc = git_odb_new(&odb);

	if (rc == 0)
		rc = git_odb_backend_loose(
			&backend, under(f, "objects"), -1, 0, 0, 0);
	if (rc == 0 && (rc = git_odb_add_backend(odb, backend, 1)) != 0)
		backend->free(backend);
	if (rc == 0)
		rc = git_repository_wrap_odb(&repo, odb);
	if (rc == 0)
		rc = git_config_new(&none);
	if (rc == 0)
		rc = git_repository_set_config(repo, none);
	if (rc == 0)
		rc = git_packbuilder_new(&into, repo);
	if (rc == 0)
		rc = pack_loose(f, odb, repo, into, &heard);
	git_packbuilder_free(into);
	git_config_free(none);
	git_repository_free(repo);
	git_odb_free(odb);
	if (rc != 0 && heard.code != ERR_NONE)
		*err = heard;
	return rc == 0 || heard.code != ERR_NONE ?
		rc == 0 :
		mirror_git_err(err, ERR_SYNTAX, rc,
			"its loose objects cannot be read");
}

/* What it says of other places, in which we do not look. */
static bool
is_whole(struct fetch *f, struct err *err)
{
	static const struct {
		const char *name, *why;
	} wrong[] = {{"objects/info/alternates",
			     "borrows objects from other repositories"},
		{"objects/info/http-alternates",
			"borrows objects from other repositories"},
		{"commondir", "is a work tree of another repository"},
		{"shallow", "is a shallow clone, without its history"},
		{"info/grafts", "has grafts, which are not its history"}};

	if (!has(f, "objects") || !has(f, "HEAD"))
		return err_set(err, ERR_SYNTAX,
			"'%s' is no git repository: it has no objects or no HEAD",
			f->from);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (has(f, wrong[i].name))
			return err_set(err, ERR_SYNTAX,
				"'%s' %s (%s); make a whole one with 'git clone --mirror --no-local'",
				f->from, wrong[i].why, wrong[i].name);
	return true;
}

bool
fetch_local(struct fetch *f, struct err *err)
{
	struct stat st;

	/* A clone with a work tree has all of it in `.git`. */
	if (!has(f, "objects") && lstat(under(f, ".git"), &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return err_set(err, ERR_SYNTAX,
				"'%s/.git' is no folder: it leads elsewhere; name the repository itself",
				f->from);
		f->from = under(f, ".git");
	}
	return is_whole(f, err) && read_refs(f, err) &&
		each(f, under(f, "objects/pack"), copy_pack, NULL, err) &&
		copy_loose(f, err);
}
