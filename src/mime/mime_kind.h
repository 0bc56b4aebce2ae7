/*
 * mime_kind.h - what sort of mail it is, and may a machine answer it.
 *
 * Private to mime. Two tables, read from the top: the first row that holds
 * decides. mime_headers(), mime_text() and mime_attachments() come before.
 */
#pragma once

#include "mime/mime_tree.h"

/* A reason, as a sentence without full stop; NULL: it does not hold. */
typedef const char *rule_fn(struct mime *x);

void mime_kind(struct mime *x);   /* m->kind; and m->bounce, if it is one */
void mime_answer(struct mime *x); /* m->answer; after mime_kind() */

/* What both tables ask. */
rule_fn mime_auto_submitted, mime_foreign_list, mime_null_sender;

/* "Field: value", clipped, for a reason. */
const char *mime_said(struct mime *x, enum field field, const char *value);
/* The first word of a value; comments may stand before it, parameters after. */
struct span mime_first_word(const char *value);
struct span mime_local_part(const char *address); /* empty for NULL */
