/*
 * fuzz_checkpoint.c - any bytes are a checkpoint, a key, or are refused; what
 * was read reads the same when written, and nothing is signed by chance.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "store/checkpoint.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct span bytes = span_make(data, size);
	struct signify_key key = {{0}, {0}}, again;
	struct checkpoint c;
	struct err err;

	hash_init();
	if (checkpoint_parse(a, bytes, &c, &err)) {
		struct span text = span_of(checkpoint_text(a, &c));
		struct checkpoint back;

		if (!checkpoint_parse(a, text, &back, &err) ||
			!hash_eq(c.root, back.root) ||
			c.number != back.number || c.at.ms != back.at.ms)
			abort();
	}
	if (signify_key_parse(bytes, &key, &err) &&
		(!signify_key_parse(span_of(signify_key_text(a, &key, "x")),
			 &again, &err) ||
			memcmp(&key, &again, sizeof key) != 0))
		abort();
	/* nobody has signed it */
	if (checkpoint_open(a, bytes, &key, &c, &err))
		abort();
	return 0;
}
