/*
 * code_mentions.c - files, lines, functions and classes named in prose.
 *
 * One pass over a line. A token is what names and paths are made of; the
 * bytes behind it, the four words before it and the backticks around it tell
 * what it is. Every look around is bounded, so the pass is linear.
 */
#include "report/code_claims.h"

enum { TOKEN_MAX = 300, NEAR = 200 };

struct token {
	size_t from, end; /* in the line */
	bool dot, slash, plain;
};

struct scan {
	struct reading *g;
	struct passage *p;
	struct span s;   /* the line */
	uint32_t at;     /* of it in the text */
	unsigned line;   /* 1-based */
	const char *gap; /* between the word before and the token */
};

static void
mention_add(struct scan *c, enum mention_kind kind, size_t from, size_t end,
	unsigned low, unsigned high)
{
	if (c->p->n == MENTIONS_MAX || end <= from)
		return;
	c->p->v[c->p->n++] = (struct mention){.kind = kind,
		.text = span_cut(c->s, from, end),
		.at = c->at + from,
		.end = c->at + end,
		.from = low,
		.to = high,
		.line = c->line};
}

static bool
word_is(const struct scan *c, size_t back, const char *const *list, size_t n)
{
	return is_one_of(c->p->word[back], list, n);
}

static void
word_push(struct passage *p, struct span word)
{
	for (size_t i = ARRAY_LEN(p->word) - 1; i > 0; i--)
		p->word[i] = p->word[i - 1];
	p->word[0] = word;
}

/* ---- lines ---- */

static size_t
number_at(struct span s, unsigned *out)
{
	unsigned long long n = 0;
	size_t i = 0;

	while (i < s.n && is_digit(s.p[i]) && i < 8)
		i++;
	if (i == 0 || i == 8 || !span_number(span_cut(s, 0, i), 9999999, &n) ||
		n == 0 || (i < s.n && is_alpha(s.p[i])))
		return 0;
	*out = (unsigned)n;
	return i;
}

size_t
lines_at(struct span s, unsigned *from, unsigned *to)
{
	static const char *const joins[] = {"-", "–", "—", "..", " - ", " – ",
		" to ", " bis ", " à ", " a "};
	size_t l = s.n > 0 && s.p[0] == 'L',
	       n = number_at(span_from(s, l), from);

	if (n == 0)
		return 0;
	n += l;
	*to = *from;
	size_t j = begins_any(span_from(s, n), joins, ARRAY_LEN(joins));
	if (j == 0)
		return n;
	struct span second = span_from(s, n + j);
	size_t skip = second.n > 0 && second.p[0] == 'L';
	unsigned last = 0;
	size_t m = number_at(span_from(second, skip), &last);
	if (m == 0 || last < *from)
		return n;
	*to = last;
	return n + j + skip + m;
}

/* ":12" ":12-20" "#L10-L20" right behind a file, past its backtick. */
static size_t
lines_behind(struct span s, unsigned *from, unsigned *to)
{
	size_t i = 0;

	*from = *to = 0;
	if (i < s.n && one_of(s.p[i], "`'\"*"))
		i++;
	if (i + 1 < s.n && (s.p[i] == ':' || s.p[i] == '#')) {
		size_t n = lines_at(span_from(s, i + 1), from, to);

		return n ? i + 1 + n : 0;
	}
	return 0;
}

static bool
is_line_word(struct span word)
{
	static const char *const words[] = {"line", "lines", "zeile", "zeilen",
		"ligne", "lignes", "línea", "líneas", "linea", "lineas"};

	return word.n > 3 && may_be_letter(word.p[0], "lz") &&
		is_one_of(word, words, ARRAY_LEN(words));
}

/* "line 12", "Lines: 3-5", "line number 7"; not the "command line 5". */
static size_t
lines_said(struct scan *c, const struct token *t)
{
	static const char *const others[] = {"command", "request", "response",
		"status", "log", "output", "mail", "header", "subject"};
	static const char *const numbers[] = {"number", "no.", "nos.", "nr."};
	unsigned from = 0, to = 0;
	size_t i = t->end;
	bool label = false;

	if (word_is(c, 0, others, ARRAY_LEN(others)))
		return 0;
	while (i < c->s.n && i < t->end + 12 &&
		one_of(c->s.p[i], " \t:#*(s)")) {
		label = label || c->s.p[i] == ':';
		i++;
	}
	size_t skip =
		begins_any(span_from(c->s, i), numbers, ARRAY_LEN(numbers));
	if (skip > 0)
		i += skip;
	while (i < c->s.n && is_blank(c->s.p[i]))
		i++;
	size_t n = lines_at(span_from(c->s, i), &from, &to);
	if (n == 0)
		return 0;
	mention_add(c, MENTION_LINES, t->from, i + n, from, to);
	if (c->p->n > 0)
		c->p->v[c->p->n - 1].labelled = label;
	return i + n;
}

