/*
 * letter_test.c - the shipped letters as a reader gets them, and what a
 * stranger's values cannot do to them.
 */
#include "post/letter.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/test.h"
#include "base/utf8.h"

static const struct letter_item title_and_steps[] = {
	{"required.title", NULL},
	{"required.steps", NULL},
	{"house.rule", "Tell us the\nbuild number, please."},
};

static struct letter_values
values(void)
{
	return (struct letter_values){
		.from_name = "DAG Factory security",
		.from = "security@example.org",
		.reply_to = "security+c7k3mq9x2d5f@example.org",
		.to = "ada@example.net",
		.message_id = "<c7k3mq9x2d5f.1@desk.example.org>",
		.in_reply_to = "<first@example.net>",
		.date = {INT64_C(1795446245678)},
		.answers = true,
		.automatic = true,
		.case_id = "DAGF-142",
		.product = "DAG Factory",
		.organisation = "Example",
		.policy_link = "https://example.org/security",
		.policy_hash = "0123456789abcdef0123456789abcdef",
		.received = "Monday, 23 November 2026 (America/New_York)",
		.validate_due = "Tuesday, 1 December 2026 (America/New_York)",
		.follow_up = "Follow-up messages are handled on a best-effort "
			     "basis, often within 3 to 5 business days.",
		.verb = "aim to",
		.missing = title_and_steps,
		.n_missing = 2,
		.clause = "Out of scope is the website of Example, as far as "
			  "it is not part of a release.",
		.clause_id = "scope.website",
		.other_policy = "https://example.org/other/SECURITY.md",
		.silence = "Tell no third party for 90 days after you told us.",
		.former_id = "mail-17",
		.cases = "DAGF-142 and DAGF-143",
		.cwe_better = "CWE-79",
	};
}

static struct span
shipped(const char *name)
{
	struct span text;
	struct err err;

	assert_true(letter_template(name, &text, &err));
	return text;
}

/* NUL-terminated, in the arena; fails the test if it cannot be made. */
static const char *
composed(struct arena *a, struct span text, const struct letter_values *v)
{
	struct span mail;
	struct err err = {0};

	if (!letter_compose(a, text, v, &mail, &err))
		fail_msg("%s", err.text);
	return arena_text(a, mail);
}

static const char ask_mail[] =
	"Date: Mon, 23 Nov 2026 15:04:05 +0000\r\n"
	"From: DAG Factory security <security@example.org>\r\n"
	"Reply-To: DAG Factory security <security+c7k3mq9x2d5f@example.org>\r\n"
	"To: ada@example.net\r\n"
	"Subject: [DAGF-142] We received your report and have a question\r\n"
	"Message-ID: <c7k3mq9x2d5f.1@desk.example.org>\r\n"
	"In-Reply-To: <first@example.net>\r\n"
	"References: <first@example.net>\r\n"
	"Auto-Submitted: auto-replied\r\n"
	"X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n"
	"X-Loop: security@example.org\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: text/plain; charset=us-ascii\r\n"
	"Content-Transfer-Encoding: 7bit\r\n"
	"\r\n"
	"Hello,\r\n"
	"\r\n"
	"thank you for writing to Example. Your report reached us on Monday, "
	"23\r\n"
	"November 2026 (America/New_York). Its number is DAGF-142.\r\n"
	"\r\n"
	"We could not find the following in it:\r\n"
	"\r\n"
	"- a title: one line that says what the weakness is\r\n"
	"- the steps to recreate it, one by one, so that we can follow them\r\n"
	"- Tell us the build number, please.\r\n"
	"\r\n"
	"If it is there, tell us where, for a program looked for it. If not,\r\n"
	"please send it in an answer to this mail; your answer joins the "
	"same\r\n"
	"report, and nothing has to be sent twice.\r\n"
	"\r\n"
	"What happens next\r\n"
	"\r\n"
	"A person reads your report in any case and tries to confirm what "
	"it\r\n"
	"describes. We aim to do this, and tell you what we found, by the end "
	"of\r\n"
	"Tuesday, 1 December 2026 (America/New_York). With the above at hand "
	"that\r\n"
	"is easier.\r\n";

