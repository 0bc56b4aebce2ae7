/* mime_test.c - small mails, each of which teaches the parser one thing. */
#include "mime/mime.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/test.h"
#include "base/utf8.h"

static const char *const own_list[] = {"security@desk.example"};
static const struct own_addresses own = {own_list, 1, "mail.desk.example"};

static struct message *
parse(struct arena *a, const char *mail, const char *sender)
{
	struct envelope env = {.sender = sender};

	return mime_parse(a, span_of(mail), &env, &own);
}

#define FROM "From: A <a@b.example>\n"
#define TEXT(type) FROM "Content-Type: " type "\n\n"

static const struct {
	const char *name, *mail;
	enum mail_body body;
	const char *text;
	const char *defect; /* part of one; NULL: none at all */
} texts[] = {
	{"a mail without MIME is plain text", FROM "\nhello\n", BODY_PLAIN,
		"hello\n", NULL},
	{"CRLF becomes LF", FROM "\r\none\r\ntwo\r\n", BODY_PLAIN, "one\ntwo\n",
		NULL},
	{"the last line gets its end", FROM "\nhello", BODY_PLAIN, "hello\n",
		NULL},
	{"no body is empty", FROM "\n", BODY_EMPTY, "", NULL},
	{"blanks are empty", FROM "\n \n\t\n", BODY_EMPTY, "", NULL},
	{"a mailbox file's separator is no header",
		"From a@b Thu Jan  1 00:00:00 2026\n" FROM "\nhello\n",
		BODY_PLAIN, "hello\n", NULL},
	{"quoted-printable", TEXT("text/plain; charset=utf-8") "x", BODY_PLAIN,
		"x\n", NULL},
	{"windows-1252 under the name of ISO-8859-1",
		TEXT("text/plain; charset=iso-8859-1") "\x93q\x94 \xe9\n",
		BODY_PLAIN, "\xe2\x80\x9cq\xe2\x80\x9d \xc3\xa9\n", NULL},
	{"KOI8-R", TEXT("text/plain; charset=koi8-r") "\xf0\xf2\n", BODY_PLAIN,
		"\xd0\x9f\xd0\xa0\n", NULL},
	{"ISO-2022-JP",
		TEXT("text/plain; charset=ISO-2022-JP") "\x1b$B4A\x1b(B\n",
		BODY_PLAIN, "\xe6\xbc\xa2\n", NULL},
	{"an unknown charset that is UTF-8",
		TEXT("text/plain; charset=klingon") "\xc3\xa9\n", BODY_PLAIN,
		"\xc3\xa9\n",
		"'klingon' is not known; the text was read as UTF"},
	{"an unknown charset that is not",
		TEXT("text/plain; charset=klingon") "\xe9\n", BODY_PLAIN,
		"\xc3\xa9\n", "read as windows-1252"},
	{"a byte that is not UTF-8",
		TEXT("text/plain; charset=utf-8") "a\xff\n", BODY_PLAIN,
		"a\xef\xbf\xbd\n", "1 characters could not"},
	{"no charset, but UTF-8", FROM "\n\xc3\xa9\n", BODY_PLAIN, "\xc3\xa9\n",
		"ASCII is not"},
	{"combining marks are composed (NFC)",
		TEXT("text/plain; charset=utf-8") "e\xcc\x81\n", BODY_PLAIN,
		"\xc3\xa9\n", NULL},
	{"controls are seen", FROM "\na\x1b[1mb\x7f\n", BODY_PLAIN,
		"a\xe2\x90\x9b[1mb\xe2\x90\xa1\n", NULL},
	{"flowed lines join",
		TEXT("text/plain; format=flowed") "one \ntwo\n three\n> q \n> r\n-- \nme\n",
		BODY_PLAIN, "one two\nthree\n> q r\n-- \nme\n", NULL},
	{"flowed lines of another depth do not join",
		TEXT("text/plain; format=flowed") "> a \n>> b \nc \n",
		BODY_PLAIN, "> a \n>> b \nc \n", NULL},
	{"line ends that are not LF",
		TEXT("text/plain; charset=utf-8") "a\rb\fc\xe2\x80\xa8"
						  "d\xc2\x85"
						  "e\n",
		BODY_PLAIN, "a\nb\nc\nd\ne\n", NULL},
	{"jamo are composed",
		TEXT("text/plain; charset=utf-8") "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8\n",
		BODY_PLAIN, "\xea\xb0\x81\n", NULL},
	{"flowed with delsp",
		TEXT("text/plain; format=Flowed; delsp=yes") "one \ntwo\n",
		BODY_PLAIN, "onetwo\n", NULL},
	{"fixed lines do not join", TEXT("text/plain") "one \ntwo\n",
		BODY_PLAIN, "one \ntwo\n", NULL},
	{"plain wins over HTML that follows it",
		TEXT("multipart/alternative; boundary=b") "--b\n\nplain\n--b\n"
							  "Content-Type: text/html\n\n<p>html\n--b--\n",
		BODY_ALTERNATIVE, "plain\n", NULL},
	{"plain wins over HTML before it",
		TEXT("multipart/alternative; boundary=b") "--b\nContent-Type: text/html\n\n<p>html\n--b\n\nplain\n--b--\n",
		BODY_ALTERNATIVE, "plain\n", NULL},
	{"HTML alone is rendered",
		TEXT("text/html") "<p>one<p>two &amp; <b>three</b>\n",
		BODY_HTML_ONLY, "one\n\ntwo & three\n", NULL},
	{"a blank plain part does not count",
		TEXT("multipart/alternative; boundary=b") "--b\n\n \n--b\n"
							  "Content-Type: text/html\n\n<p>html\n--b--\n",
		BODY_HTML_ONLY, "html\n", NULL},
	{"two plain parts are one text",
		TEXT("multipart/mixed; boundary=b") "--b\n\none\n--b\n\ntwo\n--b--\n",
		BODY_PLAIN, "one\ntwo\n", NULL},
	{"a named text is an attachment",
		TEXT("multipart/mixed; boundary=b") "--b\n\none\n--b\nContent-Type: text/plain; name=x.txt\n\ntwo\n"
						    "--b--\n",
		BODY_PLAIN, "one\n", NULL},
	{"a text to be kept is an attachment without a name, too",
		TEXT("multipart/mixed; boundary=b") "--b\n\none\n--b\nContent-Disposition: attachment\n\ntwo\n"
						    "--b--\n",
		BODY_PLAIN, "one\n", NULL},
	{"the whole mail may have a name and be its text",
		TEXT("text/plain; name=x.txt") "one\n", BODY_PLAIN, "one\n",
		NULL},
	{"a list's footer makes no HTML mail plain",
		TEXT("multipart/mixed; boundary=b") "--b\nContent-Type: text/html\n\n<p>one\n--b\n\n"
						    "________________________\nl mailing list\n--b--\n",
		BODY_HTML_ONLY, "one\n", NULL},
	{"a wrapped multipart is unwrapped",
		TEXT("multipart/mixed; boundary=b\n"
		     "Content-Transfer-Encoding: base64") "LS1iCgpvbmUKLS1iLS0K\n",
		BODY_PLAIN, "one\n", "which it may not"},
	{"a page may name its charset",
		TEXT("text/html") "<meta charset=koi8-r>\xf0\n", BODY_HTML_ONLY,
		"\xd0\x9f\n", NULL},
	{"UTF-16 by its mark",
		TEXT("text/plain; charset=utf-16\n"
		     "Content-Transfer-Encoding: base64") "//5hAA==\n",
		BODY_PLAIN, "a\n", NULL},
	{"base64 that ends early",
		TEXT("text/plain\nContent-Transfer-Encoding: base64") "b25lCg\n",
		BODY_PLAIN, "one\n", "ends in the middle"},
	{"quoted-printable, odd",
		TEXT("text/plain\nContent-Transfer-Encoding: "
		     "quoted-printable") "a=3db =\nc  \n=XY=\n",
		BODY_PLAIN, "a=b c\n=XY\n", "encodes nothing"},
	{"an unknown transfer encoding",
		TEXT("text/plain\nContent-Transfer-Encoding: rot13") "x\n",
		BODY_ATTACHMENTS_ONLY, "", "'rot13' is not known"},
	{"only an attachment",
		TEXT("multipart/mixed; boundary=b") "--b\nContent-Type: image/png\n\nx\n--b--\n",
		BODY_ATTACHMENTS_ONLY, "", NULL},
	{"a signed mail is its first part",
		TEXT("multipart/signed; boundary=b") "--b\n\none\n--b\nContent-Type: application/pgp-signature\n\nx\n"
						     "--b--\n",
		BODY_PLAIN, "one\n", NULL},
	{"related: the part that start names",
		TEXT("multipart/related; boundary=b; start=\"<r>\"") "--b\nContent-Type: image/png\n\nx\n--b\nContent-ID: <r>\n\n"
								     "root\n--b--\n",
		BODY_PLAIN, "root\n", NULL},
	{"an outer boundary closes what is open",
		TEXT("multipart/mixed; boundary=b") "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\n"
						    "one\n--b\n\ntwo\n--b--\n",
		BODY_PLAIN, "one\ntwo\n", "no closing boundary"},
	{"a boundary with blanks behind it",
		TEXT("multipart/mixed; boundary=b") "--b \t\n\none\n--b-- \n",
		BODY_PLAIN, "one\n", NULL},
	{"a longer line is not the boundary",
		TEXT("multipart/mixed; boundary=b") "--b\n\none\n--bc\n--b--\n",
		BODY_PLAIN, "one\n--bc\n", NULL},
	{"the line end before a boundary is the boundary's",
		TEXT("multipart/mixed; boundary=b") "--b\r\n\r\none\r\n\r\n--b--\r\n",
		BODY_PLAIN, "one\n", NULL},
	{"a repeated boundary parameter",
		TEXT("multipart/mixed; boundary=b; boundary=c") "--b\n\none\n--b--\n",
		BODY_PLAIN, "one\n", "names 'boundary' twice"},
	{"a Content-Type that is none", TEXT("foo") "one\n", BODY_PLAIN,
		"one\n", "is not a type"},
	{"a multipart without boundary", TEXT("multipart/mixed") "one\n",
		BODY_ATTACHMENTS_ONLY, "", "has no boundary"},
	{"headers without an end", FROM "hello\n", BODY_PLAIN, "hello\n",
		"ends without a blank line"},
	{"a forward's text is not the sender's",
		TEXT("multipart/mixed; boundary=b") "--b\n\none\n--b\nContent-Type: message/rfc822\n\n"
						    "Subject: s\n\ntwo\n--b--\n",
		BODY_PLAIN, "one\n", NULL},
};

