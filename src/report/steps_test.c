/* steps_test.c - steps where they are, and none where they are not. */
#include "report/cases.h"

/* `want`: "from-to", "" none, "!3" none and an empty heading in line 3. */
static const struct case_text cases[] = {
	{"under a Markdown heading",
		"## Steps to reproduce\n\n1. Open it.\n2. Look.\n\n## Impact\nx",
		"3-4"},
	{"under a plain heading", "Steps to reproduce\nopen the page and look",
		"2-2"},
	{"under a heading with a colon", "How to reproduce:\n- a b\n- c d\n",
		"2-3"},
	{"behind the heading", "Steps: open the page and look at it", "1-1"},
	{"under a bold heading", "**Reproduction**\n\nopen the page twice",
		"3-3"},
	{"under an underlined heading",
		"Proof of Concept\n================\ncurl http://a.example/x\n",
		"3-3"},
	{"under a heading in German",
		"Schritte zur Reproduktion:\n1. Seite öffnen\n2. Absenden\n",
		"2-3"},
	{"under a heading in French",
		"Étapes pour reproduire :\n1. Ouvrir la page\n2. Envoyer\n",
		"2-3"},
	{"under a heading in Spanish",
		"Pasos para reproducir:\n1. Abrir la página\n2. Enviar\n",
		"2-3"},
	{"until the sign-off", "Steps:\nopen the page and look\n\nRegards,\nJ",
		"2-2"},
	{"as a numbered list alone",
		"It breaks.\n\n1. Open the page.\n2. Send a quote.\n\nBye then",
		"3-4"},
	{"as steps with their word", "Step 1: the page\nStep 2: the button\n",
		"1-2"},
	{"as a list of orders", "- Open the page\n- Click the button\n", "1-2"},
	{"as commands", "It is open:\n\n$ curl http://a.example/\n", "3-3"},
	{"as a request", "POST /api HTTP/1.1\nHost: a.example\n", "1-1"},
	{"as code in a fence that is announced",
		"Proof of concept below.\n```\nimport x\n```\n", "3-3"},
	{"as prose that tells what was done",
		"I created a file with a tag in the folder, then I opened the\n"
		"page as another user, and the command had run.\n",
		"1-2"},
	{"as a scenario",
		"Given a file with a tag,\nWhen the page opens,\nThen it runs.\n",
		"1-3"},
	{"as the request, not as what was answered",
		"```\nPOST https://a.example/api HTTP/1.1\n\nrole=admin\n"
		"```\nand it says\n```\nHTTP/1.1 200 OK\nServer: a\n```\n",
		"2-4"},
	{"as a list that is announced below a heading of effects",
		"## Impact\nQuite bad. Attack flow:\n\n"
		"1. Mallory sends a link\n2. Anna opens the link\n",
		"4-5"},
	{"as a whole program that nothing announces",
		"All objects have it now.\n```\nimport {fold} from 'fold'\n"
		"fold({}, theirs)\n```\n",
		"3-4"},
	{"as work with a proxy",
		"The page looks only at the name. I took burp and changed\n"
		"the name on its way, and the shell was stored.\n",
		"1-2"},
	{"as a program of the folder at hand",
		"The lists nest without end and the stack is gone.\n"
		"./unpack -q deep.lst\n",
		"2-2"},
	{"as a numbered proof",
		"It ends with a signal.\n\nPOC 2: lists in lists in lists\n",
		"3-3"},
	{"not the story of the report",
		"I sent a report to the maintainer in May and filed a ticket at\n"
		"https://a.example/ as well.\n",
		""},
	{"not the name of a parameter alone",
		"What stands behind `?to=` is not looked at.\n", ""},
	{"not a list that is announced as a fix",
		"Fix for this hole:\n1. Check the type\n2. Rename the file\n",
		""},
	{"not a list of names and what is there",
		"- `a/open.c:12`: opens what it gets\n"
		"- `a/read.c:3`: reads all of that\n",
		""},
	{"not what a question supposes",
		"If I open the port and if I set a password, is it safe?\n",
		""},
	{"not a list of effects",
		"Impact:\n1. Attackers read files\n2. Attackers write files\n",
		""},
	{"not a list of fixes", "## Fix\n1. Use safe_load\n2. Check the path\n",
		""},
	{"not advice", "Use safe_load instead of load. Check the path too.",
		""},
	{"not a heading alone", "a\n\n## Steps to reproduce\n\n## Impact\nx",
		"!3"},
	{"not a placeholder", "Steps to reproduce:\n[describe here]\n", "!1"},
	{"not a promise", "Steps to reproduce:\nwill follow\n", "!1"},
	{"not TODO", "Steps: TODO\n", "!1"},
	{"not a pointer", "Steps:\nPlease see the attached PDF.\n", "!1"},
	{"not empty numbers", "Steps to reproduce:\n1.\n2.\n3.\n", "!1"},
	{"not an offer",
		"It is open. I can send the steps to reproduce on request.",
		""},
	{"not a claim", "There is a hole that lets anybody read files.", ""},
	{"not in a quotation", "> Steps:\n> 1. Open it\n> 2. Look\n", ""},
	{"as a story of two",
		"It is bad.\n\nI copied the link, and a colleague opened it as\n"
		"another customer.\n",
		"3-4"},
	{"as a chain of orders",
		"Invite a guest, look at the link, change guest into owner.\n",
		"1-1"},
	{"as a story in German",
		"Man meldet sich als Gast an, öffnet die Liste und ändert in\n"
		"der Adresse die Nummer.\n",
		"1-2"},
	{"as a story in Spanish",
		"Entro con mi usuario, voy a la lista y cambio el número.\n",
		"1-1"},
	{"as a story in French",
		"J'ouvre la page, puis je modifie le numéro et j'envoie.\n",
		"1-1"},
	{"as a gerund in French",
		"En suivant le vieux lien, elle a eu le fichier d'un autre.\n",
		"1-1"},
	{"as a change in a link",
		"The link has a=1. Changed to a=2, it shows the next seat.\n",
		"1-1"},
	{"as a condition",
		"When I sort the list by name, a foreign invoice is shown.\n",
		"1-1"},
	{"as one long order",
		"Ask for a new password at the login and wait for the mail.\n",
		"1-1"},
	{"as what is put in", "It hurts:\n\nName: *)(uid=*))(|(uid=*\n", "3-3"},
	{"as an address to try", "It is open.\n\nhttps://a.example/x?id=7\n",
		"3-3"},
	{"as a chain of arrows", "settings → export → all users' mails\n",
		"1-1"},
	{"behind a label in a sentence",
		"SQL injection in sort. Repro: order=(SELECT 1)\n", "1-1"},
	{"told by letters",
		"a. Anna creates it.\nb. Anna opens it twice.\nc. Bob saves.\n",
		"1-3"},
	{"told with #", "Steps:-\n# Goto the page\n# Enter a mail\n# Send it\n",
		"2-4"},
	{"at another prompt", "It is open:\n\nPS> rmdir C:\\Temp\\x\n", "3-3"},
	{"typed, and not the code of the product",
		"In src/view.c:\n\n    if (n > 2) { f(n); g(n); }\n\n"
		"It fails with\n\n$ ./view -n 3\n",
		"7-7"},
	{"below a rating with its value",
		"Severity: high\n\n1. Open the page\n2. Send it\n", "3-4"},
	{"in Portuguese by the heading",
		"Passos para reproduzir:\n1. Abrir a página\n2. Enviar\n",
		"2-3"},
	{"in Russian by the heading",
		"Шаги для воспроизведения:\n1. Открыть страницу\n2. Отправить форму\n",
		"2-3"},
	{"in Chinese by the heading", "复现步骤：\n1. 打开页面\n2. 发送\n",
		"2-3"},
	{"with wide marks",
		"漏洞复现：\n1、登录后台\n2、上传shell.php\n3、访问\n", "2-4"},
	{"not what an attacker could do",
		"An attacker could open the page, change the name and send it.\n",
		""},
	{"not what the program does",
		"The name is read and written, the file was opened twice.\n",
		""},
	{"not a request to the desk",
		"Please confirm it. Tell us your plan and send us the date.\n",
		""},
	{"until the last item",
		"Steps to reproduce:\n\n1. Open it.\n2. Send it,\ntwice.\n\n"
		"It is CWE-20. All versions have it.\n",
		"3-5"},
	{"until the last item, and what is told after it",
		"Steps to reproduce:\n\n1. Open it.\n2. Send it.\n\n"
		"Now look at the page of the other user.\n",
		"3-6"},
	{"not what one should do",
		"The ids can be guessed.\n\nYou should:\n1. Use random ids\n"
		"2. Check the owner\n3. Log it\n",
		""},
	{"not what one can do with it",
		"Anybody may talk to the port, and then he can:\n"
		"1. read the settings\n2. stop the service\n",
		""},
	{"a request, not what it is good for",
		"It is open.\n\n$ nc h.example 99\n\nWith that one can:\n"
		"1. read all (information disclosure)\n"
		"2. stop it (denial of service)\n",
		"3-3"},
	{"a request, not the list of pages",
		"These lack a check:\n\n- GET /a\n- GET /b\n- POST /c\n\n"
		"$ curl -b guest http://h.example/a\n",
		"7-7"},
	{"a command in a sentence",
		"It is open. So: curl -k https://h.example/\n", "1-1"},
	{"a command of any name",
		"It is open:\n\nplugctl -h h.example -t x -v\n", "3-3"},
	{"not ports that are open",
		"Open ports can be used by bad people, and old ones are worse.\n",
		""},
	{"a link to try, not the code that takes it",
		"lib/go.rb\n\n    redirect(params[\"u\"])\n\n"
		"/go?u=https://evil.example\n",
		"5-5"},
	{"not a form in slanted letters",
		"### PoC\n_All that somebody needs to see the problem again._\n",
		""},
	{"not a form twice",
		"Steps:\n1. [Insert step]\n2. [Insert step]\n\n"
		"Shall I write more about it for you?\n",
		"!1"},
	{"not a film", "I have a video PoC: https://v.example/watch?v=a\n", ""},
	{"not a log",
		"Our server was visited:\n\n"
		"2026-02-03T04:05:06Z POST /a.php?x=%27 500\n"
		"2026-02-03T04:05:07Z GET /shell.php 200\n",
		""},
	{"not a table of ports",
		"PORT      STATE  SERVICE\n22/tcp    open   ssh\n"
		"80/tcp    open   http\n443/tcp   open   https\n",
		""},
	{"not a scanner", "I ran a scanner on your site, here is what it says.",
		""},
	{"not the code alone",
		"lib/trim.c:\n\n    while (n-- > 0)\n        *e = '\\0';\n",
		""},
	{"not under Impact as prose",
		"Impact\n\nOpen the page, change the name, and it is lost.\n",
		""},
};

