/* commands.h - one function a command; each in its own file. */
#pragma once

#include "cli/cli.h"

int cmd_serve(int argc, char **argv);
int cmd_intake(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_judge(int argc, char **argv);
int cmd_case(int argc, char **argv);
int cmd_queue(int argc, char **argv);
int cmd_decide(int argc, char **argv);
int cmd_due(int argc, char **argv);
int cmd_outbox(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_mirror(int argc, char **argv);
int cmd_rebuild(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);

/* `case list` and the like: the row that argv[0] names is run; without one,
 * or with --help, the list is printed. */
int cli_sub(const char *name, const struct command *rows, size_t n, int argc,
	char **argv);

/* The parts of `policy` that have a file of their own. */
int cmd_policy_new(int argc, char **argv);
int cmd_policy_explain(int argc, char **argv);
int cmd_policy_schema(int argc, char **argv);
int cmd_policy_diff(int argc, char **argv);
int cmd_policy_render(int argc, char **argv);
int cmd_policy_drift(int argc, char **argv);
int cmd_policy_import(int argc, char **argv);

/* The parts of `case` that change something, or look at what is folded. */
int case_route(int argc, char **argv);
int case_confirm(int argc, char **argv);
int case_overrule(int argc, char **argv);
int case_rejudge(int argc, char **argv);
int case_split(int argc, char **argv);
int case_rate(int argc, char **argv);
int case_raw(int argc, char **argv);
int case_search(int argc, char **argv);

/* Policies from files given by name, without a desk. */
bool judge_policies(struct cli *c, const struct text_list *files,
	struct policies *out, struct err *err);
/* One of them. */
bool cmd_policy_read(struct cli *c, const char *file, const struct policy **out,
	struct err *err);
