/*
 * fold.h - a mail without the ratings its reporter gave it.
 *
 * Where the policy asks for no severity, whoever assesses the report does not
 * see one until there is a rating of our own. Only the words of the rating
 * are taken out, never the line around them: a claim of attacks stays. The
 * mail itself is as it came: `case raw`.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

#define FOLDED "[rating]"

/*
 * Each rating found in subject and text becomes FOLDED. Reads foreign text:
 * shut the doors of the process first. Linear in the text.
 */
void fold_ratings(struct arena *a, const char **subject, struct span *text);
/* A line that stands alone, as a subject or a title: both as what a subject
 * shows and as what a text does. */
void fold_line(struct arena *a, const char **line);
