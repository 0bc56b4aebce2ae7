/*
 * claims_quote.c - code that a report quotes: is it in the file it names?
 *
 * Blanks do not count, nor do comments, short lines and "...". The file is
 * read and compared line by line; where no file is named, or it is not in
 * there, the index says in which files the rarest lines of the quote stand,
 * at any tag. A quote found in part says nothing by itself: unknown, with
 * how much of it was found and where.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/claims.h"
#include "sys/loop.h"

enum {
	LINES_MAX = 80,
	LINE_LEAST = 4,   /* bytes without blanks, to count at all */
	QUOTE_LEAST = 16, /* of all lines */
	BLOBS_MAX = 48,   /* read for one quote */
	STARTS_MAX = 50,
	FILE_LINES = 200000,
};

struct quote {
	uint32_t hash[LINES_MAX];
	size_t length[LINES_MAX];
	size_t n, bytes;
};

struct match {
	size_t found;   /* lines of the quote that are in the file */
	unsigned start; /* where all of them stand in order; 0: they don't */
};

struct search {
	struct look *k;
	const struct code_claim *c;
	struct quote q;
	unsigned reads;
	bool absent; /* a line of it is in no file of any release */
	size_t best; /* lines of a quote found in part ... */
	uint32_t best_path;
	uint32_t *file; /* hashes of the lines of a file */
};

static struct claim_evidence
answer(enum claim_status status, const char *where)
{
	return (struct claim_evidence){0, status, where};
}

/* ---- the quote ---- */

static bool
is_comment(struct span s)
{
	return span_starts(s, "#") || span_starts(s, "//") ||
		span_starts(s, "/*") || span_starts(s, "*") ||
		span_starts(s, "...") || span_starts(s, "\xe2\x80\xa6") ||
		span_starts(s, "--");
}

static void
quote_read(struct quote *q, struct span text)
{
	struct span line;

	while (q->n < LINES_MAX && span_line(&text, &line)) {
		struct span s = span_trim(line);
		uint32_t hash;

		if (is_comment(s))
			continue;
		size_t n = index_line_hash(s, &hash);
		if (n < LINE_LEAST)
			continue;
		q->hash[q->n] = hash;
		q->length[q->n++] = n;
		q->bytes += n;
	}
}

/* ---- one file ---- */

static size_t
file_hashes(struct search *s, struct span text)
{
	struct span line;
	size_t n = 0;

	while (n < FILE_LINES && span_line(&text, &line)) {
		uint32_t hash;
		size_t len = index_line_hash(line, &hash);

		s->file[n++] = len < LINE_LEAST ? 0 : hash;
	}
	return n;
}

/* From line i on, all lines of the quote in order: where the last stands. */
static size_t
in_order(const struct quote *q, const uint32_t *file, size_t n, size_t i)
{
	size_t at = 0;

	for (; i < n && at < q->n; i++)
		if (file[i] == q->hash[at])
			at++;
	return at == q->n ? i : 0;
}

static struct match
compare(struct search *s, size_t n)
{
	const struct quote *q = &s->q;
	struct match m = {0, 0};
	size_t shortest = SIZE_MAX, starts = 0;

	for (size_t k = 0; k < q->n; k++) {
		size_t i = 0;

		while (i < n && s->file[i] != q->hash[k])
			i++;
		m.found += i < n;
	}
	if (m.found < q->n)
		return m;
	for (size_t i = 0; i < n && starts < STARTS_MAX; i++) {
		if (s->file[i] != q->hash[0])
			continue;
		starts++;
		size_t end = in_order(q, s->file, n, i);
		if (end > 0 && end - i < shortest) {
			shortest = end - i;
			m.start = (unsigned)i + 1;
		}
	}
	return m;
}

static struct match
match_blob(struct search *s, uint32_t blob, uint32_t path)
{
	const struct index_blob *b =
		INDEX_ROW(s->k->x, INDEX_BLOBS, blob, index_blob);
	struct match m = {0, 0};
	git_odb_object *o = NULL;
	git_oid id;

	if (b->lines == 0 || s->reads++ >= BLOBS_MAX ||
		loop_now() >= s->k->deadline)
		return m;
	memcpy(id.id, b->id, sizeof b->id);
	if (git_odb_read(&o, s->k->m->odb, &id) != 0)
		return m;
	if (git_odb_object_size(o) <= MIRROR_MAX_BLOB)
		m = compare(s,
			file_hashes(s,
				span_make(git_odb_object_data(o),
					git_odb_object_size(o))));
	git_odb_object_free(o);
	if (m.found > s->best) {
		s->best = m.found;
		s->best_path = path;
	}
	return m;
}

/* ---- where to look ---- */

static const struct index_path *
path_row(struct search *s, uint32_t path)
{
	return INDEX_ROW(s->k->x, INDEX_PATHS, path, index_path);
}

static void
add_path(struct found_paths *p, uint32_t path)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] == path)
			return;
	if (p->n < CLAIM_PATHS_MAX)
		p->v[p->n++] = path;
}

