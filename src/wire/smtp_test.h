/* smtp_test.h - the world of sessions under test, and replies in short. */
#pragma once

#include <stdlib.h>

#include "base/test.h"
#include "wire/smtp_world.h"

/*
 * The replies so far in short, "250 2.1.0" or "354", ", " between them;
 * fails if any line is not a reply line.
 */
static inline void
world_replies(struct world *w, struct str *in_short)
{
	struct span rest = str_span(&w->out), line;

	str_clear(in_short);
	while (rest.n > 0) {
		size_t end = span_find(rest, "\r\n");

		assert_true(end < rest.n);
		line = span_cut(rest, 0, end);
		rest = span_from(rest, end + 2);
		assert_true(world_is_reply(line));
		if (line.p[3] == '-')
			continue;
		bool enhanced =
			line.n > 8 && line.p[5] == '.' && line.p[7] == '.';
		str_puts(in_short, in_short->n ? ", " : "");
		str_put(in_short, span_cut(line, 0, enhanced ? 9 : 3));
	}
}
