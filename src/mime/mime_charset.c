/*
 * mime_charset.c - from the charset a mail names to UTF-8.
 *
 * The converters come from iconv, which loads each from a file when it is
 * first opened. The parse role may open no file, so all that mails use are
 * opened once, before its doors shut, and kept (docs/decisions/0004-charsets.md). Labels are
 * taken as browsers take them: what calls itself ISO-8859-1 is nearly
 * always windows-1252, of which it is the part without surprises.
 */
#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"
#include "mime/mime_text.h"

#define NO_CONVERTER ((iconv_t)-1)

/* Names that iconv knows, all opened. Some are here only because the library
 * asks for them by the label, in a display name or a file name. */
static const char *const converters[] = {"CP1250", "CP1251", "CP1252", "CP1253",
	"CP1254", "CP1255", "CP1256", "CP1257", "CP1258", "CP437", "CP737",
	"CP775", "CP850", "CP852", "CP855", "CP857", "CP858", "CP860", "CP861",
	"CP862", "CP863", "CP864", "CP865", "CP866", "CP869", "CP874", "CP932",
	"CP936", "CP949", "CP1125", "ISO-8859-1", "ISO-8859-9", "ISO-8859-11",
	"SJIS", "TIS-620", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4",
	"ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-10",
	"ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "KOI8-R",
	"KOI8-U", "KOI8-T", "MACINTOSH", "MAC-CYRILLIC", "TCVN5712-1", "VISCII",
	"TSCII", "ARMSCII-8", "GEORGIAN-PS", "GEORGIAN-ACADEMY", "PT154",
	"RK1048", "HP-ROMAN8", "JOHAB", "GB18030", "GBK", "BIG5", "BIG5-HKSCS",
	"EUC-CN", "EUC-JP", "EUC-JP-MS", "EUC-JISX0213", "SHIFT_JISX0213",
	"EUC-KR", "EUC-TW", "ISO-2022-JP", "ISO-2022-JP-2", "ISO-2022-JP-3",
	"ISO-2022-KR", "ISO-2022-CN", "ISO-2022-CN-EXT", "UTF-7", "UTF-16LE",
	"UTF-16BE", "UTF-32LE", "UTF-32BE", "IBM037"};

static iconv_t opened[ARRAY_LEN(converters)];

