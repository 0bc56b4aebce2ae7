/*
 * fold.c - found anew where it is shown, for a verdict keeps lines, no words.
 *
 * Ratings do not decide anything, so nothing depends on it whether this
 * program finds the same ones as the version that judged the mail.
 */
#include "cli/fold.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "report/report.h"

/* More than is shown of a line (cli_numbered()): one that is ten megabytes
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

void
fold_ratings(struct arena *a, const char **subject, struct span *text)
{
	struct message m = {.subject = *subject, .text = arena_text(a, *text)};
	const struct report *r = report_find(a, &m);
	struct lines l = cut(a, *text);
	struct str out;

	if (r->n_cvss + r->severity.n == 0)
		return;
	for (size_t i = 0; i < r->n_cvss; i++)
		fold(a, &l, subject, r->cvss[i].line, r->cvss[i].vector);
	for (size_t i = 0; i < r->severity.n; i++)
		fold(a, &l, subject, r->severity.v[i].line,
			r->severity.v[i].text);
	str_init(&out, 2 * text->n + 64 * (r->n_cvss + r->severity.n) + 64);
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