/* Paths that have the quote's rarest line, and then its longest. False if
 * no line of it can tell. */
static bool
paths_by_lines(struct search *s, struct found_paths *out)
{
	uint64_t from, to, few = INDEX_LINE_PATHS + 1;
	bool told = false;

	*out = (struct found_paths){0};
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < s->q.n; i++) {
			if (s->q.length[i] < INDEX_LINE_LEAST)
				continue;
			index_find_line(s->k->x, s->q.hash[i], &from, &to);
			if (to - from > INDEX_LINE_PATHS)
				continue;
			told = true;
			s->absent = s->absent || from == to;
			if (round == 0 && to > from && to - from < few)
				few = to - from;
			if (round == 1 && to - from == few)
				for (; from < to; from++)
					add_path(out,
						INDEX_ROW(s->k->x, INDEX_LINES,
							from, index_line)
							->path);
		}
	return told;
}

/* In one of these paths at the tag. */
static bool
at_tag(struct search *s, const struct found_paths *p, uint32_t *path,
	unsigned *line)
{
	for (size_t i = 0; i < p->n; i++) {
		int64_t blob =
			index_blob_at(s->k->x, path_row(s, p->v[i]), s->k->tag);
		struct match m = {0, 0};

		if (blob >= 0)
			m = match_blob(s, (uint32_t)blob, p->v[i]);
		if (m.start > 0) {
			*path = p->v[i];
			*line = m.start;
			return true;
		}
	}
	return false;
}

/* In one of these paths at other tags: all runs that have it. */
static const char *
at_other_tags(struct search *s, const struct found_paths *p)
{
	look_tags_clear(s->k);
	for (size_t i = 0; i < p->n; i++) {
		const struct index_path *row = path_row(s, p->v[i]);

		for (uint32_t r = row->n_runs; r > 0; r--) {
			const struct index_run *run = INDEX_ROW(s->k->x,
				INDEX_RUNS, row->runs + r - 1, index_run);

			if (s->k->x->damaged || s->reads >= BLOBS_MAX)
				return look_tags_text(s->k);
			if (match_blob(s, run->blob, p->v[i]).start > 0)
				look_tags_add(s->k, run);
		}
	}
	return look_tags_text(s->k);
}

static struct claim_evidence
in_part(struct search *s, bool told)
{
	const char *how = s->best == 0 ?
		NULL :
		arena_printf(s->k->a, "%zu of %zu lines are in %s", s->best,
			s->q.n, look_path_name(s->k, s->best_path));

	if (s->best == s->q.n)
		how = arena_printf(s->k->a,
			"its lines are in %s, in another order",
			look_path_name(s->k, s->best_path));
	if (2 * s->best >= s->q.n && s->best > 0)
		return answer(CLAIM_UNKNOWN, how);
	if (!told)
		return answer(CLAIM_UNKNOWN,
			how ? how : "its lines are too common to look for");
	if (s->k->x->head.lines_left_out ||
		(!s->absent && s->reads >= BLOBS_MAX))
		return answer(CLAIM_UNKNOWN,
			how ? how : "not every file could be looked into");
	return answer(CLAIM_NEVER, how);
}

static struct claim_evidence
search(struct search *s)
{
	const struct code_claim *c = s->c;
	struct found_paths named = {0}, other = {0};
	uint32_t path = 0;
	unsigned line = 0;
	const char *tags;

	if (c->file != NULL)
		look_paths(s->k, c->file, &named);
	if (named.foreign)
		return answer(CLAIM_UNKNOWN, "in a file of another package");
	if (at_tag(s, &named, &path, &line)) {
		bool near = c->from == 0 ||
			(line <= c->to + CLAIM_NEAR &&
				line + CLAIM_NEAR >= c->from);

		return answer(near ? CLAIM_EXISTS : CLAIM_ELSEWHERE,
			arena_printf(s->k->a, "%s:%u",
				look_path_name(s->k, path), line));
	}
	bool told = paths_by_lines(s, &other);
	if (at_tag(s, &other, &path, &line))
		return answer(c->file ? CLAIM_ELSEWHERE : CLAIM_EXISTS,
			arena_printf(s->k->a, "%s:%u",
				look_path_name(s->k, path), line));
	for (size_t i = 0; i < named.n; i++)
		add_path(&other, named.v[i]);
	if (!s->absent && (tags = at_other_tags(s, &other)) != NULL)
		return answer(CLAIM_OTHER_RELEASE, tags);
	return in_part(s, told);
}

struct claim_evidence
look_quote(struct look *k, const struct code_claim *c)
{
	struct search s = {.k = k, .c = c};

	quote_read(&s.q, span_of(c->text));
	if (s.q.bytes < QUOTE_LEAST)
		return answer(CLAIM_UNKNOWN, "too short to be looked up");
	s.file = mem_new(FILE_LINES * sizeof *s.file);
	struct claim_evidence out = search(&s);
	free(s.file);
	return out;
}
