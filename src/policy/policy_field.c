/*
 * policy_field.c - reads and writes a value by its row.
 *
 * The resolved form writes every value, the defaults too: a default that a
 * later program changes must not change what an old policy promised.
 */
#include "policy/policy_field.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/names.h"

static void
put_number(const struct field *f, void *into, unsigned v)
{
	unsigned char *at = (unsigned char *)into + f->at;

	if (f->size == sizeof(bool)) {
		bool b = v != 0;

		memcpy(at, &b, sizeof b);
	} else {
		assert(f->size == sizeof v);
		memcpy(at, &v, sizeof v);
	}
}

static unsigned
get_number(const struct field *f, const void *from)
{
	const unsigned char *at = (const unsigned char *)from + f->at;
	unsigned v;

	if (f->size == sizeof(bool))
		return *at;
	memcpy(&v, at, sizeof v);
	return v;
}

static void
put_list(const struct field *f, void *into, const void *items, size_t n)
{
	unsigned char *p = into;

	memcpy(p + f->at, &items, sizeof items);
	memcpy(p + f->count_at, &n, sizeof n);
}

static size_t
get_list(const struct field *f, const void *from, const void **items)
{
	const unsigned char *p = from;
	size_t n;

	memcpy(items, p + f->at, sizeof *items);
	memcpy(&n, p + f->count_at, sizeof n);
	return n;
}

/* "; write [saturday]", since a list of one is easily forgotten. */
static const char *
as_list(struct problems *p, const struct field *f, const struct node *n)
{
	if (n->type != NODE_SCALAR || n->text.n == 0)
		return "";
	if (f->type == FIELD_TEXTS)
		return "; begin each with '- ' on a line of its own";
	for (size_t i = 0; i < n->text.n; i++)
		if (strchr(",[]{}:#\n\"'", n->text.p[i]) || i == 60)
			return "";
	return arena_printf(p->a, "; write [%.*s]", SPAN_FMT(n->text));
}

/* What a mistake calls the value: "'zone'", "an item of 'aliases'". */
static const char *
called(const struct problems *p, const struct field *f)
{
	bool list = f->type == FIELD_TEXTS || f->type == FIELD_LINES ||
		f->type == FIELD_WORDS || f->type == FIELD_DAYS;

	return arena_printf(p->a, "%s'%s'", list ? "an item of " : "", f->name);
}

const char *
line_read(struct problems *p, const struct form *form, const char *what,
	const struct node *n)
{
	struct span s = n->type == NODE_SCALAR ? span_trim(n->text) : SPAN_NONE;

	if (s.n == 0) {
		problem_at(p, n->at, "%s must be %s, not %s", what, form->what,
			node_what(n));
		return NULL;
	}
	const char *why = form->why(p->a, s);

	if (why) {
		problem_at(p, n->at, "%s must be %s, not %s: %s", what,
			form->what, quoted(p->a, s), why);
		return NULL;
	}
	return arena_text(p->a, s);
}

static bool
read_number(struct problems *p, const struct field *f, const struct node *n,
	void *into)
{
	unsigned long long v;

	/* 010 is 8 to some readers of YAML and 10 to others. */
	if (n->type != NODE_SCALAR || !span_number(n->text, f->most, &v) ||
		v < f->least || (n->text.n > 1 && n->text.p[0] == '0')) {
		problem_at(p, n->at,
			"'%s' must be a number from %u to %u, not %s", f->name,
			f->least, f->most,
			n->type == NODE_SCALAR && n->text.n > 0 ?
				quoted(p->a, n->text) :
				node_what(n));
		return false;
	}
	put_number(f, into, (unsigned)v);
	return true;
}

static int
find_word(struct problems *p, const struct field *f, const struct node *n)
{
	int at;

	if (n->type != NODE_SCALAR || n->text.n == 0) {
		problem_at(p, n->at, "%s must be %s, not %s", called(p, f),
			listed(p->a, f->words, f->n_words), node_what(n));
		return -1;
	}
	at = names_find(f->words, f->n_words, n->text);
	if (at < 0)
		problem_at(p, n->at, "%s must be %s, not %s%s", called(p, f),
			listed(p->a, f->words, f->n_words),
			quoted(p->a, n->text),
			meant(p->a, f->words, f->n_words, n->text));
	return at;
}

