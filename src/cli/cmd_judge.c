/* cmd_judge.c - `pratique judge`: mails held against policies, no desk. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/commands.h"
#include "cli/mails.h"

static void
print_clause(struct cli *c, const struct clause_result *r)
{
	(void)printf("  %-14s %-28s", result_names[r->result], r->id);
	for (size_t i = 0; i < r->n_lines; i++)
		(void)printf(
			r->lines[i].from == r->lines[i].to ? "%s%u" : "%s%u-%u",
			i ? "," : "line ", r->lines[i].from, r->lines[i].to);
	(void)printf("%s%s\n", r->n_lines ? ": " : "",
		cli_text(c->arena, r->because ? r->because : "", 300));
}

static void
print_verdict(struct cli *c, const char *file, const struct verdict *v)
{
	(void)printf("%s: %s (%s)%s%s\n", file,
		disposition_names[v->disposition],
		v->by_desk ? "the desk decides" : "a person decides",
		v->because ? ": " : "", v->because ? v->because : "");
	if (v->policy != NULL)
		(void)printf("  for %s, routed by %s\n",
			v->policy->product.name,
			v->routed_by ? v->routed_by : "-");
	for (size_t i = 0; i < v->n_clauses; i++)
		print_clause(c, &v->clauses[i]);
	if (v->letter != NULL)
		(void)printf("  letter: %s\n", v->letter);
}

/* As warned: printf's format comes from a choice of two literals. */
int
cmd_judge(int argc, char **argv)
{
	static const char usage[] =
		"judge --policy FILE [--policy FILE...] [--json] FILE...";
	struct cli c;
	struct cli_mails in = {0};
	struct text_list files = {0};
	bool explain = false;
	const struct option_row rows[] = {
		{"policy", OPT_LIST, &files, "FILE",
			"a policy; repeat for several products, the default one first"},
		{"explain", OPT_FLAG, &explain, NULL,
			"the clauses beside the mail's lines (the default)"},
		{"sender", OPT_TEXT, &in.sender, "ADDR",
			"the envelope sender; '' is the null path"},
		{"rcpt", OPT_LIST, &in.rcpts, "ADDR",
			"an envelope recipient (repeatable)"},
	};
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Judges each mail by the policies as the desk would: a result for each clause,\n"
		"with the lines of the mail that show it. Stores and sends nothing.",
		rows, 4);
	cli_words(&c, usage, 1, SIZE_MAX);
	if (files.n == 0) {
		(void)fprintf(
			stderr, "pratique: name a policy with --policy FILE\n");
		return EX_USAGE;
	}
	struct policies all = {0};
	if (!judge_policies(&c, &files, &all, &err))
		return cli_fail(&err);
	in.own = all.own;
	if (!mails_load(&c, &in, &err) || !mails_shut(&c, &in, &err))
		return cli_fail(&err);
	for (size_t i = 0; i < in.n; i++) {
		struct cli_mail m;

		mails_read(&c, &in, i, &m);
		const struct verdict *v = judge(c.arena, all.v, all.n,
			&m.envelope, m.message, m.report);
		if (!c.json) {
			print_verdict(&c, m.file, v);
			continue;
		}
		json_t *out = verdict_json(v);
		json_object_set_new(out, "file", json_string(m.file));
		cli_json(out);
	}
	return EX_OK;
}
