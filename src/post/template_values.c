/*
 * template_values.c - one row a value: its name in templates, its place in
 * struct letter_values, and whether a letter may lack it. There is no value
 * that holds a word of the mail that is answered (mission.md, rule 2).
 */
#include "post/template_values.h"

#include "base/mem.h"
#include "base/names.h"

#define VALUE(field, can_lack)                                                 \
	{                                                                      \
#field, offsetof(struct letter_values, field), (can_lack)      \
	}

static const struct {
	const char *name;
	size_t at;
	bool optional;
} values[] = {
	VALUE(case_id, false),
	VALUE(organisation, false),
	VALUE(received, false),
	VALUE(reply_to, false),
	VALUE(from, false),
	VALUE(verb, false),
	VALUE(product, true),
	VALUE(policy_link, true),
	VALUE(policy_hash, true),
	VALUE(validate_due, true),
	VALUE(follow_up, true),
	VALUE(clause, true),
	VALUE(clause_id, false), /* with `clause` */
	VALUE(other_policy, true),
	VALUE(silence, true),
	VALUE(former_id, true),
	VALUE(cases, true),
	VALUE(cwe_better, true),
};

int
template_value_find(struct span name)
{
	if (span_is(name, "missing"))
		return TEMPLATE_MISSING;
	if (span_is(name, "item"))
		return TEMPLATE_ITEM;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (span_is(name, values[i].name))
			return (int)i;
	return TEMPLATE_UNKNOWN;
}

const char *
template_value(const struct letter_values *v, int value)
{
	const char *text;

	memcpy(&text, (const char *)v + values[value].at, sizeof text);
	return text;
}

const char *
template_value_name(int value)
{
	return value == TEMPLATE_MISSING ? "missing" :
		value == TEMPLATE_ITEM   ? "item" :
					   values[value].name;
}

bool
template_value_is_optional(int value)
{
	return value >= 0 && values[value].optional;
}

const char *
template_value_nearest(struct span name)
{
	const char *names[ARRAY_LEN(values) + 2] = {"item", "missing"};

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		names[i + 2] = values[i].name;
	return names_nearest(names, ARRAY_LEN(names), name);
}
