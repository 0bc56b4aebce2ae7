/*
 * fuzz_policy.c - any bytes are a policy or have a mistake; and a policy
 * reads back equal from its resolved form.
 *
 * The bytes before the first NUL are the first file, those behind it are
 * the file that it may extend, under any name but its own. Bytes that begin
 * with '{' are read as a resolved policy too.
 */
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "policy/policy.h"

struct files {
	struct span first, second;
};

static bool
fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	const struct files *files = ctx;

	(void)a, (void)err;
	*path = strcmp(name, "w.yml") == 0 ? "w.yml" : "base.yml";
	*text = from == NULL || strcmp(name, "w.yml") == 0 ? files->first :
							     files->second;
	return true;
}

static void
check_same(const struct policy *p, const struct policy *q)
{
	if (strcmp(p->resolved, q->resolved) != 0 || !hash_eq(p->hash, q->hash))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str said;
	struct span all = span_make(data, size);
	size_t nul = span_find_byte(all, 0);
	struct files files = {span_cut(all, 0, nul), span_from(all, nul + 1)};
	const struct policy *p, *q;
	struct err err;

	hash_init();
	str_init(&said, 100000);
	if (policy_load(a, "w.yml", fetch, &files, &p, &said, &err)) {
		if (said.n > 0 ||
			!policy_from_resolved(
				a, span_of(p->resolved), &q, &err))
			abort();
		check_same(p, q);
	} else if (err.code != ERR_SYNTAX ||
		(said.n == 0 && strstr(err.text, "is a base") == NULL))
		abort();
	if (size > 0 && data[0] == '{' &&
		policy_from_resolved(a, all, &p, &err) &&
		!span_is(all, p->resolved))
		abort();
	return 0;
}
