/* judge_json.c - a verdict as `judge --json` prints it. */
#include "judge/judge.h"

static json_t *
lines_json(const struct line_range *lines, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
			json_pack("{s:i, s:i}", "line", (int)lines[i].from,
				"end", (int)lines[i].to));
	return list;
}

static json_t *
clauses_json(const struct verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n_clauses; i++) {
		const struct clause_result *c = &v->clauses[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:o, s:s?}", "id", c->id,
				"result", result_names[c->result], "lines",
				lines_json(c->lines, c->n_lines), "because",
				c->because));
	}
	return list;
}

json_t *
verdict_json(const struct verdict *v)
{
	const struct policy *p = v->policy;
	char hex[HASH_TEXT];

	return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s?, s:o, s:s?}",
		"policy", p ? p->name : NULL, "policy_hash",
		p ? hash_hex(p->hash, hex) : NULL, "product",
		p ? p->product.name : NULL, "routed_by", v->routed_by,
		"disposition", disposition_names[v->disposition], "decided_by",
		v->by_desk ? "desk" : "person", "because", v->because,
		"clauses", clauses_json(v), "letter", v->letter);
}
