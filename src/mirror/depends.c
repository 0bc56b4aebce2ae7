/*
 * depends.c - the manifests of a tag: which files they are, and their order.
 *
 * Manifests lie at the top of the tree; requirements files also in a folder
 * of that name. Those of examples and of tools deeper in say nothing about
 * the product.
 */
#include "mirror/depends.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/loop.h"

static const struct {
	const char *pattern;
	enum ecosystem ecosystem;
	depends_reader *read;
} manifests[] = {
	{"pyproject.toml", ECOSYSTEM_PYPI, depends_pyproject},
	{"setup.cfg", ECOSYSTEM_PYPI, depends_setup_cfg},
	{"requirements*.txt", ECOSYSTEM_PYPI, depends_requirements},
	{"package.json", ECOSYSTEM_NPM, depends_package_json},
	{"package-lock.json", ECOSYSTEM_NPM, depends_package_lock},
};

/* ---- names ---- */

/* PEP 503: lower case, and any run of - _ . is one - */
static struct span
normal_name(struct depends *d, struct span name)
{
	if (d->ecosystem != ECOSYSTEM_PYPI)
		return name;
	char *out = arena_text(d->a, name);
	size_t n = 0;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = name.p[i];
		bool joins = c == '-' || c == '_' || c == '.';

		if (joins && n > 0 && out[n - 1] == '-')
			continue;
		out[n++] = joins             ? '-' :
			c >= 'A' && c <= 'Z' ? (char)(c | 0x20) :
					       (char)c;
	}
	return span_make(out, n);
}

void
depends_add(struct depends *d, struct span name, struct span requirement,
	const char *part, unsigned line)
{
	name = span_trim(name);
	requirement = span_trim(requirement);
	if (name.n == 0 || name.n > 214)
		return;
	/* twice over: a lock has what the manifest has */
	if (d->n == 2 * EVIDENCE_MAX_DEPENDENCIES) {
		d->left_out++;
		return;
	}
	d->v = mem_grow(d->v, &d->cap, d->n + 1, sizeof *d->v);
	d->v[d->n++] = (struct dependency){
		.name = evidence_text(d->a, normal_name(d, name)),
		.requirement =
			requirement.n ? evidence_text(d->a, requirement) : NULL,
		.declared_in = evidence_text(d->a,
			span_of(part ? arena_printf(
					       d->a, "%s (%s)", d->file, part) :
				       d->file)),
		.line = line,
	};
}

static int
text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int
by_name(const void *a, const void *b)
{
	const struct dependency *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	c = c ? c : strcmp(x->declared_in, y->declared_in);
	c = c ? c : text_cmp(x->requirement, y->requirement);
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

void
depends_sort(struct depends *d)
{
	size_t n = 0;

	if (d->n > 1)
		qsort(d->v, d->n, sizeof *d->v, by_name);
	for (size_t i = 0; i < d->n; i++) {
		const struct dependency *last = n > 0 ? &d->v[n - 1] : NULL;

		if (last && strcmp(last->name, d->v[i].name) == 0 &&
			strcmp(last->declared_in, d->v[i].declared_in) == 0 &&
			text_cmp(last->requirement, d->v[i].requirement) == 0)
			continue;
		if (n == EVIDENCE_MAX_DEPENDENCIES)
			d->left_out++;
		else
			d->v[n++] = d->v[i];
	}
	d->n = n;
}

bool
depends_read(struct depends *d, const char *name, struct span text)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;

	for (size_t i = 0; i < ARRAY_LEN(manifests); i++) {
		if (fnmatch(manifests[i].pattern, base, 0) != 0)
			continue;
		d->ecosystem = manifests[i].ecosystem;
		d->file = arena_strdup(d->a, name);
		manifests[i].read(d, text);
		return true;
	}
	return false;
}

/* ---- at a tag ---- */

static bool
is_manifest(const char *base, bool deep)
{
	for (size_t i = 0; i < ARRAY_LEN(manifests); i++)
		if (fnmatch(manifests[i].pattern, base, 0) == 0)
			return !deep;
	return deep && fnmatch("*.txt", base, 0) == 0;
}

static void
read_entry(const struct mirror *m, struct depends *d, const git_tree_entry *e,
	const char *folder)
{
	const char *base = git_tree_entry_name(e);
	const char *name = arena_printf(d->a, "%s%s", folder, base);
	git_odb_object *o = NULL;

	if (git_tree_entry_type(e) != GIT_OBJECT_BLOB ||
		!is_manifest(base, *folder != '\0'))
		return;
	if (git_odb_read(&o, m->odb, git_tree_entry_id(e)) != 0 ||
		git_odb_object_size(o) > MIRROR_MAX_BLOB) {
		d->left_out++;
	} else {
		struct span text = span_make(
			git_odb_object_data(o), git_odb_object_size(o));

		if (*folder) {
			d->ecosystem = ECOSYSTEM_PYPI;
			d->file = name;
			depends_requirements(d, text);
		} else {
			(void)depends_read(d, name, text);
		}
	}
	git_odb_object_free(o);
}

static void
read_tree(const struct mirror *m, struct depends *d, const git_oid *id,
	const char *folder, int64_t deadline)
{
	git_tree *tree = NULL;

	if (git_tree_lookup(&tree, m->repo, id) != 0) {
		d->left_out++;
		return;
	}
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *e = git_tree_entry_byindex(tree, i);

		if (loop_now() >= deadline) {
			d->left_out++;
			break;
		}
		read_entry(m, d, e, folder);
		if (*folder == '\0' &&
			git_tree_entry_type(e) == GIT_OBJECT_TREE &&
			strcmp(git_tree_entry_name(e), "requirements") == 0)
			read_tree(m, d, git_tree_entry_id(e), "requirements/",
				deadline);
	}
	git_tree_free(tree);
}

void
mirror_dependencies(const struct mirror *m, struct arena *a, int tag,
	int64_t deadline, struct evidence *ev)
{
	struct depends d = {.a = a};
	git_commit *commit = NULL;

	if (tag < 0)
		return;
	if (git_commit_lookup(&commit, m->repo, &m->tags[tag].commit) == 0)
		read_tree(m, &d, git_commit_tree_id(commit), "", deadline);
	else
		d.left_out++;
	git_commit_free(commit);
	depends_sort(&d);
	struct dependency *v = ARENA_ARRAY(a, d.n + 1, struct dependency);
	if (d.n > 0)
		memcpy(v, d.v, d.n * sizeof *v);
	free(d.v);
	ev->dependencies = v;
	ev->n_dependencies = d.n;
	ev->left_out += d.left_out;
}
