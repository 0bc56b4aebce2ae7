/*
 * bizcal.c - business days, found by walking from one day to the next.
 *
 * A promise spans ten years at most, so a walk is a few thousand binary
 * searches. A closed formula would need a case of its own for every holiday
 * that falls on a week-end; the walk needs none.
 */
#include "clock/bizcal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pack.h"

struct bizcal {
	unsigned weekend;
	size_t n;
	struct day holidays[]; /* ascending, each once */
};

static int
by_day(const void *a, const void *b)
{
	const struct day *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

bool
bizcal_new(struct bizcal **out, unsigned weekend, const struct day *holidays,
	size_t n, struct err *err)
{
	weekend &= 0x7f;
	if (weekend == 0x7f)
		return err_set(err, ERR_SYNTAX, "all seven days are week-end");
	if (n > BIZCAL_MAX_HOLIDAYS)
		return err_set(err, ERR_LIMIT, "%zu holidays, at most %d", n,
			BIZCAL_MAX_HOLIDAYS);

	struct bizcal *cal = mem_new(sizeof *cal + n * sizeof *holidays);
	cal->weekend = weekend;
	if (n > 0)
		memcpy(cal->holidays, holidays, n * sizeof *holidays);
	qsort(cal->holidays, n, sizeof *holidays, by_day);
	for (size_t i = 0; i < n; i++)
		if (cal->n == 0 ||
			cal->holidays[cal->n - 1].n != cal->holidays[i].n)
			cal->holidays[cal->n++] = cal->holidays[i];
	*out = cal;
	return true;
}

void
bizcal_free(struct bizcal *cal)
{
	free(cal);
}

bool
bizcal_is_open(const struct bizcal *cal, struct day d)
{
	return !(cal->weekend >> day_weekday(d) & 1) &&
		!bsearch(&d, cal->holidays, cal->n, sizeof d, by_day);
}

struct day
bizcal_add(const struct bizcal *cal, struct day from, unsigned n)
{
	struct day d = from;

	assert(from.n >= 0 && from.n <= DAY_MAX && n <= BIZCAL_MAX_SPAN);
	while (n > 0) {
		d.n++;
		n -= bizcal_is_open(cal, d);
	}
	return d;
}

unsigned
bizcal_between(const struct bizcal *cal, struct day from, struct day to)
{
	unsigned open = 0;

	for (struct day d = {from.n + 1}; d.n <= to.n; d.n++)
		open += bizcal_is_open(cal, d);
	return open;
}

struct hash
bizcal_hash(const struct bizcal *cal)
{
	struct str bytes;

	str_init(&bytes, 16 + 4 * BIZCAL_MAX_HOLIDAYS);
	pack_u32(&bytes, cal->weekend);
	pack_u32(&bytes, (uint32_t)cal->n);
	for (size_t i = 0; i < cal->n; i++)
		pack_u32(&bytes, (uint32_t)cal->holidays[i].n);
	struct hash h = hash_of(str_span(&bytes));
	str_fini(&bytes);
	return h;
}
