/*
 * claims.c - files, lines and commits that a report names, at one tag.
 *
 * A path is looked up by how it ends, for people write "utils.py" and
 * "/app/dagfactory/utils.py" alike. That it is not at this tag is said with
 * where else it is: another folder, another release. What was not looked up
 * (no index, damage, no time left) is unknown, with the reason.
 */
#include "mirror/claims.h"

#include <string.h>

#include "base/mem.h"
#include "sys/loop.h"

enum { TAGS_NAMED = 3, PATHS_NAMED = 3 };

static struct claim_evidence
answer(enum claim_status status, const char *where)
{
	return (struct claim_evidence){0, status, where};
}

/* ---- tags ---- */

void
look_tags_clear(struct look *k)
{
	memset(k->tags, 0, k->m->n_tags);
}

void
look_tags_add(struct look *k, const struct index_run *run)
{
	if (run->from <= run->to && run->to < k->m->n_tags)
		memset(k->tags + run->from, 1,
			(size_t)(run->to - run->from) + 1);
}

const char *
look_tags_text(struct look *k)
{
	const char *out = NULL;
	size_t named = 0, more = 0;

	for (size_t t = k->m->n_tags; t > 0; t--) {
		if (!k->tags[t - 1])
			continue;
		if (named == TAGS_NAMED) {
			more++;
			continue;
		}
		const char *name = k->m->tags[t - 1].name;
		out = named++ ? arena_printf(k->a, "%s, %s", out, name) : name;
	}
	return more ? arena_printf(k->a, "%s and %zu more", out, more) : out;
}

/* ---- paths ---- */

const char *
look_path_name(struct look *k, uint32_t path)
{
	return index_text(
		k->x, INDEX_ROW(k->x, INDEX_PATHS, path, index_path)->name);
}

bool
look_path_matches(const char *path, const char *claim)
{
	size_t n = strlen(path), m = strlen(claim);

	return n >= m && strcmp(path + n - m, claim) == 0 &&
		(n == m || path[n - m - 1] == '/');
}

const char *
look_without_package(const char *claim, bool *package)
{
	static const char *const folders[] = {
		"site-packages/", "dist-packages/", "node_modules/"};

	*package = false;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (strncmp(claim, folders[i], strlen(folders[i])) == 0) {
			*package = true;
			return claim + strlen(folders[i]);
		}
	return claim;
}

static void
paths_ending(struct look *k, const char *claim, uint64_t from, uint64_t to,
	struct found_paths *out)
{
	for (uint64_t i = from; i < to; i++)
		if (look_path_matches(look_path_name(k, (uint32_t)i), claim)) {
			if (out->n < CLAIM_PATHS_MAX)
				out->v[out->n++] = (uint32_t)i;
			out->all++;
		}
}

/* What stands before a path on the reporter's machine is taken away, folder
 * by folder, while two names are left. */
void
look_paths(struct look *k, const char *claim, struct found_paths *out)
{
	bool package;
	const char *s = look_without_package(claim, &package);
	const char *slash = strrchr(s, '/');
	uint64_t from, to;

	*out = (struct found_paths){0};
	index_find_base(k->x, slash ? slash + 1 : s, &from, &to);
	paths_ending(k, s, from, to, out);
	while (out->all == 0 && !package && from < to) {
		s = strchr(s, '/');
		if (s == NULL || strchr(++s, '/') == NULL)
			break;
		paths_ending(k, s, from, to, out);
	}
	out->foreign = package && out->all == 0;
}

static int64_t
blob_at(struct look *k, uint32_t path)
{
	return index_blob_at(
		k->x, INDEX_ROW(k->x, INDEX_PATHS, path, index_path), k->tag);
}

static void
add_runs(struct look *k, uint32_t path)
{
	const struct index_path *p =
		INDEX_ROW(k->x, INDEX_PATHS, path, index_path);

	for (uint32_t i = 0; i < p->n_runs && !k->x->damaged; i++)
		look_tags_add(
			k, INDEX_ROW(k->x, INDEX_RUNS, p->runs + i, index_run));
}

/* "a/x.py", "a/x.py, b/x.py and 2 more": those of them at the tag. */
static const char *
paths_there(struct look *k, const struct found_paths *p)
{
	const char *out = NULL;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (blob_at(k, p->v[i]) < 0)
			continue;
		if (n++ < PATHS_NAMED)
			out = out ? arena_printf(k->a, "%s, %s", out,
					    look_path_name(k, p->v[i])) :
				    look_path_name(k, p->v[i]);
	}
	return n > PATHS_NAMED ?
		arena_printf(k->a, "%s and %zu more", out, n - PATHS_NAMED) :
		out;
}

struct claim_evidence
look_file(struct look *k, const char *claim)
{
	const char *slash = strrchr(claim, '/'), *there;
	struct found_paths exact, same;

	look_paths(k, claim, &exact);
	if (exact.foreign)
		return answer(CLAIM_UNKNOWN, "a path of another package");
	if ((there = paths_there(k, &exact)) != NULL)
		return answer(CLAIM_EXISTS, there);
	look_tags_clear(k);
	for (size_t i = 0; i < exact.n; i++)
		add_runs(k, exact.v[i]);
	if ((there = look_tags_text(k)) != NULL)
		return answer(CLAIM_OTHER_RELEASE, there);
	if (slash == NULL)
		return answer(CLAIM_NEVER, NULL);
	look_paths(k, slash + 1, &same);
	if ((there = paths_there(k, &same)) != NULL)
		return answer(CLAIM_ELSEWHERE, there);
	for (size_t i = 0; i < same.n; i++)
		add_runs(k, same.v[i]);
	if ((there = look_tags_text(k)) != NULL)
		return answer(CLAIM_OTHER_RELEASE,
			arena_printf(k->a, "%s, as %s", there,
				look_path_name(k, same.v[0])));
	return answer(CLAIM_NEVER, NULL);
}

