/* judge_clause.c - see judge_clause.h. */
#include "judge/judge_clause.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* With less than this there is no description: "see the attached file". */
enum { WORDS_ALONE = 5, WORDS_BESIDE_FILES = 25 };

static struct clause_result
result(enum result what, const char *because)
{
	return (struct clause_result){.result = what, .because = because};
}

static struct clause_result
with_lines(const struct judging *j, struct clause_result res, unsigned from,
	unsigned to)
{
	struct line_range *line;

	if (from == 0)
		return res;
	line = ARENA_NEW(j->a, struct line_range);
	*line = (struct line_range){from, to < from ? from : to};
	res.lines = line;
	res.n_lines = 1;
	return res;
}

static int
by_line(const void *a, const void *b)
{
	const struct line_range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* The lines of up to two lists of cites; header cites have line 0. */
static struct clause_result
with_cites(const struct judging *j, struct clause_result res,
	const struct cite *one, size_t n_one, const struct cite *two,
	size_t n_two)
{
	struct line_range *v =
		ARENA_ARRAY(j->a, n_one + n_two + 1, struct line_range);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < n_one + n_two; i++) {
		unsigned line = i < n_one ? one[i].line : two[i - n_one].line;

		if (line > 0)
			v[n++] = (struct line_range){line, line};
	}
	qsort(v, n, sizeof *v, by_line);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[kept - 1].from != v[i].from)
			v[kept++] = v[i];
	res.lines = v;
	res.n_lines = kept;
	return res;
}

static struct clause_result
not_understood(void)
{
	return result(RES_UNKNOWN,
		"the text is in a language that the rules do not know");
}

static struct clause_result
judge_text(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result(RES_NOT_APPLICABLE, "published; nothing to judge");
}

static struct clause_result
judge_later(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result(RES_UNKNOWN, "a person decides this");
}

static struct clause_result
judge_life(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result(RES_NOT_APPLICABLE,
		"about the life of a case, not about a report");
}

static struct clause_result
judge_contact(const struct judging *j, const struct clause *c)
{
	(void)c;
	if (j->route.policy == NULL)
		return result(RES_NOT_APPLICABLE, "the mail is on a case");
	return with_lines(j, result(RES_MET, j->route.because),
		j->route.line.from, j->route.line.to);
}

static struct clause_result
judge_private_channel(const struct judging *j, const struct clause *c)
{
	const struct cites *p = &j->r->public_;

	(void)c;
	if (p->n == 0)
		return result(RES_UNKNOWN,
			"nothing in the mail says that it is public");
	return with_cites(j,
		result(RES_BREACHED,
			"the mail says or shows that it is public already; a "
			"person decides"),
		p->v, p->n, NULL, 0);
}

bool
report_has_evidence(const struct report *r)
{
	return r->steps.line > 0 || r->n_cwe > 0 || r->n_cvss > 0 ||
		r->cves.n > 0;
}

static int
matter_of(enum looks_like l)
{
	switch (l) {
	case LOOKS_BUG:
		return MATTER_BUG;
	case LOOKS_QUESTION:
		return MATTER_QUESTION;
	case LOOKS_SUPPORT:
		return MATTER_SUPPORT;
	case LOOKS_SPAM:
		return MATTER_SPAM;
	case LOOKS_OTHER:
		return MATTER_OTHER;
	case LOOKS_VULNERABILITY:
	case LOOKS_UNKNOWN:
		return -1;
	}
	return -1;
}

/* A weakness' id, a vector, a CVE or a claim of exploitation is doubt
 * enough: such a mail is read as a report (mission.md, doubt is open). */
bool
mail_is_refused(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	int matter = matter_of(r->looks_like);

	return r->understood && matter >= 0 &&
		(c->vulnerabilities_only.refuses >> matter & 1) &&
		r->n_cwe == 0 && r->n_cvss == 0 && r->cves.n == 0 &&
		r->exploited.n == 0;
}

