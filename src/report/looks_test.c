/* looks_test.c - what kind of mail it is, how many flaws, which language. */
#include "report/cases.h"

static const struct {
	const char *name, *subject, *text;
	enum looks_like want;
} kinds[] = {
	{"a report", "Stored XSS",
		"The docs page shows my script to other users.\n\n"
		"1. Open it.\n2. Send <script>.\n",
		LOOKS_VULNERABILITY},
	{"a report phrased as a question", "Question",
		"Is it intended that anyone can read every file on the server\n"
		"with ../../etc/passwd in the path?\n",
		LOOKS_VULNERABILITY},
	{"a claim without any detail", "hello",
		"I found a vulnerability in your product. Do you pay?\n",
		LOOKS_VULNERABILITY},
	{"a crash with an effect", "Crash",
		"The parser crashes with a heap buffer overflow.\n",
		LOOKS_VULNERABILITY},
	{"a report in German", "Sicherheitslücke",
		"Ein Angreifer kann mit einer Datei beliebigen Code ausführen,\n"
		"wenn der Dienst sie lädt und das Format nicht prüft.\n",
		LOOKS_VULNERABILITY},
	{"a phishing hole is a report", "Open redirect",
		"The open redirect in /go allows phishing.\n\n"
		"$ curl http://a.example/go?to=//evil.example\n",
		LOOKS_VULNERABILITY},
	{"a hole that helps phishing is one, whatever else it is",
		"Open redirect in the login page",
		"Whoever logs in is sent where the link says. That is handy for\n"
		"phishing.\n",
		LOOKS_VULNERABILITY},
	{"secrets where many read them", "Logs",
		"The worker writes every API token to the log.\n",
		LOOKS_VULNERABILITY},
	{"passwords nobody hides", "A thought",
		"The passwords of all shops are kept in clear text.\n",
		LOOKS_VULNERABILITY},
	{"a pasted exception is a fault", "Help page",
		"The page of June:\n\n```\nKeyError: 'june'\n  at page.js\n```\n",
		LOOKS_BUG},
	{"whether it has what is in the news", "Log4j, CVE-2021-44228",
		"Does your product use it? Would it be impacted?\n",
		LOOKS_QUESTION},
	{"whether it is safe to do", "Setup",
		"If I host it at home and if I open the port, is it safe to run\n"
		"without a firewall?\n",
		LOOKS_QUESTION},
	{"whether there is a risk", "Is there any risk of XXE in this?",
		"The manual says nothing of it.\n", LOOKS_QUESTION},
	{"how to secure", "Question",
		"Hi, how do I secure my deployment? Which permissions does it\n"
		"need?\n",
		LOOKS_QUESTION},
	{"how to prevent", "Question",
		"What is the recommended way to protect against XSS here?\n",
		LOOKS_QUESTION},
	{"affected by a CVE", "log4j",
		"Are you affected by CVE-2021-44228? When will it be patched?\n",
		LOOKS_QUESTION},
	{"how to use", "Schedule",
		"How can I set a cron schedule for one DAG?\n", LOOKS_SUPPORT},
	{"a lost password", "Login",
		"I cannot log in to my account, please help me.\n",
		LOOKS_SUPPORT},
	{"a plain bug", "Wrong time zone",
		"The schedule shows the wrong timezone since upgrading.\n"
		"Expected behaviour: it is UTC.\n",
		LOOKS_BUG},
	{"links for sale", "Guest post",
		"We sell backlinks and guest posts to rank higher on google.\n"
		"Unsubscribe here.\n",
		LOOKS_SPAM},
	{"a vendor", "Partnership",
		"Our platform finds SQL injection and XSS for companies.\n"
		"Are you available? Book a demo, free trial included.\n",
		LOOKS_SPAM},
	{"an application", "Application",
		"I am applying for the position of security engineer.\n"
		"My resume is attached.\n",
		LOOKS_OTHER},
	{"a questionnaire", "Vendor assessment",
		"Please complete the security questionnaire and send your\n"
		"SOC 2 report to our procurement team.\n",
		LOOKS_OTHER},
	{"phishing in your name", "Phishing",
		"I received a phishing email that claims to be from you.\n",
		LOOKS_OTHER},
	{"an offer in one line", "faster hosting",
		"Our servers are 20x faster. We move your site for free, from\n"
		"$2.99 per month. Interested? Just hit reply.\n",
		LOOKS_SPAM},
	{"an offer that names weaknesses", "Learn to hack",
		"Learn how to find XSS and SSRF bugs. Our course: 30 hours of\n"
		"video, now 27 USD instead of $199. Get your free trial.\n",
		LOOKS_SPAM},
	{"a mailbox about to be closed", "Unusual sign-in activity",
		"Your mailbox will be locked in 12 hours. Verify your account\n"
		"now: http://a.example/u?e=1\n",
		LOOKS_SPAM},
	{"a call for papers", "Call for Papers: Security 2027",
		"We invite you to submit a paper to the special issue of our\n"
		"journal. Early bird registration fee: 200 EUR.\n",
		LOOKS_SPAM},
	{"a recruiter", "Senior role",
		"Your profile impressed me. We have candidates available at\n"
		"competitive rates; do you have time for a quick call?\n",
		LOOKS_SPAM},
	{"an offer in German", "Ihr Angebot",
		"Wir übernehmen Ihre Buchhaltung zum Festpreis. Fordern Sie\n"
		"jetzt Ihr unverbindliches Angebot an.\n",
		LOOKS_SPAM},
	{"an exception without an effect", "TypeError in the parser",
		"Since the last update I get TypeError: 'NoneType' object is\n"
		"not iterable when the list is empty.\n",
		LOOKS_BUG},
	{"prices in a shop's report", "Price can be changed",
		"Anyone can change the price in the request: I put a book in\n"
		"the cart, set price=1, and paid $1 instead of $30.\n",
		LOOKS_VULNERABILITY},
	{"a lay report by its story", "Other people's invoices",
		"I copied the link from the mail, changed the number at its\n"
		"end, and saw the invoice of another customer.\n",
		LOOKS_VULNERABILITY},
	{"a lawyer", "Our client",
		"We represent Seewind GmbH. We ask you to sign the attached\n"
		"declaration, failing which we will go to court.\n",
		LOOKS_OTHER},
	{"a fault in which somebody gets in", "Error on the search page",
		"Searching for names does not work since the upgrade. With\n"
		"x' or 'a'='a in the field I get the whole list.\n",
		LOOKS_VULNERABILITY},
	{"a hang from outside", "nameserver hangs",
		"A single packet keeps a thread busy for ever:\n\n"
		"$ nc -u 127.0.0.1 5353 < loop.bin\n",
		LOOKS_VULNERABILITY},
	{"a footer that speaks of phishing", "Accounts that were closed",
		"Closed accounts can be used in the app for a month.\n\n"
		"1. Open the app.\n2. Close the account.\n3. Reload.\n\n"
		"This message is confidential and intended solely for the\n"
		"addressee. Report phishing to abuse@bank.example.\n",
		LOOKS_VULNERABILITY},
	{"one who filmed you", "Your secret",
		"We have recorded you with your own camera. Pay 900 USD in\n"
		"bitcoin, or we send the video to all your friends.\n",
		LOOKS_SPAM},
	{"the chief who needs cards", "urgent",
		"Are you in the office? Please buy four gift cards for me, I\n"
		"will reimburse you tonight.\n",
		LOOKS_SPAM},
	{"a pitch that flatters", "Your release notes",
		"I was impressed by how you fixed the SQL injection. We take the\n"
		"toil out of patching with AI, so you get back to building.\n"
		"Up for a short call on Monday?\n",
		LOOKS_SPAM},
	{"a listing that runs out", "Final notice for your domain",
		"Your listing expires in 48 hours. Failure to pay will result in\n"
		"cancellation. Pay 120 USD here: http://a.example/p?i=2\n",
		LOOKS_SPAM},
	{"which algorithm", "passwords",
		"Which hash do you use for passwords, and can we configure it?\n",
		LOOKS_QUESTION},
	{"a question that is a report", "Question",
		"Which setting makes the app show the files of other people?\n"
		"They are listed for anyone who opens it.\n",
		LOOKS_VULNERABILITY},
	{"nothing to go by", "hello", "Good morning.\n", LOOKS_UNKNOWN},
	{"no text", NULL, NULL, LOOKS_UNKNOWN},
	{"Japanese", "脆弱性",
		"ドキュメントのページに保存型のクロスサイトスクリプティングがあります。"
		"再現手順は次のとおりです。\n",
		LOOKS_UNKNOWN},
	{"Russian", "Уязвимость",
		"Здравствуйте, я нашёл уязвимость в вашем продукте. Шаги ниже.\n",
		LOOKS_UNKNOWN},
	{"Polish", "Podatność",
		"Dzień dobry, jest to poważna podatność, ponieważ nie sprawdza się\n"
		"ścieżki i każdy, kto ma plik, może go odczytać przez stronę, "
		"która\nnie jest chroniona oraz działa jak wcześniej.\n",
		LOOKS_UNKNOWN},
};

