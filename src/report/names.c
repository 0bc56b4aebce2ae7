/*
 * names.c - what a report names: links, CVE ids, commits, versions, files,
 * functions, and on the way CWE ids and CVSS vectors.
 *
 * Each line is cut into chunks at blanks; a chunk is looked at once for each
 * kind of name that its bytes allow. Names are cited as they were written,
 * without the punctuation around them. That a name was found says nothing
 * about whether the thing exists.
 */
#include <stdlib.h>

#include "report/ascii.h"
#include "report/find.h"

enum {
	HAS_DIGIT = 1,
	HAS_DOT = 2,
	HAS_SLASH = 4,
	HAS_PAREN = 8,
	HAS_COLON = 16,
	CHUNK_MAX = 4096, /* no name but a link is longer */
};

struct chunk {
	struct span s;
	struct span before; /* the line up to here */
	size_t line;
	bool code;
};

static bool
one_of(unsigned char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
in_list(struct span s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is_nocase(s, list[i]))
			return true;
	return false;
}

/* The last word before, in letters: "version" of "(version: ". */
static struct span
word_before(struct span s)
{
	size_t to = s.n, from;

	while (to > 0 && s.n - to < 6 && !is_alnum(s.p[to - 1]))
		to--;
	for (from = to; from > 0 && to - from < 24 &&
		(is_alpha(s.p[from - 1]) || s.p[from - 1] >= 0x80);)
		from--;
	return span_cut(s, from, to);
}

/* ---- links ---- */

static struct span
link_trim(struct span s)
{
	size_t open = 0, close = 0;

	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(';
		close += s.p[i] == ')';
	}
	while (s.n > 0) {
		unsigned char c = s.p[s.n - 1];

		if (c == ')' && close > open)
			close--;
		else if (!one_of(c, ".,;:!?'*_]}"))
			break;
		s.n--;
	}
	return s;
}

static bool
link_begins(struct span s)
{
	static const char *const starts[] = {"http://", "https://", "hxxp://",
		"hxxps://", "ftp://", "git://", "ssh://", "git@", "www.",
		"github.com/", "gitlab.com/", "bitbucket.org/", "pypi.org/"};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (span_starts_nocase(s, starts[i]))
			return s.n > strlen(starts[i]);
	return false;
}

static void version_at(
	struct reading *g, const struct chunk *c, struct span s, bool said);
static void file_in(struct reading *g, const struct chunk *c, struct span s);

/* A tag, a commit and a path may stand in a link to a forge. */
static void
link_parts(struct reading *g, const struct chunk *c, struct span url)
{
	static const char *const refs[] = {
		"/blob/", "/tree/", "/releases/tag/", "/raw/", "/tags/"};
	size_t at = span_find(url, "/commit/");

	if (at < url.n) {
		struct span id = span_from(url, at + 8);
		size_t n = 0;

		while (n < id.n && is_hex(id.p[n]))
			n++;
		if (n >= 7 && n <= 64)
			facts_add(g, &g->commits, span_cut(id, 0, n), c->line);
	}
	for (size_t i = 0; i < ARRAY_LEN(refs); i++) {
		at = span_find(url, refs[i]);
		if (at == url.n)
			continue;
		struct span ref = span_from(url, at + strlen(refs[i]));
		size_t end = span_find_byte(ref, '/'), n = 0;
		struct span name = span_cut(ref, 0, end);

		while (n < name.n && is_hex(name.p[n]))
			n++;
		if (n == 40 && n == name.n)
			facts_add(g, &g->commits, name, c->line);
		else if (name.n > 0)
			version_at(g, c, name, true);
		if (end < ref.n)
			file_in(g, c, span_from(ref, end + 1));
		return;
	}
}

