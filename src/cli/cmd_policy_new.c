/*
 * cmd_policy_new.c - `pratique policy new`: a policy of one's own to begin
 * with.
 *
 * It asks only what it cannot know, each answer checked by the very form of
 * the key it becomes; the clauses are policies/starter.clauses, or those of
 * the base. Before anything is written, the text is loaded as any policy: a
 * file with a mistake is never handed out, and none is ever overwritten.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cmd_policy_new.h"
#include "cli/commands.h"
#include "policy/policy_forms.h"
#include "policy/policy_kinds.h"
#include "sys/files.h"

enum { ANSWER_MAX = 400, TEXT_MAX = 128 * 1024 };

static const char ends[] =
	"\nNothing was written: the input ended before all was answered.\n";

/* A line from the terminal, without blanks around; it ends the program at
 * the end of the input, since an empty answer means something else. */
static const char *
ask_line(struct arena *a, const char *question, const char *otherwise)
{
	char line[ANSWER_MAX + 2];

	(void)fprintf(stderr, "%s", question);
	if (otherwise && *otherwise)
		(void)fprintf(stderr, " [%s]", otherwise);
	(void)fputs(": ", stderr);
	if (fgets(line, sizeof line, stdin) == NULL) {
		(void)fputs(ends, stderr);
		exit(EX_USAGE);
	}
	struct span s = span_trim(span_of(line));
	return s.n > 0 ? arena_text(a, s) : otherwise;
}

static const char *
why_not(struct arena *a, const struct form *form, const char *text)
{
	const char *why = form->why(a, span_of(text));

	return why ? arena_printf(a, "must be %s: %s", form->what, why) : NULL;
}

/* Asks until the answer is good; "" for none, where none is needed. */
static const char *
ask(struct arena *a, const struct question *q, const char *otherwise)
{
	for (;;) {
		const char *text = ask_line(a, q->question, otherwise), *why;

		if ((text == NULL || *text == '\0') && !q->needed)
			return NULL;
		if (text == NULL || *text == '\0') {
			(void)fputs("  this one is needed\n", stderr);
			continue;
		}
		why = why_not(a, q->form, text);
		if (why == NULL)
			return text;
		(void)fprintf(stderr, "  '%.80s' %s\n", text, why);
	}
}

/* "DAG Factory" is DF, "Widget" is WIDG. */
static const char *
prefix_of(struct arena *a, const char *product)
{
	char initials[9], letters[9];
	size_t n = 0, m = 0;
	bool start = true;

	for (const char *p = product ? product : ""; *p; p++) {
		bool lower = *p >= 'a' && *p <= 'z',
		     upper = *p >= 'A' && *p <= 'Z',
		     digit = *p >= '0' && *p <= '9';
		char c = (char)(lower ? *p - 32 : *p);

		if (lower || upper || (digit && m > 0)) {
			if (m < 4)
				letters[m++] = c;
			if (start && n < 4)
				initials[n++] = c;
		}
		start = !lower && !upper && !digit;
	}
	initials[n] = letters[m] = '\0';
	return n >= 2  ? arena_strdup(a, initials) :
		m >= 2 ? arena_strdup(a, letters) :
			 NULL;
}

/* The flag's word, or the answer, or NULL; false after a mistake. */
static bool
settle(struct arena *a, const struct question *q, bool asks,
	const char *otherwise, struct err *err)
{
	const char *why;

	if (*q->to == NULL && asks)
		*q->to = ask(a, q, otherwise);
	if (*q->to == NULL)
		*q->to = otherwise;
	if (*q->to == NULL && !q->needed)
		return true;
	if (*q->to == NULL)
		return err_set(err, ERR_SYNTAX, "--%s is missing: %s", q->flag,
			q->question);
	why = why_not(a, q->form, *q->to);
	return why == NULL ||
		err_set(err, ERR_SYNTAX, "--%s '%.80s' %s", q->flag, *q->to,
			why);
}

/* A list: what was typed is checked, or one line is asked. */
static bool
settle_list(struct arena *a, struct text_list *l, bool asks,
	const struct question *q, struct err *err)
{
	const char *one = NULL, *why;

	if (l->n == 0 && asks)
		one = ask(a, q, NULL);
	if (one) {
		const char **v = ARENA_ARRAY(a, 1, const char *);

		v[0] = one;
		*l = (struct text_list){v, 1};
	}
	for (size_t i = 0; i < l->n; i++)
		if ((why = why_not(a, q->form, l->v[i])))
			return err_set(err, ERR_SYNTAX, "--%s '%.80s' %s",
				q->flag, l->v[i], why);
	return true;
}

static bool
has_value(const struct text_list *l, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < l->n; i++)
		if (strncmp(l->v[i], name, n) == 0 && l->v[i][n] == '=')
			return true;
	return false;
}

