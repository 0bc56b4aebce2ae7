/*
 * symbols_braces.c - languages with braces: C, C++, Java, JavaScript,
 * TypeScript, Go, Rust, PHP.
 *
 * The text becomes tokens: words, and bytes that are none; comments and
 * strings are nothing. Braces make a stack of scopes, of which those of
 * classes give what is in them an owner. A definition is a word of the
 * language before a name, or a name, its brackets and a brace where only a
 * definition can stand.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "mirror/symbols.h"

enum scope_kind { SCOPE_CODE, SCOPE_CLASS, SCOPE_OPEN /* a namespace */ };

struct scope {
	enum scope_kind kind;
	struct span name;
};

struct token {
	struct span word; /* empty: the byte `c` */
	unsigned char c;  /* '>' with `arrow`: "=>" */
	unsigned line;
	bool arrow, end;
};

struct reader {
	const struct symbol_sink *k;
	const struct symbol_language *l;
	struct span s;
	size_t at;
	unsigned line;

	struct scope scope[SYMBOLS_DEPTH];
	size_t depth, lost; /* scopes deeper than that are only counted */
	unsigned round;     /* open ( and [ */

	struct token last, before; /* the two tokens before this one */
	struct scope next;         /* what the next { opens */
	bool next_set;
	enum { NOTHING, CLASS_NAME, FUNCTION_NAME, RECEIVER, IMPL } want;
	unsigned angle; /* open < of an "impl" */
	struct span receiver;
	struct token shape; /* "name(" seen; then its ")" */
	bool shape_open, shape_closed;
	struct token assigned; /* "name =" seen */
	unsigned since;        /* tokens outside of brackets after it */
	unsigned assign_round;
};

/* ---- tokens ---- */

static bool
is_word(unsigned char c)
{
	unsigned char l = c | 0x20;

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
		c == '$' || c >= 0x80;
}

static void
skip_to_line_end(struct reader *r)
{
	while (r->at < r->s.n && r->s.p[r->at] != '\n') {
		if (r->l->lines && r->s.p[r->at] == '\\' &&
			r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n') {
			r->line++;
			r->at++;
		}
		r->at++;
	}
}

static void
skip_comment(struct reader *r)
{
	for (r->at += 2; r->at < r->s.n; r->at++) {
		r->line += r->s.p[r->at] == '\n';
		if (r->s.p[r->at] == '*' && r->at + 1 < r->s.n &&
			r->s.p[r->at + 1] == '/') {
			r->at += 2;
			return;
		}
	}
}

/* A quote that its line does not close is none ("it's" in a macro). */
static void
skip_string(struct reader *r, unsigned char quote, bool many)
{
	for (r->at++; r->at < r->s.n && r->s.p[r->at] != quote; r->at++) {
		if (r->s.p[r->at] == '\\' && r->at + 1 < r->s.n)
			r->at++;
		if (r->s.p[r->at] != '\n')
			continue;
		if (!many)
			return;
		r->line++;
	}
	r->at += r->at < r->s.n;
}

/* 'x' or '\n' is a letter; 'a in Rust is a lifetime. */
static void
skip_letter(struct reader *r)
{
	size_t to = r->at + 1;

	to += to < r->s.n && r->s.p[to] == '\\';
	for (size_t most = to + 10; to < r->s.n && to < most; to++)
		if (r->s.p[to] == '\'' && to > r->at + 1) {
			r->at = to + 1;
			return;
		} else if (r->s.p[to] == '\n') {
			break;
		}
	r->at++;
	while (r->at < r->s.n && is_word(r->s.p[r->at]))
		r->at++;
}

static bool
skip_nothing(struct reader *r)
{
	unsigned char c = r->s.p[r->at];
	unsigned char d = r->at + 1 < r->s.n ? r->s.p[r->at + 1] : 0;

	if (c == '\n')
		r->line++;
	if (c <= ' ')
		r->at++;
	else if (c == '/' && d == '/')
		skip_to_line_end(r);
	else if (c == '/' && d == '*')
		skip_comment(r);
	else if (c == '#' && (r->l->hash || r->l->lines) && d != '[')
		skip_to_line_end(r);
	else if (c == '"')
		skip_string(r, '"', r->l->hash);
	else if (c == '`' && r->l->back)
		skip_string(r, '`', true);
	else if (c == '\'' && r->l->single)
		skip_string(r, '\'', r->l->hash);
	else if (c == '\'')
		skip_letter(r);
	else
		return false;
	return true;
}

