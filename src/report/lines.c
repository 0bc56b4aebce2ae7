/*
 * lines.c - the text cut into lines, once, for everybody, and which bytes
 * each line has.
 *
 * Offsets are 32 bits: mime clips a text at some megabytes long before.
 */
#include <assert.h>

#include "report/ascii.h"
#include "report/find.h"

#define HAS(c)                                                                 \
	(((c) >= 'a' && (c) <= 'z' ? HAS_LOWER : 0) |                          \
		((c) >= 'A' && (c) <= 'Z' ? HAS_UPPER : 0) |                   \
		(((c) | 0x20) == 'c' ? HAS_C : 0) |                            \
		(((c) | 0x20) == 'w' ? HAS_W : 0) |                            \
		((c) == '.' ? HAS_DOT : 0) | ((c) > ' ' ? HAS_INK : 0) |       \
		((c) >= '0' && (c) <= '9' ? HAS_DIGIT : 0) |                   \
		((c) == '/' ? HAS_SLASH : 0) | ((c) == '(' ? HAS_PAREN : 0) |  \
		((c) == ':' ? HAS_COLON : 0) |                                 \
		((c) == '_' || (c) == '`' ? HAS_MARK : 0) |                    \
		((c) == '[' || (c) == '<' || (c) == '{' ? HAS_OPEN : 0) |      \
		((c) == '\'' ? HAS_QUOTE : 0) |                                \
		((c) == '-' ? HAS_HYPHEN : 0) | ((c) == '@' ? HAS_AT : 0) |    \
		((c) >= 0x80 ? HAS_WIDE : 0))
#define HAS_4(c) HAS(c), HAS((c) + 1), HAS((c) + 2), HAS((c) + 3)
#define HAS_16(c) HAS_4(c), HAS_4((c) + 4), HAS_4((c) + 8), HAS_4((c) + 12)
#define HAS_64(c)                                                              \
	HAS_16(c), HAS_16((c) + 16), HAS_16((c) + 32), HAS_16((c) + 48)

const uint16_t byte_has[256] = {
	HAS_64(0), HAS_64(64), HAS_64(128), HAS_64(192)};

uint32_t
bytes_have(struct span s)
{
	uint32_t has = 0, pairs = 0, last = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t is = byte_has[s.p[i]];

		has |= is;
		pairs |= last << 1 & is;
		last = is;
	}
	return has | pairs << 16;
}

static size_t
count_lines(struct span s)
{
	size_t n = 1;

	if (s.n == 0) /* then it may begin nowhere */
		return n;
	const unsigned char *end = s.p + s.n, *at = s.p;
	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		n++;
		at++;
	}
	return n;
}

struct lines
lines_cut(struct arena *a, const char *text)
{
	struct span rest = span_of(text), line;
	struct lines l = {.text = text ? text : ""};

	assert(rest.n < UINT32_MAX);
	l.v = ARENA_ARRAY(a, count_lines(rest), struct line);
	while (span_line(&rest, &line)) {
		struct line *at = &l.v[l.n++];

		while (line.n > 0 && is_blank(line.p[line.n - 1]))
			line.n--;
		at->at = (uint32_t)((const char *)line.p - l.text);
		at->n = (uint32_t)line.n;
		at->has = bytes_have(line);
		l.wide = l.wide || at->has & HAS_WIDE;
		at->topic = at->under = MEANING_COUNT;
	}
	return l;
}