/* ---- files ---- */

/* What the reporter makes, sends or runs is no file of the product. */
static bool
is_made(const struct scan *c)
{
	static const char *const verbs[] = {"attach", "attached", "attachment",
		"bash", "called", "cat", "create", "creates", "creating",
		"crea", "curl", "download", "erstelle", "execute", "malicious",
		"my", "named", "nano", "node", "perl", "php", "place", "put",
		"python", "python3", "ruby", "run", "running", "save", "saved",
		"saving", "sh", "store", "touch", "upload", "uploaded",
		"uploading", "vim", "wget", "write"};

	for (size_t i = 0; i < ARRAY_LEN(c->p->word); i++)
		if (word_is(c, i, verbs, ARRAY_LEN(verbs)))
			return true;
	return false;
}

static bool
has_extension(struct span path)
{
	size_t dot = path.n;

	while (dot > 0 && path.n - dot < 14 && path.p[dot - 1] != '.' &&
		path.p[dot - 1] != '/')
		dot--;
	return dot > 1 && path.p[dot - 1] == '.' && path.p[dot - 2] != '/' &&
		is_extension(span_from(path, dot));
}

/* Of the product's documentation; other data is mostly the reporter's. */
static bool
is_page(struct span path)
{
	return span_ends_nocase(path, ".md") || span_ends_nocase(path, ".rst");
}

static size_t
file_at(struct scan *c, const struct token *t)
{
	struct span token = span_cut(c->s, t->from, t->end);
	struct span path = code_path(token);
	unsigned from, to;

	if (path.n == 0 || !has_extension(path))
		return 0;
	size_t behind = lines_behind(span_from(c->s, t->end), &from, &to);
	if (is_own_path(path))
		return 0;
	if (from == 0 &&
		(is_made(c) ||
			!(is_source_path(path) || (t->slash && is_page(path)))))
		return 0;
	size_t skipped = (size_t)(path.p - token.p);
	mention_add(c, MENTION_FILE, t->from + skipped, t->end, from, to);
	return t->end + behind;
}

/* ---- functions and classes ---- */

static const char *const function_words[] = {"function", "method", "callable",
	"functions", "methods", "funktion", "fonction", "función", "methode",
	"méthode", "método", "routine", "helper", "def", "func", "fn"};
static const char *const class_words[] = {
	"class", "classe", "clase", "klasse", "struct", "interface"};

/* The word behind the token and its ornaments. */
static struct span
word_behind(const struct scan *c, size_t end)
{
	size_t i = end, to;

	while (i < c->s.n && i < end + 3 && one_of(c->s.p[i], "`'\"* )("))
		i++;
	for (to = i; to < c->s.n && to < i + 16 &&
		(is_alpha(c->s.p[to]) || c->s.p[to] >= 0x80);)
		to++;
	return span_cut(c->s, i, to);
}

static bool
is_all_upper(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_alpha(s.p[i]) && !is_upper(s.p[i]))
			return false;
	return true;
}

/* Past the ")" of a call whose "(" is at i, if it is near. */
static size_t
call_end(struct span s, size_t i)
{
	unsigned depth = 0;

	for (size_t k = i; k < s.n && k < i + NEAR; k++) {
		depth += s.p[k] == '(';
		if (s.p[k] == ')' && --depth == 0)
			return k + 1;
	}
	return i + 1;
}

