/*
 * code_claims.h - how claims about the code are found (report.h has what).
 *
 * Prose is read a passage at a time (code_claims.c): its lines are scanned
 * for mentions of files, lines, functions and classes (code_mentions.c,
 * code_names.c), then each mention is given the file it is said to be in.
 * Blocks of code, traces and diffs are read by code_blocks.c.
 */
#pragma once

#include "report/chunk.h"

enum mention_kind {
	MENTION_FILE,
	MENTION_LINES,
	MENTION_FUNCTION,
	MENTION_CLASS,
	MENTION_QUOTE, /* inline code */
};

enum { MENTIONS_MAX = 64, NO_FILE = -1, QUOTE_LEAST = 12 };

struct mention {
	enum mention_kind kind;
	struct span text;  /* into the mail's text */
	size_t at, end;    /* offsets in it, ornaments excluded */
	unsigned from, to; /* lines said right behind a file; of LINES */
	unsigned line;     /* of the mail, 1-based */
	bool labelled;     /* "Line: 12", "Function: load" */
};

/* Lines of prose that belong together. */
struct passage {
	const char *text; /* the mail's */
	struct mention v[MENTIONS_MAX];
	size_t n;
	size_t at, end;      /* in the text */
	size_t first, last;  /* lines of the mail, indices */
	struct span word[4]; /* the words before, the last one first */
};

/* ---- code_claims.c ---- */
void claim_add(struct reading *g, struct code_claim c, struct span text,
	struct span file);

/* ---- code_mentions.c ---- */
void mentions_in(struct reading *g, struct passage *p, size_t line);
/* "12", "12-20", "L12-L20" at s: how much of it they are, 0 if nothing. */
size_t lines_at(struct span s, unsigned *from, unsigned *to);

/* ---- code_names.c ---- */
/* A path as it is claimed: without "./", with nothing of the system before
 * a package folder; empty if it is none of a product's files. */
struct span code_path(struct span s);
/* Its ending is that of a source file, so the name alone tells. */
bool is_source_path(struct span s);
/* "poc.py", "evil.yml": the reporter's own. */
bool is_own_path(struct span s);
/* Names of languages and their libraries, whoever calls them. */
bool is_library_function(struct span name);
/* "load" "Builder.load" "a::b": letters, digits, _ and what joins them. */
bool is_identifier(struct span s);
bool is_odd_name(struct span s); /* a_b, aB, a.b: no word of a sentence */

/* ---- code_blocks.c ---- */
/* What was said right before a block of code. */
struct intro {
	bool is;    /* there is one, right above */
	bool colon; /* it ends with one */
	bool shows; /* "the vulnerable code", "is defined as" */
	bool own;   /* "exploit", "save as", "the fix": not the product's */
	struct span file;  /* the last one it names, or empty */
	unsigned from, to; /* lines of it */
	bool name;         /* it names a function or class */
};
/* Reads the block whose first line is i; returns one past its last. */
size_t code_block(struct reading *g, size_t i, const struct intro *intro);
/* A line of a trace: "File "x.py", line 3, in load" ... */
bool code_trace(struct reading *g, size_t i, struct span s);
/* A diff whose "--- " is line i. Returns one past what it is of [i, end). */
bool code_is_diff(const struct reading *g, size_t i, size_t end);
size_t code_diff(struct reading *g, size_t i, size_t end);
