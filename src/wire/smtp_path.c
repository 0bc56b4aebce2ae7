/*
 * smtp_path.c - forgiving about what mail systems send, not about bytes.
 *
 * "a..b@example" and "a.@example" are no valid addresses and exist (Japanese
 * telephone companies gave them out); they are taken.
 */
#include "wire/smtp_path.h"

#include "base/utf8.h"

static bool
is_atext(unsigned char c)
{
	return c > 0x20 && c != 0x7f && strchr("<>()[]\\,;:@\"", c) == NULL;
}

static bool
is_domain_byte(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
		c == '.' || c == '_';
}

/* Offset behind the quoted string that begins at i, or 0. */
static size_t
take_quoted(struct span s, size_t i, struct smtp_path *out)
{
	for (i++; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return 0;
		if (out->local_n < sizeof out->local)
			out->local[out->local_n++] = s.p[i];
	}
	return i < s.n ? i + 1 : 0;
}

static size_t
take_plain(struct span s, size_t i, struct smtp_path *out)
{
	size_t from = i;

	while (i < s.n && is_atext(s.p[i])) {
		if (out->local_n < sizeof out->local)
			out->local[out->local_n++] = s.p[i];
		i++;
	}
	return i > from ? i : 0;
}

static size_t
take_domain(struct span s, size_t i)
{
	size_t from = i;

	if (i < s.n && s.p[i] == '[') {
		for (i++; i < s.n && s.p[i] > 0x20 && s.p[i] < 0x7f &&
			strchr("[]<>\\\"", s.p[i]) == NULL;)
			i++;
		return i < s.n && s.p[i] == ']' && i > from + 1 ? i + 1 : 0;
	}
	while (i < s.n && is_domain_byte(s.p[i]))
		i++;
	return i > from ? i : 0;
}

/* Past "@a,@b:"; i itself when no route begins there, 0 when a bad one. */
static size_t
skip_route(struct span s, size_t i)
{
	while (i < s.n && s.p[i] == '@') {
		i = take_domain(s, i + 1);
		if (i == 0 || i >= s.n)
			return 0;
		if (s.p[i] == ':')
			return i + 1;
		if (s.p[i] != ',')
			return 0;
		i++;
	}
	return i;
}

static bool
all_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

enum smtp_path_result
smtp_path_parse(struct span *args, struct smtp_path *out)
{
	struct span s = *args;
	size_t i, begin, at = 0;

	out->local_n = 0;
	out->domain = SPAN_NONE;
	if (s.n == 0 || s.p[0] != '<')
		return PATH_SYNTAX;
	i = begin = skip_route(s, 1);
	if (i == 0)
		return PATH_SYNTAX;
	if (i < s.n && s.p[i] != '>') {
		i = s.p[i] == '"' ? take_quoted(s, i, out) :
				    take_plain(s, i, out);
		if (i != 0 && i < s.n && s.p[i] == '@') {
			at = i + 1;
			i = take_domain(s, at);
		}
	}
	if (i == 0 || i >= s.n || s.p[i] != '>')
		return PATH_SYNTAX;
	if (i + 1 > SMTP_PATH_MAX)
		return PATH_TOO_LONG;
	if (i + 1 < s.n && s.p[i + 1] != ' ')
		return PATH_SYNTAX;
	out->address = span_cut(s, begin, i);
	if (at != 0)
		out->domain = span_cut(s, at, i);
	out->ascii = all_ascii(out->address);
	if (!out->ascii && !utf8_valid(out->address))
		return PATH_SYNTAX;
	*args = span_trim(span_from(s, i + 1));
	return PATH_OK;
}