/* Values that texts of the base name, and that it leaves open. */
static bool
settle_open(struct arena *a, struct answers *in, bool asks,
	const struct policy_base *base, struct err *err)
{
	for (size_t i = 0; i < base->n_open; i++) {
		const char *name = base->open[i], *word = NULL;

		if (strncmp(name, "values.", 7) != 0)
			continue;
		name += 7;
		if (strcmp(name, "organisation") == 0 ||
			strcmp(name, "contact") == 0 ||
			strcmp(name, "link") == 0 ||
			has_value(&in->values, name))
			continue;
		struct question q = {"value", arena_printf(a, "{%s}", name),
			true, &form_name, &word};
		if (!asks)
			return err_set(err, ERR_SYNTAX,
				"the base's texts use {%s}: give it by --value %s=WORDS",
				name, name);
		if (!settle(a, &q, true, NULL, err))
			return false;
		const char **v = ARENA_ARRAY(a, in->values.n + 1, const char *);
		for (size_t k = 0; k < in->values.n; k++)
			v[k] = in->values.v[k];
		v[in->values.n] = arena_printf(a, "%s=%s", name, word);
		in->values = (struct text_list){v, in->values.n + 1};
	}
	return true;
}

static bool
check_values(struct arena *a, const struct text_list *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *equal = strchr(l->v[i], '=');
		const char *why = equal ?
			why_not(a, &form_value_name,
				arena_text(a,
					span_make(l->v[i],
						(size_t)(equal - l->v[i])))) :
			"must be NAME=WORDS";

		if (why == NULL)
			why = why_not(a, &form_name, equal + 1);
		if (why)
			return err_set(err, ERR_SYNTAX, "--value '%.80s' %s",
				l->v[i], why);
	}
	return true;
}

/* The base leaves it open, or there is none. */
static bool
is_open(const struct answers *in, const struct policy_base *base,
	const char *name)
{
	for (size_t i = 0; i < base->n_open; i++)
		if (strcmp(base->open[i], name) == 0)
			return true;
	return in->extends == NULL;
}

static bool
settle_all(struct arena *a, struct answers *in, bool asks,
	const struct policy_base *base, struct err *err)
{
	bool org = is_open(in, base, "values.organisation"),
	     contact = is_open(in, base, "values.contact"),
	     zone = is_open(in, base, "zone");
	const struct question q[] = {
		{"organisation", "Who promises: your organisation's name", org,
			&form_name, &in->organisation},
		{"product", "The product's name", true, &form_name,
			&in->product},
		{"prefix", "Prefix of case ids, 2 to 8 capitals", true,
			&form_prefix, &in->prefix},
		{"contact", "The address that reports go to", contact,
			&form_address, &in->contact},
		{"zone",
			zone ? "Time zone in which your days begin and end" :
			       "Time zone in which your days begin and end (empty: the base's)",
			zone, &form_zone, &in->zone},
		{"link",
			"Link to where the policy will be published (empty: not yet)",
			false, &form_link, &in->link},
		{"repository",
			"Repository, such as github.com/example/widget (empty: none)",
			false, &form_repository, NULL}};

	return settle(a, &q[0], asks && org, NULL, err) &&
		settle(a, &q[1], asks, NULL, err) &&
		settle(a, &q[2], asks, prefix_of(a, in->product), err) &&
		settle(a, &q[3], asks && contact, NULL, err) &&
		settle(a, &q[4], asks, zone ? "UTC" : NULL, err) &&
		settle(a, &q[5], asks, NULL, err) &&
		settle_list(a, &in->repositories, asks, &q[6], err) &&
		check_values(a, &in->values, err) &&
		settle_open(a, in, asks, base, err);
}

/* The file as seen from `folder`, so that both can move together. */
static const char *
relative(struct arena *a, const char *file, const char *folder)
{
	char from[PATH_MAX], to[PATH_MAX];
	const char *up = "";
	size_t same = 0, i = 0;

	if (realpath(folder, from) == NULL || realpath(file, to) == NULL)
		return file;
	while (from[i] && from[i] == to[i]) {
		i++;
		if ((from[i] == '/' || from[i] == '\0') && to[i] == '/')
			same = i;
	}
	if (from[same] == '\0')
		return arena_strdup(a, to + same + 1);
	for (const char *p = from + same; *p; p++)
		if (*p == '/')
			up = arena_printf(a, "../%s", up);
	return arena_printf(a, "%s%s", up, to + same + 1);
}

static const char *
folder_of(struct arena *a, const char *out)
{
	const char *slash = out ? strrchr(out, '/') : NULL;

	if (slash == NULL)
		return ".";
	return slash == out ?
		"/" :
		arena_text(a, span_make(out, (size_t)(slash - out)));
}

/* A memory file beside the bases on disk. */
struct made {
	struct span text;
	const char *folder;
};

