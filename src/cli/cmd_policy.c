/* cmd_policy.c - `pratique policy check|show`. */
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/show.h"

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

static int
check(int argc, char **argv)
{
	static const char usage[] = "policy check FILE...";
	struct cli c;
	int worst = EX_OK;

	cli_parse(&c, argc, argv, usage,
		"Loads each policy with what it extends, and says what is wrong, where, and what\n"
		"is allowed there. Exit status 0 if all are right, 65 if one is not.",
		NULL, 0);
	cli_words(&c, usage, 1, SIZE_MAX);
	for (size_t i = 0; i < c.typed.n; i++) {
		struct text_list one = {&c.typed.words[i], 1};
		struct policies p;
		struct calendar calendar;
		struct err err;

		if (!judge_policies(&c, &one, &p, &err) ||
			!policies_calendar(c.arena, p.v[0], &calendar, &err)) {
			worst = cli_fail(&err);
			continue;
		}
		char hex[HASH_TEXT];
		(void)printf("%s: %s, %zu clauses, version %.12s\n",
			c.typed.words[i], p.v[0]->product.name,
			p.v[0]->n_clauses, hash_hex(p.v[0]->hash, hex));
	}
	return worst;
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
	for (size_t i = 0; i < v->n_clauses; i++) {
		(void)printf("%s (%s)\n    ", v->clauses[i].id,
			strength_names[v->clauses[i].strength]);
		show_words(4, 4, v->clauses[i].text ? v->clauses[i].text : "");
	}
	return EX_OK;
}

int
cmd_policy(int argc, char **argv)
{
	static const struct command rows[] = {
		{"check", "say what is wrong with a policy file", check},
		{"show", "print a policy as the desk works by it", show},
	};

	return cli_sub("policy", rows, ARRAY_LEN(rows), argc, argv);
}