static size_t
named_at(struct scan *c, const struct token *t)
{
	static const char *const plurals[] = {
		"s", "es", "ies", "er", "ed", "d"};
	struct span name = span_cut(c->s, t->from, t->end);
	bool quoted = t->from > 0 && c->s.p[t->from - 1] == '`';
	bool called = t->end < c->s.n && c->s.p[t->end] == '(';
	size_t end = called ? call_end(c->s, t->end) : t->end;
	bool odd = is_odd_name(name);

	if ((!called && !quoted && !odd) || !is_identifier(name))
		return 0; /* a word of prose */
	struct span behind = word_behind(c, end);
	bool is_class = word_is(c, 0, class_words, ARRAY_LEN(class_words)) ||
		is_one_of(behind, class_words, 4);
	if (!called && is_class && (odd || quoted) && is_upper(name.p[0])) {
		mention_add(c, MENTION_CLASS, t->from, end, 0, 0);
		c->p->v[c->p->n - 1].text = name;
		return end;
	}
	bool said = word_is(c, 0, function_words, ARRAY_LEN(function_words)) ||
		is_one_of(behind, function_words, 13);
	if (called) {
		struct span args = span_cut(c->s, t->end + 1, end - 1);

		if (is_one_of(args, plurals, ARRAY_LEN(plurals)))
			return 0;
		said = said || args.n == 0 || span_is(args, "...") ||
			span_is(args, "…") || odd;
	} else {
		said = said && (odd || quoted);
	}
	if (!said || is_library_function(name) || is_all_upper(name))
		return called ? end : 0;
	mention_add(c, MENTION_FUNCTION, t->from, end, 0, 0);
	struct mention *m = &c->p->v[c->p->n - 1];
	m->text = name;
	m->labelled = c->gap && *c->gap == ':';
	return end;
}

/* ---- inline code ---- */

/* `...` with blanks in it: a definition, or code that is quoted. Returns its
 * end, or 0 if the backtick opens nothing of the kind. */
static size_t
inline_code(struct scan *c, size_t i)
{
	static const char *const defines[] = {
		"def ", "async def ", "class ", "function ", "func ", "fn "};
	struct span rest = span_cut(c->s, i + 1, i + 1 + NEAR);
	size_t close = span_find_byte(rest, '`');
	struct span inner = span_cut(rest, 0, close);

	if (close == rest.n || span_find_byte(inner, ' ') == inner.n)
		return 0;
	size_t n = begins_any(inner, defines, ARRAY_LEN(defines)), to = n;
	while (to < inner.n && (is_alnum(inner.p[to]) || inner.p[to] == '_'))
		to++;
	struct span name = span_cut(inner, n, to);
	if (n > 0 && is_identifier(name)) {
		bool is_class = starts(inner, "class ");

		if (is_class || !is_library_function(name))
			mention_add(c,
				is_class ? MENTION_CLASS : MENTION_FUNCTION,
				i + 1 + n, i + 1 + to, 0, 0);
		return i + 2 + close;
	}
	bool code = false;
	for (size_t k = 0; k < inner.n; k++)
		code = code || one_of(inner.p[k], "(=[{");
	if (code && inner.n >= QUOTE_LEAST)
		mention_add(c, MENTION_QUOTE, i + 1, i + 1 + close, 0, 0);
	return i + 2 + close;
}

/* ---- links ---- */

/* A forge's link to a place in its code: /blob/REF/path#L10-L20. */
static void
forge_link(struct scan *c, size_t from, size_t end)
{
	static const char *const kinds[] = {
		"/blob/", "/raw/", "/src/tag/", "/src/branch/", "/src/commit/"};
	struct span url = span_cut(c->s, from, end);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t at = span_find(url, kinds[i]);
		struct span path = span_from(url, at + strlen(kinds[i]));
		size_t slash = span_find_byte(path, '/');

		if (at == url.n || slash == path.n)
			continue;
		path = span_from(path, slash + 1);
		size_t stop = 0;
		while (stop < path.n && !one_of(path.p[stop], "#?"))
			stop++;
		struct span after = span_from(path, stop);
		unsigned low = 0, high = 0;
		if (span_starts(after, "#L"))
			(void)lines_at(span_from(after, 1), &low, &high);
		path = span_cut(path, 0, stop);
		while (path.n > 0 && one_of(path.p[path.n - 1], ".,;)"))
			path.n--;
		size_t begin = (size_t)(path.p - c->s.p);
		if (path.n > 0 && path.n < TOKEN_MAX)
			mention_add(c, MENTION_FILE, begin, begin + path.n, low,
				high);
		return;
	}
}

static bool
is_link(struct span s)
{
	static const char *const words[] = {"http://", "https://", "hxxp://",
		"hxxps://", "ftp://", "git://", "ssh://", "git@", "www.",
		"github.com/", "gitlab.com/", "bitbucket.org/", "pypi.org/"};

	return may_be_letter(s.p[0], "hfgswbp") &&
		begins_any(s, words, ARRAY_LEN(words)) > 0;
}

