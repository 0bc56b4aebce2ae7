/*
 * index_read.c - what is in a blob: its lines, and what it defines.
 *
 * A blob is read once, however many tags have it. Lines that are too short
 * to be told by, and files that hold data rather than code, are not kept.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/index_make.h"
#include "mirror/symbols.h"

enum { LINE_MAX_BYTES = 1000, SNIFF = 8000 };

struct blob_reading {
	struct index_maker *k;
	uint32_t blob;
	size_t first;   /* of its symbols */
	unsigned *open; /* indent of each, by number from `first` */
	size_t cap;
};

/* What ends at this line's indent; the rest ends with the file. */
static void
defined(void *ctx, const struct symbol *s)
{
	struct blob_reading *b = ctx;
	struct index_maker *k = b->k;
	size_t i = k->n_symbols - b->first;

	k->symbols = mem_grow(k->symbols, &k->cap_symbols, k->n_symbols + 1,
		sizeof *k->symbols);
	b->open = mem_grow(b->open, &b->cap, i + 1, sizeof *b->open);
	k->symbols[k->n_symbols++] = (struct index_symbol){
		.name = maker_text(k, s->name),
		.owner = maker_text(k, s->owner),
		.blob = b->blob,
		.line = s->line,
		.kind = s->kind,
	};
	b->open[i] = s->indent;
}

/* From the last back: a symbol ends before the next one that is not inside
 * of it. `next[]` is a stack of those that may be. */
static void
set_ends(struct blob_reading *b, unsigned lines)
{
	size_t n = b->k->n_symbols - b->first, top = 0;

	if (n == 0)
		return;
	struct index_symbol *v = b->k->symbols + b->first;
	size_t *next = mem_new((n + 1) * sizeof *next);

	for (size_t i = n; i > 0; i--) {
		while (top > 0 && b->open[next[top - 1]] > b->open[i - 1])
			top--;
		v[i - 1].end = top > 0 ? v[next[top - 1]].line - 1 : lines;
		if (v[i - 1].end < v[i - 1].line)
			v[i - 1].end = v[i - 1].line;
		next[top++] = i - 1;
	}
	free(next);
}

static bool
is_text(struct span s)
{
	return memchr(s.p, '\0', s.n < SNIFF ? s.n : SNIFF) == NULL;
}

static bool
is_data(const char *name)
{
	static const char *const endings[] = {".json", ".lock", ".svg", ".csv",
		".tsv", ".po", ".map", ".min.js", ".min.css", ".ipynb", ".xml",
		".log", ".pem", ".snap"};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (span_ends_nocase(span_of(name), endings[i]))
			return true;
	return false;
}

static unsigned
read_lines(struct index_maker *k, struct span text, uint32_t path)
{
	bool keep = !is_data(k->texts + k->paths[path].name);
	struct span line;
	unsigned n = 0;

	while (span_line(&text, &line)) {
		uint32_t hash;

		n++;
		if (!keep || line.n > LINE_MAX_BYTES ||
			index_line_hash(line, &hash) < INDEX_LINE_LEAST)
			continue;
		if (k->n_lines == INDEX_LINES_MAX) {
			k->lines_left_out = 1;
			continue;
		}
		k->lines = mem_grow(k->lines, &k->cap_lines, k->n_lines + 1,
			sizeof *k->lines);
		k->lines[k->n_lines++] = (struct index_line){hash, path};
	}
	return n;
}

static int
by_line(const void *a, const void *b)
{
	const struct index_line *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->path > y->path) - (x->path < y->path);
}

/* A line that a path has in a hundred versions is kept once. */
static void
squeeze_lines(struct index_maker *k)
{
	size_t n = 0, same = 0;

	if (k->n_lines > 0)
		qsort(k->lines, k->n_lines, sizeof *k->lines, by_line);
	for (size_t i = 0; i < k->n_lines; i++) {
		struct index_line l = k->lines[i];

		if (n > 0 && by_line(&k->lines[n - 1], &l) == 0)
			continue;
		same = n > 0 && k->lines[n - 1].hash == l.hash ? same + 1 : 0;
		if (same <= INDEX_LINE_PATHS)
			k->lines[n++] = l;
	}
	k->n_lines = n;
}

static bool
one_blob(struct blob_reading *b, uint32_t blob, uint32_t path, struct err *err)
{
	struct index_maker *k = b->k;
	const char *name = k->texts + k->paths[path].name;
	const struct symbol_language *l = symbols_language(name);
	git_odb_object *o = NULL;
	git_object_t type;
	git_oid id;
	size_t size;

	memcpy(id.id, k->blobs[blob].id, 20);
	int rc = git_odb_read_header(&size, &type, k->m->odb, &id);
	if (rc == 0 && size > MIRROR_MAX_BLOB)
		return true;
	if (rc == 0)
		rc = git_odb_read(&o, k->m->odb, &id);
	if (rc != 0)
		return mirror_git_err(
			err, ERR_BROKEN, rc, "cannot read a file");
	struct span text =
		span_make(git_odb_object_data(o), git_odb_object_size(o));
	if (is_text(text)) {
		unsigned n = read_lines(k, text, path);

		k->blobs[blob].lines = n;
		b->blob = blob;
		b->first = k->n_symbols;
		if (l != NULL)
			symbols_read(l, text, defined, b);
		set_ends(b, n);
	}
	git_odb_object_free(o);
	return true;
}

bool
maker_read(struct index_maker *k, struct err *err)
{
	struct blob_reading b = {.k = k};
	uint32_t *path = mem_new((k->blob_table.n + 1) * sizeof *path);
	bool ok = true;
	size_t squeezed = 0;

	for (size_t i = k->n_runs; i > 0; i--) /* the first one stays */
		path[k->runs[i - 1].blob] = k->runs[i - 1].path;
	for (uint32_t i = 0; i < k->blob_table.n && ok; i++) {
		ok = !(i % 64 == 0 && maker_late(k, err)) &&
			one_blob(&b, i, path[i], err);
		if (k->n_lines > squeezed + 4 * 1000 * 1000) {
			squeeze_lines(k);
			squeezed = k->n_lines;
		}
	}
	squeeze_lines(k);
	free(path);
	free(b.open);
	return ok;
}
