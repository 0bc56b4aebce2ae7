/*
 * header.c - one field at a time, written so that nothing else can follow.
 *
 * Encoded-words are always UTF-8 and "Q": the few we send are names and
 * subjects in mostly Latin letters, which stay readable in the raw mail.
 */
#include "post/header.h"

#include "base/utf8.h"
#include "post/address.h"

enum { COLUMNS = 78, WORD_COLUMNS = 75 };

static bool
check(const char *field, const char *value, struct err *err)
{
	struct span s = span_of(value);

	if (s.n > HEADER_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu bytes, at most %d",
			field, s.n, HEADER_TEXT_MAX);
	if (!utf8_valid(s))
		return err_set(err, ERR_SYNTAX, "%s: not valid UTF-8", field);
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);

		if (c < ' ' || utf8_is_control(c) || utf8_is_bidi(c) ||
			c == 0x2028 || c == 0x2029)
			return err_set(err, ERR_SYNTAX,
				"%s: control character U+%04X in it", field,
				(unsigned)c);
	}
	return true;
}

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return span_find(s, "=?") == s.n;
}

/* --- folding --------------------------------------------------------------- */

/* Words at single blanks; a word longer than the line stands alone on one. */
static void
put_folded(struct str *out, size_t column, struct span text)
{
	bool first = true;
	struct span word;

	while (span_split(&text, ' ', &word)) {
		if (word.n == 0)
			continue;
		if (!first && column + 1 + word.n > COLUMNS) {
			str_puts(out, "\r\n");
			column = 0;
		}
		if (!first) {
			str_putc(out, ' ');
			column++;
		}
		str_put(out, word);
		column += word.n;
		first = false;
	}
}

/* RFC 2047 section 5 (3): what is literal even in a phrase. */
static bool
q_literal(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9');
}

static size_t
q_columns(struct span letter)
{
	bool one = letter.n == 1 && (q_literal(*letter.p) || *letter.p == ' ');

	return one ? 1 : 3 * letter.n;
}

static void
put_q(struct str *out, struct span letter)
{
	for (size_t i = 0; i < letter.n; i++)
		if (q_literal(letter.p[i]))
			str_putc(out, (char)letter.p[i]);
		else if (letter.p[i] == ' ')
			str_putc(out, '_');
		else
			str_printf(out, "=%02X", letter.p[i]);
}

/* Whole characters in each word; blanks between words vanish on decoding. */
static void
put_encoded(struct str *out, size_t column, struct span text)
{
	static const char open[] = "=?utf-8?Q?";

	str_puts(out, open);
	column += sizeof open - 1;
	for (size_t i = 0, from = 0; i < text.n; from = i) {
		(void)utf8_next(text, &i);
		struct span letter = span_cut(text, from, i);
		size_t n = q_columns(letter);

		if (column + n + 2 > WORD_COLUMNS) {
			str_puts(out, "?=\r\n ");
			str_puts(out, open);
			column = sizeof open;
		}
		put_q(out, letter);
		column += n;
	}
	str_puts(out, "?=");
}

static void
put_text(struct str *out, size_t column, struct span text)
{
	if (text.n == 0)
		return;
	if (is_plain(text))
		put_folded(out, column, text);
	else
		put_encoded(out, column, text);
}

/* --- fields ---------------------------------------------------------------- */

bool
header_text(
	struct str *out, const char *field, const char *value, struct err *err)
{
	if (!check(field, value, err))
		return false;
	str_printf(out, "%s: ", field);
	put_text(out, strlen(field) + 2, span_of(value));
	str_puts(out, "\r\n");
	return true;
}

/* A phrase of atoms may stand bare; anything else ASCII is quoted, where
 * encoded-words mean nothing. */
static void
put_phrase(struct str *out, size_t column, const char *name)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789 !#$%&'*+-/^_`{|}~";
	struct span s = span_of(name);

	if (!is_plain(s)) {
		put_encoded(out, column, s);
		return;
	}
	if (strspn(name, bare) == s.n) {
		str_put(out, s);
		return;
	}
	str_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			str_putc(out, '\\');
		str_putc(out, (char)s.p[i]);
	}
	str_putc(out, '"');
}

bool
header_address(struct str *out, const char *field, const char *name,
	const char *address, struct err *err)
{
	if (!address_is_safe(address))
		return err_set(err, ERR_SYNTAX,
			"%s: not an address that mail can be sent to", field);
	if (name == NULL || name[0] == '\0') {
		str_printf(out, "%s: %s\r\n", field, address);
		return true;
	}
	if (!check(field, name, err))
		return false;
	size_t start = out->n;
	str_printf(out, "%s: ", field);
	put_phrase(out, strlen(field) + 2, name);
	bool fold = out->n - start + strlen(address) + 3 > COLUMNS;
	str_printf(out, "%s <%s>\r\n", fold ? "\r\n" : "", address);
	return true;
}

bool
header_token(
	struct str *out, const char *field, const char *value, struct err *err)
{
	for (const char *c = value; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			return err_set(err, ERR_SYNTAX,
				"%s: byte %02x is no printable ASCII", field,
				(unsigned char)*c);
	str_printf(out, "%s: %s\r\n", field, value);
	return true;
}

void
header_ids(struct str *out, const char *field, const char *const *ids, size_t n)
{
	if (n == 0)
		return;
	str_printf(out, "%s:", field);
	for (size_t i = 0; i < n; i++)
		str_printf(out, "%s %s", i == 0 ? "" : "\r\n", ids[i]);
	str_puts(out, "\r\n");
}

void
header_date(struct str *out, instant t)
{
	static const char *const weekdays[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct day d = {(int32_t)(t.ms / INSTANT_DAY)};
	unsigned second = (unsigned)(t.ms % INSTANT_DAY / INSTANT_SECOND);
	int year, month, day;

	day_civil(d, &year, &month, &day);
	str_printf(out, "Date: %s, %d %s %04d %02u:%02u:%02u +0000\r\n",
		weekdays[day_weekday(d)], day, months[month - 1], year,
		second / 3600, second / 60 % 60, second % 60);
}

/* --- bodies ---------------------------------------------------------------- */

bool
body_is_7bit(struct span text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.n; i++) {
		column = text.p[i] == '\n' ? 0 : column + 1;
		if (text.p[i] >= 0x80 || column > 990)
			return false;
	}
	return true;
}

/* RFC 2045 section 6.7. The text has CRLF lines without blanks at their
 * ends, so rule 3 asks for nothing. */
void
body_quoted_printable(struct str *out, struct span text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];
		bool literal = c >= ' ' && c <= '~' && c != '=';
		size_t n = literal ? 1 : 3;

		if (c == '\r' || c == '\n') {
			str_putc(out, (char)c);
			column = 0;
			continue;
		}
		if (column + n > 75) {
			str_puts(out, "=\r\n");
			column = 0;
		}
		if (literal)
			str_putc(out, (char)c);
		else
			str_printf(out, "=%02X", c);
		column += n;
	}
}
