/* template_values.h - the values that a template may name. */
#pragma once

#include "post/letter.h"

enum { TEMPLATE_MISSING = -2, TEMPLATE_ITEM = -3, TEMPLATE_UNKNOWN = -1 };

/* Index of the value, or one of the above. */
int template_value_find(struct span name);
/* NULL: this letter has no such value. */
const char *template_value(const struct letter_values *v, int value);
const char *template_value_name(int value);
/* May be absent, so a text that uses it must stand in its [if]. */
bool template_value_is_optional(int value);
const char *template_value_nearest(struct span name);
