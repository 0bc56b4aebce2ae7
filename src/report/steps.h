/*
 * steps.h - what the finders of steps share: headings and prose (steps.c),
 * lists (steps_list.c), commands and code (steps_code.c).
 *
 * Lines are indices. Those that return bool and take a reading tell whether
 * they found the steps, and then have called steps_found().
 */
#pragma once

#include "report/find.h"

/* Lines [from, to) are the steps, for this reason. */
void steps_found(struct reading *g, size_t from, size_t to, const char *why);

bool steps_listed(struct reading *g, enum line_shape shape);
/* Under a heading of this topic no steps are looked for. */
bool steps_none_under(unsigned topic);
/* Is item i of a list of what an attacker could do? */
bool steps_list_of_chances(const struct reading *g, size_t i);

bool steps_commands(struct reading *g);
/* Do the lines just above line i say what it is for? */
bool steps_announced(const struct reading *g, size_t i);
/* Does the block at line i show the product's own code? */
bool steps_quoted_code(const struct reading *g, size_t i);
/* Does the line above say that what follows was typed or is to be? */
bool steps_told(const struct reading *g, size_t i);
