/*
 * mime_decode.c - base64, quoted-printable and uuencode undone.
 *
 * The two common ones are ours, because a body that breaks the rules must
 * be read as far as it goes and be called broken (standards.md 5.7), which
 * the library does in silence.
 */
#include <gmime/gmime.h>

#include "mime/mime_text.h"

enum { BAD = 0x80, BLANK = 0x81, PAD = 0x82 };

/* One row per 16 bytes, so that it can be read beside an ASCII table. */
static unsigned char digits[256];

static void
fill_digits(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(digits, BAD, sizeof digits);
	for (unsigned char i = 0; i < 64; i++)
		digits[(unsigned char)alphabet[i]] = i;
	digits['='] = PAD;
	digits[' '] = digits['\t'] = digits['\r'] = digits['\n'] = BLANK;
}

struct base64 {
	unsigned long bits;
	unsigned n, pads;
	bool odd, cut;
};

/* Writes at most three bytes for four digits; returns how many it wrote. */
static size_t
base64_digit(struct base64 *b, unsigned char d, unsigned char *out)
{
	if (d == BLANK)
		return 0;
	if (d == PAD) {
		/* the end of a piece; what has been read of it counts */
		size_t got = b->n == 3 ? 2 : b->n == 2 ? 1 : 0;

		b->bits <<= 6 * (4 - b->n) % 24;
		b->odd = b->odd || b->n == 1;
		out[0] = (unsigned char)(b->bits >> 16);
		out[1] = (unsigned char)(b->bits >> 8);
		b->bits = b->n = 0;
		b->pads++;
		return got;
	}
	if (d == BAD) {
		b->odd = true;
		return 0;
	}
	b->odd = b->odd || b->pads > 0;
	b->bits = b->bits << 6 | d;
	if (++b->n < 4)
		return 0;
	out[0] = (unsigned char)(b->bits >> 16);
	out[1] = (unsigned char)(b->bits >> 8);
	out[2] = (unsigned char)b->bits;
	b->bits = b->n = 0;
	return 3;
}

static struct base64
base64(struct span in, struct str *out)
{
	struct base64 b = {0};
	unsigned char chunk[3072 + 4];
	size_t n = 0;

	if (digits['B'] == 0)
		fill_digits();
	for (size_t i = 0; i < in.n; i++) {
		if (n > sizeof chunk - 4) {
			str_put(out, span_make(chunk, n));
			n = 0;
		}
		n += base64_digit(&b, digits[in.p[i]], chunk + n);
	}
	b.cut = b.n > 0;
	if (b.cut) /* the whole bytes that are there */
		n += base64_digit(&b, PAD, chunk + n);
	str_put(out, span_make(chunk, n));
	return b;
}

static void
base64_body(struct mime *x, struct span in, struct str *out)
{
	struct base64 b = base64(in, out);

	if (b.cut)
		mime_defect(x, "base64 ends in the middle");
	if (b.odd)
		mime_defect(x, "base64 holds characters that are not base64");
}

static int
hex(unsigned char c)
{
	return c >= '0' && c <= '9'  ? c - '0' :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 :
		c >= 'a' && c <= 'f' ? c - 'a' + 10 :
				       -1;
}

/* A line end that follows `s` at `i`, past blanks; its length, else 0. */
static size_t
soft_break(struct span s, size_t i)
{
	size_t at = i;

	while (at < s.n && at - i < 80 && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	if (at < s.n && s.p[at] == '\n')
		return at - i + 1;
	if (at + 1 < s.n && s.p[at] == '\r' && s.p[at + 1] == '\n')
		return at - i + 2;
	return 0;
}

static size_t
qp_escape(struct span in, size_t i, struct str *out, bool *odd)
{
	size_t skip = soft_break(in, i + 1);
	int high = i + 1 < in.n ? hex(in.p[i + 1]) : -1;
	int low = i + 2 < in.n ? hex(in.p[i + 2]) : -1;

	if (skip > 0)
		return i + 1 + skip;
	if (high >= 0 && low >= 0) {
		str_putc(out, (char)(high << 4 | low));
		return i + 3;
	}
	*odd = true;
	if (i + 1 < in.n) /* an "=" at the very end is a cut soft break */
		str_putc(out, '=');
	return i + 1;
}

/* Blanks at the end of a line are the transport's (RFC 2045, 6.7 rule 3). */
static void
end_line(struct str *out, struct span run)
{
	bool crlf = run.n > 0 && run.p[run.n - 1] == '\r';

	if (crlf)
		run.n--;
	while (run.n > 0 &&
		(run.p[run.n - 1] == ' ' || run.p[run.n - 1] == '\t'))
		run.n--;
	str_put(out, run);
	str_puts(out, crlf ? "\r\n" : "\n");
}

static void
quoted_printable(struct mime *x, struct span in, struct str *out)
{
	bool odd = false;

	for (size_t i = 0; i < in.n;) {
		size_t from = i;

		while (i < in.n && in.p[i] != '=' && in.p[i] != '\n')
			i++;
		struct span run = span_cut(in, from, i);
		if (i < in.n && in.p[i] == '\n') {
			end_line(out, run);
			i++;
			continue;
		}
		str_put(out, run);
		if (i < in.n)
			i = qp_escape(in, i, out, &odd);
	}
	if (odd)
		mime_defect(x,
			"quoted-printable holds an '=' that encodes "
			"nothing");
}

void
mime_decode_word(struct str *out, char encoding, struct span text)
{
	if (encoding == 'b' || encoding == 'B') {
		(void)base64(text, out);
		return;
	}
	for (size_t i = 0; i < text.n; i++) {
		int high = i + 1 < text.n ? hex(text.p[i + 1]) : -1;
		int low = i + 2 < text.n ? hex(text.p[i + 2]) : -1;

		if (text.p[i] == '=' && high >= 0 && low >= 0) {
			str_putc(out, (char)(high << 4 | low));
			i += 2;
		} else {
			str_putc(out, text.p[i] == '_' ? ' ' : (char)text.p[i]);
		}
	}
}

static void
uuencode(struct span in, struct str *out)
{
	GMimeEncoding e;
	char chunk[4096 + 64];

	g_mime_encoding_init_decode(&e, GMIME_CONTENT_ENCODING_UUENCODE);
	while (in.n > 0) {
		struct span piece = span_cut(in, 0, 4096);
		size_t n = g_mime_encoding_step(
			&e, (const char *)piece.p, piece.n, chunk);

		str_put(out, span_make(chunk, n));
		in = span_from(in, piece.n);
	}
}

struct span
mime_decode(struct mime *x, const struct part *p, struct str *buf)
{
	str_clear(buf);
	switch (p->encoding) {
	case ENCODING_NONE:
	case ENCODING_UNKNOWN:
		return p->body;
	case ENCODING_BASE64:
		str_reserve(buf, p->body.n / 4 * 3);
		base64_body(x, p->body, buf);
		break;
	case ENCODING_QP:
		str_reserve(buf, p->body.n);
		quoted_printable(x, p->body, buf);
		break;
	case ENCODING_UU:
		uuencode(p->body, buf);
		break;
	}
	return str_span(buf);
}
