/*
 * policy_draft.h - what the files of a policy say together, before it is
 * checked: nodes, each from the last file that gave it.
 *
 * A file is laid over what it extends: a key replaces a key, a value a
 * value, a clause with a kind replaces the clause of its id, a clause
 * without one changes only what it gives. The order of clauses is that of
 * the base, then what is new, but for those that say where they stand.
 */
#pragma once

#include "policy/policy.h"
#include "policy/policy_kinds.h"
#include "policy/policy_node.h"

enum { VALUES_MAX = 100, LETTERS_MAX = 50 };

struct draft_value {
	const struct node *name, *text;
};

struct draft_clause {
	const struct node *id;
	const struct kind_row *kind; /* NULL: unknown, and said so */
	const struct node *strength, *text;
	const struct node *common[FIELDS_MAX];
	const struct node *given[FIELDS_MAX]; /* by the kind's fields */
	unsigned layer;                       /* the file it is from */
};

struct draft {
	const struct node *root; /* of the last file: for what is missing */
	const struct node *head[FIELDS_MAX];
	const struct node *values_at, *product_at, *product[FIELDS_MAX];
	const struct node *security_txt_at, *security_txt[FIELDS_MAX];
	const struct node *letters[LETTERS_MAX]; /* by key; the text */
	size_t n_letters;
	struct draft_value values[VALUES_MAX];
	size_t n_values;
	struct draft_clause clauses[POLICY_MAX_CLAUSES];
	size_t n_clauses;
	unsigned layer;
};

/* Lays the file with this root, a map, over the draft. */
void draft_lay(struct draft *d, struct problems *p, const struct node *root);
/* A policy, or NULL after a mistake. That of a base is not resolved, and what
 * it leaves open is NULL. */
const struct policy *draft_build(const struct draft *d, struct problems *p);