static void
a_letter_reads_as_it_should(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct letter_values v = values();

	(void)state;
	v.n_missing = 3;
	v.cwe_better = NULL;
	const char *mail = composed(a, shipped("received-ask"), &v);
	assert_true(strlen(mail) > sizeof ask_mail);
	assert_string_equal(
		ask_mail, arena_text(a, span_make(mail, sizeof ask_mail - 1)));
	assert_non_null(strstr(mail, "security+c7k3mq9x2d5f@example.org and"));
	assert_non_null(strstr(mail, "\r\n  https://example.org/security\r\n"));
	assert_non_null(strstr(mail, "its version 0123456789ab.\r\n"));
	assert_non_null(strstr(mail, "often within 3 to 5 business days."));
}

/* What a letter must say when its values are there. */
static const struct {
	const char *name;
	bool promises; /* a day to validate by */
	const char *says;
} names[] = {
	{"received", true, "for instance CWE-79"},
	{"received-ask", true, "- a title: one line"},
	{"received-encrypted", true, "encrypted"},
	{"received-plain", true, "plain text"},
	{"received-queue", true, "which of our products"},
	{"received-unreadable", true, "could not"},
	{"set-aside", false, "\r\n  Out of scope is the website"},
	{"ignored", false, "releases nobody"},
	{"elsewhere", false, "\r\n  https://example.org/other/SECURITY.md"},
	{"routed", true, "- a title: one line"},
	{"split", false, "DAGF-143"},
};

static void
the_table_has_every_shipped_letter(void **state)
{
	size_t n = 0;

	(void)state;
	while (letter_name(n) != NULL)
		n++;
	assert_int_equal(ARRAY_LEN(names), n);
}

static void
check_body(const char *mail)
{
	const char *body = strstr(mail, "\r\n\r\n");
	struct span rest = span_of(body + 4), line;
	bool blank = false;

	assert_null(strchr(body, '{'));
	assert_null(strstr(body, "\r\n["));
	assert_null(strstr(body, "you did not"));
	assert_null(strstr(body, "You did not"));
	while (span_line(&rest, &line)) {
		assert_true(utf8_width(line) <= 72);
		assert_true(line.n == 0 || line.p[line.n - 1] != ' ');
		assert_false(blank && line.n == 0); /* never two in a row */
		blank = line.n == 0;
	}
	assert_false(blank);
}

/* Whatever the policy leaves out, the letter is whole and clean. */
static void
every_letter_holds_with_every_value_absent(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		for (unsigned bits = 0; bits < 4096; bits++) {
			struct letter_values v = values();

			if (bits & 1)
				v.product = NULL;
			if (bits & 2)
				v.policy_link = NULL;
			if (bits & 4)
				v.policy_hash = NULL;
			if (bits & 8)
				v.validate_due = v.verb = NULL;
			if (bits & 16)
				v.follow_up = NULL;
			if (bits & 32)
				v.n_missing = 0;
			if (bits & 64)
				v.clause = v.clause_id = NULL;
			if (bits & 128)
				v.other_policy = NULL;
			if (bits & 256)
				v.silence = NULL;
			if (bits & 512)
				v.former_id = NULL;
			if (bits & 1024)
				v.cases = NULL;
			if (bits & 2048)
				v.cwe_better = NULL;
			const char *mail =
				composed(a, shipped(names[i].name), &v);
			check_body(mail);
			assert_int_equal(names[i].promises && !(bits & 8),
				strstr(mail, "aim to") != NULL);
			if (bits == 0 && strstr(mail, names[i].says) == NULL)
				fail_msg("%s lacks '%s'", names[i].name,
					names[i].says);

			assert_non_null(strstr(mail, "\nSubject: [DAGF-142] "));
			arena_reset(a);
		}
}

static void
every_shipped_template_passes_its_own_check(void **state)
{
	struct str problems;

	(void)state;
	str_init(&problems, 10000);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		test_note(names[i].name);
		assert_true(letter_template_check(
			names[i].name, shipped(names[i].name), &problems));
		assert_string_equal("", problems.text);
	}
	str_fini(&problems);
}

