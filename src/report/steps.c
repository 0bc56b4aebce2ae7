/*
 * steps.c - how to see the flaw, wherever the report tells it.
 *
 * Looked for from the surest to the weakest: a heading with something under
 * it, a numbered or bulleted list of instructions, commands or code, prose
 * that tells what was done. To ask a reporter for steps that are there is
 * worse than to let a thin report through to a person, so the first sign
 * that holds is taken. A promise of steps, a form left empty and a pointer
 * to an attachment are not steps.
 */
#include "report/steps.h"
#include "report/ascii.h"

void
steps_found(struct reading *g, size_t from, size_t to, const char *why)
{
	const struct lines *l = &g->lines;

	while (from < to &&
		(l->v[from].n == 0 || l->v[from].shape == SHAPE_FENCE ||
			l->v[from].shape == SHAPE_RULE))
		from++;
	while (to > from + 1 &&
		(l->v[to - 1].n == 0 || l->v[to - 1].kind != LINE_NEW))
		to--;
	g->r->steps.line = (unsigned)from + 1;
	g->r->steps.end = (unsigned)(to > from ? to : from + 1);
	g->r->steps.why = why;
}

static const char *
why_headed(const struct lines *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (l->v[i].shape == SHAPE_NUMBERED)
			return "a numbered list under a heading";
	for (size_t i = from; i < to; i++)
		if (l->v[i].shape == SHAPE_BULLET)
			return "a list under a heading";
	for (size_t i = from; i < to; i++)
		if (l->v[i].shape == SHAPE_CODE)
			return "commands or code under a heading";
	return "text under a heading";
}

/* A short "Best regards," ends what was told, if any of it stands above. */
static size_t
before_sign_off(const struct reading *g, size_t from, size_t to)
{
	const struct hit *bye = hit_in(&g->hits[M_REGARDS], from, to);

	for (; bye && bye < g->hits[M_REGARDS].v + g->hits[M_REGARDS].n &&
		bye->line < to;
		bye++)
		if (g->lines.v[bye->line].n < 40 && bye->line > from &&
			bye->at == g->lines.v[bye->line].at)
			return bye->line;
	return to;
}

/* Where steps end that have a list: with its last item and what hangs under
 * it, unless later text tells to do more. */
static size_t
list_end(const struct reading *g, size_t from, size_t to)
{
	const struct lines *l = &g->lines;
	size_t end = 0;
	bool listed = false, hangs = false;

	for (size_t i = from; i < to; i++) {
		const struct line *at = &l->v[i];
		bool item = at->shape == SHAPE_NUMBERED ||
			at->shape == SHAPE_BULLET;

		listed = listed || item;
		if (item || at->shape == SHAPE_CODE ||
			at->shape == SHAPE_FENCE || at->indent >= 2)
			hangs = true;
		else if (at->shape == SHAPE_BLANK)
			hangs = false;
		if (hangs || !listed || hit_in(&g->hits[M_HOW], i, i + 1) ||
			hit_in(&g->hits[M_IMPERATIVE], i, i + 1))
			end = i + 1;
	}
	return listed && end > from ? end : to;
}

/* A heading of this topic with something under it. */
static bool
headed(struct reading *g, enum meaning topic)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != LINE_NEW ||
			l->v[i].shape != SHAPE_HEADING ||
			l->v[i].topic != topic)
			continue;
		size_t end = before_sign_off(g, i + 1, section_end(l, i));
		if (has_substance(g, i, end, 3)) {
			size_t from = line_body(l, i).n > 0 ? i : i + 1;

			steps_found(g, from, list_end(g, from, end),
				why_headed(l, i, end));
			return true;
		}
		if (topic == M_H_STEPS && g->r->steps.empty_heading == 0)
			g->r->steps.empty_heading = (unsigned)i + 1;
		i = end - 1;
	}
	return false;
}

static size_t
paragraph_end(const struct lines *l, size_t i)
{
	while (i < l->n && l->v[i].kind == LINE_NEW && l->v[i].n > 0 &&
		l->v[i].shape != SHAPE_HEADING)
		i++;
	return i;
}

