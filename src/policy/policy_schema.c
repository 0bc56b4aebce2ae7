/*
 * policy_schema.c - the tables of the language as a JSON Schema, so that an
 * editor can complete and check a policy while it is written.
 *
 * It says what one file may hold; what only all files of a policy say
 * together (a value that is missing, two clauses for one promise, a word
 * that nothing defines) is policy_load()'s. Patterns never refuse what the
 * loader takes; a number or yes in quotes is the exception.
 */
#include <assert.h>
#include <string.h>

#include "policy/policy.h"
#include "policy/policy_kinds.h"

static json_t *
string_schema(const char *pattern)
{
	json_t *s = json_pack("{s:s}", "type", "string");

	if (pattern)
		json_object_set_new(s, "pattern", json_string(pattern));
	else
		json_object_set_new(s, "minLength", json_integer(1));
	return s;
}

static json_t *
words_schema(const char *const *words, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(words[i]));
	return json_pack("{s:o}", "enum", list);
}

static json_t *
list_schema(const struct field *f, json_t *items)
{
	json_t *s = json_pack("{s:s, s:o, s:b}", "type", "array", "items",
		items, "uniqueItems", true);

	if (f->least > 0)
		json_object_set_new(s, "minItems", json_integer(f->least));
	if (f->most > 0)
		json_object_set_new(s, "maxItems", json_integer(f->most));
	/* A week that is all week-end would have no business day. */
	if (f->type == FIELD_WORDS && f->least == 0)
		json_object_set_new(s, "maxItems",
			json_integer((json_int_t)f->n_words - 1));
	return s;
}

static const char date_pattern[] =
	"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
static const char prose_pattern[] = "\\S";

static json_t *
yes_schema(void)
{
	return json_pack("{s:[b,b,s,s]}", "enum", true, false, "yes", "no");
}

static json_t *
type_schema(const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
		return string_schema(
			f->form ? f->form->pattern : prose_pattern);
	case FIELD_TEXTS:
		return list_schema(f, string_schema(prose_pattern));
	case FIELD_LINE:
		return string_schema(f->form->pattern);
	case FIELD_LINES:
		return list_schema(f, string_schema(f->form->pattern));
	case FIELD_NUMBER:
		return json_pack("{s:s, s:i, s:i}", "type", "integer",
			"minimum", (int)f->least, "maximum", (int)f->most);
	case FIELD_WORD:
		return words_schema(f->words, f->n_words);
	case FIELD_WORDS:
		return list_schema(f, words_schema(f->words, f->n_words));
	case FIELD_YES:
		return yes_schema();
	case FIELD_DAYS:
		return list_schema(f, string_schema(date_pattern));
	case FIELD_DAY:
		return string_schema(date_pattern);
	}
	return NULL;
}

static json_t *
field_schema(const struct field *f)
{
	json_t *s = type_schema(f);

	json_object_set_new(s, "description", json_string(f->help));
	if (!f->needed && f->type == FIELD_NUMBER)
		json_object_set_new(s, "default", json_integer(f->fallback));
	if (!f->needed && f->type == FIELD_WORD)
		json_object_set_new(
			s, "default", json_string(f->words[f->fallback]));
	if (!f->needed && f->type == FIELD_YES)
		json_object_set_new(s, "default", json_boolean(f->fallback));
	return s;
}

static void
put_fields(json_t *properties, json_t *required, struct fields f)
{
	for (size_t i = 0; i < f.n; i++) {
		json_object_set_new(
			properties, f.v[i].name, field_schema(&f.v[i]));
		if (f.v[i].needed && required)
			json_array_append_new(
				required, json_string(f.v[i].name));
	}
}

/* An object with these fields and no others. */
static json_t *
map_schema(struct fields f)
{
	json_t *properties = json_object();

	put_fields(properties, NULL, f);
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties",
		properties, "additionalProperties", false);
}

static json_t *
needed_names(struct fields f)
{
	json_t *required = json_array();

	for (size_t i = 0; i < f.n; i++)
		if (f.v[i].needed)
			json_array_append_new(
				required, json_string(f.v[i].name));
	return required;
}

/* Where `f->only` is none of its words, the field must not be there. */
static json_t *
only_schema(struct fields fields, const struct field *f)
{
	const char *names[FIELD_WORDS_MAX];
	size_t n = field_only_words(fields, f, names);

	return json_pack("{s:{s:[s], s:{s:o}}, s:{s:{s:b}}}", "if", "required",
		f->only, "properties", f->only,
		json_pack("{s:o}", "not", words_schema(names, n)), "then",
		"properties", f->name, false);
}

static json_t *
strength_schema(void)
{
	json_t *s = words_schema(strength_names, 3);

	json_object_set_new(s, "description",
		json_string("as the verb of the sentence has it"));
	return s;
}

/* The keys that every clause has. */
static void
put_own_keys(json_t *properties)
{
	json_object_set_new(properties, "id", string_schema(form_id.pattern));
	json_object_set_new(properties, "strength", strength_schema());
	json_object_set_new(properties, "text", string_schema(prose_pattern));
	json_object_set_new(
		properties, "after", string_schema(form_id.pattern));
	json_object_set_new(
		properties, "before", string_schema(form_id.pattern));
	put_fields(properties, NULL, clause_common);
}

static json_t *
two_places(void)
{
	return json_pack("{s:{s:[s,s]}}", "not", "required", "after", "before");
}

