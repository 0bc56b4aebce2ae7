/*
 * smtp_hops.h - how many servers a mail has passed, by its Received fields.
 *
 * RFC 5321 section 6.3: a mail with very many of them is in a loop. The
 * count must be known when the mail ends, before anyone parses it, so it is
 * taken from the bytes as they pass; only the header is looked at.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum { SMTP_HOPS_MOST = 100 };

struct smtp_hops {
	unsigned count;
	unsigned char at; /* how much of "received:" has matched */
	bool other;       /* inside a line of no interest */
	bool over;        /* the header has ended */
};

void smtp_hops_feed(struct smtp_hops *h, struct span bytes);
