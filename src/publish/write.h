/* write.h - what the writers share: words onto lines. */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "publish/doc.h"

/* Called with each line's first word, to make it mean nothing more. */
typedef void write_lead(struct str *out, struct span word);

/*
 * Appends the words of `text` (parted by single blanks) on lines of at most
 * `columns`, a longer word alone on its own. `first` stands before the first
 * line, `rest` before the others.
 */
void write_words(struct str *out, struct span text, const char *first,
	const char *rest, size_t columns, write_lead *lead);

/* A blank line before the block, unless both are items of a list. */
void write_gap(struct str *out, const struct doc *d, size_t i);

/* A block of code as it is, each line after `before`. */
void write_code(struct str *out, const struct block *b, const char *before);
