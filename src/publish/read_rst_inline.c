/*
 * read_rst_inline.c - the marks inside a block of reStructuredText.
 *
 * A mark opens where nothing but a blank or a bracket stands before it and
 * no blank after it, and it must be closed in the same block. Where none
 * closes it, that is remembered, so that a text of stars costs no more than
 * one look for each kind of mark.
 */
#include "publish/read_rst.h"

#include "base/mem.h"

static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c >= 0x80;
}

void
rst_targets(struct rst_inline *r, struct span text)
{
	struct span line;

	while (r->n < RST_TARGETS_MAX && span_line(&text, &line)) {
		struct span s = span_trim(line);
		struct rst_target t = {.words = false};

		if (span_starts(s, ".. _")) {
			size_t colon = span_find(s, ": ");

			t.name = span_cut(s, 4, colon);
			t.to = span_trim(span_from(s, colon + 1));
			if (t.name.n > 1 && t.name.p[0] == '`')
				t.name = span_cut(t.name, 1, t.name.n - 1);
		} else if (span_starts(s, ".. |")) {
			size_t bar = span_find(span_from(s, 4), "|") + 4;
			size_t words = span_find(s, "replace::");

			t.name = span_cut(s, 4, bar);
			t.to = span_trim(span_from(s, words + 9));
			t.words = true;
		} else if (span_starts(s, "__ ")) {
			t.name = SPAN_LIT("__");
			t.to = span_trim(span_from(s, 3));
		}
		if (t.name.n > 0 && t.to.n > 0)
			r->targets[r->n++] = t;
	}
}

/* Names are compared without regard to case and to blanks. */
static bool
same_name(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.n && (a.p[i] == ' ' || a.p[i] == '\n'))
			i++;
		while (j < b.n && (b.p[j] == ' ' || b.p[j] == '\n'))
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		unsigned char c = a.p[i++], d = b.p[j++];
		c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
		d = d >= 'A' && d <= 'Z' ? (unsigned char)(d + 32) : d;
		if (c != d)
			return false;
	}
}

static const struct rst_target *
target(const struct rst_inline *r, struct span name, bool words)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->targets[i].words == words &&
			same_name(r->targets[i].name, name))
			return &r->targets[i];
	return NULL;
}

/* Words without their backslashes; "\ " is nothing at all. */
static void
put_plain(struct rst_inline *r, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\')
			continue;
		doc_words(&r->b, span_cut(s, from, i));
		i++;
		from = i < s.n && (s.p[i] == ' ' || s.p[i] == '\n') ? i + 1 : i;
	}
	doc_words(&r->b, span_from(s, from));
}

static void
put_link(struct rst_inline *r, struct span words, struct span url)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 4096);
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == '\\' && i + 1 < url.n)
			i++;
		if (url.p[i] > ' ')
			str_putc(&s, (char)url.p[i]);
	}
	if (memchr(s.text, '@', s.n) && !strchr(s.text, ':')) {
		doc_link(&r->b, arena_printf(r->b.a, "mailto:%s", s.text));
	} else
		doc_link(&r->b, arena_text(r->b.a, str_span(&s)));
	put_plain(r, words);
	doc_link(&r->b, NULL);
}

/* `words <url>`_ or `name`_ or `words`; s is what the marks hold. */
static void
put_quoted(struct rst_inline *r, struct span s, bool reference, bool role)
{
	size_t open = span_find_byte(s, '<');
	const struct rst_target *t = NULL;

	for (size_t i = open + 1; i < s.n; i++)
		if (s.p[i] == '<')
			open = i;
	if (open < s.n && s.p[s.n - 1] == '>' && (reference || role)) {
		struct span url = span_cut(s, open + 1, s.n - 1);
		struct span words = span_trim(span_cut(s, 0, open));

		if (role) {
			put_plain(r, words);
			return;
		}
		if (url.n > 1 && url.p[url.n - 1] == '_' &&
			(t = target(r, span_cut(url, 0, url.n - 1), false)))
			url = t->to;
		put_link(r, words.n > 0 ? words : url, url);
		return;
	}
	if (reference) {
		t = target(r, s, false);
		t = t ? t : target(r, SPAN_LIT("__"), false);
	}
	if (t)
		put_link(r, s, t->to);
	else
		put_plain(r, s);
}

/* Where `mark` closes what begins at `from`; s.n if nowhere. */
static size_t
closing(struct span s, size_t from, const char *mark)
{
	size_t n = strlen(mark);

	for (size_t i = from + 1; i + n <= s.n; i++) {
		if (s.p[i] == '\\' && mark[0] != '`')
			i++;
		else if (memcmp(s.p + i, mark, n) == 0 && s.p[i - 1] > ' ' &&
			(i + n == s.n || !is_word(s.p[i + n])))
			return i;
	}
	return s.n;
}