static struct token
next_token(struct reader *r)
{
	struct token t = {.end = true};

	while (r->at < r->s.n && skip_nothing(r))
		;
	if (r->at >= r->s.n)
		return t;
	size_t from = r->at;
	t = (struct token){.line = r->line, .c = r->s.p[from]};
	if (!is_word(t.c)) {
		r->at++;
		if (t.c == '=' && r->at < r->s.n && r->s.p[r->at] == '>') {
			r->at++;
			t.c = '>';
			t.arrow = true;
		}
		return t;
	}
	while (r->at < r->s.n && is_word(r->s.p[r->at]))
		r->at++;
	t.word = span_cut(r->s, from, r->at);
	t.c = 0;
	return t;
}

/* ---- scopes ---- */

static const struct scope *
scope_of(const struct reader *r)
{
	static const struct scope file = {SCOPE_OPEN, {NULL, 0}};

	return r->depth > 0 ? &r->scope[r->depth - 1] : &file;
}

static void
open_scope(struct reader *r)
{
	struct scope s = r->next_set ? r->next : (struct scope){0};

	if (r->depth < SYMBOLS_DEPTH && r->lost == 0)
		r->scope[r->depth++] = s;
	else
		r->lost++;
	r->next_set = false;
	r->shape_open = r->shape_closed = false;
	r->assigned = (struct token){0};
}

static void
close_scope(struct reader *r)
{
	if (r->lost > 0)
		r->lost--;
	else if (r->depth > 0)
		r->depth--;
	r->next_set = false;
	r->shape_open = r->shape_closed = false;
	r->assigned = (struct token){0};
}

static void
next_scope(struct reader *r, enum scope_kind kind, struct span name)
{
	r->next = (struct scope){kind, name};
	r->next_set = true;
}

/* ---- definitions ---- */

static bool
is_one(struct span word, const char *const *list)
{
	for (; list != NULL && *list != NULL; list++)
		if (span_is(word, *list))
			return true;
	return false;
}

/* Words before "(" and "{" that name no function: in C only the first, for
 * there "lock" and "try" are names like others. */
static bool
is_control(const struct reader *r, struct span word)
{
	static const char *const all[] = {"if", "for", "while", "switch",
		"catch", "return", "sizeof", "do", "else", "__attribute__",
		"__declspec", "alignas", "decltype", NULL};
	static const char *const others[] = {"try", "new", "function",
		"synchronized", "foreach", "using", "lock", "await", "typeof",
		"super", "this", "throw", "with", NULL};

	return is_one(word, all) || (r->l->in_classes && is_one(word, others));
}

static struct span
owner_of(const struct reader *r)
{
	const struct scope *s = scope_of(r);

	return s->kind == SCOPE_CLASS ? s->name : SPAN_NONE;
}

static void
give(struct reader *r, enum symbol_kind kind, struct token name,
	struct span owner)
{
	symbols_give(r->k, kind, name.word, owner, name.line);
}

static void
wanted_name(struct reader *r, struct token t)
{
	switch (r->want) {
	case NOTHING:
		return;
	case CLASS_NAME:
		if (is_one(t.word, r->l->classes))
			return; /* "enum class X" */
		next_scope(r, SCOPE_CLASS, t.word);
		r->shape = t; /* given at its brace, or at once: see word() */
		break;
	case FUNCTION_NAME:
		give(r, SYMBOL_FUNCTION, t,
			r->receiver.n ? r->receiver : owner_of(r));
		next_scope(r, SCOPE_CODE, SPAN_NONE);
		break;
	case RECEIVER:
		r->receiver = t.word; /* the last word in the brackets */
		return;
	case IMPL:
		if (span_is(t.word, "where"))
			r->want = NOTHING;
		else if (r->angle == 0 && !span_is(t.word, "for") &&
			!span_is(t.word, "const"))
			next_scope(r, SCOPE_CLASS, t.word);
		return;
	}
	r->want = NOTHING;
}

/* Can "name(...) {" be a definition here? */
static bool
may_be_shaped(const struct reader *r)
{
	enum scope_kind here = scope_of(r)->kind;

	return r->l->shaped && r->lost == 0 &&
		(here == SCOPE_CLASS ||
			(here == SCOPE_OPEN && !r->l->in_classes));
}

static void
word(struct reader *r, struct token t)
{
	bool after_dot = r->last.c == '.';

	if (r->want != NOTHING) {
		bool is_class = r->want == CLASS_NAME;

		wanted_name(r, t);
		/* in C "struct x" is mostly no definition: its brace tells */
		if (is_class && r->want == NOTHING && !r->l->lines)
			give(r, SYMBOL_CLASS, t, owner_of(r));
		else if (is_class && r->want == NOTHING)
			r->assigned = t;
		return;
	}
	if (after_dot)
		return;
	if (is_one(t.word, r->l->classes) && r->round == 0)
		r->want = CLASS_NAME;
	else if (is_one(t.word, r->l->functions))
		r->want = FUNCTION_NAME;
	else if (r->l->impl && span_is(t.word, "impl") && r->round == 0)
		r->want = IMPL;
	else if (span_is(t.word, "namespace") ||
		(r->l->lines && span_is(t.word, "extern")))
		next_scope(r, SCOPE_OPEN, SPAN_NONE);
	if (r->want == FUNCTION_NAME)
		r->receiver = SPAN_NONE;
	if (r->want == IMPL)
		r->angle = 0;
}

