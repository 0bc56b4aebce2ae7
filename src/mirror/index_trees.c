/*
 * index_trees.c - which path has which blob, from one tag to the next.
 *
 * Two trees are compared entry by entry, and a folder that is the same in
 * both is not opened: so a tag costs what it changed. Nothing is followed:
 * submodules are left out, a symbolic link is a file like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/index_make.h"

enum { PATH_MAX_BYTES = 2000, DEPTH_MAX = 100 };

struct walk {
	struct index_maker *k;
	unsigned tag;
	char path[PATH_MAX_BYTES];
	struct err *err;
};

/* ---- paths and blobs ---- */

static bool
same_path(const void *ctx, uint32_t id, const void *key)
{
	const struct index_maker *k = ctx;

	return k->paths[id].name == *(const uint32_t *)key;
}

static uint32_t
hash_path(const void *ctx, uint32_t id)
{
	const struct index_maker *k = ctx;

	return k->paths[id].name * 2654435761u;
}

static struct made_path *
path_of(struct walk *w, const char *name)
{
	struct index_maker *k = w->k;
	const char *slash = strrchr(name, '/');
	uint32_t text = maker_text(k, span_of(name));
	bool found;
	uint32_t id = index_table_find(&k->path_table, text * 2654435761u,
		same_path, hash_path, k, &text, &found);

	if (!found) {
		k->paths = mem_grow(
			k->paths, &k->cap_paths, id + 1, sizeof *k->paths);
		k->paths[id] = (struct made_path){text,
			text + (slash ? (uint32_t)(slash + 1 - name) : 0),
			INDEX_NONE, 0};
	}
	return &k->paths[id];
}

static bool
same_blob(const void *ctx, uint32_t id, const void *key)
{
	const struct index_maker *k = ctx;

	return memcmp(k->blobs[id].id, key, 20) == 0;
}

static uint32_t
hash_blob(const void *ctx, uint32_t id)
{
	const struct index_maker *k = ctx;

	return index_hash(k->blobs[id].id, 20);
}

static uint32_t
blob_of(struct index_maker *k, const git_oid *oid)
{
	bool found;
	uint32_t id = index_table_find(&k->blob_table, index_hash(oid->id, 20),
		same_blob, hash_blob, k, oid->id, &found);

	if (!found) {
		k->blobs = mem_grow(
			k->blobs, &k->cap_blobs, id + 1, sizeof *k->blobs);
		memset(&k->blobs[id], 0, sizeof k->blobs[id]);
		memcpy(k->blobs[id].id, oid->id, 20);
	}
	return id;
}

static void
close_run(struct index_maker *k, struct made_path *p, unsigned last)
{
	k->runs =
		mem_grow(k->runs, &k->cap_runs, k->n_runs + 1, sizeof *k->runs);
	k->runs[k->n_runs++] = (struct index_run){(uint32_t)(p - k->paths),
		p->open, (uint16_t)p->from, (uint16_t)last};
	p->open = INDEX_NONE;
	k->n_open--;
}

static void
file_gone(struct walk *w)
{
	struct made_path *p = path_of(w, w->path);

	if (p->open != INDEX_NONE)
		close_run(w->k, p, w->tag - 1);
}

static void
file_there(struct walk *w, const git_oid *oid)
{
	struct index_maker *k = w->k;
	uint32_t blob = blob_of(k, oid);
	struct made_path *p = path_of(w, w->path);

	if (p->open == blob)
		return;
	if (p->open != INDEX_NONE)
		close_run(k, p, w->tag - 1);
	if (k->n_open >= MIRROR_MAX_FILES) {
		k->files_left_out++;
		return;
	}
	p->open = blob;
	p->from = w->tag;
	k->n_open++;
}

/* ---- trees ---- */

static bool
is_folder(const git_tree_entry *e)
{
	return e != NULL && git_tree_entry_type(e) == GIT_OBJECT_TREE;
}

