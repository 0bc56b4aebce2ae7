/*
 * shape.c - what a line looks like: heading, item of a list, code, prose.
 *
 * Reports are written in Markdown, in half of it, or in plain text with
 * colons; a heading is known by its marks or by naming a topic that reports
 * have. A line that is neither is prose: to miss a heading costs a fact, to
 * see one in a sentence would cut that sentence's section short.
 */
#include "report/ascii.h"
#include "report/find.h"

static uint8_t
indent_of(struct span s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n && is_blank(s.p[i]) && n < 200; i++)
		n += s.p[i] == '\t' ? 8 : 1;
	return (uint8_t)(n > 200 ? 200 : n);
}

/* ---- items ---- */

/* "1." "(2)" "3:" "#4" at the start of s: its length, else 0. */
size_t
number_mark(struct span s, uint16_t *number)
{
	size_t i = 0, digits;
	unsigned n = 0;

	if (i < s.n && (s.p[i] == '(' || s.p[i] == '#' || s.p[i] == '['))
		i++;
	for (digits = 0; i < s.n && is_digit(s.p[i]) && digits < 4; digits++)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (digits == 0 || digits > 3 || i >= s.n)
		return 0;
	if (s.p[i] == '.' && i + 1 < s.n && s.p[i + 1] == ')')
		i++;
	struct span mark = span_from(s, i);
	if (starts(mark, "、") || starts(mark, "．") || starts(mark, "）")) {
		i += 3; /* no blank follows these */
	} else {
		if (!one_of(s.p[i], ".):]-"))
			return 0;
		i++;
		if (i < s.n && !is_blank(s.p[i]))
			return 0;
	}
	while (i < s.n && is_blank(s.p[i]))
		i++;
	*number = (uint16_t)n;
	return i;
}

/* "Step 2:" "Schritt 2 -" : its length, else 0. */
size_t
step_mark(struct span s, uint16_t *number)
{
	static const char *const words[] = {
		"step", "schritt", "étape", "paso", "etape"};
	unsigned n = 0;
	size_t i = 0;

	if (s.n == 0 || !may_be_letter(s.p[0], "spe\xc3"))
		return 0;
	i = begins_any(s, words, ARRAY_LEN(words));
	if (i == 0)
		return 0;
	while (i < s.n && (is_blank(s.p[i]) || s.p[i] == '#'))
		i++;
	size_t digits = i;
	while (i < s.n && is_digit(s.p[i]) && i - digits < 3)
		n = n * 10 + (unsigned)(s.p[i++] - '0');
	if (i == digits)
		return 0;
	while (i < s.n && strchr(" \t:.)-*", s.p[i]) && s.p[i])
		i++;
	*number = (uint16_t)n;
	return i;
}

/* "a) ", "(b) ", "iii. ": an item told by letters; "A)" but not "A.". */
static size_t
letter_mark(struct span s, uint16_t *number)
{
	size_t i = s.n > 0 && s.p[0] == '(', from = i;
	bool roman = true;

	while (i < s.n && is_alpha(s.p[i]) && i - from < 4) {
		roman = roman && one_of(s.p[i], "ivx");
		i++;
	}
	if (i == from || (i - from > 1 && !roman) || i + 1 >= s.n ||
		!is_blank(s.p[i + 1]) ||
		!(s.p[i] == ')' ||
			(s.p[i] == '.' && from == 0 && !is_upper(s.p[0]))))
		return 0;
	*number = (uint16_t)(roman && s.p[from] != 'v' && s.p[from] != 'x' ?
			i - from :
			to_lower(s.p[from]) - 'a' + 1u);
	while (++i < s.n && is_blank(s.p[i]))
		;
	return i;
}

static size_t
bullet_mark(struct span s)
{
	static const char *const marks[] = {
		"- ", "* ", "+ ", "• ", "– ", "‣ ", "◦ ", "· ", "o "};

	if (s.n == 0 || (s.p[0] < 0x80 && !one_of(s.p[0], "-*+o")))
		return 0;
	size_t n = begins_any(s, marks, ARRAY_LEN(marks));

	if (n > 0)
		return n;
	return s.n == 1 && one_of(s.p[0], "-*+") ? 1 : 0;
}

/* ---- code ---- */

/* "any-name -h host -t '#' -v": options make a command of any name. */
static bool
has_options(struct span s)
{
	size_t n = 0, end = 0;

	while (end < s.n && (is_alnum(s.p[end]) || one_of(s.p[end], "_-./")))
		end++;
	if (end < 2 || is_upper(s.p[0]) || !is_alnum(s.p[0]) || end == s.n ||
		s.p[end] != ' ' || end + 1 == s.n || s.p[end + 1] != '-')
		return false;
	s = span_cut(s, end, end + 400);
	for (size_t i = 0; i + 2 < s.n; i++)
		n += s.p[i] == ' ' && s.p[i + 1] == '-' &&
			(is_alpha(s.p[i + 2]) || s.p[i + 2] == '-');
	return n >= 2;
}

