/* judge_result.c - see judge_result.h. */
#include "judge/judge_result.h"

#include <stdlib.h>

#include "base/mem.h"

struct clause_result
result_of(enum result what, const char *because)
{
	return (struct clause_result){.result = what, .because = because};
}

struct clause_result
result_at(struct arena *a, struct clause_result res, unsigned from, unsigned to)
{
	struct line_range *line;

	if (from == 0)
		return res;
	line = ARENA_NEW(a, struct line_range);
	*line = (struct line_range){from, to < from ? from : to};
	res.lines = line;
	res.n_lines = 1;
	return res;
}

static int
by_number(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct clause_result
result_lines(struct arena *a, struct clause_result res, const unsigned *lines,
	size_t n)
{
	unsigned *sorted = ARENA_ARRAY(a, n + 1, unsigned);
	struct line_range *v = ARENA_ARRAY(a, n + 1, struct line_range);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = lines[i];
	qsort(sorted, n, sizeof *sorted, by_number);
	for (size_t i = 0; i < n; i++)
		if (sorted[i] > 0 &&
			(kept == 0 || v[kept - 1].from != sorted[i]))
			v[kept++] = (struct line_range){sorted[i], sorted[i]};
	res.lines = v;
	res.n_lines = kept;
	return res;
}

struct clause_result
result_cites(struct arena *a, struct clause_result res, struct cites one,
	struct cites two)
{
	unsigned *lines = ARENA_ARRAY(a, one.n + two.n + 1, unsigned);
	size_t n = 0;

	for (size_t i = 0; i < one.n; i++)
		lines[n++] = one.v[i].line;
	for (size_t i = 0; i < two.n; i++)
		lines[n++] = two.v[i].line;
	return result_lines(a, res, lines, n);
}

struct clause_result
result_not_understood(void)
{
	return result_of(RES_UNKNOWN,
		"the text is in a language that the rules do not know");
}

struct clause_result
result_by_person(void)
{
	return result_of(RES_UNKNOWN, "a person decides this");
}
