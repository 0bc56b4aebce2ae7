/*
 * judge_matter.c - is it a vulnerability report, and was it sent in private?
 *
 * Doubt is a report: whatever has a weakness' id, a vector, a CVE or a claim
 * of exploitation is read by a person as one.
 */
#include <string.h>

#include "judge/judge_clause.h"

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
 * enough: such a mail is read as a report (mission.md, doubt is open). But
 * who sells something names the CVE of the day, too. */
bool
mail_is_refused(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	int matter = matter_of(r->looks_like);

	return r->understood && matter >= 0 &&
		(c->vulnerabilities_only.refuses >> matter & 1) &&
		r->n_cwe == 0 && r->n_cvss == 0 &&
		(r->looks_like == LOOKS_SPAM ||
			(r->cves.n == 0 && r->exploited.n == 0));
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

struct clause_result
judge_vulnerabilities_only(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;

	if (!r->understood)
		return result_not_understood();
	if (mail_is_refused(j, c))
		return result_cites(j->a,
			result_of(RES_BREACHED, refused_because(r->looks_like)),
			(struct cites){r->because, r->n_because},
			(struct cites){NULL, 0});
	if (r->looks_like == LOOKS_VULNERABILITY)
		return result_cites(j->a,
			result_of(
				RES_MET, "it reads as a vulnerability report"),
			(struct cites){r->because, r->n_because},
			(struct cites){NULL, 0});
	return result_of(RES_UNKNOWN, "the rules do not tell what it is");
}

/* A page of the product's own repository or one where people publish. */
static const char *
link_because(const struct judging *j)
{
	return j->r->public_links.n > 0 ?
		"the mail links to a public page; the rules do not tell "
		"whether it is about this flaw" :
		"nothing in the mail says that it is public";
}

struct clause_result
judge_private_channel(const struct judging *j, const struct clause *c)
{
	const struct report *r = j->r;
	const struct cites none = {NULL, 0};
	struct clause_result res;

	(void)c;
	if (r->public_.n > 0) {
		res = result_cites(j->a,
			result_of(RES_BREACHED,
				"the mail says or shows that it is public "
				"already; a person decides"),
			r->public_, none);
		res.shown = r->public_.v[0].text;
		return res;
	}
	if (!r->understood)
		return result_not_understood();
	res = result_cites(j->a, result_of(RES_UNKNOWN, link_because(j)),
		r->public_links, none);
	if (r->public_links.n > 0)
		res.shown = r->public_links.v[0].text;
	return res;
}