/* "Given ... When ... Then ..." */
static bool
scenario(struct reading *g)
{
	const struct lines *l = &g->lines;

	for (size_t i = 0; i < l->n; i++) {
		struct span s = line_body(l, i);

		if (l->v[i].kind != LINE_NEW || l->v[i].shape != SHAPE_PROSE ||
			!(span_starts_nocase(s, "given ") ||
				span_starts_nocase(s, "when ")))
			continue;
		for (size_t k = i + 1; k < i + 6 && k < l->n; k++)
			if (line_is_new(l, k) &&
				span_starts_nocase(line_body(l, k), "then ")) {
				steps_found(g, i, paragraph_end(l, k),
					"a scenario: given, when, then");
				return true;
			}
	}
	return false;
}

static bool
withheld(const struct reading *g, size_t i)
{
	return g->lines.v[i].hollow || hit_in(&g->hits[M_WITHHELD], i, i + 1) ||
		hit_in(&g->hits[M_REACH], i, i + 1);
}

/* "I sent a report": how it was told, not how it is done. */
static bool
tells_of_mail(const struct reading *g, const struct hit *h)
{
	static const char *const what[] = {
		" report", " ticket", " advisory", " maintainer"};
	const struct line *l = &g->lines.v[h->line];
	struct span rest =
		span_from(line_span(&g->lines, h->line), h->end - l->at);
	size_t end = 0;

	while (end < rest.n && end < 40 && !one_of(rest.p[end], ".,;:`/"))
		end++;
	rest = span_cut(rest, 0, end);
	for (size_t i = 0; i < ARRAY_LEN(what); i++)
		if (span_find_nocase(rest, what[i]) < rest.n)
			return span_ends_nocase(span_make(g->lines.text + h->at,
							h->end - h->at),
				       "sent") ||
				span_find_nocase(rest, " ticket") < rest.n;
	return false;
}

/* The paragraph that tells most of what was done. */
static bool
done(struct reading *g)
{
	const struct lines *l = &g->lines;
	const struct hits *how = &g->hits[M_HOW];
	size_t best = 0, best_from = 0, best_to = 0;

	for (size_t k = 0; k < how->n;) {
		size_t from = how->v[k].line, to = paragraph_end(l, from);
		size_t n = 0, skip = 0;

		for (; k + skip < how->n && how->v[k + skip].line < to; skip++)
			n += !steps_none_under(l->v[from].under) &&
				!how->v[k + skip].negated &&
				!how->v[k + skip].asked &&
				!tells_of_mail(g, &how->v[k + skip]) &&
				!hit_in(&g->hits[M_SCANNED],
					how->v[k + skip].line,
					how->v[k + skip].line + 1) &&
				!withheld(g, how->v[k + skip].line);
		if (n > best && has_substance(g, from, to, 12)) {
			best = n;
			best_from = from;
			best_to = to;
		}
		k += skip ? skip : 1;
	}
	if (best > 0)
		steps_found(g, best_from, best_to, "prose that tells how");
	return best > 0;
}

static bool
goes_on(const struct reading *g, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < from + 8; i++) {
		struct span s = span_cut(line_span(&g->lines, i), 0, 400);

		if (span_find_nocase(s, "then ") < s.n)
			return true;
	}
	return false;
}

/* Two orders close together, or one that goes on with "then". */
static bool
ordered(struct reading *g)
{
	const struct lines *l = &g->lines;
	const struct hits *order = &g->hits[M_IMPERATIVE];
	size_t end = 0;

	for (size_t k = 0; k < order->n; k++) {
		size_t i = order->v[k].line, last = i;
		if (i >= end) /* once for each paragraph */
			end = paragraph_end(l, i);
		if (withheld(g, i) || steps_none_under(l->v[i].under) ||
			hit_in(&g->hits[M_ADVICE], i, end))
			continue;
		if (k + 1 < order->n && order->v[k + 1].line <= i + 4)
			last = order->v[k + 1].line;
		if ((last == i &&
			    !(k + 1 < order->n && order->v[k + 1].line == i) &&
			    !goes_on(g, i, end)) ||
			withheld(g, last) || !has_substance(g, i, end, 8))
			continue;
		steps_found(
			g, i, paragraph_end(l, last), "prose that tells how");
		return true;
	}
	return false;
}

