/*
 * index_test.c - every path and every symbol of every tag, from the real
 * tables; and an index that is damaged anywhere.
 */
#include "mirror/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "mirror/mirror_folder.h"
#include "sys/files.h"
#include "sys/loop.h"

enum { LINKS = 27 }; /* of tree.tsv */

struct world {
	struct arena *a;
	char folder[64];
	const char *path, *index;
	struct mirror *m;
};

static int
begin(void **state)
{
	struct world *w = mem_new(sizeof *w);
	const struct mirror_source from = {.from = FIXTURES "/skeleton.bundle",
		.limit_ms = 60000,
		.max_bytes = 10000000,
		.doors_may_stay_open = true};
	struct mirror_news news;
	struct err err;

	hash_init();
	w->a = arena_new();
	(void)snprintf(w->folder, sizeof w->folder, "index-test-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->path = arena_printf(w->a, "%s/DAGF.git", w->folder);
	w->index = arena_printf(w->a, "%s/" MIRROR_INDEX, w->path);
	if (!mirror_fetch(w->a, w->path, &from, &news, &err) ||
		!mirror_open(&w->m, w->path, &err)) {
		test_note(err.text);
		return -1;
	}
	if (w->m->index == NULL)
		test_note(w->m->index_problem);
	*state = w;
	return w->m->index == NULL ? -1 : 0;
}

static int
end(void **state)
{
	struct world *w = *state;
	struct err err;

	mirror_close(w->m);
	(void)folder_remove(w->folder, &err);
	arena_free(w->a);
	free(w);
	return 0;
}

/* Calls `row` for each line of a table but its head. */
static size_t
each_row(struct world *w, const char *table,
	void (*row)(struct world *w, const char *const *cells))
{
	struct span text, line, cell;
	struct err err;
	size_t n = 0;

	assert_true(file_read(w->a, table, 4000000, &text, &err));
	assert_true(span_line(&text, &line));
	for (; span_line(&text, &line); n++) {
		const char *cells[5] = {0};

		for (size_t i = 0; i < 5 && span_split(&line, '\t', &cell); i++)
			cells[i] = arena_text(w->a, cell);
		row(w, cells);
	}
	return n;
}

static const struct index_path *
find_path(struct mirror_index *x, const char *name)
{
	const char *slash = strrchr(name, '/');
	uint64_t from, to;

	index_find_base(x, slash ? slash + 1 : name, &from, &to);
	for (; from < to; from++) {
		const struct index_path *p =
			INDEX_ROW(x, INDEX_PATHS, from, index_path);

		if (strcmp(index_text(x, p->name), name) == 0)
			return p;
	}
	return NULL;
}

static void
path_is_there(struct world *w, const char *const *cells)
{
	const struct index_path *p = find_path(w->m->index, cells[1]);
	int tag = mirror_find_tag(w->m, cells[0]);

	if (strcmp(cells[4], "120000") == 0)
		return; /* the skeleton has no symbolic links */
	if (p == NULL)
		test_note(arena_printf(w->a, "%s %s", cells[0], cells[1]));
	assert_non_null(p);
	assert_true(tag >= 0);
	assert_true(index_blob_at(w->m->index, p, (unsigned)tag) >= 0);
}

static void
every_path_of_every_tag_is_there(void **state)
{
	struct world *w = *state;
	struct mirror_index *x = w->m->index;
	size_t rows = each_row(w, FIXTURES "/tree.tsv", path_is_there), all = 0;

	assert_int_equal(6106, rows);
	/* and no other: runs add up to as many */
	for (uint64_t i = 0; i < x->head.section[INDEX_RUNS].n; i++) {
		const struct index_run *r =
			INDEX_ROW(x, INDEX_RUNS, i, index_run);

		all += 1u + r->to - r->from;
	}
	assert_int_equal(rows - LINKS, all);
	assert_false(x->damaged);
}

static void
symbol_is_there(struct world *w, const char *const *cells)
{
	struct mirror_index *x = w->m->index;
	const char *dot = strrchr(cells[3], '.');
	const char *name = dot ? dot + 1 : cells[3];
	unsigned tag = (unsigned)mirror_find_tag(w->m, cells[0]);
	const struct index_path *p = find_path(x, cells[1]);
	int64_t blob = index_blob_at(x, p, tag);
	uint64_t from, to;
	bool found = false;

	index_find_symbol(x, name, &from, &to);
	for (; from < to && !found; from++) {
		const struct index_symbol *s =
			INDEX_ROW(x, INDEX_SYMBOLS, from, index_symbol);
		const char *owner = index_text(x, s->owner);
		size_t n = strlen(owner);

		found = s->blob == blob &&
			s->line == strtoul(cells[4], NULL, 10) &&
			s->kind == (strcmp(cells[2], "class") == 0) &&
			s->end >= s->line &&
			(dot == NULL ||
				(dot >= cells[3] + n &&
					strncmp(dot - n, owner, n) == 0));
	}
	if (!found)
		test_note(arena_printf(w->a, "%s %s %s line %s", cells[0],
			cells[1], cells[3], cells[4]));
	assert_true(found);
}

static void
every_symbol_of_every_tag_is_at_its_line(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		2909, each_row(w, FIXTURES "/symbols.tsv", symbol_is_there));
	assert_false(w->m->index->damaged);
}

