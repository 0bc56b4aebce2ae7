/*
 * fold.c - found anew where it is shown, for a verdict keeps lines, no words.
 *
 * Ratings do not decide anything, so nothing depends on it whether this
 * program finds the same ones as the version that judged the mail.
 */
#include "report/fold.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "report/report.h"

/* More than is shown of a line: one that is ten megabytes
 * long must not be copied for each of its ratings. */
enum { LINE_MOST = 4096 };

struct lines {
	struct span *v;
	size_t n;
};

static struct lines
cut(struct arena *a, struct span text)
{
	struct lines l = {0};
	struct span rest = text, line;

	while (span_line(&rest, &line))
		l.n++;
	l.v = ARENA_ARRAY(a, l.n + 1, struct span);
	l.n = 0;
	while (span_line(&text, &line))
		l.v[l.n++] = utf8_clip(line, LINE_MOST);
	return l;
}

/* A line that says the same twice is cited once. What is not found is part
 * of a rating that is folded already. */
static struct span
without(struct arena *a, struct span line, const char *rating)
{
	size_t n = strlen(rating), at;
	struct str out;

	if (n == 0 || span_find(line, rating) == line.n)
		return line;
	str_init(&out, (sizeof FOLDED + 1) * line.n);
	while ((at = span_find(line, rating)) < line.n) {
		str_put(&out, span_cut(line, 0, at));
		str_puts(&out, FOLDED);
		line = span_from(line, at + n);
	}
	str_put(&out, line);
	struct span folded = span_of(arena_strdup(a, out.text));
	str_fini(&out);
	return folded;
}

static void
fold(struct arena *a, struct lines *l, const char **subject, unsigned line,
	const char *rating)
{
	if (rating == NULL || line > l->n)
		return;
	if (line > 0)
		l->v[line - 1] = without(a, l->v[line - 1], rating);
	else if (*subject != NULL)
		*subject = arena_text(a, without(a, span_of(*subject), rating));
}

/* ---- what stands where no rating is looked for ---- */

static const char *const levels[] = {"critical", "high", "medium", "moderate",
	"low", "severe", "p1", "p2", "p3", "p4"};
static const char *const rated[] = {"severity", "vulnerability",
	"vulnerabilities", "vuln", "security", "rce", "xss", "ssrf", "sqli",
	"bug", "issue", "flaw", "finding", "risk", "impact", "priority"};

