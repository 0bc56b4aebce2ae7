/*
 * mirror_refs.c - refs written once, sorted, and read back as releases.
 *
 * Nothing is asked of git's own ref store: loose refs, symbolic refs, logs
 * and worktrees do not exist in a mirror.
 */
#include "mirror/mirror_refs.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sys/files.h"

enum {
	REFS_FILE_MAX = 16 * 1024 * 1024,
	PREFIXES_MAX = 64,
	REF_NAME_MAX = 240
};

static const char heads[] = "refs/heads/", tags[] = "refs/tags/";

bool
mirror_ref_is_kept(const char *name)
{
	struct span s = span_of(name);
	int valid = 0;

	if (!span_starts(s, heads) && !span_starts(s, tags))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return s.n <= REF_NAME_MAX && utf8_valid(s) &&
		git_reference_name_is_valid(&valid, name) == 0 && valid;
}

/* --- writing ------------------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	const struct mirror_ref *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
packed_text(struct mirror_ref *refs, size_t n, struct str *out)
{
	char hex[GIT_OID_HEXSZ + 1];

	if (n > 0)
		qsort(refs, n, sizeof *refs, by_name);
	str_puts(out, "# pack-refs with: peeled fully-peeled sorted \n");
	for (size_t i = 0; i < n; i++) {
		str_printf(out, "%s %s\n",
			git_oid_tostr(hex, sizeof hex, &refs[i].target),
			refs[i].name);
		if (!git_oid_equal(&refs[i].target, &refs[i].commit))
			str_printf(out, "^%s\n",
				git_oid_tostr(
					hex, sizeof hex, &refs[i].commit));
	}
}

const char *
mirror_refs_version(
	struct arena *a, struct mirror_ref *refs, size_t n, char out[HASH_TEXT])
{
	AUTO(str_fini) struct str packed;

	(void)a;
	str_init(&packed, REFS_FILE_MAX);
	packed_text(refs, n, &packed);
	return hash_hex(hash_of(str_span(&packed)), out);
}

static void
ours_text(const struct mirror_ref *refs, size_t n, const char *head,
	struct str *out)
{
	char hex[GIT_OID_HEXSZ + 1];

	str_puts(out, "pratique refs 1\n");
	if (head != NULL)
		str_printf(out, "head %s\n", head);
	for (size_t i = 0; i < n; i++)
		str_printf(out, "%s %lld %s\n",
			git_oid_tostr(hex, sizeof hex, &refs[i].commit),
			(long long)refs[i].date.ms, refs[i].name);
}

bool
mirror_refs_write(struct arena *a, const char *folder, struct mirror_ref *refs,
	size_t n, const char *head, struct err *err)
{
	AUTO(str_fini) struct str packed, ours;

	str_init(&packed, REFS_FILE_MAX);
	str_init(&ours, REFS_FILE_MAX);
	packed_text(refs, n, &packed);
	ours_text(refs, n, head, &ours);
	if (packed.cut || ours.cut)
		return err_set(err, ERR_LIMIT,
			"the names of %zu refs are more than we keep", n);
	const char *at_head =
		arena_printf(a, "ref: %s\n", head ? head : "refs/heads/main");
	return file_write(arena_printf(a, "%s/packed-refs", folder),
		       str_span(&packed), 0640, err) &&
		file_write(arena_printf(a, "%s/" MIRROR_REFS, folder),
			str_span(&ours), 0640, err) &&
		file_write(arena_printf(a, "%s/HEAD", folder), span_of(at_head),
			0640, err);
}

/* --- reading ------------------------------------------------------------------------- */

struct reading {
	struct mirror *m;
	struct mirror_tag *tags;
	struct mirror_branch *branches;
	const char *head;
};

static bool
read_line(struct reading *g, struct span line)
{
	struct arena *a = g->m->arena;
	struct span hex, date, name = line;
	unsigned long long ms;
	git_oid commit;

	if (span_starts(line, "head ")) {
		g->head = arena_text(a, span_from(line, 5));
		return true;
	}
	if (!span_split(&name, ' ', &hex) || !span_split(&name, ' ', &date) ||
		hex.n != GIT_OID_HEXSZ ||
		git_oid_fromstrn(&commit, (const char *)hex.p, hex.n) != 0 ||
		!span_number(date, INT64_MAX, &ms))
		return false;
	if (span_starts(name, heads)) {
		g->branches[g->m->n_branches++] = (struct mirror_branch){
			arena_text(a, span_from(name, sizeof heads - 1)),
			commit};
		return true;
	}
	if (!span_starts(name, tags))
		return false;
	struct mirror_tag *t = &g->tags[g->m->n_tags++];
	*t = (struct mirror_tag){
		.name = arena_text(a, span_from(name, sizeof tags - 1)),
		.commit = commit,
		.date = {(int64_t)ms}};
	t->is_release = release_parse(span_of(t->name), &t->release);
	return true;
}

