/*
 * runs.c - do the steps run anything?
 *
 * The first line of the steps with a command, a request, code, a link or a
 * call. Steps without any may be those of a user at a screen, or of someone
 * who never ran the program: a fact for a person, and no more.
 */
#include "report/ascii.h"
#include "report/find.h"

/* `airflow dags list`, load_it(), https://..., "POST /x" */
static bool
line_runs(const struct line *l, struct span s)
{
	static const char *const methods[] = {
		"GET /", "POST /", "PUT /", "DELETE /", "PATCH /"};
	size_t open = span_find_byte(s, '`');
	struct span code = span_from(s, open + 1);

	if (l->shape == SHAPE_CODE || l->command)
		return true;
	code = span_cut(code, 0, span_find_byte(code, '`'));
	if (open < s.n && span_find_byte(span_trim(code), ' ') < code.n)
		return true;
	for (size_t i = 0; i + 2 < s.n; i++) {
		unsigned char c = s.p[i];

		if ((c == ':' && s.p[i + 1] == '/' && s.p[i + 2] == '/') ||
			(is_alnum(c) && s.p[i + 1] == '(' && s.p[i + 2] == ')'))
			return true;
		if (c >= 'D' && c <= 'P' && (i == 0 || !is_alpha(s.p[i - 1])) &&
			begins_any(span_from(s, i), methods,
				ARRAY_LEN(methods)) > 0)
			return true;
	}
	return false;
}

void
runs_find(struct reading *g)
{
	struct report *r = g->r;

	for (unsigned i = r->steps.line; i > 0 && i <= r->steps.end; i++)
		if (g->lines.v[i - 1].kind == LINE_NEW &&
			line_runs(&g->lines.v[i - 1],
				line_span(&g->lines, i - 1))) {
			r->steps.runs = i;
			return;
		}
}
