/* quote_test.c - which lines the sender wrote. */
#include "report/cases.h"

/* `want`: "1-3 5" are the new lines. */
static const struct {
	const char *name, *subject, *text, *want;
	bool reply;
} cases[] = {
	{"all of a plain mail", "x", "a\n\nb\n", "1-3", false},
	{"nothing of nothing", "x", "", "", false},
	{"marked quotation", "Re: x", "> a\n> b\n\nnew\n", "4", true},
	{"inline answers", "Re: x", "> a\nyes\n> b\nno\n", "2 4", true},
	{"who wrote", "Re: x",
		"new\n\nOn Mon, 3 Nov 2025 at 10:00, A <a@b.example> wrote:\n"
		"> a\n",
		"1", true},
	{"who wrote, wrapped", "Re: x",
		"new\n\nOn Mon, 3 Nov 2025 at 10:00, Somebody\n"
		"<a@b.example> wrote:\n\n> a\n",
		"1", true},
	{"German", "AW: x",
		"neu\n\nAm 3.11.2025 um 10:00 schrieb A <a@b.example>:\n> a\n",
		"1", true},
	{"French", "Re: x",
		"nouveau\n\nLe 3 nov. 2025 à 10:00, A <a@b.example> a écrit :\n"
		"> a\n",
		"1", true},
	{"Spanish", "Re: x",
		"nuevo\n\nEl lun, 3 nov 2025, A (<a@b.example>) escribió:\n> a\n",
		"1", true},
	{"a sentence that ends so is new", "x",
		"On the forum of 2024 somebody wrote:\nthis is broken\n", "1-2",
		false},
	{"Outlook's block", "RE: x",
		"new\n\nFrom: A <a@b.example>\nSent: Monday\nTo: B\n"
		"Subject: x\n\nold\nold\n",
		"1", true},
	{"Outlook's block in German", "AW: x",
		"neu\n\n________________________________\nVon: A\n"
		"Gesendet: Montag\nAn: B\nBetreff: x\n\nalt\n",
		"1", true},
	{"original message", "Re: x",
		"new\n\n-----Original Message-----\nFrom: A\nSent: B\nTo: C\n"
		"Subject: x\n\nold\n",
		"1", true},
	{"headers in a report are new", "SMTP injection",
		"Send this:\nFrom: a\nTo: b\nSubject: c\n\nbody\n", "1-6",
		false},
	{"a forward's text is new", "Fwd: x",
		"see below\n\n---------- Forwarded message ---------\n"
		"From: A <a@b.example>\nDate: Mon\nSubject: x\nTo: B\n\n"
		"the report\n",
		"1 9", false},
	{"a forward with marks on each line", "Fwd: x",
		"Begin forwarded message:\n\n> From: A\n> Subject: x\n"
		"> Date: Mon\n> To: B\n>\n> the report\n",
		"8", false},
	{"a firm's disclaimer", "x",
		"text\n\nThis email and its attachments are confidential. If you\n"
		"are not the intended recipient, delete it. Report spam to us.\n",
		"1", false},
	{"secrets that went astray are new", "x",
		"A confidential letter was sent to us by mistake, and the\n"
		"intended recipient never got it.\n",
		"1-2", false},
	{"signature", "x", "text\n-- \nJane\njane@a.example\n", "1", false},
	{"signature without its blank", "x", "text\n--\nJane\n", "1", false},
	{"a rule is no signature", "x", "text\n---\nmore\n", "1-3", false},
	{"signature above a quotation", "Re: x",
		"new\n-- \nJane\n\nOn 3 Nov 2025, A wrote:\n> old\n", "1",
		true},
	{"sent from a telephone", "x", "text\n\nSent from my iPhone\n", "1",
		false},
	{"a list's footer", "x",
		"text\n_______________________________________________\n"
		"x mailing list\nx@lists.example\n",
		"1", false},
	{"armour around a text", "x",
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\ntext\n"
		"-----BEGIN PGP SIGNATURE-----\n\nabc\n"
		"-----END PGP SIGNATURE-----\n",
		"4", false},
	{"a key", "x",
		"text\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n"
		"-----END PGP PUBLIC KEY BLOCK-----\nmore\n",
		"1 6", false},
	{"a Python prompt is no quotation", "x",
		">>> import yaml\n>>> yaml.load(x)\n", "1-2", false},
	{"in a fence nothing is one", "x",
		"```\n> redirect\n-- comment\n```\nend\n", "1-5", false},
	{"a fence that never closes hides nothing", "Re: x", "```\n> quoted\n",
		"1", true},
};

static const char *
ranges(struct arena *a, const struct report *r)
{
	const char *out = "";

	for (size_t i = 0; i < r->n_new_text; i++) {
		struct line_range v = r->new_text[i];

		out = v.from == v.to ?
			arena_printf(a, "%s%s%u", out, i ? " " : "", v.from) :
			arena_printf(a, "%s%s%u-%u", out, i ? " " : "", v.from,
				v.to);
	}
	return out;
}

static void
new_text_is_what_the_sender_wrote(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct message m = cases_mail(cases[i].subject, cases[i].text);

		m.in_reply_to = cases[i].reply ? "<1@desk.example>" : NULL;
		const char *got = ranges(a, report_find(a, &m));
		if (strcmp(got, cases[i].want) != 0) {
			test_note(arena_printf(a, "%s: wanted %s, got %s",
				cases[i].name, cases[i].want, got));
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
		cmocka_unit_test(new_text_is_what_the_sender_wrote),
	};

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