static void
mails_are_told_apart(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct arena *a = arena_new();
		struct message m = cases_mail(kinds[i].subject, kinds[i].text);
		const struct report *r = report_find(a, &m);

		if (r->looks_like != kinds[i].want || r->n_because == 0) {
			test_note(arena_printf(a, "%s: wanted %s, got %s: %s",
				kinds[i].name, looks_like_names[kinds[i].want],
				looks_like_names[r->looks_like],
				r->n_because ? r->because[0].text : ""));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static const struct {
	const char *name, *text;
	unsigned want;
} counts[] = {
	{"one", "The page has an XSS.\n\n1. Open it\n2. Look\n3. See\n", 1},
	{"headed and numbered",
		"Finding 1: SQL injection\nSend a quote in the name field.\n\n"
		"Finding 2: open redirect\nOpen /go?to=//evil.example now.\n",
		2},
	{"Markdown",
		"## Vulnerability 1: XSS\n### Steps\n1. Open the page here\n\n"
		"## Vulnerability 2: SSRF\n### Steps\n1. Call the hook here\n\n"
		"## Vulnerability 3: IDOR\n### Steps\n1. Ask for id 2 here\n",
		3},
	{"items that name flaws",
		"There are some problems.\n\n"
		"1. Stored XSS in the docs page, by any user who may write\n"
		"2. SQL injection in the search field, without logging in\n",
		2},
	{"said in words",
		"I found three vulnerabilities in the loader: a path traversal,\n"
		"an SSRF and a race condition.\n",
		3},
	{"named twice, once in an index",
		"Finding 1: XSS\nFinding 2: SSRF\n\n"
		"Finding 1: XSS\nThe page shows it to all users.\n"
		"Finding 2: SSRF\nThe hook asks any host there is.\n",
		2},
	{"named twice, in an index of sentences",
		"Finding 1: a stored XSS in the docs page\n"
		"Finding 2: an SSRF in the hook of the api\n\n"
		"Finding 1: XSS\nThe page shows it to all users.\n"
		"Finding 2: SSRF\nThe hook asks any host there is.\n",
		2},
	{"effects are not findings",
		"The page has an XSS.\n\nImpact:\n"
		"1. Session hijacking of each user who opens it\n"
		"2. Account takeover of each user who opens it\n",
		1},
	{"steps are not findings",
		"XSS in docs.\n\nSteps:\n1. Open the SQL injection lab page\n"
		"2. Enter the XSS payload in the field\n3. Trigger the SSRF\n",
		1},
	{"a second mail is not this one",
		"I found two vulnerabilities, an XSS and an SSRF. This is the\n"
		"XSS; the other comes in a separate mail.\n",
		1},
	{"variants are one",
		"An XSS.\n\nSteps to reproduce, variant A:\n1. Open the page\n\n"
		"Steps to reproduce, variant B:\n1. Open the other page\n",
		1},
	{"a heading without substance",
		"Finding 1: XSS\nThe page shows it to all users.\n\n"
		"Finding 2:\n",
		1},
	{"bullets that name flaws",
		"- Open redirect: /go?to=//evil.example sends you to it without asking first\n"
		"- Session fixation: the cookie from before the login is kept\n",
		2},
	{"by their ids",
		"CWE-601: Open redirect\n/go takes any host, so open /go?to=x\n\n"
		"CWE-79: Reflected XSS\n/err prints its parameter as it came in\n",
		2},
	{"siblings of flaws",
		"1. SQL injection in the report builder, by its sort order\n"
		"2. Stored XSS in the name of a team, in the member list\n"
		"3. The session lives on after the password was changed here\n",
		3},
	{"told by letters",
		"A) Open redirect in /go, which takes any host as it comes\n"
		"B) Path traversal in the update file, which root unpacks\n",
		2},
	{"a version is no number of flaws",
		"Version 1.7.6 leaks the token: an XSS shows it.\n", 1},
	{"a question has none", "How do I secure my deployment?", 0},
};

static void
findings_are_counted(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct arena *a = arena_new();
		const struct report *r = cases_read(a, counts[i].text);

		if (r->findings != counts[i].want ||
			(r->n_finding_lines > 0 &&
				r->n_finding_lines != r->findings)) {
			test_note(arena_printf(a, "%s: wanted %u, got %u",
				counts[i].name, counts[i].want, r->findings));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static void
facts_without_language_stay_in_any_language(void **state)
{
	struct arena *a = arena_new();
	const struct report *r = cases_read(a,
		"ドキュメントのページに問題があります。再現手順は次のとおりです。\n"
		"CWE-79 https://a.example/x dagfactory/utils.py v1.2.3\n"
		"CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N CVE-2024-12345\n"
		"1. Open the page\n2. Send it\n");

	(void)state;
	assert_false(r->understood);
	assert_int_equal(
		4, r->steps.line); /* a numbered list is one anywhere */
	assert_int_equal(0, r->findings);
	assert_null(r->title.text);
	assert_int_equal(1, r->n_cwe);
	assert_int_equal(1, r->n_cvss);
	assert_int_equal(1, r->urls.n);
	assert_int_equal(1, r->files.n);
	assert_int_equal(1, r->versions.n);
	assert_int_equal(1, r->cves.n);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_are_told_apart),
		cmocka_unit_test(findings_are_counted),
		cmocka_unit_test(facts_without_language_stay_in_any_language),
	};

	return cmocka_run_group_tests_name("looks", tests, NULL, NULL);
}