static void
text_is_what_the_sender_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(a, texts[i].mail, "a@b.example");
		bool told = texts[i].defect == NULL && m->n_defects == 0;

		test_note(texts[i].name);
		assert_string_equal(texts[i].text, m->text);
		assert_string_equal(mail_body_names[texts[i].body],
			mail_body_names[m->body]);
		for (size_t k = 0; k < m->n_defects; k++) {
			test_note(m->defects[k]);
			told = told ||
				(texts[i].defect &&
					strstr(m->defects[k], texts[i].defect));
		}
		assert_true(told);
	}
}

static const struct {
	const char *name, *mail, *sender;
	enum mail_kind kind;
	const char *no_answer; /* part of the reason; NULL: answer */
} kinds[] = {
	{"a person", FROM "\nhi\n", "a@b.example", MAIL_PERSON, NULL},
	{"another domain's case", FROM "\nhi\n", "a@B.EXAMPLE", MAIL_PERSON,
		NULL},
	{"another writing of the same domain",
		"From: a@b\xc3\xbc"
		"cher.example\n\nhi\n",
		"a@XN--Bcher-kva.example", MAIL_PERSON, NULL},
	{"another sender waits for a person", FROM "\nhi\n", "c@b.example",
		MAIL_PERSON, "waits for a person"},
	{"no envelope", FROM "\nhi\n", NULL, MAIL_PERSON, "not known"},
	{"the null path", FROM "\nhi\n", "", MAIL_AUTO_REPLY, "is empty"},
	{"Auto-Submitted", FROM "Auto-Submitted: auto-replied\n\nhi\n",
		"a@b.example", MAIL_AUTO_REPLY, "auto-replied"},
	{"Auto-Submitted: no", FROM "Auto-Submitted: No (really)\n\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"a comment first", FROM "Auto-Submitted: (x) NO ; p=1\n\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"a foreign list", FROM "List-Id: <l.b.example>\n\nhi\n", "a@b.example",
		MAIL_LIST, "List-Id"},
	{"our own list", FROM "List-Id: <security.desk.example>\n\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"our own list by List-Post",
		FROM
		"List-Id: <x.y>\nList-Post: <mailto:security@desk.example>\n"
		"\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"bulk is from a person, but not answered",
		FROM "Precedence: bulk\n\nhi\n", "a@b.example", MAIL_PERSON,
		"Precedence"},
	{"suppressed", FROM "X-Auto-Response-Suppress: DR, OOF\n\nhi\n",
		"a@b.example", MAIL_PERSON, "X-Auto-Response-Suppress"},
	{"no-reply", "From: no-reply@b.example\n\nhi\n", "no-reply@b.example",
		MAIL_PERSON, "nobody reads"},
	{"our own address", "From: Security@desk.example\n\nhi\n",
		"security@desk.example", MAIL_PERSON, "desk itself"},
	{"our own sub-address", "From: security+x@desk.example\n\nhi\n",
		"security+x@desk.example", MAIL_PERSON, "desk itself"},
	{"our own Message-ID",
		FROM
		"Message-ID: <x544ecdy984ywpr8qydzsh7fq0@MAIL.desk.example>\n"
		"\nhi\n",
		"a@b.example", MAIL_AUTO_REPLY, "desk's own"},
	{"a client on our own machine",
		FROM "Message-ID: <20261123171518.006305@mail.desk.example>\n"
		     "\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"a longer Message-ID of our own machine",
		FROM
		"Message-ID: <x544ecdy984ywpr8qydzsh7fq01@mail.desk.example>\n"
		"\nhi\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"two authors", "From: a@b.example, c@d.example\n\nhi\n", "a@b.example",
		MAIL_PERSON, "several addresses"},
	{"two From headers", FROM FROM "\nhi\n", "a@b.example", MAIL_PERSON,
		"several From"},
	{"no From", "Subject: x\n\nhi\n", "a@b.example", MAIL_PERSON,
		"names no address"},
	{"out of office in answer to us",
		FROM "Subject: Automatic reply: x\nIn-Reply-To: <a@b>\n\nhi\n",
		"a@b.example", MAIL_AUTO_REPLY, "Automatic reply"},
	{"a delivery report",
		FROM "Content-Type: multipart/report; boundary=b;\n"
		     "\treport-type=delivery-status\n\n--b\n\nsorry\n--b\n"
		     "Content-Type: message/delivery-status\n\n"
		     "Reporting-MTA: dns; x\n\n"
		     "Final-Recipient: rfc822; r@b.example\nAction: failed\n"
		     "Status: 5.1.1\n--b--\n",
		"", MAIL_BOUNCE, "is empty"},
	{"a complaint",
		FROM "Content-Type: multipart/report; boundary=b;\n"
		     "\treport-type=feedback-report\n\n--b\n\nspam\n--b--\n",
		"a@b.example", MAIL_COMPLAINT, "feedback"},
	{"an invitation", TEXT("text/calendar; method=REQUEST") "x\n",
		"a@b.example", MAIL_CALENDAR, "REQUEST"},
	{"PGP/MIME",
		TEXT("multipart/encrypted; boundary=b") "--b\n\nx\n--b--\n",
		"a@b.example", MAIL_ENCRYPTED, NULL},
	{"inline PGP",
		FROM "\n-----BEGIN PGP MESSAGE-----\n\nxx\n"
		     "-----END PGP MESSAGE-----\n",
		"a@b.example", MAIL_ENCRYPTED, NULL},
	{"PGP in the middle of a report",
		FROM "\n-----BEGIN PGP MESSAGE-----\n\nxx\n"
		     "-----END PGP MESSAGE-----\n"
		     "The block above is a sample of what the server leaks to "
		     "anybody who asks for it; the steps are these, and they "
		     "work on every release since the first one, with or "
		     "without the option that is said to turn it off, as the "
		     "log below shows quite plainly.\n",
		"a@b.example", MAIL_PERSON, NULL},
	{"S/MIME", TEXT("application/pkcs7-mime; name=smime.p7m") "x\n",
		"a@b.example", MAIL_ENCRYPTED, NULL},
	{"nothing", "", "a@b.example", MAIL_UNREADABLE, ""},
};

