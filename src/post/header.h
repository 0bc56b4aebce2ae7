/*
 * header.h - header fields and bodies as RFC 5322, 2047 and 2045 want them.
 *
 * A value with a control character, CR, LF among them, is refused with
 * ERR_SYNTAX that names the field, never cleaned (standards.md 3.3). What
 * looks like an encoded-word is encoded itself, so that a reader sees the
 * text as it was given and decoding can bring nothing new into a header
 * (3.4). Lines are folded at blanks before column 78.
 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/str.h"

enum { HEADER_TEXT_MAX = 400 }; /* bytes of one text value */

/* "Subject: ..." for people. */
bool header_text(
	struct str *out, const char *field, const char *value, struct err *err);
/* "From: Name <address>"; `name` may be NULL. The address must be safe. */
bool header_address(struct str *out, const char *field, const char *name,
	const char *address, struct err *err);
/* A token of ours: printable ASCII and blanks, not folded. */
bool header_token(
	struct str *out, const char *field, const char *value, struct err *err);
/* Message-IDs, one a line after the first. */
void header_ids(
	struct str *out, const char *field, const char *const *ids, size_t n);
void header_date(struct str *out, instant t);

/* True if the text (CRLF lines) can go as 7bit. */
bool body_is_7bit(struct span text);
void body_quoted_printable(struct str *out, struct span text);
