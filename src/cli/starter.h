/* starter.h - policies/starter.clauses as it was when the program was built;
 * tools/embed.py writes the table. */
#pragma once

#include "base/span.h"

struct embedded {
	const char *name;
	struct span bytes;
};

extern const struct embedded cli_starter[];
extern const size_t cli_starter_count;
