/*
 * depends_test.c - what manifests declare, by example; and that no manifest,
 * however broken, does more than declare less.
 */
#include "mirror/depends.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

/* `want`: "name requirement @ declared_in:line" of each, in order. */
static const struct {
	const char *file, *text, *want;
} rows[] = {
	{"pyproject.toml",
		"[build-system]\nrequires = [\"hatchling>=1\"]\n"
		"[project]\nname = \"x\"\ndependencies = [\n"
		"  \"Apache_Airflow[celery]>=2.4,<3 ; python_version > '3.8'\","
		"  # why\n  'PyYAML',\n]\n"
		"[project.optional-dependencies]\ntests = [\"pytest (>=6)\"]\n"
		"[dependency-groups]\ndev = [\"ruff\", {include-group = \"x\"}]"
		"\n[tool.other]\ndependencies = [\"no\"]\n",
		"apache-airflow >=2.4,<3 @ pyproject.toml:6; "
		"hatchling >=1 @ pyproject.toml (build-system):2; "
		"pytest >=6 @ pyproject.toml (optional):10; "
		"pyyaml - @ pyproject.toml:7; "
		"ruff - @ pyproject.toml (development):12"},
	{"pyproject.toml",
		"[tool.poetry.dependencies]\npython = \"^3.8\"\n"
		"requests = \"^2.0\"\nB = {version = \">=1\", extras=['x']}\n"
		"c.version = \"1\"\nd = {git = \"https://x\"}\n"
		"[tool.poetry.dependencies.e]\nversion = '5'\n"
		"[tool.poetry.group.dev.dependencies]\nblack = \"*\"\n",
		"b >=1 @ pyproject.toml:4; "
		"black * @ pyproject.toml (development):10; c 1 @ pyproject.toml:5; "
		"d - @ pyproject.toml:6; e 5 @ pyproject.toml:8; "
		"requests ^2.0 @ pyproject.toml:3"},
	{"setup.cfg",
		"[metadata]\nname = x\n[options]\ninstall_requires =\n"
		"    a>=1\n    # no\n    b\npackages = find:\n"
		"[options.extras_require]\nall = c; python_version<'3'\n",
		"a >=1 @ setup.cfg:5; b - @ setup.cfg:7; "
		"c - @ setup.cfg (optional):10"},
	{"requirements-dev.txt",
		"# no\n-r x.txt\n--index-url https://x\na==1.0 --hash=sha256:1 \\\n"
		"    --hash=sha256:2\nb  # why\ngit+https://x/y.git#egg=c_d&x=1\n"
		"https://x/y.whl\ne @ https://x/e.whl\nfoo bar baz\n",
		"a ==1.0 @ requirements-dev.txt:4; b - @ "
		"requirements-dev.txt:6; c-d - @ requirements-dev.txt:7; "
		"e @ https://x/e.whl @ requirements-dev.txt:9"},
	{"package.json",
		"{\"dependencies\": {\"lodash\": \"^4\", \"@a/b\": \"1\"},"
		"\"devDependencies\": {\"jest\": \"*\"}}",
		"@a/b 1 @ package.json:0; jest * @ package.json "
		"(development):0; lodash ^4 @ package.json:0"},
	{"package-lock.json",
		"{\"packages\": {\"\": {\"version\": \"1\"}, "
		"\"node_modules/a\": {\"version\": \"1.2\"}, "
		"\"node_modules/a/node_modules/@x/b\": {\"version\": \"3\", "
		"\"dev\": true}}}",
		"@x/b 3 @ package-lock.json (development):0; "
		"a 1.2 @ package-lock.json:0"},
	{"package-lock.json",
		"{\"dependencies\": {\"a\": {\"version\": \"1\"}}}",
		"a 1 @ package-lock.json:0"},
	{"setup.py", "install_requires=['a']", NULL},
	{"package.json", "{\"dependencies\": [", ""},
	{"package.json", "[]", ""},
};

static const char *
shown(struct arena *a, const struct depends *d)
{
	const char *out = "";

	for (size_t i = 0; i < d->n; i++)
		out = arena_printf(a, "%s%s%s %s @ %s:%u", out, i ? "; " : "",
			d->v[i].name,
			d->v[i].requirement ? d->v[i].requirement : "-",
			d->v[i].declared_in, d->v[i].line);
	return out;
}

static void
each_manifest_gives_names_requirements_and_lines(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct depends d = {.a = a};
		bool read =
			depends_read(&d, rows[i].file, span_of(rows[i].text));

		depends_sort(&d);
		const char *got = read ? shown(a, &d) : NULL;
		if ((got == NULL) != (rows[i].want == NULL) ||
			(got && strcmp(got, rows[i].want) != 0)) {
			test_note(arena_printf(a,
				"row %zu, %s:\n#   wanted %s\n"
				"#   got    %s",
				i, rows[i].file,
				rows[i].want ? rows[i].want : "(not read)",
				got ? got : "(not read)"));
			wrong++;
		}
		free(d.v);
	}
	assert_int_equal(0, wrong);
}

/* Cut anywhere, and as any other manifest. */
static void
any_text_can_be_a_manifest(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(rows); k++)
			for (size_t n = 0; n < strlen(rows[k].text); n++) {
				AUTO(arena_auto) struct arena *a = arena_new();
				struct depends d = {.a = a};
				struct span cut = arena_dup(
					a, span_make(rows[k].text, n));

				(void)depends_read(&d, rows[i].file, cut);
				depends_sort(&d);
				for (size_t j = 1; j < d.n; j++)
					assert_true(strcmp(d.v[j - 1].name,
							    d.v[j].name) <= 0);
				free(d.v);
			}
}

static void
too_many_are_counted(void **state)
{
	static const char *const items[] = {
		"a%zu\n", "[[[[[[", "{a={", "a.", "\"\"\"", "a=["};
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		AUTO(str_fini) struct str text;
		struct depends d = {.a = a};

		str_init(&text, 1 << 22);
		for (size_t k = 0; k < 100000; k++) {
			if (i == 0)
				str_printf(&text, "a%zu\n", k);
			else
				str_puts(&text, items[i]);
		}
		(void)depends_read(&d,
			i == 0 ? "requirements.txt" : "pyproject.toml",
			str_span(&text));
		depends_sort(&d);
		assert_true(d.n <= EVIDENCE_MAX_DEPENDENCIES);
		assert_true(d.n + d.left_out == (i == 0 ? 100000 : 0));
		free(d.v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_manifest_gives_names_requirements_and_lines),
		cmocka_unit_test(any_text_can_be_a_manifest),
		cmocka_unit_test(too_many_are_counted),
	};

	return cmocka_run_group_tests_name("depends", tests, NULL, NULL);
}
