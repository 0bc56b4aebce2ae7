/*
 * steps_list.c - a numbered or bulleted list that tells what to do.
 *
 * Most lists in reports are none of that: fixes, impacts, what a scanner
 * found, what an attacker could do. The heading and the line above tell.
 */
#include "report/ascii.h"
#include "report/steps.h"

/* Under which headings no steps are looked for. */
bool
steps_none_under(unsigned topic)
{
	return topic == M_H_IMPACT || topic == M_H_FIX ||
		topic == M_H_REFERENCE || topic == M_H_TIMELINE ||
		topic == M_H_SEVERITY || topic == M_H_CONTACT ||
		topic == M_H_VERSION || topic == M_H_CWE ||
		topic == M_H_STEPS; /* that one was looked at, and is empty */
}

/* "Anna opens", "Tenant A uploads": a verb with the s of a third person. */
static bool
is_third_person(struct span s)
{
	unsigned char low[24];

	if (s.n < 4 || s.n > sizeof low || s.p[s.n - 1] != 's')
		return false;
	for (size_t i = 0; i < s.n; i++)
		low[i] = to_lower(s.p[i]);
	return word_marked(span_make(low, s.n - 1), W_VERB) ||
		word_marked(span_make(low, s.n - 2), W_VERB);
}

/* "`src/a.c:12` - what stands there": a name, and what is said of it. */
static bool
tells_of_a_name(struct span s)
{
	static const char *const dashes[] = {"- ", "-- ", "– ", "— ", ": "};
	size_t end = s.n > 0 && s.p[0] == '`' ?
		1 + span_find_byte(span_from(s, 1), '`') :
		s.n;
	struct span name = span_cut(s, 1, end);
	struct span rest = span_trim(span_from(s, end + 1));

	if (is_command_line(span_trim(name)))
		return false;
	return begins_any(rest, dashes, ARRAY_LEN(dashes)) > 0;
}

/* "GET /admin/users" as an item: where, not what to do. */
static bool
is_endpoint(struct span s)
{
	static const char *const methods[] = {
		"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"};
	size_t n = begins_any(s, methods, ARRAY_LEN(methods));

	while (n > 0 && n < s.n && one_of(s.p[n], " `|,"))
		n++;
	return n > 0 && n < s.n && s.p[n] == '/';
}

/* Does an item tell somebody to do something? */
static bool
instructs(const struct reading *g, size_t i)
{
	const struct lines *l = &g->lines;
	struct span body = span_cut(line_body(l, i), 0, 400);
	struct word w[5];
	size_t used;
	const struct hit *class = hit_in(&g->hits[M_CLASS], i, i + 1);

	if (l->v[i].hollow || body.n == 0)
		return false;
	size_t n = words_cut(body, 0, 0, w, ARRAY_LEN(w), &used);
	if (class && class->at < l->v[i].at + l->v[i].body + 12)
		return false; /* "Open redirect in ..." names a flaw */
	if (l->v[i].shape == SHAPE_BULLET && is_endpoint(body))
		return false;
	if (l->v[i].command || (l->v[i].step && n >= 2))
		return true;
	if (tells_of_a_name(body))
		return false;
	if (!g->r->understood)
		return n >= 1;
	for (size_t k = 0; k < n; k++) {
		if (k > 0 && word_has(&w[k], W_MAY))
			return false; /* "Attackers can read ..." */
		if (word_has(&w[k], W_VERB) || word_has(&w[k], W_ACT) ||
			((k == 1 || k == 2) &&
				is_third_person(span_cut(
					body, w[k].at, w[k].at + w[k].n))))
			return true;
	}
	return (n >= 3 && span_find_byte(body, '`') < body.n) ||
		has_payload(body);
}

/* The line above a list that says what it is, by a colon at its end; else
 * SIZE_MAX. */
static size_t
list_head(const struct reading *g, size_t i)
{
	while (i > 0 && g->lines.v[i - 1].shape == SHAPE_BLANK)
		i--;
	return i > 0 && line_is_new(&g->lines, i - 1) &&
			span_ends_nocase(line_span(&g->lines, i - 1), ":") ?
		i - 1 :
		SIZE_MAX;
}

static bool
list_is(const struct reading *g, size_t i, enum meaning what)
{
	size_t head = list_head(g, i);

	return head != SIZE_MAX && hit_in(&g->hits[what], head, head + 1);
}

/* "With it one can:", "You should:": what may be done, not what was. */
bool
steps_list_of_chances(const struct reading *g, size_t i)
{
	static const char *const words[] = {"can", "could", "may", "might",
		"should", "must", "would", "kann", "können", "könnte", "sollte",
		"sollten", "muss", "müssen", "peut", "peuvent", "pourrait",
		"devez", "devriez", "doit", "puede", "pueden", "podría", "debe",
		"deben", "debería", "recommend", "suggest"};
	size_t head = list_head(g, i), used;
	struct word w[40];

	if (head == SIZE_MAX || g->lines.v[i].command ||
		hit_in(&g->hits[M_HOW], head, head + 1) ||
		hit_in(&g->hits[M_H_STEPS], head, head + 1) ||
		hit_in(&g->hits[M_H_POC], head, head + 1))
		return false;
	struct span s = span_cut(line_span(&g->lines, head), 0, 400);
	size_t n = words_cut(s, 0, 0, w, ARRAY_LEN(w), &used);
	for (size_t k = n > 5 ? n - 5 : 0; k < n; k++)
		if (is_one_of(span_cut(s, w[k].at, w[k].at + w[k].n), words,
			    ARRAY_LEN(words)))
			return true;
	return false;
}

/* By what stands above its first item. */
static bool
is_list_of_steps(const struct reading *g, size_t i)
{
	return !list_is(g, i, M_ADVICE) && !steps_list_of_chances(g, i) &&
		(!steps_none_under(g->lines.v[i].under) ||
			list_is(g, i, M_H_STEPS));
}

/* A list of instructions that nothing announces. */
bool
steps_listed(struct reading *g, enum line_shape shape)
{
	const struct lines *l = &g->lines;
	size_t start = 0, last = 0, items = 0, orders = 0;
	bool steps = false;

	for (size_t i = 0; i <= l->n; i++) {
		bool over = i == l->n || l->v[i].kind != LINE_NEW ||
			l->v[i].shape == SHAPE_HEADING;
		bool paragraph = !over && i > 0 &&
			l->v[i].shape == SHAPE_PROSE &&
			l->v[i - 1].shape == SHAPE_BLANK && l->v[i].indent < 2;

		if ((over || paragraph) && items > 0) {
			if (items >= 2 && orders >= 1 && 2 * orders >= items &&
				(shape == SHAPE_NUMBERED || orders >= 2)) {
				steps_found(g, start, last + 1,
					shape == SHAPE_NUMBERED ?
						"a numbered list of instructions" :
						"a list of instructions");
				return true;
			}
			items = orders = 0;
		}
		if (i == l->n)
			break;
		if (over)
			continue;
		if (l->v[i].shape == shape) {
			if (items++ == 0) {
				start = i;
				steps = is_list_of_steps(g, i);
			}
			orders += steps && instructs(g, i);
		}
		if (items > 0 && l->v[i].n > 0 && !paragraph)
			last = i;
	}
	return false;
}
