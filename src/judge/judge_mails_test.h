/*
 * judge_mails_test.h - a complete report about Blue Widget, and what may be
 * different from it. A test's row names a change; the rest stays complete.
 */
#pragma once

#include "judge/judge_test.h"

static const struct cite line_3[] = {{"x", 3}};
static const struct cite lines_3_1_3[] = {{"x", 3}, {"y", 1}, {"z", 3}};
static const struct line_range two_findings[] = {{2, 4}, {5, 9}};
static const struct cwe_fact cwe_good[] = {{79, CWE_OK, 4}};
static const struct cwe_fact cwe_bad[] = {
	{79, CWE_OK, 4}, {99999, CWE_UNKNOWN, 6}};
static const struct cwe_fact cwe_old[] = {{1, CWE_DEPRECATED, 2}};
static const struct cwe_fact cwe_coarse[] = {{20, CWE_DISCOURAGED, 5}};
static const struct cvss_fact vectors[] = {{"CVSS:3.1/...", "3.1", true, 7}};
static const struct attachment files[] = {
	{"a.pdf", "application/pdf", 1, {{0}}}};

/* A complete report about Blue Widget. */
static inline void
complete(struct message *m, struct report *r)
{
	static const struct line_range all = {1, 9};

	*m = (struct message){.kind = MAIL_PERSON,
		.body = BODY_PLAIN,
		.answer = true,
		.from = "a@example.net",
		.subject = "XSS in Blue Widget",
		.text = "Blue Widget shows a name as it came.\n1. Do this.\n"
			"2. Do that.\n4\n5\n6\n7\n8\n9\n"};
	*r = (struct report){.understood = true,
		.new_text = &all,
		.n_new_text = 1,
		.title = {"XSS in Blue Widget", "subject", 0},
		.steps = {2, 3, "numbered", 0},
		.contact = {"a@example.net", "from", 0},
		.findings = 1,
		.looks_like = LOOKS_VULNERABILITY};
}

typedef void change(struct message *m, struct report *r);

#define CHANGE(name)                                                           \
	__attribute__((unused)) static void name(                              \
		struct message *m, struct report *r)
CHANGE(nothing)
{
	(void)m, (void)r;
}
CHANGE(no_title)
{
	(void)m;
	r->title.text = r->title.from = NULL;
}
CHANGE(title_in_text)
{
	(void)m;
	r->title.from = "heading";
	r->title.line = 1;
}
CHANGE(no_steps)
{
	(void)m;
	r->steps.line = r->steps.end = 0;
}
CHANGE(empty_heading)
{
	no_steps(m, r);
	r->steps.empty_heading = 5;
}
CHANGE(template_left)
{
	no_steps(m, r);
	r->placeholders = (struct cites){lines_3_1_3, 3};
}
CHANGE(no_contact)
{
	(void)m;
	r->contact.address = r->contact.from = NULL;
}
CHANGE(contact_in_text)
{
	(void)m;
	r->contact.from = "body";
	r->contact.line = 8;
}
CHANGE(html_only)
{
	(void)r;
	m->body = BODY_HTML_ONLY;
}
CHANGE(alternative)
{
	(void)r;
	m->body = BODY_ALTERNATIVE;
}
CHANGE(html_question)
{
	m->body = BODY_HTML_ONLY;
	r->looks_like = LOOKS_QUESTION;
}
CHANGE(files_only)
{
	no_steps(m, r);
	m->body = BODY_ATTACHMENTS_ONLY;
	m->text = "";
	m->attachments = files;
	m->n_attachments = 1;
	r->n_new_text = 0;
}
CHANGE(see_attached)
{
	no_steps(m, r);
	m->text = "Hello,\n\nplease see the attached report.\n\nRegards\n";
	m->attachments = files;
	m->n_attachments = 1;
}
CHANGE(text_and_file)
{
	(void)r;
	m->attachments = files;
	m->n_attachments = 1;
}
CHANGE(empty)
{
	no_steps(m, r);
	m->body = BODY_EMPTY;
	m->text = "";
	r->n_new_text = 0;
}
CHANGE(two_in_one)
{
	(void)m;
	r->findings = 2;
	r->finding_lines = two_findings;
	r->n_finding_lines = 2;
}
CHANGE(findings_unknown)
{
	(void)m;
	r->findings = 0;
}
CHANGE(rated)
{
	(void)m;
	r->severity = (struct cites){line_3, 1};
	r->cvss = vectors;
	r->n_cvss = 1;
}
CHANGE(weakness)
{
	(void)m;
	r->cwe = cwe_good;
	r->n_cwe = 1;
}
CHANGE(weakness_invented)
{
	(void)m;
	r->cwe = cwe_bad;
	r->n_cwe = 2;
}
CHANGE(weakness_deprecated)
{
	(void)m;
	r->cwe = cwe_old;
	r->n_cwe = 1;
}
CHANGE(weakness_discouraged)
{
	(void)m;
	r->cwe = cwe_coarse;
	r->n_cwe = 1;
}
CHANGE(public_already)
{
	(void)m;
	r->public_ = (struct cites){lines_3_1_3, 3};
}
CHANGE(question)
{
	no_steps(m, r);
	r->looks_like = LOOKS_QUESTION;
	r->because = line_3;
	r->n_because = 1;
}
CHANGE(bug)
{
	(void)m;
	r->looks_like = LOOKS_BUG;
}
CHANGE(bug_with_weakness)
{
	bug(m, r);
	weakness(m, r);
}
CHANGE(bug_that_is_used)
{
	bug(m, r);
	r->exploited = (struct cites){line_3, 1};
}
CHANGE(spam)
{
	(void)m;
	r->looks_like = LOOKS_SPAM;
}
CHANGE(html_spam)
{
	m->body = BODY_HTML_ONLY;
	r->looks_like = LOOKS_SPAM;
}
CHANGE(untold)
{
	(void)m;
	r->looks_like = LOOKS_UNKNOWN;
}
CHANGE(not_understood)
{
	(void)m;
	no_title(m, r);
	no_steps(m, r);
	r->understood = false;
	r->looks_like = LOOKS_UNKNOWN;
	r->findings = 0;
}
CHANGE(spam_not_understood)
{
	not_understood(m, r);
	r->looks_like = LOOKS_SPAM;
}
CHANGE(of_gear)
{
	(void)r;
	m->subject = "XSS in Gear";
	m->text = "Gear, Gear.\nGear.\nGear.\n";
}
CHANGE(of_gear_question)
{
	of_gear(m, r);
	r->contact.from = "reply-to";
	r->looks_like = LOOKS_QUESTION;
}
