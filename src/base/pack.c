/* pack.c - the two halves of each value's encoding, side by side. */
#include "base/pack.h"

#include "base/utf8.h"

#define NO_TEXT UINT32_MAX

void
pack_u8(struct str *out, uint8_t v)
{
	str_put(out, span_make(&v, 1));
}

uint8_t
unpack_u8(struct unpack *u)
{
	uint8_t v;

	if (u->bad || u->rest.n < 1) {
		u->bad = true;
		return 0;
	}
	v = u->rest.p[0];
	u->rest = span_from(u->rest, 1);
	return v;
}

static void
put(struct str *out, uint64_t v, unsigned n)
{
	unsigned char bytes[8];

	for (unsigned i = 0; i < n; i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	str_put(out, span_make(bytes, n));
}

static uint64_t
get(struct unpack *u, unsigned n)
{
	uint64_t v = 0;

	if (u->bad || u->rest.n < n) {
		u->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		v |= (uint64_t)u->rest.p[i] << (8 * i);
	u->rest = span_from(u->rest, n);
	return v;
}

void
pack_u32(struct str *out, uint32_t v)
{
	put(out, v, 4);
}

uint32_t
unpack_u32(struct unpack *u, uint32_t max)
{
	uint32_t v = (uint32_t)get(u, 4);

	if (v <= max)
		return v;
	u->bad = true;
	return 0;
}

void
pack_i64(struct str *out, int64_t v)
{
	put(out, (uint64_t)v, 8);
}

int64_t
unpack_i64(struct unpack *u)
{
	return (int64_t)get(u, 8);
}

void
pack_blob(struct str *out, struct span v)
{
	pack_u32(out, (uint32_t)v.n);
	str_put(out, v);
}

static struct span
take(struct unpack *u, uint32_t n)
{
	if (u->bad || n > u->rest.n) {
		u->bad = true;
		return SPAN_NONE;
	}
	struct span got = span_cut(u->rest, 0, n);
	u->rest = span_from(u->rest, n);
	return got;
}

struct span
unpack_blob(struct unpack *u)
{
	return take(u, (uint32_t)get(u, 4));
}

void
pack_text(struct str *out, const char *v)
{
	if (v == NULL)
		pack_u32(out, NO_TEXT);
	else
		pack_blob(out, span_of(v));
}

const char *
unpack_text(struct unpack *u, struct arena *a)
{
	uint32_t n = (uint32_t)get(u, 4);

	if (n == NO_TEXT && !u->bad)
		return NULL;
	struct span got = take(u, n);
	if (!utf8_valid(got)) {
		u->bad = true;
		got = SPAN_NONE;
	}
	return arena_text(a, got);
}

bool
unpack_end(const struct unpack *u)
{
	return !u->bad && u->rest.n == 0;
}
