/*
 * code_blocks.c - claims in code: traces, diffs, and what is quoted from the
 * product.
 *
 * Most code in a report is the reporter's own. A block counts as quoted only
 * where the text says so: the line above names a file or "the vulnerable
 * code", its own first line is the path of a file, or it is a diff. What a
 * trace or a grep prints names file and line of what ran, and its code.
 */
#include "report/code_claims.h"

enum { FRAME_MAX = 1000 };

static struct span
code_line(const struct reading *g, size_t i)
{
	return line_span(&g->lines, i);
}

static struct span
package_path(struct span s)
{
	return code_path(span_trim(s));
}

static void
add_place(struct reading *g, size_t i, struct span path, unsigned from,
	unsigned to)
{
	struct code_claim c = {.line = (unsigned)i + 1, .kind = CODE_FILE};

	claim_add(g, c, path, SPAN_NONE);
	if (from == 0)
		return;
	c.kind = CODE_LINE;
	c.from = from;
	c.to = to;
	claim_add(g, c, SPAN_NONE, path);
}

static void
add_function(struct reading *g, size_t i, struct span name, struct span path,
	unsigned line)
{
	struct code_claim c = {.line = (unsigned)i + 1,
		.kind = CODE_FUNCTION,
		.from = line,
		.to = line};

	if (is_identifier(name))
		claim_add(g, c, name, path);
}

/* ---- traces ---- */

/* `File "x.py", line 12, in load`, and the code on the next line. */
static bool
python_frame(struct reading *g, size_t i, struct span s)
{
	unsigned from = 0, to = 0;

	if (!starts(s, "File \""))
		return false;
	struct span rest = span_cut(s, 6, FRAME_MAX);
	size_t quote = span_find_byte(rest, '"');
	struct span path = package_path(span_cut(rest, 0, quote));
	rest = span_from(rest, quote);
	if (!starts(rest, "\", line ") ||
		lines_at(span_from(rest, 8), &from, &to) == 0)
		return false;
	if (path.n == 0 || is_own_path(path) || !is_source_path(path))
		return true;
	size_t in = span_find(rest, ", in ");
	add_place(g, i, path, from, from);
	if (in < rest.n)
		add_function(
			g, i, span_trim(span_from(rest, in + 5)), path, from);
	if (i + 1 >= g->lines.n ||
		g->lines.v[i + 1].indent <= g->lines.v[i].indent)
		return true;
	struct span code = span_trim(code_line(g, i + 1));
	if (code.n >= QUOTE_LEAST && !starts(code, "File \"") &&
		code.p[0] != '^')
		claim_add(g,
			(struct code_claim){.kind = CODE_QUOTE,
				.line = (unsigned)i + 2,
				.from = from,
				.to = from},
			span_cut(code, 0, FACT_TEXT), path);
	return true;
}

/* "at a.b.Foo.bar(Foo.java:12)", "at bar (lib/foo.js:12:5)". */
static bool
at_frame(struct reading *g, size_t i, struct span s)
{
	unsigned from = 0, to = 0;

	if (!starts(s, "at "))
		return false;
	s = span_cut(s, 3, FRAME_MAX);
	size_t open = span_find_byte(s, '(');
	struct span place = span_from(s, open < s.n ? open + 1 : 0);
	size_t end = 0;
	while (end < place.n && place.p[end] != ')' && !is_blank(place.p[end]))
		end++;
	place = span_cut(place, 0, end);
	size_t colon = span_find_byte(place, ':');
	if (colon == place.n ||
		lines_at(span_from(place, colon + 1), &from, &to) == 0)
		return false;
	struct span path = package_path(span_cut(place, 0, colon));
	if (path.n == 0 || !is_source_path(path) || is_own_path(path))
		return true;
	add_place(g, i, path, from, from);
	if (open == s.n)
		return true;
	/* of a Java name the class and the method */
	struct span name = span_trim(span_cut(s, 0, open));
	size_t dots = 0, at = name.n;
	while (at > 0 && dots < 2)
		dots += name.p[--at] == '.';
	name = span_from(name, dots == 2 ? at + 1 : 0);
	if (starts(name, "Object."))
		name = span_from(name, 7);
	add_function(g, i, name, path, from);
	return true;
}

/* "dagfactory/utils.py:120:    return x", as grep and compilers print. */
static bool
grep_line(struct reading *g, size_t i, struct span s)
{
	unsigned from = 0, to = 0;
	size_t colon = 0;

	while (colon < s.n && colon < 300 && s.p[colon] > ' ' &&
		s.p[colon] != ':')
		colon++;
	if (colon < 3 || colon == s.n || s.p[colon] != ':')
		return false;
	struct span path = package_path(span_cut(s, 0, colon));
	size_t n = lines_at(span_from(s, colon + 1), &from, &to);
	if (n == 0 || path.n == 0 || !is_source_path(path) || is_own_path(path))
		return false;
	add_place(g, i, path, from, from);
	struct span rest = span_from(s, colon + 1 + n);
	struct span code = span_trim(span_from(rest, 1));
	if (rest.n > 0 && (rest.p[0] == ':' || rest.p[0] == '-') &&
		code.n >= QUOTE_LEAST && !is_digit(code.p[0]))
		claim_add(g,
			(struct code_claim){.kind = CODE_QUOTE,
				.line = (unsigned)i + 1,
				.from = from,
				.to = from},
			span_cut(code, 0, FACT_TEXT), path);
	return true;
}

