/*
 * explain.c - see explain.h.
 *
 * What a stranger wrote goes through cli_text() and is wrapped under its own
 * number, so that no line of it can pass for one of ours.
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/show.h"

enum { TEXT_AT = 8, MARK_AT = 10, CLAUSE_AT = 4, LINE_MAX_SHOWN = 2000 };

static bool
is_new(const struct report *r, unsigned line)
{
	for (size_t i = 0; r != NULL && i < r->n_new_text; i++)
		if (line >= r->new_text[i].from && line <= r->new_text[i].to)
			return true;
	return false;
}

/* "steps: met, to line 9" for each clause with a range that begins here. */
static void
print_marks(struct cli *c, const struct verdict *v, unsigned line)
{
	for (size_t i = 0; i < v->n_clauses; i++) {
		const struct clause_result *r = &v->clauses[i];

		for (size_t k = 0; k < r->n_lines; k++) {
			if (r->lines[k].from != line)
				continue;
			(void)printf("%*s^ ", TEXT_AT, "");
			show_words(MARK_AT, MARK_AT,
				r->lines[k].to > line ?
					arena_printf(c->arena,
						"%s: %s, to line %u", r->id,
						result_names[r->result],
						r->lines[k].to) :
					arena_printf(c->arena, "%s: %s", r->id,
						result_names[r->result]));
		}
	}
}

static void
print_text(struct cli *c, const struct message *m, const struct verdict *v)
{
	struct span rest = span_of(m->text), line;
	unsigned n = 0;
	bool marked = false;

	(void)printf(
		"\n  The text, and the clauses that rest on its lines:\n\n");
	if (m->text == NULL || *m->text == '\0')
		(void)printf("%*s(there is none)\n", TEXT_AT, "");
	while (span_line(&rest, &line)) {
		const char *text = cli_text(
			c->arena, arena_text(c->arena, line), LINE_MAX_SHOWN);

		bool mark = ++n > 0 && line.n > 0 && v->report != NULL &&
			!is_new(v->report, n);

		marked = marked || mark;
		(void)printf("%5u%c  ", n, mark ? ':' : ' ');
		show_verbatim(TEXT_AT, text);
		print_marks(c, v, n);
	}
	if (marked)
		(void)printf(
			"\n  A ':' marks a line that is quoted or signed, and "
			"says nothing of its own.\n");
}

static void
paragraph(struct cli *c, const char *label, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	(void)printf("%*s", CLAUSE_AT, "");
	show_words(CLAUSE_AT, CLAUSE_AT + 2,
		label ? arena_printf(c->arena, "%s: %s", label, text) : text);
}

static const char *
lines_text(struct cli *c, const struct clause_result *r)
{
	const char *text = NULL;

	for (size_t i = 0; i < r->n_lines; i++) {
		const char *sep = text == NULL ?
			(r->n_lines > 1 || r->lines[0].to > r->lines[0].from ?
					"lines " :
					"line ") :
			", ";

		text = arena_printf(c->arena, "%s%s%u", text ? text : "", sep,
			r->lines[i].from);
		if (r->lines[i].to > r->lines[i].from)
			text = arena_printf(
				c->arena, "%s-%u", text, r->lines[i].to);
	}
	return text;
}

static void
print_clause(
	struct cli *c, const struct verdict *v, const struct clause_result *r)
{
	const struct clause *clause = policy_clause(v->policy, r->id);
	const char *lines = lines_text(c, r);
	bool decides = v->clause != NULL && strcmp(v->clause, r->id) == 0;

	(void)printf("\n  %s  %s%s\n", result_names[r->result], r->id,
		decides ? "  (decides)" : "");
	paragraph(c, NULL,
		lines ? arena_printf(c->arena, "%s: %s", lines, r->because) :
			r->because);
	if (r->shown != NULL)
		paragraph(c, "shown by", cli_text(c->arena, r->shown, 600));
	if (clause != NULL)
		paragraph(c, "the policy", clause->text);
}

static void
print_clauses(struct cli *c, const struct verdict *v, bool all)
{
	static const enum result order[] = {
		RES_BREACHED, RES_UNKNOWN, RES_MET, RES_NOT_APPLICABLE};
	size_t left = 0;

	(void)printf("\n  The clauses:\n");
	for (size_t k = 0; k < ARRAY_LEN(order); k++)
		for (size_t i = 0; i < v->n_clauses; i++) {
			const struct clause_result *r = &v->clauses[i];
			bool silent = r->result == RES_NOT_APPLICABLE ||
				(r->result == RES_UNKNOWN && r->n_lines == 0);

			if (r->result != order[k])
				continue;
			if (silent && !all)
				left++;
			else
				print_clause(c, v, r);
		}
	if (left > 0) {
		(void)printf("\n  ");
		show_words(2, 2,
			arena_printf(c->arena,
				"%zu more clauses speak of what a mail alone "
				"does not show: --all has them",
				left));
	}
}

void
explain_verdict(struct cli *c, const struct message *m, const struct verdict *v,
	bool all)
{
	print_text(c, m, v);
	if (v->policy != NULL)
		print_clauses(c, v, all);
	(void)putchar('\n');
}