static void
an_unknown_letter_offers_the_nearest(void **state)
{
	struct span text;
	struct err err;

	(void)state;
	assert_false(letter_template("recieved", &text, &err));
	assert_int_equal(ERR_ABSENT, err.code);
	assert_non_null(strstr(err.text, "did you mean 'received'?"));
}

/* --- values that attack ---------------------------------------------------- */

/* The names of all headers, one blank after each. */
static void
header_names(const char *mail, struct str *out)
{
	struct span rest = span_of(mail), line;

	str_clear(out);
	while (span_line(&rest, &line) && line.n > 0) {
		assert_true(line.n <= 998);
		for (size_t i = 0; i < line.n; i++)
			assert_true(line.p[i] >= ' ' && line.p[i] != 127);
		if (line.p[0] == ' ')
			continue;
		str_put(out, span_cut(line, 0, span_find_byte(line, ':')));
		str_putc(out, ' ');
	}
}

static const char all_headers[] =
	"Date From Reply-To To Subject Message-ID In-Reply-To References "
	"Auto-Submitted X-Auto-Response-Suppress X-Loop MIME-Version "
	"Content-Type Content-Transfer-Encoding ";

static const char *const tricks[] = {
	"x\r\nBcc: victim@example.com",
	"x\nBcc: victim@example.com",
	"x\rBcc: victim@example.com",
	"x\r\n\r\nnew body",
	"=?utf-8?Q?x=0D=0ABcc:_victim@example.com?=",
	"=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==?=",
	"a\xc2\x85"
	"Bcc: victim@example.com",
	"a\xe2\x80\xa8"
	"Bcc: victim@example.com",
	"\xe2\x80\xae"
	"gro.elpmaxe",
	"ada@example.net, victim@example.com",
	"ada@example.net> <victim@example.com",
	"(comment) ada@example.net",
	"\"quoted\" <victim@example.com>",
	"group: victim@example.com;",
	"\xff\xfe not UTF-8",
	"{case_id} [if x]",
	"name \"with\" quotes \\ and more",
	"<a@b> <c@d>",
	"<a@b\r\nBcc: victim@example.com>",
	"a name that is far longer than any line of a header may be, so that "
	"it has to be folded somewhere, and folded again, at blanks",
	"Kennung f\xc3\xbcr eine sehr lange Abteilung mit sch\xc3\xb6nen "
	"Umlauten, \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e and more of it",
	"",
	"\x01",
	"\x7f",
	"-oQ/tmp",
};

static void
no_value_can_add_a_header(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct str got;
	size_t sent = 0;

	(void)state;
	str_init(&got, 10000);
	for (size_t i = 0; i < ARRAY_LEN(tricks); i++)
		for (int field = 0; field < 14; field++) {
			struct letter_values v = values();
			const char **at[] = {&v.from_name, &v.from, &v.reply_to,
				&v.to, &v.message_id, &v.case_id, &v.product,
				&v.organisation, &v.policy_link, &v.policy_hash,
				&v.received, &v.validate_due, &v.follow_up,
				&v.verb};
			struct span mail;
			struct err err = {0};

			*at[field] = tricks[i];
			if (!letter_compose(
				    a, shipped("received"), &v, &mail, &err)) {
				assert_true(err.code == ERR_SYNTAX ||
					err.code == ERR_LIMIT);
				assert_true(err.text[0] != '\0');
				continue;
			}
			sent++;
			header_names(arena_text(a, mail), &got);
			assert_string_equal(all_headers, got.text);
		}
	assert_true(sent > 100); /* the body's values are only text */
	str_fini(&got);
}

