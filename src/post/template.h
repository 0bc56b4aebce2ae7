/*
 * template.h - the small language of letters/NAME.txt (docs/letters.md).
 *
 * A header of "subject:" and "ask CLAUSE:" lines, a blank line, and text
 * with {values}, [if value] [if not value] [else] [end] and [each missing].
 * A template is read once into lines and checked as it is read; filling it
 * in cannot meet anything that the check let through, save a value that is
 * absent or not fit for text. What a value holds is never read as template.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "post/letter.h"

enum { TEMPLATE_COLUMNS = 72 };

struct template_ask { /* a clause, and the fixed words that ask for it */
	const char *clause, *words;
};

enum template_kind {
	TEMPLATE_TEXT,
	TEMPLATE_IF,
	TEMPLATE_ELSE,
	TEMPLATE_EACH,
	TEMPLATE_END,
};

struct template_line {
	enum template_kind kind;
	unsigned line; /* in the file, from 1 */
	struct span text;
	int value; /* TEMPLATE_IF: which */
	bool negated;
};

struct template
{
	const char *subject;
	const struct template_ask *asks;
	size_t n_asks;
	const struct template_line *lines;
	size_t n_lines;
};

/* Each mistake is a line "file:line: ..." in *problems (may be NULL); false
 * if there was any, and then the first is the error's text. */
bool template_read(struct arena *a, const char *file, struct span text,
	const struct template **out, struct str *problems, struct err *err);

/* The body: LF lines of at most 72 columns (a longer word stands alone). */
bool template_fill(const struct template *t, const struct letter_values *v,
	struct str *out, struct err *err);