static int
by_release(const void *a, const void *b)
{
	const struct mirror_tag *x = a, *y = b;
	int d = (int)x->is_release - (int)y->is_release;

	if (d == 0 && x->is_release)
		d = release_cmp(&x->release, &y->release);
	if (d == 0)
		d = (x->date.ms > y->date.ms) - (x->date.ms < y->date.ms);
	return d != 0 ? d : strcmp(x->name, y->name);
}

/* "core-" of "core-v1.2": the "v" says nothing. */
static struct span
product_of(const struct mirror_tag *t)
{
	struct span p = t->release.prefix;

	if (p.n > 0 && (p.p[p.n - 1] | 0x20) == 'v')
		p.n--;
	return p;
}

/* Marks the tags of the product that has the most. */
static void
find_main(struct mirror_tag *v, size_t n)
{
	struct {
		struct span prefix;
		size_t n;
	} seen[PREFIXES_MAX];
	size_t n_seen = 0, best = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (!v[i].is_release)
			continue;
		while (k < n_seen &&
			!span_eq_nocase(seen[k].prefix, product_of(&v[i])))
			k++;
		if (k == PREFIXES_MAX)
			continue;
		if (k == n_seen) {
			seen[n_seen].prefix = product_of(&v[i]);
			seen[n_seen++].n = 0;
		}
		seen[k].n++;
	}
	for (size_t k = 1; k < n_seen; k++)
		if (seen[k].n > seen[best].n)
			best = k;
	for (size_t i = 0; i < n && n_seen > 0; i++)
		v[i].is_main = v[i].is_release &&
			span_eq_nocase(seen[best].prefix, product_of(&v[i]));
}

static int
newest_of(const struct mirror_tag *v, size_t n)
{
	int pre = -1;

	for (size_t i = n; i-- > 0;) {
		if (v[i].is_main && !v[i].release.pre)
			return (int)i;
		if (v[i].is_main && pre < 0)
			pre = (int)i;
	}
	return pre >= 0 ? pre : (int)n - 1;
}

/* The default one first, the others as they are named. */
static void
default_first(struct reading *g)
{
	struct mirror *m = g->m;

	if (g->head == NULL || strncmp(g->head, heads, sizeof heads - 1) != 0)
		return;
	for (size_t i = 1; i < m->n_branches; i++) {
		struct mirror_branch b = g->branches[i];

		if (strcmp(b.name, g->head + sizeof heads - 1) != 0)
			continue;
		memmove(&g->branches[1], &g->branches[0],
			i * sizeof *g->branches);
		g->branches[0] = b;
		return;
	}
}

static size_t
lines_of(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

bool
mirror_refs_read(struct mirror *m, struct err *err)
{
	struct span packed, rest, line;
	struct reading g = {.m = m};

	if (!file_read(m->arena,
		    arena_printf(m->arena, "%s/packed-refs", m->path),
		    REFS_FILE_MAX, &packed, err) ||
		!file_read(m->arena,
			arena_printf(m->arena, "%s/" MIRROR_REFS, m->path),
			REFS_FILE_MAX, &rest, err)) {
		err->code = ERR_BROKEN;
		return err_wrap(err, "the mirror is not whole");
	}
	size_t lines = lines_of(rest);
	(void)hash_hex(hash_of(packed), m->version);
	g.tags = ARENA_ARRAY(m->arena, lines + 1, struct mirror_tag);
	g.branches = ARENA_ARRAY(m->arena, lines + 1, struct mirror_branch);
	bool ok = utf8_valid(rest) && span_line(&rest, &line) &&
		span_is(line, "pratique refs 1");
	while (ok && span_line(&rest, &line))
		ok = read_line(&g, line);
	if (!ok || m->n_tags > MIRROR_MAX_TAGS)
		return err_set(err, ERR_BROKEN,
			"'%s/" MIRROR_REFS
			"' is not as we write it; 'pratique mirror update' makes it anew",
			m->path);
	if (m->n_tags > 0)
		qsort(g.tags, m->n_tags, sizeof *g.tags, by_release);
	find_main(g.tags, m->n_tags);
	default_first(&g);
	m->tags = g.tags;
	m->branches = g.branches;
	m->newest = newest_of(g.tags, m->n_tags);
	return true;
}

int
mirror_find_tag(const struct mirror *m, const char *name)
{
	for (size_t i = 0; i < m->n_tags; i++)
		if (strcmp(m->tags[i].name, name) == 0)
			return (int)i;
	return -1;
}
