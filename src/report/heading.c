/*
 * heading.c - which line names what follows, and which topic it names.
 *
 * With marks (Markdown's, or a rule below) any line is a heading; without,
 * only one that names a topic which reports have, and little else.
 */
#include "report/ascii.h"
#include "report/find.h"

enum {
	LEVEL_PLAIN = HEADING_BOLD + 1,
	NAME_WORDS = 12,
	NAME_BYTES = 120,
	LABEL_BYTES = 60, /* of a heading without marks */
};

static struct span
trim_marks(struct span s, const char *marks)
{
	while (s.n > 0 && one_of(s.p[0], marks))
		s = span_from(s, 1);
	while (s.n > 0 && one_of(s.p[s.n - 1], marks))
		s.n--;
	return s;
}

static bool
is_number_word(const struct lines *l, const struct word *w, uint16_t *number)
{
	const unsigned char *p = (const unsigned char *)l->text + w->at;
	unsigned n = 0;

	if (w->n == 1 && (p[0] | 0x20) >= 'a' && (p[0] | 0x20) <= 'f') {
		*number = (uint16_t)((p[0] | 0x20) - 'a' + 1);
		return true;
	}
	for (size_t i = 0; i < w->n; i++) {
		if (!is_digit(p[i]) || w->n > 3)
			return false;
		n = n * 10 + (unsigned)(p[i] - '0');
	}
	*number = (uint16_t)n;
	return true;
}

struct name {
	uint8_t topic; /* MEANING_COUNT: none */
	uint16_t number;
	bool exact; /* nothing but the topic's words and fillers */
};

static const uint64_t heading_mask = UINT64_C(1) << M_H_TITLE |
	UINT64_C(1) << M_H_SUMMARY | UINT64_C(1) << M_H_STEPS |
	UINT64_C(1) << M_H_POC | UINT64_C(1) << M_H_IMPACT |
	UINT64_C(1) << M_H_VERSION | UINT64_C(1) << M_H_FIX |
	UINT64_C(1) << M_H_REFERENCE | UINT64_C(1) << M_H_TIMELINE |
	UINT64_C(1) << M_H_SEVERITY | UINT64_C(1) << M_H_CWE |
	UINT64_C(1) << M_H_CONTACT | UINT64_C(1) << M_H_BEHAVIOUR |
	UINT64_C(1) << M_H_FINDING;

/* What a heading's words name. `alone`: only an exact name is of use. */
static struct name
name_of(const struct lines *l, struct span s, bool alone)
{
	struct word w[NAME_WORDS + 1];
	uint8_t len[MEANING_COUNT];
	struct name none = {MEANING_COUNT, 0, false}, best = none;
	size_t used, from = 0, best_len = 0, extra = 0;

	if (s.n == 0 || s.n > NAME_BYTES)
		return none;
	uint32_t base = (uint32_t)((const char *)s.p - l->text);
	if (alone && words_cut(s, base, 0, w, 1, &used) == 1 &&
		!word_opens(&w[0]) && !word_has(&w[0], W_FILLER))
		return none;
	size_t n = words_cut(s, base, 0, w, NAME_WORDS + 1, &used);
	if (n == 0 || n > NAME_WORDS)
		return none;
	for (size_t i = 0; i < n && i < 3; i++) {
		uint64_t found = words_match(w + i, n - i, len);

		if (found >> M_CLASS & 1 && !(best.topic == M_H_STEPS))
			return none;
		if (found >> M_H_FINDING & 1 && i == 0 && n > 1 &&
			is_number_word(l, &w[1], &best.number)) {
			best.topic = M_H_FINDING;
			best.exact = n == 2;
			return best;
		}
		for (found &= heading_mask; found; found &= found - 1) {
			unsigned m = (unsigned)__builtin_ctzll(found);

			if (len[m] > best_len && m != M_H_FINDING) {
				best.topic = (uint8_t)m;
				best_len = len[m];
				from = i;
			}
		}
	}
	for (size_t i = 0; i < n; i++)
		if ((i < from || i >= from + best_len) &&
			!word_has(&w[i], W_FILLER))
			extra++;
	best.exact = extra == 0;
	return extra > (best.topic == M_H_STEPS ? 3u : 1u) ? none : best;
}

/* Offset of the colon (or dash) that ends a label in s; s.n: none. */
static size_t
label_end(struct span s)
{
	for (size_t i = 0; i < s.n && i < NAME_BYTES; i++) {
		if (s.p[i] > '-' && s.p[i] < 0x80 && s.p[i] != ':')
			continue;
		if (s.p[i] == ':' &&
			(i + 1 == s.n || is_blank(s.p[i + 1]) ||
				s.p[i + 1] == '*' || s.p[i + 1] == '-'))
			return i;
		if (s.p[i] == '-' && i > 0 && s.p[i - 1] == ' ' &&
			i + 1 < s.n && s.p[i + 1] == ' ')
			return i;
		if (s.p[i] == 0xef && starts(span_from(s, i), "："))
			return i;
		if (s.n - i >= 3 && s.p[i] == 0xe2 && s.p[i + 1] == 0x80 &&
			(s.p[i + 2] == 0x93 || s.p[i + 2] == 0x94) && i > 0 &&
			s.p[i - 1] == ' ')
			return i;
	}
	return s.n;
}

struct head {
	struct span text; /* without marks */
	uint8_t level;    /* LEVEL_PLAIN: no marks */
};

