/* policy_test.h - files of a policy that stand in a test. */
#pragma once

#include <string.h>

#include "base/mem.h"
#include "policy/policy.h"

struct test_file {
	const char *path;
	const char *text;
};

#define TEST_HEAD                                                              \
	"policy: 1\n"                                                          \
	"name: Widget policy\n"                                                \
	"zone: Europe/Berlin\n"
#define TEST_VALUES                                                            \
	"values: {organisation: Example, contact: security@example.org}\n"
#define TEST_PRODUCT "product: {name: Widget, prefix: WID}\n"
#define TEST_HELLO                                                             \
	"clauses:\n"                                                           \
	"  - {id: hello, kind: text, text: Hello.}\n"
/* Seven lines, and good: what follows stands in line 8. */
#define TEST_GOOD TEST_HEAD TEST_VALUES TEST_PRODUCT TEST_HELLO

/* A base of three clauses, and a value of its own. */
#define TEST_BASE                                                              \
	"policy: 1\n"                                                          \
	"zone: UTC\n"                                                          \
	"values: {page: the page}\n"                                           \
	"clauses:\n"                                                           \
	"  - {id: one, kind: text, text: 'See {page}.'}\n"                     \
	"  - id: two\n"                                                        \
	"    kind: duty\n"                                                     \
	"    duty: acknowledge\n"                                              \
	"    strength: aim\n"                                                  \
	"    business-days: 5\n"                                               \
	"    text: >\n"                                                        \
	"      {organisation} answers within\n"                                \
	"      {business-days} days.\n"                                        \
	"  - {id: three, kind: text, text: Three.}\n"

/* ctx: files, ended by one without a path. */
static inline bool
test_fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	(void)a, (void)from;
	for (const struct test_file *f = ctx; f->path; f++)
		if (strcmp(f->path, name) == 0) {
			*path = f->path;
			*text = span_of(f->text);
			return true;
		}
	return err_set(err, ERR_ABSENT, "there is no file '%s'", name);
}
