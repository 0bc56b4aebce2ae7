/*
 * policy_kinds.h - the language of policies as tables.
 *
 * A field is a name, the type of what stands after it, its limits and the
 * sentence of the manual; it also says where the value lies in its struct.
 * From these rows come the loader, its hints, the resolved form and the
 * reference in docs/policy.md: a parameter is added here and nowhere else.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

enum field_type {
	FIELD_TEXT,   /* prose; {values} are filled in; const char * */
	FIELD_TEXTS,  /* a list of prose; const char *const *, and a count */
	FIELD_LINE,   /* one line of some form; const char * */
	FIELD_LINES,  /* a list of them; as FIELD_TEXTS */
	FIELD_NUMBER, /* unsigned */
	FIELD_WORD,   /* one of `words`; its index, unsigned or bool */
	FIELD_WORDS,  /* some of `words`; a bit for each, unsigned */
	FIELD_YES,    /* yes or no; bool */
	FIELD_DAYS,   /* a list of dates; const struct day *, and a count */
	FIELD_DAY,    /* a date; const struct day *, or NULL */
};

/* What a line may be. `why` is NULL if it is good, else what is wrong,
 * with what to write instead where that can be told. */
struct form {
	const char *what; /* "a mail address, such as security@example.org" */
	const char *(*why)(struct arena *a, struct span line);
	/* For editors: a regular expression (ECMA 262) that every good line
	 * matches, and as few others as can be. */
	const char *pattern;
};

struct field {
	const char *name;
	enum field_type type;
	size_t at, size; /* of the value in its struct */
	size_t count_at; /* of a list */
	bool needed;
	unsigned least, most; /* of a number; of a list's length */
	unsigned fallback;    /* of a number, a word, yes or no; the mask */
	const struct form *form;
	const char *const *words;
	size_t n_words;
	const char *only;   /* only where field `only` ... */
	unsigned only_mask; /* ... is one of these of its words */
	/* Not in the resolved form where nothing is given: the field came
	 * after policies had been kept without it. Its default is fixed. */
	bool late;
	const char *help;
};

struct fields {
	const struct field *v;
	size_t n;
};

struct kind_row {
	const char *name;
	bool promise; /* `strength` must be given */
	struct fields fields;
	const char *help; /* what the desk does about it */
};

enum { FIELDS_MAX = 12 }; /* of one kind, of a product, of the head */

extern const struct kind_row clause_kinds[];    /* by enum clause_kind */
extern const char *const clause_examples[];     /* by enum clause_kind */
extern const struct fields policy_head;         /* struct policy */
extern const struct fields policy_product;      /* struct product */
extern const struct fields policy_security_txt; /* struct security_txt */
extern const struct fields clause_common;       /* struct clause */
extern const struct fields policy_known_values; /* struct policy */

extern const struct form form_id, form_value_name, form_name;

enum { FIELD_WORDS_MAX = 16 }; /* that a field can choose from */
/* The words of field `f->only` where `f` has a meaning; 0: anywhere. */
size_t field_only_words(struct fields fields, const struct field *f,
	const char *names[FIELD_WORDS_MAX]);
/* The names of a table, for hints; `names` has room for f.n. */
void field_names(struct fields f, const char **names);
