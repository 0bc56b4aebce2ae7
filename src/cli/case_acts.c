/* case_acts.c - `pratique case route|confirm|overrule|rejudge|split|rate|raw`:
 * what a person says of what the desk proposed. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/case_show.h"
#include "cli/commands.h"
#include "cli/mask.h"
#include "cli/show.h"

enum { WORDS_MAX = 64 };

static const char *
or_empty(const char *s)
{
	return s ? s : "";
}

static void
print_letter(const json_t *result)
{
	const json_t *l = json_object_get(result, "letter");
	const char *because = json_get_text(l, "held_because");

	if (!json_is_object(l)) {
		(void)printf("  no letter is written\n");
		return;
	}
	(void)printf("  letter %s, '%s', is %s%s%s\n",
		json_get_text(l, "letter"), json_get_text(l, "template"),
		json_get_text(l, "state"), because ? ": " : "",
		because ? because : "");
}

/* "DAGF-3  invalid, set-aside by person:ann (vulnerabilities-only)" */
static void
print_case(const json_t *r)
{
	const char *by = json_get_text(r, "decided_by");
	const char *clause = json_get_text(r, "clause");

	(void)printf("%s  %s, %s%s%s%s%s%s\n", json_get_text(r, "case"),
		json_get_text(r, "state"), json_get_text(r, "disposition"),
		json_is_true(json_object_get(r, "decided")) ? "" : "?",
		by ? " by " : "", by ? by : "", clause ? ", clause " : "",
		clause ? clause : "");
}

static int
act(struct cli *c, const char *verb, const char *const *args, size_t n,
	json_t **out)
{
	int status = cli_act(c, verb, args, n, out);

	if (status != EX_OK)
		return status;
	if (c->json) {
		cli_json(*out);
		*out = NULL;
	} else if (json_is_true(json_object_get(*out, "already"))) {
		(void)printf("nothing to do, it is so already\n");
	}
	return EX_OK;
}

static bool
is_new(const json_t *r)
{
	return !json_is_true(json_object_get(r, "already"));
}

/* --- route, rejudge ------------------------------------------------------------- */

