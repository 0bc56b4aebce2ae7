/*
 * claims_test.c - claims against real tags: a table of what is said, then
 * every symbol of every tag, asked for at every tag.
 */
#include "mirror/claims.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "mirror/mirror_folder.h"
#include "sys/files.h"
#include "sys/loop.h"

struct world {
	struct arena *a;
	char folder[64];
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
	(void)snprintf(w->folder, sizeof w->folder, "claims-test-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	const char *path = arena_printf(w->a, "%s/DAGF.git", w->folder);
	if (!mirror_fetch(w->a, path, &from, &news, &err) ||
		!mirror_open(&w->m, path, &err)) {
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

static struct claim_evidence
look(struct world *w, struct arena *a, struct code_claim c, const char *tag,
	int64_t ms)
{
	struct report r = {.claims = &c, .n_claims = 1};
	struct evidence e = {0};
	int t = tag ? mirror_find_tag(w->m, tag) : w->m->newest;

	mirror_claims(w->m, a, &r, t, loop_now() + ms, &e);
	assert_int_equal(1, e.n_claims);
	assert_int_equal(0, e.claims[0].claim);
	return e.claims[0];
}

#define BUILDER "dagfactory/dagbuilder.py"
#define UTILS "dagfactory/utils.py"

static const struct {
	const char *name;
	struct code_claim claim;
	const char *tag; /* NULL: the newest */
	enum claim_status want;
	const char *where;
} rows[] = {
	/* files */
	{"a path", {CODE_FILE, UTILS, NULL, 0, 0, 1}, NULL, CLAIM_EXISTS,
		UTILS},
	{"the end of one", {CODE_FILE, "utils.py", NULL, 0, 0, 1}, NULL,
		CLAIM_EXISTS, UTILS ", tests/utils.py"},
	{"in a package's folder",
		{CODE_FILE, "site-packages/" UTILS, NULL, 0, 0, 1}, NULL,
		CLAIM_EXISTS, UTILS},
	{"on the reporter's machine",
		{CODE_FILE, "app/x/" UTILS, NULL, 0, 0, 1}, NULL, CLAIM_EXISTS,
		UTILS},
	{"no more than a half of a name", {CODE_FILE, "tils.py", NULL, 0, 0, 1},
		NULL, CLAIM_NEVER, NULL},
	{"of another package",
		{CODE_FILE, "site-packages/airflow/models.py", NULL, 0, 0, 1},
		NULL, CLAIM_UNKNOWN, "a path of another package"},
	{"of older releases", {CODE_FILE, "setup.py", NULL, 0, 0, 1}, NULL,
		CLAIM_OTHER_RELEASE, "v0.19.0, v0.18.1, v0.18.0 and 33 more"},
	{"of newer releases", {CODE_FILE, "SECURITY.md", NULL, 0, 0, 1},
		"v0.20.0", CLAIM_OTHER_RELEASE, NULL},
	{"in another folder", {CODE_FILE, "core/dagbuilder.py", NULL, 0, 0, 1},
		NULL, CLAIM_ELSEWHERE, BUILDER},
	{"invented",
		{CODE_FILE, "dagfactory/auth/session_manager.py", NULL, 0, 0,
			1},
		NULL, CLAIM_NEVER, NULL},
	/* lines */
	{"a line of it", {CODE_LINE, NULL, UTILS, 26, 30, 1}, NULL,
		CLAIM_EXISTS, UTILS ":26"},
	{"past its end", {CODE_LINE, NULL, UTILS, 9000, 9001, 1}, NULL,
		CLAIM_NEVER, NULL},
	{"of a file that is not there",
		{CODE_LINE, NULL, "core/session.py", 3, 3, 1}, NULL,
		CLAIM_NEVER, NULL},
	{"of a file that was there", {CODE_LINE, NULL, "setup.py", 1, 1, 1},
		NULL, CLAIM_OTHER_RELEASE, NULL},
	/* functions and classes */
	{"a method", {CODE_FUNCTION, "DagBuilder.make_task", NULL, 0, 0, 1},
		NULL, CLAIM_EXISTS, BUILDER ":334"},
	{"without its class", {CODE_FUNCTION, "make_task", NULL, 0, 0, 1}, NULL,
		CLAIM_EXISTS, BUILDER ":334"},
	{"with its module",
		{CODE_FUNCTION, "dagbuilder.make_task", NULL, 0, 0, 1}, NULL,
		CLAIM_EXISTS, BUILDER ":334"},
	{"with its package",
		{CODE_FUNCTION, "dagfactory.utils.get_datetime", NULL, 0, 0, 1},
		NULL, CLAIM_EXISTS, UTILS ":26"},
	{"in its file", {CODE_FUNCTION, "make_task", "dagbuilder.py", 0, 0, 1},
		NULL, CLAIM_EXISTS, BUILDER ":334"},
	{"inside of its lines",
		{CODE_FUNCTION, "make_task", "dagbuilder.py", 400, 401, 1},
		NULL, CLAIM_EXISTS, BUILDER ":334"},
	{"far from its lines",
		{CODE_FUNCTION, "make_task", "dagbuilder.py", 12, 12, 1}, NULL,
		CLAIM_ELSEWHERE, BUILDER ":334"},
	{"in another file", {CODE_FUNCTION, "make_task", "utils.py", 0, 0, 1},
		NULL, CLAIM_ELSEWHERE, BUILDER ":334"},
	{"of another class", {CODE_FUNCTION, "Loader.make_task", NULL, 0, 0, 1},
		NULL, CLAIM_ELSEWHERE, BUILDER ":334, as DagBuilder.make_task"},
	{"of another release",
		{CODE_FUNCTION, "DagBuilder.safe_eval", NULL, 0, 0, 1},
		"v0.1.0", CLAIM_OTHER_RELEASE, NULL},
	{"a library's", {CODE_FUNCTION, "requests.get_json", NULL, 0, 0, 1},
		NULL, CLAIM_UNKNOWN,
		"requests is no module or class of this repository"},
	{"invented", {CODE_FUNCTION, "DagBuilder.validate_jwt", NULL, 0, 0, 1},
		NULL, CLAIM_NEVER, NULL},
	{"invented, with its package",
		{CODE_FUNCTION, "dagfactory.validate", NULL, 0, 0, 1}, NULL,
		CLAIM_NEVER, NULL},
	{"a class", {CODE_CLASS, "DagBuilder", NULL, 0, 0, 1}, NULL,
		CLAIM_EXISTS, BUILDER ":156"},
	{"a function is no class", {CODE_CLASS, "make_task", NULL, 0, 0, 1},
		NULL, CLAIM_NEVER, NULL},
	{"a class that is called", {CODE_FUNCTION, "DagBuilder", NULL, 0, 0, 1},
		NULL, CLAIM_EXISTS, BUILDER ":156"},
	/* commits */
	{"no commit", {CODE_COMMIT, "0123456789abcdef", NULL, 0, 0, 1}, NULL,
		CLAIM_UNKNOWN, "no commit of this mirror"},
	/* quoted code */
	{"in its file",
		{CODE_QUOTE, "class DagBuilder\n\tdef __init__\n",
			"dagbuilder.py", 0, 0, 1},
		NULL, CLAIM_EXISTS, BUILDER ":156"},
	{"with gaps and remarks",
		{CODE_QUOTE,
			"class   DagBuilder  # <-- here\n...\n# x\n    def "
			"safe_eval",
			NULL, 0, 0, 1},
		NULL, CLAIM_EXISTS, BUILDER ":156"},
	{"in the wrong file",
		{CODE_QUOTE, "class DagBuilder\n\tdef __init__\n", "utils.py",
			0, 0, 1},
		NULL, CLAIM_ELSEWHERE, BUILDER ":156"},
	{"at the wrong lines",
		{CODE_QUOTE, "class DagBuilder\n\tdef __init__\n",
			"dagbuilder.py", 1, 2, 1},
		NULL, CLAIM_ELSEWHERE, BUILDER ":156"},
	{"of another release",
		{CODE_QUOTE, "def safe_eval\n def configure_schedule",
			"dagbuilder.py", 0, 0, 1},
		"v0.1.0", CLAIM_OTHER_RELEASE, NULL},
	{"in another order",
		{CODE_QUOTE, "def safe_eval\n def get_dag_params\n",
			"dagbuilder.py", 0, 0, 1},
		NULL, CLAIM_UNKNOWN,
		"its lines are in " BUILDER ", in another order"},
	{"in part",
		{CODE_QUOTE, "def safe_eval\ndef no_such_thing(self):",
			"dagbuilder.py", 0, 0, 1},
		NULL, CLAIM_UNKNOWN, "1 of 2 lines are in " BUILDER},
	{"invented",
		{CODE_QUOTE,
			"token = jwt.decode(raw, verify=False)\nreturn token",
			UTILS, 0, 0, 1},
		NULL, CLAIM_NEVER, NULL},
	{"too short", {CODE_QUOTE, "return x", UTILS, 0, 0, 1}, NULL,
		CLAIM_UNKNOWN, "too short to be looked up"},
};

static void
claims_are_looked_up_at_a_release(void **state)
{
	struct world *w = *state;
	size_t wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct claim_evidence got =
			look(w, a, rows[i].claim, rows[i].tag, 10000);

		if (got.status == rows[i].want &&
			(rows[i].where == NULL ||
				(got.where &&
					strcmp(got.where, rows[i].where) == 0)))
			continue;
		test_note(arena_printf(a,
			"%s %s:\n#   wanted %s %s\n"
			"#   got    %s %s",
			code_claim_names[rows[i].claim.kind], rows[i].name,
			claim_status_names[rows[i].want],
			rows[i].where ? rows[i].where : "",
			claim_status_names[got.status],
			got.where ? got.where : ""));
		wrong++;
	}
	assert_int_equal(0, wrong);
}

static void
commits_are_known_and_tagged(void **state)
{
	struct world *w = *state;
	AUTO(arena_auto) struct arena *a = arena_new();
	char hex[41];
	int t = mirror_find_tag(w->m, "v0.22.0");

	(void)git_oid_tostr(hex, sizeof hex, &w->m->tags[t].commit);
	hex[12] = '\0';
	struct claim_evidence got =
		look(w, a, (struct code_claim){CODE_COMMIT, hex, NULL, 0, 0, 1},
			NULL, 10000);
	assert_int_equal(CLAIM_EXISTS, got.status);
	assert_string_equal("tagged v0.22.0", got.where);
}

static void
without_index_tag_or_time_it_is_unknown(void **state)
{
	struct world *w = *state;
	AUTO(arena_auto) struct arena *a = arena_new();
	struct code_claim c = {CODE_FILE, UTILS, NULL, 0, 0, 1};
	struct report r = {.claims = &c, .n_claims = 1};
	struct mirror none = *w->m;
	struct evidence e = {0};

	struct claim_evidence got = look(w, a, c, NULL, -1);
	assert_int_equal(CLAIM_UNKNOWN, got.status);
	assert_string_equal("the time to look was over", got.where);
	mirror_claims(w->m, a, &r, -1, loop_now() + 1000, &e);
	assert_int_equal(CLAIM_UNKNOWN, e.claims[0].status);
	none.index = NULL;
	none.index_problem = "it is damaged";
	mirror_claims(&none, a, &r, none.newest, loop_now() + 1000, &e);
	assert_int_equal(CLAIM_UNKNOWN, e.claims[0].status);
	assert_string_equal("it is damaged", e.claims[0].where);
}

/* --- every symbol of every tag ----------------------------------------------------- */

struct symbol_row {
	const char *tag, *path, *kind, *name, *line;
};

static size_t
read_symbols(struct arena *a, struct symbol_row *v, size_t max)
{
	struct span text, line, cell;
	struct err err;
	size_t n = 0;

	assert_true(
		file_read(a, FIXTURES "/symbols.tsv", 4000000, &text, &err));
	assert_true(span_line(&text, &line));
	for (; n < max && span_line(&text, &line); n++) {
		const char **cells = &v[n].tag;

		for (size_t i = 0; i < 5; i++) {
			assert_true(span_split(&line, '\t', &cell));
			cells[i] = arena_text(a, cell);
		}
	}
	return n;
}

static const struct symbol_row *
find_row(const struct symbol_row *v, size_t n, const char *tag,
	const struct symbol_row *of)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].tag, tag) == 0 &&
			strcmp(v[i].path, of->path) == 0 &&
			strcmp(v[i].name, of->name) == 0)
			return &v[i];
	return NULL;
}

