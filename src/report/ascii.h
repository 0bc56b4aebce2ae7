/* ascii.h - what a byte is, in ASCII, whatever the locale. */
#pragma once

#include <stdbool.h>

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

static inline unsigned char
to_lower(unsigned char c)
{
	return is_upper(c) ? (unsigned char)(c | 0x20) : c;
}