static size_t
link_at(struct scan *c, size_t i)
{
	size_t to = i;

	while (to < c->s.n && c->s.p[to] > ' ' &&
		!one_of(c->s.p[to], "<>\"`|\\^{}"))
		to++;
	size_t end = to;
	while (end > i && one_of(c->s.p[end - 1], ".,;:!?'*_]}"))
		end--;
	forge_link(c, i, end < i + 2000 ? end : i + 2000);
	return to;
}

/* ---- one line ---- */

static bool
is_token_byte(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 || one_of(c, "_$./-+~@%");
}

static struct token
token_at(struct span s, size_t i)
{
	struct token t = {.from = i, .plain = true};
	size_t to = i;

	for (; to < s.n; to++) {
		unsigned char c = s.p[to];

		if (is_alpha(c) || c >= 0x80)
			continue;
		if (c == ':' && to + 2 < s.n && s.p[to + 1] == ':' &&
			is_alpha(s.p[to + 2])) {
			t.plain = false;
			to++;
			continue;
		}
		if (!is_token_byte(c))
			break;
		t.plain = false;
	}
	while (to > i && one_of(s.p[to - 1], ".-/+@~%"))
		to--;
	t.end = to > i ? to : i + 1;
	for (size_t k = i; k < t.end && !t.plain; k++) {
		t.dot = t.dot || s.p[k] == '.';
		t.slash = t.slash || s.p[k] == '/';
	}
	return t;
}

static size_t
one_token(struct scan *c, const struct token *t)
{
	struct span s = span_cut(c->s, t->from, t->end);
	bool call = t->end < c->s.n && c->s.p[t->end] == '(';
	unsigned from = 0, to = 0;
	size_t next = 0;

	if (s.n > TOKEN_MAX)
		return 0;
	if (t->plain && is_line_word(s))
		return lines_said(c, t);
	if (s.p[0] == 'L' && s.n > 1 && is_digit(s.p[1]) &&
		lines_at(s, &from, &to) == s.n) {
		mention_add(c, MENTION_LINES, t->from, t->end, from, to);
		return t->end;
	}
	if (t->dot && !call)
		next = file_at(c, t);
	if (next == 0 && !t->slash)
		next = named_at(c, t);
	return next;
}

/* Where a word of letters ends that names nothing in any surroundings: most
 * words of a text. Not "line", which may, and no "aName". */
static size_t
prose_word(struct span s, size_t i)
{
	uint32_t pairs = 0, last = 0;
	size_t to = i;

	for (; to < s.n && is_alpha(s.p[to]); to++) {
		uint32_t is = byte_has[s.p[to]];

		pairs |= last << 1 & is;
		last = is;
	}
	return to > i && (to == s.n || one_of(s.p[to], " ,")) &&
			!(pairs & HAS_UPPER) && !may_be_letter(s.p[i], "lz") &&
			(i == 0 || s.p[i - 1] != '`') ?
		to :
		0;
}

void
mentions_in(struct reading *g, struct passage *p, size_t line)
{
	struct scan c = {.g = g,
		.p = p,
		.s = line_span(&g->lines, line),
		.at = g->lines.v[line].at,
		.line = (unsigned)line + 1};

	for (size_t i = 0; i < c.s.n && p->n < MENTIONS_MAX;) {
		unsigned char b = c.s.p[i];
		size_t next = 0;

		if (b == '`' && (next = inline_code(&c, i)) > 0) {
			i = next;
			continue;
		}
		if (!is_alnum(b) && b < 0x80 && !one_of(b, "_$./")) {
			i++;
			continue;
		}
		if ((next = prose_word(c.s, i)) > 0) {
			word_push(p, span_cut(c.s, i, next));
			c.gap = (const char *)c.s.p + next;
			i = next;
			continue;
		}
		if (is_link(span_from(c.s, i))) {
			i = link_at(&c, i);
			continue;
		}
		struct token t = token_at(c.s, i);
		next = one_token(&c, &t);
		word_push(p, span_cut(c.s, t.from, t.end));
		c.gap = (const char *)c.s.p + t.end;
		i = next > t.end ? next : t.end;
		if (i < c.s.n && one_of(c.s.p[i], ".!?") &&
			(i + 1 == c.s.n || is_blank(c.s.p[i + 1])))
			memset(p->word, 0, sizeof p->word);
	}
}
