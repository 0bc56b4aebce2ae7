/*
 * mime_limits.h - header values cut to a size before the library sees them.
 *
 * Private to mime. The library reads lists of any length into objects; a
 * value that passed through here holds at most what mime.h allows, so what
 * the library does per item costs no more than a constant.
 */
#pragma once

#include "mime/mime_tree.h"

enum { MIME_MAX_PARAMETERS = 64, MIME_MAX_ITEM = 2048 };

/* At most `max` items of a list of addresses, none longer than
 * MIME_MAX_ITEM, no group within a group; what is left out is a defect.
 * Counts in *items what is left, a comma in a quoted string, comment, domain
 * literal or <> not counting. */
struct span mime_limit_addresses(
	struct mime *x, struct span value, size_t max, size_t *items);
/* A Content-Type or -Disposition without the parameters that come a second
 * time or after the first MIME_MAX_PARAMETERS; each is a defect. */
const char *mime_limit_parameters(
	struct mime *x, const char *value, const char *header);
