/*
 * policy_text.c - prose with words to be filled in.
 *
 * {contact} is one of the policy's values, {business-days} a parameter of
 * the clause itself: so the sentence and the rule cannot disagree. '{{' and
 * '}}' are the signs themselves. What is filled in is not read again.
 */
#include "policy/policy_field.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { TEXT_MAX = 16 * 1024, WORDS_MAX = 120 };

/* A text may name it: a number, a word or a line. */
static bool
is_own_word(const struct field *f)
{
	return f->type == FIELD_NUMBER || f->type == FIELD_WORD ||
		f->type == FIELD_LINE || f->type == FIELD_YES;
}

/* A number or word of the clause, as text. */
static const char *
own_word(struct arena *a, const struct words *words, struct span name)
{
	for (size_t i = 0; words->own && i < words->own->n; i++) {
		const struct field *f = &words->own->v[i];

		if (!span_is(name, f->name) || !is_own_word(f))
			continue;
		AUTO(json_auto) json_t *v = field_json(f, words->from);

		if (json_is_integer(v))
			return arena_printf(a, "%" JSON_INTEGER_FORMAT,
				json_integer_value(v));
		return arena_strdup(a, json_string_value(v));
	}
	return NULL;
}

static const char *
find_word(struct arena *a, const struct words *words, struct span name)
{
	const char *own = own_word(a, words, name);

	for (size_t i = 0; own == NULL && i < words->n; i++)
		if (span_is(name, words->values[i].name)) {
			words->used[i] = true;
			return words->values[i].text;
		}
	return own;
}

/* Where `needle` stands in the file: the text was folded on its way here,
 * so it is looked for in the file itself from the text's beginning on. */
static struct place
place_in(const struct problems *p, struct place at, struct span needle)
{
	struct span rest, line;
	struct place found = at;

	if (at.source == NULL || p->n >= POLICY_MAX_PROBLEMS)
		return at; /* it will not be shown */
	rest = at.source->text;
	for (unsigned n = 1; span_line(&rest, &line); n++) {
		size_t from = 0, to;

		if (n < at.line)
			continue;
		if (n == at.line)
			from = at.column - 1; /* ASCII stands before a text */
		for (to = from; to + needle.n <= line.n; to++)
			if (memcmp(line.p + to, needle.p, needle.n) == 0)
				break;
		if (to + needle.n > line.n)
			continue;
		found.line = n;
		found.column = 1;
		for (size_t i = 0; i < to; i++)
			found.column += (line.p[i] & 0xc0) != 0x80;
		return found;
	}
	return at;
}

/* True if it is no mistake: a base leaves it to others. */
static bool
say_unknown(struct problems *p, const struct node *n, struct span whole,
	struct span name, const struct words *words)
{
	const char *names[WORDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < words->n && count < WORDS_MAX; i++)
		names[count++] = words->values[i].name;
	for (size_t i = 0; words->own && i < words->own->n; i++)
		if (count < WORDS_MAX && is_own_word(&words->own->v[i]))
			names[count++] = words->own->v[i].name;
	const char *near = meant(p->a, names, count, name);

	if (*near == '\0' &&
		problem_open(p,
			arena_printf(p->a, "values.%.*s",
				SPAN_FMT(utf8_clip(name, 64)))))
		return true;
	problem_at(p, place_in(p, n->at, whole),
		"nothing defines %s; 'values' may, or write '{{' for the "
		"sign itself%s",
		quoted(p->a, whole), near);
	return false;
}

/* Takes "{name}" off *rest and appends what it stands for. */
static bool
fill_one(struct problems *p, const struct node *n, struct span *rest,
	const struct words *words, struct str *out)
{
	size_t end = span_find_byte(*rest, '}');
	struct span whole = span_cut(*rest, 0, end + 1), name;
	const char *word;
	bool good = true;

	if (end == rest->n || end > 65 || memchr(whole.p, '\n', whole.n)) {
		problem_at(p, place_in(p, n->at, utf8_clip(*rest, 20)),
			"a '{' without its '}'; write '{{' for the sign "
			"itself");
		return false;
	}
	name = span_cut(whole, 1, end);
	word = find_word(p->a, words, name);
	if (word)
		str_puts(out, word);
	else
		good = say_unknown(p, n, whole, name, words);
	*rest = span_from(*rest, end + 1);
	return good;
}

static bool
fill(struct problems *p, const struct node *n, struct span text,
	const struct words *words, struct str *out)
{
	bool good = true;

	while (text.n > 0) {
		unsigned char c = text.p[0];

		if ((c == '{' || c == '}') && text.n > 1 && text.p[1] == c) {
			str_putc(out, (char)c);
			text = span_from(text, 2);
		} else if (c == '{') {
			struct span before = text;

			good &= fill_one(p, n, &text, words, out);
			if (text.n == before.n)
				return false;
		} else if (c == '}') {
			problem_at(p, place_in(p, n->at, utf8_clip(text, 20)),
				"a '}' without its '{'; write '}}' for the "
				"sign itself");
			return false;
		} else {
			str_putc(out, (char)c);
			text = span_from(text, 1);
		}
	}
	return good;
}

/* "See issue #5" is "See issue": the promise would lose its end unseen. */
static bool
is_cut_by_comment(const struct node *n)
{
	struct span line;
	size_t i = 0;

	if (n->plain_end.line == 0)
		return false;
	line = source_line(n->plain_end.source, n->plain_end.line);
	for (unsigned c = 1; i < line.n; i++) {
		if (c == n->plain_end.column)
			break;
		c += i + 1 < line.n && (line.p[i + 1] & 0xc0) != 0x80;
	}
	line = span_trim(span_from(line, i));
	return line.n > 0 && line.p[0] == '#';
}

const char *
text_read(struct problems *p, const char *what, const struct node *n,
	const struct words *words)
{
	AUTO(str_fini) struct str out;
	struct span text =
		n->type == NODE_SCALAR ? span_trim(n->text) : SPAN_NONE;

	str_init(&out, TEXT_MAX);
	if (text.n == 0) {
		problem_at(p, n->at, "%s must be a sentence, not %s%s", what,
			node_what(n),
			n->type == NODE_SCALAR ?
				"" :
				"; words that begin with '{', '[' or '- ' need "
				"quotes, or stand below after a '>'");
		return NULL;
	}
	if (is_cut_by_comment(n)) {
		problem_at(p, n->plain_end,
			"to YAML, what follows ' #' is a comment; put the "
			"words in quotes, or the comment on a line of its own");
		return NULL;
	}
	out.cut = text.n > TEXT_MAX;
	if (!out.cut && !fill(p, n, text, words, &out))
		return NULL;
	if (out.cut) {
		problem_at(
			p, n->at, "%s is longer than %d bytes", what, TEXT_MAX);
		return NULL;
	}
	return arena_text(p->a, str_span(&out));
}

json_t *
text_json(const char *text)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 2 * TEXT_MAX);
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			str_putc(&s, *text);
		str_putc(&s, *text);
	}
	return json_string(s.text);
}