static bool
is_file(const git_tree_entry *e)
{
	return e != NULL && git_tree_entry_type(e) == GIT_OBJECT_BLOB;
}

static bool
open_folder(struct walk *w, const git_tree_entry *e, git_tree **out)
{
	int rc = !is_folder(e) ?
		0 :
		git_tree_lookup(out, w->k->m->repo, git_tree_entry_id(e));

	return rc == 0 ||
		mirror_git_err(w->err, ERR_BROKEN, rc, "cannot read a folder");
}

static bool walk_trees(struct walk *w, size_t at, const git_tree *old,
	const git_tree *new, unsigned depth);

/* Entries of one name, either of which may be missing. */
static bool
one_entry(struct walk *w, size_t at, const git_tree_entry *a,
	const git_tree_entry *b, unsigned depth)
{
	const char *name = git_tree_entry_name(b ? b : a);
	size_t n = strlen(name);
	git_tree *old = NULL, *new = NULL;

	if (a != NULL && b != NULL &&
		git_tree_entry_type(a) == git_tree_entry_type(b) &&
		git_oid_equal(git_tree_entry_id(a), git_tree_entry_id(b)))
		return true;
	if (at + n + 2 > PATH_MAX_BYTES || depth > DEPTH_MAX) {
		w->k->files_left_out++;
		return true;
	}
	memcpy(w->path + at, name, n + 1);
	if (is_file(a) && !is_file(b))
		file_gone(w);
	if (is_file(b))
		file_there(w, git_tree_entry_id(b));
	if (!is_folder(a) && !is_folder(b))
		return true;
	w->path[at + n] = '/';
	bool ok = open_folder(w, a, &old) && open_folder(w, b, &new) &&
		walk_trees(w, at + n + 1, old, new, depth + 1);
	git_tree_free(old);
	git_tree_free(new);
	return ok;
}

static bool
walk_trees(struct walk *w, size_t at, const git_tree *old, const git_tree *new,
	unsigned depth)
{
	size_t n = new ? git_tree_entrycount(new) : 0;
	bool ok = true;

	for (size_t i = 0; i < n && ok; i++) {
		const git_tree_entry *e = git_tree_entry_byindex(new, i);

		ok = one_entry(w, at,
			old ? git_tree_entry_byname(
				      old, git_tree_entry_name(e)) :
			      NULL,
			e, depth);
	}
	n = old ? git_tree_entrycount(old) : 0;
	for (size_t i = 0; i < n && ok; i++) {
		const git_tree_entry *e = git_tree_entry_byindex(old, i);

		if (new == NULL ||
			git_tree_entry_byname(new, git_tree_entry_name(e)) ==
				NULL)
			ok = one_entry(w, at, e, NULL, depth);
	}
	return ok;
}

static bool
tree_of(const struct mirror *m, unsigned tag, git_tree **out, struct err *err)
{
	git_commit *commit = NULL;
	int rc = git_commit_lookup(&commit, m->repo, &m->tags[tag].commit);

	if (rc == 0)
		rc = git_commit_tree(out, commit);
	git_commit_free(commit);
	return rc == 0 ||
		mirror_git_err(err, ERR_BROKEN, rc,
			"cannot read what a tag points at");
}

bool
maker_trees(struct index_maker *k, struct err *err)
{
	struct walk *w = mem_new(sizeof *w);
	git_tree *old = NULL;
	bool ok = true;

	w->k = k;
	w->err = err;
	for (unsigned t = 0; t < k->m->n_tags && ok; t++) {
		git_tree *new = NULL;

		w->tag = t;
		ok = !maker_late(k, err) && tree_of(k->m, t, &new, err) &&
			walk_trees(w, 0, old, new, 0);
		git_tree_free(old);
		old = new;
	}
	git_tree_free(old);
	for (size_t i = 0; i < k->path_table.n && ok; i++)
		if (k->paths[i].open != INDEX_NONE)
			close_run(k, &k->paths[i], (unsigned)k->m->n_tags - 1);
	free(w);
	return ok;
}