static bool
fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	const struct made *made = ctx;
	const char *slash;

	if (from == NULL) {
		*path = "the new policy";
		*text = made->text;
		return true;
	}
	slash = strrchr(from, '/');
	*path = name[0] == '/' ?
		name :
		slash ?
		arena_printf(a, "%.*s/%s", (int)(slash - from), from, name) :
		arena_printf(a, "%s/%s", made->folder, name);
	return file_read(a, *path, POLICY_MAX_FILE + 1, text, err);
}

static bool
check_made(
	struct arena *a, struct span text, const char *folder, struct err *err)
{
	struct made made = {text, folder};
	const struct policy *p;
	struct calendar calendar;
	struct str said;

	str_init(&said, 16 * 1024);
	bool ok = policy_load(
			  a, "the new policy", fetch, &made, &p, &said, err) &&
		policies_calendar(a, p, &calendar, err);
	(void)fputs(said.text, stderr);
	str_fini(&said);
	return ok || err_wrap(err, "nothing was written");
}

static bool
write_out(const char *out, struct span text, struct err *err)
{
	FILE *f = out ? fopen(out, "wx") : stdout;

	if (f == NULL)
		return err_set(err, errno == EEXIST ? ERR_CONFLICT : ERR_BUSY,
			errno == EEXIST ?
				"'%s' is there already, and is left as it is" :
				"cannot write '%s'",
			out);
	bool ok = fwrite(text.p, 1, text.n, f) == text.n;
	ok = (out ? fclose(f) : fflush(f)) == 0 && ok;
	if (!ok)
		return err_set(err, ERR_BUSY, "cannot write %s",
			out ? out : "to standard output");
	if (out)
		(void)fprintf(stderr,
			"%s written. Next: read it, change it, then\n"
			"  pratique policy check %s\n"
			"  pratique policy show %s\n",
			out, out, out);
	return true;
}

/* A base, or a policy, that is extended; it must be right itself. */
static bool
read_base(struct cli *c, struct answers *in, struct policy_base *base,
	struct err *err)
{
	const struct policy *p = NULL;
	struct str said;

	str_init(&said, 16 * 1024);
	bool ok =
		policies_read_file(c->arena, in->extends, &p, base, &said, err);
	(void)fputs(said.text, stderr);
	str_fini(&said);
	return ok;
}

static int
make(struct cli *c, struct answers *in, const char *out)
{
	bool asks = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	const char *folder = folder_of(c->arena, out);
	struct policy_base base = {0};
	struct str text;
	struct err err;

	if (out && access(out, F_OK) == 0) {
		(void)err_set(&err, ERR_CONFLICT,
			"'%s' is there already, and is left as it is", out);
		(void)cli_fail(&err);
		return EX_CANTCREAT;
	}
	if (in->extends && !read_base(c, in, &base, &err))
		return cli_fail(&err);
	if (!settle_all(c->arena, in, asks, &base, &err)) {
		(void)cli_fail(&err);
		return EX_USAGE;
	}
	if (in->extends)
		in->extends = relative(c->arena, in->extends, folder);
	str_init(&text, TEXT_MAX);
	policy_new_text(&text, in);
	bool ok = check_made(c->arena, str_span(&text), folder, &err) &&
		write_out(out, str_span(&text), &err);
	str_fini(&text);
	if (ok)
		return EX_OK;
	(void)cli_fail(&err);
	return err.code == ERR_CONFLICT ? EX_CANTCREAT : err_exit(err.code);
}

int
cmd_policy_new(int argc, char **argv)
{
	static const char usage[] = "policy new [OPTION...]";
	struct answers in = {0};
	const char *out = NULL;
	const struct option_row rows[] = {
		{"organisation", OPT_TEXT, &in.organisation, "NAME",
			"who promises"},
		{"product", OPT_TEXT, &in.product, "NAME",
			"the product, as people write it"},
		{"contact", OPT_TEXT, &in.contact, "ADDRESS",
			"where reports go to"},
		{"prefix", OPT_TEXT, &in.prefix, "WORD",
			"of case ids (else made of the product's name)"},
		{"zone", OPT_TEXT, &in.zone, "ZONE",
			"where days begin and end (else UTC, or the base's)"},
		{"link", OPT_TEXT, &in.link, "LINK",
			"where the policy will be published"},
		{"repository", OPT_LIST, &in.repositories, "PLACE",
			"github.com/example/widget; may be given more than once"},
		{"extends", OPT_TEXT, &in.extends, "FILE",
			"the base that has the clauses (else they are written out)"},
		{"value", OPT_LIST, &in.values, "NAME=WORDS",
			"what the base's texts name as {NAME}; may be given more than once"},
		{"out", OPT_TEXT, &out, "FILE",
			"the new file (else standard output); never overwritten"},
	};
	struct cli c;

	cli_parse(&c, argc, argv, usage,
		"Writes a commented policy to begin with, one that `policy check` finds right. On a\n"
		"terminal it asks for what no option gives.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 0, 0);
	return make(&c, &in, out);
}
