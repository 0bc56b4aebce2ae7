/*
 * cmd_read.c - `pratique read`: what a mail holds, without any policy.
 *
 * The mails are foreign bytes, so the command shuts itself in like the parse
 * role once the files are in memory; only then does it look at them.
 */
#include <stdio.h>
#include <sysexits.h>

#include "cli/commands.h"
#include "cli/mails.h"

static void
print_facts(struct arena *a, const char *name, struct cites facts)
{
	for (size_t i = 0; i < facts.n; i++) {
		const struct cite *f = &facts.v[i];

		(void)printf("  %s: %s", name, cli_text(a, f->text, 200));
		if (f->line > 0)
			(void)printf(", line %u\n", f->line);
		else
			(void)printf(", subject\n");
	}
}

static void
print_text(struct cli *c, const struct cli_mail *m)
{
	const struct message *v = m->message;
	const struct report *r = m->report;
	struct arena *a = c->arena;

	(void)printf("%s: %s from %s: %s\n", m->file, mail_kind_names[v->kind],
		cli_text(a, v->from, 120), cli_text(a, v->subject, 200));
	(void)printf("  body %s, answer %s%s%s\n", mail_body_names[v->body],
		v->answer ? "yes" : "no, ",
		v->answer ? "" : cli_text(a, v->no_answer_because, 200), "");
	(void)printf("  title: %s\n", cli_text(a, r->title.text, 200));
	if (r->steps.line > 0)
		(void)printf("  steps: lines %u-%u, %s\n", r->steps.line,
			r->steps.end, cli_text(a, r->steps.why, 200));
	else
		(void)printf("  steps: none found\n");
	(void)printf("  contact: %s\n", cli_text(a, r->contact.address, 200));
	(void)printf("  looks like: %s, findings: %u\n",
		looks_like_names[r->looks_like], r->findings);
	print_facts(a, "public", r->public_);
	print_facts(a, "exploited", r->exploited);
	print_facts(a, "severity", r->severity);
	for (size_t i = 0; i < r->n_cwe; i++)
		(void)printf("  weakness: CWE-%u, %s, %s\n", r->cwe[i].id,
			cwe_status_names[r->cwe[i].status],
			r->cwe[i].line ?
				arena_printf(a, "line %u", r->cwe[i].line) :
				"subject");
	print_facts(a, "version", r->versions);
	print_facts(a, "placeholder", r->placeholders);
	for (size_t i = 0; i < v->n_defects; i++)
		(void)printf("  defect: %s\n", cli_text(a, v->defects[i], 300));
}

int
cmd_read(int argc, char **argv)
{
	static const char usage[] = "read [--json] [--text] FILE...";
	struct cli c;
	struct cli_mails in = {0};
	bool text = false;
	const struct option_row rows[] = {
		{"text", OPT_FLAG, &text, NULL,
			"with --json: the decoded text as well"},
		{"sender", OPT_TEXT, &in.sender, "ADDR",
			"the envelope sender; '' is the null path"},
		{"rcpt", OPT_LIST, &in.rcpts, "ADDR",
			"an envelope recipient (repeatable)"},
	};
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Says what each mail holds: kind, text, and the facts of a report, with their\n"
		"lines. Reads nothing but the files named ('-' is standard input).",
		rows, 3);
	cli_words(&c, usage, 1, SIZE_MAX);
	if (!mails_load(&c, &in, &err) || !mails_shut(&c, &in, &err))
		return cli_fail(&err);
	for (size_t i = 0; i < in.n; i++) {
		struct cli_mail m;

		mails_read(&c, &in, i, &m);
		if (c.json) {
			json_t *v = report_json(m.message, m.report, text);

			json_object_set_new(v, "file", json_string(m.file));
			cli_json(v);
		} else {
			print_text(&c, &m);
		}
	}
	return EX_OK;
}
