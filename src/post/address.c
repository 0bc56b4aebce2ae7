/*
 * address.c - a strict reading of addr-spec (RFC 5321 section 4.1.2, RFC
 * 6531 section 3.3). Anything that a header or a command line could read as
 * a second address, a comment, a route or an option is outside of it.
 */
#include "post/address.h"

#include <string.h>

#include "base/utf8.h"

static bool
is_alnum(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9');
}

static bool
is_atom(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] < 0x80 &&
			!strchr("!#$%&'*+-/=?^_`{|}~.", s.p[i]))
			return false;
	return s.n > 0;
}

/* "..." with printable ASCII inside, blanks included, \ before " and \. */
static bool
is_quoted(struct span s)
{
	if (s.n < 3 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' ||
			s.p[i] == '<' || s.p[i] == '>')
			return false;
		if (s.p[i] != '\\')
			continue;
		i++;
		if (i + 1 >= s.n || (s.p[i] != '"' && s.p[i] != '\\'))
			return false;
	}
	return true;
}

static bool
is_domain(struct span s)
{
	struct span label;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		for (size_t i = 1; i + 1 < s.n; i++)
			if (!is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != ':')
				return false;
		return true;
	}
	if (s.n == 0 || s.p[s.n - 1] == '.')
		return false;
	while (span_split(&s, '.', &label)) {
		if (label.n == 0 || label.n > 63 || label.p[0] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!is_alnum(label.p[i]) && label.p[i] < 0x80 &&
				label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

bool
address_is_safe(const char *address)
{
	struct span s = span_of(address);
	const char *at = address ? strrchr(address, '@') : NULL;

	if (at == NULL || s.n > ADDRESS_MAX || !utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);

		if (c < ' ' || utf8_is_control(c) || utf8_is_bidi(c) ||
			c == 0xa0 || (c >= 0x2000 && c <= 0x200f) ||
			c == 0x2028 || c == 0x2029 || c == 0x3000)
			return false;
	}
	size_t n = (size_t)(at - address);
	struct span local = span_cut(s, 0, n);
	return local.n <= 64 && (is_atom(local) || is_quoted(local)) &&
		is_domain(span_from(s, n + 1));
}

bool
address_needs_utf8(const char *address)
{
	for (; *address != '\0'; address++)
		if ((unsigned char)*address >= 0x80)
			return true;
	return false;
}

bool
address_is_message_id(const char *id)
{
	size_t n = strlen(id);

	if (n < 5 || n > 250 || id[0] != '<' || id[n - 1] != '>')
		return false;
	for (size_t i = 1; i + 1 < n; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '<' || id[i] == '>')
			return false;
	return strchr(id, '@') != NULL;
}
