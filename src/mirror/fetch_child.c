/*
 * fetch_child.c - what came is checked, then written down as a mirror.
 */
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mirror/fetch.h"

bool
fetch_ref(struct fetch *f, const char *name, const git_oid *id, struct err *err)
{
	if (!mirror_ref_is_kept(name))
		return true;
	if (f->n_refs == FETCH_REFS_MAX)
		return err_set(err, ERR_LIMIT,
			"it has more than %d branches and tags",
			FETCH_REFS_MAX);
	f->refs =
		mem_grow(f->refs, &f->cap_refs, f->n_refs + 1, sizeof *f->refs);
	f->refs[f->n_refs] = (struct mirror_ref){
		.name = arena_strdup(f->a, name), .target = *id};
	f->n_refs++;
	return true;
}

/* By name; of two with one name the first that came. */
struct ranked {
	struct mirror_ref ref;
	size_t at;
};

static int
by_name(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int d = strcmp(x->ref.name, y->ref.name);

	return d != 0 ? d : (x->at > y->at) - (x->at < y->at);
}

static void
sort_refs(struct fetch *f)
{
	struct ranked *v = mem_new((f->n_refs + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < f->n_refs; i++)
		v[i] = (struct ranked){f->refs[i], i};
	qsort(v, f->n_refs, sizeof *v, by_name);
	for (size_t i = 0; i < f->n_refs; i++)
		if (n == 0 || strcmp(f->refs[n - 1].name, v[i].ref.name) != 0)
			f->refs[n++] = v[i].ref;
	f->n_refs = n;
	free(v);
}

/* --- checking ------------------------------------------------------------------------ */

static bool
peel(struct fetch *f, git_repository *repo, struct mirror_ref *r, bool *odd,
	struct err *err)
{
	git_object *o = NULL, *commit = NULL;
	int rc = git_object_lookup(&o, repo, &r->target, GIT_OBJECT_ANY);

	*odd = false;
	if (rc != 0)
		return mirror_git_err(err, ERR_SYNTAX, rc,
			arena_printf(f->a, "what '%s' points at did not come",
				r->name));
	rc = git_object_peel(&commit, o, GIT_OBJECT_COMMIT);
	git_object_free(o);
	if (rc != 0) {
		*odd = true;
		return true;
	}
	const git_commit *c = (const git_commit *)commit;
	int64_t s = git_commit_time(c);
	r->commit = *git_object_id(commit);
	/* A commit may claim any time; what is before 1970 is no date. */
	r->date.ms =
		s > 0 && s < INT64_C(253402300800) ? s * INSTANT_SECOND : 0;
	git_object_free(commit);
	return true;
}

static bool
peel_all(struct fetch *f, struct mirror_news *news, struct err *err)
{
	git_odb_backend *packs = NULL;
	git_odb *odb = NULL;
	git_repository *repo = NULL;
	size_t n = 0;
	bool ok = git_odb_new(&odb) == 0 &&
		git_odb_backend_pack(&packs,
			arena_printf(f->a, "%s/objects", f->fresh)) == 0 &&
		git_odb_add_backend(odb, packs, 1) == 0 &&
		git_repository_wrap_odb(&repo, odb) == 0;

	if (!ok)
		(void)mirror_git_err(
			err, ERR_BROKEN, 0, "cannot read what came");
	for (size_t i = 0; i < f->n_refs && ok; i++) {
		bool odd;

		ok = peel(f, repo, &f->refs[i], &odd, err) &&
			fetch_may_go_on(f, f->received, err);
		news->tags_odd += odd;
		if (ok && !odd)
			f->refs[n++] = f->refs[i];
	}
	f->n_refs = n;
	git_repository_free(repo);
	git_odb_free(odb);
	return ok;
}

static bool
is_tag(const struct mirror_ref *r)
{
	return strncmp(r->name, "refs/tags/", 10) == 0;
}

static bool
check_refs(struct fetch *f, struct mirror_news *news, struct err *err)
{
	sort_refs(f);
	if (!peel_all(f, news, err))
		return false;
	for (size_t i = 0; i < f->n_refs; i++)
		if (is_tag(&f->refs[i]))
			news->tags++;
		else
			news->branches++;
	if (news->tags > MIRROR_MAX_TAGS)
		return err_set(err, ERR_LIMIT,
			"it has %zu tags, and at most %d are mirrored",
			news->tags, MIRROR_MAX_TAGS);
	if (f->n_refs == 0)
		return err_set(
			err, ERR_SYNTAX, "it has neither a branch nor a tag");
	return true;
}

static const struct mirror_ref *
find_ref(const struct fetch *f, const char *name)
{
	size_t low = 0, high = f->n_refs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(f->refs[mid].name, name);

		if (d == 0)
			return &f->refs[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* A bundle need not say which branch is the default. */
static void
default_branch(struct fetch *f)
{
	static const char *const usual[] = {
		"refs/heads/main", "refs/heads/master", "refs/heads/trunk"};

	if (f->head != NULL && find_ref(f, f->head) != NULL)
		return;
	f->head = NULL;
	for (size_t i = 0; i < ARRAY_LEN(usual) && f->head == NULL; i++)
		if (find_ref(f, usual[i]) != NULL)
			f->head = usual[i];
	for (size_t i = 0; i < f->n_refs && f->head == NULL; i++)
		if (!is_tag(&f->refs[i]))
			f->head = f->refs[i].name;
}

/* --- news ------------------------------------------------------------------------------ */

static void
compare(struct fetch *f, const struct mirror *old, struct mirror_news *news)
{
	const char **moved = ARENA_ARRAY(f->a, MIRROR_MAX_NAMED, const char *);
	const char **gone = ARENA_ARRAY(f->a, MIRROR_MAX_NAMED, const char *);
	size_t kept = 0;

	for (size_t i = 0; i < old->n_tags; i++) {
		const struct mirror_tag *t = &old->tags[i];
		const struct mirror_ref *r = find_ref(
			f, arena_printf(f->a, "refs/tags/%s", t->name));

		if (r == NULL) {
			news->tags_gone++;
			if (news->n_gone < MIRROR_MAX_NAMED)
				gone[news->n_gone++] =
					arena_strdup(f->a, t->name);
			continue;
		}
		kept++;
		if (git_oid_equal(&r->commit, &t->commit))
			continue;
		news->tags_moved++;
		if (news->n_moved < MIRROR_MAX_NAMED)
			moved[news->n_moved++] = arena_strdup(f->a, t->name);
	}
	news->tags_new = news->tags - kept;
	news->moved = moved;
	news->gone = gone;
}

static bool
make_index(struct fetch *f, struct err *err)
{
	struct mirror *m;

	if (!mirror_open_refs(&m, f->fresh, err))
		return false;
	bool ok = mirror_index_make(m,
		arena_printf(f->a, "%s/" MIRROR_INDEX, f->fresh), f->deadline,
		err);
	mirror_close(m);
	return ok || err_wrap(err, "cannot make the index");
}

bool
fetch_all(struct fetch *f, struct mirror_news *news, struct err *err)
{
	static bool (*const from[])(struct fetch *, struct err *) = {
		[FETCH_URL] = fetch_url,
		[FETCH_LOCAL] = fetch_local,
		[FETCH_BUNDLE] = fetch_bundle};
	char hex[HASH_TEXT];
	struct mirror *old = NULL;
	struct err absent;

	mirror_git_start();
	if (!from[f->kind](f, err) || !check_refs(f, news, err))
		return false;
	default_branch(f);
	news->bytes = f->received;
	news->version = arena_strdup(
		f->a, mirror_refs_version(f->a, f->refs, f->n_refs, hex));
	news->tags_new = news->tags;
	if (mirror_open(&old, f->path, &absent)) {
		compare(f, old, news);
		news->unchanged = old->index != NULL &&
			strcmp(old->version, news->version) == 0;
		mirror_close(old);
	}
	return news->unchanged ||
		(mirror_refs_write(
			 f->a, f->fresh, f->refs, f->n_refs, f->head, err) &&
			make_index(f, err));
}
