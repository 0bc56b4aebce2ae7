/*
 * fuzz_source.c - files of a stranger's repository: sources and manifests.
 *
 * The first byte says what the rest is called. Names that a reader gives lie
 * in the text and are bounded; what a manifest declares is in order, clean,
 * and no more than is kept.
 */
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "mirror/depends.h"
#include "mirror/symbols.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
within(void *ctx, const struct symbol *s)
{
	const struct span *text = ctx;
	const unsigned char *end = text->p + text->n;

	must(s->name.n > 0 && s->name.n <= SYMBOLS_NAME_MAX);
	must(s->name.p >= text->p && s->name.p + s->name.n <= end);
	must(s->owner.n == 0 ||
		(s->owner.p >= text->p && s->owner.p + s->owner.n <= end));
	must(s->line > 0 && s->line <= text->n + 1);
}

static void
manifest(const char *name, struct span text)
{
	struct arena *a = arena_new();
	struct depends d = {.a = a};

	must(depends_read(&d, name, text));
	depends_sort(&d);
	must(d.n <= EVIDENCE_MAX_DEPENDENCIES);
	for (size_t i = 0; i < d.n; i++) {
		must(i == 0 || strcmp(d.v[i - 1].name, d.v[i].name) <= 0);
		must(utf8_valid(span_of(d.v[i].name)));
		must(d.v[i].line <= text.n + 1);
	}
	free(d.v);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sources[] = {"a.py", "a.rb", "a.sh", "a.ts",
		"a.cpp", "a.go", "a.java", "a.rs", "a.php"};
	static const char *const manifests[] = {"pyproject.toml", "setup.cfg",
		"requirements.txt", "package.json", "package-lock.json"};

	if (size == 0)
		return 0;
	struct span text = span_make(data + 1, size - 1);
	size_t n = data[0] % (ARRAY_LEN(sources) + ARRAY_LEN(manifests));
	if (n < ARRAY_LEN(sources))
		symbols_read(symbols_language(sources[n]), text, within, &text);
	else
		manifest(manifests[n - ARRAY_LEN(sources)], text);
	return 0;
}