static bool
read_words(struct problems *p, const struct field *f, const struct node *n,
	void *into)
{
	unsigned mask = 0;

	if (n->type != NODE_LIST) {
		problem_at(p, n->at, "'%s' must be a list, not %s%s", f->name,
			node_what(n), as_list(p, f, n));
		return false;
	}
	for (const struct node *c = n->first; c; c = c->next) {
		int at = find_word(p, f, c);

		if (at < 0)
			return false;
		if (mask >> at & 1) {
			problem_at(p, c->at, "'%s' has %s twice", f->name,
				quoted(p->a, c->text));
			return false;
		}
		mask |= 1u << at;
	}
	if (mask == (1u << f->n_words) - 1 && f->least == 0) {
		problem_at(p, n->at, "'%s' names all there are; leave one out",
			f->name);
		return false;
	}
	if (n->n < f->least) {
		problem_at(p, n->at, "'%s' is an empty list; allowed: %s",
			f->name, listed(p->a, f->words, f->n_words));
		return false;
	}
	put_number(f, into, mask);
	return true;
}

static bool
read_yes(struct problems *p, const struct field *f, const struct node *n,
	void *into)
{
	static const char *const yes[] = {"yes", "true"},
				 *const no[] = {"no", "false"};
	bool is = names_find(yes, 2, n->text) >= 0;

	if (n->type != NODE_SCALAR || (!is && names_find(no, 2, n->text) < 0)) {
		problem_at(p, n->at, "'%s' must be yes or no, not %s", f->name,
			n->type == NODE_SCALAR && n->text.n > 0 ?
				quoted(p->a, n->text) :
				node_what(n));
		return false;
	}
	put_number(f, into, is);
	return true;
}

static bool
list_fits(struct problems *p, const struct field *f, const struct node *n)
{
	if (n->type == NODE_LIST && n->n >= f->least && n->n <= f->most)
		return true;
	if (n->type == NODE_LIST)
		problem_at(p, n->at, "'%s' needs %u to %u items, not %zu",
			f->name, f->least, f->most, n->n);
	else
		problem_at(p, n->at, "'%s' must be a list, not %s%s", f->name,
			node_what(n), as_list(p, f, n));
	return false;
}

/* An item given twice is a slip that hides another item. */
static bool
is_new(struct problems *p, const struct field *f, const struct node *list,
	const struct node *item)
{
	for (const struct node *c = list->first; c != item; c = c->next)
		if (span_eq(span_trim(c->text), span_trim(item->text))) {
			problem_at(p, item->at, "'%s' has %s twice", f->name,
				quoted(p->a, span_trim(item->text)));
			return false;
		}
	return true;
}

static bool
read_lines(struct problems *p, const struct field *f, const struct node *n,
	const struct words *words, void *into)
{
	const char **items;
	bool good = true;
	size_t i = 0;

	if (!list_fits(p, f, n))
		return false;
	items = ARENA_ARRAY(p->a, n->n + 1, const char *);
	for (const struct node *c = n->first; c; c = c->next) {
		const char *item = f->type == FIELD_TEXTS ?
			text_read(p, called(p, f), c, words) :
			line_read(p, f->form, called(p, f), c);

		if (item == NULL || !is_new(p, f, n, c))
			good = false;
		items[i++] = item;
	}
	if (good)
		put_list(f, into, items, i);
	return good;
}

static int
by_day(const void *a, const void *b)
{
	const struct day *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static bool
read_days(struct problems *p, const struct field *f, const struct node *n,
	void *into)
{
	struct day *days;
	bool good = true;
	size_t i = 0;

	if (!list_fits(p, f, n))
		return false;
	days = ARENA_ARRAY(p->a, n->n + 1, struct day);
	for (const struct node *c = n->first; c; c = c->next) {
		if (c->type != NODE_SCALAR || !day_parse(c->text, &days[i])) {
			problem_at(p, c->at,
				"%s must be a date, such as 2026-12-25, not %s",
				called(p, f),
				c->type == NODE_SCALAR ? quoted(p->a, c->text) :
							 node_what(c));
			good = false;
		} else if (!is_new(p, f, n, c))
			good = false;
		i++;
	}
	if (!good)
		return false;
	qsort(days, i, sizeof *days, by_day);
	put_list(f, into, days, i);
	return true;
}

/* Prose of a form has it once its {words} are filled in. */
static const char *
read_prose(struct problems *p, const struct field *f, const struct node *n,
	const struct words *words)
{
	const char *text = text_read(p, called(p, f), n, words), *why = NULL;

	if (text && f->form)
		why = f->form->why(p->a, span_of(text));
	if (why == NULL)
		return text;
	problem_at(p, n->at, "%s must be %s, not %s: %s", called(p, f),
		f->form->what, quoted(p->a, span_of(text)), why);
	return NULL;
}

static bool
read_day(struct problems *p, const struct field *f, const struct node *n,
	void *into)
{
	struct day *day = ARENA_NEW(p->a, struct day);

	if (n->type != NODE_SCALAR || !day_parse(span_trim(n->text), day)) {
		problem_at(p, n->at,
			"'%s' must be a date, such as 2026-12-25, not %s",
			f->name,
			n->type == NODE_SCALAR && n->text.n > 0 ?
				quoted(p->a, n->text) :
				node_what(n));
		return false;
	}
	memcpy((unsigned char *)into + f->at, &day, sizeof day);
	return true;
}

static bool
read_text(struct problems *p, const struct field *f, const struct node *n,
	const struct words *words, void *into)
{
	const char *text = f->type == FIELD_TEXT ?
		read_prose(p, f, n, words) :
		line_read(p, f->form, called(p, f), n);

	if (text)
		memcpy((unsigned char *)into + f->at, &text, sizeof text);
	return text != NULL;
}

bool
field_read(struct problems *p, const struct field *f, const struct node *n,
	const struct words *words, void *into)
{
	int word;

	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LINE:
		return read_text(p, f, n, words, into);
	case FIELD_TEXTS:
	case FIELD_LINES:
		return read_lines(p, f, n, words, into);
	case FIELD_NUMBER:
		return read_number(p, f, n, into);
	case FIELD_WORD:
		word = find_word(p, f, n);
		if (word >= 0)
			put_number(f, into, (unsigned)word);
		return word >= 0;
	case FIELD_WORDS:
		return read_words(p, f, n, into);
	case FIELD_YES:
		return read_yes(p, f, n, into);
	case FIELD_DAYS:
		return read_days(p, f, n, into);
	case FIELD_DAY:
		return read_day(p, f, n, into);
	}
	return false;
}