static void
kind_and_answer_follow_the_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *m = parse(a, kinds[i].mail, kinds[i].sender);

		test_note(kinds[i].name);
		assert_string_equal(mail_kind_names[kinds[i].kind],
			mail_kind_names[m->kind]);
		assert_int_equal(kinds[i].no_answer == NULL, m->answer);
		if (m->answer)
			continue;
		test_note(m->no_answer_because);
		assert_non_null(
			strstr(m->no_answer_because, kinds[i].no_answer));
	}
}

/* Three bytes a character, so that some are cut at any size of piece. */
static void
long_texts_keep_every_character(void **state)
{
	static const struct {
		const char *charset, *item, *want;
	} cases[] = {
		{"utf-8", "\xe6\xbc\xa2", "\xe6\xbc\xa2"},
		{"gb18030", "a\xba\xba", "a\xe6\xb1\x89"},
		{"iso-2022-jp", "\x1b$B4A\x1b(Bx", "\xe6\xbc\xa2x"},
		{"utf-8", "xe\xcc\x81", "x\xc3\xa9"},
		{"utf-8", "\xe0\xa4\x95\xe0\xa4\xbf",
			"\xe0\xa4\x95\xe0\xa4\xbf"},
	};
	enum { TIMES = 5000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		AUTO(str_fini) struct str mail, want;

		str_init(&mail, 1 << 20);
		str_init(&want, 1 << 20);
		str_printf(&mail, TEXT("text/plain; charset=%s"),
			cases[i].charset);
		for (unsigned n = 0; n < TIMES; n++) {
			str_puts(&mail, cases[i].item);
			str_puts(&want, cases[i].want);
		}
		str_putc(&want, '\n');
		struct message *m = parse(a, mail.text, "a@b.example");
		test_note(cases[i].want);
		assert_string_equal(want.text, m->text);
		assert_int_equal(0, m->n_defects);
	}
}

