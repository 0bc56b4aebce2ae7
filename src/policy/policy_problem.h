/*
 * policy_problem.h - the mistakes of a policy file, each with its place.
 *
 * A mistake is one line: file:line:column: what is wrong, what is allowed,
 * what was perhaps meant. The first POLICY_MAX_PROBLEMS are written, the
 * others are counted. What the file said is quoted clipped and escaped.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

struct source {
	const char *path;
	struct span text;
};

struct place {
	const struct source *source;
	unsigned line, column; /* from 1; columns count characters */
};

enum { PROBLEMS_OPEN_MAX = 100 };

struct problems {
	struct arena *a;
	struct str *out;
	unsigned n;
	/* In a base, what is missing is no mistake but listed here. */
	bool base;
	const char *open[PROBLEMS_OPEN_MAX];
	size_t n_open;
};

/* True, and noted once, if what is missing may be: this is a base. The name
 * is "values.contact". */
bool problem_open(struct problems *p, const char *name);

void problem_at(struct problems *p, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* How many were not shown, if any. */
void problems_end(struct problems *p);

/* In the arena: 'word', fit to be read, at most 60 bytes of it. */
const char *quoted(struct arena *a, struct span word);
/* In the arena: "a, b or c"; NULL names are skipped. */
const char *listed(struct arena *a, const char *const *names, size_t n);
/* In the arena: "; did you mean 'x'?" or "". */
const char *meant(
	struct arena *a, const char *const *names, size_t n, struct span word);