static const char *
refused_because(enum looks_like l)
{
	switch (l) {
	case LOOKS_BUG:
		return "it reads as a bug report without a security effect";
	case LOOKS_QUESTION:
		return "it reads as a question about how to run the product "
		       "securely";
	case LOOKS_SUPPORT:
		return "it reads as a request for support";
	case LOOKS_SPAM:
		return "it reads as advertising";
	case LOOKS_OTHER:
		return "it reads as another matter than a vulnerability";
	case LOOKS_VULNERABILITY:
	case LOOKS_UNKNOWN:
		break;
	}
	return "";
}

static struct clause_result
judge_vulnerabilities_only(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;

	if (!r->understood)
		return not_understood();
	if (mail_is_refused(j, c))
		return with_cites(j,
			result(RES_BREACHED, refused_because(r->looks_like)),
			r->because, r->n_because, NULL, 0);
	if (r->looks_like == LOOKS_VULNERABILITY)
		return with_cites(j,
			result(RES_MET, "it reads as a vulnerability report"),
			r->because, r->n_because, NULL, 0);
	return result(RES_UNKNOWN, "the rules do not tell what it is");
}

static struct clause_result
judge_plain_text(const struct judging *j, const struct clause *c)
{
	(void)c;
	switch (j->m->body) {
	case BODY_PLAIN:
		return result(RES_MET, "the mail is plain text");
	case BODY_ALTERNATIVE:
		return result(RES_MET, "the plain part of the mail was read");
	case BODY_HTML_ONLY:
		return result(RES_BREACHED,
			"we could find HTML only; the text was taken from it");
	case BODY_ATTACHMENTS_ONLY:
	case BODY_EMPTY:
		return result(RES_NOT_APPLICABLE, "the mail has no text");
	}
	return judge_later(j, c);
}

static struct clause_result
judge_one_per_mail(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	struct clause_result res;

	(void)c;
	if (!r->understood)
		return not_understood();
	if (r->findings == 0)
		return result(RES_UNKNOWN,
			"the rules do not tell how many findings there are");
	if (r->findings == 1)
		return result(RES_MET, "we found one finding");
	res = result(RES_BREACHED,
		"we found several findings; a person may split the case");
	res.lines = r->finding_lines;
	res.n_lines = r->n_finding_lines;
	return res;
}

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
		return result(RES_BREACHED,
			"we could not find a written description: the mail has "
			"no text");
	if (m->body == BODY_ATTACHMENTS_ONLY)
		return result(RES_BREACHED,
			"we could not find a written description beside the "
			"attachments");
	if (!r->understood)
		return not_understood();
	if (r->steps.line == 0 && count_words(m, r, least) < least)
		return result(RES_BREACHED,
			m->n_attachments > 0 ?
				"we could not find a written description "
				"beside the attachments" :
				"we could not find a written description");
	return result(RES_MET, "there is a written description");
}

static struct clause_result
judge_title(const struct judging *j)
{
	const struct report *r = j->r;
	bool found = r->title.text != NULL &&
		!(j->reply && strcmp(r->title.from, "subject") == 0);

	if (!r->understood)
		return not_understood();
	if (!found)
		return result(RES_BREACHED, "we could not find a title");
	if (r->title.line == 0)
		return result(RES_MET, "the subject says what it is about");
	return with_lines(j, result(RES_MET, "a line says what it is about"),
		r->title.line, r->title.line);
}

static struct clause_result
judge_steps(const struct judging *j)
{
	const struct report *r = j->r;

	if (!r->understood)
		return not_understood();
	if (r->steps.line > 0)
		return with_lines(j,
			result(RES_MET, "we found steps to recreate it"),
			r->steps.line, r->steps.end);
	if (r->steps.empty_heading > 0)
		return with_lines(j,
			result(RES_BREACHED,
				"there is a heading for steps; we could not "
				"find steps under it"),
			r->steps.empty_heading, r->steps.empty_heading);
	if (r->placeholders.n > 0)
		return with_cites(j,
			result(RES_BREACHED,
				"we could not find steps; words of a template "
				"still stand in their places"),
			r->placeholders.v, r->placeholders.n, NULL, 0);
	return result(RES_BREACHED, "we could not find steps to recreate it");
}

