/* cmd_judge.c - `pratique judge`: mails held against policies, no desk. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/commands.h"
#include "cli/mails.h"
#include "cli/show.h"

static void
print_verdict(struct cli *c, const char *file, const struct verdict *v,
	const json_t *json, bool all)
{
	(void)printf("%s\n  %-14s  ", file, disposition_names[v->disposition]);
	show_words(18, 18,
		arena_printf(c->arena, "%s%s%s", v->because ? v->because : "",
			v->because ? "; " : "",
			v->by_desk ? "the desk decides" : "a person decides"));
	if (v->policy != NULL)
		(void)printf("  %-14s  %s, routed by %s\n", "product",
			v->policy->product.name,
			v->routed_by ? v->routed_by : "-");
	(void)printf("  %-14s  %s\n", "letter", v->letter ? v->letter : "none");
	show_clauses(c, json_object_get(json, "clauses"), all);
}

int
cmd_judge(int argc, char **argv)
{
	static const char usage[] =
		"judge --policy FILE [--policy FILE...] [--all] [--explain] [--json] FILE...";
	struct cli c;
	struct cli_mails in = {0};
	struct text_list files = {0};
	bool explain = false, all = false;
	const struct option_row rows[] = {
		{"policy", OPT_LIST, &files, "FILE",
			"a policy; repeat for several products, the default one first"},
		{"explain", OPT_FLAG, &explain, NULL,
			"also the mail's text with its lines numbered"},
		{"all", OPT_FLAG, &all, NULL,
			"every clause, not only those that say something"},
		{"sender", OPT_TEXT, &in.sender, "ADDR",
			"the envelope sender; '' is the null path"},
		{"rcpt", OPT_LIST, &in.rcpts, "ADDR",
			"an envelope recipient (repeatable)"},
	};
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Judges each mail by the policies as the desk would: a result for each clause,\n"
		"with the lines of the mail that show it. Stores and sends nothing.",
		rows, 5);
	cli_words(&c, usage, 1, SIZE_MAX);
	if (files.n == 0) {
		(void)fprintf(
			stderr, "pratique: name a policy with --policy FILE\n");
		return EX_USAGE;
	}
	struct policies known = {0};
	if (!judge_policies(&c, &files, &known, &err))
		return cli_fail(&err);
	in.own = known.own;
	if (!mails_load(&c, &in, &err) || !mails_shut(&c, &in, &err))
		return cli_fail(&err);
	for (size_t i = 0; i < in.n; i++) {
		struct cli_mail m;

		mails_read(&c, &in, i, &m);
		const struct verdict *v = judge(c.arena, known.v, known.n,
			&m.envelope, m.message, m.report, NULL);
		json_t *out = verdict_json(v);
		if (!c.json) {
			print_verdict(&c, m.file, v, out, all);
			if (explain)
				(void)cli_numbered(c.arena,
					span_of(m.message->text ?
							m.message->text :
							""),
					SHOW_ALL_LINES);
			json_decref(out);
			continue;
		}
		json_object_set_new(out, "file", json_string(m.file));
		cli_json(out);
	}
	return EX_OK;
}
