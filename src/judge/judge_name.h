/*
 * judge_name.h - names of products found in running text.
 *
 * A name is matched as whole words, without regard to case and to what
 * joins its words: "DAG Factory", "dag-factory", "dag_factory", and one
 * that was broken at the end of a line. One pass over the text: at each
 * beginning of a word every name is tried, and names are few and short.
 */
#pragma once

#include "base/span.h"
#include "policy/policy.h"

enum name_kind {
	NAME_REPOSITORY,
	NAME_URL,
	NAME_NAME,
	NAME_PACKAGE,
	NAME_ORGANISATION, /* another repository of the same owner */
};
enum { NAME_KIND_COUNT = NAME_ORGANISATION + 1 };

struct name_hit {
	size_t policy; /* index in the desk's list */
	enum name_kind kind;
	bool weak;      /* an alias that is also a common word */
	unsigned line;  /* of its first character, from 1 */
	size_t at, end; /* where it stands in the text */
};

typedef void name_found(void *ctx, struct span text, struct name_hit hit);

struct names;

const struct names *names_new(
	struct arena *a, const struct policy *const *policies, size_t n);

/* Calls `found` for every name in `text`, whose first line is `line`. */
void names_scan(const struct names *names, struct span text, unsigned line,
	name_found *found, void *ctx);

/* Only compared with ("unlike X"), or said not to be affected. */
bool name_is_aside(struct span text, struct name_hit hit);

/* Where `name` ends if it stands at `at` as whole words, else 0. One with a
 * '/' is a place, such as github.com/example/gear. */
size_t name_at(struct span text, size_t at, const char *name);
/* The same for a host; not as part of another, of an address or a path. */
size_t host_at(struct span text, size_t at, const char *host);
