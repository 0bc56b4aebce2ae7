/*
 * ascii.h - what a byte is, in ASCII, whatever the locale; and words of
 * lists at the start of a text, where most are told by their first byte.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

static inline bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_alpha(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool
is_alnum(unsigned char c)
{
	return is_digit(c) || is_alpha(c);
}

static inline bool
is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
is_hex(unsigned char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static inline bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* Is c one of the bytes of `set`, a short literal? Its length is known to the
 * compiler, which makes a test or two of the loop. */
static inline bool
one_of(unsigned char c, const char *set)
{
	size_t n = strlen(set);
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= c == (unsigned char)set[i];
	return any;
}

static inline unsigned char
to_lower(unsigned char c)
{
	return is_upper(c) ? (unsigned char)(c | 0x20) : c;
}

/* span_starts(), inline: nearly always told by the first byte. */
static inline bool
starts(struct span s, const char *word)
{
	for (size_t i = 0; word[i] != '\0'; i++)
		if (i == s.n || s.p[i] != (unsigned char)word[i])
			return false;
	return true;
}

/* Length of `word` if s begins with it, whatever the case; else 0. */
static inline size_t
begins(struct span s, const char *word)
{
	size_t i = 0;

	for (; word[i] != '\0'; i++)
		if (i == s.n ||
			to_lower(s.p[i]) != to_lower((unsigned char)word[i]))
			return 0;
	return i;
}

/* Length of the first word of the list that s begins with, else 0. */
static inline size_t
begins_any(struct span s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = begins(s, list[i]);

		if (len > 0)
			return len;
	}
	return 0;
}

/* One of `letters`, whatever the case, or a byte with the same low bits: a
 * test before a dearer one. */
static inline bool
may_be_letter(unsigned char c, const char *letters)
{
	uint32_t mask = 0;
	size_t n = strlen(letters);

	for (size_t i = 0; i < n; i++)
		mask |= UINT32_C(1) << (letters[i] & 31);
	return (mask >> (c & 31) & 1) != 0;
}

/* Is s one of the list's words? */
static inline bool
is_one_of(struct span s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s.n > 0 && begins(s, list[i]) == s.n &&
			list[i][s.n] == '\0')
			return true;
	return false;
}
