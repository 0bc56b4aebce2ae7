/*
 * cwe.c - weaknesses named by number, held against the official list.
 *
 * "CWE-79", "cwe 79", "CWE: 79", "CWE79", and links to the list's own site.
 * Categories and views are not weaknesses and therefore unknown here.
 */
#include <stdlib.h>

#include "report/ascii.h"
#include "report/cwe_table.h"
#include "report/find.h"

const char *const cwe_status_names[4] = {
	"ok", "unknown", "deprecated", "discouraged"};

static int
by_id(const void *key, const void *row)
{
	unsigned id = *(const unsigned *)key;
	const struct cwe_row *r = row;

	return (id > r->id) - (id < r->id);
}

static const struct cwe_row *
find_row(unsigned id)
{
	return bsearch(&id, cwe_table, n_cwe_table, sizeof *cwe_table, by_id);
}

enum cwe_status
report_cwe_status(unsigned id)
{
	const struct cwe_row *row = find_row(id);

	return row ? (enum cwe_status)row->status : CWE_UNKNOWN;
}

const unsigned short *
report_cwe_better(unsigned id, size_t *n)
{
	const struct cwe_row *row = find_row(id);

	*n = row ? row->n_better : 0;
	return row ? cwe_better + row->better : cwe_better;
}

const char *
report_cwe_version(void)
{
	return cwe_version;
}

static void
add(struct reading *g, unsigned id, size_t line)
{
	if (g->n_cwe == REPORT_MAX_FACTS)
		return;
	for (size_t i = 0; i < g->n_cwe; i++)
		if (g->cwe[i].id == id)
			return;
	if (g->cwe == NULL)
		g->cwe = ARENA_ARRAY(g->a, REPORT_MAX_FACTS, struct cwe_fact);
	g->cwe[g->n_cwe++] =
		(struct cwe_fact){id, report_cwe_status(id), line_cited(line)};
}

/* A number of one to six digits at s[at] that ends there; its end or 0. */
static size_t
number(struct span s, size_t at, unsigned *id)
{
	size_t i = at;
	unsigned n = 0;

	while (i < s.n && is_digit(s.p[i]) && i - at < 7)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (i == at || i - at > 6 || n == 0 ||
		(i < s.n && (is_alpha(s.p[i]) || s.p[i] == '_')) ||
		(i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1])))
		return 0;
	*id = n;
	return i;
}

/* What may stand between "CWE" and its number. */
static size_t
separators(struct span s, size_t i)
{
	for (unsigned n = 0; i < s.n && n < 4; n++) {
		if (strchr("-_: #=*|(", s.p[i]) && s.p[i])
			i++;
		else if (s.n - i >= 3 && s.p[i] == 0xe2 && s.p[i + 1] == 0x80)
			i += 3; /* a typographic dash */
		else
			break;
	}
	return i;
}

void
cwe_find(struct reading *g, size_t line, struct span s)
{
	for (size_t i = 0; i + 3 < s.n; i++) {
		unsigned id;

		if ((s.p[i] | 0x20) != 'c' || (s.p[i + 1] | 0x20) != 'w' ||
			(s.p[i + 2] | 0x20) != 'e' ||
			(i > 0 && is_alnum(s.p[i - 1])))
			continue;
		if (span_starts_nocase(span_from(s, i), "cwe.mitre.org/")) {
			size_t at =
				i + strlen("cwe.mitre.org/data/definitions/");

			if (at < s.n && (at = number(s, at, &id)) > 0)
				add(g, id, line);
			continue;
		}
		size_t at = separators(s, i + 3);
		if (span_starts_nocase(span_from(s, at), "id"))
			at = separators(s, at + 2);
		else if (span_starts_nocase(span_from(s, at), "ids"))
			at = separators(s, at + 3);
		at = number(s, at, &id);
		while (at > 0) { /* "CWE: 79, 89" is rare, but real */
			add(g, id, line);
			size_t next = at;
			if (next + 2 < s.n && s.p[next] == ',' &&
				s.p[i + 3] == ':' && s.p[next + 1] == ' ')
				at = number(s, next + 2, &id);
			else
				break;
		}
	}
}
