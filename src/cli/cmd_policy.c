/* cmd_policy.c - `pratique policy`: check, show, and the table of the rest. */
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "sys/now.h"

bool
judge_policies(struct cli *c, const struct text_list *files,
	struct policies *out, struct err *err)
{
	const struct policy **v =
		ARENA_ARRAY(c->arena, files->n, const struct policy *);
	const char **own = ARENA_ARRAY(c->arena, files->n, const char *);
	struct str problems;
	bool ok = true;

	str_init(&problems, 16 * 1024);
	for (size_t i = 0; ok && i < files->n; i++) {
		ok = policies_read(
			c->arena, files->v[i], &v[i], &problems, err);
		own[i] = ok ? v[i]->contact : NULL;
	}
	(void)fputs(problems.text, stderr);
	str_fini(&problems);
	*out = (struct policies){
		.v = v, .n = files->n, .own = {own, files->n, NULL}};
	return ok;
}

bool
cmd_policy_read(struct cli *c, const char *file, const struct policy **out,
	struct err *err)
{
	struct text_list one = {&file, 1};
	struct policies p;

	if (!judge_policies(c, &one, &p, err))
		return false;
	*out = p.v[0];
	return true;
}

/* RFC 9116 wants less than a year; people forget the day, so it is said in
 * time. */
static void
watch_expiry(const char *file, const struct policy *p)
{
	const struct day *end = p->security_txt.expires;
	char day[DAY_TEXT];
	long long left;

	if (end == NULL)
		return;
	left = end->n - now().ms / (24 * 3600 * 1000LL);
	if (left < 0)
		(void)fprintf(stderr,
			"%s: warning: security.txt expired on %s: people must not trust it any more; give a new 'expires'\n",
			file, day_format(*end, day));
	else if (left <= 30)
		(void)fprintf(stderr,
			"%s: warning: security.txt expires on %s, in %lld day%s; give a new 'expires'\n",
			file, day_format(*end, day), left,
			left == 1 ? "" : "s");
	else if (left >= 365)
		(void)fprintf(stderr,
			"%s: warning: security.txt expires on %s, in %lld days; RFC 9116 asks for less than a year\n",
			file, day_format(*end, day), left);
}

/* A list that has ended makes every day of this year a business day. */
static void
watch_holidays(const char *file, const struct policy *p)
{
	char day[DAY_TEXT];

	if (p->n_holidays == 0)
		return;
	const struct day last = p->holidays[p->n_holidays - 1];
	if (last.n < now().ms / (24 * 3600 * 1000LL))
		(void)fprintf(stderr,
			"%s: warning: the last of 'holidays' was %s; name those of the years to come\n",
			file, day_format(last, day));
}

static void
say_base(const char *file, const struct policy_base *base)
{
	(void)printf("%s: a base, %zu clauses", file, base->n_clauses);
	for (size_t i = 0; i < base->n_open; i++)
		(void)printf("%s%s",
			i > 0 ? ", " : "; what extends it must give ",
			base->open[i]);
	(void)putchar('\n');
}

static bool
check_one(struct cli *c, const char *file, struct err *err)
{
	const struct policy *p = NULL;
	struct policy_base base = {0};
	struct calendar calendar;
	struct str problems;
	char hex[HASH_TEXT];

	str_init(&problems, 16 * 1024);
	bool ok = policies_read_file(c->arena, file, &p, &base, &problems, err);
	(void)fputs(problems.text, stderr);
	str_fini(&problems);
	if (!ok)
		return false;
	if (p == NULL) {
		say_base(file, &base);
		return true;
	}
	if (!policies_calendar(c->arena, p, &calendar, err))
		return false;
	(void)printf("%s: %s, %zu clauses, version %.12s\n", file,
		p->product.name, p->n_clauses, hash_hex(p->hash, hex));
	watch_expiry(file, p);
	watch_holidays(file, p);
	return true;
}

static int
check(int argc, char **argv)
{
	static const char usage[] = "policy check FILE...";
	struct cli c;
	struct err err;
	int worst = EX_OK;

	cli_parse(&c, argc, argv, usage,
		"Loads each policy with what it extends, and says what is wrong, where, and what\n"
		"is allowed there. Exit status 0 if all are right, 65 if one is not.",
		NULL, 0);
	cli_words(&c, usage, 1, SIZE_MAX);
	if (!now_init(&err))
		return cli_fail(&err);
	for (size_t i = 0; i < c.typed.n; i++)
		if (!check_one(&c, c.typed.words[i], &err))
			worst = cli_fail(&err);
	return worst;
}

static void
show_clause(const struct clause *c)
{
	const struct texts *more = c->kind == CLAUSE_SAFE_HARBOR ?
		&c->safe_harbor.promises :
		c->kind == CLAUSE_RESCIND ? &c->rescind.grounds :
					    NULL;

	if (c->heading)
		(void)printf("\n## %s\n\n", c->heading);
	if (c->subheading)
		(void)printf("\n### %s\n\n", c->subheading);
	(void)printf("%s (%s, %s)\n    ", c->id, clause_kind_name(c->kind),
		strength_names[c->strength]);
	show_words(4, 4, c->text);
	for (size_t i = 0; more && i < more->n; i++) {
		(void)printf("    - ");
		show_words(6, 6, more->v[i]);
	}
}

static int
show(int argc, char **argv)
{
	static const char usage[] = "policy show [--json] FILE";
	struct cli c;
	struct policies p;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Prints the policy as the desk works by it: every clause with its kind, strength\n"
		"and text, values filled in.",
		NULL, 0);
	cli_words(&c, usage, 1, 1);
	struct text_list one = {c.typed.words, 1};
	if (!judge_policies(&c, &one, &p, &err))
		return cli_fail(&err);
	if (c.json) {
		cli_json(policy_json(p.v[0]));
		return EX_OK;
	}
	const struct policy *v = p.v[0];
	char hex[HASH_TEXT];
	(void)printf("%s (%s)\nversion %s\nreports to %s, days in %s\n\n",
		v->product.name, v->organisation, hash_hex(v->hash, hex),
		v->contact, v->zone);
	for (size_t i = 0; i < v->n_clauses; i++)
		show_clause(&v->clauses[i]);
	return EX_OK;
}

int
cmd_policy(int argc, char **argv)
{
	static const struct command rows[] = {
		{"check", "say what is wrong with a policy file", check},
		{"show", "print a policy as the desk works by it", show},
		{"new", "write a policy of your own", cmd_policy_new},
		{"explain", "say what a clause does and needs",
			cmd_policy_explain},
		{"diff", "say what changed between two policies",
			cmd_policy_diff},
		{"schema", "print a JSON Schema for editors",
			cmd_policy_schema},
		{"render", "write the document that people read",
			cmd_policy_render},
		{"drift", "compare published documents with a policy",
			cmd_policy_drift},
		{"import", "draft a policy from a published document",
			cmd_policy_import},
	};

	return cli_sub("policy", rows, ARRAY_LEN(rows), argc, argv);
}
