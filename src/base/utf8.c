/* utf8.c - decoding by the table of RFC 3629, section 4. */
#include "base/utf8.h"

static bool
tail(struct span s, size_t at, unsigned char low, unsigned char high)
{
	return at < s.n && s.p[at] >= low && s.p[at] <= high;
}

/* Length of the valid sequence at `at`, 0 if there is none. */
static size_t
sequence(struct span s, size_t at)
{
	unsigned char c = s.p[at];
	unsigned char low = 0x80, high = 0xbf;
	size_t n = c < 0x80 ? 1 :
		c < 0xc2    ? 0 :
		c < 0xe0    ? 2 :
		c < 0xf0    ? 3 :
		c < 0xf5    ? 4 :
			      0;

	if (n < 2)
		return n;
	if (c == 0xe0)
		low = 0xa0; /* shorter forms exist */
	if (c == 0xed)
		high = 0x9f; /* surrogates */
	if (c == 0xf0)
		low = 0x90;
	if (c == 0xf4)
		high = 0x8f; /* above U+10FFFF */
	if (!tail(s, at + 1, low, high))
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!tail(s, at + i, 0x80, 0xbf))
			return 0;
	return n;
}

uint32_t
utf8_next(struct span s, size_t *at)
{
	static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t n = sequence(s, *at);

	if (n == 0) {
		(*at)++;
		return 0xfffd;
	}
	uint32_t c = s.p[*at] & lead[n];
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s.p[*at + i] & 0x3fu);
	*at += n;
	return c;
}

/* Eight bytes of ASCII, none of them NUL: most of most mails. */
static bool
eight_plain(const unsigned char *p)
{
	const uint64_t low = UINT64_C(0x0101010101010101), high = low << 7;
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return ((v | (v - low)) & high) == 0;
}

bool
utf8_valid(struct span s)
{
	for (size_t at = 0; at < s.n;) {
		if (s.n - at >= 8 && eight_plain(s.p + at)) {
			at += 8;
			continue;
		}
		size_t n = s.p[at] == 0 ? 0 : sequence(s, at);

		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

void
utf8_put(struct str *out, uint32_t c)
{
	if (c < 0x80) {
		str_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		str_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			str_putc(out, (char)(0xe0 | c >> 12));
		} else {
			str_putc(out, (char)(0xf0 | c >> 18));
			str_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		str_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	str_putc(out, (char)(0x80 | (c & 0x3f)));
}

static bool
is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
		(c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
		(c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
		(c >= 0xffe0 && c <= 0xffe6) ||
		(c >= 0x1f300 && c <= 0x1faff) ||
		(c >= 0x20000 && c <= 0x3fffd);
}

size_t
utf8_width(struct span s)
{
	size_t width = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c >= 0x300 && c <= 0x36f)
			continue; /* combining marks stand on their letter */
		width += is_wide(c) ? 2 : 1;
	}
	return width;
}

struct span
utf8_clip(struct span s, size_t n)
{
	if (s.n <= n)
		return s;
	while (n > 0 && (s.p[n] & 0xc0) == 0x80)
		n--;
	return span_cut(s, 0, n);
}

bool
utf8_is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
}

bool
utf8_is_bidi(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
		c == 0x200e || c == 0x200f || c == 0x61c;
}

void
utf8_put_visible(struct str *out, struct span s, size_t max)
{
	struct span shown = utf8_clip(s, max);

	for (size_t at = 0; at < shown.n;) {
		size_t from = at;
		uint32_t c = utf8_next(shown, &at);

		if (sequence(shown, from) == 0)
			str_printf(out, "\\x%02x", (unsigned)shown.p[from]);
		else if (c < 0x20 || c == 0x7f)
			str_printf(out, "\\x%02x", (unsigned)c);
		else if (utf8_is_control(c) || utf8_is_bidi(c))
			str_printf(out, "\\u{%04X}", (unsigned)c);
		else
			str_put(out, span_cut(shown, from, at));
	}
	if (shown.n < s.n)
		str_puts(out, "...");
}
