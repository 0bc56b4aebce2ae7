/*
 * evidence_pack.c - evidence between two processes, checked on arrival.
 *
 * Who packs has read a stranger's repository, so what unpacks believes
 * nothing: counts, lengths, order, names of states, and that a tag stands
 * where the state says there is one. What is packed is made fit for it:
 * texts are clipped and their controls made visible, once and for all.
 */
#include "base/mem.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "judge/evidence.h"

/* ---- out ---- */

static void
put_text(struct str *out, struct arena *a, const char *s)
{
	pack_text(out, s ? evidence_text(a, span_of(s)) : NULL);
}

void
evidence_pack(struct str *out, const struct evidence *e)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	put_text(out, a, e->mirror);
	pack_i64(out, e->fetched.ms);
	put_text(out, a, e->tag);
	pack_u8(out, e->tag_stated);
	pack_u32(out, (uint32_t)e->n_versions);
	for (size_t i = 0; i < e->n_versions; i++) {
		const struct version_evidence *v = &e->versions[i];

		put_text(out, a, v->stated);
		pack_u32(out, v->line);
		pack_u8(out, (uint8_t)v->status);
		put_text(out, a, v->tag);
	}
	pack_u32(out, (uint32_t)e->n_claims);
	for (size_t i = 0; i < e->n_claims; i++) {
		pack_u32(out, e->claims[i].claim);
		pack_u8(out, (uint8_t)e->claims[i].status);
		put_text(out, a, e->claims[i].where);
	}
	pack_u32(out, (uint32_t)e->n_dependencies);
	for (size_t i = 0; i < e->n_dependencies; i++) {
		const struct dependency *d = &e->dependencies[i];

		put_text(out, a, d->name);
		put_text(out, a, d->requirement);
		put_text(out, a, d->declared_in);
		pack_u32(out, d->line);
	}
	pack_u32(out, e->left_out);
}

/* ---- in ---- */

static const char *
take_text(struct unpack *u, struct arena *a, bool may_be_none)
{
	const char *text = unpack_text(u, a);
	struct span s = span_of(text);

	if (text == NULL ? !may_be_none : s.n > EVIDENCE_MAX_TEXT)
		u->bad = true;
	for (size_t at = 0; at < s.n && !u->bad;) {
		uint32_t c = utf8_next(s, &at);

		if (utf8_is_control(c) || utf8_is_bidi(c) || c == '\n' ||
			c == '\t')
			u->bad = true;
	}
	return u->bad ? NULL : text;
}

/* A count that the rest of the frame can hold, at `least` bytes each. */
static uint32_t
take_count(struct unpack *u, uint32_t max, size_t least)
{
	uint32_t n = unpack_u32(u, max);

	if (n > u->rest.n / least)
		u->bad = true;
	return u->bad ? 0 : n;
}

static unsigned
take_below(struct unpack *u, unsigned limit)
{
	unsigned v = unpack_u8(u);

	if (v >= limit)
		u->bad = true;
	return u->bad ? 0 : v;
}

/* The hash is ours: hex digits and nothing else. */
static const char *
take_hex(struct unpack *u, struct arena *a)
{
	const char *text = take_text(u, a, false);

	if (u->bad || text[0] == '\0' || strlen(text) >= HASH_TEXT ||
		strspn(text, "0123456789abcdef") != strlen(text)) {
		u->bad = true;
		return NULL;
	}
	return text;
}

static void
take_versions(struct unpack *u, struct arena *a, struct evidence *e)
{
	uint32_t n = take_count(u, EVIDENCE_MAX_VERSIONS, 13);
	struct version_evidence *v =
		ARENA_ARRAY(a, n + 1, struct version_evidence);

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		v[i].stated = take_text(u, a, false);
		v[i].line = unpack_u32(u, UINT32_MAX);
		v[i].status = (enum release_status)take_below(u, RELEASE_COUNT);
		v[i].tag = take_text(u, a, true);
		if ((v[i].status == RELEASE_CONFIRMED) != (v[i].tag != NULL))
			u->bad = true;
	}
	e->versions = v;
	e->n_versions = n;
}

/* Each claim at most once, in the report's order. */
static void
take_claims(
	struct unpack *u, struct arena *a, size_t n_claims, struct evidence *e)
{
	uint32_t most = n_claims < REPORT_MAX_FACTS ? (uint32_t)n_claims :
						      REPORT_MAX_FACTS;
	uint32_t n = take_count(u, most, 9);
	struct claim_evidence *v = ARENA_ARRAY(a, n + 1, struct claim_evidence);

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		v[i].claim = unpack_u32(u, most ? most - 1 : 0);
		v[i].status =
			(enum claim_status)take_below(u, CLAIM_STATUS_COUNT);
		v[i].where = take_text(u, a, true);
		if (i > 0 && v[i].claim <= v[i - 1].claim)
			u->bad = true;
	}
	e->claims = v;
	e->n_claims = n;
}

static void
take_dependencies(struct unpack *u, struct arena *a, struct evidence *e)
{
	uint32_t n = take_count(u, EVIDENCE_MAX_DEPENDENCIES, 16);
	struct dependency *v = ARENA_ARRAY(a, n + 1, struct dependency);

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		v[i].name = take_text(u, a, false);
		v[i].requirement = take_text(u, a, true);
		v[i].declared_in = take_text(u, a, false);
		v[i].line = unpack_u32(u, UINT32_MAX);
		if (!u->bad && i > 0 && strcmp(v[i - 1].name, v[i].name) > 0)
			u->bad = true;
	}
	e->dependencies = v;
	e->n_dependencies = n;
}

bool
evidence_unpack(struct unpack *u, struct arena *a, size_t n_claims,
	struct evidence **out)
{
	struct evidence *e = ARENA_NEW(a, struct evidence);

	e->mirror = take_hex(u, a);
	e->fetched.ms = unpack_i64(u);
	if (e->fetched.ms < 0 || e->fetched.ms >= (DAY_MAX + 1) * INSTANT_DAY)
		u->bad = true;
	e->tag = take_text(u, a, true);
	e->tag_stated = take_below(u, 2) == 1;
	if (e->tag_stated && e->tag == NULL)
		u->bad = true;
	take_versions(u, a, e);
	take_claims(u, a, n_claims, e);
	take_dependencies(u, a, e);
	e->left_out = unpack_u32(u, UINT32_MAX);
	if (u->bad)
		return false;
	*out = e;
	return true;
}
