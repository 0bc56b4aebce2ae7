/*
 * fuzz_version.c - whatever a report states for a version, the answer is one
 * of the five, a tag is named exactly when one is confirmed, and versions
 * keep one order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "mirror/mirror_impl.h"
#include "mirror/resolve.h"

static const char *const names[] = {"nightly-build", "v0.1.0", "v0.9.1a2",
	"v0.9.1", "1.0.0-rc.1", "v1.0.0", "core-v1.0.0", "v1.0.10", "v1!0.1",
	"v2.0.0.dev1"};

static int
order(struct span a, struct span b)
{
	struct release x, y;

	if (!release_parse(a, &x) || !release_parse(b, &y))
		return 0;
	int one = release_cmp(&x, &y), other = release_cmp(&y, &x);
	if ((one > 0) != (other < 0) || (one == 0) != (other == 0))
		abort();
	return one;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mirror_tag tags[ARRAY_LEN(names)] = {{0}};
	struct mirror m = {.tags = tags, .n_tags = ARRAY_LEN(names)};
	struct resolved r;
	char text[512];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		tags[i].name = names[i];
		tags[i].is_release =
			release_parse(span_of(names[i]), &tags[i].release);
		tags[i].is_main = tags[i].is_release;
	}
	m.newest = 7;
	if (size >= sizeof text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	mirror_resolve(&m, text, &r);
	if ((r.status == RELEASE_CONFIRMED) != (r.tag >= 0) ||
		r.tag >= (int)m.n_tags || (unsigned)r.status >= RELEASE_COUNT)
		abort();
	struct span s = span_of(text);
	size_t half = s.n / 2;
	(void)order(span_cut(s, 0, half), span_from(s, half));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)order(s, span_of(names[i]));
	return 0;
}