/* Everything that a look reads, so that damage anywhere is met. */
static void
read_all(struct mirror_index *x)
{
	uint64_t from, to;

	for (uint64_t i = 0; i < x->head.section[INDEX_PATHS].n; i++) {
		const struct index_path *p =
			INDEX_ROW(x, INDEX_PATHS, i, index_path);

		(void)index_text(x, p->name);
		(void)index_blob_at(x, p, x->head.n_tags / 2);
	}
	for (uint64_t i = 0; i < x->head.section[INDEX_SYMBOLS].n; i++)
		(void)index_text(
			x, INDEX_ROW(x, INDEX_SYMBOLS, i, index_symbol)->name);
	for (uint64_t i = 0; i < x->head.section[INDEX_LINES].n; i++)
		(void)INDEX_ROW(x, INDEX_LINES, i, index_line);
	for (uint64_t i = 0; i < x->head.section[INDEX_BLOBS].n; i++)
		(void)INDEX_ROW(x, INDEX_BLOBS, i, index_blob);
	index_find_line(x, 1, &from, &to);
}

static bool
is_sound(const struct world *w, const char *file)
{
	struct mirror_index *x = NULL;
	struct err err;

	if (!mirror_index_open(&x, w->m, file, &err))
		return false;
	read_all(x);
	bool sound = !x->damaged;
	mirror_index_close(x);
	return sound;
}

static void
damage_is_seen_wherever_it_is(void **state)
{
	struct world *w = *state;
	const char *copy = arena_printf(w->a, "%s/copy", w->folder);
	struct span whole;
	struct err err;

	assert_true(file_read(w->a, w->index, 100000000, &whole, &err));
	assert_true(file_write(copy, whole, 0600, &err));
	assert_true(is_sound(w, copy));
	unsigned char *bytes = arena_alloc(w->a, whole.n);
	memcpy(bytes, whole.p, whole.n);
	const struct index_head *h = &w->m->index->head;
	for (size_t i = 0; i < INDEX_SECTIONS; i++) {
		size_t at = h->section[i].at + h->section[i].n / 2;

		if (i == INDEX_USES) /* read by claims only */
			continue;
		bytes[at] ^= 0x10;
		assert_true(file_write(
			copy, span_make(bytes, whole.n), 0600, &err));
		test_note("a bit is changed");
		assert_false(is_sound(w, copy));
		bytes[at] ^= 0x10;
	}
	for (size_t n = 0; n < whole.n; n += whole.n / 7 + 1) {
		assert_true(file_write(copy, span_make(bytes, n), 0600, &err));
		assert_false(is_sound(w, copy));
	}
	bytes[200] ^= 1; /* in the head */
	assert_true(file_write(copy, span_make(bytes, whole.n), 0600, &err));
	assert_false(is_sound(w, copy));
}

static void
the_same_tags_give_the_same_bytes(void **state)
{
	struct world *w = *state;
	const char *again = arena_printf(w->a, "%s/again", w->folder);
	struct span one, two;
	struct err err;

	assert_true(mirror_index_make(w->m, again, loop_now() + 60000, &err));
	assert_true(file_read(w->a, w->index, 100000000, &one, &err));
	assert_true(file_read(w->a, again, 100000000, &two, &err));
	assert_true(span_eq(one, two));
	test_note(arena_printf(w->a, "%zu bytes", one.n));
}

static void
a_deadline_is_kept(void **state)
{
	struct world *w = *state;
	const char *late = arena_printf(w->a, "%s/late", w->folder);
	struct err err;

	assert_false(mirror_index_make(w->m, late, loop_now() - 1, &err));
	assert_int_equal(ERR_BUSY, err.code);
	assert_int_not_equal(0, access(late, F_OK));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_of_every_tag_is_there),
		cmocka_unit_test(every_symbol_of_every_tag_is_at_its_line),
		cmocka_unit_test(damage_is_seen_wherever_it_is),
		cmocka_unit_test(the_same_tags_give_the_same_bytes),
		cmocka_unit_test(a_deadline_is_kept),
	};

	return cmocka_run_group_tests_name("index", tests, begin, end);
}
