/*
 * index_none.c - stands in for the index until index.c and claims.c are here:
 * then this file goes. Weak, so that theirs win while both are there.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "mirror/mirror_impl.h"
#include "sys/files.h"

__attribute__((weak)) void
mirror_claims(const struct mirror *m, struct arena *a, const struct report *r,
	int tag, int64_t deadline, struct evidence *ev)
{
	struct claim_evidence *v =
		ARENA_ARRAY(a, r->n_claims, struct claim_evidence);

	(void)m;
	(void)tag;
	(void)deadline;
	for (size_t i = 0; i < r->n_claims; i++)
		v[i] = (struct claim_evidence){
			(unsigned)i, CLAIM_UNKNOWN, "there is no index yet"};
	ev->claims = v;
	ev->n_claims = r->n_claims;
}

__attribute__((weak)) void
mirror_dependencies(const struct mirror *m, struct arena *a, int tag,
	int64_t deadline, struct evidence *ev)
{
	(void)m;
	(void)a;
	(void)tag;
	(void)deadline;
	(void)ev;
}