static void
attachments_keep_every_byte(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	char hex[HASH_TEXT], want[HASH_TEXT];
	struct message *m = parse(a,
		TEXT("multipart/mixed; boundary=b") "--b\nContent-Type: a/b\n"
						    "Content-Transfer-Encoding: quoted-printable\n\n"
						    "one=00\r\ntwo=\r\n three\n--b\nContent-Type: a/b\n"
						    "Content-Transfer-Encoding: base64\n\nAAEC\n--b\n"
						    "Content-Type: message/rfc822\n\nSubject: inner\n\nx\n--b--\n",
		"a@b.example");

	(void)state;
	assert_int_equal(3, m->n_attachments);
	assert_int_equal(15, m->attachments[0].bytes);
	assert_string_equal(
		hash_hex(sha256_of(SPAN_LIT("one\0\r\ntwo three")), want),
		hash_hex(m->attachments[0].sha256, hex));
	assert_string_equal(hash_hex(sha256_of(SPAN_LIT("\0\1\2")), want),
		hash_hex(m->attachments[1].sha256, hex));
	assert_string_equal("inner", m->attachments[2].name);
	assert_string_equal("message/rfc822", m->attachments[2].type);
}

static void
text_stops_at_its_limit(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str mail;
	bool lines = false, text = false;

	(void)state;
	str_init(&mail, 1 << 24);
	str_puts(&mail, TEXT("text/plain; charset=utf-8") "x");
	while (mail.n < MIME_MAX_TEXT + 4096)
		str_puts(&mail, "\xc3\xa9\xe6\xbc\xa2");
	struct message *m = parse(a, mail.text, "a@b.example");
	struct span rest = span_of(m->text), line;
	assert_true(
		rest.n <= MIME_MAX_TEXT + 1 && rest.n > MIME_MAX_TEXT - 4096);
	assert_true(utf8_valid(rest));
	while (span_line(&rest, &line))
		assert_true(line.n <= MIME_MAX_LINE);
	for (size_t i = 0; i < m->n_defects; i++) {
		text = text || strstr(m->defects[i], "first 4 MiB");
		lines = lines || strstr(m->defects[i], "cut in pieces");
	}
	assert_true(text && lines);
}

