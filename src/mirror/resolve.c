/*
 * resolve.c - the version that a report states, against the tags there are.
 *
 * A name that is a tag is that tag, whatever else it reads as. After that
 * come words ("latest", "main"), commit ids, and version numbers with the
 * words and signs that make ranges of them. A range is confirmed by the
 * newest release in it; a final one, if it has any.
 *
 * Charity decides what is unclear: "1.0" where only 1.0.1 was released means
 * that series, since a person who says "no such release" must be right.
 */
#include <string.h>

#include "base/mem.h"
#include "mirror/mirror_impl.h"
#include "mirror/resolve.h"

enum { STATED_MAX = 200, HEX_MIN = 7 };

static bool
is_one_of(struct span word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is_nocase(word, words[i]))
			return true;
	return false;
}

static void
confirm(int tag, struct resolved *out)
{
	*out = (struct resolved){
		tag >= 0 ? RELEASE_CONFIRMED : RELEASE_UNKNOWN, tag};
}

/* --- words --------------------------------------------------------------------------- */

/* "`v1.2`," as people write it. */
static struct span
bare(struct span s)
{
	s = span_trim(s);
	while (s.n > 0 && strchr("\"'`([{", s.p[0]) != NULL)
		s = span_from(s, 1);
	while (s.n > 0 && strchr("\"'`)]}.,;:", s.p[s.n - 1]) != NULL)
		s.n--;
	return span_trim(s);
}

bool
resolve_is_newest_word(struct span s)
{
	static const char *const words[] = {"latest", "newest", "current",
		"stable", "latest release", "latest version", "latest stable",
		"latest stable release", "latest stable version",
		"newest release", "newest version", "most recent",
		"most recent release", "most recent version", "current release",
		"current version", "the latest", "the latest release",
		"the latest version"};

	return is_one_of(s, words, ARRAY_LEN(words));
}

static bool
is_branch_word(struct span s)
{
	static const char *const words[] = {"main", "master", "head", "trunk",
		"develop", "default branch", "main branch", "master branch",
		"origin/main", "origin/master", "nightly", "tip", "git"};

	return is_one_of(s, words, ARRAY_LEN(words));
}

bool
resolve_is_branch(const struct mirror *m, struct span s)
{
	for (size_t i = 0; i < m->n_branches; i++)
		if (span_is(s, m->branches[i].name))
			return true;
	return is_branch_word(s);
}

static int
tag_by_name(const struct mirror *m, struct span s)
{
	int like = -1;

	if (span_starts(s, "refs/tags/"))
		s = span_from(s, 10);
	for (size_t i = 0; i < m->n_tags; i++) {
		if (span_is(s, m->tags[i].name))
			return (int)i;
		if (span_is_nocase(s, m->tags[i].name))
			like = (int)i;
	}
	return like;
}

/* --- commits ---------------------------------------------------------------------------- */

static bool
is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("0123456789abcdefABCDEF", s.p[i]) == NULL)
			return false;
	return s.n >= HEX_MIN && s.n <= GIT_OID_HEXSZ;
}

static void
resolve_commit(const struct mirror *m, struct span s, struct resolved *out)
{
	char hex[GIT_OID_HEXSZ + 1] = {0};
	git_oid id;

	for (size_t i = 0; i < s.n; i++)
		hex[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'F' ? s.p[i] | 0x20 :
								 s.p[i]);
	if (mirror_find_commit(m, hex, &id) != COMMIT_THERE)
		return;
	*out = (struct resolved){RELEASE_UNTAGGED, -1};
	/* Several tags may point at it: the newest speaks for it. */
	for (size_t i = m->n_tags; i-- > 0;)
		if (git_oid_equal(&m->tags[i].commit, &id)) {
			confirm((int)i, out);
			return;
		}
}

/* --- numbers -------------------------------------------------------------------------- */

/* The same number under another spelling; the product's own name before it
 * chooses among several. */
static int
tag_by_number(const struct mirror *m, struct span s)
{
	struct release r;
	int best = -1;

	if (!release_parse(s, &r))
		return -1;
	for (size_t i = m->n_tags; i-- > 0;) {
		const struct mirror_tag *t = &m->tags[i];

		if (!t->is_release || release_cmp(&t->release, &r) != 0)
			continue;
		if (r.prefix.n > 1 &&
			span_eq_nocase(t->release.prefix, r.prefix))
			return (int)i;
		if (best < 0 || (t->is_main && !m->tags[best].is_main))
			best = (int)i;
	}
	return best;
}

void
mirror_resolve(const struct mirror *m, const char *stated, struct resolved *out)
{
	struct span s = bare(span_of(stated));
	int tag;

	*out = (struct resolved){RELEASE_UNKNOWN, -1};
	if (s.n == 0 || s.n > STATED_MAX)
		return;
	if ((tag = tag_by_name(m, s)) >= 0 ||
		(tag = tag_by_number(m, s)) >= 0) {
		confirm(tag, out);
		return;
	}
	if (resolve_is_newest_word(s)) {
		confirm(m->newest, out);
		return;
	}
	if (resolve_is_branch(m, s)) {
		*out = (struct resolved){RELEASE_BRANCH, -1};
		return;
	}
	if (is_hex(s))
		resolve_commit(m, s, out);
	else
		resolve_range(m, s, out);
}
