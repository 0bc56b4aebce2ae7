/*
 * cmd_policy_import.c - `pratique policy import`: a draft of a policy file
 * from a document that is published already.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/mails.h"
#include "publish/import.h"
#include "sys/files.h"

enum { DRAFT_MAX = 4 * 1024 * 1024 };

int
cmd_policy_import(int argc, char **argv)
{
	static const char usage[] =
		"policy import [--product NAME] [--prefix XYZ] [--zone ZONE] DOCUMENT";
	struct cli c;
	struct import_given given = {.file = NULL};
	const struct option_row rows[] = {
		{"product", OPT_TEXT, &given.product, "NAME",
			"the product's name"},
		{"prefix", OPT_TEXT, &given.prefix, "XYZ", "of case ids"},
		{"zone", OPT_TEXT, &given.zone, "ZONE",
			"the time zone, such as Europe/Berlin"},
		{"contact", OPT_TEXT, &given.contact, "ADDR",
			"the address that reports go to"},
		{"organisation", OPT_TEXT, &given.organisation, "NAME",
			"who promises"},
	};
	struct span text;
	const struct doc *d;
	struct str out;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Reads a published security policy (Markdown or reStructuredText) and writes a\n"
		"draft of a policy file on standard output: the document's own sentences, each\n"
		"as the clause that it was recognised as, with its figures. What was guessed or\n"
		"not understood is said in comments.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 1, 1);
	const char *slash = strrchr(c.typed.words[0], '/');
	given.file = slash ? slash + 1 : c.typed.words[0];
	if (!file_read(c.arena, c.typed.words[0], DOC_MAX, &text, &err) ||
		!mails_shut(&c, &(struct cli_mails){.n = 0}, &err))
		return cli_fail(&err);
	str_init(&out, DRAFT_MAX);
	if (!doc_read(c.arena, given.file, text, &d, &err) ||
		!import_policy(c.arena, d, &given, &out, &err)) {
		(void)err_wrap(&err, "%s", c.typed.words[0]);
		return cli_fail(&err);
	}
	if (fwrite(out.text, 1, out.n, stdout) != out.n ||
		fflush(stdout) != 0) {
		(void)err_set(&err, ERR_BROKEN,
			"standard output did not take the draft");
		return cli_fail(&err);
	}
	str_fini(&out);
	return EX_OK;
}
