/*
 * chunk.h - what names.c hands to the finders of single kinds of names.
 *
 * A chunk is what stands between two blanks of a line.
 */
#pragma once

#include "report/ascii.h"
#include "report/find.h"

struct chunk {
	struct span s;
	struct span before; /* the line up to here */
	struct span after;  /* and from here on */
	size_t line;        /* or IN_SUBJECT */
	bool code;
};

/* The last word of what stands before, in letters: "version" of
 * "(version: ". */
struct span word_before(struct span s);

/* s begins at a version, perhaps with its "v"; `said`: it is called one.
 * False: it is none after all. */
bool version_add(
	struct reading *g, const struct chunk *c, struct span s, bool said);
/* Does a version of Python, TLS ... follow: what reports only run on? */
bool version_is_foreign(struct span before);
void versions_in(struct reading *g, const struct chunk *c);
void files_in(struct reading *g, const struct chunk *c, struct span s);
bool is_extension(struct span s); /* "py", "yaml" ... */
/* A product called like a file ("node.js"), or a path of the system. */
bool is_no_file(struct span s);
/* name() */
void functions_in(struct reading *g, const struct chunk *c);
/* "the function name", "the name method" */
void functions_named(struct reading *g, const struct chunk *c);
/* `File "x.py", line 3, in name` */
void functions_traced(struct reading *g, size_t line, struct span s);
