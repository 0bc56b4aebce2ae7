/* mime_headers_test.c - header fields, from ordinary to hostile. */
#include "mime/mime.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/test.h"

static const char *const own_list[] = {"security@desk.example"};
static const struct own_addresses own = {own_list, 1, NULL};

static struct message *
parse(struct arena *a, const char *mail)
{
	static const struct envelope env = {.sender = "a@b.example"};

	return mime_parse(a, span_of(mail), &env, &own);
}

static bool
told(const struct message *m, const char *what)
{
	for (size_t i = 0; i < m->n_defects; i++)
		if (strstr(m->defects[i], what) != NULL)
			return true;
	return false;
}

static const struct {
	const char *name, *headers, *from, *from_name;
	const char *defect; /* NULL: none */
} authors[] = {
	{"an address", "From: a@b.example", "a@b.example", NULL, NULL},
	{"a name", "From: A B <a@b.example>", "a@b.example", "A B", NULL},
	{"a quoted name with a comma", "From: \"B, A\" <a@b.example>",
		"a@b.example", "B, A", NULL},
	{"an encoded name", "From: =?utf-8?q?J=C3=BCrg?= <a@b.example>",
		"a@b.example", "J\xc3\xbcrg", NULL},
	{"a name in plain UTF-8", "From: J\xc3\xbcrg <a@b.example>",
		"a@b.example", "J\xc3\xbcrg", NULL},
	{"a name in another charset",
		"From: =?iso-2022-jp?b?GyRCNEEbKEI=?= <a@b.example>",
		"a@b.example", "\xe6\xbc\xa2", NULL},
	{"a comment", "From: a@b.example (A B)", "a@b.example", "A B", NULL},
	{"a fold", "From: A\n <a@b.example>", "a@b.example", "A", NULL},
	{"the domain in lower case, the rest as it came",
		"From: <A.b@B.Example>", "A.b@b.example", NULL, NULL},
	{"a UTF-8 address", "From: <\xc3\xa9@\xc3\xa9.example>",
		"\xc3\xa9@\xc3\xa9.example", NULL, NULL},
	{"a group", "From: g: a@b.example;", "a@b.example", NULL, NULL},
	{"a name that looks like an address",
		"From: \"ceo@x.example\" <a@b.example>", "a@b.example",
		"ceo@x.example", "looks like another address"},
	{"a name that is the address", "From: \"a@b.example\" <a@b.example>",
		"a@b.example", "a@b.example", NULL},
	{"an encoded line end",
		"From: =?utf-8?q?a=0D=0ABcc=3A_c=40d?= <a@b.example>",
		"a@b.example", "a Bcc: c@d", "looks like another"},
	{"a bidi control", "From: =?utf-8?b?4oCuYQ==?= <a@b.example>",
		"a@b.example", "\\u{202E}a", NULL},
	{"a domain that is none", "From: <a@b.example?=>", NULL, NULL,
		"an address in the headers is not one"},
	{"a literal for a domain", "From: <a@[IPv6:::1]>", "a@[ipv6:::1]", NULL,
		NULL},
	{"nothing", "From:", NULL, NULL, "no author"},
	{"no address", "From: root", NULL, NULL, "no author"},
	{"two", "From: a@b.example, c@d.example", "a@b.example", NULL,
		"names 2 addresses"},
	{"our list rewrote it, and says so",
		"From: 'Jane' via Security <security@desk.example>\n"
		"X-Original-From: Jane D <j@x.example>\n"
		"Reply-To: other@x.example",
		"j@x.example", "Jane D", NULL},
	{"our list rewrote it, and answers go to her",
		"From: Jane via Security <security@desk.example>\n"
		"Reply-To: security@desk.example, j@x.example",
		"j@x.example", "Jane", NULL},
	{"our list rewrote it and does not say",
		"From: Jane via Security <security@desk.example>",
		"security@desk.example", "Jane", NULL},
	{"another list's rewriting is not undone",
		"From: Jane via L <l@x.example>\nReply-To: j@y.example",
		"l@x.example", "Jane via L", NULL},
};

static void
author_is_who_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(authors); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(
			a, arena_printf(a, "%s\n\nx\n", authors[i].headers));

		test_note(authors[i].name);
		assert_true(m->from != NULL || authors[i].from == NULL);
		if (authors[i].from != NULL)
			assert_string_equal(authors[i].from, m->from);
		if (authors[i].from_name != NULL) {
			assert_non_null(m->from_name);
			assert_string_equal(authors[i].from_name, m->from_name);
		} else {
			assert_null(m->from_name);
		}
		if (authors[i].defect != NULL)
			assert_true(told(m, authors[i].defect));
		else
			assert_int_equal(0, m->n_defects);
	}
}

