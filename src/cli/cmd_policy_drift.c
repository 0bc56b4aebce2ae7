/*
 * cmd_policy_drift.c - `pratique policy drift`: does a document still say
 * what its policy says?
 *
 * The documents may be anybody's, so the command shuts itself in like the
 * parse role once all files are in memory.
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/mails.h"
#include "cli/show.h"
#include "publish/drift.h"
#include "publish/security_txt.h"
#include "sys/files.h"
#include "sys/now.h"

enum { DIFFERS = 1, TEXT_MOST = 4000, LABEL = 13 };

struct drifting {
	struct cli *c;
	const struct policy *p;
	const char *product;
	json_t *all;
	bool same;
};

static json_t *
row_json(const char *file, const struct drift_row *r)
{
	json_t *lines = json_array(), *v;

	for (size_t i = 0; i < r->n_lines; i++)
		json_array_append_new(lines, json_integer(r->lines[i]));
	v = json_object();
	json_object_set_new(v, "document", json_text_or_null(file));
	json_object_set_new(v, "clause", json_text_or_null(r->clause));
	json_object_set_new(v, "result", json_string(drift_names[r->result]));
	json_object_set_new(
		v, "policy_text", json_text_or_null(r->policy_text));
	json_object_set_new(
		v, "document_text", json_text_or_null(r->document_text));
	json_object_set_new(v, "lines", lines);
	json_object_set_new(v, "because", json_text_or_null(r->because));
	json_object_set_new(
		v, "meaning", json_boolean(r->result == DRIFT_MEANING));
	return v;
}

static void
print_text(struct cli *c, const char *label, const char *text)
{
	if (text == NULL)
		return;
	(void)printf("    %-9s", label);
	/* a text's lines are blanks here; all else is made visible */
	AUTO(str_fini) struct str s;
	str_init(&s, TEXT_MOST + 8);
	for (; *text && s.n < TEXT_MOST; text++)
		str_putc(&s, *text == '\n' ? ' ' : *text);
	show_words(LABEL, LABEL, cli_text(c->arena, s.text, TEXT_MOST));
}

static void
print_row(struct cli *c, const char *file, const struct drift_row *r)
{
	(void)printf("  %s%s: %s", drift_names[r->result],
		r->result == DRIFT_MEANING ? ", another meaning" : "",
		r->clause ? r->clause : "no clause says this");
	if (r->n_lines > 0)
		(void)printf(", %s:%u", file, r->lines[0]);
	if (r->n_lines > 1)
		(void)printf("-%u", r->lines[r->n_lines - 1]);
	(void)printf("%s%s\n", r->because ? ": " : "",
		r->because ? cli_text(c->arena, r->because, 300) : "");
	print_text(c, "policy", r->policy_text);
	print_text(c, "document", r->document_text);
}

static void
one_document(struct drifting *r, const char *file, const struct doc *d)
{
	struct drift drift;
	size_t same = 0;

	drift_find(r->c->arena, r->p, r->product, d, &drift);
	r->same = r->same && drift.same;
	for (size_t i = 0; i < drift.n; i++) {
		same += drift.rows[i].result == DRIFT_SAME;
		if (r->c->json)
			json_array_append_new(
				r->all, row_json(file, &drift.rows[i]));
	}
	if (r->c->json)
		return;
	(void)printf("%s: %s, %zu the same", file,
		drift.same ? "no drift" : "drift", same);
	if (!drift.same)
		(void)printf(", %zu not", drift.n - same);
	(void)putchar('\n');
	for (size_t i = 0; i < drift.n; i++)
		if (drift.rows[i].result != DRIFT_SAME)
			print_row(r->c, file, &drift.rows[i]);
}

static void
one_security_txt(struct drifting *r, const char *file, struct span text)
{
	const struct security_txt_line *v;
	struct arena *a = r->c->arena;
	size_t n;
	bool same = security_txt_compare(a, r->p, text, now(), &v, &n);

	r->same = r->same && same;
	if (!r->c->json)
		(void)printf("%s: %s\n", file, same ? "no drift" : "drift");
	for (size_t i = 0; i < n; i++) {
		if (r->c->json) {
			json_t *lines = json_array();

			if (v[i].line > 0)
				json_array_append_new(
					lines, json_integer(v[i].line));
			json_array_append_new(r->all,
				json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}",
					"document", file, "clause", v[i].field,
					"result", v[i].result, "policy_text",
					json_text_or_null(v[i].source),
					"document_text",
					json_text_or_null(v[i].found), "lines",
					lines));
			continue;
		}
		if (strcmp(v[i].result, "same") == 0)
			continue;
		(void)printf("  %s: %s", v[i].result, v[i].field);
		if (v[i].line > 0)
			(void)printf(", %s:%u", file, v[i].line);
		(void)putchar('\n');
		print_text(r->c, "policy", v[i].source);
		print_text(r->c, "document", v[i].found);
	}
}

static bool
read_all(struct cli *c, struct span **texts, struct err *err)
{
	*texts = ARENA_ARRAY(c->arena, c->typed.n, struct span);
	for (size_t i = 0; i < c->typed.n; i++)
		if (!file_read(c->arena, c->typed.words[i], DOC_MAX,
			    &(*texts)[i], err))
			return false;
	return true;
}

int
cmd_policy_drift(int argc, char **argv)
{
	static const char usage[] =
		"policy drift --policy FILE [--product NAME] [--json] DOCUMENT...";
	struct cli c;
	const char *file = NULL, *product = NULL;
	const struct option_row rows[] = {
		{"policy", OPT_TEXT, &file, "FILE",
			"the policy that the documents are to say"},
		{"product", OPT_TEXT, &product, "NAME",
			"the documents' product, where it is a sister of the policy's"},
	};
	struct policies p;
	struct span *texts;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Compares published documents (Markdown, reStructuredText, security.txt) with the\n"
		"policy, clause by clause: same, reworded, changed, missing or extra, with the\n"
		"lines. Markup, wrapping, quotation marks and the product's own name make no\n"
		"difference. Exit status 0 if all is the same, 1 if not.",
		rows, 2);
	cli_words(&c, usage, 1, SIZE_MAX);
	if (file == NULL) {
		(void)fprintf(stderr,
			"pratique: say which policy: --policy FILE\nusage: pratique %s\n",
			usage);
		return EX_USAGE;
	}
	struct text_list one = {&file, 1};
	if (!now_init(&err) || !judge_policies(&c, &one, &p, &err) ||
		!read_all(&c, &texts, &err) ||
		!mails_shut(&c, &(struct cli_mails){.n = 0}, &err))
		return cli_fail(&err);
	struct drifting r = {&c, p.v[0], product, json_array(), true};
	for (size_t i = 0; i < c.typed.n; i++) {
		const char *name = c.typed.words[i];
		const struct doc *d;

		if (security_txt_is(name, texts[i]))
			one_security_txt(&r, name, texts[i]);
		else if (doc_read(c.arena, name, texts[i], &d, &err))
			one_document(&r, name, d);
		else
			return cli_fail(&err);
	}
	if (c.json)
		cli_json(r.all);
	return r.same ? EX_OK : DIFFERS;
}