/* Links in a chunk; returns how much of it was link. */
static bool
links(struct reading *g, const struct chunk *c)
{
	struct span s = c->s;
	bool any = false;

	for (size_t i = 0; i + 4 < s.n; i++) {
		if ((i > 0 &&
			    (is_alnum(s.p[i - 1]) || s.p[i - 1] == '.' ||
				    s.p[i - 1] == '/' || s.p[i - 1] == '@' ||
				    s.p[i - 1] == '-')) ||
			!one_of(to_lower(s.p[i]), "hfgswbp") ||
			!link_begins(span_from(s, i)))
			continue;
		size_t to = i;
		while (to < s.n && !one_of(s.p[to], "<>\"`|\\^{}") &&
			s.p[to] > ' ')
			to++;
		struct span url = link_trim(span_cut(s, i, to));
		if (url.n > 7) {
			facts_add(g, &g->urls, url, c->line);
			link_parts(g, c, span_cut(url, 0, CHUNK_MAX));
			any = true;
		}
		i = to;
	}
	return any;
}

/* ---- ids ---- */

static void
cve(struct reading *g, const struct chunk *c)
{
	struct span s = c->s;

	for (size_t i = 0; i + 12 < s.n; i++) {
		size_t n = i + 9;

		if ((s.p[i] | 0x20) != 'c' || (i > 0 && is_alnum(s.p[i - 1])) ||
			!span_starts_nocase(span_from(s, i), "cve-") ||
			!is_digit(s.p[i + 4]) || !is_digit(s.p[i + 5]) ||
			!is_digit(s.p[i + 6]) || !is_digit(s.p[i + 7]) ||
			s.p[i + 8] != '-')
			continue;
		while (n < s.n && is_digit(s.p[n]) && n < i + 28)
			n++;
		if (n - i >= 13 && (n == s.n || !is_alnum(s.p[n])))
			facts_add(g, &g->cves, span_cut(s, i, n), c->line);
		i = n;
	}
}

static bool
said_commit(struct span before)
{
	static const char *const words[] = {"commit", "commits", "rev",
		"revision", "sha", "hash", "changeset", "at", "head", "in",
		"as", "and", "main", "master", "git"};

	return in_list(word_before(before), words, ARRAY_LEN(words));
}

static void
commit(struct reading *g, const struct chunk *c)
{
	struct span s = c->s;

	for (size_t i = 0; i < s.n;) {
		size_t n = i;
		bool digit = false, letter = false, upper = false;

		while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_')) {
			digit = digit || is_digit(s.p[n]);
			letter = letter || is_alpha(s.p[n]);
			upper = upper || !is_hex(s.p[n]) || is_upper(s.p[n]);
			n++;
		}
		size_t len = n - i;
		struct span before =
			span_make(c->before.p, (size_t)(s.p + i - c->before.p));
		if (!upper && digit && letter &&
			(i == 0 || !one_of(s.p[i - 1], "#-=%")) &&
			(len == 40 || (len == 64 && said_commit(before)) ||
				(len >= 7 && len < 40 && said_commit(before))))
			facts_add(g, &g->commits, span_cut(s, i, n), c->line);
		i = n > i ? n : i + 1;
	}
}

/* ---- versions ---- */

static bool
said_version(struct span before)
{
	static const char *const words[] = {"version", "versions", "release",
		"releases", "tag", "tags", "ver", "v", "versión", "versionen",
		"from", "to", "since", "before", "through", "until", "upto",
		"and", "or", "below", "above", "than", "introduced", "in"};
	struct span word = word_before(before);

	if (!in_list(word, words, ARRAY_LEN(words)))
		return false;
	if (span_is_nocase(word, "version") || span_is_nocase(word, "versions"))
		return true;
	/* "from 1.2", "in 1.2": only where the line speaks of versions */
	if (word.n > 4 || span_is_nocase(word, "tag") ||
		span_is_nocase(word, "ver") || span_is_nocase(word, "v"))
		return true;
	struct span near = span_from(before, before.n > 80 ? before.n - 80 : 0);
	return span_find_nocase(near, "version") < near.n ||
		span_find_nocase(near, "release") < near.n;
}

