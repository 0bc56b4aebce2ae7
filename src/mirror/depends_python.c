/*
 * depends_python.c - pyproject.toml, setup.cfg, requirements files.
 *
 * setup.py is a program and is not run, so what it declares is not known.
 */
#include <string.h>

#include "base/mem.h"
#include "mirror/depends.h"

static bool
is_name_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
		c == '_' || c == '-';
}

void
depends_pep508(
	struct depends *d, struct span s, const char *part, unsigned line)
{
	size_t n = 0;

	s = span_trim(s);
	while (n < s.n && is_name_byte(s.p[n]))
		n++;
	struct span name = span_cut(s, 0, n), rest = span_trim(span_from(s, n));
	if (rest.n > 0 && rest.p[0] == '[')
		rest = span_trim(
			span_from(rest, span_find_byte(rest, ']') + 1));
	rest = span_trim(span_cut(rest, 0, span_find_byte(rest, ';')));
	if (rest.n > 1 && rest.p[0] == '(' && rest.p[rest.n - 1] == ')')
		rest = span_trim(span_cut(rest, 1, rest.n - 1));
	if (rest.n > 0 && strchr("<>=!~@", rest.p[0]) == NULL)
		return; /* prose, or an option */
	depends_add(d, name, rest, part, line);
}

/* ---- pyproject.toml ---- */

static bool
is_poetry_table(struct span table, bool *own)
{
	struct span t = table;

	*own = span_is(t, "tool.poetry.dependencies");
	return *own || span_is(t, "tool.poetry.dev-dependencies") ||
		(span_starts(t, "tool.poetry.group.") &&
			span_ends_nocase(t, ".dependencies"));
}

/* "tool.poetry.dependencies.NAME": the table before NAME, and NAME. */
static struct span
poetry_name(struct span *table)
{
	static const char mark[] = "dependencies.";
	size_t at = span_find(*table, mark);

	if (at == table->n)
		return SPAN_NONE;
	struct span name = span_from(*table, at + sizeof mark - 1);
	*table = span_cut(*table, 0, at + sizeof mark - 2);
	return name;
}

static void
pyproject_value(void *ctx, const struct toml_value *v)
{
	struct depends *d = ctx;
	struct span table = v->table;
	bool own;

	if (v->is_string && span_is(table, "project") &&
		span_is(v->key, "dependencies"))
		depends_pep508(d, v->text, NULL, v->line);
	else if (v->is_string &&
		span_is(table, "project.optional-dependencies"))
		depends_pep508(d, v->text, "optional", v->line);
	else if (v->is_string && span_is(table, "build-system") &&
		span_is(v->key, "requires"))
		depends_pep508(d, v->text, "build-system", v->line);
	else if (v->is_string && span_is(table, "dependency-groups"))
		depends_pep508(d, v->text, "development", v->line);
	else if (is_poetry_table(table, &own)) {
		if (!span_is(v->key, "python"))
			depends_add(d, v->key, v->text,
				own ? NULL : "development", v->line);
	} else if (span_starts(table, "tool.poetry.")) {
		struct span name = poetry_name(&table);

		if (name.n > 0 && is_poetry_table(table, &own) &&
			span_is(v->key, "version"))
			depends_add(d, name, v->text,
				own ? NULL : "development", v->line);
		else if (name.n > 0 && is_poetry_table(table, &own) &&
			(span_is(v->key, "git") || span_is(v->key, "path") ||
				span_is(v->key, "url")))
			depends_add(d, name, SPAN_NONE,
				own ? NULL : "development", v->line);
	}
}

void
depends_pyproject(struct depends *d, struct span text)
{
	toml_read(text, pyproject_value, d);
}

/* ---- setup.cfg ---- */

static const char *
cfg_part(struct span section, struct span key, bool *wanted)
{
	bool options = span_is_nocase(section, "options");

	*wanted = true;
	if (options && span_is_nocase(key, "install_requires"))
		return NULL;
	if (options && (span_is_nocase(key, "setup_requires")))
		return "build-system";
	if (options && span_is_nocase(key, "tests_require"))
		return "development";
	if (span_is_nocase(section, "options.extras_require"))
		return "optional";
	*wanted = false;
	return NULL;
}

void
depends_setup_cfg(struct depends *d, struct span text)
{
	struct span section = SPAN_NONE, line;
	const char *part = NULL;
	bool wanted = false;

	for (unsigned n = 1; span_line(&text, &line); n++) {
		struct span s = span_trim(line);

		if (s.n == 0 || s.p[0] == '#' || s.p[0] == ';')
			continue;
		if (s.p[0] == '[') {
			section = span_trim(
				span_cut(s, 1, span_find_byte(s, ']')));
			wanted = false;
			continue;
		}
		if (line.p[0] != ' ' && line.p[0] != '\t') {
			size_t eq = span_find_byte(s, '=');

			if (eq == s.n)
				eq = span_find_byte(s, ':');
			part = cfg_part(section, span_trim(span_cut(s, 0, eq)),
				&wanted);
			s = span_trim(span_from(s, eq + 1));
		}
		s = span_trim(span_cut(s, 0, span_find(s, " #")));
		if (wanted && s.n > 0)
			depends_pep508(d, s, part, n);
	}
}

/* ---- requirements.txt ---- */

void
depends_requirements(struct depends *d, struct span text)
{
	struct span line;
	bool more = false;

	for (unsigned n = 1; span_line(&text, &line); n++) {
		struct span s = span_trim(line);
		bool was = more;

		more = s.n > 0 && s.p[s.n - 1] == '\\';
		if (was || s.n == 0 || s.p[0] == '#' || s.p[0] == '-')
			continue; /* "--hash=..." of the line before, "-r x" */
		if (more)
			s = span_trim(span_cut(s, 0, s.n - 1));
		size_t egg = span_find(s, "#egg=");
		if (egg < s.n) {
			s = span_from(s, egg + 5);
			s = span_cut(s, 0, span_find_byte(s, '&'));
			depends_pep508(d, s, NULL, n);
			continue;
		}
		s = span_cut(s, 0, span_find(s, " #"));
		s = span_cut(s, 0, span_find(s, " --"));
		if (span_find(s, "://") == s.n || span_find(s, " @ ") < s.n)
			depends_pep508(d, s, NULL, n);
	}
}
