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

/* The value of an attribute, entities and all; empty if there is none.
 * `tag` is what stands between the tag's name and its '>'. */
struct span mime_html_attribute(struct span tag, const char *name);
