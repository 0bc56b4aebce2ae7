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
		size_t dot = name.n;
		while (dot > 0 && name.p[dot - 1] != '.')
			dot--;
		if (dot > 0 && inner.n > 0 && is_digit(inner.p[0]) &&
			is_extension(span_from(name, dot)))
			continue; /* "page.php(12)": a file's line */
		bool method = from > 1 && s.p[from - 1] == '.' &&
			s.p[from - 2] == ')'; /* Go's "(*Conn).read(" */
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
		if (empty || method || (odd && !c->code))
			function_add(g, name, c->line);
	}
}

/* What only a function does, or "in lib/x.js", "(lib/x.js": where it is. */
static bool
acts(struct span rest)
{
	static const char *const verbs[] = {"calls", "returns", "checks",
		"copies", "builds", "parses", "passes", "concatenates",
		"allocates", "compares", "validates", "verifies", "decodes",
		"never", "reads", "writes", "trusts", "ignores", "invokes",
		"evaluates", "joins", "opens", "hands", "strips", "normalizes",
		"escapes", "sanitizes", "skips", "frees", "uses", "appends",
		"overflows"};
	size_t n = 0, to;

	while (n < rest.n && is_alpha(rest.p[n]))
		n++;
	if (is_one_of(span_cut(rest, 0, n), verbs, ARRAY_LEN(verbs)))
		return true;
	n = begins(rest, "in ");
	n = n > 0 ? n : begins(rest, "(");
	for (to = n; to < rest.n && !is_blank(rest.p[to]) && rest.p[to] != ',';)
		to++;
	struct span file = span_cut(rest, n, to);
	for (to = file.n; to > 0 && file.p[to - 1] != '.';)
		to--;
	size_t end = to;
	while (end < file.n && is_alnum(file.p[end]))
		end++;
	return n > 0 && to > 1 && is_extension(span_cut(file, to, end));
}

/* Does its last part begin as functions do, and not as classes and
 * constants? */
static bool
is_member(struct span name)
{
	size_t at = name.n;

	while (at > 0 && !one_of(name.p[at - 1], ".:"))
		at--;
	struct span last = span_from(name, at);
	bool low = last.n > 2 && (last.p[0] == '_' || !is_upper(last.p[0]));
	for (size_t i = 0; i < name.n; i++)
		low = low && name.p[i] != '$';
	return low ||
		(at > 0 && last.n > 2 && !is_upper(last.p[1]) &&
			!is_upper(name.p[0]));
}

/* "RleDecoder::decode" */
static bool
is_qualified(struct span name)
{
	size_t at = span_find(name, "::");

	return at > 2 && at + 3 < name.n && is_upper(name.p[0]);
}

/* `name` in backticks, or "function name", "the name method". */
void
functions_named(struct reading *g, const struct chunk *c)
{
	static const char *const before[] = {"function", "method", "callable",
		"functions", "methods", "funktion", "fonction", "función",
		"methode", "méthode", "método", "routine", "helper"};
	static const char *const calls[] = {
		"calls", "call", "called", "calling", "invokes", "invoking"};
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
	struct span rest = span_trim(span_cut(c->after, 0, 60));
	for (size_t i = 0; i < 3; i++)
		if (begins(rest, before[i])) {
			function_add(g, name, c->line);
			return;
		}
	if (!c->code && is_member(name) &&
		(acts(rest) || is_one_of(word, calls, ARRAY_LEN(calls)) ||
			is_qualified(name)))
		function_add(g, name, c->line);
}

/* Code that every program runs through. */
static bool
is_of_system(struct span name, struct span rest)
{
	static const char *const begin[] = {"__", "java.", "javax.", "jdk.",
		"sun.", "std::", "core::", "alloc::", "tokio::", "runtime.",
		"net/http.", "node:", "_start", "raise", "abort", "malloc",
		"free", "start_thread", "clone"};

	return begins_any(name, begin, ARRAY_LEN(begin)) > 0 ||
		span_find(rest, "/lib/") < rest.n ||
		span_find(rest, "sysdeps") < rest.n ||
		span_find(rest, "/usr/lib") < rest.n;
}

/* The name of a frame: "#3 0x4f1c in name src/x.c:12", "#0 ns::f(int)",
 * "#1 /srv/x.php(12): Theme->render(...)", "at com.a.B.run(B.java:7)". */
static struct span
framed(struct span t)
{
	bool numbered = t.n > 2 && t.p[0] == '#' && is_digit(t.p[1]);
	size_t i = numbered ? 1 : 3, at;

	if (!numbered &&
		(!starts(t, "at ") || span_find_byte(t, '(') == t.n ||
			span_find_byte(t, ':') == t.n))
		return SPAN_NONE;
	while (numbered && i < t.n && is_digit(t.p[i]))
		i++;
	if (numbered && i < t.n && !is_blank(t.p[i]))
		return SPAN_NONE; /* "#12: an issue" */
	t = span_trim(span_from(t, i));
	if (starts(t, "0x") && (at = span_find(t, " in ")) < t.n && at < 24)
		t = span_trim(span_from(t, at + 4));
	else if (starts(t, "/") && (at = span_find(t, "): ")) < t.n)
		t = span_from(t, at + 3);
	for (i = 0; i < t.n &&
		(is_name_byte(t.p[i]) ||
			(t.p[i] == '-' && i + 1 < t.n && t.p[i + 1] == '>') ||
			(t.p[i] == '>' && i > 0 && t.p[i - 1] == '-'));)
		i++;
	struct span rest = span_from(t, i);
	bool called = rest.n > 0 && rest.p[0] == '(';
	if (i < 3 || !(is_alpha(t.p[0]) || t.p[0] == '_') ||
		!(called || starts(rest, " (") || starts(rest, " /") ||
			span_find_byte(rest, ':') < rest.n) ||
		is_of_system(t, rest))
		return SPAN_NONE;
	return span_cut(t, 0, i);
}

/* `File "x.py", line 3, in load_yaml_file` */
void
functions_traced(struct reading *g, size_t line, struct span s)
{
	struct span t = span_trim(span_cut(s, 0, 500));

	struct span frame = framed(t);
	if (frame.n > 0)
		function_add(g, frame, line);
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