static bool
is_command(struct span s)
{
	size_t end = 0;

	while (end < s.n && end < 16 && !is_blank(s.p[end]))
		end++;
	if (starts(s, "./") && end < s.n && end > 2 && is_alnum(s.p[2]) &&
		is_blank(s.p[end]))
		return true; /* a program of this folder */
	if (end < 2 || end == s.n || is_upper(s.p[0]) || !is_blank(s.p[end]))
		return false;
	if (!word_marked(span_cut(s, 0, end), W_COMMAND))
		return has_options(s);
	struct span rest = span_trim(span_cut(s, end, 200));
	if (rest.n == 0)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (one_of(rest.p[i], "/=|>$\"'\\{<"))
			return true;
	/* no punctuation: an option, or few words that end without a stop */
	return rest.p[0] == '-' || span_find(rest, " -") < rest.n ||
		(!one_of(rest.p[rest.n - 1], ".:") && rest.n < 40);
}

static bool
is_request_line(struct span s)
{
	static const char *const methods[] = {"GET /", "POST /", "PUT /",
		"DELETE /", "PATCH /", "HEAD /", "OPTIONS /", "HTTP/1",
		"HTTP/2", "GET http", "POST http", "PUT http", "DELETE http",
		"PATCH http"};

	return is_upper(s.p[0]) && may_be_letter(s.p[0], "GPDHO") &&
		begins_any(s, methods, ARRAY_LEN(methods)) > 0;
}

static bool
is_source(struct span s)
{
	static const char *const words[] = {"import ", "from ", "def ", "#!/",
		"class ", "print(", "<?php", "<script", "<html", "<!DOCTYPE",
		"<?xml", "#include", "!!python", "- !!python"};

	if (is_upper(s.p[0]) || !one_of(s.p[0], "ifd#cp<!-") ||
		begins_any(s, words, ARRAY_LEN(words)) == 0)
		return false;
	if (starts(s, "from "))
		return span_find(span_cut(s, 0, 200), " import ") <
			(s.n < 200 ? s.n : 200);
	if (starts(s, "import ") || starts(s, "class "))
		return s.n < 80 && s.p[s.n - 1] != '.';
	return true;
}

/* "PS> ", "user@host:~$ ", "mysql> ": no blank, a mark, a blank. */
static bool
is_prompt(struct span s)
{
	size_t end = 0;

	while (end < s.n && end < 60 && s.p[end] > ' ' &&
		!one_of(s.p[end], "<="))
		end++;
	return end > 2 && end + 1 < s.n && s.p[end] == ' ' &&
		one_of(s.p[end - 1], "$#>%") &&
		!one_of(s.p[end - 2], "->=0123456789") && is_alpha(s.p[0]);
}

/* "for i in $(seq 9); do", "while :; do" */
static bool
is_loop(struct span s)
{
	return (starts(s, "for ") || starts(s, "while ") || starts(s, "if [") ||
		       starts(s, "until ")) &&
		(span_find(s, "; do") < s.n || span_find(s, "; then") < s.n);
}

/* "So: curl -s https://...": a command inside of a line, beyond doubt. */
bool
has_command(struct span s)
{
	s = span_cut(s, 0, 400);
	for (size_t i = 0; i + 4 < s.n; i++) {
		size_t end = i;

		if (i > 0 && !(is_blank(s.p[i - 1]) || s.p[i - 1] == '`'))
			continue;
		while (end < s.n && end - i < 16 && s.p[end] > ' ')
			end++;
		if (end < i + 2 || end + 2 >= s.n || s.p[end] != ' ' ||
			!word_marked(span_cut(s, i, end), W_COMMAND))
			continue;
		struct span next = span_from(s, end + 1);
		if ((next.p[0] == '-' && next.n > 1 &&
			    (is_alpha(next.p[1]) || next.p[1] == '-')) ||
			starts(next, "http://") || starts(next, "https://"))
			return true;
	}
	return false;
}

bool
is_command_line(struct span s)
{
	return s.n > 0 &&
		(is_prompt(s) || is_loop(s) || starts(s, "$ ") ||
			starts(s, ">>> ") || starts(s, "PS C:\\") ||
			starts(s, "C:\\>") || starts(s, "root@") ||
			is_request_line(s) ||
			is_command(starts(s, "# ") ? span_from(s, 2) : s));
}