int
case_route(int argc, char **argv)
{
	static const char usage[] =
		"case route [--json] --reason TEXT ITEM PRODUCT|CASE";
	const char *reason = NULL;
	struct cli c;
	json_t *r;
	const struct option_row rows[] = {
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"}};

	cli_parse(&c, argc, argv, usage,
		"Puts a mail of a queue (mail-17) to a product, of which it becomes a case, or to a case, which it joins; or a case to another product, as a case of which it goes on. Times count from receipt either way.",
		rows, 1);
	cli_words(&c, usage, 2, 2);
	const char *args[] = {
		c.typed.words[0], c.typed.words[1], or_empty(reason)};
	int status = act(&c, "case-route", args, 3, &r);
	if (status != EX_OK || r == NULL)
		return status;
	print_case(r);
	if (is_new(r))
		print_letter(r);
	json_decref(r);
	return EX_OK;
}

static void
print_rejudged(struct cli *c, const json_t *r)
{
	const char *id = json_get_text(r, "case");
	const char *was = json_get_text(r, "was");
	const char *judged = json_get_text(r, "judged");
	const char *because = json_get_text(r, "because");
	const char *product = json_get_text(r, "product");

	(void)printf("%s  was %s, is judged %s: ",
		id ? id :
		     arena_printf(c->arena, "mail-%lld",
			     (long long)json_get_int(r, "mail", 0)),
		was, judged);
	show_words(0, 2, because ? because : "-");
	if (json_is_true(json_object_get(r, "stands")))
		(void)printf(
			"  what %s decided stands; to change it: pratique case overrule %s\n",
			json_get_text(r, "decided_by"), id);
	if (product != NULL)
		(void)printf(
			"  it names %s: pratique case route mail-%lld %s --reason TEXT\n",
			product, (long long)json_get_int(r, "mail", 0),
			product);
}

int
case_rejudge(int argc, char **argv)
{
	static const char usage[] =
		"case rejudge [--json] [--reason TEXT] ITEM";
	const char *reason = NULL;
	struct cli c;
	struct err err;
	json_t *r;
	const struct option_row rows[] = {
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"}};

	cli_parse(&c, argc, argv, usage,
		"Judges a case or a mail of a queue again, with this program, its CWE list and the mirror of now, by the policy version of the case. Adds a judgement; what a person decided stands, and no letter is written.",
		rows, 1);
	cli_words(&c, usage, 1, 1);
	const char *args[] = {c.typed.words[0], or_empty(reason)};
	int status = cli_act(&c, "case-rejudge", args, 2, &r);
	if (status != EX_OK)
		return status;
	/* It quotes the mail: whether there is a rating of ours, `case show`
	 * knows; here they are always folded. */
	if (!mask_shut(&err))
		return cli_fail(&err);
	json_object_set_new(r, "folded",
		json_boolean(mask_verdict(&c, json_object_get(r, "verdict"))));
	if (c.json) {
		cli_json(r);
		return EX_OK;
	}
	print_rejudged(&c, r);
	show_clauses(&c,
		json_object_get(json_object_get(r, "verdict"), "clauses"),
		false);
	json_decref(r);
	return EX_OK;
}

/* --- confirm, overrule ------------------------------------------------------------ */

static const char *
letter_choice(bool yes, bool no)
{
	return yes ? "yes" : no ? "no" : "";
}

static void
print_decided(const json_t *r)
{
	const json_t *into = json_object_get(r, "into"), *id;
	size_t i;

	print_case(r);
	json_array_foreach(into, i, id)(void) printf(
		"  %s is a case of its own now\n", json_string_value(id));
	if (into == NULL && is_new(r))
		print_letter(r);
}

int
case_confirm(int argc, char **argv)
{
	static const char usage[] =
		"case confirm [--reason TEXT] [--letter] [--no-letter] [--json] ID";
	const char *reason = NULL;
	bool letter = false, no_letter = false;
	struct cli c;
	json_t *r;
	const struct option_row rows[] = {
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"},
		{"letter", OPT_FLAG, &letter, NULL,
			"write the letter about it also to whom no receipt was written"},
		{"no-letter", OPT_FLAG, &no_letter, NULL,
			"write none, as to a spammer; the promises end with it"},
	};

	cli_parse(&c, argc, argv, usage,
		"Confirms what the desk proposes for a case: set aside, ignored, or split. With it the clocks stop as the policy says, and the letter that is due is written.",
		rows, 3);
	cli_words(&c, usage, 1, 1);
	const char *args[] = {c.typed.words[0], or_empty(reason),
		letter_choice(letter, no_letter)};
	int status = act(&c, "case-confirm", args, 3, &r);
	if (status != EX_OK || r == NULL)
		return status;
	print_decided(r);
	json_decref(r);
	return EX_OK;
}

int
case_overrule(int argc, char **argv)
{
	static const char usage[] =
		"case overrule --reason TEXT [--clause ID] [--whole] [--letter] [--no-letter] [--json] ID open|ask|ask-plain|set-aside|ignore";
	const char *reason = NULL, *clause = NULL;
	bool letter = false, no_letter = false, whole = false;
	struct cli c;
	json_t *r;
	const struct option_row rows[] = {
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"},
		{"clause", OPT_TEXT, &clause, "ID",
			"the clause that a letter about it cites"},
		{"whole", OPT_FLAG, &whole, NULL,
			"it is one report: the proposed split is off as well"},
		{"letter", OPT_FLAG, &letter, NULL,
			"write the letter about it also to whom no receipt was written"},
		{"no-letter", OPT_FLAG, &no_letter, NULL, "write none"},
	};

	cli_parse(&c, argc, argv, usage,
		"Decides otherwise than the desk proposed or a person before. Clocks stop or go on with it; a letter about the other decision that has not left is withdrawn.",
		rows, 5);
	cli_words(&c, usage, 2, 2);
	const char *args[] = {c.typed.words[0], c.typed.words[1],
		or_empty(reason), or_empty(clause),
		letter_choice(letter, no_letter), whole ? "whole" : ""};
	int status = act(&c, "case-overrule", args, 6, &r);
	if (status != EX_OK || r == NULL)
		return status;
	print_decided(r);
	json_decref(r);
	return EX_OK;
}

/* --- split, rate -------------------------------------------------------------------- */

int
case_split(int argc, char **argv)
{
	static const char usage[] =
		"case split [--lines FROM-TO --lines FROM-TO...] [--reason TEXT] [--json] ID";
	const char *reason = NULL;
	struct text_list lines = {0};
	const char *args[WORDS_MAX];
	struct cli c;
	json_t *r;
	const struct option_row rows[] = {
		{"lines", OPT_LIST, &lines, "FROM-TO",
			"the lines of one part; repeat. The first is what the case keeps"},
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"},
	};

	cli_parse(&c, argc, argv, usage,
		"Makes a case for each vulnerability in one mail: by the lines given, or those that the desk proposes. Each has the receipt time, the policy version and the promises of the one.",
		rows, 2);
	cli_words(&c, usage, 1, 1);
	if (lines.n + 2 > 52) {
		(void)fprintf(
			stderr, "pratique: at most 50 parts of one mail\n");
		return EX_USAGE;
	}
	args[0] = c.typed.words[0];
	args[1] = or_empty(reason);
	for (size_t i = 0; i < lines.n; i++)
		args[2 + i] = lines.v[i];
	int status = act(&c, "case-split", args, 2 + lines.n, &r);
	if (status != EX_OK || r == NULL)
		return status;
	print_decided(r);
	json_decref(r);
	return EX_OK;
}

/* Found by the same rules as in mails, behind the same doors, in a mail of
 * its own. */
static bool
is_vector(struct cli *c, const char *vector)
{
	const struct message m = {.text = vector};
	const struct report *r = report_find(c->arena, &m);

	return r->n_cvss == 1 && r->cvss[0].valid &&
		strcmp(r->cvss[0].vector, vector) == 0;
}

int
case_rate(int argc, char **argv)
{
	static const char usage[] =
		"case rate [--vector CVSS] [--reason TEXT] [--json] ID RATING";
	const char *reason = NULL, *vector = NULL;
	struct cli c;
	json_t *r;
	const struct option_row rows[] = {
		{"vector", OPT_TEXT, &vector, "CVSS",
			"the vector that it rests on, version 2.0 to 4.0"},
		{"reason", OPT_TEXT, &reason, "TEXT", "why; kept beside it"},
	};

	cli_parse(&c, argc, argv, usage,
		"Rates a case on the policy's own scale. From then on the reporter's ratings are shown as well.",
		rows, 2);
	cli_words(&c, usage, 2, 2);
	if (vector != NULL && !is_vector(&c, vector)) {
		(void)fprintf(stderr,
			"pratique: '%s' is no valid CVSS vector: write it as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n",
			cli_text(c.arena, vector, 120));
		return EX_DATAERR;
	}
	const char *args[] = {c.typed.words[0], c.typed.words[1],
		or_empty(vector), or_empty(reason)};
	int status = act(&c, "case-rate", args, 4, &r);
	if (status != EX_OK || r == NULL)
		return status;
	(void)printf("%s  rated %s%s%s\n", json_get_text(r, "case"),
		c.typed.words[1], vector ? ", " : "", or_empty(vector));
	json_decref(r);
	return EX_OK;
}

int
case_raw(int argc, char **argv)
{
	static const char usage[] = "case raw [--yes] ID|MAIL";
	bool yes = false;
	struct cli c;
	const struct option_row rows[] = {{"yes", OPT_FLAG, &yes, NULL,
		"do not ask, though it may hold a rating and there is none of ours"}};

	cli_parse(&c, argc, argv, usage,
		"Prints a mail's bytes as they came: mail-17, or the mail that a case was opened by. That it was opened goes on record before the first byte comes out.",
		rows, 1);
	cli_words(&c, usage, 1, 1);
	return raw_print(&c, cli_case_id(&c, c.typed.words[0]), yes);
}
