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
};

/* What a line may be. `why` is NULL if it is good, else what is wrong,
 * with what to write instead where that can be told. */
struct form {
	const char *what; /* "a mail address, such as security@example.org" */
	const char *(*why)(struct arena *a, struct span line);
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
	const char *only, *only_word; /* only where field `only` is this */
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

enum { FIELDS_MAX = 8 }; /* of one kind, of a product, of the head */

extern const struct kind_row clause_kinds[];    /* by enum clause_kind */
extern const struct fields policy_head;         /* struct policy */
extern const struct fields policy_product;      /* struct product */
extern const struct fields policy_known_values; /* struct policy */
extern const char *const clause_words[3];       /* "kind" "strength" "text" */

extern const struct form form_id, form_value_name, form_name;

/* The names of a table, for hints; `names` has room for f.n. */
void field_names(struct fields f, const char **names);