static const struct {
	const char *label; /* lower case */
	const char *name;  /* of converters[], or utf-8, ascii, utf-16, -32 */
} aliases[] = {
	{"utf-8", "utf-8"},
	{"utf8", "utf-8"},
	{"unicode-1-1-utf-8", "utf-8"},
	{"utf-8-sig", "utf-8"},
	{"utf8mb4", "utf-8"},
	{"cp65001", "utf-8"},
	{"us-ascii", "ascii"},
	{"ascii", "ascii"},
	{"us", "ascii"},
	{"ansi_x3.4-1968", "ascii"},
	{"iso646-us", "ascii"},
	{"iso-8859-1", "CP1252"},
	{"iso8859-1", "CP1252"},
	{"iso_8859-1", "CP1252"},
	{"iso88591", "CP1252"},
	{"iso-8859-1-windows-3.1-latin-1", "CP1252"},
	{"latin1", "CP1252"},
	{"latin-1", "CP1252"},
	{"l1", "CP1252"},
	{"windows-1252", "CP1252"},
	{"x-ansi", "CP1252"},
	{"ansi", "CP1252"},
	{"windows-1250", "CP1250"},
	{"windows-1251", "CP1251"},
	{"win-1251", "CP1251"},
	{"windows-1253", "CP1253"},
	{"windows-1254", "CP1254"},
	{"iso-8859-9", "CP1254"},
	{"latin5", "CP1254"},
	{"windows-1255", "CP1255"},
	{"iso-8859-8-i", "ISO-8859-8"},
	{"iso-8859-8-e", "ISO-8859-8"},
	{"logical", "ISO-8859-8"},
	{"visual", "ISO-8859-8"},
	{"windows-1256", "CP1256"},
	{"iso-8859-6-i", "ISO-8859-6"},
	{"iso-8859-6-e", "ISO-8859-6"},
	{"windows-1257", "CP1257"},
	{"windows-1258", "CP1258"},
	{"windows-874", "CP874"},
	{"tis-620", "CP874"},
	{"iso-8859-11", "CP874"},
	{"x-cp1251", "CP1251"},
	{"ibm866", "CP866"},
	{"ibm437", "CP437"},
	{"ibm850", "CP850"},
	{"ibm852", "CP852"},
	{"cp-850", "CP850"},
	{"koi8", "KOI8-R"},
	{"koi8_r", "KOI8-R"},
	{"koi", "KOI8-R"},
	{"koi8-ru", "KOI8-U"},
	{"mac", "MACINTOSH"},
	{"x-mac-roman", "MACINTOSH"},
	{"x-mac-cyrillic", "MAC-CYRILLIC"},
	{"viscii1.1", "VISCII"},
	{"gb2312", "GB18030"},
	{"gb_2312-80", "GB18030"},
	{"gb2312_charset", "GB18030"},
	{"x-gbk", "GB18030"},
	{"gbk", "GB18030"},
	{"euc-cn", "GB18030"},
	{"cp936", "GB18030"},
	{"windows-936", "GB18030"},
	{"chinesebig5", "BIG5-HKSCS"},
	{"big5", "BIG5-HKSCS"},
	{"x-x-big5", "BIG5-HKSCS"},
	{"cn-big5", "BIG5-HKSCS"},
	{"csbig5", "BIG5-HKSCS"},
	{"windows-950", "BIG5-HKSCS"},
	{"cp950", "BIG5-HKSCS"},
	{"shift_jis", "CP932"},
	{"shift-jis", "CP932"},
	{"x-sjis", "CP932"},
	{"sjis", "CP932"},
	{"ms_kanji", "CP932"},
	{"windows-31j", "CP932"},
	{"x-euc-jp", "EUC-JP-MS"},
	{"euc-jp", "EUC-JP-MS"},
	{"csiso2022jp", "ISO-2022-JP"},
	{"iso-2022-jp-1", "ISO-2022-JP-2"},
	{"ks_c_5601-1987", "CP949"},
	{"ks_c_5601", "CP949"},
	{"ksc5601", "CP949"},
	{"ksc_5601", "CP949"},
	{"euc-kr", "CP949"},
	{"korean", "CP949"},
	{"windows-949", "CP949"},
	{"uhc", "CP949"},
	{"unicode-1-1-utf-7", "UTF-7"},
	{"x-unicode-2-0-utf-7", "UTF-7"},
	{"utf-16", "utf-16"},
	{"unicode", "utf-16"},
	{"ucs-2", "utf-16"},
	{"iso-10646-ucs-2", "utf-16"},
	{"utf-32", "utf-32"},
	{"ucs-4", "utf-32"},
	{"iso-10646-ucs-4", "utf-32"},
};

void
mime_charset_init(void)
{
	for (size_t i = 0; i < ARRAY_LEN(converters); i++)
		if (opened[i] == NULL)
			opened[i] = iconv_open("UTF-8", converters[i]);
}

static iconv_t
converter(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(converters); i++)
		if (span_is_nocase(span_of(name), converters[i]))
			return opened[i];
	return NO_CONVERTER;
}

static const char *
canonical(struct span label)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
		if (span_is_nocase(label, aliases[i].label))
			return aliases[i].name;
	for (size_t i = 0; i < ARRAY_LEN(converters); i++)
		if (span_is_nocase(label, converters[i]))
			return converters[i];
	return NULL;
}

bool
mime_charset_is_known(struct span label)
{
	return canonical(label) != NULL;
}

static const char replacement[] = "\xef\xbf\xbd";

/* Valid runs are copied whole; each bad byte is one U+FFFD. */
static size_t
from_utf8(struct str *out, struct span s)
{
	size_t bad = 0, from = 0;

	for (size_t at = 0; at < s.n;) {
		size_t before = at;
		bool nul = s.p[at] == 0;

		if (s.p[at] < 0x80 && !nul) {
			at++;
			continue;
		}
		if (utf8_next(s, &at) != 0xfffd && !nul)
			continue;
		if (at == before + 3)
			continue; /* a U+FFFD that was sent */
		bad++;
		str_put(out, span_cut(s, from, before));
		str_puts(out, replacement);
		from = at;
	}
	str_put(out, span_from(s, from));
	return bad;
}

/* Small pieces in, room for any of them out: when its output is full, the
 * C library converts the last piece twice to find out where it stopped. */
enum { PIECE_IN = 2048, PIECE_OUT = 8 * PIECE_IN };

