/*
 * import.h - an existing security policy, drafted as a policy file.
 *
 * Each sentence of the document becomes a clause's text as it stands; what a
 * sentence promises or asks for is recognised by its words
 * (import_rules.c), figures are taken over, and a sentence that is not
 * understood is a `text` clause and is named at the file's head. So nothing
 * is lost, no legal sentence is put into other words, and the draft shows no
 * drift against its own document.
 */
#pragma once

#include "publish/doc.h"

/* What a document cannot say; NULL: guess, and mark the guess. */
struct import_given {
	const char *product, *prefix, *zone, *contact, *organisation;
	const char *file; /* for the head's comment */
};

/* Appends a policy file. What was guessed, and what was not understood, is
 * said in its comments. ERR_SYNTAX if there are no sentences. */
bool import_policy(struct arena *a, const struct doc *d,
	const struct import_given *given, struct str *out, struct err *err);