static void
put_fallback(const struct field *f, void *into, unsigned number)
{
	switch (f->type) {
	case FIELD_NUMBER:
	case FIELD_WORD:
	case FIELD_WORDS:
	case FIELD_YES:
		put_number(f, into, number);
		break;
	case FIELD_TEXT:
	case FIELD_LINE:
	case FIELD_DAY:
		memset((unsigned char *)into + f->at, 0, sizeof(char *));
		break;
	case FIELD_TEXTS:
	case FIELD_LINES:
	case FIELD_DAYS:
		put_list(f, into, NULL, 0);
		break;
	}
}

void
field_default(const struct field *f, void *into)
{
	put_fallback(f, into, f->fallback);
}

void
field_clear(const struct field *f, void *into)
{
	put_fallback(f, into, 0);
}

bool
field_applies(struct fields fields, const struct field *f, const void *in)
{
	const struct field *other = fields.v;

	if (f->only == NULL)
		return true;
	while (strcmp(other->name, f->only) != 0) {
		other++;
		assert(other < fields.v + fields.n);
	}
	return f->only_mask >> get_number(other, in) & 1;
}

static json_t *
list_json(const struct field *f, const void *from)
{
	const void *items;
	size_t n = get_list(f, from, &items);
	char day[DAY_TEXT];

	if (n < f->least || (n == 0 && f->late))
		return NULL; /* not given; an empty list would be a mistake */
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (f->type == FIELD_DAYS)
			json_array_append_new(list,
				json_string(day_format(
					((const struct day *)items)[i], day)));
		else if (f->type == FIELD_TEXTS)
			json_array_append_new(list,
				text_json(((const char *const *)items)[i]));
		else
			json_array_append_new(list,
				json_string(((const char *const *)items)[i]));
	return list;
}

static json_t *
mask_json(const struct field *f, unsigned mask)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < f->n_words; i++)
		if (mask >> i & 1)
			json_array_append_new(list, json_string(f->words[i]));
	return list;
}

static json_t *
day_json(const struct field *f, const void *from)
{
	const struct day *day;
	char text[DAY_TEXT];

	memcpy(&day, (const unsigned char *)from + f->at, sizeof day);
	return day ? json_string(day_format(*day, text)) : NULL;
}

json_t *
field_json(const struct field *f, const void *from)
{
	const char *text;
	bool number = f->type == FIELD_NUMBER || f->type == FIELD_WORD ||
		f->type == FIELD_WORDS || f->type == FIELD_YES;

	if (f->late && number && get_number(f, from) == f->fallback)
		return NULL;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LINE:
		memcpy(&text, (const unsigned char *)from + f->at, sizeof text);
		if (text == NULL)
			return NULL;
		return f->type == FIELD_TEXT ? text_json(text) :
					       json_string(text);
	case FIELD_TEXTS:
	case FIELD_LINES:
	case FIELD_DAYS:
		return list_json(f, from);
	case FIELD_DAY:
		return day_json(f, from);
	case FIELD_NUMBER:
		return json_integer(get_number(f, from));
	case FIELD_WORD:
		return json_string(f->words[get_number(f, from)]);
	case FIELD_WORDS:
		return mask_json(f, get_number(f, from));
	case FIELD_YES:
		return json_boolean(get_number(f, from));
	}
	return NULL;
}
