/*
 * judge_known.c - what a policy lists as no vulnerability.
 *
 * Each list that the clause gives must be met, and none of `unless`. A
 * phrase that only stands somewhere in the text is little: where the clause
 * has phrases alone, one must stand in the subject, or in a line that says
 * what is wrong or affected. Otherwise, and for a report with signs that
 * somebody is attacked, a person is shown the lines, and nothing is proposed.
 */
#include <string.h>

#include "base/mem.h"
#include "judge/judge_clause.h"

enum { LINES_MAX = 40, PHRASES_MAX = 400 };

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool
is_word(unsigned char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
		c == '_' || c >= 0x80;
}

/* Whole words, any blank between them. */
static bool
phrase_at(struct span s, size_t at, const char *phrase)
{
	for (; *phrase != '\0'; phrase++) {
		if (*phrase == ' ') {
			size_t from = at;

			while (at < s.n && s.p[at] <= ' ')
				at++;
			if (at == from)
				return false;
		} else if (at >= s.n ||
			lower(s.p[at]) != lower((unsigned char)*phrase))
			return false;
		else
			at++;
	}
	return at >= s.n || !is_word(s.p[at]) || !is_word(s.p[at - 1]);
}

struct phrases {
	const char *v[PHRASES_MAX];
	size_t n;
	bool first[256]; /* a phrase begins so */
};

static size_t
scan(const struct phrases *p, struct span s, unsigned line, unsigned *lines,
	size_t n, size_t max)
{
	bool behind = false; /* a word's letter stands before */

	for (size_t at = 0; at < s.n && n < max; at++) {
		unsigned char c = s.p[at];

		if (c == '\n' && line > 0)
			line++;
		if (!behind && p->first[lower(c)])
			for (size_t k = 0; k < p->n; k++)
				if (phrase_at(s, at, p->v[k])) {
					if (n == 0 || lines[n - 1] != line)
						lines[n++] = line;
					break;
				}
		behind = is_word(c);
	}
	return n;
}

size_t
phrases_find(const struct judging *j, struct texts phrases, unsigned *lines,
	size_t max)
{
	struct phrases p = {.n = 0};
	struct span rest = span_of(j->m->text), line;
	unsigned at = 1;
	size_t n = 0;

	if (phrases.n == 0)
		return 0;
	for (size_t i = 0; i < phrases.n && p.n < PHRASES_MAX; i++) {
		p.v[p.n++] = phrases.v[i];
		p.first[lower((unsigned char)phrases.v[i][0])] = true;
	}
	n = scan(&p, span_of(j->m->subject), 0, lines, n, max);
	for (size_t i = 0; i < j->r->n_new_text; i++) {
		struct line_range range = j->r->new_text[i];
		const unsigned char *from;

		while (at < range.from && span_line(&rest, &line))
			at++;
		from = rest.p;
		while (at <= range.to && span_line(&rest, &line))
			at++;
		n = scan(&p, span_make(from, (size_t)(rest.p - from)),
			range.from, lines, n, max);
	}
	return n;
}

/* ---- files ---- */

/* "tests/": a folder of that name, "/tests/" the one at the root. */
static bool
path_matches(const char *file, const char *want)
{
	bool root = *want == '/', folder;
	size_t n, all = strlen(file);

	want += root;
	n = strlen(want);
	folder = n > 0 && want[n - 1] == '/';
	while (strncmp(file, "./", 2) == 0)
		file += 2, all -= 2;
	for (size_t at = 0; at + n <= all; at++) {
		if (at > 0 && (root || file[at - 1] != '/'))
			continue;
		if (strncmp(file + at, want, n) == 0 &&
			(folder || at + n == all))
			return true;
		if (root)
			break;
	}
	return false;
}

/* Every file with a folder is one of these, and there is one. */
static bool
files_match(
	const struct judging *j, struct texts paths, unsigned *lines, size_t *n)
{
	const struct cites *files = &j->r->files;
	bool any = false;

	for (size_t i = 0; i < files->n; i++) {
		bool match = false;

		for (size_t k = 0; k < paths.n; k++)
			match = match ||
				path_matches(files->v[i].text, paths.v[k]);
		if (!match && strchr(files->v[i].text, '/') != NULL)
			return false;
		if (match && *n < LINES_MAX)
			lines[(*n)++] = files->v[i].line;
		any = any || match;
	}
	return any;
}

/* ---- the clause ---- */

/* Does one of the lines say what is wrong, or what is affected? */
static bool
at_heart(const struct judging *j, const unsigned *lines, size_t n)
{
	const struct report *r = j->r;

	for (size_t i = 0; i < n; i++) {
		if (lines[i] == 0 || lines[i] == r->title.line)
			return true;
		for (size_t k = 0; k < r->n_affected; k++)
			if (r->affected[k].line == lines[i])
				return true;
	}
	return false;
}

struct clause_result
judge_known(const struct judging *j, const struct clause *c)
{
	unsigned lines[2 * LINES_MAX + THINGS_MAX], not_so[1];
	struct thing hosts[THINGS_MAX];
	size_t n = 0, n_hosts;
	bool words = true, paths = true, host = true, sure;
	struct clause_result res;

	if (!j->r->understood)
		return result_not_understood();
	if (c->known.words.n > 0) {
		n = phrases_find(j, c->known.words, lines, LINES_MAX);
		words = n > 0;
	}
	sure = c->known.paths.n + c->known.hosts.n > 0 || at_heart(j, lines, n);
	if (c->known.paths.n > 0)
		paths = files_match(j, c->known.paths, lines, &n);
	if (c->known.hosts.n > 0) {
		n_hosts = things_hosts(j->r, c->known.hosts, hosts);
		host = n_hosts > 0;
		for (size_t i = 0; i < n_hosts; i++)
			lines[n++] = hosts[i].line;
	}
	if (!words || !paths || !host)
		return result_of(RES_NOT_APPLICABLE,
			"we found nothing that this clause speaks of");
	if (phrases_find(j, c->known.unless, not_so, 1) > 0)
		return result_lines(j->a,
			result_of(RES_UNKNOWN,
				"it may be what this clause speaks of, or what "
				"it leaves out; a person decides"),
			lines, n);
	if (!sure || j->r->exploited.n > 0)
		return result_lines(j->a,
			result_of(RES_UNKNOWN,
				"the mail has words that this clause speaks "
				"of; a person decides"),
			lines, n);
	res = result_lines(j->a,
		result_of(RES_BREACHED,
			"it is what the policy lists as no vulnerability, as "
			"it seems; a person decides"),
		lines, n);
	return res;
}
