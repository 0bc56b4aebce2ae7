/*
 * address.h - may this be handed to a mail server, or stand in a header?
 *
 * A stranger's address ends up in To and in RCPT TO, so it is looked at
 * again just before both (standards.md 3.13): one addr-spec, nothing else.
 * The local part is atoms and dots, or one quoted string; the domain is
 * labels, or an address literal. Dots may stand anywhere in the local part:
 * some mobile operators gave out such addresses.
 */
#pragma once

#include <stdbool.h>

enum { ADDRESS_MAX = 254 }; /* RFC 5321 section 4.5.3.1.3 less < and > */

bool address_is_safe(const char *address); /* NULL, an unknown one, is not */
/* A next hop without SMTPUTF8 cannot take it. */
bool address_needs_utf8(const char *address);
/* "<left@right>" of printable ASCII, at most 250 bytes: fit for In-Reply-To
 * and References. */
bool address_is_message_id(const char *id);
