/*
 * policy_node.h - the tree under a policy: scalars, lists and maps, each
 * with its place in the file.
 *
 * It is read from YAML by events, so that nothing is built that a policy
 * has no use for: anchors, aliases, tags, a second document and a key given
 * twice are mistakes. Depth, nodes and bytes are limited. The same tree is
 * made of JSON, since a policy that was resolved is kept as JSON.
 */
#pragma once

#include "base/json.h"
#include "policy/policy_problem.h"

enum { NODE_MAX_DEPTH = 8, NODE_MAX = 20000 };

enum node_type { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_type type;
	struct place at;
	struct span text;         /* of a scalar */
	bool literal;             /* a scalar after '|': its lines are kept */
	struct place plain_end;   /* of words without quotes; line 0: others */
	const struct node *key;   /* what names it in a map, else NULL */
	const struct node *first; /* of a list or map */
	const struct node *next;  /* in the same list or map */
	size_t n;
};

/* NULL after at least one mistake; an empty file is one. */
const struct node *node_of_yaml(
	struct arena *a, const struct source *src, struct problems *p);
/* NULL if it is deeper or larger than a policy may be. */
const struct node *node_of_json(struct arena *a, const json_t *v);

/* The bytes of line n, from 1, without its end; empty if there is none. */
struct span source_line(const struct source *src, unsigned n);

const struct node *node_get(const struct node *map, const char *key);
/* "a word", "a list", "a map": for mistakes. */
const char *node_what(const struct node *n);
