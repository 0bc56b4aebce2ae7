/*
 * policy_field.h - one value of a policy: from its node into its struct by
 * the row that describes it, and from the struct to the resolved form.
 */
#pragma once

#include "policy/policy.h"
#include "policy/policy_kinds.h"
#include "policy/policy_node.h"

/* The words that a text may name as {word}. */
struct words {
	const struct policy_value *values;
	bool *used; /* which of them a text named */
	size_t n;
	const struct fields *own; /* the clause's numbers and words, or NULL */
	const void *from;         /* the struct they are in */
};

/* How `f` is written where mistakes speak of it: "the key 'zone'". */
bool field_read(struct problems *p, const struct field *f, const struct node *n,
	const struct words *words, void *into);
/* What holds when nothing is given. */
void field_default(const struct field *f, void *into);
/* What holds where the field has no meaning: 0, no, nothing. */
void field_clear(const struct field *f, void *into);
/* False if field `only` of `fields` is not what this one needs. */
bool field_applies(struct fields fields, const struct field *f, const void *in);
/* NULL if there is nothing to write. */
json_t *field_json(const struct field *f, const void *from);

/* One line of a form, or NULL after a mistake; `what` is the key's name. */
const char *line_read(struct problems *p, const struct form *form,
	const char *what, const struct node *n);
/* Prose with {words} filled in, or NULL after a mistake. */
const char *text_read(struct problems *p, const char *what,
	const struct node *n, const struct words *words);
/* Prose as the resolved form has it: '{' and '}' doubled. */
json_t *text_json(const char *text);
