/* cmd_policy_schema.c - `pratique policy schema`: for editors. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/commands.h"

int
cmd_policy_schema(int argc, char **argv)
{
	static const char usage[] = "policy schema";
	struct cli c;
	json_t *schema;

	cli_parse(&c, argc, argv, usage,
		"Prints a JSON Schema (2020-12) of policy files, by which an editor completes and\n"
		"checks a policy while it is written. `policy check` finds more.",
		NULL, 0);
	cli_words(&c, usage, 0, 0);
	schema = policy_schema();
	(void)json_dumpf(schema, stdout, JSON_SORT_KEYS | JSON_INDENT(2));
	(void)putchar('\n');
	json_decref(schema);
	return EX_OK;
}
