/*
 * placeholders.c - a form's words that nobody replaced.
 *
 * "[describe here]", "<INSERT PAYLOAD>", "TODO", "Go to '...'". Brackets in
 * payloads and in commands are none: code is not looked at, and what stands
 * in brackets must begin like an instruction. A line that is nothing but a
 * placeholder, or that only promises or points elsewhere, is hollow: it
 * does not count as something said under its heading.
 */
#include "report/ascii.h"
#include "report/find.h"

enum { INSIDE_MAX = 160, HOLLOW_WORDS = 14 };

static bool
is_instruction(struct span s, bool strict)
{
	static const char *const words[] = {"describe", "insert", "your ",
		"your_", "your-", "enter", "add ", "fill", "put ", "replace",
		"provide", "paste", "write", "explain", "specify",
		"placeholder", "please", "attach", "optional", "link to",
		"steps here", "step 1", "name here", "describe", "summarize",
		"summarise", "list ", "include ", "company name",
		"product name", "full name", "details here", "to be "};

	s = span_trim(s);
	if (begins_any(s, words, ARRAY_LEN(words)))
		return true;
	if (span_ends_nocase(s, " here") || span_is_nocase(s, "todo") ||
		span_is_nocase(s, "tbd") || span_is(s, "...") ||
		span_is(s, "…"))
		return true;
	static const char *const nouns[] = {"name", "title", "version", "url",
		"date", "product", "payload", "description", "steps", "impact",
		"email", "phone", "text", "screenshot", "summary", "component"};
	return !strict && is_one_of(s, nouns, ARRAY_LEN(nouns));
}

/* "<your-user>@<host>", "/<any-dir>": part of a command or a path. */
static bool
is_glued(struct span s, size_t from, size_t to)
{
	unsigned char before = from > 0 ? s.p[from - 1] : ' ';
	unsigned char after = to < s.n ? s.p[to] : ' ';

	return is_alnum(before) || strchr("/@=-_", before) || is_alnum(after) ||
		strchr("/@=-_", after);
}

/* Add what stands between `open` at s[at] and `close`. Returns its end. */
static size_t
bracket(struct reading *g, size_t line, struct span s, size_t at)
{
	unsigned char open = s.p[at], close = open == '[' ? ']' : '>';
	struct span inside = span_cut(s, at + 1, at + 1 + INSIDE_MAX);
	size_t end = span_find_byte(inside, close);

	if (open == '{')
		end = span_find(inside, "}}");
	if (end == inside.n)
		return at + 1;
	inside = span_cut(inside, 0, end);
	if (open == '{') {
		inside = span_from(inside, 1);
		end++;
	}
	if (open == '<' && starts(inside, "!--"))
		inside = span_trim(span_from(inside, 3));
	size_t past = at + 2 + end;
	if (open == '[' && past < s.n && s.p[past] == '(')
		return past; /* a link */
	if (open == '<' &&
		(span_find(s, "://") < s.n ||
			span_find_byte(inside, '@') < inside.n))
		return past;
	if (open == '<' && is_glued(s, at, past))
		return past;
	if (is_instruction(inside, open != '[')) {
		struct span body = span_trim(line_body(&g->lines, line));

		facts_add(g, &g->placeholders, span_cut(s, at, past), line);
		if (2 * (past - at) >= body.n)
			g->lines.v[line].hollow = true; /* the second, too */
	}
	return past;
}

static bool
is_dots(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!one_of(s.p[i], "._"))
			return span_is(s, "…") || span_is(s, "-") ||
				span_is(s, "?");
	return s.n >= 3;
}

/* "TODO" alone, at the start with a mark, or at the end of a label. */
static struct span
todo(struct span body)
{
	static const char *const words[] = {
		"TODO", "TBD", "FIXME", "XXX", "todo", "tbd", "T.B.D."};

	if (body.n == 0 || !one_of(body.p[0], "TFXt"))
		return SPAN_NONE;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (!starts(body, words[i]))
			continue;
		if (body.n == n || strchr(" :.,!-", body.p[n]))
			return span_cut(body, 0, n);
	}
	return SPAN_NONE;
}

static void
one_line(struct reading *g, size_t i)
{
	struct span s = line_span(&g->lines, i);
	struct span body = span_trim(line_body(&g->lines, i));

	uint32_t has = g->lines.v[i].has;

	for (size_t at = 0; at < s.n && has & HAS_OPEN;) {
		unsigned char c = s.p[at];

		if (c == '[' || c == '<' ||
			(c == '{' && at + 1 < s.n && s.p[at + 1] == '{'))
			at = bracket(g, i, s, at);
		else
			at++;
		if (g->placeholders.n == REPORT_MAX_FACTS)
			return;
	}
	struct span word = todo(body);
	if (word.n > 0)
		facts_add(g, &g->placeholders, word, i);
	else if (body.n > 2 && body.n < INSIDE_MAX && body.p[0] == '(' &&
		body.p[body.n - 1] == ')' &&
		is_instruction(span_cut(body, 1, body.n - 1), true))
		facts_add(g, &g->placeholders, body, i);
	else if (has & HAS_QUOTE && body.n < INSIDE_MAX &&
		(span_find(body, "'...'") < body.n ||
			span_find(body, "'....'") < body.n))
		facts_add(g, &g->placeholders, body, i);
	else if (body.n >= 3 && is_dots(body))
		facts_add(g, &g->placeholders, body, i);
}

