/*
 * depends_npm.c - package.json and its lock.
 *
 * JSON tells no lines, so there are none. The lock has what the declared
 * ones need in turn, each with its version.
 */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "mirror/depends.h"

static void
one_table(struct depends *d, const json_t *root, const char *key,
	const char *part)
{
	const json_t *table = json_object_get(root, key), *v;
	const char *name;

	/* Jansson's iterator takes no const */
	for (void *i = json_object_iter((json_t *)(uintptr_t)table); i != NULL;
		i = json_object_iter_next((json_t *)(uintptr_t)table, i)) {
		name = json_object_iter_key(i);
		v = json_object_iter_value(i);
		depends_add(d, span_of(name), span_of(json_string_value(v)),
			part, 0);
	}
}

void
depends_package_json(struct depends *d, struct span text)
{
	AUTO(json_auto)
	json_t *root = json_loadb((const char *)text.p, text.n, 0, NULL);

	one_table(d, root, "dependencies", NULL);
	one_table(d, root, "peerDependencies", NULL);
	one_table(d, root, "optionalDependencies", "optional");
	one_table(d, root, "devDependencies", "development");
}

static const char *
locked_name(const char *key)
{
	static const char mark[] = "node_modules/";
	const char *last = NULL;

	for (const char *p = strstr(key, mark); p != NULL;
		p = strstr(p + 1, mark))
		last = p + sizeof mark - 1;
	return last;
}

void
depends_package_lock(struct depends *d, struct span text)
{
	AUTO(json_auto)
	json_t *root = json_loadb((const char *)text.p, text.n, 0, NULL);
	json_t *packages = json_object_get(root, "packages");
	bool modern = packages != NULL;
	json_t *table =
		modern ? packages : json_object_get(root, "dependencies");

	for (void *i = json_object_iter(table); i != NULL;
		i = json_object_iter_next(table, i)) {
		const char *key = json_object_iter_key(i);
		const json_t *v = json_object_iter_value(i);
		const char *name = modern ? locked_name(key) : key;
		const char *version = json_get_text(v, "version");

		if (name != NULL && version != NULL)
			depends_add(d, span_of(name), span_of(version),
				json_is_true(json_object_get(v, "dev")) ?
					"development" :
					NULL,
				0);
	}
}
