/*
 * policy_diff.c - what changed between two policies.
 *
 * Their resolved forms are compared, so that comments, order of keys and
 * the cut into files make no difference, and a key that is added to the
 * tables is compared without a line here.
 */
#include <string.h>

#include "base/mem.h"
#include "policy/policy.h"

static json_t *
entry(const char *change, const char *what, const char *name)
{
	json_t *e = json_object();

	json_object_set_new(e, "change", json_string(change));
	json_object_set_new(e, "what", json_string(what));
	json_object_set_new(e, "name", json_string(name));
	return e;
}

/* `name` is the clause's id, or the map's name. */
static void
put_key(json_t *out, const char *what, const char *name, const char *key,
	json_t *old, json_t *new)
{
	json_t *e;

	if (old && new &&json_equal(old, new))
		return;
	e = entry(old == NULL       ? "added" :
			new == NULL ? "dropped" :
				      "changed",
		what, name);
	json_object_set_new(e, "key", json_string(key));
	if (old)
		json_object_set(e, "old", old);
	if (new)
		json_object_set(e, "new", new);
	json_array_append_new(out, e);
}

/* Both are sorted by key: what is only in `new` comes behind. */
static void
diff_map(json_t *out, const char *what, const char *name, json_t *old,
	json_t *new)
{
	const char *key;
	json_t *v;

	json_object_foreach(old, key, v)
	{
		put_key(out, what, name, key, v, json_object_get(new, key));
	}
	json_object_foreach(new, key, v)
	{
		if (json_object_get(old, key) == NULL)
			put_key(out, what, name, key, NULL, v);
	}
}

static const char *
id_of(const json_t *clauses, size_t i)
{
	return json_string_value(
		json_object_get(json_array_get(clauses, i), "id"));
}

static int
find(const json_t *clauses, const char *id)
{
	for (size_t i = 0; i < json_array_size(clauses); i++)
		if (strcmp(id_of(clauses, i), id) == 0)
			return (int)i;
	return -1;
}

/*
 * Marks the clauses that stay in place: a longest run of them that has the
 * same order in both. at[i] is where new clause i stands in the old list,
 * -1 if it does not.
 */
static void
mark_stayed(const int *at, size_t n, bool *stayed)
{
	size_t longest[POLICY_MAX_CLAUSES];
	int before[POLICY_MAX_CLAUSES], best = -1;

	for (size_t i = 0; i < n; i++) {
		longest[i] = 1;
		before[i] = -1;
		for (size_t k = 0; at[i] >= 0 && k < i; k++)
			if (at[k] >= 0 && at[k] < at[i] &&
				longest[k] + 1 > longest[i]) {
				longest[i] = longest[k] + 1;
				before[i] = (int)k;
			}
		if (at[i] >= 0 && (best < 0 || longest[i] > longest[best]))
			best = (int)i;
	}
	for (; best >= 0; best = before[best])
		stayed[best] = true;
}

static void
put_place(json_t *e, const json_t *clauses, size_t i)
{
	json_object_set_new(e, "after",
		i > 0 ? json_string(id_of(clauses, i - 1)) : json_null());
}

static void
diff_clauses(json_t *out, json_t *old, json_t *new)
{
	size_t n = json_array_size(new);
	int at[POLICY_MAX_CLAUSES];
	bool stayed[POLICY_MAX_CLAUSES] = {false};

	for (size_t i = 0; i < n; i++)
		at[i] = find(old, id_of(new, i));
	mark_stayed(at, n, stayed);
	for (size_t i = 0; i < json_array_size(old); i++)
		if (find(new, id_of(old, i)) < 0)
			json_array_append_new(
				out, entry("dropped", "clause", id_of(old, i)));
	for (size_t i = 0; i < n; i++) {
		const char *id = id_of(new, i);
		json_t *e = NULL;

		if (at[i] < 0)
			e = entry("added", "clause", id);
		else if (!stayed[i])
			e = entry("moved", "clause", id);
		if (e) {
			put_place(e, new, i);
			json_array_append_new(out, e);
		}
		if (at[i] >= 0)
			diff_map(out, "clause", id,
				json_array_get(old, (size_t)at[i]),
				json_array_get(new, i));
	}
}

json_t *
policy_diff(const struct policy *a, const struct policy *b)
{
	static const char *const maps[] = {
		"values", "product", "security-txt", "letters"};
	AUTO(json_auto) json_t *old = json_loads(a->resolved, 0, NULL);
	AUTO(json_auto) json_t *new = json_loads(b->resolved, 0, NULL);
	AUTO(json_auto) json_t *none = json_object();
	json_t *out = json_array();

	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		json_t *x = json_object_get(old, maps[i]),
		       *y = json_object_get(new, maps[i]);

		diff_map(out, maps[i], maps[i], x ? x : none, y ? y : none);
	}
	diff_clauses(out, json_object_get(old, "clauses"),
		json_object_get(new, "clauses"));
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		json_object_del(old, maps[i]);
		json_object_del(new, maps[i]);
	}
	json_object_del(old, "clauses");
	json_object_del(new, "clauses");
	diff_map(out, "policy", "policy", old, new);
	return out;
}