static const struct {
	const char *name, *raw, *subject;
} subjects[] = {
	{"plain", "one two", "one two"},
	{"folded", "one\n two\r\n\tthree", "one two three"},
	{"quoted-printable", "=?utf-8?Q?caf=c3=a9_x?=", "caf\xc3\xa9 x"},
	{"base64", "=?UTF-8?B?Y2Fmw6k=?=", "caf\xc3\xa9"},
	{"between words", "a =?utf-8?q?b?= c", "a b c"},
	{"blanks between two encoded words are no text",
		"=?utf-8?q?a?= \n =?utf-8?q?b?=", "ab"},
	{"two charsets", "=?koi8-r?b?8A==?= =?utf-8?q?b?=",
		"\xd0\x9f"
		"b"},
	{"a character cut in two",
		"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "\xc3\xa9"},
	{"with a language", "=?utf-8*en?q?a?=", "a"},
	{"side by side", "=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
	{"an unknown charset stays", "=?klingon?q?a?=", "=?klingon?q?a?="},
	{"an unknown encoding stays", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
	{"without an end it stays", "=?utf-8?q?a", "=?utf-8?q?a"},
	{"an empty one",
		"a =?utf-8?q?"
		"?= b",
		"a  b"},
	{"a line end that was encoded",
		"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"},
	{"a control that was encoded", "=?utf-8?q?a=00=1Bb?=",
		"a\xef\xbf\xbd\xe2\x90\x9b"
		"b"},
	{"bytes that are not UTF-8", "caf\xe9", "caf\xc3\xa9"},
	{"a bidi override",
		"a\xe2\x80\xae"
		"b",
		"a\\u{202E}b"},
};

static void
subject_is_one_clean_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(a,
			arena_printf(a, "Subject: %s\n\nx\n", subjects[i].raw));

		test_note(subjects[i].name);
		assert_non_null(m->subject);
		assert_string_equal(subjects[i].subject, m->subject);
	}
}

static void
ids_keep_their_brackets(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct message *m = parse(a,
		"Message-ID: (c) <a@b> junk\nIn-Reply-To: your mail of today\n"
		"References: <1@x>\n <2\n @x> <> 3@x <4@x\n\nx\n");

	(void)state;
	assert_string_equal("<a@b>", m->message_id);
	assert_null(m->in_reply_to);
	assert_int_equal(2, m->n_references);
	assert_string_equal("<1@x>", m->references[0]);
	assert_string_equal("<2@x>", m->references[1]);
}

static void
too_many_references_lose_their_middle(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str mail;

	(void)state;
	str_init(&mail, 1 << 20);
	str_puts(&mail, "References:");
	for (unsigned i = 0; i < 500; i++)
		str_printf(&mail, "\n <%u@x>", i);
	str_puts(&mail, "\n\nx\n");
	struct message *m = parse(a, mail.text);
	assert_int_equal(MIME_MAX_REFERENCES, m->n_references);
	assert_string_equal("<0@x>", m->references[0]);
	for (unsigned i = 1; i < MIME_MAX_REFERENCES; i++)
		assert_string_equal(
			arena_printf(a, "<%u@x>", 300 + i), m->references[i]);
	assert_true(told(m, "300 references were dropped"));
}

static void
recipients_stop_at_their_limit(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str mail;
	struct message *m;

	(void)state;
	str_init(&mail, 1 << 20);
	str_puts(&mail, "Cc: last@x\nTo: a@b.example");
	for (unsigned i = 1; i < MIME_MAX_ADDRESSES - 1; i++)
		str_puts(&mail, ",\n a@b.example");
	str_puts(&mail, "\n\nx\n");
	m = parse(a, mail.text);
	assert_int_equal(MIME_MAX_ADDRESSES, m->n_recipients);
	assert_string_equal("last@x", m->recipients[MIME_MAX_ADDRESSES - 1]);
	assert_false(told(m, "addresses after"));
	str_clear(&mail);
	str_puts(&mail, "To: a@b.example");
	for (unsigned i = 0; i < MIME_MAX_ADDRESSES; i++)
		str_puts(&mail, ",\n a@b.example");
	str_puts(&mail, "\n\nx\n");
	m = parse(a, mail.text);
	assert_int_equal(MIME_MAX_ADDRESSES, m->n_recipients);
	assert_true(told(m, "addresses after the first 1000"));
}

static const struct {
	const char *name, *disposition, *file;
} files[] = {
	{"plain", "filename=a.txt", "a.txt"},
	{"quoted", "filename=\"a b;c.txt\"", "a b;c.txt"},
	{"a path", "filename=\"/etc/../passwd\"", "passwd"},
	{"a Windows path", "filename=\"C:\\\\x\\\\a.txt\"", "a.txt"},
	{"only dots", "filename=\"..\"", NULL},
	{"RFC 2231", "filename*=utf-8''J%C3%BCrg.txt", "J\xc3\xbcrg.txt"},
	{"in pieces", "filename*0=a; filename*1=b.txt", "ab.txt"},
	{"pieces in disorder", "filename*1=b.txt; filename*0=a", "ab.txt"},
	{"the extended one wins", "filename=x.txt; filename*=utf-8''y.txt",
		"y.txt"},
	{"an encoded word in quotes", "filename=\"=?utf-8?q?=C3=A9.txt?=\"",
		"\xc3\xa9.txt"},
	{"an encoded slash", "filename*=utf-8''a%2Fb", "b"},
	{"controls and bidi", "filename*=utf-8''a%01%0A%E2%80%AEfdp.exe",
		"afdp.exe"},
	{"the first of two", "filename=a; filename=b", "a"},
};

static void
file_names_are_only_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(a,
			arena_printf(a,
				"Content-Disposition: attachment; %s\n\nx\n",
				files[i].disposition));

		test_note(files[i].name);
		assert_int_equal(1, m->n_attachments);
		if (files[i].file == NULL) {
			assert_null(m->attachments[0].name);
			continue;
		}
		assert_non_null(m->attachments[0].name);
		assert_string_equal(files[i].file, m->attachments[0].name);
	}
}

