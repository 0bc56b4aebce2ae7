/* json.c - one spelling for every value, so that hashes agree. */
#include "base/json.h"

#include <stdlib.h>

json_t *
json_text_or_null(const char *s)
{
	json_t *v = s ? json_string(s) : NULL;

	return v ? v : json_null();
}

const char *
json_text(struct arena *a, json_t *v)
{
	char *text = json_dumps(v,
		JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII |
			JSON_ENCODE_ANY);
	const char *copy = arena_strdup(a, text ? text : "null");

	free(text);
	json_decref(v);
	return copy;
}

const char *
json_get_text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

int64_t
json_get_int(const json_t *obj, const char *key, int64_t missing)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_integer(v) ? json_integer_value(v) : missing;
}

void
json_auto(json_t **v)
{
	json_decref(*v);
}
