/* options.c - one table gives the parser and the help. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/show.h"

enum { LIST_MAX = 100, ROWS_MAX = 32 };

struct parse {
	struct cli *cli;
	const char *usage, *about;
	struct option_row rows[ROWS_MAX];
	size_t n;
};

/* "--data DIR" */
static const char *
form(const struct parse *p, size_t i)
{
	const char *argument = p->rows[i].argument;

	return arena_printf(p->cli->arena, "--%s%s%s", p->rows[i].name,
		argument ? " " : "", argument ? argument : "");
}

static void
help(const struct parse *p)
{
	size_t widest = 0;

	(void)printf("usage: pratique ");
	show_words(16, 16, p->usage);
	(void)putchar('\n');
	show_words(0, 0, p->about);
	(void)printf("\noptions:\n");
	for (size_t i = 0; i < p->n; i++)
		if (strlen(form(p, i)) > widest)
			widest = strlen(form(p, i));
	for (size_t i = 0; i < p->n; i++) {
		(void)printf("  %-*s  ", (int)widest, form(p, i));
		show_words(widest + 4, widest + 4, p->rows[i].doc);
	}
	(void)printf("\nMore: man pratique-%.*s\n", (int)strcspn(p->usage, " "),
		p->usage);
}

static _Noreturn void
misuse(const struct parse *p, const char *what, const char *about)
{
	(void)fprintf(stderr,
		"pratique: %s%s\nusage: pratique %s\nTry --help.\n", what,
		about, p->usage);
	exit(EX_USAGE);
}

static const struct option_row *
find(const struct parse *p, struct span name)
{
	const char *names[ROWS_MAX];

	for (size_t i = 0; i < p->n; i++)
		names[i] = p->rows[i].name;
	int i = names_find(names, p->n, name);
	if (i >= 0)
		return &p->rows[i];
	const char *near = names_nearest(names, p->n, name);
	char text[200];
	(void)snprintf(text, sizeof text, "--%.*s%s%s%s",
		(int)(name.n > 60 ? 60 : name.n), (const char *)name.p,
		near ? "; did you mean --" : "", near ? near : "",
		near ? "?" : "");
	misuse(p, "there is no option ", text);
}

static void
set(const struct parse *p, const struct option_row *r, const char *value)
{
	switch (r->kind) {
	case OPT_FLAG:
		*(bool *)r->to = true;
		break;
	case OPT_TEXT:
		*(const char **)r->to = value;
		break;
	case OPT_LIST: {
		struct text_list *l = r->to;
		const char **v =
			ARENA_ARRAY(p->cli->arena, l->n + 1, const char *);

		if (l->n == LIST_MAX)
			misuse(p, "too many times: --", r->name);
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof *v);
		v[l->n++] = value;
		l->v = v;
		break;
	}
	}
}

/* Returns how many words the option took. */
static int
option(const struct parse *p, int argc, char **argv)
{
	struct span word = span_of(argv[0] + 2);
	size_t equal = span_find_byte(word, '=');
	const struct option_row *r = find(p, span_cut(word, 0, equal));

	if (r->kind == OPT_FLAG) {
		if (equal < word.n)
			misuse(p, "takes no value: --", r->name);
		set(p, r, NULL);
		return 1;
	}
	if (equal < word.n) {
		set(p, r, argv[0] + 2 + equal + 1);
		return 1;
	}
	if (argc < 2)
		misuse(p, "needs a value: --", r->name);
	set(p, r, argv[1]);
	return 2;
}

void
cli_parse(struct cli *c, int argc, char **argv, const char *usage,
	const char *about, const struct option_row *rows, size_t n)
{
	bool wants_help = false;
	struct parse p = {.cli = c, .usage = usage, .about = about};
	const struct option_row all[] = {
		{"config", OPT_TEXT, &c->config, "FILE",
			"settings (else $PRATIQUE_CONFIG, else pratique.yml in the data folder)"},
		{"data", OPT_TEXT, &c->data, "DIR",
			"the data folder (else $PRATIQUE_DATA, else ./data)"},
		{"json", OPT_FLAG, &c->json, NULL,
			"print data as JSON where there is any"},
		{"help", OPT_FLAG, &wants_help, NULL, "this text"},
	};

	*c = (struct cli){.arena = arena_new()};
	const char **words =
		ARENA_ARRAY(c->arena, (size_t)argc + 1, const char *);
	if (n > 0)
		memcpy(p.rows, rows, n * sizeof *rows);
	memcpy(p.rows + n, all, sizeof all);
	p.n = n + ARRAY_LEN(all);
	for (int i = 0; i < argc;) {
		if (strcmp(argv[i], "--") == 0) {
			for (i++; i < argc; i++)
				words[c->typed.n++] = argv[i];
		} else if (strncmp(argv[i], "--", 2) == 0) {
			i += option(&p, argc - i, argv + i);
		} else if (strcmp(argv[i], "-h") == 0) {
			wants_help = true;
			i++;
		} else if (argv[i][0] == '-' && argv[i][1] != '\0') {
			misuse(&p, "options begin with two dashes, unlike ",
				argv[i]);
		} else {
			words[c->typed.n++] = argv[i++];
		}
	}
	c->typed.words = words;
	if (wants_help) {
		help(&p);
		exit(EX_OK);
	}
}

void
cli_words(const struct cli *c, const char *usage, size_t low, size_t high)
{
	struct parse p = {.usage = usage};

	if (c->typed.n < low)
		misuse(&p, "something is missing", "");
	if (c->typed.n > high)
		misuse(&p, "too much: ", c->typed.words[high]);
}
