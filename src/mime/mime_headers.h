/*
 * mime_headers.h - who wrote, to whom, about what, in answer to what.
 *
 * Private to mime.
 */
#pragma once

#include "mime/mime_tree.h"

struct mailbox {
	const char *name;    /* display name, decoded and visible; or NULL */
	const char *address; /* clean addr-spec, never NULL */
};

/* Author, recipients, subject and ids, into x->m. */
void mime_headers(struct mime *x);

/* The addresses in every header of that name, groups opened. */
size_t mime_mailboxes(struct mime *x, const struct part *p, enum field field,
	struct mailbox **out);
/* An addr-spec fit for message.h, or NULL when it is none. */
const char *mime_address(struct arena *a, struct span s);
/* The desk's own or one it was delivered to, sub-addresses (name+detail@)
 * included. */
bool mime_is_own(const struct mime *x, const char *address);
/* Does a List-Id, List-Post or Mailing-list header name one of them? */
bool mime_is_own_list(struct mime *x);

/* Decoded, on one line; NULL if there is none. */
const char *mime_subject(struct mime *x, const struct part *p);
/* Without directories, controls and bidi controls; NULL if nothing is left. */
const char *mime_file_name(struct arena *a, const char *raw);
/* The first id in a header, with its < >, or NULL. */
const char *mime_id(struct mime *x, const struct part *p, enum field field);