/* A version of something that reports only run on. */
static bool
is_foreign(struct span before)
{
	static const char *const words[] = {"python", "ubuntu", "debian",
		"macos", "windows", "node", "java", "openjdk", "jdk", "docker",
		"kubernetes", "chrome", "chromium", "firefox", "safari", "edge",
		"curl", "postgres", "postgresql", "mysql", "nginx", "apache",
		"kernel", "linux", "android", "ios", "php", "ruby", "openssl",
		"tls", "ssl", "http", "https", "cvss", "cvssv", "burp", "pip",
		"gcc", "clang", "glibc", "centos", "fedora", "alpine", "rhel",
		"webkit", "gecko", "applewebkit", "mozilla", "npm", "oauth",
		"section", "sections", "chapter", "figure", "table", "page",
		"score", "severity", "rfc", "cwe", "appendix", "clause",
		"price", "usd", "eur", "unicode", "ipv", "owasp", "asvs"};

	return in_list(word_before(before), words, ARRAY_LEN(words));
}

/* s begins at a version, perhaps with a "v"; `said`: the text calls it one.
 */
static void
version_at(struct reading *g, const struct chunk *c, struct span s, bool said)
{
	size_t i = s.n > 0 && (s.p[0] | 0x20) == 'v' ? 1 : 0;
	size_t parts = 0, first = 0;
	unsigned long lead = 0;

	said = said || i == 1;
	while (i < s.n && is_digit(s.p[i])) {
		size_t from = i;

		while (i < s.n && is_digit(s.p[i]) && i - from < 9)
			i++;
		if (parts++ == 0) {
			first = i - from;
			for (size_t k = from; k < i; k++)
				lead = lead * 10 + (unsigned)(s.p[k] - '0');
		}
		if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))
			i++;
		else
			break;
	}
	if (parts == 0 || parts > 4 || first > 4 ||
		(i < s.n && is_digit(s.p[i])))
		return;
	bool tail = false;
	if (i < s.n && (is_alpha(s.p[i]) || one_of(s.p[i], "-+.~"))) {
		size_t k = i; /* "rc1", "-beta.2", ".post1", "+local" */

		while (k < s.n &&
			(is_alnum(s.p[k]) || one_of(s.p[k], "-+.~")) &&
			k - i < 24)
			k++;
		while (k > i && one_of(s.p[k - 1], "-+.~"))
			k--;
		if (k > i) {
			size_t a = one_of(s.p[i], "-+.~") ? i + 1 : i;

			tail = k > a && is_alnum(s.p[a]) &&
				(is_alpha(s.p[i]) || s.p[i] != '.' ||
					is_alpha(s.p[a]));
			i = k;
			if (!tail || (i < s.n && is_alnum(s.p[i])))
				return;
			if (is_alpha(s.p[a]) && !said && parts < 3)
				return; /* "3.5mm", "1.2GB" */
		}
	}
	if (i < s.n && one_of(s.p[i], "/:@_%") &&
		!(s.p[i] == ':' && i + 1 == s.n))
		return;
	if (parts == 4 && !said)
		return; /* an IP address */
	if (parts < 3 && !said)
		return;
	if (parts == 1 && !(tail && i > 2) && !(s.p[0] == 'v' && i <= 4))
		return;
	if (parts == 3 && lead >= 1990 && lead < 2100 && !said)
		return; /* a date */
	facts_add(g, &g->versions, span_cut(s, 0, i), c->line);
}

static void
versions(struct reading *g, const struct chunk *c)
{
	struct span s = c->s;

	for (size_t i = 0; i < s.n; i++) {
		if (!(is_digit(s.p[i]) ||
			    ((s.p[i] | 0x20) == 'v' && i + 1 < s.n &&
				    is_digit(s.p[i + 1]))))
			continue;
		struct span before =
			span_make(c->before.p, (size_t)(s.p + i - c->before.p));
		unsigned char prev = i > 0 ? s.p[i - 1] : ' ';
		bool pinned = one_of(prev, "=@<>~^");
		bool dashed = prev == '-' || prev == '_'; /* "foo-1.2.3.tar" */

		if (i == 0 || one_of(prev, "([\"'`=@<>~^,*|") || dashed ||
			(prev == ':' && i > 1)) {
			bool foreign = is_foreign(before);

			if (!foreign && !(prev == '/'))
				version_at(g, c, span_from(s, i),
					!dashed &&
						(pinned ||
							said_version(before)));
		}
		while (i < s.n && (is_alnum(s.p[i]) || s.p[i] == '.'))
			i++;
	}
}

