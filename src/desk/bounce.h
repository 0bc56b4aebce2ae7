/* bounce.h - a bounce finds its letter, and the promise it had kept. */
#pragma once

#include "desk/intake.h"

/*
 * Looks the letter up by the token in the bounce address, then by the
 * returned Message-ID (standards.md 10.3), and records the bounce. *chain
 * becomes the letter's chain when there is one.
 */
bool bounce_take(struct desk *d, struct arena *a, const struct arrival *in,
	const struct spool_mail *mail, const char **chain, struct err *err);
