/*
 * doc.h - a document: headings, paragraphs, items, warnings, with links.
 *
 * One model for both directions. policy_doc() makes one of a policy and a
 * writer a format writes it; a reader makes one of a published file, and
 * drift.h and import.h look at nothing else. What a format can do beyond
 * this (bold, colours, columns) is not what a policy says.
 *
 * A document is a flat list of blocks. A block's runs follow each other
 * without a gap. In what a reader made, '\n' in a run is a line's end in the
 * source, so that a word's line is the block's and the ends before it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum block_kind {
	BLOCK_HEADING,
	BLOCK_PARAGRAPH,
	BLOCK_ITEM,
	BLOCK_NOTE, /* stands apart: a warning */
	BLOCK_CODE,
	BLOCK_COMMENT, /* in the source, not shown to readers */
};
enum { BLOCK_KIND_COUNT = BLOCK_COMMENT + 1 };

struct run {
	const char *text;   /* UTF-8, may be empty */
	const char *url;    /* of a link, else NULL */
	const char *anchor; /* a clause begins here, else NULL */
};

struct block {
	enum block_kind kind;
	unsigned level;  /* of a heading 1..6; of an item's list, 1.. */
	unsigned number; /* of an item in a numbered list; 0: a bullet */
	unsigned line;   /* in the source, from 1; 0 if it has none */
	const struct run *runs;
	size_t n;
};

struct doc {
	const char *language; /* BCP 47, "en" */
	const struct block *blocks;
	size_t n;
};

enum {
	DOC_MAX = 1024 * 1024, /* bytes a reader takes */
	DOC_COLUMNS = 80,      /* at which a writer wraps; text at 72 */
	DOC_TEXT_COLUMNS = 72,
};

/* --- building ----------------------------------------------------------- */

struct doc_builder {
	struct arena *a;
	struct block *blocks;
	size_t n, cap;
	struct run *runs; /* of the open block */
	size_t n_runs, cap_runs;
	struct str text; /* of the open run */
	struct block open;
};

void doc_begin(struct doc_builder *b, struct arena *a);
/* Ends the open block, if there is one; one without words is dropped. */
void doc_block(struct doc_builder *b, enum block_kind kind, unsigned level,
	unsigned line);
void doc_number(struct doc_builder *b, unsigned number);
void doc_words(struct doc_builder *b, struct span text);
void doc_anchor(struct doc_builder *b, const char *id);
/* `url` NULL ends the link. */
void doc_link(struct doc_builder *b, const char *url);
bool doc_is_open(const struct doc_builder *b);
/* A word that heads a warning: "Note", "WARNING", "Achtung". Followed by a
 * ':' where a BLOCK_NOTE begins, it is markup and left out. */
bool doc_is_lead(struct span word);
const struct doc *doc_end(struct doc_builder *b);

/* Text with what it links to found in it: https://..., http://..., and mail
 * addresses (as mailto:). Sentences' ends do not belong to a link. */
void doc_linked(struct doc_builder *b, struct span text);
/* The length of the link that s begins with, 0 if none; *mail tells which
 * kind. `before` is the byte before it, 0 if none. */
size_t doc_link_length(struct span s, unsigned char before, bool *mail);

/* --- a file a format ------------------------------------------------------ */

void doc_write_md(struct str *out, const struct doc *d);
void doc_write_rst(struct str *out, const struct doc *d);
void doc_write_html(struct str *out, const struct doc *d);
void doc_write_text(struct str *out, const struct doc *d);

/* Any bytes are a document in these two. ERR_LIMIT past DOC_MAX. */
bool doc_read_md(struct arena *a, struct span text, const struct doc **out,
	struct err *err);
bool doc_read_rst(struct arena *a, struct span text, const struct doc **out,
	struct err *err);
/* By the name's ending (.md .markdown .rst .txt), else by what it looks
 * like. */
bool doc_read(struct arena *a, const char *name, struct span text,
	const struct doc **out, struct err *err);

/* All runs in a row, with the links' targets left out. */
const char *doc_block_text(struct arena *a, const struct block *b);