static const struct {
	const char *name, *blocks, *action, *status, *recipient, *diagnostic;
} reports[] = {
	{"failed",
		"Final-Recipient: rfc822; R@B.example\nAction: failed\n"
		"Status: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550\n 5.1.1 no\n",
		"failed", "5.1.1", "R@b.example", "550 5.1.1 no"},
	{"the first failed one counts",
		"Final-Recipient: rfc822;a@x\nAction: delayed\n\n"
		"Final-Recipient: rfc822;b@x\nAction: Failed\n",
		"failed", NULL, "b@x", NULL},
	{"delayed is not failed",
		"Original-Recipient: rfc822;a@x\nAction: delayed\n"
		"Status: 4.4.1\n",
		"delayed", "4.4.1", "a@x", NULL},
	{"a UTF-8 address",
		"Final-Recipient: utf-8; \xc3\xa9@x\n"
		"Action: failed\n",
		"failed", NULL, "\xc3\xa9@x", NULL},
	{"an address that is none",
		"Final-Recipient: rfc822; x\n"
		"Action: failed\n",
		"failed", NULL, NULL, NULL},
};

static void
same(const char *want, const char *got)
{
	assert_int_equal(want == NULL, got == NULL);
	if (want != NULL)
		assert_string_equal(want, got);
}

static void
delivery_reports_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(a,
			arena_printf(a,
				"Content-Type: multipart/report; boundary=b;\n"
				" report-type=delivery-status\n\n--b\n\nx\n"
				"--b\nContent-Type: message/delivery-status\n\n"
				"Reporting-MTA: dns; x\n\n%s--b\n"
				"Content-Type: message/rfc822\n\n"
				"Message-ID: <ours@desk>\n\n--b--\n",
				reports[i].blocks));

		test_note(reports[i].name);
		assert_int_equal(MAIL_BOUNCE, m->kind);
		same(reports[i].action, m->bounce.action);
		same(reports[i].status, m->bounce.status);
		same(reports[i].recipient, m->bounce.recipient);
		same(reports[i].diagnostic, m->bounce.diagnostic);
		same("<ours@desk>", m->bounce.message_id);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("the author is who wrote", author_is_who_wrote),
		TEST("a subject is one clean line", subject_is_one_clean_line),
		TEST("ids keep their brackets", ids_keep_their_brackets),
		TEST("too many references lose their middle",
			too_many_references_lose_their_middle),
		TEST("recipients stop at their limit",
			recipients_stop_at_their_limit),
		TEST("file names are only names", file_names_are_only_names),
		TEST("delivery reports are read", delivery_reports_are_read),
	};

	mime_init();
	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