static void
open_bracket(struct reader *r)
{
	if (r->want == FUNCTION_NAME) {
		/* "name = function (" or Go's receiver */
		if (r->l->receiver && r->receiver.n == 0) {
			r->want = RECEIVER;
		} else {
			if (r->assigned.word.n > 0)
				give(r, SYMBOL_FUNCTION, r->assigned,
					owner_of(r));
			r->assigned = (struct token){0};
			r->want = NOTHING;
		}
	} else if (r->round == 0 && r->last.word.n > 0 && may_be_shaped(r) &&
		!r->shape_closed && r->before.c != '@' &&
		!is_control(r, r->last.word)) {
		r->shape = r->last;
		r->shape_open = true;
	}
	r->round++;
}

static void
close_bracket(struct reader *r)
{
	if (r->round > 0)
		r->round--;
	if (r->round > 0)
		return;
	if (r->want == RECEIVER)
		r->want = FUNCTION_NAME;
	if (r->shape_open) {
		r->shape_open = false;
		r->shape_closed = true;
	}
}

/* The class of "A::b(" in C++ stands right before it. */
static struct span
qualified(const struct reader *r, struct span name)
{
	const unsigned char *p = name.p, *start = r->s.p;

	if (!r->l->lines || p - start < 3 || p[-1] != ':' || p[-2] != ':')
		return owner_of(r);
	const unsigned char *end = p - 2;
	p = end;
	while (p > start && is_word(p[-1]) && end - p < SYMBOLS_NAME_MAX)
		p--;
	return span_make(p, (size_t)(end - p));
}

static void
open_brace(struct reader *r)
{
	if (r->l->lines && r->next_set && r->next.kind == SCOPE_CLASS &&
		r->assigned.word.n > 0 && !r->shape_closed) {
		give(r, SYMBOL_CLASS, r->assigned, owner_of(r));
	} else if (r->shape_closed && r->round == 0) {
		give(r, SYMBOL_FUNCTION, r->shape, qualified(r, r->shape.word));
		next_scope(r, SCOPE_CODE, SPAN_NONE);
	}
	r->want = NOTHING;
	open_scope(r);
}

static void
arrow(struct reader *r)
{
	if (r->l->arrows && r->assigned.word.n > 0 && r->since <= 3 &&
		r->round == r->assign_round)
		give(r, SYMBOL_FUNCTION, r->assigned, owner_of(r));
	r->assigned = (struct token){0};
}

static void
statement_ends(struct reader *r)
{
	r->shape_open = r->shape_closed = false;
	r->assigned = (struct token){0};
	r->want = NOTHING;
	r->next_set = false;
	r->round = 0;
}

static void
byte(struct reader *r, struct token t)
{
	if (t.arrow) {
		arrow(r);
		return;
	}
	switch (t.c) {
	case '{':
		open_brace(r);
		r->round = 0;
		break;
	case '}':
		close_scope(r);
		r->round = 0;
		break;
	case '(':
		open_bracket(r);
		break;
	case ')':
		close_bracket(r);
		break;
	case ';':
		if (r->round == 0 || r->l->lines)
			statement_ends(r);
		break;
	case '=':
	case ':':
		/* "struct s x = {": no class begins at its brace */
		if (t.c == '=' && r->round == 0)
			r->shape_closed = r->next_set = false;
		if (r->l->arrows && r->last.word.n > 0) {
			if (t.c == '=' || r->assigned.word.n == 0)
				r->assigned = r->last;
			r->since = 0;
			r->assign_round = r->round;
		}
		break;
	case ',':
		if (r->round == 0 && r->l->in_classes)
			r->shape_closed = false;
		break;
	case '<':
		r->angle += r->want == IMPL;
		break;
	case '>': /* and not of "->" */
		r->angle -= r->want == IMPL && r->angle > 0 && r->last.c != '-';
		break;
	default:
		break;
	}
}

void
symbols_braces(const struct symbol_sink *k)
{
	struct reader *r = mem_new(sizeof *r);

	r->k = k;
	r->l = k->language;
	r->s = k->text;
	r->line = 1;
	for (struct token t; !(t = next_token(r)).end;) {
		if (r->round == r->assign_round)
			r->since++;
		if (t.word.n > 0)
			word(r, t);
		else
			byte(r, t);
		r->before = r->last;
		r->last = t;
	}
	free(r);
}