static void
a_value_with_a_line_break_is_refused_in_every_header(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const char *refs[] = {"<fine@x>", "<a@b\r\nBcc: c@d>"};

	(void)state;
	for (int field = 0; field < 8; field++) {
		struct letter_values v = values();
		const char **at[] = {&v.from_name, &v.from, &v.reply_to, &v.to,
			&v.message_id, &v.case_id, &v.in_reply_to};
		struct span mail = SPAN_NONE;
		struct err err = {0};

		if (field < 7) {
			*at[field] = "<a@b\r\nBcc: c@d>";
		} else {
			v.references = refs;
			v.n_references = 2;
		}
		assert_false(letter_compose(
			a, shipped("received"), &v, &mail, &err));
		assert_int_equal(ERR_SYNTAX, err.code);
		assert_null(mail.p);
	}
}

/* --- headers --------------------------------------------------------------- */

static void
references_lose_their_middle_never_the_first(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const char *refs[500];
	struct letter_values v = values();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refs); i++)
		refs[i] = arena_printf(a, "<%zu@example.net>", i);
	refs[250] = "not an id"; /* is left out, not refused */
	v.references = refs;
	v.n_references = ARRAY_LEN(refs);
	const char *mail = composed(a, shipped("received"), &v);
	assert_non_null(strstr(
		mail, "References: <0@example.net>\r\n <482@example.net>\r\n"));
	assert_non_null(strstr(
		mail, " <499@example.net>\r\n <first@example.net>\r\nAuto-"));
	assert_null(strstr(mail, "not an id"));
}

static void
the_parent_is_not_repeated_in_references(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const char *refs[] = {"<root@example.net>", "<first@example.net>"};
	struct letter_values v = values();

	(void)state;
	v.references = refs;
	v.n_references = 2;
	assert_non_null(strstr(composed(a, shipped("received"), &v),
		"References: <root@example.net>\r\n <first@example.net>\r\n"
		"Auto-"));
}

static void
a_person_s_letter_and_a_first_letter_say_so(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct letter_values v = values();

	(void)state;
	v.answers = false;
	v.in_reply_to = NULL;
	const char *mail = composed(a, shipped("received"), &v);
	assert_non_null(strstr(mail, "\r\nAuto-Submitted: auto-generated\r\n"));
	assert_null(strstr(mail, "In-Reply-To"));
	assert_null(strstr(mail, "References"));
	v.automatic = false;
	mail = composed(a, shipped("received"), &v);
	assert_null(strstr(mail, "Auto-"));
	assert_null(strstr(mail, "X-Loop"));
}

static const struct {
	const char *name, *want;
} phrases[] = {
	{"Plain words", "From: Plain words <security@example.org>\r\n"},
	{"Dots, commas.", "From: \"Dots, commas.\" <security@example.org>\r\n"},
	{"a \"b\" \\c",
		"From: \"a \\\"b\\\" \\\\c\" <security@example.org>\r\n"},
	{"ceo@example.com",
		"From: \"ceo@example.com\" <security@example.org>\r\n"},
	{"M\xc3\xbcller & Co",
		"From: =?utf-8?Q?M=C3=BCller_=26_Co?= "
		"<security@example.org>\r\n"},
	{"=?utf-8?Q?x?=",
		"From: =?utf-8?Q?=3D=3Futf=2D8=3FQ=3Fx=3F=3D?= "
		"<security@example.org>\r\n"},
	{"", "From: security@example.org\r\n"},
};

static void
names_are_quoted_or_encoded(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		struct letter_values v = values();

		test_note(phrases[i].name);
		v.from_name = phrases[i].name;
		assert_non_null(strstr(
			composed(a, shipped("received"), &v), phrases[i].want));
	}
}

