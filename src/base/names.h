/*
 * names.h - words that people write, and the nearest one they meant.
 */
#pragma once

#include "base/span.h"

/* Index of `word` in the n names, -1 if it is none of them. NULL names are
 * skipped, so that sparse tables work. */
int names_find(const char *const *names, size_t n, struct span word);
/*
 * The name nearest to `word` by edit distance with swaps, if it is near
 * enough to be meant (a third of its length, at least 1), else NULL.
 * Words over 64 bytes are never near anything.
 */
const char *names_nearest(const char *const *names, size_t n, struct span word);