static bool
is_word(struct span s, size_t i)
{
	return i < s.n &&
		((s.p[i] >= '0' && s.p[i] <= '9') ||
			((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') ||
			s.p[i] == '_' || s.p[i] >= 0x80);
}

/* Length of one of the words at s[i], 0 if none stands there. */
static size_t
one_of(struct span s, size_t i, const char *const *list, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (span_starts_nocase(span_from(s, i), list[k]) &&
			!is_word(s, i + strlen(list[k])))
			return strlen(list[k]);
	return 0;
}

/* "9.8", "10.0"; no "9.8.1". */
static size_t
score(struct span s, size_t i)
{
	size_t n = i;

	while (n < s.n && n < i + 2 && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	if (n == i || n + 1 >= s.n || s.p[n] != '.' || s.p[n + 1] < '0' ||
		s.p[n + 1] > '9' || is_word(s, n + 2) ||
		(n + 3 < s.n && s.p[n + 2] == '.' && is_word(s, n + 3)))
		return 0;
	return n + 2 - i;
}

static size_t
vector(struct span s, size_t i)
{
	struct span rest = span_from(s, i);
	size_t n = 0;

	if (!(span_starts_nocase(rest, "cvss:") && rest.n > 8 &&
		    rest.p[5] >= '0' && rest.p[5] <= '9') &&
		!(span_starts_nocase(rest, "av:") && rest.n > 6 &&
			rest.p[4] == '/'))
		return 0;
	while (n < rest.n && n < 300 &&
		(is_word(rest, n) || strchr(":/.", rest.p[n])) &&
		rest.p[n] != '\0')
		n++;
	return n;
}

/* "critical 9.8", "9.8 (critical)", "critical RCE": the words of a rating. */
static size_t
level(struct span s, size_t i)
{
	size_t first = one_of(s, i, levels, ARRAY_LEN(levels)), n, at, more;
	bool number = first == 0;

	n = number ? score(s, i) : first;
	for (at = i + n; at < s.n && at < i + n + 3; at++)
		if (strchr(" (:-/|,", s.p[at]) == NULL)
			break;
	if (n == 0 || at == i + n || at == s.n)
		return 0;
	more = number ? one_of(s, at, levels, ARRAY_LEN(levels)) : score(s, at);
	if (more > 0)
		return at + more - i +
			(at + more < s.n && s.p[at + more] == ')' &&
				s.p[at - 1] == '(');
	return !number && at == i + n + 1 &&
			one_of(s, at, rated, ARRAY_LEN(rated)) > 0 ?
		n :
		0;
}

/* "Critical path traversal (9.8)": by the word before it, no version. */
static size_t
in_brackets(struct span s, size_t i, bool has_level)
{
	size_t n = has_level && (s.p[i] == '(' || s.p[i] == '[') ?
		score(s, i + 1) :
		0;

	return n > 0 && i + 1 + n < s.n &&
			(s.p[i + 1 + n] == ')' || s.p[i + 1 + n] == ']') ?
		n + 2 :
		0;
}

/* Over-careful where it costs a word: in titles, code and quotations no
 * rating is looked for, and what is found there is bounded in number. */
static struct span
plainly(struct arena *a, struct span line)
{
	struct span folded = line;
	bool has_level = false;
	size_t done = 0;
	struct str out;

	str_init(&out, (sizeof FOLDED + 1) * (line.n + 1));
	for (size_t i = 0; i < line.n;) {
		size_t n = i > 0 && is_word(line, i - 1) ? 0 : vector(line, i);

		if (n == 0 && (i == 0 || !is_word(line, i - 1)) &&
			(i == 0 || line.p[i - 1] != '.'))
			n = level(line, i);
		if (n == 0)
			n = in_brackets(line, i, has_level);
		if (n == 0) {
			has_level = has_level ||
				((i == 0 || !is_word(line, i - 1)) &&
					one_of(line, i, levels,
						ARRAY_LEN(levels)) > 0);
			i++;
			continue;
		}
		str_put(&out, span_cut(line, done, i));
		str_puts(&out, FOLDED);
		i += n;
		done = i;
	}
	if (done > 0) {
		str_put(&out, span_from(line, done));
		folded = span_of(arena_strdup(a, out.text));
	}
	str_fini(&out);
	return folded;
}

void
fold_ratings(struct arena *a, const char **subject, struct span *text)
{
	struct message m = {.subject = *subject, .text = arena_text(a, *text)};
	const struct report *r = report_find(a, &m);
	struct lines l = cut(a, *text);
	bool any = false;
	struct str out;

	for (size_t i = 0; i < r->n_cvss; i++)
		fold(a, &l, subject, r->cvss[i].line, r->cvss[i].vector);
	for (size_t i = 0; i < r->severity.n; i++)
		fold(a, &l, subject, r->severity.v[i].line,
			r->severity.v[i].text);
	any = r->n_cvss + r->severity.n > 0;
	for (size_t i = 0; i < l.n; i++) {
		struct span was = l.v[i];

		l.v[i] = plainly(a, was);
		any = any || l.v[i].p != was.p;
	}
	if (*subject != NULL)
		*subject = arena_text(a, plainly(a, span_of(*subject)));
	if (!any)
		return;
	str_init(&out, 10 * text->n + 64);
	for (size_t i = 0; i < l.n; i++) {
		str_put(&out, l.v[i]);
		str_putc(&out, '\n');
	}
	*text = span_of(arena_strdup(a, out.text));
	str_fini(&out);
}

void
fold_line(struct arena *a, const char **line)
{
	struct span nothing = {0}, text;

	if (*line == NULL)
		return;
	fold_ratings(a, line, &nothing);
	const char *none = NULL, *before = *line;
	text = span_of(before);
	fold_ratings(a, &none, &text);
	if (text.p == (const unsigned char *)before)
		return;
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	*line = arena_text(a, text);
}
