/*
 * show_evidence.c - what a mirror said about a report, for a terminal.
 *
 * Its texts are the mail's and the repository's: both are strangers'.
 */
#include <stdio.h>
#include <string.h>

#include "cli/show.h"
#include "sys/now.h"

enum { NAME = 24, INDENT = 2 };

static const char *
text_of(struct cli *c, const json_t *v, const char *key, size_t max)
{
	const char *text = json_get_text(v, key);

	return text != NULL ? cli_text(c->arena, text, max) : NULL;
}

static const char *
line_of(struct cli *c, const json_t *v)
{
	int64_t line = json_get_int(v, "line", 0);

	return line > 0 ?
		arena_printf(c->arena, " (line %lld)", (long long)line) :
		"";
}

static void
print_head(struct cli *c, const json_t *ev)
{
	const char *tag = text_of(c, ev, "tag", 80);
	const char *version = json_get_text(ev, "mirror");
	const char *fetched = json_get_text(ev, "fetched");
	instant at = {0};

	if (fetched != NULL)
		(void)instant_parse(span_of(fetched), &at);
	(void)printf("  %-*s  ", NAME, "mirror");
	show_words(NAME + 4, NAME + 4,
		arena_printf(c->arena, "version %.12s, updated %s",
			version ? version : "?", show_when(c->arena, at)));
	(void)printf("  %-*s  ", NAME, "looked up in");
	show_words(NAME + 4, NAME + 4,
		tag == NULL ? "nothing: there is no tag" :
			      arena_printf(c->arena, "%s, %s", tag,
				      json_is_true(json_object_get(
					      ev, "tag_stated")) ?
					      "which the report names" :
					      "the newest; the report names "
					      "none that is there"));
}

static void
print_row(struct cli *c, const char *name, const char *status, const char *what,
	const char *line)
{
	if (strlen(name) > NAME) {
		(void)printf("  %s\n", name);
		name = "";
	}
	(void)printf("  %-*s  ", NAME, name);
	show_words(NAME + 4, NAME + 4,
		arena_printf(c->arena, "%s%s%s%s", status, what ? ": " : "",
			what ? what : "", line));
}

static void
print_claim(struct cli *c, const json_t *v)
{
	const char *kind = json_get_text(v, "kind");
	const char *text = text_of(c, v, "text", 50);
	const char *file = text_of(c, v, "file", 50);
	const char *status = json_get_text(v, "status");
	int64_t from = json_get_int(v, "from", 0);

	if (text == NULL)
		text = from > 0 ? arena_printf(c->arena, "%s:%lld",
					  file ? file : "", (long long)from) :
				  "";
	print_row(c,
		arena_printf(c->arena, "%s %s", kind ? kind : "claim",
			kind && strcmp(kind, "quote") == 0 ? "" : text),
		status ? status : "unknown", text_of(c, v, "where", 200),
		line_of(c, v));
}

static void
print_counts(struct cli *c, const json_t *counts)
{
	const char *name, *all = "";
	json_t *n;
	size_t sum = 0;

	json_object_foreach((json_t *)(uintptr_t)counts, name, n)
	{
		if (json_integer_value(n) == 0)
			continue;
		sum += (size_t)json_integer_value(n);
		all = arena_printf(c->arena, "%s%s%lld %s", all,
			*all ? ", " : "", (long long)json_integer_value(n),
			name);
	}
	if (sum == 0)
		return;
	(void)printf("  %-*s  ", NAME, "claims");
	show_words(NAME + 4, NAME + 4, all);
}

void
show_evidence(struct cli *c, const json_t *ev)
{
	const json_t *v;
	size_t i;

	if (!json_is_object(ev))
		return;
	(void)printf("\nevidence, which decides nothing by itself\n");
	print_head(c, ev);
	json_array_foreach(json_object_get(ev, "versions"), i, v)
	{
		const char *status = json_get_text(v, "status");

		print_row(c, text_of(c, v, "stated", 60),
			status ? status : "unknown", text_of(c, v, "tag", 80),
			line_of(c, v));
	}
	print_counts(c, json_object_get(ev, "claims_counted"));
	json_array_foreach(json_object_get(ev, "claims"), i, v)
		print_claim(c, v);
	size_t n = json_array_size(json_object_get(ev, "dependencies"));
	if (n > 0)
		(void)printf(
			"  %-*s  %zu declared at that tag; --json lists them\n",
			NAME, "dependencies", n);
}