bool
code_trace(struct reading *g, size_t i, struct span s)
{
	return python_frame(g, i, s) || at_frame(g, i, s);
}

/* ---- text of a quote ---- */

static bool
is_ellipsis(struct span s)
{
	while (s.n > 0 && one_of(s.p[0], "#/*-; "))
		s = span_from(s, 1);
	s = span_trim(s);
	return starts(s, "...") || starts(s, "…") || starts(s, "[...]") ||
		starts(s, "(...)");
}

/* "12: code" "12 | code": the number's length with what parts it. */
static size_t
listing_mark(struct span s, unsigned *number)
{
	unsigned to;
	size_t i = 0;

	while (i < s.n && is_blank(s.p[i]))
		i++;
	size_t n = lines_at(span_from(s, i), number, &to);
	if (n == 0 || !is_digit(s.p[i]))
		return 0;
	i += n;
	size_t at = i;
	while (i < s.n && i < at + 3 && one_of(s.p[i], " \t"))
		i++;
	if (i < s.n && one_of(s.p[i], ":|)"))
		return i + 1;
	return i > at || i == s.n ? i : 0;
}

/* Is it a listing with numbers, that rise? Then from and to are set. */
static bool
is_listing(const struct reading *g, size_t from, size_t to, unsigned *low,
	unsigned *high)
{
	unsigned last = 0, n = 0;

	for (size_t i = from; i < to; i++) {
		struct span s = code_line(g, i);
		unsigned number = 0;

		if (s.n == 0 || is_ellipsis(span_trim(s)))
			continue;
		if (listing_mark(s, &number) == 0 || number <= last)
			return false;
		if (n++ == 0)
			*low = number;
		last = number;
	}
	*high = last;
	return n >= 2;
}

/* Lines [from, to) as text; `mark`: only lines of a diff's old side. */
static void
add_quote(struct reading *g, size_t from, size_t to, struct span path,
	unsigned low, unsigned high, bool diff)
{
	struct str text;
	unsigned a = 0, b = 0;
	bool numbers = !diff && is_listing(g, from, to, &a, &b);

	str_init(&text, FACT_TEXT);
	for (size_t i = from; i < to; i++) {
		struct span s = code_line(g, i);
		unsigned number;

		if (numbers)
			s = span_from(s, listing_mark(s, &number));
		if (diff) {
			if (s.n > 0 && !one_of(s.p[0], " -"))
				continue;
			s = span_from(s, 1);
		}
		if (text.n + s.n + 2 > FACT_TEXT)
			break;
		str_put(&text, s);
		str_putc(&text, '\n');
	}
	struct span all = span_trim(str_span(&text));
	struct code_claim c = {.kind = CODE_QUOTE,
		.line = (unsigned)from + 1,
		.from = numbers ? a : low,
		.to = numbers ? b : high};
	if (all.n >= QUOTE_LEAST)
		claim_add(g, c, all, path);
	str_fini(&text);
}

/* ---- diffs ---- */

static struct span
diff_path(struct span s)
{
	size_t to = 0;

	s = span_from(s, 4);
	while (to < s.n && s.p[to] > ' ')
		to++;
	s = span_cut(s, 0, to);
	if (starts(s, "a/") || starts(s, "b/"))
		s = span_from(s, 2);
	return span_is(s, "/dev/null") ? SPAN_NONE : code_path(s);
}

/* "@@ -12,7 +12,9 @@" */
static bool
hunk_lines(struct span s, unsigned *from, unsigned *to)
{
	unsigned long long at = 0, n = 1;

	if (!starts(s, "@@ -"))
		return false;
	s = span_cut(s, 4, 40);
	size_t i = 0, k;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	if (!span_number(span_cut(s, 0, i), 9999999, &at))
		return false;
	if (i < s.n && s.p[i] == ',') {
		for (k = i + 1; k < s.n && is_digit(s.p[k]);)
			k++;
		if (!span_number(span_cut(s, i + 1, k), 99999, &n))
			return false;
	}
	*from = (unsigned)at;
	*to = (unsigned)(at + (n > 0 ? n - 1 : 0));
	return at > 0 && n > 0;
}

bool
code_is_diff(const struct reading *g, size_t i, size_t end)
{
	return i + 1 < end && line_is_new(&g->lines, i) &&
		starts(code_line(g, i), "--- ") &&
		starts(code_line(g, i + 1), "+++ ");
}