static size_t
from_iconv(struct str *out, iconv_t cd, struct span s)
{
	char chunk[PIECE_OUT];
	size_t bad = 0, left = s.n;
	char *in = (char *)(uintptr_t)s.p; /* iconv() does not write there */

	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (left > 0 && !out->cut) {
		size_t piece = left < PIECE_IN ? left : PIECE_IN;
		size_t rest = piece, room = sizeof chunk;
		char *to = chunk;
		size_t done = iconv(cd, &in, &rest, &to, &room);

		left -= piece - rest;
		str_put(out, span_make(chunk, sizeof chunk - room));
		if (done != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && rest < piece && rest < left)
			continue; /* a character that the next piece ends */
		bad++;
		str_puts(out, replacement);
		if (errno != EILSEQ || left == 0)
			break; /* the last character is cut in two */
		in++;
		left--;
	}
	char *to = chunk;
	size_t room = sizeof chunk;
	if (iconv(cd, NULL, NULL, &to, &room) != (size_t)-1)
		str_put(out, span_make(chunk, sizeof chunk - room));
	return bad;
}

/* No order of bytes is named: the mark says it, else where the zeros are. */
static iconv_t
utf16_converter(struct span *s)
{
	size_t even = 0, odd = 0;

	if (s->n >= 2 && s->p[0] == 0xff && s->p[1] == 0xfe) {
		*s = span_from(*s, 2);
		return converter("UTF-16LE");
	}
	if (s->n >= 2 && s->p[0] == 0xfe && s->p[1] == 0xff) {
		*s = span_from(*s, 2);
		return converter("UTF-16BE");
	}
	for (size_t i = 0; i + 1 < s->n; i += 2) {
		even += s->p[i] == 0;
		odd += s->p[i + 1] == 0;
	}
	return converter(odd > even ? "UTF-16LE" : "UTF-16BE");
}

static struct span
by_iconv(struct str *out, iconv_t cd, struct span s, size_t *bad)
{
	size_t from = out->n;

	str_reserve(out, s.n);
	*bad = from_iconv(out, cd, s);
	return span_from(str_span(out), from);
}

static struct span
by_utf8(struct str *out, struct span s, size_t *bad)
{
	size_t from = out->n;

	if (utf8_valid(s))
		return s;
	str_reserve(out, s.n);
	*bad = from_utf8(out, s);
	return span_from(str_span(out), from);
}

struct span
mime_charset_guess(struct str *out, struct span s)
{
	size_t bad;

	if (utf8_valid(s))
		return s;
	return by_iconv(out, converter("CP1252"), s, &bad);
}

static struct span
decode_unnamed(
	struct mime *x, struct str *out, const char *label, struct span s)
{
	const char *shown =
		mime_line(x->arena, utf8_clip(span_of(label), 40), true);

	mime_defect(x, "the charset '%s' is not known; the text was read as %s",
		shown, utf8_valid(s) ? "UTF-8" : "windows-1252");
	return mime_charset_guess(out, s);
}

static struct span
decode_ascii(struct mime *x, struct str *out, struct span s, size_t *bad)
{
	bool high = false;

	for (size_t i = 0; i < s.n; i++)
		high = high || s.p[i] >= 0x80;
	if (!high)
		return by_utf8(out, s, bad);
	mime_defect(x, "a text that calls itself ASCII is not");
	return mime_charset_guess(out, s);
}

static struct span
decode(struct mime *x, struct str *out, const char *label, struct span s,
	size_t *bad)
{
	const char *name = canonical(span_trim(span_of(label)));

	if (name == NULL)
		return decode_unnamed(x, out, label, s);
	if (strcmp(name, "utf-8") == 0)
		return by_utf8(out, s, bad);
	if (strcmp(name, "ascii") == 0)
		return decode_ascii(x, out, s, bad);
	iconv_t cd = strcmp(name, "utf-16") == 0 ? utf16_converter(&s) :
		strcmp(name, "utf-32") == 0      ? converter("UTF-32BE") :
						   converter(name);
	if (cd == NO_CONVERTER || cd == NULL) {
		mime_defect(x, "this machine has no converter for %s", name);
		return mime_charset_guess(out, s);
	}
	return by_iconv(out, cd, s, bad);
}

struct span
mime_charset_decode(
	struct mime *x, struct str *out, const char *label, struct span bytes)
{
	size_t bad = 0;

	if (span_starts(bytes, "\xef\xbb\xbf")) {
		label = "utf-8"; /* its mark says more than any label */
		bytes = span_from(bytes, 3);
	}
	struct span text =
		decode(x, out, label ? label : "us-ascii", bytes, &bad);
	if (bad > 0)
		mime_defect(x, "%zu characters could not be read as %s", bad,
			label ? "the charset that is named" : "any charset");
	return text;
}