/* ---- lines ---- */

static unsigned
lines_of(struct look *k, uint32_t blob)
{
	return INDEX_ROW(k->x, INDEX_BLOBS, blob, index_blob)->lines;
}

static void
add_long_enough(struct look *k, uint32_t path, unsigned lines)
{
	const struct index_path *p =
		INDEX_ROW(k->x, INDEX_PATHS, path, index_path);

	for (uint32_t i = 0; i < p->n_runs && !k->x->damaged; i++) {
		const struct index_run *r =
			INDEX_ROW(k->x, INDEX_RUNS, p->runs + i, index_run);

		if (lines_of(k, r->blob) >= lines)
			look_tags_add(k, r);
	}
}

static struct claim_evidence
look_lines(struct look *k, const struct code_claim *c)
{
	struct found_paths paths;
	const char *longest = NULL, *tags;
	unsigned most = 0;

	look_paths(k, c->file, &paths);
	look_tags_clear(k);
	for (size_t i = 0; i < paths.n; i++) {
		int64_t blob = blob_at(k, paths.v[i]);
		unsigned n = blob < 0 ? 0 : lines_of(k, (uint32_t)blob);

		if (blob >= 0 && n == 0)
			return answer(CLAIM_UNKNOWN,
				"the file is no text, empty, or too large");
		if (n >= c->to)
			return answer(CLAIM_EXISTS,
				arena_printf(k->a, "%s:%u",
					look_path_name(k, paths.v[i]),
					c->from));
		if (n > most) {
			most = n;
			longest = look_path_name(k, paths.v[i]);
		}
		add_long_enough(k, paths.v[i], c->to);
	}
	if (longest == NULL)
		return look_file(k, c->file);
	if ((tags = look_tags_text(k)) != NULL)
		return answer(CLAIM_OTHER_RELEASE,
			arena_printf(k->a, "%s; here %s ends at line %u", tags,
				longest, most));
	return answer(CLAIM_NEVER,
		arena_printf(k->a, "%s ends at line %u", longest, most));
}

/* ---- commits ---- */

static struct claim_evidence
look_commit(const struct mirror *m, struct arena *a, const char *hex)
{
	const char *at = NULL;
	git_oid id;

	switch (mirror_find_commit(m, hex, &id)) {
	case COMMIT_ABSENT:
		return answer(CLAIM_UNKNOWN, "no commit of this mirror");
	case COMMIT_AMBIGUOUS:
		return answer(CLAIM_UNKNOWN, "several commits begin like this");
	case COMMIT_THERE:
		break;
	}
	for (size_t i = 0; i < m->n_tags; i++)
		if (git_oid_equal(&m->tags[i].commit, &id))
			at = at ?
				arena_printf(a, "%s, %s", at, m->tags[i].name) :
				m->tags[i].name;
	return answer(CLAIM_EXISTS,
		at ? arena_printf(a, "tagged %s", at) :
		     "a commit without a tag");
}

/* ---- all of them ---- */

static struct claim_evidence
look_one(struct look *k, const struct code_claim *c)
{
	switch (c->kind) {
	case CODE_FILE:
		return look_file(k, c->text);
	case CODE_LINE:
		return look_lines(k, c);
	case CODE_FUNCTION:
	case CODE_CLASS:
		return look_symbol(k, c);
	case CODE_COMMIT:
		return look_commit(k->m, k->a, c->text);
	case CODE_QUOTE:
		return look_quote(k, c);
	}
	return answer(CLAIM_UNKNOWN, NULL);
}

static const char *
why_not(const struct mirror *m, int tag, int64_t deadline)
{
	if (m->index == NULL)
		return m->index_problem ? m->index_problem :
					  "there is no index";
	if (tag < 0)
		return "the repository has no tags";
	if (m->index->damaged)
		return "the index is damaged; 'pratique mirror update' makes it anew";
	return loop_now() >= deadline ? "the time to look was over" : NULL;
}

void
mirror_claims(const struct mirror *m, struct arena *a, const struct report *r,
	int tag, int64_t deadline, struct evidence *ev)
{
	struct claim_evidence *v =
		ARENA_ARRAY(a, r->n_claims + 1, struct claim_evidence);
	struct look k = {m, m->index, a, tag < 0 ? 0 : (unsigned)tag, deadline,
		arena_alloc(a, m->n_tags + 1)};

	for (size_t i = 0; i < r->n_claims; i++) {
		const struct code_claim *c = &r->claims[i];
		const char *why = why_not(m, tag, deadline);

		if (c->kind == CODE_COMMIT)
			v[i] = look_commit(m, a, c->text);
		else if (why == NULL)
			v[i] = look_one(&k, c);
		/* what was read before the damage was seen is not believed */
		if (c->kind != CODE_COMMIT && why == NULL)
			why = m->index->damaged ? why_not(m, tag, INT64_MAX) :
						  NULL;
		if (c->kind != CODE_COMMIT && why != NULL)
			v[i] = answer(CLAIM_UNKNOWN, why);
		v[i].claim = (unsigned)i;
		if (v[i].where != NULL)
			v[i].where = evidence_text(a, span_of(v[i].where));
	}
	ev->claims = v;
	ev->n_claims = r->n_claims;
}