/* Does the line directly above, blanks aside, open a section? */
static bool
under_heading(const struct lines *l, size_t i)
{
	for (size_t k = i; k > 0 && i - k < 4; k--) {
		const struct line *at = &l->v[k - 1];

		if (at->shape != SHAPE_BLANK)
			return at->shape == SHAPE_HEADING;
	}
	return false;
}

static void
template_words(struct reading *g)
{
	const struct hits *h = &g->hits[M_TEMPLATE];

	for (size_t k = 0; k < h->n; k++) {
		size_t i = h->v[k].line;
		struct span body = span_trim(line_body(&g->lines, i));

		if (body.n > INSIDE_MAX || !under_heading(&g->lines, i))
			continue;
		if (facts_add(g, &g->placeholders, body, i))
			g->lines.v[i].hollow = true;
	}
}

/* "_Complete instructions, with all that is needed._" below a heading: what
 * a form says of a section, in slanted letters. */
static void
template_hints(struct reading *g)
{
	for (size_t i = 1; i < g->lines.n; i++) {
		struct line *l = &g->lines.v[i];
		struct span s = span_trim(line_span(&g->lines, i));

		if (l->kind != LINE_NEW || s.n < 24 || s.p[0] != '_' ||
			s.p[s.n - 1] != '_' || !is_upper(s.p[1]) ||
			l->has & (HAS_DIGIT | HAS_SLASH) ||
			span_find_byte(s, '`') < s.n ||
			span_find_byte(s, '=') < s.n ||
			!under_heading(&g->lines, i))
			continue;
		facts_add(g, &g->placeholders, s, i);
		l->hollow = true;
	}
}

/* The line at `i` says nothing but this hit, or little more. */
static void
hollow_from(struct reading *g, const struct hits *h, bool anywhere)
{
	for (size_t k = 0; k < h->n; k++) {
		struct line *l = &g->lines.v[h->v[k].line];
		struct span body = line_body(&g->lines, h->v[k].line);
		uint32_t from = h->v[k].at - l->at - l->body;
		bool phrase =
			span_find_byte(
				span_cut(line_span(&g->lines, h->v[k].line),
					h->v[k].at - l->at,
					h->v[k].end - l->at),
				' ') < h->v[k].end - h->v[k].at;

		if (body.n <= HOLLOW_WORDS * 6 &&
			(from <= 12 ? (from <= 2 || phrase) :
				      (anywhere || phrase)) &&
			(phrase || body.n <= h->v[k].end - h->v[k].at + 4))
			l->hollow = true;
	}
}

void
placeholders_find(struct reading *g)
{
	for (size_t i = 0; i < g->lines.n; i++) {
		const struct line *l = &g->lines.v[i];

		if (l->kind == LINE_NEW && l->shape != SHAPE_BLANK &&
			l->shape != SHAPE_CODE && l->shape != SHAPE_FENCE &&
			l->shape != SHAPE_RULE)
			one_line(g, i);
	}
	for (size_t k = 0; k < g->placeholders.n; k++) {
		const struct cite *c = &g->placeholders.v[k];
		struct line *l = &g->lines.v[c->line - 1];
		struct span body = span_trim(line_body(&g->lines, c->line - 1));

		if (2 * strlen(c->text) >= body.n || todo(body).n > 0 ||
			strlen(c->text) + 12 >= body.n)
			l->hollow = true;
	}
	template_words(g);
	template_hints(g);
	hollow_from(g, &g->hits[M_NOTHING], false);
	hollow_from(g, &g->hits[M_WITHHELD], true);
}

/* "Thanks", "Best regards, Jane": how mails end, whatever is above. */
static bool
is_sign_off(const struct reading *g, size_t i)
{
	return g->lines.v[i].n < 40 && hit_in(&g->hits[M_REGARDS], i, i + 1);
}

/* A form that was left as it was: most lines in it are hollow. */
static bool
is_left_over(const struct reading *g, size_t from, size_t to)
{
	size_t hollow = 0, full = 0;

	for (size_t i = from; i < to && i < g->lines.n; i++) {
		if (!line_is_new(&g->lines, i) ||
			line_body(&g->lines, i).n == 0 || is_sign_off(g, i))
			continue;
		if (g->lines.v[i].hollow)
			hollow++;
		else
			full++;
	}
	return hollow >= 2 && hollow >= full;
}

bool
has_substance(const struct reading *g, size_t from, size_t to, unsigned words)
{
	unsigned n = 0;

	if (is_left_over(g, from, to))
		return false;

	for (size_t i = from; i < to && i < g->lines.n; i++) {
		const struct line *l = &g->lines.v[i];
		struct span body = line_body(&g->lines, i);

		if (l->kind != LINE_NEW || l->hollow ||
			l->shape == SHAPE_FENCE || l->shape == SHAPE_RULE ||
			is_sign_off(g, i))
			continue;
		if (l->shape == SHAPE_CODE && body.n >= 3)
			return true;
		for (size_t k = 0, wide = 0; k < body.n && n < words; k++) {
			if ((is_alnum(body.p[k]) || body.p[k] >= 0x80) &&
				(k == 0 || is_blank(body.p[k - 1])))
				n++;
			/* Chinese, Japanese, Korean: two letters are a word */
			else if (body.p[k] >= 0xe3 && body.p[k] <= 0xed)
				n += wide++ % 2 == 1;
		}
		if (n >= words)
			return true;
	}
	return false;
}
