/*
 * policy_explain.c - the reference of the language, from its tables: as
 * sections of docs/policy.md, and for a terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/policy.h"
#include "policy/policy_field.h"
#include "policy/policy_kinds.h"

static void
put_words(struct str *out, const struct field *f)
{
	for (size_t i = 0; i < f->n_words; i++)
		str_printf(out, "%s`%s`",
			i == 0                      ? "" :
				i + 1 == f->n_words ? " or " :
						      ", ",
			f->words[i]);
}

/* What may stand after the key. */
static void
put_allowed(struct str *out, const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
		str_puts(out, f->form ? f->form->what : "a text");
		break;
	case FIELD_TEXTS:
		str_puts(out, "a list of texts");
		break;
	case FIELD_LINE:
		str_puts(out, f->form->what);
		break;
	case FIELD_LINES:
		str_printf(out, "a list, each %s", f->form->what);
		break;
	case FIELD_NUMBER:
		str_printf(out, "a number from %u to %u", f->least, f->most);
		break;
	case FIELD_WORD:
		put_words(out, f);
		break;
	case FIELD_WORDS:
		str_puts(out, "a list of ");
		put_words(out, f);
		break;
	case FIELD_YES:
		str_puts(out, "`yes` or `no`");
		break;
	case FIELD_DAYS:
		str_puts(out, "a list of dates, such as 2026-12-25");
		break;
	case FIELD_DAY:
		str_puts(out, "a date, such as 2026-12-25");
		break;
	}
}

static void
put_default(struct str *out, const struct field *f)
{
	const char *before = "";

	if (f->needed) {
		str_puts(out, "needed");
		return;
	}
	switch (f->type) {
	case FIELD_NUMBER:
		str_printf(out, "%u", f->fallback);
		break;
	case FIELD_WORD:
		str_printf(out, "`%s`", f->words[f->fallback]);
		break;
	case FIELD_YES:
		str_puts(out, f->fallback ? "`yes`" : "`no`");
		break;
	case FIELD_WORDS:
		for (size_t i = 0; i < f->n_words; i++)
			if (f->fallback >> i & 1) {
				str_printf(out, "%s`%s`", before, f->words[i]);
				before = ", ";
			}
		break;
	case FIELD_TEXT:
	case FIELD_TEXTS:
	case FIELD_LINE:
	case FIELD_LINES:
	case FIELD_DAYS:
	case FIELD_DAY:
		str_puts(out, "none");
		break;
	}
}

static void
put_only(struct str *out, struct fields f, const struct field *row)
{
	const char *names[FIELD_WORDS_MAX];
	size_t n = field_only_words(f, row, names);

	if (n == 0)
		return;
	str_printf(out, " (only where `%s` is ", row->only);
	for (size_t i = 0; i < n; i++)
		str_printf(out, "%s`%s`",
			i == 0            ? "" :
				i + 1 < n ? ", " :
					    " or ",
			names[i]);
	str_putc(out, ')');
}

static void
put_fields(struct str *out, struct fields f, const char *head)
{
	str_printf(out, "| %s | takes | default | what it says |\n", head);
	str_puts(out, "| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < f.n; i++) {
		str_printf(out, "| `%s` | ", f.v[i].name);
		put_allowed(out, &f.v[i]);
		str_puts(out, " | ");
		put_default(out, &f.v[i]);
		str_printf(out, " | %s", f.v[i].help);
		put_only(out, f, &f.v[i]);
		str_puts(out, " |\n");
	}
}

void
policy_explain_kind(struct str *out, enum clause_kind k)
{
	const struct kind_row *row = &clause_kinds[k];

	str_printf(out, "### `%s`\n\n", row->name);
	str_printf(out, "The desk: %s.\n", row->help);
	if (row->promise)
		str_puts(out, "A promise: `strength` is needed.\n");
	if (row->fields.n > 0) {
		str_putc(out, '\n');
		put_fields(out, row->fields, "parameter");
	}
}

