/* policy_explain.c - the reference of the language, from its tables. */
#include "base/mem.h"
#include "policy/policy.h"
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
