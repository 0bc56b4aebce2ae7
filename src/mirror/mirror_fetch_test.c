/*
 * mirror_fetch_test.c - sources that are not what they should be.
 *
 * A mirror that was there stays as it was, whatever comes.
 */
#include "mirror/mirror_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/test.h"
#include "mirror/mirror_folder.h"
#include "mirror/mirror_refs.h"
#include "sys/files.h"

#define BUNDLE FIXTURES "/skeleton.bundle"

struct world {
	struct arena *a;
	char folder[64];
	const char *path, *bundle; /* one that a test writes */
	struct span whole;
	char version[65];
};

static bool
fetch(struct world *w, const char *from, struct mirror_news *news,
	struct err *err)
{
	const struct mirror_source source = {.from = from,
		.limit_ms = 60000,
		.max_bytes = 10000000,
		.doors_may_stay_open = true};

	*news = (struct mirror_news){0};
	return mirror_fetch(w->a, w->path, &source, news, err);
}

static int
begin(void **state)
{
	struct world *w = mem_new(sizeof *w);
	struct mirror_news news;
	struct err err;

	hash_init();
	w->a = arena_new();
	(void)snprintf(w->folder, sizeof w->folder, "mirror-fetch-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->path = arena_printf(w->a, "%s/DAGF.git", w->folder);
	w->bundle = arena_printf(w->a, "%s/b.bundle", w->folder);
	assert_true(file_read(w->a, BUNDLE, 10000000, &w->whole, &err));
	if (!fetch(w, BUNDLE, &news, &err)) {
		test_note(err.text);
		return -1;
	}
	(void)snprintf(w->version, sizeof w->version, "%s", news.version);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;
	struct err err;

	(void)folder_remove(w->folder, &err);
	arena_free(w->a);
	free(w);
	return 0;
}

/* The old mirror still opens, with the same refs, and nothing lies about. */
static void
is_as_it_was(struct world *w)
{
	struct mirror *m;
	struct err err;

	assert_true(mirror_open(&m, w->path, &err));
	assert_string_equal(w->version, m->version);
	assert_non_null(m->index);
	mirror_close(m);
	assert_int_not_equal(
		0, access(arena_printf(w->a, "%s.new", w->path), F_OK));
}

static bool
try(struct world *w, struct span bytes, struct err *err)
{
	struct mirror_news news;

	assert_true(file_write(w->bundle, bytes, 0600, err));
	bool ok = fetch(w, w->bundle, &news, err);
	/* Taken at all it is what it was: git's hashes say so. */
	if (ok)
		assert_string_equal(w->version, news.version);
	is_as_it_was(w);
	return ok;
}

static void
a_bundle_with_a_byte_changed_is_refused(void **state)
{
	struct world *w = *state;
	unsigned char *copy = mem_dup(w->whole.p, w->whole.n);
	unsigned refused = 0;

	/* The header is 4 KB of names; then the pack, to its last byte. */
	for (size_t at = 5000; at < w->whole.n; at += 7001) {
		struct err err;

		copy[at] ^= 0x10;
		refused += !try(w, span_make(copy, w->whole.n), &err);
		copy[at] ^= 0x10;
	}
	free(copy);
	assert_int_equal((w->whole.n - 5000 + 7000) / 7001, refused);
}

static void
a_bundle_that_ends_early_is_refused(void **state)
{
	struct world *w = *state;
	struct err err;

	for (size_t n = 0; n < w->whole.n; n = n * 2 + 13)
		assert_false(try(w, span_cut(w->whole, 0, n), &err));
	assert_false(try(w, span_cut(w->whole, 0, w->whole.n - 1), &err));
}

static const struct {
	const char *header, *says;
	enum err_code code;
} headers[] = {
	{"", "is no bundle", ERR_SYNTAX},
	{"GIF89a", "line 1", ERR_SYNTAX},
	{"# v1 git bundle\n\n", "line 1", ERR_SYNTAX},
	{"# v4 git bundle\n\n", "line 1", ERR_SYNTAX},
	{"# v2 git bundle\n", "ends in its header", ERR_SYNTAX},
	{"# v2 git bundle\nnonsense\n\n", "line 2", ERR_SYNTAX},
	{"# v2 git bundle\n@object-format=sha1\n\n", "line 2", ERR_SYNTAX},
	{"# v3 git bundle\n@object-format=sha256\n\n", "SHA-1", ERR_SYNTAX},
	{"# v3 git bundle\n@filter=blob:none\n\n", "capability", ERR_SYNTAX},
	{"# v2 git bundle\n-b2e9334e5ddb09e41ebac730383cc1331215b20d old\n\n",
		"prerequisite", ERR_SYNTAX},
	{"# v2 git bundle\nb2e9334e5ddb09e41ebac730383cc1331215b20d refs/heads/x\n\nPACK",
		"pack", ERR_SYNTAX},
};

static void
a_header_that_is_wrong_is_told_with_its_line(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct err err = {0};

		test_note(headers[i].says);
		assert_false(try(w, span_of(headers[i].header), &err));
		test_note(err.text);
		assert_int_equal(headers[i].code, err.code);
		assert_non_null(strstr(err.text, headers[i].says));
	}
}

static void
a_ref_without_its_object_is_refused(void **state)
{
	struct world *w = *state;
	unsigned char *copy = mem_dup(w->whole.p, w->whole.n);
	size_t at = span_find(w->whole, " refs/tags/v0.1.0");
	struct err err;

	copy[at - 1] = copy[at - 1] == '0' ? '1' : '0';
	assert_false(try(w, span_make(copy, w->whole.n), &err));
	assert_non_null(strstr(err.text, "refs/tags/v0.1.0"));
	free(copy);
}

static void
names_that_lead_out_are_not_kept(void **state)
{
	static const char *const bad[] = {"refs/heads/../../x", "refs/tags/a b",
		"refs/tags/", "refs/replace/x", "refs/pull/1/head", "HEAD",
		"refs/heads/x.lock", "refs/tags/\x1b[2J", "/refs/heads/x",
		"refs/heads//x", "refs/heads/\xff"};

	(void)state;
	mirror_git_start();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		test_note(bad[i]);
		assert_false(mirror_ref_is_kept(bad[i]));
	}
	assert_true(mirror_ref_is_kept("refs/heads/feature/x"));
	assert_true(mirror_ref_is_kept("refs/tags/v1.0"));
}

static void
a_source_is_what_it_says(void **state)
{
	static const struct {
		const char *from, *says;
	} sources[] = {{"ssh://git@host.example/x", "needs a key"},
		{"git@host.example:x/y.git", "needs a key"},
		{"https://user:secret@host.example/x", "leave it out"},
		{"https:///x", "no host"}, {"https://h/a b", "blank"},
		{"/nowhere/at/all", "cannot be read"},
		{"ftp://host.example/x", "cannot be read"}};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		struct mirror_news news;
		struct err err;

		test_note(sources[i].from);
		assert_false(fetch(w, sources[i].from, &news, &err));
		assert_non_null(strstr(err.text, sources[i].says));
		assert_null(strstr(err.text, "secret"));
	}
	is_as_it_was(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bundle_with_a_byte_changed_is_refused),
		cmocka_unit_test(a_bundle_that_ends_early_is_refused),
		cmocka_unit_test(a_header_that_is_wrong_is_told_with_its_line),
		cmocka_unit_test(a_ref_without_its_object_is_refused),
		cmocka_unit_test(names_that_lead_out_are_not_kept),
		cmocka_unit_test(a_source_is_what_it_says),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
