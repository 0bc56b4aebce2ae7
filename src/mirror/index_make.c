/*
 * index_make.c - the tables of an index, sorted and written in one file.
 *
 * Everything is in memory until it is written: a repository of ten thousand
 * files and five hundred tags takes some tens of megabytes. The same tags
 * give the same bytes, since ids are given in the order of tags and trees
 * and everything that is written is sorted by what it says.
 */
#include "mirror/index_make.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/files.h"
#include "sys/loop.h"

/* ---- tables ---- */

uint32_t
index_hash(const void *p, size_t n)
{
	const unsigned char *c = p;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * 16777619u;
	return h ^ h >> 15;
}

static void
table_grow(struct index_table *t,
	uint32_t (*hash_of_id)(const void *ctx, uint32_t id), const void *ctx)
{
	free(t->slot);
	t->cap = t->cap ? 2 * t->cap : 1024;
	t->slot = mem_new(t->cap * sizeof *t->slot);
	for (uint32_t id = 0; id < t->n; id++) {
		size_t i = hash_of_id(ctx, id) & (t->cap - 1);

		while (t->slot[i] != 0)
			i = (i + 1) & (t->cap - 1);
		t->slot[i] = id + 1;
	}
}

uint32_t
index_table_find(struct index_table *t, uint32_t hash,
	bool (*same)(const void *ctx, uint32_t id, const void *key),
	uint32_t (*hash_of_id)(const void *ctx, uint32_t id), const void *ctx,
	const void *key, bool *found)
{
	if (2 * t->n >= t->cap)
		table_grow(t, hash_of_id, ctx);
	size_t i = hash & (t->cap - 1);
	for (; t->slot[i] != 0; i = (i + 1) & (t->cap - 1))
		if (same(ctx, t->slot[i] - 1, key)) {
			*found = true;
			return t->slot[i] - 1;
		}
	*found = false;
	t->slot[i] = (uint32_t)++t->n;
	return (uint32_t)t->n - 1;
}

static bool
same_text(const void *ctx, uint32_t id, const void *key)
{
	const struct index_maker *k = ctx;
	const struct span *s = key;
	const char *have = k->texts + k->text_at[id];

	return (s->n == 0 || strncmp(have, (const char *)s->p, s->n) == 0) &&
		have[s->n] == '\0';
}

static uint32_t
hash_text(const void *ctx, uint32_t id)
{
	const struct index_maker *k = ctx;
	const char *have = k->texts + k->text_at[id];

	return index_hash(have, strlen(have));
}

uint32_t
maker_text(struct index_maker *k, struct span s)
{
	bool found;
	/* a name with a NUL in it ends there */
	s = s.n ? span_cut(s, 0, span_find_byte(s, '\0')) : SPAN_LIT("");
	uint32_t id = index_table_find(&k->text_table, index_hash(s.p, s.n),
		same_text, hash_text, k, &s, &found);

	if (found)
		return k->text_at[id];
	k->text_at = mem_grow(
		k->text_at, &k->cap_text_at, id + 1, sizeof *k->text_at);
	k->texts = mem_grow(k->texts, &k->cap_texts, k->n_texts + s.n + 1, 1);
	k->text_at[id] = (uint32_t)k->n_texts;
	if (s.n > 0)
		memcpy(k->texts + k->n_texts, s.p, s.n);
	k->n_texts += s.n;
	k->texts[k->n_texts++] = '\0';
	return k->text_at[id];
}

bool
maker_late(const struct index_maker *k, struct err *err)
{
	if (loop_now() < k->deadline)
		return false;
	return !err_set(err, ERR_BUSY,
		"the time is over; what was fetched is too much to index in it");
}

/* ---- sorting ---- */

static const struct index_maker *sorting; /* qsort() knows no context */

static int
by_name(const void *a, const void *b)
{
	const struct made_path *x = &sorting->paths[*(const uint32_t *)a];
	const struct made_path *y = &sorting->paths[*(const uint32_t *)b];
	int c = strcmp(sorting->texts + x->base, sorting->texts + y->base);

	return c ? c :
		   strcmp(sorting->texts + x->name, sorting->texts + y->name);
}

