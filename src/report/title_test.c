/* title_test.c - what a report is called, and who can be reached. */
#include "report/cases.h"

static const struct {
	const char *name, *subject, *text, *want; /* "from:text" */
} titles[] = {
	{"a subject that says what", "Stored XSS in the docs page", "",
		"subject:Stored XSS in the docs page"},
	{"without Re:", "Re: Stored XSS in the docs page", "",
		"subject:Stored XSS in the docs page"},
	{"without many marks", "AW: Fwd: RE[2]: Stored XSS in docs", "",
		"subject:Stored XSS in docs"},
	{"without tags", "[EXTERNAL] [oss] Stored XSS in docs", "",
		"subject:Stored XSS in docs"},
	{"without a case id", "Re: [DAGF-142] Stored XSS in docs", "",
		"subject:Stored XSS in docs"},
	{"without a case id at the end", "Stored XSS in docs (DAGF-142)", "",
		"subject:Stored XSS in docs"},
	{"in brackets whole", "[Stored XSS in docs]", "",
		"subject:Stored XSS in docs"},
	{"with its CVE", "[CVE-2024-12345] bypass in docs", "",
		"subject:[CVE-2024-12345] bypass in docs"},
	{"a subject that names something", "Problem in Frobnicator", "hi",
		"subject:Problem in Frobnicator"},
	{"a label beats the subject", "Report about Frobnicator",
		"Title: SQL injection in search\n",
		"heading:SQL injection in search"},
	{"a label with the title below", "x", "## Title\nXSS in search\n",
		"heading:XSS in search"},
	{"a heading that says what", "Security issue",
		"# Path traversal in upload\n\ntext",
		"heading:Path traversal in upload"},
	{"a line that stands alone", "Security issue",
		"Path traversal in upload\n\ntext",
		"first-line:Path traversal in upload"},
	{"the first claim", "Security issue",
		"Hello,\n\nI found an SQL injection in search. It is bad.\n",
		"first-line:I found an SQL injection in search"},
	{"nothing", "Security issue", "please help", ""},
	{"generic words", "URGENT: Critical security vulnerability report",
		"hi", ""},
	{"no subject", NULL, NULL, ""},
	{"an answer to our receipt", "Re: [mail-10] We received your mail",
		"dag-factory reads any file under /etc.\n",
		"first-line:dag-factory reads any file under /etc."},
	{"a form", "<TITLE>", "Title: [Insert title]\n", ""},
	{"German and generic", "Meldung einer Schwachstelle", "hallo", ""},
	{"Japanese is taken as it is", "ドキュメントの脆弱性について",
		"これは日本語の報告です。よろしくお願いします。",
		"subject:ドキュメントの脆弱性について"},
};

static void
the_title_is_the_best_there_is(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
		struct arena *a = arena_new();
		struct message m =
			cases_mail(titles[i].subject, titles[i].text);
		const struct report *r = report_find(a, &m);
		const char *got = r->title.text ?
			arena_printf(a, "%s:%s", r->title.from, r->title.text) :
			"";

		if (strcmp(got, titles[i].want) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				titles[i].name, titles[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static const struct {
	const char *name, *from, *reply_to, *text, *want; /* "from:address" */
} contacts[] = {
	{"From", "jane@a.example", NULL, "hi", "from:jane@a.example"},
	{"Reply-To", "noreply@a.example", "jane@a.example", "hi",
		"reply-to:jane@a.example"},
	{"a label", "noreply@a.example", NULL, "E-mail: jane@a.example",
		"body:jane@a.example"},
	{"a heading", "jane@a.example", NULL,
		"## Contact\nJane Doe\njane@work.example\n",
		"body:jane@work.example"},
	{"a sentence", "noreply@a.example", NULL,
		"You can reach me at <jane@a.example>.", "body:jane@a.example"},
	{"a telephone", "noreply@a.example", NULL, "Contact: +49 (0)40 123 456",
		"body:+49 (0)40 123 456"},
	{"a page", "noreply@a.example", NULL,
		"Contact: https://a.example/jane.",
		"body:https://a.example/jane"},
	{"a signature", "noreply@a.example", NULL,
		"hi\n-- \nJane\njane@a.example\n", "signature:jane@a.example"},
	{"below the regards", "noreply@a.example", NULL,
		"It is open.\n\nBest regards,\nJane\njane@a.example\n",
		"signature:jane@a.example"},
	{"somebody mentioned is none", "noreply@a.example", NULL,
		"The victim victim@a.example gets a mail.", ""},
	{"quoted is none", "noreply@a.example", NULL,
		"> Contact: jane@a.example", ""},
	{"nobody", NULL, NULL, "hi", ""},
	{"a robot", "MAILER-DAEMON@a.example", NULL, "hi", ""},
};

static void
the_contact_is_what_was_given(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(contacts); i++) {
		struct arena *a = arena_new();
		struct message m = cases_mail("x", contacts[i].text);

		m.from = contacts[i].from;
		m.reply_to = contacts[i].reply_to;
		const struct report *r = report_find(a, &m);
		const char *got = r->contact.address ?
			arena_printf(a, "%s:%s", r->contact.from,
				r->contact.address) :
			"";
		if (strcmp(got, contacts[i].want) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				contacts[i].name, contacts[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_title_is_the_best_there_is),
		cmocka_unit_test(the_contact_is_what_was_given),
	};

	return cmocka_run_group_tests_name("title", tests, NULL, NULL);
}
