/*
 * judge_required.c - the parts that a report must have.
 *
 * A part that is not there is one that "we could not find": the rules err,
 * and a letter asks in these words.
 */
#include <string.h>

#include "judge/judge_clause.h"

/* With less than this there is no description: "see the attached file". */
enum { WORDS_ALONE = 5, WORDS_BESIDE_FILES = 25 };

/* Words of new text, as far as they need to be counted. */
static unsigned
count_words(const struct message *m, const struct report *r, unsigned enough)
{
	struct span rest = span_of(m->text), line;
	unsigned at = 0, words = 0;
	size_t i = 0;

	while (words < enough && span_line(&rest, &line)) {
		bool in = false;

		at++;
		while (i < r->n_new_text && r->new_text[i].to < at)
			i++;
		if (i == r->n_new_text)
			break;
		for (size_t k = 0; at >= r->new_text[i].from && k < line.n;
			k++) {
			bool letter = line.p[k] > ' ';

			words += letter && !in;
			in = letter;
		}
	}
	return words;
}

static struct clause_result
judge_written(const struct judging *j)
{
	const struct message *m = j->m;
	const struct report *r = j->r;
	unsigned least =
		m->n_attachments > 0 ? WORDS_BESIDE_FILES : WORDS_ALONE;

	if (m->body == BODY_EMPTY)
		return result_of(RES_BREACHED,
			"we could not find a written description: the mail has "
			"no text");
	if (m->body == BODY_ATTACHMENTS_ONLY)
		return result_of(RES_BREACHED,
			"we could not find a written description beside the "
			"attachments");
	if (!r->understood)
		return result_not_understood();
	if (r->steps.line == 0 && count_words(m, r, least) < least)
		return result_of(RES_BREACHED,
			m->n_attachments > 0 ?
				"we could not find a written description "
				"beside the attachments" :
				"we could not find a written description");
	return result_of(RES_MET, "there is a written description");
}

static struct clause_result
judge_title(const struct judging *j)
{
	const struct report *r = j->r;
	bool found = r->title.text != NULL &&
		!(j->reply && strcmp(r->title.from, "subject") == 0);

	if (!r->understood)
		return result_not_understood();
	if (!found)
		return result_of(RES_BREACHED, "we could not find a title");
	if (r->title.line == 0)
		return result_of(RES_MET, "the subject says what it is about");
	return result_at(j->a,
		result_of(RES_MET, "a line says what it is about"),
		r->title.line, r->title.line);
}

/* Plain facts beside, which help to see through an invented report. */
static const char *
steps_said(struct arena *a, const struct report *r)
{
	const char *out = "we found steps to recreate it";

	if (r->steps.runs == 0)
		out = arena_printf(a,
			"%s; in none of their lines is a command, request, code or link",
			out);
	if (r->placeholders.n > 0)
		out = arena_printf(a,
			"%s; words of a form that nobody replaced: %zu", out,
			r->placeholders.n);
	return out;
}

static struct clause_result
judge_steps(const struct judging *j)
{
	const struct report *r = j->r;

	if (!r->understood)
		return result_not_understood();
	if (r->steps.line > 0)
		return result_at(j->a, result_of(RES_MET, steps_said(j->a, r)),
			r->steps.line, r->steps.end);
	if (r->steps.empty_heading > 0)
		return result_at(j->a,
			result_of(RES_BREACHED,
				"there is a heading for steps; we could not "
				"find steps under it"),
			r->steps.empty_heading, r->steps.empty_heading);
	if (r->placeholders.n > 0)
		return result_cites(j->a,
			result_of(RES_BREACHED,
				"we could not find steps; words of a template "
				"still stand in their places"),
			r->placeholders, (struct cites){NULL, 0});
	return result_of(
		RES_BREACHED, "we could not find steps to recreate it");
}

static struct clause_result
judge_reachable(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	bool from = r->contact.from && strcmp(r->contact.from, "from") == 0;

	if (r->contact.address == NULL)
		return result_of(RES_BREACHED,
			"we could not find a way to reach the sender");
	if (from && !c->from_address)
		return result_of(RES_BREACHED,
			"we could not find contact information in the text; "
			"this policy asks for it");
	if (r->contact.line == 0)
		return result_of(
			RES_MET, "the sender's address can be answered");
	return result_at(j->a,
		result_of(RES_MET, "the text says how to reach the sender"),
		r->contact.line, r->contact.line);
}

struct clause_result
judge_required(const struct judging *j, const struct clause *c)
{
	switch (c->part) {
	case PART_TITLE:
		return judge_title(j);
	case PART_STEPS:
		return judge_steps(j);
	case PART_CONTACT:
		return judge_reachable(j, c);
	case PART_WRITTEN:
		return judge_written(j);
	}
	return result_by_person();
}
