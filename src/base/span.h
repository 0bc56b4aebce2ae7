/*
 * span.h - bytes that somebody else owns.
 *
 * Mail is bytes: a span may hold NUL, any charset, no end mark. A span
 * borrows; whoever keeps one keeps what it points into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const unsigned char *p;
	size_t n;
};

#define SPAN_NONE ((struct span){NULL, 0})
/* A span over a string literal, without its NUL; INIT is for tables. */
#define SPAN_INIT(s)                                                           \
	{                                                                      \
		(const unsigned char *)(s), sizeof(s) - 1                      \
	}
#define SPAN_LIT(s) ((struct span)SPAN_INIT(s))
/* For printf's "%.*s"; the length is cut at INT_MAX. */
#define SPAN_FMT(s)                                                            \
	(int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n),                        \
		(const char *)((s).p ? (s).p : (const unsigned char *)"")

static inline struct span
span_of(const char *s)
{
	return (struct span){(const unsigned char *)s, s ? strlen(s) : 0};
}

static inline struct span
span_make(const void *p, size_t n)
{
	return (struct span){p, n};
}

bool span_eq(struct span a, struct span b);
bool span_eq_nocase(struct span a, struct span b); /* ASCII letters only */
bool span_is(struct span a, const char *s);
bool span_is_nocase(struct span a, const char *s);
bool span_starts(struct span s, const char *prefix);
bool span_starts_nocase(struct span s, const char *prefix);
bool span_ends_nocase(struct span s, const char *suffix);

/* Offset of the first occurrence, or s.n when there is none. */
size_t span_find(struct span s, const char *needle);
size_t span_find_nocase(struct span s, const char *needle);

static inline size_t
span_find_byte(struct span s, unsigned char c)
{
	const unsigned char *at =
		s.n ? (const unsigned char *)memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

/* Clamped: never reaches outside s. */
static inline struct span
span_cut(struct span s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct span){s.p ? s.p + from : NULL, to - from};
}

static inline struct span
span_from(struct span s, size_t from)
{
	return span_cut(s, from, s.n);
}

/* Without blanks, tabs, CR and LF at both ends. */
struct span span_trim(struct span s);

/*
 * Take the next line off *rest, without its CRLF or LF; a lone CR is an
 * ordinary byte. False when nothing is left. A last line without an end
 * counts; an empty remainder after a final newline does not.
 */
bool span_line(struct span *rest, struct span *line);
/* Take what stands before the next `sep` off *rest; false when empty. */
bool span_split(struct span *rest, unsigned char sep, struct span *part);

/* Decimal digits only, no sign; false when empty, odd or above `max`. */
bool span_number(
	struct span s, unsigned long long max, unsigned long long *out);
