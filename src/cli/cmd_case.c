/* cmd_case.c - `pratique case list|show`; the rest of `case` is in files of
 * its own. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/case_show.h"
#include "cli/commands.h"
#include "cli/mask.h"
#include "cli/show.h"
#include "sys/now.h"

static void
print_row(struct cli *c, const struct casefile *f, instant at)
{
	static const char *const week[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	const struct duty *next = case_next_duty(f);
	char day[DAY_TEXT];

	(void)printf("%-10s %s\n", f->id, cli_text(c->arena, f->title, 69));
	const char *to = casefile_link(f, "moved-to");
	(void)printf("           %s, %s%s%s%s%s%s", rm_names[f->rm],
		disposition_names[f->disposition], f->decided ? "" : "?",
		f->rating ? ", rated " : "", f->rating ? f->rating : "",
		to ? "; goes on as " : "", to ? to : "");
	if (next != NULL)
		(void)printf("; %s by %s %s (%s)", duty_names[next->name],
			week[day_weekday(next->due_day)],
			day_format(next->due_day, day),
			show_away(c->arena, next->due.ms - at.ms));
	(void)putchar('\n');
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
		"Lists cases, newest first: id and title; state, judgement ('?' until a person has\n"
		"confirmed it) and the next promise.",
		rows, 2);
	cli_words(&c, usage, 0, 0);
	if (limit != NULL) {
		if (!span_number(span_of(limit), 1000000, &most) || most == 0) {
			(void)fprintf(stderr,
				"pratique: --limit takes a number from 1 to 1000000\n");
			return EX_USAGE;
		}
		f.limit = (unsigned)most;
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!store_case_list(d.desk.store, c.arena, &f, &all, &n, &err))
		return cli_fail(&err);
	bool *folds = ARENA_ARRAY(c.arena, n, bool);
	struct mask mask = {.c = &c, .store = d.desk.store};
	for (size_t i = 0; i < n; i++)
		if (!mask_case(&mask, all[i], &folds[i], &err))
			return cli_fail(&err);
	cli_desk_close(&d);
	if (n > 0 && !mask_shut(&err))
		return cli_fail(&err);
	json_t *v = json_array();
	for (size_t i = 0; i < n; i++) {
		bool folded = folds[i] && mask_text(&c, &all[i]->title);

		if (!c.json) {
			print_row(&c, all[i], now());
			continue;
		}
		json_t *one = casefile_json(all[i]);
		json_object_set_new(one, "folded", json_boolean(folded));
		json_array_append_new(v, one);
	}
	if (c.json)
		cli_json(v);
	else
		json_decref(v);
	if (!c.json && n == 0)
		(void)printf("no cases yet\n");
	return EX_OK;
}

const char *
cli_case_id(struct cli *c, const char *typed)
{
	char *id = arena_strdup(c->arena, typed);

	if (strncmp(typed, "mail-", 5) == 0)
		return id;
	for (char *p = id; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return id;
}

static int
no_case(const char *typed, struct err *err)
{
	if (strncmp(typed, "mail-", 5) == 0)
		(void)fprintf(stderr,
			"pratique: %s is a mail: pratique queue show %s\n",
			typed, typed);
	else
		(void)fprintf(stderr,
			"pratique: %s; `pratique case list` has those there are\n",
			err->text);
	return err_exit(err->code);
}

/* That somebody looked at the reporter's ratings before there was one of ours
 * is on record before they are shown. */
static int
show_ratings(struct cli *c, const char *id)
{
	const char *args[] = {id, ""};
	json_t *result;
	int status = cli_act(c, "case-ratings", args, 2, &result);

	if (status == EX_OK)
		json_decref(result);
	return status;
}

static int
show(int argc, char **argv)
{
	static const char usage[] = "case show [--all] [--ratings] [--json] ID";
	struct cli c;
	struct cli_desk d;
	struct err err;
	bool all = false, ratings = false;
	const struct option_row rows[] = {
		{"all", OPT_FLAG, &all, NULL,
			"every clause, and long mails to their end"},
		{"ratings", OPT_FLAG, &ratings, NULL,
			"the reporter's ratings as well, before there is one of ours; that goes on record"},
	};

	cli_parse(&c, argc, argv, usage,
		"Shows a case: its mails, each clause with its result and the lines that show it,\n"
		"promises with their due times, letters, and what is missing for the next state.",
		rows, 2);
	cli_words(&c, usage, 1, 1);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	struct case_view view;
	const char *id = cli_case_id(&c, c.typed.words[0]);
	if (!case_view_load(&c, &d, id, &view, &err))
		return err.code == ERR_ABSENT ?
			no_case(c.typed.words[0], &err) :
			cli_fail(&err);
	instant at = now();
	cli_desk_close(&d);
	if (ratings && view.folds) {
		status = show_ratings(&c, id);
		if (status != EX_OK)
			return status;
		view.folds = false;
	}
	if (!case_view_fold(&c, &view, &err))
		return cli_fail(&err);
	if (c.json)
		cli_json(case_view_json(&c, &view));
	else
		case_view_print(&c, &view, at, all);
	return EX_OK;
}

int
cmd_case(int argc, char **argv)
{
	static const struct command rows[] = {
		{"list", "all cases, newest first", list},
		{"show", "one case, whole", show},
		{"search", "cases and mails that hold some words", case_search},
		{"route", "put a mail or a case where it belongs", case_route},
		{"confirm", "confirm what the desk proposes", case_confirm},
		{"overrule", "decide otherwise", case_overrule},
		{"rejudge", "judge again, with what is known now",
			case_rejudge},
		{"split", "make several cases of one mail", case_split},
		{"rate", "rate on the policy's own scale", case_rate},
		{"raw", "the exact bytes of a mail", case_raw},
	};

	return cli_sub("case", rows, ARRAY_LEN(rows), argc, argv);
}
