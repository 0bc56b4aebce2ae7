/* sub.c - words to commands, with the nearest name for a misspelt one. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/names.h"
#include "cli/commands.h"

enum { ROWS_MAX = 64 };

static void
list(FILE *to, const char *name, const struct command *rows, size_t n)
{
	(void)fprintf(to, "usage: pratique %s%sCOMMAND ...\n\n",
		name ? name : "", name ? " " : "");
	for (size_t i = 0; i < n; i++)
		(void)fprintf(
			to, "  %-12s %s\n", rows[i].name, rows[i].summary);
	(void)fprintf(to,
		"\nEach has --help, and a manual page: man pratique%s%s\n",
		name ? "-" : "", name ? name : "");
}

int
cli_sub(const char *name, const struct command *rows, size_t n, int argc,
	char **argv)
{
	const char *names[ROWS_MAX];

	if (argc > 0 &&
		(strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 ||
			strcmp(argv[0], "help") == 0)) {
		list(stdout, name, rows, n);
		return EX_OK;
	}
	for (size_t i = 0; i < n; i++)
		names[i] = rows[i].name;
	int i = argc > 0 ? names_find(names, n, span_of(argv[0])) : -1;
	if (i >= 0)
		return rows[i].run(argc - 1, argv + 1);
	if (argc > 0) {
		const char *near = names_nearest(names, n, span_of(argv[0]));

		(void)fprintf(stderr,
			"pratique: there is no command '%s%s%s'%s%s%s\n\n",
			name ? name : "", name ? " " : "", argv[0],
			near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
	}
	list(stderr, name, rows, n);
	return EX_USAGE;
}
