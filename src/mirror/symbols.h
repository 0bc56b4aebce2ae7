/*
 * symbols.h - functions, methods and classes that a source file defines.
 *
 * Small honest readers, no parsers: comments and strings are skipped, then
 * words such as "def" and "class", and what is shaped like a definition,
 * give the name and its line. A name that a macro or a template makes is
 * missed. Pure, linear in the text, whatever the text.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum { SYMBOLS_NAME_MAX = 200, SYMBOLS_DEPTH = 64 };

enum symbol_kind { SYMBOL_FUNCTION, SYMBOL_CLASS };

struct symbol {
	enum symbol_kind kind;
	struct span name;  /* into the text */
	struct span owner; /* the class right around it (in Python and Ruby
				also a function), or empty */
	unsigned line;
	unsigned indent; /* columns of white space before its line's text */
};

typedef void symbol_found(void *ctx, const struct symbol *s);

struct symbol_language;
/* By the file's ending; NULL: none that we read. */
const struct symbol_language *symbols_language(const char *path);
void symbols_read(const struct symbol_language *l, struct span text,
	symbol_found *found, void *ctx);

/* --- the readers; `l` says which language's rules they follow ------------- */
struct symbol_sink {
	const struct symbol_language *language;
	struct span text;
	symbol_found *found;
	void *ctx;
};
void symbols_give(const struct symbol_sink *k, enum symbol_kind kind,
	struct span name, struct span owner, unsigned line);
void symbols_python(const struct symbol_sink *k);
void symbols_ruby(const struct symbol_sink *k);
void symbols_shell(const struct symbol_sink *k);
void symbols_braces(const struct symbol_sink *k);

/* What a language with braces has; a row of symbols.c. */
struct symbol_language {
	const char *const *endings; /* ended by NULL */
	void (*read)(const struct symbol_sink *k);
	const char *const *classes;   /* words before a class's name */
	const char *const *functions; /* words before a function's name */
	bool shaped;                  /* "name(...) {" defines a function */
	bool in_classes;              /* ... only right inside of a class */
	bool receiver;                /* Go's "func (r *T) name" */
	bool impl;                    /* Rust's "impl T" */
	bool arrows;                  /* "name = (...) =>" */
	bool hash;                    /* # begins a comment */
	bool single;                  /* '...' is a string of any length */
	bool back;                    /* `...` is a string */
	bool lines;                   /* # begins a line for the preprocessor */
};