/* "Video PoC: https://...": to be watched, not read. */
static bool
is_link_to_see(struct span line, struct span rest)
{
	static const char *const words[] = {"video", "youtu", "vimeo", "loom.",
		"screencast", "recording", ".mp4", "streamable", "drive."};

	line = span_cut(line, 0, 400);
	if (!span_starts_nocase(rest, "http") || has_payload(rest))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_find_nocase(line, words[i]) < line.n)
			return true;
	return false;
}

/* "Repro: log in twice", "PoC - open /x?id=1", wherever it stands. */
static bool
labelled(struct reading *g, enum meaning topic)
{
	const struct lines *l = &g->lines;
	const struct hits *h = &g->hits[topic];
	size_t end = 0;

	for (size_t k = 0; k < h->n; k++) {
		size_t i = h->v[k].line;
		struct span s = line_span(l, i);
		struct span rest = span_from(s, h->v[k].end - l->v[i].at);

		while (rest.n > 0 && one_of(rest.p[0], "*_ `)#0123456789"))
			rest = span_from(rest, 1); /* "**PoC** 2:" */
		if (rest.n == 0 || rest.p[0] != ':' || h->v[k].negated ||
			l->v[i].hollow)
			continue;
		rest = span_trim(span_from(rest, 1));
		if (i >= end)
			end = paragraph_end(l, i);
		if ((rest.n < 6 || is_link_to_see(s, rest)) &&
			!has_substance(g, i + 1, end, 3))
			continue;
		steps_found(g, i, end, "text behind a label");
		return true;
	}
	return false;
}

/* "https://host/x?id=7, then count up", "/users/1 -> all users" */
static bool
is_address_to_try(struct span s)
{
	size_t at = span_find(s, "://");
	struct span url = span_from(s, at);
	size_t end = 0;

	while (end < url.n && url.p[end] > ' ')
		end++;
	struct span rest = span_from(url, end);
	url = span_cut(url, 0, end);
	size_t ask = span_find_byte(s, '?');
	struct span query = span_cut(s, ask + 1, ask + 40);
	size_t equals = span_find_byte(query, '=');
	if (equals > 0 && equals + 1 < query.n &&
		!one_of(query.p[equals + 1], " `\"'.,)") &&
		span_find_byte(query, ' ') > equals)
		return true; /* with a value: "?next=" is only a name */
	static const char *const requests[] = {
		"GET /", "POST /", "PUT /", "DELETE /", "PATCH /"};
	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		if (span_find(s, requests[i]) < s.n)
			return true;
	size_t arrows = 0;
	for (size_t i = 0; i + 1 < s.n; i++)
		arrows += (s.p[i] == '-' && s.p[i + 1] == '>') ||
			(s.p[i] == 0xe2 && s.p[i + 1] == 0x86); /* U+2192 */
	if (arrows > 1)
		return true;
	return (url.n > 0 || span_find(s, " /") < s.n || starts(s, "/")) &&
		(span_find(s, "->") < s.n || span_find(s, "=>") < s.n ||
			span_find(s, "→") < s.n ||
			span_find(rest, " then ") < rest.n);
}

/* "2026-01-31T02:11:09Z POST /x", "[31/Jan/2026 ..": what a log says. */
static bool
is_logged(struct span s)
{
	s = span_trim(span_cut(s, 0, 120));
	if (s.n < 20)
		return false;
	if (s.p[0] == '[')
		s = span_from(s, 1);
	if (is_digit(s.p[0]) && is_digit(s.p[1]) &&
		(is_digit(s.p[2]) ? is_digit(s.p[3]) && one_of(s.p[4], "-/") :
				    one_of(s.p[2], "/:") && is_digit(s.p[3])))
		return true;
	return span_find(s, " - - [") < s.n;
}

