/*
 * function.c - functions a report names: called, said to be one, or traced.
 *
 * "name()" is a call in any text; "name(x)" only where no sentence would
 * have that name, for people write "RCE(remote)" too. In code, calls with
 * arguments are the proof of concept's own and are left out.
 */
#include "report/chunk.h"

static bool
is_name_byte(unsigned char c)
{
	return is_alnum(c) || c == '_' || c == '.' || c == ':' || c == '$';
}

/* What a language or a proof of concept calls, never a product's own. */
static void
function_add(struct reading *g, struct span name, size_t line)
{
	static const char *const never[] = {"include", "include_once",
		"require", "require_once", "if", "while", "for", "switch",
		"return", "sizeof", "catch", "echo", "isset", "unset", "alert",
		"confirm", "prompt", "console.log", "print", "println",
		"printf", "phpinfo", "__libc_start_main", "_start"};

	if (!is_one_of(name, never, ARRAY_LEN(never)))
		facts_add(g, &g->functions, name, line);
}

/* "name(" with "()" or a name that no sentence has. */
void
functions_in(struct reading *g, const struct chunk *c)
{
	static const char *const none[] = {"s", "es", "ies", "er", "ed", "d"};
	struct span s = c->s;

	for (size_t i = 1; i < s.n; i++) {
		size_t from = i;

		if (s.p[i] != '(')
			continue;
		while (from > 0 && i - from < 120 &&
			is_name_byte(s.p[from - 1]))
			from--;
		while (from < i && !is_alpha(s.p[from]) && s.p[from] != '_' &&
			s.p[from] != '$')
			from++;
		struct span name = span_cut(s, from, i);
		if (name.n < 2 || name.p[name.n - 1] == ':' ||
			name.p[name.n - 1] == '.')
			continue;
		struct span inner = span_from(s, i + 1);
		bool empty = inner.n > 0 &&
			(inner.p[0] == ')' || starts(inner, "...)") ||
				starts(inner, "…)"));
		bool odd = false;
		for (size_t k = 1; k < name.n; k++)
			odd = odd || one_of(name.p[k], "_.:$") ||
				(is_upper(name.p[k]) &&
					!is_upper(name.p[k - 1]));
		size_t close = span_find_byte(inner, ')');
		if (is_one_of(span_cut(inner, 0, close), none, ARRAY_LEN(none)))
			continue;
		if (empty || (odd && !c->code))
			function_add(g, name, c->line);
	}
}

/* `name` in backticks, or "function name", "the name method". */
void
functions_named(struct reading *g, const struct chunk *c)
{
	static const char *const before[] = {"function", "method", "callable",
		"functions", "methods", "funktion", "fonction", "función",
		"methode", "méthode", "método", "routine", "helper"};
	struct span s = c->s;
	size_t from = 0, to;
	bool odd = false;

	while (from < s.n && !is_alnum(s.p[from]) &&
		one_of(s.p[from], "`'\"(*"))
		from++;
	for (to = from; to < s.n && is_name_byte(s.p[to]); to++)
		odd = odd || s.p[to] == '_' ||
			(to > from && is_upper(s.p[to]) &&
				!is_upper(s.p[to - 1])) ||
			(s.p[to] == '.' && to + 1 < s.n &&
				is_alpha(s.p[to + 1]));
	while (to > from && one_of(s.p[to - 1], ".:"))
		to--;
	struct span name = span_cut(s, from, to);
	if (name.n < 3 || name.n > 120 ||
		!(is_alpha(name.p[0]) || name.p[0] == '_'))
		return;
	bool quoted = from > 0 && s.p[from - 1] == '`';
	if (!odd && !quoted)
		return;
	size_t dot = name.n;
	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	if (dot > 0 && is_extension(span_from(name, dot)))
		return; /* a file */
	struct span word = word_before(c->before);
	if (is_one_of(word, before, ARRAY_LEN(before)) && (odd || quoted)) {
		function_add(g, name, c->line);
		return;
	}
	if (!odd)
		return;
	/* the word after it is in the same line, past this chunk */
	struct span rest = span_trim(span_cut(c->after, 0, 24));
	for (size_t i = 0; i < 3; i++)
		if (begins(rest, before[i]))
			function_add(g, name, c->line);
}

/* `File "x.py", line 3, in load_yaml_file` */
void
functions_traced(struct reading *g, size_t line, struct span s)
{
	struct span t = span_trim(span_cut(s, 0, 500));

	if (!starts(t, "File \"") && !starts(t, "at "))
		return;
	size_t at = span_find(t, ", in ");
	struct span name = span_trim(span_from(t, at + 5));
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_byte(name.p[i]))
			return;
	if (at < t.n && name.n > 1)
		function_add(g, name, line);
}
