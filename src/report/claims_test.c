/*
 * claims_test.c - what a report claims: that it is public, that it is being
 * used, how bad it is; and what it only denies, plans or asks.
 */
#include "report/cases.h"

static const struct case_text public_claims[] = {
	{"an issue of one's own",
		"I opened an issue on GitHub about this yesterday.",
		"1:I opened an issue on GitHub about this yesterday."},
	{"a post", "The details were published on my blog last week.",
		"1:The details were published on my blog last week."},
	{"a passive", "This has been publicly disclosed.",
		"1:This has been publicly disclosed."},
	{"already known", "The flaw is already public.",
		"1:The flaw is already public."},
	{"a link with words for it",
		"It was reported here: https://github.com/a/b/issues/7",
		"1:It was reported here: https://github.com/a/b/issues/7"},
	{"not disclosed", "I have not disclosed this to anybody.", ""},
	{"never posted", "I never posted this publicly.", ""},
	{"a plan", "I will publish a blog post after 90 days.", ""},
	{"a condition", "If this becomes public, users are at risk.", ""},
	{"a question", "Has this been publicly disclosed?", ""},
	{"a bare link is background",
		"See https://github.com/a/b/issues/301 for the layout.", ""},
	{"an unrelated issue",
		"A similar problem was reported in "
		"https://github.com/a/b/issues/301",
		""},
	{"the word alone", "The public API and the public key.", ""},
	{"without a negation's reach",
		"I have not heard back, but the flaw is already public.",
		"1:I have not heard back, but the flaw is already public."},
	{"quoted", "> This has been publicly disclosed.\nNo.", ""},
};

static const struct case_text exploited[] = {
	{"in the wild", "This is exploited in the wild.",
		"1:This is exploited in the wild."},
	{"actively", "We see that it is actively being exploited.",
		"1:We see that it is actively being exploited."},
	{"attackers use it", "Attackers are using this against us.",
		"1:Attackers are using this against us."},
	{"a victim", "Our server was compromised through this bug.",
		"1:Our server was compromised through this bug."},
	{"not as far as known", "Not exploited in the wild as far as I know.",
		""},
	{"no evidence", "I have seen no evidence of active exploitation.", ""},
	{"could be", "This could be exploited in the wild soon.", ""},
	{"a question", "Is this exploited in the wild?", ""},
	{"one's own exploit", "My exploit is attached and works.", ""},
	{"can be exploited", "The flaw can be exploited by any user.", ""},
};

static const struct case_text severity[] = {
	{"a word", "Severity: Critical", "1:Severity: Critical"},
	{"in Markdown", "**Severity:** High", "1:Severity:** High"},
	{"both", "Severity: High (8.1)", "1:Severity: High (8.1)"},
	{"a score", "CVSS score: 9.8", "1:CVSS score: 9.8"},
	{"a score of a version", "CVSS v3.1 Base Score: 7.5 High",
		"1:CVSS v3.1 Base Score: 7.5 High"},
	{"short", "CVSS 9.8", "1:CVSS 9.8"},
	{"reversed", "a critical severity flaw", "1:critical severity"},
	{"of ten", "I would say 9.8/10 here", "1:9.8/10"},
	{"a number and its word", "that is 9.1 (Critical).",
		"1:9.1 (Critical)"},
	{"a sentence", "The severity is high.", "1:severity is high"},
	{"under a heading", "## Severity\n\nHigh", "3:High"},
	{"in German", "Schweregrad: kritisch", "1:Schweregrad: kritisch"},
	{"with a dash", "Severity - High", "1:Severity - High"},
	{"a score behind its own label", "Score: 7.1 (High)", "1:7.1 (High)"},
	{"rated", "This is rated **Critical** by us", "1:rated **Critical"},
	{"a priority", "Priority: P1", "1:Priority: P1"},
	{"behind the name of a finding",
		"1. Forged invoices (High)\n2. Version is shown (Low)",
		"1:(High) 2:(Low)"},
	{"in French", "Gravité : Élevée", "1:Gravité : Élevée"},
	{"a remark in brackets is none", "the load was constant (high)\n", ""},
	{"a version is none", "version 9.8 of the tool", ""},
	{"the version of CVSS is none", "CVSS 3.1", ""},
	{"a vector's prefix is none",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", ""},
	{"an adjective is none",
		"a critical section and a high number of files", ""},
	{"a question about it is none", "Which severity do you see?", ""},
};

static void
publication_is_a_claim_neither_denied_nor_planned(void **state)
{
	(void)state;
	CASES_CHECK(public_claims, public_);
}

static void
exploitation_is_a_claim_neither_denied_nor_supposed(void **state)
{
	(void)state;
	CASES_CHECK(exploited, exploited);
}

static void
severity_is_cited_from_label_to_rating(void **state)
{
	(void)state;
	CASES_CHECK(severity, severity);
}

static const struct case_text subjects[] = {
	{"a tag", "[CRITICAL] code execution", "0:[CRITICAL]"},
	{"a label", "High: code execution", "0:High"},
	{"behind", "Code execution (critical)", "0:(critical)"},
	{"in words", "Severity: High - code execution", "0:Severity: High"},
	{"an adjective is none", "Critical section never left", ""},
};

static void
a_severity_of_the_subject_has_no_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		struct arena *a = arena_new();
		struct message m = cases_mail(subjects[i].text, "hi\n");

		test_note(subjects[i].name);
		assert_string_equal(subjects[i].want,
			cases_cites(a, report_find(a, &m)->severity));
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			publication_is_a_claim_neither_denied_nor_planned),
		cmocka_unit_test(
			exploitation_is_a_claim_neither_denied_nor_supposed),
		cmocka_unit_test(severity_is_cited_from_label_to_rating),
		cmocka_unit_test(a_severity_of_the_subject_has_no_line),
	};

	return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