/* ---- files ---- */

static int
by_text(const void *key, const void *row)
{
	const struct span *k = key;
	const char *r = *(const char *const *)row;
	size_t n = strlen(r);
	int c = memcmp(k->p, r, k->n < n ? k->n : n);

	return c ? c : (k->n > n) - (k->n < n);
}

static bool
is_extension(struct span s)
{
	static const char *const known[] = {"asp", "aspx", "bash", "bat", "c",
		"cc", "cfg", "cgi", "class", "conf", "cpp", "cs", "css", "csv",
		"cxx", "dart", "dockerfile", "ejs", "env", "erl", "ex", "exe",
		"exs", "go", "gradle", "graphql", "groovy", "h", "hcl", "hpp",
		"hs", "htm", "html", "ini", "ipynb", "j2", "jar", "java",
		"jinja", "jinja2", "js", "json", "jsp", "jsx", "kt", "lock",
		"log", "lua", "m", "md", "mjs", "ml", "mm", "php", "pickle",
		"pkl", "pl", "pm", "properties", "proto", "ps1", "py", "pyi",
		"pyx", "r", "rb", "rs", "rst", "scala", "sh", "so", "sql",
		"svg", "swift", "tex", "tf", "tmpl", "toml", "tpl", "ts", "tsx",
		"txt", "vue", "war", "wasm", "xml", "xsl", "yaml", "yml",
		"zig"};

	return bsearch(&s, known, ARRAY_LEN(known), sizeof *known, by_text) !=
		NULL;
}

/* A product called like a file, or a path of the system, not of a product. */
static bool
is_no_file(struct span s)
{
	static const char *const products[] = {"node.js", "next.js", "vue.js",
		"react.js", "express.js", "three.js", "d3.js", "angular.js",
		"nuxt.js", "moment.js", "asp.net", "socket.io"};
	static const char *const roots[] = {"/etc/", "/tmp/", "/proc/", "/var/",
		"/usr/", "/home/", "/root/", "/dev/", "/bin/", "/opt/", "/sys/",
		"/mnt/"};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		if (span_starts(s, roots[i]))
			return true;
	return in_list(s, products, ARRAY_LEN(products)) ||
		span_starts(s, "../") || span_find(s, "//") < s.n;
}

static bool
is_path_byte(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 || one_of(c, "_-./+@");
}

static void
file_in(struct reading *g, const struct chunk *c, struct span s)
{
	for (size_t i = 0; i < s.n;) {
		size_t to = i, dot = 0;

		while (to < s.n && is_path_byte(s.p[to]))
			to++;
		size_t end = to;
		while (end > i && one_of(s.p[end - 1], ".-/+@"))
			end--;
		for (size_t k = end; k > i && end - k < 12 && dot == 0; k--)
			if (s.p[k - 1] == '.')
				dot = k;
			else if (s.p[k - 1] == '/')
				break;
		struct span path = span_cut(s, i, end);
		if (dot > i + 1 && path.n < 300 &&
			is_extension(span_cut(s, dot, end)) &&
			span_find_byte(path, '@') == path.n &&
			!(to < s.n && s.p[to] == '(') && !is_no_file(path))
			facts_add(g, &g->files, path, c->line);
		i = to > i ? to : i + 1;
	}
}

/* ---- functions ---- */

static bool
is_name_byte(unsigned char c)
{
	return is_alnum(c) || c == '_' || c == '.' || c == ':' || c == '$';
}

/* "name(" with "()" or a name that no sentence has. */
static void
functions(struct reading *g, const struct chunk *c)
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
			(inner.p[0] == ')' || span_starts(inner, "...)") ||
				span_starts(inner, "…)"));
		bool odd = false;
		for (size_t k = 1; k < name.n; k++)
			odd = odd || one_of(name.p[k], "_.:$") ||
				(is_upper(name.p[k]) &&
					!is_upper(name.p[k - 1]));
		size_t close = span_find_byte(inner, ')');
		if (in_list(span_cut(inner, 0, close), none, ARRAY_LEN(none)))
			continue;
		if (empty || (odd && !c->code))
			facts_add(g, &g->functions, name, c->line);
	}
}

