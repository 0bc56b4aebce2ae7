/*
 * cmd_policy_explain.c - `pratique policy explain`: the language's reference
 * where one writes, from the table that the loader works by.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "policy/policy_kinds.h"

enum { MAPS_MAX = 10, OUT_MAX = 64 * 1024 };

static void
list_all(void)
{
	(void)printf("Kinds of clauses:\n\n");
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		(void)printf("  %-20s %s\n",
			clause_kind_name((enum clause_kind)i),
			clause_kind_help((enum clause_kind)i));
	(void)printf("\nMaps of keys:\n\n");
	for (size_t i = 0; policy_keys_name(i); i++)
		(void)printf("  %s\n", policy_keys_name(i));
	(void)printf("\nMore of each: pratique policy explain NAME\n");
}

/* Wrapped under its first word, but for the example, which is copied. */
static void
show(const char *text)
{
	bool example = false;

	for (struct span rest = span_of(text), line; span_line(&rest, &line);) {
		char bytes[4000];
		size_t at = 0;

		while (at < line.n && line.p[at] == ' ')
			at++;
		(void)snprintf(bytes, sizeof bytes, "%.*s", SPAN_FMT(line));
		example = example || span_is(line, "An example:");
		(void)printf("%.*s", (int)at, bytes);
		if (example || at == line.n)
			(void)puts(bytes + at);
		else
			show_words(at, at == 2 ? 6 : at, bytes + at);
	}
}

/* A clause of the policy, a kind or a map, in this order. */
static bool
tell(struct str *out, const struct policy *p, const char *name)
{
	const struct clause *c = p ? policy_clause(p, name) : NULL;

	if (c) {
		policy_tell_clause(out, c);
		str_putc(out, '\n');
		policy_tell_kind(out, c->kind);
		return true;
	}
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		if (strcmp(clause_kind_name((enum clause_kind)i), name) == 0) {
			policy_tell_kind(out, (enum clause_kind)i);
			return true;
		}
	return policy_tell_keys(out, name);
}

/* The kind of clause that takes a parameter of this name. */
static const char *
taken_by(const char *name)
{
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++) {
		struct fields f = clause_kinds[i].fields;

		for (size_t k = 0; k < f.n; k++)
			if (strcmp(f.v[k].name, name) == 0)
				return clause_kinds[i].name;
	}
	return NULL;
}

static bool
say_unknown(struct arena *a, const struct policy *p, const char *name,
	struct err *err)
{
	size_t n = 0;
	const char **names = ARENA_ARRAY(a,
		CLAUSE_KIND_COUNT + MAPS_MAX + (p ? p->n_clauses : 0),
		const char *);
	const char *near;

	for (size_t i = 0; p && i < p->n_clauses; i++)
		names[n++] = p->clauses[i].id;
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		names[n++] = clause_kind_name((enum clause_kind)i);
	for (size_t i = 0; i < MAPS_MAX && policy_keys_name(i); i++)
		names[n++] = policy_keys_name(i);
	if (taken_by(name))
		return err_set(err, ERR_ABSENT,
			"'%.60s' is a parameter of clauses of kind '%s': `pratique policy explain %s`",
			name, taken_by(name), taken_by(name));
	near = names_nearest(names, n, span_of(name));
	return err_set(err, ERR_ABSENT,
		"there is no kind of clause '%.60s'%s%s%s%s; `pratique policy explain` lists them",
		name,
		p ? ", and no such clause in the policy" :
		    " (a clause's id needs --policy FILE)",
		near ? "; did you mean '" : "", near ? near : "",
		near ? "'?" : "");
}

int
cmd_policy_explain(int argc, char **argv)
{
	static const char usage[] = "policy explain [--policy FILE] [CLAUSE]";
	const char *file = NULL;
	const struct option_row rows[] = {{"policy", OPT_TEXT, &file, "FILE",
		"the policy whose clause is explained, by its id"}};
	const struct policy *p = NULL;
	struct cli c;
	struct str out;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Says what a clause of some kind does and needs, with each parameter and an\n"
		"example; and of a policy's clause what it says. Without a name: what there is.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 0, 1);
	if (file && !cmd_policy_read(&c, file, &p, &err))
		return cli_fail(&err);
	if (c.typed.n == 0) {
		list_all();
		return EX_OK;
	}
	str_init(&out, OUT_MAX);
	bool known = tell(&out, p, c.typed.words[0]);
	show(out.text);
	str_fini(&out);
	if (known)
		return EX_OK;
	(void)say_unknown(c.arena, p, c.typed.words[0], &err);
	return cli_fail(&err);
}
