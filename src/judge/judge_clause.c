/* judge_clause.c - the row for each kind, and the kinds that take a line or
 * two; judge_clause.h says where the others are. */
#include "judge/judge_clause.h"

#include "base/mem.h"

static struct clause_result
judge_text(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result_of(RES_NOT_APPLICABLE, "published; nothing to judge");
}

static struct clause_result
judge_later(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result_by_person();
}

static struct clause_result
judge_life(const struct judging *j, const struct clause *c)
{
	(void)j, (void)c;
	return result_of(RES_NOT_APPLICABLE,
		"about the life of a case, not about a report");
}

static struct clause_result
judge_contact(const struct judging *j, const struct clause *c)
{
	(void)c;
	if (j->route.policy == NULL)
		return result_of(RES_NOT_APPLICABLE, "the mail is on a case");
	return result_at(j->a, result_of(RES_MET, j->route.because),
		j->route.line.from, j->route.line.to);
}

static struct clause_result
judge_plain_text(const struct judging *j, const struct clause *c)
{
	(void)c;
	switch (j->m->body) {
	case BODY_PLAIN:
		return result_of(RES_MET, "the mail is plain text");
	case BODY_ALTERNATIVE:
		return result_of(
			RES_MET, "the plain part of the mail was read");
	case BODY_HTML_ONLY:
		return result_of(RES_BREACHED,
			"we could find HTML only; the text was taken from it");
	case BODY_ATTACHMENTS_ONLY:
	case BODY_EMPTY:
		return result_of(RES_NOT_APPLICABLE, "the mail has no text");
	}
	return result_by_person();
}

static struct clause_result
judge_one_per_mail(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	struct clause_result res;

	(void)c;
	if (!r->understood)
		return result_not_understood();
	if (r->findings == 0)
		return result_of(RES_UNKNOWN,
			"the rules do not tell how many findings there are");
	if (r->findings == 1)
		return result_of(RES_MET, "we found one finding");
	res = result_of(RES_BREACHED,
		"we found several findings; a person may split the case");
	res.lines = r->finding_lines;
	res.n_lines = r->n_finding_lines;
	return res;
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
		return result_cites(j->a,
			result_of(RES_BREACHED,
				"a rating is given; it is folded until there "
				"is one of our own, and counts for nothing"),
			r->severity, (struct cites){vectors, r->n_cvss});
	if (!r->understood)
		return result_not_understood();
	return result_of(RES_MET, "we found no rating");
}

static judge_fn *const judges[CLAUSE_KIND_COUNT] = {
	[CLAUSE_TEXT] = judge_text,
	[CLAUSE_CONTACT] = judge_contact,
	[CLAUSE_PRIVATE_CHANNEL] = judge_private_channel,
	[CLAUSE_VULNERABILITIES_ONLY] = judge_vulnerabilities_only,
	[CLAUSE_SCOPE] = judge_scope,
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
	[CLAUSE_OUT_OF_SCOPE] = judge_out_of_scope,
	[CLAUSE_NOTIFY_FIRST] = judge_later,
	[CLAUSE_COORDINATE_AFTER] = judge_later,
	[CLAUSE_KNOWN] = judge_known,
};

struct clause_result
clause_judge(const struct judging *j, const struct clause *c)
{
	struct clause_result res = judges[c->kind](j, c);

	res.id = c->id;
	return res;
}
