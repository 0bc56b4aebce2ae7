/* cmd_judge.c - `pratique judge`: mails held against policies, no desk. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/look.h"
#include "cli/mails.h"
#include "cli/show.h"

/* One line for each weakness that has better ones. */
static void
print_advice(struct cli *c, const struct verdict *v)
{
	const char *text = "";

	for (size_t i = 0; i < v->n_cwe; i++) {
		bool first = i == 0 || v->cwe[i - 1].from != v->cwe[i].from;
		bool last = i + 1 == v->n_cwe ||
			v->cwe[i + 1].from != v->cwe[i].from;

		text = first ? arena_printf(c->arena,
				       "CWE-%u: the official list names "
				       "CWE-%u",
				       v->cwe[i].from, v->cwe[i].to) :
			       arena_printf(c->arena, "%s, CWE-%u", text,
				       v->cwe[i].to);
		if (!last)
			continue;
		(void)printf("  %-14s  ", "weakness");
		show_words(18, 18, arena_printf(c->arena, "%s instead", text));
	}
}

static void
print_verdict(struct cli *c, const char *file, const struct verdict *v,
	const json_t *json, bool all, bool explain)
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
	if (v->clause != NULL)
		(void)printf("  %-14s  %s\n", "decided by", v->clause);
	if (v->n_split > 1)
		(void)printf(
			"  %-14s  %zu cases proposed, one for each finding\n",
			"split", v->n_split);
	print_advice(c, v);
	if (!explain)
		show_clauses(c, json_object_get(json, "clauses"), all);
	show_evidence(c, json_object_get(json, "evidence"));
}

/* "ask" and what else keeps a report from being complete. */
static bool
is_complete(const struct verdict *v)
{
	return v->disposition == DISP_OPEN;
}

static void
print_one(struct cli *c, const struct cli_mail *m, const struct verdict *v,
	bool explain, bool all)
{
	json_t *out = verdict_json(v);

	if (c->json) {
		json_object_set_new(out, "file", json_string(m->file));
		cli_json(out);
		return;
	}
	print_verdict(c, m->file, v, out, all, explain);
	if (explain)
		explain_verdict(c, m->message, v, all);
	json_decref(out);
}

int
cmd_judge(int argc, char **argv)
{
	static const char usage[] =
		"judge --policy FILE [--policy FILE...] [--all] [--check] [--explain] [--json] [--mirror PATH] [--text] FILE...";
	struct cli c;
	struct cli_mails in = {.guess = true};
	struct text_list files = {0};
	struct cli_look look;
	const char *mirror = NULL;
	bool explain = false, all = false, check = false, complete = true;
	const struct option_row rows[] = {
		{"policy", OPT_LIST, &files, "FILE",
			"a policy; repeat for several products, the default one first"},
		{"explain", OPT_FLAG, &explain, NULL,
			"the mail's lines beside the clauses, with their texts"},
		{"all", OPT_FLAG, &all, NULL,
			"every clause, not only those that say something"},
		{"check", OPT_FLAG, &check, NULL,
			"exit with 1 unless each would open a case with nothing to ask"},
		{"text", OPT_FLAG, &in.text, NULL,
			"the files are drafts: plain text, no mails"},
		{"subject", OPT_TEXT, &in.subject, "TEXT",
			"the subject of a draft"},
		{"mirror", OPT_TEXT, &mirror, "PATH",
			"look claims up there: a mirror, a repository or a bundle; else in the mirrors of --data"},
		{"sender", OPT_TEXT, &in.sender, "ADDR",
			"the envelope sender; '' is the null path; of a draft, yours"},
		{"rcpt", OPT_LIST, &in.rcpts, "ADDR",
			"an envelope recipient (repeatable)"},
	};
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Judges each mail by the policies as the desk would: a result for each clause,\n"
		"with the lines of the mail that show it. Stores and sends nothing, and needs no\n"
		"desk: a reporter can try a draft before sending it. \"-\" is standard input.",
		rows, sizeof rows / sizeof *rows);
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
	if (!mails_load(&c, &in, &err) ||
		!look_open(&c, mirror, c.data, &look, &err))
		return cli_fail(&err);
	look_part(&look);
	in.look = look.path ? look.path :
		look.data   ? arena_printf(c.arena, "%s/mirrors", look.data) :
			      NULL;
	if (!mails_shut(&c, &in, &err))
		return cli_fail(&err);
	for (size_t i = 0; i < in.n; i++) {
		struct cli_mail m;

		mails_read(&c, &in, i, &m);
		const struct policy *p = judge_product(c.arena, known.v,
			known.n, &m.envelope, m.message, m.report);
		const struct verdict *v = judge(c.arena, known.v, known.n,
			&m.envelope, m.message, m.report,
			p ? look_for(&c, &look, &p->product, m.report) : NULL);
		print_one(&c, &m, v, explain, all);
		complete = complete && is_complete(v);
	}
	return check && !complete ? 1 : EX_OK;
}