static bool
is_code(const struct line *l, struct span s)
{
	if (is_prompt(s) || is_loop(s) ||
		(one_of(s.p[0], "$>PCr") &&
			(starts(s, "$ ") || starts(s, ">>> ") ||
				starts(s, "PS C:\\") || starts(s, "C:\\>") ||
				starts(s, "root@"))) ||
		is_request_line(s) || is_source(s))
		return true;
	if (is_command(starts(s, "# ") ? span_from(s, 2) : s))
		return true;
	if (l->indent < 2)
		return false;
	size_t key = 0;
	while (key < s.n && (is_alnum(s.p[key]) || s.p[key] == '_'))
		key++;
	if (key > 0 && key < s.n && s.p[key] == ':' &&
		(key + 1 == s.n || s.p[key + 1] == ' ') && s.p[s.n - 1] != '.')
		return true; /* YAML */
	if (l->indent < 4)
		return false;
	for (size_t i = 0; i < s.n && i < 200; i++)
		if (one_of(s.p[i], "{}();=<>$|"))
			return true;
	return false;
}

/* ---- one line ---- */

static bool
is_rule(struct span s)
{
	if (s.n < 3 || !one_of(s.p[0], "-=_*~#"))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

static void
list_item(struct line *l, struct span line, struct span s)
{
	uint16_t number = 0;
	size_t skip = step_mark(s, &number);

	l->shape = SHAPE_PROSE;
	l->body = (uint32_t)(s.p - line.p);
	if (skip > 0) {
		l->step = true;
		l->shape = SHAPE_NUMBERED;
	} else if ((skip = number_mark(s, &number)) > 0 ||
		(skip = letter_mark(s, &number)) > 0) {
		l->shape = SHAPE_NUMBERED;
	} else if ((skip = bullet_mark(s)) > 0) {
		l->shape = SHAPE_BULLET;
	}
	l->number = number;
	l->body += (uint32_t)skip;
	l->command = l->shape != SHAPE_PROSE && is_command(span_from(s, skip));
}

static void
one_line(struct lines *all, size_t i)
{
	struct line *l = &all->v[i];
	struct span line = line_span(all, i);
	struct span s = span_trim(line);

	l->indent = indent_of(line);
	if (s.n == 0) {
		l->shape = SHAPE_BLANK;
	} else if (starts(line, "```") || starts(line, "~~~")) {
		l->shape = SHAPE_FENCE;
	} else if (l->fenced) {
		l->shape = SHAPE_CODE;
	} else if (is_rule(s)) {
		l->shape = SHAPE_RULE;
		heading_underlined(all, i, s.p[0]);
	} else if (is_code(l, s)) {
		l->shape = SHAPE_CODE;
		l->body = (uint32_t)(s.p - line.p);
	} else if (!heading_find(all, i, s)) {
		list_item(l, line, s);
	}
}

/* "# Open this", "# Type that": a list, for no section is empty by habit. */
static void
hash_list(struct lines *l, size_t i)
{
	size_t end = i;
	bool plain = true;

	while (end < l->n && l->v[end].kind == LINE_NEW &&
		l->v[end].shape == SHAPE_HEADING && l->v[end].level == 1 &&
		(l->v[end].topic == MEANING_COUNT || end > i) &&
		l->text[l->v[end].at] == '#')
		plain = l->v[end++].topic == MEANING_COUNT && plain;
	for (size_t k = i; end >= i + (plain ? 2u : 3u) && k < end; k++)
		l->v[k].shape = SHAPE_BULLET;
}

void
shape_find(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == LINE_NEW)
			one_line(l, i);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].shape == SHAPE_HEADING && l->v[i].level == 1)
			hash_list(l, i);
	unsigned topic = MEANING_COUNT;
	bool told = false; /* "Severity: high" is over with its paragraph */
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind == LINE_NEW &&
			l->v[i].shape == SHAPE_HEADING) {
			topic = l->v[i].topic;
			told = topic != MEANING_COUNT && topic != M_H_FIX &&
				line_body(l, i).n > 0;
		} else if (told && l->v[i].shape == SHAPE_BLANK) {
			topic = MEANING_COUNT;
		}
		l->v[i].under = (uint8_t)topic;
	}
}

size_t
section_end(const struct lines *l, size_t i)
{
	const struct line *head = &l->v[i];
	size_t k = i + 1;

	for (; k < l->n; k++) {
		const struct line *at = &l->v[k];

		if (at->kind != LINE_NEW)
			break;
		if (at->shape != SHAPE_HEADING)
			continue;
		if (at->topic != MEANING_COUNT ||
			(at->level <= head->level && at->level < HEADING_BOLD))
			break;
	}
	return k;
}
