/*
 * cli.h - what every command shares: options, the desk's data, output.
 *
 * A command is one file with one row in main.c's table. Exit statuses are
 * those of sysexits.h, besides 0 and, where a command compares or verifies,
 * 1 for "it differs".
 */
#pragma once

#include "base/json.h"
#include "desk/intake.h"

struct option_row {
	const char *name; /* without "--" */
	enum { OPT_FLAG, OPT_TEXT, OPT_LIST } kind;
	void *to;             /* bool *, const char **, struct text_list * */
	const char *argument; /* "FILE"; NULL for a flag */
	const char *doc;
};

struct command {
	const char *name;    /* "case" */
	const char *summary; /* one line for `pratique --help` */
	int (*run)(int argc, char **argv);
};

/* What was typed after the options. */
struct typed {
	const char *const *words;
	size_t n;
};

/* Options that all commands take, filled by cli_parse(). */
struct cli {
	struct arena *arena;
	const char *config, *data; /* as typed, or NULL */
	bool json;
	struct typed typed;
};

/*
 * Reads argv (past the command's name) by the rows and by those all commands
 * have. Prints help and exits for --help; prints what is wrong and exits with
 * EX_USAGE otherwise. `usage` is "case show ID".
 */
void cli_parse(struct cli *c, int argc, char **argv, const char *usage,
	const char *about, const struct option_row *rows, size_t n);

/* Complains with the usage unless low <= typed words <= high. */
void cli_words(const struct cli *c, const char *usage, size_t low, size_t high);

/* The desk as a command sees it: settings, policies, store. Opens only what
 * is asked for; says what is wrong and returns an exit status (0: fine). */
enum { CLI_SETTINGS = 0, CLI_POLICIES = 1, CLI_STORE = 2 };
struct cli_desk {
	struct desk desk;
	struct policies policies;
	const struct settings *set;
	const char *data; /* absolute */
};
int cli_desk(struct cli *c, unsigned what, struct cli_desk *out);
void cli_desk_close(struct cli_desk *d);

/* "pratique: text" on standard error; returns err_exit(). */
int cli_fail(const struct err *err);

/* One JSON value and a newline; takes the reference. */
void cli_json(json_t *v);
/* Personal text for a terminal: visible, at most `max` bytes; NULL is "-". */
const char *cli_text(struct arena *a, const char *s, size_t max);
/* "Mon 2026-11-30 24:00 America/New_York, in 4 days" */
const char *cli_due(struct arena *a, const struct duty *d, instant now);
const char *cli_instant(struct arena *a, instant t); /* "-" for 0 */
/* A mail's text with line numbers, made visible: at most `most` lines, or
 * SHOW_ALL_LINES (show.h). Returns how many were left out. */
size_t cli_numbered(struct arena *a, struct span text, size_t most);

/* Ids are printed in capitals, and typed in either; "mail-17" stays. */
const char *cli_case_id(struct cli *c, const char *typed);

/* Has an action done by the running core, or here when none runs. */
int cli_act(struct cli *c, const char *verb, const char *const *args, size_t n,
	json_t **result);