static unsigned
hex(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

/* RFC 2047 as a reader undoes it: folds and blanks between words vanish. */
static void
decode_words(const char *s, struct str *out)
{
	while (*s != '\r' || s[2] == ' ') {
		if (strncmp(s, "=?utf-8?Q?", 10) == 0) {
			const char *from = s;

			for (s += 10; strncmp(s, "?=", 2) != 0; s++)
				if (*s == '=') {
					str_putc(out,
						(char)(hex(s[1]) << 4 |
							hex(s[2])));
					s += 2;
				} else {
					str_putc(out, *s == '_' ? ' ' : *s);
				}
			s += 2;
			assert_true(s - from <= 75);
		} else {
			s++; /* a fold */
		}
	}
}

static void
a_long_foreign_subject_comes_back_whole(void **state)
{
	static const char template[] =
		"subject: \xe5\xa0\xb1\xe5\x91\x8a\xe3\x82\x92\xe5\x8f\x97\xe3"
		"\x81\x91\xe5\x8f\x96\xe3\x82\x8a\xe3\x81\xbe\xe3\x81\x97\xe3"
		"\x81\x9f Merci, nous avons re\xc3\xa7u\n"
		"\n"
		"\xe3\x81\x82\xe3\x82\x8a\xe3\x81\x8c\xe3\x81\xa8\xe3\x81\x86 "
		"1 = 1 {organisation}\n";
	AUTO(arena_auto) struct arena *a = arena_new();
	struct letter_values v = values();
	struct str got;

	(void)state;
	str_init(&got, 1000);
	const char *mail =
		composed(a, span_make(template, sizeof template - 1), &v);
	decode_words(strstr(mail, "Subject: ") + 9, &got);
	assert_string_equal("[DAGF-142] \xe5\xa0\xb1\xe5\x91\x8a\xe3\x82\x92"
			    "\xe5\x8f\x97\xe3\x81\x91\xe5\x8f\x96\xe3\x82\x8a"
			    "\xe3\x81\xbe\xe3\x81\x97\xe3\x81\x9f Merci, nous "
			    "avons re\xc3\xa7u",
		got.text);
	assert_non_null(strstr(mail, "charset=utf-8\r\n"));
	assert_non_null(strstr(mail, "quoted-printable\r\n\r\n=E3=81=82"));
	assert_non_null(strstr(mail, " 1 =3D 1 Example\r\n"));
	str_fini(&got);
}

/* --- mistakes in templates ------------------------------------------------- */

static const struct {
	const char *name, *text, *problem;
} mistakes[] = {
	{"no subject", "\nHello\n", "t:2: no 'subject: WORDS' line at the top"},
	{"two subjects", "subject: a\nsubject: b\n\nHello\n",
		"t:2: a second subject; a letter has one"},
	{"a value in the subject", "subject: {case_id}\n\nx\n",
		"t:1: no values in a subject: the case id is put before it"},
	{"an unknown header", "subject: a\nbcc: x@y\n\nx\n",
		"t:2: 'subject: WORDS', 'ask CLAUSE: WORDS' or a blank line "
		"expected"},
	{"an unknown value", "subject: a\n\n{organization}\n",
		"t:3: there is no value 'organization', did you mean "
		"'organisation'?"},
	{"the mail's subject", "subject: a\n\n{subject}\n",
		"t:3: there is no value 'subject'; docs/letters.md has the "
		"list"},
	{"a value not closed", "subject: a\n\nx {case_id\n",
		"t:3: a '{' without its '}' on the same line"},
	{"an optional value unguarded", "subject: a\n\n{validate_due}\n",
		"t:3: {validate_due} may be absent: put it inside "
		"[if validate_due]"},
	{"guarded by the wrong branch",
		"subject: a\n\n[if product]\nx\n[else]\n{product}\n[end]\n",
		"t:6: {product} may be absent: put it inside [if product]"},
	{"an item outside the list", "subject: a\n\n- {item}\n",
		"t:3: {item} stands inside [each missing] only"},
	{"a block not ended", "subject: a\n\n[if product]\nx\n",
		"t:4: the block of line 3 has no [end]"},
	{"an end too many", "subject: a\n\n[end]\n",
		"t:3: [end] without [if ...] or [each missing]"},
	{"an else alone", "subject: a\n\n[else]\n",
		"t:3: [else] stands once between [if ...] and [end]"},
	{"nested blocks", "subject: a\n\n[if product]\n[each missing]\n[end]\n",
		"t:4: blocks do not nest: the one of line 3 is open"},
	{"an unknown directive", "subject: a\n\n[unless product]\n",
		"t:3: '[unless product]' is none of [if VALUE] [if not VALUE] "
		"[else] [end] [each missing]"},
	{"a directive not closed", "subject: a\n\n[if product\n",
		"t:3: a line that begins with '[' is a directive and ends "
		"with ']'"},
	{"a line too wide",
		"subject: a\n\n0123456789012345678901234567890123456789"
		"012345678901234567890123456789012\n",
		"t:3: 73 columns, at most 72"},
	{"a tab", "subject: a\n\n\tx\n",
		"t:3: tabs, controls and what is not UTF-8 have no place in a "
		"letter"},
	{"bytes that are no text", "subject: a\n\n\xff\n",
		"t:3: tabs, controls and what is not UTF-8 have no place in a "
		"letter"},
	{"nothing to ask with", "subject: a\nask required.title:\n\nx\n",
		"t:3: 'ask required.title' wants words, at most 600 bytes"},
};

static void
mistakes_are_told_with_their_line(void **state)
{
	struct str problems;

	(void)state;
	str_init(&problems, 10000);
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		test_note(mistakes[i].name);
		str_clear(&problems);
		assert_false(letter_template_check(
			"t", span_of(mistakes[i].text), &problems));
		assert_non_null(strchr(problems.text, '\n'));
		*strchr(problems.text, '\n') = '\0';
		assert_string_equal(mistakes[i].problem, problems.text);
	}
	str_fini(&problems);
}

