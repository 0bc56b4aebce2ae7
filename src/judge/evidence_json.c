/*
 * evidence_json.c - the object under "evidence".
 *
 * A claim carries its words along, so that whoever reads a judgement years
 * later needs neither the mail nor the mirror to see what was looked up.
 */
#include "judge/evidence.h"

static void
put(json_t *obj, const char *key, json_t *value)
{
	json_object_set_new(obj, key, value);
}

static json_t *
number_or_null(unsigned n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *
versions_json(const struct evidence *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_versions; i++) {
		const struct version_evidence *v = &e->versions[i];
		json_t *one = json_object();

		put(one, "stated", json_text_or_null(v->stated));
		put(one, "line", number_or_null(v->line));
		put(one, "status",
			json_string(release_status_names[v->status]));
		put(one, "tag", json_text_or_null(v->tag));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
claim_json(const struct claim_evidence *c, const struct report *r)
{
	json_t *one = json_object();

	if (c->claim < r->n_claims) {
		const struct code_claim *of = &r->claims[c->claim];

		put(one, "kind", json_string(code_claim_names[of->kind]));
		put(one, "text", json_text_or_null(of->text));
		put(one, "file", json_text_or_null(of->file));
		put(one, "from", number_or_null(of->from));
		put(one, "to", number_or_null(of->to));
		put(one, "line", number_or_null(of->line));
	}
	put(one, "status", json_string(claim_status_names[c->status]));
	put(one, "where", json_text_or_null(c->where));
	return one;
}

static json_t *
counts_json(const struct evidence *e)
{
	size_t n[CLAIM_STATUS_COUNT] = {0};
	json_t *obj = json_object();

	for (size_t i = 0; i < e->n_claims; i++)
		n[e->claims[i].status]++;
	for (size_t i = 0; i < CLAIM_STATUS_COUNT; i++)
		put(obj, claim_status_names[i], json_integer((json_int_t)n[i]));
	return obj;
}

static json_t *
dependencies_json(const struct evidence *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_dependencies; i++) {
		const struct dependency *d = &e->dependencies[i];
		json_t *one = json_object();

		put(one, "name", json_text_or_null(d->name));
		put(one, "requirement", json_text_or_null(d->requirement));
		put(one, "declared_in", json_text_or_null(d->declared_in));
		put(one, "line", number_or_null(d->line));
		json_array_append_new(list, one);
	}
	return list;
}

json_t *
evidence_json(const struct evidence *e, const struct report *r)
{
	json_t *obj = json_object(), *claims = json_array();
	char text[INSTANT_TEXT];

	put(obj, "mirror", json_text_or_null(e->mirror));
	put(obj, "fetched",
		e->fetched.ms ? json_string(instant_format(e->fetched, text)) :
				json_null());
	put(obj, "tag", json_text_or_null(e->tag));
	put(obj, "tag_stated", json_boolean(e->tag_stated));
	put(obj, "versions", versions_json(e));
	for (size_t i = 0; i < e->n_claims; i++)
		json_array_append_new(claims, claim_json(&e->claims[i], r));
	put(obj, "claims", claims);
	put(obj, "claims_counted", counts_json(e));
	put(obj, "dependencies", dependencies_json(e));
	put(obj, "left_out", json_integer((json_int_t)e->left_out));
	return obj;
}
