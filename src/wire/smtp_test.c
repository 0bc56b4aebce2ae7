/* smtp_test.c - dialogues, as a table: what is said, what is answered. */
#include "wire/smtp_test.h"

#include "wire/smtp_path.h"
#include "wire/smtp_trace.h"

#define EHLO "EHLO c\r\n"
#define MAIL "MAIL FROM:<a@example.net>\r\n"
#define RCPT "RCPT TO:<security@example.org>\r\n"
#define TEXT "Subject: x\r\n\r\ny\r\n"
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X250 X50 X50 X50 X50 X50

/* Each text of `says` is a packet; the replies are to all of them. */
static const struct {
	enum { LMTP = 1, TLS, FULL } how;
	const char *name;
	const char *says[8];
	const char *want, *mails;
} rows[] = {
	{0, "a mail is stored",
		{EHLO MAIL RCPT, "DATA\r\n", TEXT ".\r\n", "QUIT\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0, 221 2.0.0",
		"<a@example.net> security@example.org ESMTP 0 17\n"},
	{0, "HELO is older than everything",
		{"HELO c\r\nmail from:<>\r\nrcpt to:<POSTMASTER>\r\n",
			"data\r\n", ".\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0",
		"<> POSTMASTER SMTP 0 0\n"},
	{0, "two mails in one session",
		{EHLO MAIL RCPT "DATA\r\n", TEXT ".\r\n" MAIL RCPT "DATA\r\n",
			TEXT ".\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0",
		"<a@example.net> security@example.org ESMTP 0 17\n"
		"<a@example.net> security@example.org ESMTP 0 17\n"},
	{0, "a dot is unstuffed, a line of dots loses one",
		{EHLO MAIL RCPT, "DATA\r\n", "..\r\n...\r\n.a\r\n.\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0",
		"<a@example.net> security@example.org ESMTP 0 10\n"},
	{0, "parameters and flags",
		{EHLO "MAIL FROM:<\xc3\xa9@example.net> SIZE=100000 BODY=8BITMIME SMTPUTF8\r\n" RCPT,
			"DATA\r\n", TEXT ".\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0",
		"<\xc3\xa9@example.net> security@example.org UTF8SMTP 12 17\n"},
	{0, "a size above the limit is refused at once",
		{EHLO "MAIL FROM:<a@b.c> SIZE=100001\r\n"
		      "MAIL FROM:<a@b.c> SIZE=99999999999999999999\r\n"},
		"250, 552 5.3.4, 552 5.3.4", ""},
	{0, "bad parameters",
		{EHLO "MAIL FROM:<a@b.c> SIZE=-1\r\nMAIL FROM:<a@b.c> SMTPUTF8=1\r\n"
		      "MAIL FROM:<a@b.c> BODY=BINARYMIME\r\nMAIL FROM:<a@b.c> X=1\r\n"
		      "MAIL FROM:<a@b.c>X\r\n" MAIL
		      "RCPT TO:<security@example.org> NOTIFY=NEVER\r\n"},
		"250, 501 5.5.4, 501 5.5.4, 501 5.5.4, 555 5.5.4, 501 5.1.7, 250 2.1.0, 555 5.5.4",
		""},
	{FULL, "no disk: told at MAIL", {EHLO MAIL}, "250, 452 4.3.1", ""},
	{0, "non-ASCII without SMTPUTF8",
		{EHLO "MAIL FROM:<\xc3\xa9@b.c>\r\n" MAIL
		      "RCPT TO:<\xc3\xa9@example.org>\r\n"},
		"250, 550 5.6.7, 250 2.1.0, 553 5.6.7", ""},
	{0, "bytes that are no UTF-8 are refused even with SMTPUTF8",
		{EHLO "MAIL FROM:<\xe9@b.c> SMTPUTF8\r\n"}, "250, 501 5.1.7",
		""},
	{0, "out of order",
		{MAIL EHLO RCPT "DATA\r\n", MAIL MAIL, "DATA\r\n",
			"RSET\r\n" RCPT},
		"503 5.5.1, 250, 503 5.5.1, 503 5.5.1, 250 2.1.0, 503 5.5.1, 554 5.5.1, 250 2.0.0, 503 5.5.1",
		""},
	{0, "who is ours",
		{EHLO MAIL
			"RCPT TO:<nobody@example.org>\r\n"
			"RCPT TO:<security@example.com>\r\n"
			"RCPT TO:<SECURITY+t0ken@EXAMPLE.ORG>\r\n"
			"RCPT TO:<@relay.example:\"security\"@example.org>\r\n"
			"RCPT TO:<>\r\nRCPT TO:<security>\r\n"
			"RCPT TO:<security@[127.0.0.1]>\r\n"
			"RCPT TO:<bounce+x@desk.example.org>\r\n" RCPT},
		"250, 250 2.1.0, 550 5.1.1, 550 5.7.1, 250 2.1.5, 250 2.1.5, 501 5.1.3, 550 5.7.1, 550 5.7.1, 250 2.1.5, 452 4.5.3",
		""},
	{0, "paths that are none",
		{EHLO "MAIL FROM:a@b.c\r\nMAIL FROM:<a@b.c\r\nMAIL FROM:<a b@c.d>\r\n"
		      "MAIL FROM:<a@b.c>>\r\nMAIL FROM:<a@@b>\r\nMAIL FROM:<@a>\r\n"
		      "MAIL FROM:<a@>\r\nMAIL TO:<a@b.c>\r\nMAIL FROM:<root>\r\n"
		      "MAIL FROM:<\"a@b.c>\r\n"},
		"250, 501 5.1.7, 501 5.1.7, 501 5.1.7, 501 5.1.7, 501 5.1.7, 501 5.1.7, 501 5.1.7, 501 5.5.4, 501 5.1.7, 501 5.1.7",
		""},
	{0, "an over-long path, an over-long line",
		{EHLO "MAIL FROM:<" X250 "@b.c>\r\nMAIL FROM:<" X250
		      "xxx@b.c>\r\n"
		      "NOOP " X250 X250 X250 X250 "\r\n"
		      "NOOP " X250 X250 X250 X250 X250 X250 X250 X250 X250
		      "\r\nNOOP\r\n"},
		"250, 250 2.1.0, 503 5.5.1, 250 2.0.0, 500 5.5.2, 250 2.0.0",
		""},
	{0, "a path of 257 is too long",
		{EHLO "MAIL FROM:<" X250 "@b.cd>\r\nMAIL FROM:<" X250
		      "@b.cde>\r\n"},
		"250, 501 5.1.7, 501 5.1.7", ""},
	{0, "a bare LF or CR never makes two commands",
		{EHLO "NOOP\nNOOP\r\n", "NOOP\rNOOP\r\n", "NOOP\n", "QUIT\r\n",
			"NOOP\r", "\nNOOP\r\r\n", "NOOP\r\n"},
		"250, 500 5.5.2, 500 5.5.2, 500 5.5.2, 250 2.0.0, 500 5.5.2, 250 2.0.0",
		""},
	{0, "what a mail server does not tell",
		{EHLO "VRFY root\r\nEXPN staff\r\nHELP\r\nFROB\r\n\r\nAUTH PLAIN\r\n"},
		"250, 252 2.5.0, 502 5.5.1, 214 2.0.0, 500 5.5.2, 500 5.5.2, 500 5.5.2",
		""},
	{0, "EHLO wants a name, and one that is ASCII",
		{"EHLO\r\nEHLO a b\r\nEHLO \xc3\xa9\r\nHELO my_pc\r\n"},
		"501 5.5.4, 501 5.5.4, 501 5.5.4, 250", ""},
	{0, "EHLO again forgets the mail under way",
		{EHLO MAIL RCPT EHLO "DATA\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 250, 503 5.5.1", ""},
	{0, "data behind DATA in one packet is a synchronisation error",
		{EHLO MAIL RCPT "DATA\r\n" TEXT ".\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 554 5.5.0", ""},
	{0, "STARTTLS where there is no certificate", {EHLO "STARTTLS\r\n"},
		"250, 502 5.5.1", ""},
	{TLS, "STARTTLS forgets all, and is not offered again",
		{EHLO MAIL "STARTTLS\r\n", RCPT EHLO "STARTTLS\r\n",
			MAIL RCPT "DATA\r\n", TEXT ".\r\n"},
		"250, 250 2.1.0, 220 2.0.0, 503 5.5.1, 250, 503 5.5.1, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0",
		"<a@example.net> security@example.org ESMTPS 2 17\n"},
	{TLS, "STARTTLS with an argument", {EHLO "STARTTLS now\r\n"},
		"250, 501 5.5.4", ""},
	{TLS, "bytes behind STARTTLS end the session",
		{EHLO "STARTTLS\r\n" MAIL}, "250, 554 5.5.0", ""},
	{0, "BDAT in three, pipelined",
		{EHLO MAIL RCPT
			"BDAT 5\r\nSubjeBDAT 0\r\nBDAT 13 LAST\r\nct: x\r\n.\r\n.\r\nNOOP\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 250 2.0.0, 250 2.0.0, 250 2.0.0, 250 2.0.0",
		"<a@example.net> security@example.org ESMTP 0 18\n"},
	{0, "BDAT without a mail swallows its bytes",
		{EHLO "BDAT 6 LAST\r\nQUIT\r\n" MAIL
		      "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"},
		"250, 503 5.5.1, 250 2.1.0, 554 5.5.1, 250 2.0.0", ""},
	{0, "BDAT that cannot be counted ends the session",
		{EHLO MAIL RCPT "BDAT x\r\nNOOP\r\n"},
		"250, 250 2.1.0, 250 2.1.5, 501 5.5.4", ""},
	{0, "nothing but BDAT after BDAT",
		{EHLO MAIL RCPT "BDAT 1\r\nx" RCPT MAIL, "DATA\r\n",
			"RSET\r\nBDAT 1 LAST\r\nx"},
		"250, 250 2.1.0, 250 2.1.5, 250 2.0.0, 503 5.5.1, 503 5.5.1, 503 5.5.1, 250 2.0.0, 503 5.5.1",
		""},
	{LMTP, "LMTP: one reply for each recipient, duplicates included",
		{"LHLO c\r\n" MAIL RCPT RCPT
		 "RCPT TO:<no@example.org>\r\nDATA\r\n",
			TEXT ".\r\n" MAIL RCPT RCPT
			     "BDAT 1\r\nxBDAT 1 LAST\r\ny"},
		"250, 250 2.1.0, 250 2.1.5, 250 2.1.5, 550 5.1.1, 354, 250 2.0.0, 250 2.0.0, "
		"250 2.1.0, 250 2.1.5, 250 2.1.5, 250 2.0.0, 250 2.0.0, 250 2.0.0",
		"<a@example.net> security@example.org security@example.org LMTP 0 17\n"
		"<a@example.net> security@example.org security@example.org LMTP 0 2\n"},
	{LMTP, "LMTP has no EHLO, SMTP no LHLO", {EHLO "HELO c\r\nLHLO c\r\n"},
		"500 5.5.2, 500 5.5.2, 250", ""},
	{0, "SMTP has no LHLO", {"LHLO c\r\n"}, "500 5.5.2", ""},
	{LMTP, "LMTP: DATA without a recipient", {"LHLO c\r\n" MAIL "DATA\r\n"},
		"250, 250 2.1.0, 503 5.5.1", ""},
};

static struct world w;

static int
setup(void **state)
{
	(void)state;
	world_init(&w);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_fini(&w);
	return 0;
}

static void
assert_replies(const char *want)
{
	AUTO(str_fini) struct str got;

	str_init(&got, 1 << 16);
	world_replies(&w, &got);
	assert_string_equal(want, got.text);
}

static void
dialogues_by_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		test_note(rows[i].name);
		w.server.tls = rows[i].how == TLS;
		world_begin(&w, rows[i].how == LMTP);
		w.full = rows[i].how == FULL;
		for (size_t k = 0; k < ARRAY_LEN(rows[i].says); k++)
			if (rows[i].says[k] != NULL)
				world_packet(&w, span_of(rows[i].says[k]));
		assert_replies(rows[i].want);
		assert_string_equal(rows[i].mails, w.mails.text);
	}
}

static void
replies_do_not_depend_on_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* these two are about what shares a packet */
		if (strstr(rows[i].want, "554 5.5.0") != NULL)
			continue;
		test_note(rows[i].name);
		w.server.tls = rows[i].how == TLS;
		world_begin(&w, rows[i].how == LMTP);
		w.full = rows[i].how == FULL;
		for (size_t k = 0; k < ARRAY_LEN(rows[i].says); k++) {
			struct span says = span_of(rows[i].says[k]);

			for (size_t n = 0; n < says.n; n++)
				world_packet(&w, span_cut(says, n, n + 1));
		}
		assert_replies(rows[i].want);
		assert_string_equal(rows[i].mails, w.mails.text);
	}
}

static void
say(const char *text)
{
	world_packet(&w, span_of(text));
}

static void
a_mail_larger_than_said_is_caught(void **state)
{
	static char line[1000];

	(void)state;
	memset(line, 'x', sizeof line - 2);
	memcpy(line + sizeof line - 2, "\r\n", 2);
	world_begin(&w, true);
	say("LHLO c\r\nMAIL FROM:<a@b.c> SIZE=10\r\n" RCPT RCPT);
	say("DATA\r\n");
	for (int i = 0; i < 101; i++)
		world_packet(&w, span_make(line, sizeof line));
	say(".\r\nNOOP\r\n");
	assert_replies(
		"250, 250 2.1.0, 250 2.1.5, 250 2.1.5, 354, 552 5.3.4, 552 5.3.4, 250 2.0.0");
	assert_int_equal(0, w.stored);
	assert_int_equal(1, w.dropped);
}

static void
a_mail_in_a_loop_is_refused(void **state)
{
	(void)state;
	for (int hops = 100; hops <= 101; hops++) {
		world_begin(&w, false);
		say(EHLO MAIL RCPT "DATA\r\n");
		for (int i = 0; i < hops; i++)
			say("RECEIVED: from a by b\r\n received: folded\r\n");
		say("X-Received: no\r\n\r\n");
		for (int i = 0; i < 200; i++)
			say("Received: in the body\r\n");
		say(".\r\n");
		assert_replies(hops == 100 ?
				"250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0" :
				"250, 250 2.1.0, 250 2.1.5, 354, 554 5.4.6");
	}
}

static void
a_failure_to_store_is_temporary(void **state)
{
	static const struct {
		enum err_code result;
		const char *want;
	} table[] = {{ERR_BUSY, "452 4.3.1"}, {ERR_BROKEN, "451 4.3.0"},
		{ERR_LIMIT, "451 4.3.0"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		world_begin(&w, false);
		say(EHLO MAIL RCPT "DATA\r\n");
		w.result = table[i].result;
		str_clear(&w.out);
		say(TEXT ".\r\n");
		assert_replies(table[i].want);
	}
	world_begin(&w, false);
	say(EHLO MAIL RCPT "DATA\r\n");
	w.full = true;
	str_clear(&w.out);
	say(TEXT);
	say(TEXT ".\r\n");
	assert_replies("452 4.3.1");
	assert_int_equal(1, w.dropped);
}

static void
too_many_refusals_or_commands_end_the_session(void **state)
{
	(void)state;
	world_begin(&w, false);
	for (int i = 0; i < 30; i++)
		say("FROB\r\n");
	assert_int_equal(SMTP_ENDS, smtp_session_next(w.session));
	assert_non_null(strstr(w.out.text, "421 4.7.0"));
	world_begin(&w, false);
	for (int i = 0; i < 101; i++) {
		assert_int_equal(SMTP_GOES_ON, smtp_session_next(w.session));
		say("NOOP\r\n");
	}
	assert_int_equal(SMTP_ENDS, smtp_session_next(w.session));
}

static void
a_session_retires_after_its_mail(void **state)
{
	(void)state;
	world_begin(&w, false);
	say(EHLO MAIL RCPT "DATA\r\n");
	smtp_session_retire(w.session, &w.out);
	say(TEXT ".\r\n");
	assert_replies("250, 250 2.1.0, 250 2.1.5, 354, 250 2.0.0, 421 4.3.2");
	assert_int_equal(SMTP_ENDS, smtp_session_next(w.session));
	world_begin(&w, false);
	say(EHLO);
	smtp_session_retire(w.session, &w.out);
	assert_replies("250, 421 4.3.2");
	world_begin(&w, false);
	say(EHLO MAIL);
	smtp_session_retire(w.session, &w.out);
	say("RSET\r\n");
	assert_replies("250, 250 2.1.0, 250 2.0.0, 421 4.3.2");
}

static void
an_ended_session_drops_its_mail_once(void **state)
{
	static const char *const begins[] = {"DATA\r\n", "BDAT 9\r\n",
		"BDAT 1\r\nx", "BDAT 1\r\nxBDAT 5\r\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		world_begin(&w, false);
		say(EHLO MAIL RCPT);
		say(begins[i]);
		assert_true(smtp_session_in_data(w.session));
		smtp_session_end(w.session, SMTP_SLOW, &w.out);
		assert_int_equal(1, w.dropped);
		assert_int_equal(0, w.stored);
		say("NOOP\r\n");
		assert_int_equal(SMTP_ENDS, smtp_session_next(w.session));
	}
}

static void
the_trace_names_everyone_and_hides_nothing(void **state)
{
	static const char *const rcpts[] = {"security@example.org", "b@c.d"};
	struct spool_mail m = {.received = {INT64_C(1795446245678)},
		.sender = "a@example.net",
		.rcpts = rcpts,
		.n_rcpts = 1,
		.helo = "evil)\"by",
		.protocol = "ESMTPS"};
	AUTO(str_fini) struct str out;

	(void)state;
	str_init(&out, 4096);
	smtp_trace(&out, &m, "2001:db8::1", "desk.example.org", "ID");
	assert_string_equal("Return-Path: <a@example.net>\r\n"
			    "Received: from evil??by ([IPv6:2001:db8::1])\r\n"
			    "\tby desk.example.org with ESMTPS id ID\r\n"
			    "\tfor <security@example.org>;\r\n"
			    "\tMon, 23 Nov 2026 15:04:05 +0000\r\n",
		out.text);
	str_clear(&out);
	m.sender = "";
	m.n_rcpts = 2;
	smtp_trace(&out, &m, NULL, "desk.example.org", "ID");
	assert_non_null(strstr(out.text, "Return-Path: <>\r\n"));
	assert_null(strstr(out.text, "security@"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("dialogues by example", dialogues_by_example),
		TEST("replies do not depend on packets",
			replies_do_not_depend_on_packets),
		TEST("a mail larger than said is caught",
			a_mail_larger_than_said_is_caught),
		TEST("a mail in a loop is refused",
			a_mail_in_a_loop_is_refused),
		TEST("a failure to store is temporary",
			a_failure_to_store_is_temporary),
		TEST("too many refusals or commands end the session",
			too_many_refusals_or_commands_end_the_session),
		TEST("a session retires after its mail",
			a_session_retires_after_its_mail),
		TEST("an ended session drops its mail once",
			an_ended_session_drops_its_mail_once),
		TEST("the trace names everyone and hides nothing",
			the_trace_names_everyone_and_hides_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