static const struct {
	const char *name, *body, *want;
} forms[] = {
	{"a condition inside a paragraph joins it",
		"One\n[if product]\nabout {product}\n[end]\nand on.\n",
		"One about DAG Factory and on."},
	{"a condition that does not hold leaves nothing",
		"One\n[if not product]\ntwo\n[end]\n\n\n\nthree\n",
		"One\r\n\r\nthree"},
	{"else", "[if not product]\none\n[else]\ntwo\n[end]\n", "two"},
	{"a list hangs",
		"[each missing]\n- {item} and then some more words to fill it "
		"up\n[end]\n",
		"- a title: x and then some more words to fill it up\r\n"
		"- required.steps and then some more words to fill it up"},
	{"an item goes on below its text",
		"- 0123456789 0123456789 0123456789\n"
		"  0123456789 0123456789 0123456789 0123456789\n",
		"- 0123456789 0123456789 0123456789 0123456789 0123456789 "
		"0123456789\r\n  0123456789"},
	{"a line kept apart",
		"See\n[if policy_link]\n  {policy_link}\n[end]\nor ask.\n",
		"See\r\n  https://example.org/security\r\nor ask."},
	{"a word wider than the line stands alone",
		"a\n{from}012345678901234567890123456789012345678901234567890"
		"123456789\nb\n",
		"a\r\nsecurity@example.org0123456789012345678901234567890123456"
		"78901234567890123456789\r\nb"},
};

static void
forms_by_example(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct letter_values v = values();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		const char *text = arena_printf(a,
			"subject: s\nask required.title: a title:\n  x\n\n%s",
			forms[i].body);

		test_note(forms[i].name);
		const char *mail = composed(a, span_of(text), &v);
		assert_string_equal(arena_printf(a, "%s\r\n", forms[i].want),
			strstr(mail, "\r\n\r\n") + 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_reads_as_it_should),
		cmocka_unit_test(the_table_has_every_shipped_letter),
		cmocka_unit_test(every_letter_holds_with_every_value_absent),
		cmocka_unit_test(every_shipped_template_passes_its_own_check),
		cmocka_unit_test(an_unknown_letter_offers_the_nearest),
		cmocka_unit_test(no_value_can_add_a_header),
		cmocka_unit_test(
			a_value_with_a_line_break_is_refused_in_every_header),
		cmocka_unit_test(references_lose_their_middle_never_the_first),
		cmocka_unit_test(the_parent_is_not_repeated_in_references),
		cmocka_unit_test(a_person_s_letter_and_a_first_letter_say_so),
		cmocka_unit_test(names_are_quoted_or_encoded),
		cmocka_unit_test(a_long_foreign_subject_comes_back_whole),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(forms_by_example),
	};

	return cmocka_run_group_tests_name("letter", tests, NULL, NULL);
}
