/*
 * template_fill.c - values into text, and text into lines of 72 columns.
 *
 * Lines of a template that follow each other are one paragraph and are
 * filled together. "- " begins an item whose further lines hang below its
 * text; a line indented by two blanks that does not continue an item is kept
 * apart, for links. Column is what a reader sees, not bytes.
 */
#include "post/template.h"

#include <stdio.h>

#include "base/utf8.h"
#include "post/template_values.h"

enum { PARAGRAPH_MAX = 16384, HASH_DIGITS = 12 };

struct fill {
	const struct template *t;
	const struct letter_values *v;
	const struct letter_item *item; /* inside [each missing] */
	struct str paragraph;
	size_t hang;      /* columns under which its further lines stand */
	bool first_hangs; /* its first line too */
	bool cut;
	bool blank; /* a blank line is owed before what comes next */
	struct str *out;
	struct err *err;
};

/* --- paragraphs ------------------------------------------------------------ */

static void
put_blanks(struct str *out, size_t n)
{
	while (n-- > 0)
		str_putc(out, ' ');
}

static void
end_paragraph(struct fill *f)
{
	struct span rest = str_span(&f->paragraph), word;
	size_t column = 0;

	if (rest.n == 0)
		return;
	f->cut |= f->paragraph.cut;
	if (f->blank && f->out->n > 0)
		str_putc(f->out, '\n');
	f->blank = false;
	while (span_split(&rest, ' ', &word)) {
		size_t width = utf8_width(word);

		if (word.n == 0)
			continue;
		if (column == 0) {
			column = f->first_hangs ? f->hang : 0;
			put_blanks(f->out, column);
		} else if (column + 1 + width > TEMPLATE_COLUMNS) {
			str_putc(f->out, '\n');
			put_blanks(f->out, f->hang);
			column = f->hang;
		} else {
			str_putc(f->out, ' ');
			column++;
		}
		str_put(f->out, word);
		column += width;
	}
	str_putc(f->out, '\n');
	str_clear(&f->paragraph);
}

/* --- values ---------------------------------------------------------------- */

/* Newlines and tabs of a policy's text are blanks here; nothing that moves
 * the cursor or turns the writing direction may pass. */
static bool
put_value(struct fill *f, const char *name, const char *value)
{
	struct span s = span_of(value);

	if (!utf8_valid(s))
		return err_set(f->err, ERR_SYNTAX,
			"letter value '%s' is not valid UTF-8", name);
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);

		if (c == '\n' || c == '\t')
			c = ' ';
		if (c < ' ' || utf8_is_control(c) || utf8_is_bidi(c))
			return err_set(f->err, ERR_SYNTAX,
				"letter value '%s' has control character "
				"U+%04X in it",
				name, (unsigned)c);
		utf8_put(&f->paragraph, c);
	}
	return true;
}

/* The template's fixed words for the clause, else the policy's. */
static bool
put_item(struct fill *f)
{
	for (size_t i = 0; i < f->t->n_asks; i++)
		if (strcmp(f->t->asks[i].clause, f->item->clause) == 0)
			return put_value(f, "item", f->t->asks[i].words);
	return put_value(f, "item",
		f->item->words != NULL ? f->item->words : f->item->clause);
}

static bool
put_named(struct fill *f, unsigned line, struct span name)
{
	int value = template_value_find(name);

	if (value == TEMPLATE_ITEM)
		return put_item(f);
	const char *text = template_value(f->v, value);
	if (text == NULL)
		return err_set(f->err, ERR_BROKEN,
			"line %u of the letter wants a value '%.*s', which "
			"this letter does not have",
			line, SPAN_FMT(name));
	char digits[HASH_DIGITS + 1];
	if (span_is(name, "policy_hash")) {
		(void)snprintf(digits, sizeof digits, "%s", text);
		text = digits;
	}
	return put_value(f, template_value_name(value), text);
}

static bool
put_text(struct fill *f, const struct template_line *l, struct span text)
{
	while (text.n > 0) {
		size_t open = span_find_byte(text, '{');

		str_put(&f->paragraph, span_cut(text, 0, open));
		text = span_from(text, open);
		if (text.n == 0)
			break;
		size_t close = span_find_byte(text, '}');
		if (!put_named(f, l->line, span_cut(text, 1, close)))
			return false;
		text = span_from(text, close + 1);
	}
	return true;
}

/* --- lines ----------------------------------------------------------------- */

static bool
fill_line(struct fill *f, const struct template_line *l)
{
	bool item = span_starts(l->text, "- ");
	bool indented = span_starts(l->text, "  ");

	if (l->text.n == 0) {
		end_paragraph(f);
		f->blank = true;
		return true;
	}
	/* an item, or a line kept apart, is a paragraph of its own */
	bool goes_on = f->paragraph.n > 0 && !item &&
		(indented ? f->hang > 0 && !f->first_hangs : !f->first_hangs);
	if (goes_on) {
		str_putc(&f->paragraph, ' ');
	} else {
		end_paragraph(f);
		f->hang = item || indented ? 2 : 0;
		f->first_hangs = indented;
	}
	return put_text(f, l, l->text);
}

/* The lines of a block once; `end` is its [else] or [end]. */
static bool
fill_range(struct fill *f, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (!fill_line(f, &f->t->lines[i]))
			return false;
	return true;
}

static size_t
find(const struct template *t, size_t from, enum template_kind kind)
{
	while (from < t->n_lines && t->lines[from].kind != kind &&
		t->lines[from].kind != TEMPLATE_END)
		from++;
	return from;
}

static bool
fill_block(struct fill *f, size_t *at)
{
	const struct template_line *l = &f->t->lines[*at];
	size_t end = find(f->t, *at + 1, TEMPLATE_END);
	size_t other = find(f->t, *at + 1, TEMPLATE_ELSE), from = *at + 1;

	*at = end;
	if (l->kind == TEMPLATE_EACH) {
		for (size_t i = 0; i < f->v->n_missing; i++) {
			f->item = &f->v->missing[i];
			if (!fill_range(f, from, end))
				return false;
		}
		return true;
	}
	bool there = l->value == TEMPLATE_MISSING ?
		f->v->n_missing > 0 :
		template_value(f->v, l->value) != NULL;
	if (there != l->negated)
		return fill_range(f, from, other);
	return other == end || fill_range(f, other + 1, end);
}

bool
template_fill(const struct template *t, const struct letter_values *v,
	struct str *out, struct err *err)
{
	struct fill f = {.t = t, .v = v, .out = out, .err = err};
	bool ok = true;

	str_init(&f.paragraph, PARAGRAPH_MAX);
	for (size_t i = 0; ok && i < t->n_lines; i++)
		if (t->lines[i].kind == TEMPLATE_TEXT)
			ok = fill_line(&f, &t->lines[i]);
		else
			ok = fill_block(&f, &i);
	end_paragraph(&f);
	if (ok && (f.cut || out->cut))
		ok = err_set(err, ERR_LIMIT,
			"a paragraph of the letter is over %d bytes",
			PARAGRAPH_MAX);
	str_fini(&f.paragraph);
	return ok;
}
