/*
 * claims_symbol.c - functions and classes that a report names, at one tag.
 *
 * "Class.method" and "module.function" are both written with a dot, so what
 * stands before it may be the class, the file or a folder. A name with a dot
 * of which the first part is nothing in this repository is most likely a
 * library's, which is no claim about the product: unknown.
 */
#include <string.h>

#include "base/mem.h"
#include "mirror/claims.h"
#include "mirror/symbols.h"
#include "sys/loop.h"

struct place {
	uint32_t path;
	unsigned line, end;
	const char *owner;
	bool is;
};

struct sought {
	struct look *k;
	const struct code_claim *c;
	const char *name, *owner, *first; /* owner NULL: none stated */
	const char *file;     /* without a package folder, or NULL */
	struct place near;    /* in the file, around the line */
	struct place in_file; /* in the file */
	struct place fitting; /* with its owner */
	struct place any;     /* with another */
	size_t n_fitting;     /* places at the tag */
	unsigned char *loose; /* tags that have it with another owner */
};

static struct claim_evidence
answer(enum claim_status status, const char *where)
{
	return (struct claim_evidence){0, status, where};
}

/* Is `owner` the file's name without its ending, or one of its folders? */
static bool
is_module(const char *path, const char *owner)
{
	size_t n = strlen(owner);

	for (const char *p = path; p != NULL && *p; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, owner, n) == 0 && (p[n] == '/' || p[n] == '.'))
			return true;
	}
	return false;
}

static void
set(struct place *p, struct place found)
{
	if (!p->is)
		*p = found;
}

static void
at_this_tag(struct sought *s, struct place p, const char *path, bool fits)
{
	unsigned from = s->c->from, to = s->c->to;

	if (fits) {
		s->n_fitting++;
		set(&s->fitting, p);
	} else {
		set(&s->any, p);
	}
	if (!fits || s->file == NULL || !look_path_matches(path, s->file))
		return;
	set(&s->in_file, p);
	if (from == 0 ||
		(from <= p.end + CLAIM_NEAR && to + CLAIM_NEAR >= p.line))
		set(&s->near, p);
}

static void
one_symbol(struct sought *s, const struct index_symbol *row)
{
	struct mirror_index *x = s->k->x;
	const struct index_blob *b =
		INDEX_ROW(x, INDEX_BLOBS, row->blob, index_blob);
	const char *owner = index_text(x, row->owner);
	bool owned = s->owner == NULL || strcmp(owner, s->owner) == 0;

	if (s->c->kind == CODE_CLASS && row->kind != SYMBOL_CLASS)
		return;
	for (uint32_t i = 0; i < b->n_uses && !x->damaged; i++) {
		uint32_t use = *(const uint32_t *)index_row(
			x, INDEX_USES, b->uses + i, sizeof(uint32_t));
		const struct index_run *r =
			INDEX_ROW(x, INDEX_RUNS, use, index_run);
		bool here = r->from <= s->k->tag && s->k->tag <= r->to;
		const char *path =
			here || !owned ? look_path_name(s->k, r->path) : "";
		bool fits = owned || is_module(path, s->owner);

		if (here)
			at_this_tag(s,
				(struct place){r->path, row->line, row->end,
					owner, true},
				path, fits);
		else if (fits)
			look_tags_add(s->k, r);
		else if (r->from <= r->to && r->to < s->k->m->n_tags)
			memset(s->loose + r->from, 1,
				(size_t)(r->to - r->from) + 1);
	}
}

static const char *
place_text(struct sought *s, struct place p, bool with_owner)
{
	const char *path = look_path_name(s->k, p.path);

	return with_owner && *p.owner ?
		arena_printf(s->k->a, "%s:%u, as %s.%s", path, p.line, p.owner,
			s->name) :
		arena_printf(s->k->a, "%s:%u", path, p.line);
}

/* Has the repository, at any tag, a module or class of this name? */
static bool
is_known(struct look *k, const char *first)
{
	static const char *const endings[] = {"py", "js", "ts", "mjs", "rb",
		"php", "java", "go", "rs", "c", "cpp", "h", "sh"};
	uint64_t from, to;

	index_find_symbol(k->x, first, &from, &to);
	if (from < to)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		index_find_base(k->x,
			arena_printf(k->a, "%s.%s", first, endings[i]), &from,
			&to);
		if (from < to)
			return true;
	}
	index_find_base(k->x, "__init__.py", &from, &to);
	for (uint64_t i = from; i < to && i < from + CLAIM_ROWS_MAX; i++)
		if (is_module(look_path_name(k, (uint32_t)i), first))
			return true;
	return false;
}

static struct claim_evidence
not_here(struct sought *s, bool foreign)
{
	const char *tags = look_tags_text(s->k);

	if (tags != NULL)
		return answer(CLAIM_OTHER_RELEASE, tags);
	memcpy(s->k->tags, s->loose, s->k->m->n_tags);
	if ((tags = look_tags_text(s->k)) != NULL)
		return answer(CLAIM_OTHER_RELEASE,
			arena_printf(
				s->k->a, "%s, but not in %s", tags, s->owner));
	if (foreign)
		return answer(CLAIM_UNKNOWN, "in a file of another package");
	if (s->owner != NULL && s->c->file == NULL &&
		(s->first[0] >= 'a' && s->first[0] <= 'z') &&
		!is_known(s->k, s->first))
		return answer(CLAIM_UNKNOWN,
			arena_printf(s->k->a,
				"%s is no module or class of this repository",
				s->first));
	return answer(CLAIM_NEVER, NULL);
}

static void
name_parts(struct sought *s, struct arena *a)
{
	char *text = arena_strdup(a, s->c->text), *dot;

	s->first = text;
	s->name = text;
	while ((dot = strchr(s->name, '.')) != NULL) {
		*dot = '\0';
		s->owner = s->name;
		s->name = dot + 1;
	}
}

struct claim_evidence
look_symbol(struct look *k, const struct code_claim *c)
{
	struct sought s = {.k = k, .c = c};
	struct found_paths paths = {0};
	uint64_t from, to;
	bool package;

	name_parts(&s, k->a);
	if (c->file != NULL) {
		look_paths(k, c->file, &paths);
		s.file = look_without_package(c->file, &package);
		/* as it was found, without the reporter's own folders */
		if (paths.n > 0 && paths.all == 1)
			s.file = look_path_name(k, paths.v[0]);
	}
	look_tags_clear(k);
	s.loose = arena_alloc(k->a, k->m->n_tags + 1);
	index_find_symbol(k->x, s.name, &from, &to);
	for (uint64_t i = from; i < to && i < from + CLAIM_ROWS_MAX; i++) {
		if (i % 1024 == 0 && loop_now() >= k->deadline)
			return answer(
				CLAIM_UNKNOWN, "the time to look was over");
		one_symbol(&s, INDEX_ROW(k->x, INDEX_SYMBOLS, i, index_symbol));
	}
	if (s.near.is)
		return answer(CLAIM_EXISTS, place_text(&s, s.near, false));
	if (s.in_file.is)
		return answer(
			CLAIM_ELSEWHERE, place_text(&s, s.in_file, false));
	if (s.fitting.is) {
		const char *where = place_text(&s, s.fitting, false);

		if (s.n_fitting > 1)
			where = arena_printf(k->a, "%s and %zu more", where,
				s.n_fitting - 1);
		return answer(c->file ? CLAIM_ELSEWHERE : CLAIM_EXISTS, where);
	}
	if (s.any.is)
		return answer(CLAIM_ELSEWHERE, place_text(&s, s.any, true));
	return not_here(&s, paths.foreign);
}