/* `name` in backticks, or "function name", "the name method". */
static void
named_function(struct reading *g, const struct chunk *c)
{
	static const char *const before[] = {"function", "method", "callable",
		"functions", "methods", "funktion", "fonction", "función",
		"methode", "méthode", "método", "routine", "helper"};
	struct span s = c->s;
	size_t from = 0, to;
	bool odd = false;

	while (from < s.n && one_of(s.p[from], "`'\"(*"))
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
	size_t dot = name.n;
	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	if (dot > 0 && is_extension(span_from(name, dot)))
		return; /* a file */
	bool quoted = from > 0 && s.p[from - 1] == '`';
	struct span word = word_before(c->before);
	if (in_list(word, before, ARRAY_LEN(before)) && (odd || quoted)) {
		facts_add(g, &g->functions, name, c->line);
		return;
	}
	if (!odd)
		return;
	/* the word after it is in the same line, past this chunk */
	struct span rest = span_make(s.p + s.n,
		(size_t)(g->lines.v[c->line].at + g->lines.v[c->line].n -
			(size_t)((const char *)(s.p + s.n) - g->lines.text)));
	rest = span_trim(span_cut(rest, 0, 24));
	for (size_t i = 0; i < 3; i++)
		if (span_starts_nocase(rest, before[i]))
			facts_add(g, &g->functions, name, c->line);
}

/* `File "x.py", line 3, in load_yaml_file` */
static void
traceback(struct reading *g, size_t line, struct span s)
{
	struct span t = span_trim(span_cut(s, 0, 500));

	if (!span_starts(t, "File \"") && !span_starts(t, "at "))
		return;
	size_t at = span_find(t, ", in ");
	struct span name = span_trim(span_from(t, at + 5));
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_byte(name.p[i]))
			return;
	if (at < t.n && name.n > 1)
		facts_add(g, &g->functions, name, line);
}

/* ---- one pass ---- */

static unsigned
bytes_of(struct span s)
{
	unsigned has = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (is_digit(c))
			has |= HAS_DIGIT;
		else if (c == '.')
			has |= HAS_DOT;
		else if (c == '/')
			has |= HAS_SLASH;
		else if (c == '(')
			has |= HAS_PAREN;
		else if (c == ':')
			has |= HAS_COLON;
	}
	return has;
}

static void
one_chunk(struct reading *g, struct chunk *c)
{
	unsigned has = bytes_of(c->s);

	if (has & HAS_DIGIT)
		cve(g, c);
	if (has & HAS_DIGIT && has & HAS_COLON && has & HAS_SLASH)
		cvss_find(g, c->line, c->s);
	else if (has & HAS_SLASH && has & HAS_COLON)
		cvss_find(g, c->line, c->s); /* version 2 has no digit */
	if (has & (HAS_SLASH | HAS_DOT) && links(g, c))
		return;
	c->s = span_cut(c->s, 0, CHUNK_MAX);
	if (has & HAS_DIGIT) {
		commit(g, c);
		versions(g, c);
	}
	if (has & HAS_DOT)
		file_in(g, c, c->s);
	if (has & HAS_PAREN)
		functions(g, c);
	else
		named_function(g, c);
}

static void
one_line(struct reading *g, size_t i)
{
	struct span s = line_span(&g->lines, i);

	if (memmem(s.p, s.n, "CWE", 3) || memmem(s.p, s.n, "cwe", 3) ||
		memmem(s.p, s.n, "Cwe", 3))
		cwe_find(g, i, s);
	for (size_t at = 0; at < s.n;) {
		size_t to = at;

		while (to < s.n && !is_blank(s.p[to]))
			to++;
		if (to > at + 1) {
			struct chunk c = {span_cut(s, at, to),
				span_cut(s, 0, at), i,
				g->lines.v[i].shape == SHAPE_CODE};
			one_chunk(g, &c);
		}
		at = to + 1;
	}
	traceback(g, i, s);
}

void
names_find_all(struct reading *g)
{
	for (size_t i = 0; i < g->lines.n; i++)
		if (line_is_new(&g->lines, i))
			one_line(g, i);
}