static void
steps_are_found_where_they_are(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		const struct report *r = cases_read(a, cases[i].text);
		const char *got = "";

		if (r->steps.line)
			got = arena_printf(
				a, "%u-%u", r->steps.line, r->steps.end);
		else if (r->steps.empty_heading)
			got = arena_printf(a, "!%u", r->steps.empty_heading);
		assert_int_equal(r->steps.line == 0, r->steps.why == NULL);
		if (strcmp(got, cases[i].want) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				cases[i].name, cases[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

static const struct case_text placeholders[] = {
	{"brackets", "[describe here]", "1:[describe here]"},
	{"angles", "<INSERT PAYLOAD>", "1:<INSERT PAYLOAD>"},
	{"braces", "{{ your name }}", "1:{{ your name }}"},
	{"TODO", "Steps: TODO", "1:TODO"},
	{"a form's words", "1. Go to '...'", "1:Go to '...'"},
	{"a comment", "<!-- Describe the issue -->",
		"1:<!-- Describe the issue -->"},
	{"dots", "Impact:\n...", "2:..."},
	{"Latin", "## Summary\nLorem ipsum dolor", "2:Lorem ipsum dolor"},
	{"a payload is none", "Send <script>alert(1)</script> and {{7*7}}", ""},
	{"a link is none", "[describe](https://a.example) and [1]", ""},
	{"a command is none", "$ curl -H \"X: <your token>\" http://a.example",
		""},
	{"a list of things to do is none", "It opens the todo list.", ""},
	{"an address is none", "Jane <your.jane@a.example>", ""},
};

static void
placeholders_are_told_from_payloads(void **state)
{
	(void)state;
	CASES_CHECK(placeholders, placeholders);
}

static const struct {
	const char *name, *text;
	unsigned runs;
} runs[] = {
	{"a command",
		"Steps to reproduce:\n\n1. Open it.\n2. curl -X POST "
		"http://h/x\n",
		4},
	{"a command in a sentence",
		"Steps to reproduce:\n\n1. Run `airflow dags list` now.\n", 3},
	{"a call",
		"Steps to reproduce:\n\n1. Call load_it() twice.\n"
		"2. See it.\n",
		3},
	{"code", "Steps to reproduce:\n\nRun this:\n\n```\nload(x)\n```\n", 6},
	{"a request",
		"Steps to reproduce:\n\n1. Send GET /x to it.\n"
		"2. See it.\n",
		3},
	{"a person at a screen",
		"Steps to reproduce:\n\n1. Open the page.\n"
		"2. Click on the button.\n",
		0},
	{"a link elsewhere",
		"See https://h/x\n\nSteps to reproduce:\n\n"
		"1. Open the page.\n2. Click it.\n",
		0},
};

static void
steps_that_run_nothing_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct report *r = cases_read(a, runs[i].text);

		test_note(runs[i].name);
		assert_int_not_equal(0, r->steps.line);
		assert_int_equal(runs[i].runs, r->steps.runs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_that_run_nothing_are_told),
		cmocka_unit_test(steps_are_found_where_they_are),
		cmocka_unit_test(placeholders_are_told_from_payloads),
	};

	return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
