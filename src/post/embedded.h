/* embedded.h - letters/NAME.txt as they were when the program was built;
 * tools/embed.py writes the table. */
#pragma once

#include "base/span.h"

struct embedded {
	const char *name; /* the file's, without folder and ending */
	struct span bytes;
};

extern const struct embedded post_letters[];
extern const size_t post_letters_count;
