/*
 * fold.h - a mail without the ratings its reporter gave it.
 *
 * Where the policy asks for no severity, whoever assesses the report does not
 * see one until there is a rating of our own. Only the words of the rating
 * are taken out, never the line around them: a claim of attacks stays. The
 * mail itself, and what --json prints, is as it came.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

/*
 * Each rating found in subject and text becomes FOLDED. Reads foreign text:
 * shut the doors first (mails_shut()). Linear in the text.
 */
#define FOLDED "[rating]"
void fold_ratings(struct arena *a, const char **subject, struct span *text);
