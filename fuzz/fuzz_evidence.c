/*
 * fuzz_evidence.c - bytes that pretend to be evidence from a mirror.
 *
 * The first byte says how many claims the report has. What passes has its
 * claims among them, packs to the same bytes, and can be shown.
 */
#include "fuzz.h"
#include "judge/evidence.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct code_claim claims[REPORT_MAX_FACTS];

	if (size == 0)
		return 0;
	struct arena *a = arena_new();
	struct report r = {
		.claims = claims, .n_claims = data[0] % (REPORT_MAX_FACTS + 1)};
	struct unpack u = {span_make(data + 1, size - 1), false};
	struct evidence *e = NULL;

	if (evidence_unpack(&u, a, r.n_claims, &e) && unpack_end(&u)) {
		struct str again;

		str_init(&again, 1 << 28);
		evidence_pack(&again, e);
		must(span_eq(str_span(&again), span_make(data + 1, size - 1)));
		str_fini(&again);
		for (size_t i = 0; i < e->n_claims; i++)
			must(e->claims[i].claim < r.n_claims);
		json_t *obj = evidence_json(e, &r);
		must(obj != NULL);
		json_decref(obj);
	}
	arena_free(a);
	return 0;
}