static void
packed_and_unpacked_is_the_same(void **state)
{
	AUTO(str_fini) struct str once, twice;

	(void)state;
	str_init(&once, 1 << 20);
	str_init(&twice, 1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		struct message *again;

		str_clear(&once);
		str_clear(&twice);
		test_note(texts[i].name);
		message_pack(&once, parse(a, texts[i].mail, ""));
		struct unpack u = {.rest = str_span(&once)};
		assert_true(message_unpack(&u, a, &again));
		assert_true(unpack_end(&u));
		message_pack(&twice, again);
		assert_true(span_eq(str_span(&once), str_span(&twice)));
		for (size_t n = 0; n < once.n; n++) {
			u = (struct unpack){
				.rest = span_cut(str_span(&once), 0, n)};
			assert_false(message_unpack(&u, a, &again));
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("the text is what the sender wrote",
			text_is_what_the_sender_wrote),
		TEST("kind and answer follow the headers",
			kind_and_answer_follow_the_headers),
		TEST("long texts keep every character",
			long_texts_keep_every_character),
		TEST("attachments keep every byte",
			attachments_keep_every_byte),
		TEST("text stops at its limit", text_stops_at_its_limit),
		TEST("packed and unpacked is the same, cut short is refused",
			packed_and_unpacked_is_the_same),
	};

	mime_init();
	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
