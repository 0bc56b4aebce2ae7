/* span.c - looking at bytes without copying them. */
#include "base/span.h"

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool
same_nocase(const unsigned char *a, const unsigned char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_eq_nocase(struct span a, struct span b)
{
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

bool
span_is_nocase(struct span a, const char *s)
{
	return span_eq_nocase(a, span_of(s));
}

bool
span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool
span_starts_nocase(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && same_nocase(s.p, (const unsigned char *)prefix, n);
}

bool
span_ends_nocase(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n &&
		same_nocase(s.p + s.n - n, (const unsigned char *)suffix, n);
}

size_t
span_find(struct span s, const char *needle)
{
	const unsigned char *at;

	if (s.n == 0)
		return 0;
	at = memmem(s.p, s.n, needle, strlen(needle));
	return at ? (size_t)(at - s.p) : s.n;
}

size_t
span_find_nocase(struct span s, const char *needle)
{
	size_t n = strlen(needle);

	for (size_t i = 0; i + n <= s.n; i++)
		if (same_nocase(s.p + i, (const unsigned char *)needle, n))
			return i;
	return s.n;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	size_t from = 0, to = s.n;

	while (from < to && is_blank(s.p[from]))
		from++;
	while (to > from && is_blank(s.p[to - 1]))
		to--;
	return span_cut(s, from, to);
}

bool
span_line(struct span *rest, struct span *line)
{
	if (rest->n == 0)
		return false;
	size_t end = span_find_byte(*rest, '\n');
	struct span got = span_cut(*rest, 0, end);

	if (end < rest->n && got.n > 0 && got.p[got.n - 1] == '\r')
		got.n--;
	*line = got;
	*rest = span_from(*rest, end + 1);
	return true;
}

bool
span_split(struct span *rest, unsigned char sep, struct span *part)
{
	if (rest->n == 0)
		return false;
	size_t end = span_find_byte(*rest, sep);

	*part = span_cut(*rest, 0, end);
	*rest = span_from(*rest, end + 1);
	return true;
}

bool
span_number(struct span s, unsigned long long max, unsigned long long *out)
{
	unsigned long long v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)(s.p[i] - '0');

		if (s.p[i] < '0' || digit > 9 || digit > max ||
			v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}
