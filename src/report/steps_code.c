/*
 * steps_code.c - commands or code that show the flaw.
 *
 * A block that is typed counts, one that is quoted from the product or that
 * it answered with does not; of several the one that says most is taken.
 */
#include "report/ascii.h"
#include "report/steps.h"

/* Do the lines just above a block say what it is for? */
bool
steps_announced(const struct reading *g, size_t i)
{
	return hit_in(&g->hits[M_ANNOUNCE], i > 4 ? i - 4 : 0, i) != NULL;
}

/* "app/views/user.rb": folders, and an ending. */
static bool
names_file(struct span s)
{
	size_t slash = span_find_byte(s, '/'), dot = s.n;

	for (size_t i = slash; i < s.n; i++)
		dot = s.p[i] == '.' ? i : dot;
	return slash > 0 && slash < s.n && dot + 1 < s.n && s.n - dot < 7 &&
		span_find(s, "://") == s.n;
}

/* Do the lines just above a block show that it is the product's own code? */
bool
steps_quoted_code(const struct reading *g, size_t i)
{
	static const char *const words[] = {"code", "function", "snippet",
		"source", "implementation", "method", "line ", "lines ",
		".c:", ".py:", "handler"};
	size_t from = i > 3 ? i - 3 : 0;

	for (size_t k = i; k-- > from;) {
		struct span s = span_cut(line_span(&g->lines, k), 0, 300);

		if (g->lines.v[k].kind != LINE_NEW || s.n == 0 ||
			g->lines.v[k].shape == SHAPE_FENCE)
			continue;
		for (size_t n = 0; n < ARRAY_LEN(words); n++)
			if (span_find_nocase(s, words[n]) < s.n)
				return true;
		if (span_find_byte(s, ' ') == s.n && names_file(s))
			return true;
		return s.p[s.n - 1] == ':' &&
			(g->lines.v[k].has & HAS_PAREN ||
				(g->lines.v[k].has & HAS_PAIR(HAS_INK) &&
					span_find_byte(s, ' ') == s.n));
	}
	return false;
}

/* Does the line above tell to do something with the block? */
bool
steps_told(const struct reading *g, size_t i)
{
	size_t k = i, from = i > 3 ? i - 3 : 0;

	while (k > from &&
		(g->lines.v[k - 1].n == 0 ||
			g->lines.v[k - 1].shape == SHAPE_FENCE))
		k--;
	return k > from && line_is_new(&g->lines, k - 1) &&
		(hit_in(&g->hits[M_IMPERATIVE], k - 1, k) ||
			hit_in(&g->hits[M_HOW], k - 1, k) ||
			hit_in(&g->hits[M_H_POC], k - 1, k) ||
			hit_in(&g->hits[M_H_STEPS], k - 1, k));
}

/* What a server said, not what was said to it. */
static bool
is_answer(struct span s)
{
	return starts(s, "HTTP/1") || starts(s, "HTTP/2");
}

/* A line that makes other code known, as the first of a program does. */
static bool
imports(struct span s)
{
	return starts(s, "import ") || starts(s, "#include") ||
		starts(s, "using ") || span_find(s, "require(") < s.n ||
		(starts(s, "from ") && span_find(s, " import ") < s.n);
}

/* How surely the block [i, end) shows the flaw; below 0: it does not. */
static int
block_weight(const struct reading *g, size_t i, size_t end)
{
	const struct lines *l = &g->lines;
	unsigned topic = l->v[i].under;
	bool command = false, payload = false, imported = false;
	bool program = false; /* whole: it imports, and does something */
	int weight = 0;

	if (is_answer(span_trim(line_span(l, i))))
		return -1;
	for (size_t k = i; k < end && k < i + 40; k++) {
		struct span s = span_trim(line_span(l, k));

		program = program ||
			(imported && !imports(s) && (l->v[k].has & HAS_PAREN));
		imported = imported || imports(s);
		command = command || is_command_line(s);
		payload = payload || has_payload(s);
	}
	weight += 3 * command + payload + program;
	if (steps_announced(g, i) || steps_told(g, i))
		weight += 2;
	else if (!command && steps_quoted_code(g, i))
		weight -= 2;
	if (topic == M_H_FIX)
		weight -= 4;
	if (topic == M_H_STEPS || topic == M_H_POC)
		weight += 2;
	else if (steps_none_under(topic) || topic == M_H_SUMMARY)
		weight -= 1;
	return weight;
}

/* Commands to type, or code that the text calls a proof of concept. */
bool
steps_commands(struct reading *g)
{
	const struct lines *l = &g->lines;
	bool announced = g->hits[M_H_POC].n > 0 || g->hits[M_HOW].n > 0 ||
		g->hits[M_H_STEPS].n > 0 || g->hits[M_IMPERATIVE].n > 0;
	size_t best_from = 0, best_to = 0;
	int best = -1;

	for (size_t i = 0; i < l->n; i++) {
		size_t end = i;

		if (l->v[i].kind != LINE_NEW || l->v[i].shape != SHAPE_CODE)
			continue;
		while (end + 1 < l->n && l->v[end + 1].kind == LINE_NEW &&
			(l->v[end + 1].shape == SHAPE_CODE ||
				(l->v[end + 1].shape == SHAPE_BLANK &&
					l->v[i].fenced)))
			end++;
		if (has_substance(g, i, end + 1, 1)) {
			int weight = block_weight(g, i, end + 1);

			if (l->v[i].fenced && !announced && weight < 1)
				weight = -1;
			if (weight > best) {
				best = weight;
				best_from = i;
				best_to = end + 1;
			}
		}
		i = end;
	}
	if (best < 0)
		return false;
	steps_found(g, best_from, best_to, "commands or code");
	return true;
}
