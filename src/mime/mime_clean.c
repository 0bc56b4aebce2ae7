/*
 * mime_clean.c - text with nothing in it that could surprise a reader.
 */
#include <glib.h>

#include "base/utf8.h"
#include "mime/mime_text.h"

/* Bytes that may be copied as they are. */
static bool
is_ordinary(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

/* C0 and DEL have pictures of their own (U+2400); C1 has none. */
static void
put_visible(struct str *out, uint32_t c)
{
	utf8_put(out,
		c == 0 || (c >= 0x80 && c < 0xa0) ? 0xfffd :
			c < 0x20                  ? 0x2400 + c :
			c == 0x7f                 ? 0x2421 :
						    c);
}

static void
put_ordinary(struct str *out, struct span run, size_t *column)
{
	while (run.n > MIME_MAX_LINE - *column) {
		struct span piece = utf8_clip(run, MIME_MAX_LINE - *column);

		str_put(out, piece);
		str_putc(out, '\n');
		run = span_from(run, piece.n);
		*column = 0;
	}
	str_put(out, run);
	*column += run.n;
}

static bool
is_line_end(uint32_t c)
{
	return c == '\n' || c == '\v' || c == '\f' || c == 0x85 ||
		c == 0x2028 || c == 0x2029;
}

static void
clean(struct mime *x, struct str *out, struct span s)
{
	size_t from = 0, column = 0, lines = 0;

	for (size_t at = 0; at < s.n;) {
		size_t before = at;
		uint32_t c;

		if (is_ordinary(s.p[at])) {
			at++;
			continue;
		}
		c = utf8_next(s, &at);
		if (c >= 0xa0 && c != 0xfffd && c != 0x2028 && c != 0x2029)
			continue;
		size_t wide = column + (before - from);
		lines += wide > MIME_MAX_LINE;
		put_ordinary(out, span_cut(s, from, before), &column);
		if (c == '\r' && at < s.n && s.p[at] == '\n')
			at++;
		if (c == '\r' || is_line_end(c)) {
			str_putc(out, '\n');
			column = 0;
		} else {
			put_visible(out, c);
			column += 3;
		}
		from = at;
	}
	lines += column + (s.n - from) > MIME_MAX_LINE;
	put_ordinary(out, span_from(s, from), &column);
	if (lines > 0)
		mime_defect(x, "%zu lines over %d bytes were cut in pieces",
			lines, MIME_MAX_LINE);
}

/* Ranges in which NFC changes nothing, whatever stands beside them. */
static bool
is_settled(uint32_t c)
{
	return c < 0x300 || (c >= 0x400 && c <= 0x482) ||
		(c >= 0x48a && c <= 0x52f) || (c >= 0x2010 && c <= 0x206f) ||
		(c >= 0x2190 && c <= 0x2328) || (c >= 0x232b && c <= 0x2adb) ||
		(c >= 0x3001 && c <= 0x3029) || (c >= 0x3030 && c <= 0x3098) ||
		(c >= 0x309b && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
		(c >= 0xac00 && c <= 0xd7a3) || (c >= 0xff00 && c <= 0xfffd) ||
		(c >= 0x1f300 && c <= 0x1faff);
}

/* Starters that still join the letter before them: vowel signs of India
 * and its neighbours, and the second and third jamo of a syllable. */
static bool
joins_backward(uint32_t c)
{
	return (c >= 0x900 && c <= 0xdff) || (c >= 0x1161 && c <= 0x11ff) ||
		c == 0x102e || c == 0x1b35 || (c >= 0x11000 && c <= 0x119ff);
}

enum { SOFT_PIECE = 256, HARD_PIECE = 1024 };

/*
 * The end of the piece that begins at `at`: at a character that starts
 * anew. The library shifts the whole rest of its input for each pair that
 * it composes, and sorts marks by swapping: only short pieces keep it
 * linear. No writing needs HARD_PIECE bytes without a place to cut.
 */
static size_t
piece_end(struct span s, size_t at)
{
	size_t from = at;

	(void)utf8_next(s, &at);
	while (at < s.n && at - from < HARD_PIECE) {
		size_t before = at;
		uint32_t c = utf8_next(s, &at);

		if (is_settled(c) ||
			(before - from > SOFT_PIECE && !joins_backward(c) &&
				g_unichar_combining_class(c) == 0))
			return before;
	}
	return at;
}

static void
put_nfc(struct str *out, struct span s)
{
	size_t from = 0, base = 0;

	str_reserve(out, s.n);
	for (size_t at = 0; at < s.n;) {
		size_t before = at;

		if (s.p[at] < 0x80) {
			base = at++;
			continue;
		}
		if (is_settled(utf8_next(s, &at))) {
			base = before;
			continue;
		}
		/* from the letter that the mark stands on */
		str_put(out, span_cut(s, from, base));
		at = from = piece_end(s, base);
		gchar *nfc = g_utf8_normalize((const gchar *)s.p + base,
			(gssize)(from - base), G_NORMALIZE_NFC);
		str_put(out,
			nfc != NULL ? span_of(nfc) : span_cut(s, base, from));
		g_free(nfc);
		base = from;
	}
	str_put(out, span_from(s, from));
}

void
mime_clean(struct mime *x, struct str *out, struct span utf8)
{
	AUTO(str_fini) struct str tidy;

	str_init(&tidy, out->max);
	str_reserve(&tidy, utf8.n);
	clean(x, &tidy, utf8);
	put_nfc(out, str_span(&tidy));
	if (tidy.cut)
		out->cut = true;
}

static void
put_line(struct str *out, struct span s, bool visible)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c == '\r' && at < s.n && s.p[at] == '\n')
			continue; /* a fold; its blank stays */
		if (c == '\n' && at < s.n &&
			(s.p[at] == ' ' || s.p[at] == '\t'))
			continue;
		if (c == '\t' || c == '\r' || is_line_end(c))
			str_putc(out, ' ');
		else if (visible && utf8_is_bidi(c) && c >= 0x202a)
			str_printf(out, "\\u{%04X}", (unsigned)c);
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffd)
			put_visible(out, c);
		else
			str_put(out, span_cut(s, from, at));
	}
}

char *
mime_line(struct arena *a, struct span bytes, bool visible)
{
	AUTO(str_fini) struct str utf8, line, nfc;
	bool simple = true;

	for (size_t i = 0; i < bytes.n && simple; i++)
		simple = bytes.p[i] >= 0x20 && bytes.p[i] < 0x7f;
	str_init(&utf8, MIME_MAX_HEADER_BYTES * 3);
	str_init(&line, MIME_MAX_HEADER_BYTES * 3);
	str_init(&nfc, MIME_MAX_HEADER_BYTES * 3);
	if (simple)
		return arena_text(a, bytes);
	put_line(&line, mime_charset_guess(&utf8, bytes), visible);
	put_nfc(&nfc, str_span(&line));
	return arena_text(a, str_span(&nfc));
}

static bool
is_blank(uint32_t c)
{
	return c <= 0x20 || c == 0xa0 || c == 0xad || c == 0x34f ||
		c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x1680 ||
		c == 0x180e || (c >= 0x2000 && c <= 0x200f) ||
		(c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
		c == 0x2800 || c == 0x3000 || c == 0x3164 || c == 0xfeff;
}

bool
mime_is_visible(struct span text)
{
	for (size_t at = 0; at < text.n;)
		if (!is_blank(utf8_next(text, &at)))
			return true;
	return false;
}
