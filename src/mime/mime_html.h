/*
 * mime_html.h - the pieces of reading HTML as text.
 *
 * Private to mime; what others call is mime_html() in mime_text.h.
 */
#pragma once

#include "base/mem.h"
#include "base/span.h"
#include "base/str.h"

#include <stdint.h>

/* The entity that begins s with its '&': how many bytes it takes, and the
 * character; 0 if it is none. */
size_t mime_entity(struct span s, uint32_t *c);

enum html_act {
	ACT_NONE,
	ACT_BREAK,     /* a line end, always */
	ACT_BLOCK,     /* stands on lines of its own */
	ACT_PARAGRAPH, /* and has an empty line around it */
	ACT_ITEM,
	ACT_LIST,
	ACT_ORDERED,
	ACT_CELL,
	ACT_RULE,
	ACT_PRE,
	ACT_QUOTE,
	ACT_LINK,
	ACT_IMAGE,
	ACT_SKIP, /* up to its closing tag nothing is text */
};

struct html_tag {
	const char *name;
	enum html_act act;
};

/* The row of a tag's name, or NULL: it stands in the text and does nothing. */
const struct html_tag *mime_html_tag(struct span name);
/* The value of an attribute, entities and all; empty if there is none.
 * `tag` is what stands between the tag's name and its '>'. */
struct span mime_html_attribute(struct span tag, const char *name);

static inline bool
mime_html_is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