size_t
code_diff(struct reading *g, size_t i, size_t end)
{
	struct span path = diff_path(code_line(g, i));
	unsigned from, to;
	size_t k = i + 2;

	if (path.n == 0)
		return k;
	add_place(g, i, path, 0, 0);
	while (k < end) {
		if (!hunk_lines(code_line(g, k), &from, &to))
			break;
		size_t start = ++k;
		while (k < end && g->lines.v[k].kind == LINE_NEW) {
			struct span s = code_line(g, k);

			if (s.n > 0 &&
				(!one_of(s.p[0], " +-\\") || starts(s, "--- ")))
				break;
			k++;
		}
		add_place(g, start - 1, path, from, to);
		add_quote(g, start, k, path, from, to, true);
	}
	return k;
}

/* ---- blocks ---- */

static bool
is_other_language(struct span name)
{
	static const char *const words[] = {"bash", "console", "cmd", "curl",
		"html", "http", "json", "log", "output", "plain", "plaintext",
		"powershell", "sh", "shell", "shell-session", "sql", "terminal",
		"text", "toml", "txt", "xml", "yaml", "yml", "zsh"};

	return is_one_of(name, words, ARRAY_LEN(words));
}

/* "# dagfactory/utils.py" as the first line of a block. */
static struct span
head_path(struct span s, unsigned *from, unsigned *to)
{
	size_t i = 0;
	unsigned a = 0, b = 0;

	*from = *to = 0;
	while (i < s.n && one_of(s.p[i], "#/*;<!- "))
		i++;
	if (i == 0 && s.n > 0 && s.p[0] != '/')
		return SPAN_NONE;
	static const char *const labels[] = {"File: ", "file: ", "From "};
	i += begins_any(span_from(s, i), labels, ARRAY_LEN(labels));
	size_t end = i;
	while (end < s.n && s.p[end] > ' ' && s.p[end] != ':' &&
		s.p[end] != ',' && s.p[end] != '#')
		end++;
	struct span path = code_path(span_cut(s, i, end));
	struct span rest = span_cut(s, end, end + 40);
	if (path.n == 0 || !is_source_path(path) || is_own_path(path))
		return SPAN_NONE;
	for (size_t k = 0; k < rest.n && a == 0; k++)
		if (is_digit(rest.p[k]) &&
			lines_at(span_from(rest, k), &a, &b)) {
			*from = a;
			*to = b;
		}
	if (*from == 0 && span_find_byte(path, '/') == path.n)
		return SPAN_NONE;
	return path;
}

/* A prompt, a request or a shebang: the reporter's doing. */
static bool
is_session(const struct reading *g, size_t from, size_t to)
{
	static const char *const marks[] = {"$ ", ">>> ", "#!/", "root@",
		"GET /", "POST /", "PUT /", "curl ", "python ", "python3 ",
		"Traceback (", "HTTP/1", "PS C:"};

	for (size_t i = from; i < to && i < from + 40; i++)
		if (begins_any(span_trim(code_line(g, i)), marks,
			    ARRAY_LEN(marks)))
			return true;
	return false;
}

static bool
is_quotation(const struct intro *in, struct span language, bool session)
{
	if (!in->is || in->own || session || is_other_language(language))
		return false;
	if (in->file.n > 0)
		return in->colon || in->shows;
	return in->shows && (in->colon || in->name);
}

static void
block_lines(struct reading *g, size_t from, size_t to, bool *found)
{
	for (size_t i = from; i < to;) {
		struct span s = span_trim(code_line(g, i));

		if (code_is_diff(g, i, to)) {
			i = code_diff(g, i, to);
			*found = true;
			continue;
		}
		if (code_trace(g, i, s) || grep_line(g, i, s))
			*found = true;
		i++;
	}
}

size_t
code_block(struct reading *g, size_t i, const struct intro *in)
{
	const struct line *v = g->lines.v;
	struct span language = SPAN_NONE;
	bool fence = v[i].shape == SHAPE_FENCE, found = false;
	size_t from = i + fence, to = from;
	unsigned low = 0, high = 0;

	if (fence) {
		language = span_from(code_line(g, i), 3);
		language = span_cut(language, 0, span_find_byte(language, ' '));
		while (to < g->lines.n && v[to].fenced)
			to++;
		if (to == from)
			return i + 1;
	} else {
		while (to < g->lines.n && v[to].kind == LINE_NEW &&
			(v[to].shape == SHAPE_CODE ||
				(v[to].shape == SHAPE_BLANK &&
					to + 1 < g->lines.n &&
					v[to + 1].shape == SHAPE_CODE)))
			to++;
	}
	size_t end = fence && to < g->lines.n && v[to].shape == SHAPE_FENCE ?
		to + 1 :
		to;
	block_lines(g, from, to, &found);
	if (found)
		return end;
	bool session = is_session(g, from, to);
	struct span path =
		head_path(span_trim(code_line(g, from)), &low, &high);
	if (path.n > 0 && !session && !in->own) {
		add_place(g, from, path, low, high);
		add_quote(g, from + 1, to, path, low, high, false);
	} else if (is_quotation(in, language, session)) {
		add_quote(g, from, to, in->file, in->from, in->to, false);
	}
	return end;
}
