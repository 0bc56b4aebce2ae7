/*
 * judge_cwe.c - the weaknesses that a report names, held against the list.
 *
 * What is wrong with an id changes nothing but this clause: a report with an
 * invented one is read all the same. Where the list names a better one, the
 * verdict has it, for a letter or a person to pass on.
 */
#include "judge/judge_clause.h"

#include "base/mem.h"

enum { ADVICE_MAX = 40 };

const struct cwe_advice *
cwe_advise(struct arena *a, const struct report *r, size_t *n)
{
	struct cwe_advice *v = NULL;

	*n = 0;
	for (size_t i = 0; i < r->n_cwe; i++) {
		size_t better = 0;
		const unsigned short *to =
			report_cwe_better(r->cwe[i].id, &better);

		if (better > 0 && v == NULL)
			v = ARENA_ARRAY(a, ADVICE_MAX, struct cwe_advice);
		for (size_t k = 0; k < better && *n < ADVICE_MAX; k++)
			v[(*n)++] = (struct cwe_advice){r->cwe[i].id, to[k]};
	}
	return v;
}

/* "CWE-20 (discouraged; better CWE-1284, CWE-1285)" for each that is not ok */
static const char *
shown(const struct judging *j)
{
	const struct report *r = j->r;
	const char *text = NULL;

	for (size_t i = 0; i < r->n_cwe && i < 20; i++) {
		size_t n = 0;
		const unsigned short *to = report_cwe_better(r->cwe[i].id, &n);

		if (r->cwe[i].status == CWE_OK)
			continue;
		text = arena_printf(j->a, "%s%sCWE-%u (%s", text ? text : "",
			text ? ", " : "", r->cwe[i].id,
			cwe_status_names[r->cwe[i].status]);
		for (size_t k = 0; k < n; k++)
			text = arena_printf(j->a, "%s%sCWE-%u", text,
				k ? ", " : "; the list names ", to[k]);
		text = arena_printf(j->a, "%s)", text);
	}
	return text;
}

struct clause_result
judge_cwe(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	unsigned *good = ARENA_ARRAY(j->a, r->n_cwe + 1, unsigned),
		 *bad = ARENA_ARRAY(j->a, r->n_cwe + 1, unsigned);
	size_t n_good = 0, n_bad = 0, unknown = 0, coarse = 0;
	struct clause_result res;

	(void)c;
	for (size_t i = 0; i < r->n_cwe; i++) {
		enum cwe_status is = r->cwe[i].status;

		if (is == CWE_UNKNOWN || is == CWE_DEPRECATED)
			bad[n_bad++] = r->cwe[i].line;
		else
			good[n_good++] = r->cwe[i].line;
		unknown += is == CWE_UNKNOWN;
		coarse += is == CWE_DISCOURAGED;
	}
	if (n_bad + n_good == 0)
		return result_of(RES_NOT_APPLICABLE, "no weakness is named");
	if (n_bad > 0)
		res = result_lines(j->a,
			result_of(RES_BREACHED,
				unknown > 0 ?
					"an id is not in the official list of "
					"weaknesses" :
					"the official list has deprecated an "
					"id that is named"),
			bad, n_bad);
	else
		res = result_lines(j->a,
			result_of(RES_MET,
				coarse > 0 ?
					"the weakness named is in the official "
					"list, which asks for a closer one" :
					"the weakness named is in the official "
					"list"),
			good, n_good);
	res.shown = shown(j);
	return res;
}
