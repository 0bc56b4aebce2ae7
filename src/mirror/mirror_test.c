/*
 * mirror_test.c - a mirror made of real tags, and what it says of versions.
 *
 * One mirror is made from the bundle and used by all tests that only look.
 */
#include "mirror/mirror_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "mirror/mirror_folder.h"
#include "mirror/resolve.h"
#include "sys/files.h"

#define BUNDLE FIXTURES "/skeleton.bundle"

struct world {
	struct arena *a;
	char folder[64];
	const char *path;
	struct mirror *m;
	struct mirror_news news;
};

static int
begin(void **state)
{
	struct world *w = mem_new(sizeof *w);
	const struct mirror_source from = {.from = BUNDLE,
		.limit_ms = 60000,
		.max_bytes = 10000000,
		.doors_may_stay_open = true};
	struct err err;

	w->a = arena_new();
	(void)snprintf(w->folder, sizeof w->folder, "mirror-test-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->path = arena_printf(w->a, "%s/DAGF.git", w->folder);
	if (!mirror_fetch(w->a, w->path, &from, &w->news, &err) ||
		!mirror_open(&w->m, w->path, &err)) {
		test_note(err.text);
		return -1;
	}
	*state = w;
	return 0;
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

/* --- every tag --------------------------------------------------------------------- */

struct row {
	const char *tag, *kind, *version;
};

static size_t
read_rows(struct arena *a, struct row *rows, size_t max)
{
	struct span text, line, cell;
	struct err err;
	size_t n = 0;

	assert_true(file_read(a, FIXTURES "/tags.tsv", 1000000, &text, &err));
	assert_true(span_line(&text, &line));
	while (span_line(&text, &line) && n < max) {
		const char *cells[5] = {0};

		for (size_t i = 0; i < 5; i++) {
			assert_true(span_split(&line, '\t', &cell));
			cells[i] = arena_text(a, cell);
		}
		rows[n++] = (struct row){cells[0], cells[3], cells[4]};
	}
	return n;
}

static const char *
tag_name(const struct world *w, const char *stated)
{
	struct resolved r;

	mirror_resolve(w->m, stated, &r);
	return r.tag >= 0 ? w->m->tags[r.tag].name : NULL;
}

static void
has_every_tag_in_the_order_of_releases(void **state)
{
	struct world *w = *state;
	struct row rows[100];
	size_t n = read_rows(w->a, rows, 100);

	assert_int_equal(64, n);
	assert_int_equal(64, w->m->n_tags);
	/* The table is sorted as releases are. */
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(rows[i].tag, w->m->tags[i].name);
		assert_int_equal(strcmp(rows[i].kind, "pre-release") == 0,
			w->m->tags[i].release.pre);
	}
	assert_string_equal("v1.1.0", w->m->tags[w->m->newest].name);
	assert_int_equal(64, w->news.tags);
	assert_int_equal(64, w->news.tags_new);
	assert_int_equal(1, w->news.branches);
}

static void
finds_every_tag_by_name_number_version_and_commit(void **state)
{
	struct world *w = *state;
	struct row rows[100];
	size_t n = read_rows(w->a, rows, 100);

	for (size_t i = 0; i < n; i++) {
		const char *tag = rows[i].tag;
		char hex[GIT_OID_HEXSZ + 1];

		test_note(tag);
		assert_string_equal(tag, tag_name(w, tag));
		assert_string_equal(tag, tag_name(w, tag + 1));
		assert_string_equal(tag, tag_name(w, rows[i].version));
		assert_string_equal(tag,
			tag_name(w, arena_printf(w->a, "refs/tags/%s", tag)));
		assert_string_equal(tag,
			tag_name(
				w, arena_printf(w->a, "Version %s.", tag + 1)));
		(void)git_oid_tostr(hex, sizeof hex, &w->m->tags[i].commit);
		assert_string_equal(tag, tag_name(w, hex));
		hex[12] = '\0';
		assert_string_equal(tag, tag_name(w, hex));
	}
}

/* --- what people write ---------------------------------------------------------------- */

static const struct {
	const char *stated;
	enum release_status status;
	const char *tag;
} said[] = {
	{"0.22", RELEASE_CONFIRMED, "v0.22.0"},
	{"1.0", RELEASE_CONFIRMED, "v1.0.0"},
	{"1", RELEASE_CONFIRMED, "v1.0.0"},
	{"dag-factory 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"dag-factory==0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.23.0-alpha.2", RELEASE_CONFIRMED, "v0.23.0.a2"},
	{"0.20.0-rc1", RELEASE_CONFIRMED, "v0.20.0rc1"},
	{"0.22.1", RELEASE_NONE, NULL},
	{"v9.9.9", RELEASE_NONE, NULL},
	{"0.20.0a1", RELEASE_NONE, NULL},
	{"0.22.0.post1", RELEASE_NONE, NULL},
	{"latest", RELEASE_CONFIRMED, "v1.1.0"},
	{"the latest version", RELEASE_CONFIRMED, "v1.1.0"},
	{"main", RELEASE_BRANCH, NULL},
	{"HEAD", RELEASE_BRANCH, NULL},
	{"master", RELEASE_BRANCH, NULL},
	{"deadbeefdeadbeef", RELEASE_UNKNOWN, NULL},
	{"b2e9334", RELEASE_CONFIRMED, "v1.1.0"},
	{"B2E9334E5DDB", RELEASE_CONFIRMED, "v1.1.0"},
	{"b2e933", RELEASE_UNKNOWN, NULL},
	{"whatever", RELEASE_UNKNOWN, NULL},
	{"", RELEASE_UNKNOWN, NULL},
	/* ranges: the newest final release in them */
	{"< 0.22", RELEASE_CONFIRMED, "v0.21.0"},
	{"<0.22.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"<= 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"\xe2\x89\xa4 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{">=0.19,<0.23", RELEASE_CONFIRMED, "v0.22.0"},
	{">= 0.19, < 0.23", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.20.0 - 0.22.1", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.20.0-0.22.1", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.20.0 \xe2\x80\x93 0.22.1", RELEASE_CONFIRMED, "v0.22.0"},
	{"v0.20.0 through v0.21.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"from 0.19 to 0.21.5", RELEASE_CONFIRMED, "v0.21.0"},
	{"between 0.19.0 and 0.21.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"before 0.22.1", RELEASE_CONFIRMED, "v0.22.0"},
	{"prior to 0.22.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"versions earlier than 0.2.0", RELEASE_CONFIRMED, "v0.1.1"},
	{"up to and including 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"up to but not including 0.22.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"not later than 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.22.0 and earlier", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.22.0 and prior", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.22.0 or newer", RELEASE_CONFIRMED, "v1.1.0"},
	{"0.22+", RELEASE_CONFIRMED, "v1.1.0"},
	{"since 0.22", RELEASE_CONFIRMED, "v1.1.0"},
	{"0.17.x", RELEASE_CONFIRMED, "v0.17.3"},
	{"0.4.*", RELEASE_CONFIRMED, "v0.4.5"},
	{"~=0.17.1", RELEASE_CONFIRMED, "v0.17.3"},
	{"^0.17.1", RELEASE_CONFIRMED, "v0.17.3"},
	{"~0.4.2", RELEASE_CONFIRMED, "v0.4.5"},
	{"from 0.19 to latest", RELEASE_CONFIRMED, "v1.1.0"},
	{"all versions", RELEASE_CONFIRMED, "v1.1.0"},
	{"all versions before 1.0", RELEASE_CONFIRMED, "v0.23.0"},
	{">=1.1.0a1,<1.1.0a3", RELEASE_CONFIRMED, "v1.1.0a2"},
	{"0.21.0, 0.22.0", RELEASE_CONFIRMED, "v0.22.0"},
	{"0.21.0 and 9.0.0", RELEASE_CONFIRMED, "v0.21.0"},
	{"> 2.0", RELEASE_NONE, NULL},
	{"< 0.1", RELEASE_NONE, NULL},
	{"< ", RELEASE_UNKNOWN, NULL},
	{"older ones", RELEASE_UNKNOWN, NULL},
};

static void
understands_what_people_write(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct resolved r;

		test_note(said[i].stated);
		mirror_resolve(w->m, said[i].stated, &r);
		assert_int_equal(said[i].status, r.status);
		if (said[i].tag == NULL)
			assert_int_equal(-1, r.tag);
		else
			assert_string_equal(
				said[i].tag, w->m->tags[r.tag].name);
	}
}

static void
looks_at_the_newest_release_that_a_report_states(void **state)
{
	struct world *w = *state;
	const struct cite stated[] = {
		{"0.20.0", 3}, {"0.22.0", 4}, {"0.22.7", 5}, {"0.20.0", 9}};
	struct report r = {.versions = {stated, ARRAY_LEN(stated)}};
	struct evidence *ev;
	struct err err;

	assert_true(mirror_look(w->m, w->a, &r, 1000, &ev, &err));
	assert_int_equal(3, ev->n_versions); /* once each */
	assert_int_equal(RELEASE_NONE, ev->versions[2].status);
	assert_int_equal(5, ev->versions[2].line);
	assert_string_equal("v0.22.0", ev->tag);
	assert_true(ev->tag_stated);
	r.versions.n = 0;
	assert_true(mirror_look(w->m, w->a, &r, 1000, &ev, &err));
	assert_string_equal("v1.1.0", ev->tag);
	assert_false(ev->tag_stated);
	assert_string_equal(w->news.version, ev->mirror);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_every_tag_in_the_order_of_releases),
		cmocka_unit_test(
			finds_every_tag_by_name_number_version_and_commit),
		cmocka_unit_test(understands_what_people_write),
		cmocka_unit_test(
			looks_at_the_newest_release_that_a_report_states),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
