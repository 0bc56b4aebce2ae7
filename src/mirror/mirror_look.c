/*
 * mirror_look.c - a report's questions, asked in one go and within a time.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "mirror/mirror_impl.h"
#include "mirror/resolve.h"
#include "sys/loop.h"

enum { PREFIX_MIN = 4 };

enum mirror_commit
mirror_find_commit(const struct mirror *m, const char *hex, git_oid *id)
{
	size_t n = strlen(hex);
	git_oid part, full;
	size_t size;
	git_object_t type;

	if (m->odb == NULL || n < PREFIX_MIN || n > GIT_OID_HEXSZ ||
		git_oid_fromstrn(&part, hex, n) != 0)
		return COMMIT_ABSENT;
	int rc = git_odb_exists_prefix(&full, m->odb, &part, n);
	if (rc == GIT_EAMBIGUOUS)
		return COMMIT_AMBIGUOUS;
	if (rc != 0 || git_odb_read_header(&size, &type, m->odb, &full) != 0 ||
		type != GIT_OBJECT_COMMIT)
		return COMMIT_ABSENT;
	*id = full;
	return COMMIT_THERE;
}

/* --- versions --------------------------------------------------------------------- */

static bool
is_stated(const struct version_evidence *v, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].stated, text) == 0)
			return true;
	return false;
}

static void
add_versions(const struct mirror *m, struct arena *a,
	struct version_evidence *v, size_t *n, struct cites stated,
	struct evidence *ev)
{
	for (size_t i = 0; i < stated.n; i++) {
		struct resolved r;

		if (is_stated(v, *n, stated.v[i].text))
			continue;
		if (*n == EVIDENCE_MAX_VERSIONS) {
			ev->left_out++;
			continue;
		}
		mirror_resolve(m, stated.v[i].text, &r);
		v[(*n)++] =
			(struct version_evidence){.stated = stated.v[i].text,
				.line = stated.v[i].line,
				.status = r.status,
				.tag = r.tag >= 0 ?
					arena_strdup(a, m->tags[r.tag].name) :
					NULL};
	}
}

void
mirror_versions(const struct mirror *m, struct arena *a, const struct report *r,
	struct evidence *ev)
{
	struct version_evidence *v =
		ARENA_ARRAY(a, EVIDENCE_MAX_VERSIONS, struct version_evidence);
	size_t n = 0;

	add_versions(m, a, v, &n, r->versions, ev);
	add_versions(m, a, v, &n, r->releases, ev);
	add_versions(m, a, v, &n, r->commits, ev);
	ev->versions = v;
	ev->n_versions = n;
}

int
mirror_tag_of(const struct mirror *m, const struct version_evidence *v,
	size_t n, bool *stated)
{
	int best = -1;

	for (size_t i = 0; i < n; i++) {
		int tag = v[i].status == RELEASE_CONFIRMED && v[i].tag != NULL ?
			mirror_find_tag(m, v[i].tag) :
			-1;

		best = tag > best ? tag : best;
	}
	*stated = best >= 0;
	return best >= 0 ? best : m->newest;
}

/* --- all of it -------------------------------------------------------------------------- */

bool
mirror_look(struct mirror *m, struct arena *a, const struct report *r,
	int64_t limit_ms, struct evidence **out, struct err *err)
{
	struct evidence *ev = ARENA_NEW(a, struct evidence);
	int64_t deadline = loop_now() + limit_ms;

	(void)err;
	ev->mirror = arena_strdup(a, m->version);
	ev->fetched = m->fetched;
	mirror_versions(m, a, r, ev);
	int tag =
		mirror_tag_of(m, ev->versions, ev->n_versions, &ev->tag_stated);
	ev->tag = tag >= 0 ? arena_strdup(a, m->tags[tag].name) : NULL;
	mirror_claims(m, a, r, tag, deadline, ev);
	mirror_dependencies(m, a, tag, deadline, ev);
	*out = ev;
	return true;
}

/* --- for the list ---------------------------------------------------------------------- */

static uint64_t
bytes_in(const struct mirror *m)
{
	const char *const folders[] = {
		m->path, arena_printf(m->arena, "%s/objects/pack", m->path)};
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		DIR *d = opendir(folders[i]);
		struct dirent *e;
		struct stat st;

		while (d != NULL && (e = readdir(d)) != NULL)
			if (fstatat(dirfd(d), e->d_name, &st,
				    AT_SYMLINK_NOFOLLOW) == 0 &&
				S_ISREG(st.st_mode))
				sum += (uint64_t)st.st_size;
		if (d != NULL)
			(void)closedir(d);
	}
	return sum;
}

void
mirror_facts(const struct mirror *m, struct mirror_facts *out)
{
	*out = (struct mirror_facts){.version = m->version,
		.fetched = m->fetched,
		.tags = m->n_tags,
		.branches = m->n_branches,
		.branch = m->n_branches > 0 ? m->branches[0].name : NULL,
		.bytes = bytes_in(m),
		.problem = m->index_problem};
	for (size_t i = 0; i < m->n_tags; i++)
		out->releases +=
			m->tags[i].is_release && !m->tags[i].release.pre;
	if (m->newest >= 0) {
		out->newest = m->tags[m->newest].name;
		out->newest_at = m->tags[m->newest].date;
	}
}