/* Is there something to type in a line, beside its words? `command`: only a
 * command counts. */
static bool
is_to_type(const struct reading *g, size_t i, bool command)
{
	const struct line *l = &g->lines.v[i];
	struct span s = line_span(&g->lines, i);

	if (l->shape == SHAPE_FENCE || l->shape == SHAPE_RULE ||
		l->under == M_H_FIX || l->under == M_H_REFERENCE ||
		is_logged(s) || hit_in(&g->hits[M_ADVICE], i, i + 1))
		return false;
	if (command)
		return has_command(s);
	return has_payload(s) ||
		(is_address_to_try(s) &&
			!(is_link_to_see(
				s, span_from(s, span_find(s, "http")))));
}

/* Something put in to break out, or a command, wherever it stands. */
static bool
typed(struct reading *g, bool command)
{
	const struct lines *l = &g->lines;
	bool code = false; /* the product's own */

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].shape == SHAPE_CODE &&
			(i == 0 || l->v[i - 1].shape != SHAPE_CODE))
			code = steps_quoted_code(g, i) && !steps_told(g, i) &&
				!steps_announced(g, i);
		if (!line_is_new(l, i) ||
			(l->v[i].shape == SHAPE_CODE && code) ||
			!is_to_type(g, i, command))
			continue;
		size_t from = i;
		while (from > 0 && line_is_new(l, from - 1) &&
			l->v[from - 1].shape != SHAPE_HEADING)
			from--;
		steps_found(g, from, paragraph_end(l, i), "what was put in");
		g->loose_steps = !command;
		return true;
	}
	return false;
}

static bool
narrated(struct reading *g)
{
	size_t from, to;

	if (!narrated_find(g, &from, &to))
		return false;
	g->loose_steps = true;
	steps_found(g, from, to, "prose that tells how");
	return true;
}

/* What stands in a list of chances or of advice is no step, however it is
 * told; its items that name a flaw may still be findings. */
static void
put_chances_aside(struct reading *g)
{
	struct lines *l = &g->lines;
	bool aside = false;

	for (size_t i = 0; i < l->n; i++) {
		bool item = l->v[i].kind == LINE_NEW &&
			(l->v[i].shape == SHAPE_NUMBERED ||
				l->v[i].shape == SHAPE_BULLET);
		const struct hit *class = hit_in(&g->hits[M_CLASS], i, i + 1);

		if (l->v[i].shape == SHAPE_HEADING ||
			(l->v[i].shape == SHAPE_PROSE && i > 0 &&
				l->v[i - 1].shape == SHAPE_BLANK))
			aside = false;
		if (item && !aside && l->v[i].under == MEANING_COUNT)
			aside = steps_list_of_chances(g, i);
		if (aside && l->v[i].n > 0 && class == NULL)
			l->v[i].under = M_H_FIX;
	}
}

/* Where the words are not understood, only what needs none of them: a list
 * under a heading that is known, a numbered list, something to type. */
void
steps_find_shape(struct reading *g)
{
	(void)(headed(g, M_H_STEPS) || headed(g, M_H_POC) ||
		steps_listed(g, SHAPE_NUMBERED) || steps_commands(g) ||
		typed(g, true) || typed(g, false));
}

void
steps_find(struct reading *g)
{
	put_chances_aside(g);
	if (headed(g, M_H_STEPS) || headed(g, M_H_POC) ||
		steps_listed(g, SHAPE_NUMBERED) ||
		steps_listed(g, SHAPE_BULLET) || labelled(g, M_H_STEPS) ||
		steps_commands(g) || scenario(g) || typed(g, true) || done(g) ||
		narrated(g) || ordered(g) || labelled(g, M_H_POC) ||
		typed(g, false))
		g->r->steps.empty_heading = 0;
}
