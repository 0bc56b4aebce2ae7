/* cmd_policy_render.c - `pratique policy render`: a policy as a document. */
#include <stdio.h>
#include <sysexits.h>

#include "base/names.h"
#include "cli/commands.h"
#include "publish/publish.h"
#include "sys/files.h"
#include "sys/now.h"

enum { RENDERED_MAX = 4 * 1024 * 1024 };

/* The format that was asked for, or that the file's name ends in. */
static int
format_of(const char *format, const char *out)
{
	struct span name = span_of(out);
	int i;

	if (format) {
		i = names_find(format_names, FORMAT_COUNT, span_of(format));
		const char *near = i >= 0 ?
			NULL :
			names_nearest(
				format_names, FORMAT_COUNT, span_of(format));
		if (i < 0)
			(void)fprintf(stderr,
				"pratique: there is no format '%s'; allowed: md, rst, html, txt, security.txt%s%s%s\n",
				format, near ? "; did you mean " : "",
				near ? near : "", near ? "?" : "");
		return i;
	}
	for (i = FORMAT_COUNT - 1; out && i >= 0; i--)
		if (span_ends_nocase(name, format_names[i]))
			return i;
	(void)fprintf(stderr,
		"pratique: say which --format: md, rst, html, txt or security.txt\n");
	return -1;
}

int
cmd_policy_render(int argc, char **argv)
{
	static const char usage[] =
		"policy render --policy FILE --format FORMAT [--out FILE]";
	struct cli c;
	const char *file = NULL, *format = NULL, *to = NULL;
	const struct option_row rows[] = {
		{"policy", OPT_TEXT, &file, "FILE", "the policy"},
		{"format", OPT_TEXT, &format, "FORMAT",
			"md, rst, html, txt or security.txt; else by the ending of --out"},
		{"out", OPT_TEXT, &to, "FILE",
			"where to write it, in one step (else standard output)"},
	};
	struct policies p;
	struct str out;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Writes the document that people read: the same content in each format, with the\n"
		"policy's version at its end. security.txt is that of RFC 9116.",
		rows, 3);
	cli_words(&c, usage, file ? 0 : 1, file ? 0 : 1);
	struct text_list one = {file ? &file : c.typed.words, 1};
	int i = format_of(format, to);
	if (i < 0)
		return EX_USAGE;
	if (!now_init(&err) || !judge_policies(&c, &one, &p, &err))
		return cli_fail(&err);
	str_init(&out, RENDERED_MAX);
	if (!policy_render(
		    c.arena, p.v[0], (enum publish_format)i, now(), &out, &err))
		return cli_fail(&err);
	if (to) {
		if (!file_write(to, str_span(&out), 0644, &err))
			return cli_fail(&err);
	} else if (fwrite(out.text, 1, out.n, stdout) != out.n ||
		fflush(stdout) != 0) {
		(void)err_set(&err, ERR_BROKEN,
			"standard output did not take the document");
		return cli_fail(&err);
	}
	str_fini(&out);
	return EX_OK;
}
