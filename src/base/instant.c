/* instant.c - RFC 3339 section 5.6, read strictly and written one way. */
#include "base/instant.h"

#include <stdio.h>

static bool
two(struct span s, size_t at, unsigned long long max, int64_t *out)
{
	unsigned long long v;

	if (!span_number(span_cut(s, at, at + 2), max, &v) || at + 2 > s.n)
		return false;
	*out = (int64_t)v;
	return true;
}

/* ".678" at *at; leaves *at alone when there is no fraction. */
static bool
fraction(struct span s, size_t *at, int64_t *ms)
{
	size_t i = *at + 1, digits = 0;

	*ms = 0;
	if (*at >= s.n || s.p[*at] != '.')
		return true;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, digits++)
		if (digits < 3)
			*ms = *ms * 10 + (s.p[i] - '0');
	for (size_t d = digits; d < 3; d++)
		*ms *= 10;
	*at = i;
	return digits > 0 && digits <= 9;
}

static bool
offset(struct span s, size_t at, int64_t *minutes)
{
	int64_t h, m;

	*minutes = 0;
	if (at + 1 == s.n)
		return s.p[at] == 'Z' || s.p[at] == 'z';
	if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') ||
		s.p[at + 3] != ':' || !two(s, at + 1, 23, &h) ||
		!two(s, at + 4, 59, &m))
		return false;
	*minutes = (h * 60 + m) * (s.p[at] == '-' ? -1 : 1);
	return true;
}

bool
instant_parse(struct span s, instant *out)
{
	struct day d;
	int64_t h, m, sec, ms, away;
	size_t at = 19;

	if (s.n < 20 || !day_parse(span_cut(s, 0, 10), &d) ||
		(s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') ||
		s.p[13] != ':' || s.p[16] != ':' || !two(s, 11, 23, &h) ||
		!two(s, 14, 59, &m) || !two(s, 17, 60, &sec) ||
		!fraction(s, &at, &ms) || at >= s.n || !offset(s, at, &away))
		return false;
	if (sec == 60)
		sec = 59;
	int64_t t = ((((int64_t)d.n * 24 + h) * 60 + m - away) * 60 + sec) *
			INSTANT_SECOND +
		ms;
	if (t < 0 || t >= ((int64_t)DAY_MAX + 1) * INSTANT_DAY)
		return false;
	out->ms = t;
	return true;
}

const char *
instant_format(instant t, char out[INSTANT_TEXT])
{
	char date[DAY_TEXT];
	struct day d = {(int32_t)(t.ms / INSTANT_DAY)};
	unsigned ms = (unsigned)(t.ms % INSTANT_DAY);

	(void)snprintf(out, INSTANT_TEXT, "%sT%02u:%02u:%02u.%03uZ",
		day_format(d, date), ms / 3600000u % 24u, ms / 60000u % 60u,
		ms / 1000u % 60u, ms % 1000u);
	return out;
}