static int
by_path(const void *a, const void *b)
{
	const struct index_run *x = a, *y = b;

	if (x->path != y->path)
		return x->path < y->path ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

static int
by_symbol(const void *a, const void *b)
{
	const struct index_symbol *x = a, *y = b;

	if (x->name != y->name)
		return strcmp(
			sorting->texts + x->name, sorting->texts + y->name);
	if (x->blob != y->blob)
		return x->blob < y->blob ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static int
by_line(const void *a, const void *b)
{
	const struct index_line *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->path > y->path) - (x->path < y->path);
}

static void
sort(void *v, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	if (n > 1)
		qsort(v, n, size, cmp);
}

/* Paths in order, and everything that names one by its new place. */
static struct index_path *
sort_paths(struct index_maker *k)
{
	size_t n = k->path_table.n;
	uint32_t *order = mem_new((n + 1) * sizeof *order);
	uint32_t *place = mem_new((n + 1) * sizeof *place);
	struct index_path *out = mem_new((n + 1) * sizeof *out);

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	sort(order, n, sizeof *order, by_name);
	for (uint32_t i = 0; i < n; i++) {
		const struct made_path *p = &k->paths[order[i]];

		place[order[i]] = i;
		out[i] = (struct index_path){p->name, p->base, 0, 0};
	}
	for (size_t i = 0; i < k->n_runs; i++)
		k->runs[i].path = place[k->runs[i].path];
	for (size_t i = 0; i < k->n_lines; i++)
		k->lines[i].path = place[k->lines[i].path];
	sort(k->runs, k->n_runs, sizeof *k->runs, by_path);
	sort(k->lines, k->n_lines, sizeof *k->lines, by_line);
	for (size_t i = k->n_runs; i > 0; i--) {
		out[k->runs[i - 1].path].runs = (uint32_t)(i - 1);
		out[k->runs[i - 1].path].n_runs++;
	}
	free(order);
	free(place);
	return out;
}

/* The runs of each blob, counted into one row after the other. */
static uint32_t *
sort_uses(struct index_maker *k)
{
	size_t n = k->blob_table.n;
	uint32_t *uses = mem_new((k->n_runs + 1) * sizeof *uses), at = 0;

	for (size_t i = 0; i < k->n_runs; i++)
		k->blobs[k->runs[i].blob].n_uses++;
	for (size_t i = 0; i < n; i++) {
		k->blobs[i].uses = at;
		at += k->blobs[i].n_uses;
		k->blobs[i].n_uses = 0;
	}
	for (uint32_t i = 0; i < k->n_runs; i++) {
		struct index_blob *b = &k->blobs[k->runs[i].blob];

		uses[b->uses + b->n_uses++] = i;
	}
	return uses;
}

/* ---- writing ---- */

struct part {
	const void *p;
	size_t n, size;
};

static bool
write_index(const struct index_maker *k, const struct part *parts,
	const char *file, struct err *err)
{
	struct index_head h = {.magic = "PRQindex",
		.format = INDEX_FORMAT,
		.n_tags = (uint32_t)k->m->n_tags,
		.lines_left_out = k->lines_left_out,
		.files_left_out = k->files_left_out};
	uint64_t at = INDEX_PAGE;

	memcpy(h.version, k->m->version, sizeof h.version);
	for (size_t i = 0; i < INDEX_SUMS; i++) {
		at = (at + 7) / 8 * 8;
		h.section[i].at = at;
		h.section[i].n = parts[i].n;
		at += parts[i].n * parts[i].size;
	}
	uint64_t end = (at + 7) / 8 * 8;
	uint64_t pages = (end + INDEX_PAGE - 1) / INDEX_PAGE;
	size_t size = end + pages * sizeof(uint64_t);
	unsigned char *out = mem_new(size);
	for (size_t i = 0; i < INDEX_SUMS; i++)
		if (parts[i].n > 0)
			memcpy(out + h.section[i].at, parts[i].p,
				parts[i].n * parts[i].size);
	h.section[INDEX_SUMS].at = end;
	h.section[INDEX_SUMS].n = pages;
	/* the first page is the head's alone, and has a hash of its own */
	for (uint64_t p = 1; p < pages; p++) {
		uint64_t from = p * INDEX_PAGE, to = from + INDEX_PAGE;
		struct hash sum = hash_of(
			span_make(out + from, (to < end ? to : end) - from));

		memcpy(out + end + p * sizeof(uint64_t), sum.b,
			sizeof(uint64_t));
	}
	struct hash sums = hash_of(span_make(out + end, size - end));
	memcpy(h.sums, sums.b, sizeof h.sums);
	sums = hash_of(span_make(&h, offsetof(struct index_head, head)));
	memcpy(h.head, sums.b, sizeof h.head);
	memcpy(out, &h, sizeof h);
	bool ok = file_write(file, span_make(out, size), 0640, err);
	free(out);
	return ok;
}

static bool
write_all(struct index_maker *k, const char *file, struct err *err)
{
	if (k->n_texts >= UINT32_MAX || k->n_runs >= UINT32_MAX)
		return err_set(err, ERR_LIMIT,
			"the repository is too large to be indexed");
	sorting = k;
	struct index_path *paths = sort_paths(k);
	uint32_t *uses = sort_uses(k);
	sort(k->symbols, k->n_symbols, sizeof *k->symbols, by_symbol);
	const struct part parts[INDEX_SUMS] = {
		{k->texts, k->n_texts, 1},
		{paths, k->path_table.n, sizeof *paths},
		{k->runs, k->n_runs, sizeof *k->runs},
		{k->blobs, k->blob_table.n, sizeof *k->blobs},
		{uses, k->n_runs, sizeof *uses},
		{k->symbols, k->n_symbols, sizeof *k->symbols},
		{k->lines, k->n_lines, sizeof *k->lines},
	};
	bool ok = write_index(k, parts, file, err);
	free(paths);
	free(uses);
	return ok;
}

bool
mirror_index_make(const struct mirror *m, const char *file, int64_t deadline,
	struct err *err)
{
	struct index_maker k = {.m = m, .deadline = deadline};

	(void)maker_text(&k, SPAN_NONE); /* "" is at 0 */
	bool ok = maker_trees(&k, err) && maker_read(&k, err) &&
		write_all(&k, file, err);
	free(k.texts);
	free(k.text_at);
	free(k.text_table.slot);
	free(k.path_table.slot);
	free(k.blob_table.slot);
	free(k.paths);
	free(k.runs);
	free(k.blobs);
	free(k.symbols);
	free(k.lines);
	return ok || err_wrap(err, "cannot make the mirror's index");
}
