/* cmd_case.c - `pratique case list|show`. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/case_show.h"
#include "cli/commands.h"
#include "sys/now.h"

static const struct duty *
next_duty(const struct casefile *c)
{
	const struct duty *best = NULL;

	for (size_t i = 0; i < c->n_duties; i++)
		if (c->duties[i].state == DUTY_RUNNING &&
			(best == NULL || c->duties[i].due.ms < best->due.ms))
			best = &c->duties[i];
	return best;
}

static void
print_row(struct cli *c, const struct casefile *f, instant at)
{
	const struct duty *next = next_duty(f);

	(void)printf("%-10s %-9s %-10s%s %s\n", f->id, rm_names[f->rm],
		disposition_names[f->disposition], f->decided ? " " : "?",
		cli_text(c->arena, f->title, 60));
	if (next != NULL)
		(void)printf("           next: %s by %s\n",
			duty_names[next->name], cli_due(c->arena, next, at));
}

static int
list(int argc, char **argv)
{
	static const char usage[] =
		"case list [--product NAME] [--limit N] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *limit = NULL;
	struct case_filter f = {.rm = -1, .limit = 1000};
	struct casefile **all;
	size_t n;
	unsigned long long most;
	const struct option_row rows[] = {
		{"product", OPT_TEXT, &f.product, "NAME",
			"only cases of this product"},
		{"limit", OPT_TEXT, &limit, "N", "at most so many (1000)"},
	};

	cli_parse(&c, argc, argv, usage,
		"Lists cases, newest first: id, state, what the desk proposes ('?' until a person\n"
		"has confirmed), title, and the next promise.",
		rows, 2);
	cli_words(&c, usage, 0, 0);
	if (limit != NULL) {
		if (!span_number(span_of(limit), 1000000, &most)) {
			(void)fprintf(
				stderr, "pratique: --limit takes a number\n");
			return EX_USAGE;
		}
		f.limit = (unsigned)most;
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!store_case_list(d.desk.store, c.arena, &f, &all, &n, &err))
		return cli_fail(&err);
	json_t *v = json_array();
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(v, casefile_json(all[i]));
		if (!c.json)
			print_row(&c, all[i], now());
	}
	if (c.json)
		cli_json(v);
	else
		json_decref(v);
	if (!c.json && n == 0)
		(void)printf("no cases yet\n");
	cli_desk_close(&d);
	return EX_OK;
}

static int
show(int argc, char **argv)
{
	static const char usage[] = "case show [--json] ID";
	struct cli c;
	struct cli_desk d;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Shows a case: its mails, each clause with its result and the lines that show it,\n"
		"promises with their due times, letters, and what is missing for the next state.",
		NULL, 0);
	cli_words(&c, usage, 1, 1);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	struct case_view view;
	if (!case_view_load(&c, &d, c.typed.words[0], &view, &err))
		return cli_fail(&err);
	if (c.json)
		cli_json(case_view_json(&c, &view));
	else
		case_view_print(&c, &view, now());
	cli_desk_close(&d);
	return EX_OK;
}

int
cmd_case(int argc, char **argv)
{
	static const struct command rows[] = {
		{"list", "all cases, newest first", list},
		{"show", "one case, whole", show},
	};

	return cli_sub("case", rows, ARRAY_LEN(rows), argc, argv);
}