static json_t *
kind_schema(enum clause_kind k)
{
	const struct kind_row *row = &clause_kinds[k];
	json_t *properties = json_object(), *all = json_array(),
	       *required = json_pack("[s,s,s]", "id", "kind", "text");

	put_own_keys(properties);
	json_object_set_new(
		properties, "kind", json_pack("{s:s}", "const", row->name));
	put_fields(properties, required, row->fields);
	if (row->promise)
		json_array_append_new(required, json_string("strength"));
	json_array_append_new(all, two_places());
	for (size_t i = 0; i < row->fields.n; i++)
		if (row->fields.v[i].only)
			json_array_append_new(all,
				only_schema(row->fields, &row->fields.v[i]));
	if (k == CLAUSE_KNOWN)
		json_array_append_new(all,
			json_pack("{s:[{s:[s]},{s:[s]},{s:[s]}]}", "anyOf",
				"required", "words", "required", "paths",
				"required", "hosts"));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:b}", "type", "object",
		"description", row->help, "properties", properties, "required",
		required, "allOf", all, "additionalProperties", false);
}

/* A clause of the base, of whatever kind, that is changed: any parameter,
 * in the form that some kind gives it. */
static json_t *
change_schema(void)
{
	json_t *properties = json_object();

	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		for (size_t k = 0; k < clause_kinds[i].fields.n; k++) {
			const struct field *f = &clause_kinds[i].fields.v[k];
			json_t *had = json_object_get(properties, f->name),
			       *is = field_schema(f);

			if (had == NULL)
				json_object_set_new(properties, f->name,
					json_pack("{s:[o]}", "anyOf", is));
			else
				json_array_append_new(
					json_object_get(had, "anyOf"), is);
		}
	put_own_keys(properties);
	return json_pack("{s:s, s:o, s:[s], s:i, s:[o], s:b}", "type", "object",
		"properties", properties, "required", "id", "minProperties", 2,
		"allOf", two_places(), "additionalProperties", false);
}

static json_t *
clause_schema(json_t *defs)
{
	json_t *all = json_array(), *kinds = json_array();

	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++) {
		const char *name = clause_kinds[i].name;
		json_t *ref = json_pack("{s:s+}", "$ref", "#/$defs/", name);

		json_object_set_new(
			defs, name, kind_schema((enum clause_kind)i));
		json_array_append_new(kinds, json_string(name));
		json_array_append_new(all,
			json_pack("{s:{s:[s], s:{s:{s:s}}}, s:o}", "if",
				"required", "kind", "properties", "kind",
				"const", name, "then", ref));
	}
	json_object_set_new(defs, "change", change_schema());
	json_array_append_new(all,
		json_pack("{s:{s:{s:[s]}}, s:{s:s}}", "if", "not", "required",
			"kind", "then", "$ref", "#/$defs/change"));
	return json_pack("{s:s, s:{s:o, s:{s:o}}, s:[s], s:o}", "type",
		"object", "properties", "id", string_schema(form_id.pattern),
		"kind", "enum", kinds, "required", "id", "allOf", all);
}

static json_t *
values_schema(void)
{
	json_t *s = map_schema(policy_known_values);

	json_object_set_new(
		s, "additionalProperties", string_schema(form_name.pattern));
	json_object_set_new(s, "propertyNames",
		json_pack("{s:s, s:{s:s}}", "pattern", form_value_name.pattern,
			"not", "const", "product"));
	return s;
}

static json_t *
letters_schema(void)
{
	return json_pack("{s:s, s:{s:s}, s:o}", "type", "object",
		"propertyNames", "pattern", form_value_name.pattern,
		"additionalProperties", string_schema(prose_pattern));
}

/* A file that extends none, and is no base, is a whole policy. */
static json_t *
whole_schema(void)
{
	json_t *required = needed_names(policy_head);

	json_array_append_new(required, json_string("values"));
	json_array_append_new(required, json_string("product"));
	json_array_append_new(required, json_string("clauses"));
	return json_pack("{s:{s:{s:[{s:[s]}, {s:[s], s:{s:{s:[b,s]}}}]}},"
			 " s:{s:o, s:{s:{s:o}, s:{s:o}, s:{s:o}, s:{s:i}}}}",
		"if", "not", "anyOf", "required", "extends", "required", "base",
		"properties", "base", "enum", true, "yes", "then", "required",
		required, "properties", "values", "required",
		needed_names(policy_known_values), "product", "required",
		needed_names(policy_product), "security-txt", "required",
		needed_names(policy_security_txt), "clauses", "minItems", 1);
}

json_t *
policy_schema(void)
{
	json_t *properties = json_object(), *defs = json_object();
	json_t *clause = clause_schema(defs);

	put_fields(properties, NULL, policy_head);
	json_object_set_new(properties, "policy",
		json_pack("{s:i, s:s}", "const", 1, "description",
			"the version of the language"));
	json_object_set_new(properties, "extends", string_schema(NULL));
	json_object_set_new(properties, "base", yes_schema());
	json_object_set_new(properties, "values", values_schema());
	json_object_set_new(properties, "product", map_schema(policy_product));
	json_object_set_new(
		properties, "security-txt", map_schema(policy_security_txt));
	json_object_set_new(properties, "letters", letters_schema());
	json_object_set_new(properties, "drop",
		json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type",
			"string"));
	json_object_set_new(properties, "clauses",
		json_pack("{s:s, s:i, s:o}", "type", "array", "maxItems",
			POLICY_MAX_CLAUSES, "items", clause));
	return json_pack("{s:s, s:s, s:s, s:o, s:[s], s:b, s:[o], s:o}",
		"$schema", "https://json-schema.org/draft/2020-12/schema",
		"title", "A security policy of pratique", "type", "object",
		"properties", properties, "required", "policy",
		"additionalProperties", false, "allOf", whole_schema(), "$defs",
		defs);
}