static struct head
strip_heading(struct span s)
{
	struct head h = {s, LEVEL_PLAIN};
	size_t n = 0;

	while (n < s.n && s.p[n] == '#')
		n++;
	if (n > 0 && n <= 6 && n < s.n && !is_digit(s.p[n])) {
		h.level = (uint8_t)n;
		h.text = trim_marks(s, "# \t");
	} else if (s.n > 4 && (starts(s, "**") || starts(s, "__"))) {
		h.level = HEADING_BOLD;
		h.text = span_from(s, 2);
	} else if (s.n > 4 && s.n < NAME_BYTES &&
		((s.p[0] == '=' && s.p[s.n - 1] == '=') ||
			(starts(s, "--") && s.p[s.n - 1] == '-'))) {
		h.level = 2;
		h.text = trim_marks(s, "=- \t");
	} else if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		h.text = trim_marks(s, "[] ");
	} else if (s.n > 2 && s.p[0] == '*' && !is_blank(s.p[1]) &&
		span_ends_nocase(s, "*")) {
		h.level = HEADING_BOLD;
		h.text = trim_marks(s, "* ");
	}
	return h;
}

static void
set_heading(struct line *l, struct span line, struct head h, struct name name,
	struct span rest)
{
	l->shape = SHAPE_HEADING;
	l->topic = name.topic;
	l->level = h.level;
	if (name.number)
		l->number = name.number;
	struct span body = name.topic == MEANING_COUNT ||
			(name.topic == M_H_FINDING && rest.n == 0) ?
		h.text :
		rest;
	l->body = body.n ? (uint32_t)(body.p - line.p) : l->n;
}

/* Is a line without marks a heading? `marked`: a colon or a dash ends its
 * label; `item`: a number stands before it. */
static bool
is_plain_heading(struct name name, struct span text, struct span label,
	struct span rest, bool marked, bool item)
{
	bool alone = rest.n == 0;
	bool fits;

	if (name.topic == M_H_FINDING)
		fits = marked || (alone && name.exact);
	else if (marked)
		fits = name.exact || alone || name.topic == M_H_STEPS;
	else
		fits = name.exact && label.n <= LABEL_BYTES &&
			!span_ends_nocase(text, ".") &&
			!span_ends_nocase(text, "?");
	if (!fits)
		return false;
	if (item && !name.exact && name.topic != M_H_FINDING)
		return false; /* an item that happens to begin so */
	if (!marked && is_alpha(label.p[0]) && !is_upper(label.p[0]) &&
		name.topic != M_H_STEPS)
		return false; /* the last word of a wrapped sentence */
	return true;
}

bool
heading_find(struct lines *all, size_t i, struct span s)
{
	struct line *l = &all->v[i];
	struct span line = line_span(all, i);
	struct head h = strip_heading(s);
	uint16_t number = 0;
	size_t skip = step_mark(h.text, &number);

	if (skip > 0 && h.level < LEVEL_PLAIN) {
		l->shape = SHAPE_NUMBERED;
		l->number = number;
		l->step = true;
		l->body = (uint32_t)(h.text.p + skip - line.p);
		return true;
	}
	skip = number_mark(h.text, &number);
	struct span text = span_from(h.text, skip);
	size_t colon = text.n;
	if (l->has & (HAS_COLON | HAS_HYPHEN | HAS_WIDE))
		colon = label_end(h.level == LEVEL_PLAIN ?
				span_cut(text, 0, LABEL_BYTES + 2) :
				text);
	if (colon == LABEL_BYTES + 2)
		colon = text.n;
	if (h.level == LEVEL_PLAIN && colon > LABEL_BYTES)
		return false;
	struct span label = trim_marks(span_cut(text, 0, colon), "*_ \t`");
	struct span rest = trim_marks(span_from(text, colon), "*_:- \t");
	while (rest.n > 2 && (rest.p[0] == 0xe2 || starts(rest, "：")))
		rest = span_trim(span_from(rest, 3)); /* a long dash, too */
	struct name name =
		name_of(all, label, h.level == LEVEL_PLAIN && colon == text.n);

	if (h.level == HEADING_BOLD && rest.n > 0 &&
		name.topic == MEANING_COUNT)
		return false; /* bold words that begin a sentence */
	if (h.level == HEADING_BOLD && colon == text.n &&
		!span_ends_nocase(text, "**") &&
		!span_ends_nocase(text, "__") && !span_ends_nocase(s, "*"))
		return false;
	if (h.level < LEVEL_PLAIN) {
		if (number && !name.number)
			name.number = number;
		h.text = name.topic == MEANING_COUNT ?
			trim_marks(text, "*_ \t") :
			label;
		set_heading(l, line, h, name, rest);
		return true;
	}
	if (name.topic == MEANING_COUNT)
		return false;
	if (!is_plain_heading(name, text, label, rest, colon<text.n, skip> 0))
		return false;
	h.text = label;
	set_heading(l, line, h, name, rest);
	return true;
}

/* A rule under a short line makes a heading of that line. */
void
heading_underlined(struct lines *all, size_t i, unsigned char with)
{
	if (i == 0 || (with != '=' && with != '-'))
		return;
	struct line *l = &all->v[i - 1];
	struct span s = line_span(all, i - 1);

	if (l->kind != LINE_NEW || l->shape == SHAPE_BLANK ||
		l->shape == SHAPE_CODE || s.n > NAME_BYTES ||
		(i > 1 && all->v[i - 2].shape == SHAPE_PROSE &&
			all->v[i - 2].kind == LINE_NEW))
		return;
	struct name name = name_of(all, trim_marks(s, ":*# "), false);
	struct head h = {s, with == '=' ? 1 : 2};
	if (l->shape != SHAPE_HEADING)
		set_heading(l, s, h, name, SPAN_NONE);
	l->level = h.level;
}
