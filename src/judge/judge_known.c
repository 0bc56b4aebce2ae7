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

enum { LINES_MAX = 40 };

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
	while (strncmp(file, "./", 2) == 0) {
		file += 2;
		all -= 2;
	}
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
		/* of the host, or of the product that is run against it? */
		sure = sure && !j->product.affected &&
			!links_product(j->p, j->r);
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