void
policy_explain_keys(struct str *out, const char *of)
{
	if (strcmp(of, "policy") == 0)
		put_fields(out, policy_head, "key");
	else if (strcmp(of, "values") == 0)
		put_fields(out, policy_known_values, "value");
	else if (strcmp(of, "product") == 0)
		put_fields(out, policy_product, "key");
	else if (strcmp(of, "security-txt") == 0)
		put_fields(out, policy_security_txt, "key");
	else if (strcmp(of, "clause") == 0)
		put_fields(out, clause_common, "key");
}

/* What was written for Markdown, without its marks. */
static void
put_bare(struct str *out, const struct str *marked)
{
	for (const char *p = marked->text; *p; p++)
		if (*p != '`')
			str_putc(out, *p);
}

static void
tell_field(struct str *out, struct fields f, const struct field *row)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 10000);
	put_allowed(&s, row);
	if (row->needed)
		str_puts(&s, "; needed");
	else if (row->type == FIELD_NUMBER || row->type == FIELD_WORD ||
		row->type == FIELD_YES || row->type == FIELD_WORDS) {
		str_puts(&s, "; else ");
		put_default(&s, row);
	}
	put_only(&s, f, row);
	str_printf(out, "\n  %s: ", row->name);
	put_bare(out, &s);
	str_puts(out, "\n      ");
	str_clear(&s);
	str_puts(&s, row->help);
	put_bare(out, &s);
	str_putc(out, '\n');
}

static void
tell_fields(struct str *out, struct fields f)
{
	for (size_t i = 0; i < f.n; i++)
		tell_field(out, f, &f.v[i]);
}

void
policy_tell_kind(struct str *out, enum clause_kind k)
{
	const struct kind_row *row = &clause_kinds[k];
	struct span rest = span_of(clause_examples[k]), line;

	str_printf(out, "%s: %s.\n", row->name, row->help);
	if (row->promise)
		str_puts(out,
			"A promise: strength (must, aim or best-effort) is needed.\n");
	str_puts(out,
		row->fields.n > 0 ?
			"\nBeside id, text, strength and what every clause has, it takes:\n" :
			"\nIt takes id, text, strength and what every clause has.\n");
	tell_fields(out, row->fields);
	str_puts(out, "\nAn example:\n\n");
	while (span_line(&rest, &line))
		str_printf(out, "  %.*s\n", SPAN_FMT(line));
}

static const struct {
	const char *name, *about;
	const struct fields *fields;
} maps[] = {
	{"policy", "the keys at the left margin of a file", &policy_head},
	{"values", "words that texts name in braces", &policy_known_values},
	{"product", "what a mail is routed by", &policy_product},
	{"security-txt", "what security.txt says beside contact and policy",
		&policy_security_txt},
	{"clause",
		"what every clause takes beside id, kind, strength, text, after and before",
		&clause_common},
};

bool
policy_tell_keys(struct str *out, const char *of)
{
	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		if (strcmp(of, maps[i].name) == 0) {
			str_printf(out, "%s: %s.\n", of, maps[i].about);
			tell_fields(out, *maps[i].fields);
			return true;
		}
	return false;
}

const char *
policy_keys_name(size_t i)
{
	return i < ARRAY_LEN(maps) ? maps[i].name : NULL;
}

const char *
clause_kind_help(enum clause_kind k)
{
	return clause_kinds[k].help;
}

static void
tell_value(struct str *out, const char *name, const json_t *v)
{
	char *text = json_is_string(v) ? NULL : json_dumps(v, JSON_ENCODE_ANY);

	str_printf(out, "  %s: %s\n", name, text ? text : json_string_value(v));
	free(text);
}

void
policy_tell_clause(struct str *out, const struct clause *c)
{
	const struct kind_row *row = &clause_kinds[c->kind];
	const struct fields both[] = {clause_common, row->fields};

	str_printf(out, "%s: a clause of kind %s, %s.\n\n", c->id, row->name,
		strength_names[c->strength]);
	for (size_t i = 0; i < ARRAY_LEN(both); i++)
		for (size_t k = 0; k < both[i].n; k++) {
			const struct field *f = &both[i].v[k];
			AUTO(json_auto)
			json_t *v = field_applies(both[i], f, c) ?
				field_json(f, c) :
				NULL;

			if (v)
				tell_value(out, f->name, v);
		}
	str_printf(out, "  text: %s\n", c->text);
}
