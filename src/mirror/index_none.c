/*
 * index_none.c - stands in for the index until index.c and claims.c are here:
 * then this file goes. Weak, so that theirs win while both are there.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "mirror/mirror_impl.h"
#include "sys/files.h"

struct mirror_index {
	int none;
};

__attribute__((weak)) bool
mirror_index_make(const struct mirror *m, const char *file, int64_t deadline,
	struct err *err)
{
	(void)deadline;
	return file_write(file, span_of(m->version), 0640, err);
}

__attribute__((weak)) bool
mirror_index_open(struct mirror_index **out, const struct mirror *m,
	const char *file, struct err *err)
{
	struct span text;

	if (!file_read(m->arena, file, 1000, &text, err))
		return false;
	if (!span_is(text, m->version))
		return err_set(err, ERR_BROKEN, "the index is of another day");
	*out = mem_new(sizeof **out);
	return true;
}

__attribute__((weak)) void
mirror_index_close(struct mirror_index *x)
{
	free(x);
}

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