/* Each name that the last or first tags have, at a tag in the middle. */
static void
each_symbol_is_there_or_in_other_releases(void **state)
{
	struct world *w = *state;
	AUTO(arena_auto) struct arena *a = arena_new();
	struct symbol_row *v = ARENA_ARRAY(a, 4000, struct symbol_row);
	size_t n = read_symbols(a, v, 4000), there = 0, others = 0;
	const char *const middle[] = {NULL, "v0.14.0", "v1.1.0"};

	assert_int_equal(2909, n);
	for (size_t i = 0; i < 3 * n; i++) {
		AUTO(arena_auto) struct arena *b = arena_new();
		const struct symbol_row *s = &v[i % n];
		const char *tag = i < n ? s->tag : middle[i / n];
		const struct symbol_row *at = find_row(v, n, tag, s);
		bool is_class = strcmp(s->kind, "class") == 0;
		struct code_claim c = {is_class ? CODE_CLASS : CODE_FUNCTION,
			s->name, s->path, 0, 0, 1};
		struct claim_evidence got = look(w, b, c, tag, 10000);
		const char *place =
			at ? arena_printf(b, "%s:%s", at->path, at->line) : "";
		bool good = at ? got.status == CLAIM_EXISTS &&
				/* defined twice in a file: the first one */
				(strcmp(got.where, place) == 0 || i < n) :
				 got.status == CLAIM_OTHER_RELEASE ||
				got.status == CLAIM_ELSEWHERE;

		if (!good)
			test_note(arena_printf(b, "%s at %s: %s %s", s->name,
				tag, claim_status_names[got.status],
				got.where ? got.where : ""));
		assert_true(good);
		there += at != NULL;
		others += got.status == CLAIM_OTHER_RELEASE;
	}
	assert_true(there > n && others > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_are_looked_up_at_a_release),
		cmocka_unit_test(commits_are_known_and_tagged),
		cmocka_unit_test(without_index_tag_or_time_it_is_unknown),
		cmocka_unit_test(each_symbol_is_there_or_in_other_releases),
	};

	return cmocka_run_group_tests_name("mirror claims", tests, begin, end);
}
