/*
 * mime_bounce.h - delivery reports and complaints. Private to mime.
 */
#pragma once

#include "mime/mime_tree.h"

/* The first part of that type, or NULL. */
const struct part *mime_find(const struct mime *x, const char *type);
/* m->bounce from the mail's delivery report (RFC 3464), if it has one. */
void mime_bounce(struct mime *x);