enum { MARKS = 5 };
static const char *const marks[MARKS] = {"``", "**", "*", "`", "|"};

/* The mark that opens at s[i], or -1. */
static int
opening(struct span s, size_t i)
{
	if (i > 0 && s.p[i - 1] > ' ' &&
		!(s.p[i - 1] < 0x80 && strchr("-:/'\"<([{\\", s.p[i - 1])))
		return -1;
	for (int k = 0; k < MARKS; k++) {
		size_t n = strlen(marks[k]);

		if (i + n < s.n && memcmp(s.p + i, marks[k], n) == 0)
			return s.p[i + n] > ' ' ? k : -1;
	}
	return -1;
}

/* What the mark k holds, from..to, and what follows it; the end of it. */
static size_t
put_marked(struct rst_inline *r, struct span s, int k, size_t from, size_t to,
	bool role)
{
	struct span inner = span_cut(s, from, to);
	size_t end = to + strlen(marks[k]), bars = 0;
	const struct rst_target *t;

	switch (k) {
	case 0:
		doc_words(&r->b, inner);
		return end;
	case 3:
		while (end + bars < s.n && s.p[end + bars] == '_' && bars < 2)
			bars++;
		put_quoted(r, inner, bars > 0, role);
		return end + bars;
	case 4:
		t = target(r, inner, true);
		if (t && r->depth == 0) {
			r->depth++;
			rst_inline(r, t->to);
			r->depth--;
		} else
			put_plain(r, inner);
		return end + (end < s.n && s.p[end] == '_');
	default:
		put_plain(r, inner);
		return end;
	}
}

/* "name_" where a target of that name is, or "[1]_"; how long, else 0. */
static size_t
reference_length(const struct rst_inline *r, struct span s, size_t i,
	const struct rst_target **t)
{
	size_t n = i;

	*t = NULL;
	if (i > 0 && (is_word(s.p[i - 1]) || s.p[i - 1] == '_'))
		return 0;
	if (s.p[i] == '[') {
		while (n < s.n && n < i + 20 && s.p[n] != ']')
			n++;
		return n + 1 < s.n && s.p[n] == ']' && s.p[n + 1] == '_' ?
			n + 2 - i :
			0;
	}
	while (n < s.n && n < i + 64 &&
		(is_word(s.p[n]) ||
			(s.p[n] && strchr("-._", s.p[n]) && n + 1 < s.n &&
				is_word(s.p[n + 1]))))
		n++;
	if (n == i || n >= s.n || s.p[n] != '_' ||
		(n + 1 < s.n && is_word(s.p[n + 1])))
		return 0;
	*t = target(r, span_cut(s, i, n), false);
	return *t ? n + 1 - i : 0;
}

/* ":ref:" before a quoted word; its length, else 0. */
static size_t
role_length(struct span s, size_t i)
{
	size_t n = i + 1;

	if (s.p[i] != ':')
		return 0;
	while (n < s.n && n < i + 30 &&
		(is_word(s.p[n]) || strchr("-.:", s.p[n])))
		n++;
	return n < s.n && s.p[n] == '`' && s.p[n - 1] == ':' && n > i + 2 ?
		n - i :
		0;
}

void
rst_inline(struct rst_inline *r, struct span s)
{
	bool hopeless[MARKS] = {false};
	size_t from = 0, i = 0;

	while (i < s.n) {
		bool mail;
		size_t n = doc_link_length(
			span_from(s, i), i ? s.p[i - 1] : 0, &mail);
		size_t role = n == 0 ? role_length(s, i) : 0, end;

		if (n > 0) { /* its signs are its own */
			i += n;
			continue;
		}
		if (s.p[i] == '\\') {
			i += 2;
			continue;
		}
		int k = role ? 3 : opening(s, i);
		if (k >= 0 && !hopeless[k]) {
			size_t begin = i + role + strlen(marks[k]);

			end = closing(s, begin, marks[k]);
			hopeless[k] = end == s.n;
			if (end < s.n) {
				put_plain(r, span_cut(s, from, i));
				from = i = put_marked(
					r, s, k, begin, end, role > 0);
				continue;
			}
		}
		if (is_word(s.p[i]) || s.p[i] == '[') {
			const struct rst_target *t;

			n = reference_length(r, s, i, &t);
			if (n > 0) {
				put_plain(r, span_cut(s, from, i));
				if (t)
					put_link(r, span_cut(s, i, i + n - 1),
						t->to);
				from = i += n;
				continue;
			}
			i += s.p[i] == '[';
			while (i < s.n && is_word(s.p[i]))
				i++;
			continue;
		}
		i++;
	}
	put_plain(r, span_from(s, from));
}
