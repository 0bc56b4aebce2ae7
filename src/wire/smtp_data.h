/*
 * smtp_data.h - where a mail's bytes end, and which dots are not its own.
 *
 * SMTP smuggling lives on servers that disagree about this. Here one line
 * end exists, CR LF; the data ends at CR LF . CR LF (or at . CR LF at its
 * very beginning) and at nothing that looks like it. Every other CR or LF
 * is a byte of the line it stands in, and is told in `bare`.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

struct smtp_data {
	unsigned char state;
	bool bare; /* a CR without LF or an LF without CR was seen */
};

#define SMTP_DATA_INIT ((struct smtp_data){0, false})

/*
 * Takes bytes off *in, up to all of them or the end of the data, and gives
 * the mail's bytes to put(). True at the end; the rest of *in is the
 * client's next command.
 */
bool smtp_data_feed(struct smtp_data *d, struct span *in,
	void (*put)(void *ctx, struct span bytes), void *ctx);

/* For BDAT, where length ends the data: looks for bare CR and LF only. */
void smtp_data_watch(struct smtp_data *d, struct span bytes);
void smtp_data_watched(struct smtp_data *d); /* nothing comes any more */
