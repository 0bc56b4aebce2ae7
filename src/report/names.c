/*
 * names.c - what a report names: links, CVE ids, commits, versions, files,
 * functions, and on the way CWE ids and CVSS vectors.
 *
 * Each line is cut into chunks at blanks; a chunk is looked at once for each
 * kind of name that its bytes allow. Names are cited as they were written,
 * without the punctuation around them. That a name was found says nothing
 * about whether the thing exists.
 */
#include "report/ascii.h"
#include "report/chunk.h"

enum {
	CHUNK_MAX = 4096, /* no name but a link is longer */
	SUBJECT_MAX = 1000,
};

/* A dot within a word; "cw", of "cwe"; a_b, aB, a.b, `a`: what names in code
 * look like. */
#define HAS_INNER_DOT HAS_PAIR(HAS_INK)
#define HAS_CW HAS_PAIR(HAS_W)
#define HAS_ODD (HAS_MARK | HAS_PAIR(HAS_UPPER) | HAS_INNER_DOT)
/* What any name has. */
#define HAS_NAME (HAS_DIGIT | HAS_SLASH | HAS_PAREN | HAS_ODD)

struct span
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
	static const char *const words[] = {"http://", "https://", "hxxp://",
		"hxxps://", "ftp://", "git://", "ssh://", "git@", "www.",
		"github.com/", "gitlab.com/", "bitbucket.org/", "pypi.org/"};

	size_t n = begins_any(s, words, ARRAY_LEN(words));

	return n > 0 && s.n > n;
}

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
			(void)version_add(g, c, name, true);
		if (end < ref.n)
			files_in(g, c, span_from(ref, end + 1));
		return;
	}
}

static bool
is_link_byte(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 ||
		(c > ' ' && !one_of(c, "<>\"`|\\^{}"));
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
			!may_be_letter(s.p[i], "hfgswbp") ||
			!link_begins(span_from(s, i)))
			continue;
		size_t to = i;
		while (to < s.n && is_link_byte(s.p[to]))
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

	return is_one_of(word_before(before), words, ARRAY_LEN(words));
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

/* ---- one pass ---- */

static void
one_chunk(struct reading *g, struct chunk *c, uint32_t has)
{
	if (has & HAS_DIGIT)
		cve(g, c);
	if (has & HAS_DIGIT && has & HAS_COLON && has & HAS_SLASH)
		cvss_find(g, c->line, c->s);
	else if (has & HAS_SLASH && has & HAS_COLON)
		cvss_find(g, c->line, c->s); /* version 2 has no digit */
	if (has & (HAS_SLASH | HAS_INNER_DOT) && links(g, c))
		return;
	c->s = span_cut(c->s, 0, CHUNK_MAX);
	if (has & HAS_DIGIT) {
		commit(g, c);
		versions_in(g, c);
	}
	if (has & HAS_INNER_DOT)
		files_in(g, c, c->s);
	if (has & HAS_PAREN)
		functions_in(g, c);
	else if (has & HAS_ODD)
		functions_named(g, c);
}

static void
one_line(struct reading *g, size_t i, struct span s, uint32_t all, bool code)
{
	for (size_t at = 0; at < s.n && all & HAS_NAME;) {
		size_t to = at;
		uint32_t has = 0, pairs = 0, last = 0;

		for (; to < s.n && !is_blank(s.p[to]); to++) {
			uint32_t is = byte_has[s.p[to]];

			has |= is;
			pairs |= last << 1 & is;
			last = is;
		}
		has |= pairs << 16;
		if (to > at + 1 && has & HAS_NAME) {
			struct chunk c = {span_cut(s, at, to),
				span_cut(s, 0, at), span_from(s, to), i, code};

			one_chunk(g, &c, has);
		}
		at = to + 1;
	}
	if (all & HAS_CW)
		cwe_find(g, i, s);
	functions_traced(g, i, s);
}

void
names_find_all(struct reading *g)
{
	struct span subject = span_cut(span_of(g->m->subject), 0, SUBJECT_MAX);

	for (size_t i = 0; i < g->lines.n; i++)
		if (line_is_new(&g->lines, i))
			one_line(g, i, line_span(&g->lines, i),
				g->lines.v[i].has,
				g->lines.v[i].shape == SHAPE_CODE);
	/* last: what the text says as well is cited with its line */
	one_line(g, IN_SUBJECT, subject, bytes_have(subject), false);
}
