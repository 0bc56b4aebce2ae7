/*
 * cmd_policy_new_text.c - the file that `policy new` hands out: what was
 * answered, with the words that explain it, and the clauses to begin with.
 */
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/cmd_policy_new.h"
#include "cli/starter.h"

/* Words that some readers of YAML take for something else. */
static const char *const taken[] = {"yes", "no", "Yes", "No", "YES", "NO", "on",
	"off", "On", "Off", "ON", "OFF", "true", "false", "True", "False", "y",
	"n", "Y", "N", "null", "Null", "NULL"};

/* True if YAML takes it for these very words. */
static bool
is_plain(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			  more[] = "0123456789 ._/@+-";

	if (strchr(first, *s) == NULL ||
		names_find(taken, ARRAY_LEN(taken), span_of(s)) >= 0)
		return false;
	for (const char *p = s; *p; p++)
		if (strchr(first, *p) == NULL && strchr(more, *p) == NULL)
			return false;
	return true;
}

/* After "key: ". */
static void
put_words(struct str *out, const char *s)
{
	bool link = strncmp(s, "https://", 8) == 0 && strchr(s, ' ') == NULL;

	if (is_plain(s) || link) {
		str_puts(out, s);
		return;
	}
	str_putc(out, '\'');
	for (; *s; s++)
		str_puts(out, *s == '\'' ? "''" : (char[]){*s, '\0'});
	str_putc(out, '\'');
}

static void
put_line(struct str *out, const char *key, const char *words)
{
	str_puts(out, key);
	put_words(out, words);
	str_putc(out, '\n');
}

static void
put_head(struct str *out, const struct answers *in)
{
	str_printf(out,
		"# The security policy of %s. What its keys mean, and what else\n"
		"# there is: docs/policy.md, `pratique policy explain`.\n"
		"policy: 1\n",
		in->product);
	str_puts(out, "name: ");
	AUTO(str_fini) struct str name;
	str_init(&name, 1000);
	str_printf(&name, "%s security policy", in->product);
	put_words(out, name.text);
	str_putc(out, '\n');
	if (in->extends)
		put_line(out, "extends: ", in->extends);
	str_puts(out, "\n# Business days are counted here.\n");
	if (in->zone)
		put_line(out, "zone: ", in->zone);
	else
		str_puts(out, "# zone: Europe/Berlin # else the base's\n");
	str_puts(out,
		"# weekend: [saturday, sunday]\n"
		"# holidays: [2027-01-01, 2027-12-25] # days on which nobody is in\n");
}

static void
put_values(struct str *out, const struct answers *in)
{
	bool any =
		in->organisation || in->contact || in->link || in->values.n > 0;

	str_puts(out, "\n# Words that texts name in braces: {contact}.\n");
	str_puts(out, any ? "values:\n" : "# values:\n");
	if (in->organisation)
		put_line(out, "  organisation: ", in->organisation);
	if (in->contact)
		put_line(out, "  contact: ", in->contact);
	if (in->link)
		put_line(out, "  link: ", in->link);
	else
		str_puts(out,
			"  # link: https://example.org/security # where this is published\n");
	for (size_t i = 0; i < in->values.n; i++) {
		const char *equal = strchr(in->values.v[i], '=');

		str_printf(out, "  %.*s: ", (int)(equal - in->values.v[i]),
			in->values.v[i]);
		put_words(out, equal + 1);
		str_putc(out, '\n');
	}
}

static void
put_product(struct str *out, const struct answers *in)
{
	str_puts(out,
		"\n# A mail is routed to this policy by what it names of these.\n"
		"product:\n");
	put_line(out, "  name: ", in->product);
	str_printf(out, "  prefix: %s # cases are %s-1, %s-2 ...\n", in->prefix,
		in->prefix, in->prefix);
	str_puts(out, "  # aliases: [other-name] # other words for it\n");
	if (in->repositories.n == 0)
		str_puts(
			out, "  # repositories: [github.com/example/widget]\n");
	else
		str_puts(out, "  repositories:\n");
	for (size_t i = 0; i < in->repositories.n; i++)
		str_printf(out, "    - '%s'\n", in->repositories.v[i]);
	str_puts(out,
		"  # urls: [docs.example.org/widget]\n"
		"  # packages: [widget]\n"
		"  # details: [widget] # security+widget@example.org\n");
}

static void
put_security_txt(struct str *out)
{
	str_puts(out,
		"\n# For security.txt, which `pratique policy render` writes.\n"
		"# security-txt:\n"
		"#   expires: 2027-10-31 # less than a year ahead\n"
		"#   languages: [en]\n"
		"#   canonical: [https://example.org/.well-known/security.txt]\n\n");
}

static void
put_changes(struct str *out)
{
	str_puts(out,
		"# The clauses are those of the base. What differs here is said here:\n"
		"# `pratique policy show` lists them all.\n"
		"# drop: [platform] # clauses of the base that do not hold here\n"
		"# clauses:\n"
		"#   - id: acknowledge # without a kind: changes only what it gives\n"
		"#     business-days: 3\n"
		"#   - id: thanks # a new one, with kind and text\n"
		"#     kind: text\n"
		"#     after: contact\n"
		"#     text: We thank everyone who reports to us.\n");
}

void
policy_new_text(struct str *out, const struct answers *in)
{
	put_head(out, in);
	put_values(out, in);
	put_product(out, in);
	put_security_txt(out);
	if (in->extends)
		put_changes(out);
	else
		str_put(out, cli_starter[0].bytes);
}