static struct clause_result
judge_reachable(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	bool from = r->contact.from && strcmp(r->contact.from, "from") == 0;

	if (r->contact.address == NULL)
		return result(RES_BREACHED,
			"we could not find a way to reach the sender");
	if (from && !c->from_address)
		return result(RES_BREACHED,
			"we could not find contact information in the text; "
			"this policy asks for it");
	if (r->contact.line == 0)
		return result(RES_MET, "the sender's address can be answered");
	return with_lines(j,
		result(RES_MET, "the text says how to reach the sender"),
		r->contact.line, r->contact.line);
}

static struct clause_result
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
	return judge_later(j, c);
}

static struct clause_result
judge_severity(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	struct cite *vectors = ARENA_ARRAY(j->a, r->n_cvss + 1, struct cite);

	(void)c;
	for (size_t i = 0; i < r->n_cvss; i++)
		vectors[i].line = r->cvss[i].line;
	if (r->severity.n > 0 || r->n_cvss > 0)
		return with_cites(j,
			result(RES_BREACHED,
				"a rating is given; it is folded until there "
				"is one of our own, and counts for nothing"),
			r->severity.v, r->severity.n, vectors, r->n_cvss);
	if (!r->understood)
		return not_understood();
	return result(RES_MET, "we found no rating");
}

static struct clause_result
judge_cwe(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	struct cite *good = ARENA_ARRAY(j->a, r->n_cwe + 1, struct cite),
		    *bad = ARENA_ARRAY(j->a, r->n_cwe + 1, struct cite);
	size_t n_good = 0, n_bad = 0, n_discouraged = 0;

	(void)c;
	for (size_t i = 0; i < r->n_cwe; i++) {
		bool is_bad = r->cwe[i].status == CWE_UNKNOWN ||
			r->cwe[i].status == CWE_DEPRECATED;
		struct cite *at = is_bad ? &bad[n_bad++] : &good[n_good++];

		at->line = r->cwe[i].line;
		n_discouraged += r->cwe[i].status == CWE_DISCOURAGED;
	}
	if (n_bad > 0)
		return with_cites(j,
			result(RES_BREACHED,
				"an id is not in the official list, or no "
				"longer to be used"),
			bad, n_bad, NULL, 0);
	if (n_good == 0)
		return result(RES_NOT_APPLICABLE, "no weakness is named");
	return with_cites(j,
		result(RES_MET,
			n_discouraged > 0 ?
				"the weakness named is in the official list, "
				"which asks for a closer one" :
				"the weakness named is in the official list"),
		good, n_good, NULL, 0);
}

typedef struct clause_result judge_fn(
	const struct judging *j, const struct clause *c);

static judge_fn *const judges[CLAUSE_KIND_COUNT] = {
	[CLAUSE_TEXT] = judge_text,
	[CLAUSE_CONTACT] = judge_contact,
	[CLAUSE_PRIVATE_CHANNEL] = judge_private_channel,
	[CLAUSE_VULNERABILITIES_ONLY] = judge_vulnerabilities_only,
	[CLAUSE_SCOPE] = judge_later,
	[CLAUSE_PLAIN_TEXT] = judge_plain_text,
	[CLAUSE_ONE_PER_MAIL] = judge_one_per_mail,
	[CLAUSE_REQUIRED] = judge_required,
	[CLAUSE_MORE_INFORMATION] = judge_life,
	[CLAUSE_SEVERITY] = judge_severity,
	[CLAUSE_CWE] = judge_cwe,
	[CLAUSE_DUTY] = judge_life,
	[CLAUSE_PLATFORM] = judge_later,
	[CLAUSE_SAFE_HARBOR] = judge_later,
	[CLAUSE_EMBARGO] = judge_later,
	[CLAUSE_RESCIND] = judge_later,
	[CLAUSE_THIRD_PARTIES] = judge_later,
	[CLAUSE_OUT_OF_SCOPE] = judge_later,
	[CLAUSE_NOTIFY_FIRST] = judge_later,
	[CLAUSE_COORDINATE_AFTER] = judge_later,
	[CLAUSE_KNOWN] = judge_later,
};

struct clause_result
clause_judge(const struct judging *j, const struct clause *c)
{
	struct clause_result res = judges[c->kind](j, c);

	res.id = c->id;
	return res;
}
