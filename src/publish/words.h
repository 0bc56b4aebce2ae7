/*
 * words.h - documents as words that can be compared.
 *
 * What people do not read as a difference is none: markup, blanks, lines,
 * quotation marks, hyphens and dashes, the case of a word's first letter,
 * the name of the product whose document it is, that product's own pages, a
 * link's form and a '/' at its end. Each other word has a number in a
 * lexicon that both sides share.
 */
#pragma once

#include <stdint.h>

#include "publish/doc.h"

enum word_class {
	WORD_PLAIN,
	WORD_FIGURE, /* 5, five, 2026-12-25, hours, business: how much */
	WORD_SENSE,  /* not, may, must, will, unless: what is meant by it */
};

enum { WORD_MAX = 200 }; /* bytes of one that are looked at */

struct word {
	uint32_t id;  /* equal: the same word */
	uint32_t low; /* equal: the same but for capitals */
	uint32_t key; /* of a figure: "five" as 5; else low */
	uint32_t line;
	uint32_t at; /* byte of doc_block_text() */
	uint8_t class;
	bool begins; /* a sentence */
};

struct sentence {
	size_t from, to; /* words */
	size_t block;    /* of the document */
};

/* A text or a document as words. */
struct words {
	struct word *v;
	size_t n, cap;
	struct sentence *sentences;
	size_t n_sentences, cap_sentences;
};

struct lexicon;
struct lexicon *lexicon_new(struct arena *a);
struct arena *lexicon_arena(const struct lexicon *l); /* that it lies in */
/* The word with this number, as it was first met. */
const char *lexicon_text(const struct lexicon *l, uint32_t id);
uint32_t lexicon_id(struct lexicon *l, struct span word);
size_t lexicon_count(const struct lexicon *l);
/* What it is; not where it stands. */
struct word lexicon_word(const struct lexicon *l, uint32_t id);

/* What a document calls its own: its product's names and pages. */
struct own {
	struct words *names; /* each as words */
	size_t n_names;
	const char *const *pages; /* "github.com/example/widget" */
	size_t n_pages;
	const char *const *slugs; /* "widget": a part of an own page's path */
	size_t n_slugs;
};
struct own *own_new(struct lexicon *l, const char *const *names, size_t n,
	const char *const *pages, size_t n_pages);

void words_of_doc(struct lexicon *l, const struct own *own, const struct doc *d,
	struct words *out);
/* Plain words with links in them; a line is a paragraph. */
void words_of_text(struct lexicon *l, const struct own *own, const char *text,
	struct words *out);

/* The word is one that nearly every sentence has. */
bool word_is_common(const struct lexicon *l, const struct word *w);

/* The text of a block, made once; `texts` has room for each of d->n. */
const char *words_block_text(
	struct arena *a, const struct doc *d, const char **texts, size_t block);
/* Appends a sentence as it stands in the document, blanks made one. */
void words_sentence(struct str *out, struct arena *a, const struct doc *d,
	const struct words *w, const char **texts, size_t sentence);
