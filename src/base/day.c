/*
 * day.c - dates to numbers and back by counting from the first of March.
 *
 * A year that begins in March has its leap day last, so month lengths
 * follow one formula and February needs no case of its own.
 */
#include "base/day.h"

#include <stdio.h>

struct day
day_make(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int m = month <= 2 ? month + 9 : month - 3;
	int era = y / 400, of_era = y % 400;
	int of_year = (153 * m + 2) / 5 + day - 1;

	return (struct day){era * 146097 + of_era * 365 + of_era / 4 -
		of_era / 100 + of_year - 719468};
}

void
day_civil(struct day d, int *year, int *month, int *day)
{
	int n = d.n + 719468, era = n / 146097, of_era = n % 146097;
	int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int of_year = of_era - (365 * y + y / 4 - y / 100);
	int m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

bool
day_valid(int year, int month, int day)
{
	static const int length[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 &&
		day >= 1 && day <= length[month - 1] + (month == 2 && leap);
}

int
day_weekday(struct day d)
{
	return (d.n + 3) % 7;
}

bool
day_parse(struct span text, struct day *out)
{
	unsigned long long y, m, d;

	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' ||
		!span_number(span_cut(text, 0, 4), 9999, &y) ||
		!span_number(span_cut(text, 5, 7), 12, &m) ||
		!span_number(span_cut(text, 8, 10), 31, &d) ||
		!day_valid((int)y, (int)m, (int)d))
		return false;
	*out = day_make((int)y, (int)m, (int)d);
	return true;
}

const char *
day_format(struct day d, char out[DAY_TEXT])
{
	int y, m, day;

	day_civil(d, &y, &m, &day);
	(void)snprintf(out, DAY_TEXT, "%04u-%02u-%02u", (unsigned)y % 10000u,
		(unsigned)m % 100u, (unsigned)day % 100u);
	return out;
}
