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
			json_pack("{s:s, s:s, s:o, s:s?, s:o}", "id", c->id,
				"result", result_names[c->result], "lines",
				lines_json(c->lines, c->n_lines), "because",
				c->because, "shown",
				json_text_or_null(c->shown)));
	}
	return list;
}

/* {"from": "CWE-20", "to": ["CWE-1284", ...]} for each that has better ones */
static json_t *
cwe_json(const struct verdict *v)
{
	json_t *list = json_array(), *to = NULL;

	for (size_t i = 0; i < v->n_cwe; i++) {
		if (i == 0 || v->cwe[i].from != v->cwe[i - 1].from) {
			to = json_array();
			json_array_append_new(list,
				json_pack("{s:o, s:o}", "from",
					json_sprintf("CWE-%u", v->cwe[i].from),
					"to", to));
		}
		json_array_append_new(to, json_sprintf("CWE-%u", v->cwe[i].to));
	}
	return list;
}

json_t *
verdict_json(const struct verdict *v)
{
	const struct policy *p = v->policy;
	char hex[HASH_TEXT];

	json_t *out = json_pack(
		"{s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s?, s:s?, s:o, s:s?}",
		"policy", p ? p->name : NULL, "policy_hash",
		p ? hash_hex(p->hash, hex) : NULL, "product",
		p ? p->product.name : NULL, "routed_by", v->routed_by,
		"disposition", disposition_names[v->disposition], "decided_by",
		v->by_desk ? "desk" : "person", "because", v->because, "clause",
		v->clause, "clauses", clauses_json(v), "letter", v->letter);

	json_object_set_new(out, "split",
		lines_json(v->split, v->n_split > 1 ? v->n_split : 0));
	json_object_set_new(out, "cwe_advice", cwe_json(v));
	json_object_set_new(out, "evidence",
		v->evidence ? evidence_json(v->evidence, v->report) :
			      json_null());
	return out;
}
