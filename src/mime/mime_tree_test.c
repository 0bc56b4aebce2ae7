/*
 * mime_tree_test.c - our tree against GMime's, on every mail of the corpus,
 * and our limits, which GMime has not.
 */
#include <dirent.h>
#include <gmime/gmime.h>

#include "mime/mime_tree.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/test.h"

/* Broken on purpose, in a way that we read otherwise than GMime. */
static const struct {
	const char *name, *because;
} exceptions[] = {
	{"content-type-twice.eml", "the first counts, the library's is last"},
	{"nesting-too-deep.eml", "the library has no limit"},
	{"unreadable-octets.eml", "the library makes nothing of it"},
};

static bool
is_exception(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(exceptions); i++)
		if (strcmp(name, exceptions[i].name) == 0) {
			test_note(exceptions[i].because);
			return true;
		}
	return false;
}

static void
put_part(struct str *out, unsigned depth, const char *type, size_t bytes)
{
	for (unsigned i = 0; i < depth; i++)
		str_puts(out, "  ");
	str_printf(out, "%s %zu\n", type, bytes);
}

static void
put_library(struct str *out, GMimeObject *o, unsigned depth)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);
	char *name = type ? g_mime_content_type_get_mime_type(type) :
			    g_strdup("text/plain");
	char *lower = g_ascii_strdown(name, -1);

	if (GMIME_IS_MULTIPART(o)) {
		GMimeMultipart *m = GMIME_MULTIPART(o);

		put_part(out, depth, lower, 0);
		for (int i = 0; i < g_mime_multipart_get_count(m); i++)
			put_library(out, g_mime_multipart_get_part(m, i),
				depth + 1);
	} else if (GMIME_IS_PART(o)) {
		GMimeDataWrapper *w = g_mime_part_get_content(GMIME_PART(o));

		put_part(out, depth, lower,
			w ? (size_t)g_mime_stream_length(
				    g_mime_data_wrapper_get_stream(w)) :
			    0);
	} else {
		put_part(out, depth, lower, 0);
	}
	g_free(name);
	g_free(lower);
}

static void
read_library(struct str *out, struct span raw)
{
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer((const char *)raw.p, raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m;

	g_mime_parser_set_format(parser,
		span_starts(raw, "From ") ? GMIME_FORMAT_MBOX :
					    GMIME_FORMAT_MESSAGE);
	m = g_mime_parser_construct_message(parser, NULL);
	if (m != NULL) {
		put_library(out, g_mime_message_get_mime_part(m), 0);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

static struct mime
split(struct arena *a, struct span raw)
{
	struct mime x = {.arena = a,
		.raw = raw,
		.defects = ARENA_ARRAY(a, MIME_MAX_DEFECTS, const char *)};

	mime_tree(&x);
	return x;
}

static void
read_ours(struct str *out, struct span raw)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct mime x = split(a, raw);

	for (struct part *p = x.root; p != NULL; p = mime_part_next(p)) {
		bool leaf = !mime_part_is_multipart(p) &&
			!mime_part_is(p, "message/rfc822");

		put_part(out, p->depth, p->type, leaf ? p->body.n : 0);
	}
}

static void
compare(const char *name, struct span raw)
{
	AUTO(str_fini) struct str library, ours;

	str_init(&library, 1 << 16);
	str_init(&ours, 1 << 16);
	read_library(&library, raw);
	read_ours(&ours, raw);
	if (is_exception(name))
		return;
	if (!span_eq(str_span(&library), str_span(&ours)))
		test_note(name);
	assert_string_equal(library.text, ours.text);
}

static void
tree_is_the_librarys(void **state)
{
	const char *path = getenv("MIME_CORPUS");
	static unsigned char bytes[1 << 20];
	unsigned n = 0;

	(void)state;
	assert_non_null(path);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
		char file[4096];

		if (!span_ends_nocase(span_of(e->d_name), ".eml"))
			continue;
		(void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
		FILE *f = fopen(file, "rb");
		assert_non_null(f);
		size_t size = fread(bytes, 1, sizeof bytes, f);
		(void)fclose(f);
		compare(e->d_name, span_make(bytes, size));
		n++;
	}
	(void)closedir(dir);
	assert_true(n >= 50);
}

static void
put_times(struct str *out, const char *item, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_puts(out, item);
}

static bool
told(const struct mime *x, const char *what)
{
	for (size_t i = 0; i < x->n_defects; i++)
		if (strstr(x->defects[i], what) != NULL)
			return true;
	return false;
}

static void
limits_hold_and_are_told(void **state)
{
	static const struct {
		const char *head, *item, *tail;
		size_t n, parts, depth;
		const char *defect; /* NULL: none about a limit */
	} cases[] = {
		{"Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n",
			"--b--\n", MIME_MAX_PARTS - 1, MIME_MAX_PARTS, 1, NULL},
		{"Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n",
			"--b--\n", MIME_MAX_PARTS, MIME_MAX_PARTS, 1,
			"parts after the first 1000"},
		{"", "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
			"\nx\n", MIME_MAX_NESTING, MIME_MAX_NESTING + 1,
			MIME_MAX_NESTING, NULL},
		{"", "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
			"\nx\n", MIME_MAX_NESTING + 1, MIME_MAX_NESTING + 2,
			MIME_MAX_NESTING, "deeper than 50"},
		{"", "Received: from here by there with a long line of it\n",
			"\nx\n", 4000, 1, 0, NULL},
		{"", "Received: from here by there with a long line of it\n",
			"\nx\n", 6000, 1, 0, "first 256 KiB"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		AUTO(str_fini) struct str mail;
		size_t depth = 0;

		str_init(&mail, 1 << 20);
		str_puts(&mail, cases[i].head);
		put_times(&mail, cases[i].item, cases[i].n);
		str_puts(&mail, cases[i].tail);
		struct mime x = split(a, str_span(&mail));
		for (struct part *p = x.root; p; p = mime_part_next(p))
			depth = p->depth > depth ? p->depth : depth;
		assert_int_equal(cases[i].parts, x.n_parts);
		assert_int_equal(cases[i].depth, depth);
		assert_int_equal(
			cases[i].defect != NULL, told(&x, "were not read"));
		assert_true(!cases[i].defect || told(&x, cases[i].defect));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("the tree of every mail of the corpus is the library's",
			tree_is_the_librarys),
		TEST("limits hold, and are told", limits_hold_and_are_told),
	};

	mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
