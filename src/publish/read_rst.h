/* read_rst.h - what the two halves of the reader of .rst share. */
#pragma once

#include <string.h>

#include "publish/doc.h"

enum { RST_TARGETS_MAX = 256 };

/* ".. _name: url", or ".. |name| replace:: words". */
struct rst_target {
	struct span name, to;
	bool words;
};

struct rst_inline {
	struct doc_builder b;
	struct rst_target targets[RST_TARGETS_MAX];
	size_t n;
	unsigned depth;
};

/* Collects what references of the text stand for. */
void rst_targets(struct rst_inline *r, struct span text);
/* Appends a block's words to the open block: markup is taken off, links
 * are links, escaped signs are themselves. */
void rst_inline(struct rst_inline *r, struct span text);
