/*
 * linear_mime.c - is the time to read a mail linear in each of its sizes?
 *
 * Every row of the table below is a mail that can be made as large as one
 * likes in one direction. Each is read at 1,000 items, 10,000 and so on;
 * ten times the items may take at most 13 times the time. Only ratios of
 * one run count, so the machine does not matter, only that it is quiet.
 *
 *	build/bench/linear_mime [LARGEST] [NAME]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mime/mime.h"

enum { SMALLEST = 1000, LARGEST = 1000000, WORST = 13 };

#define HEAD "From: A <a@b.example>\nSubject: s\n"
#define HTML HEAD "Content-Type: text/html; charset=utf-8\n\n"
#define PLAIN HEAD "Content-Type: text/plain; charset=utf-8\n"
#define QP PLAIN "Content-Transfer-Encoding: quoted-printable\n\n"
#define BASE64 PLAIN "Content-Transfer-Encoding: base64\n\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\n\n"
#define DSN                                                                    \
	HEAD "Content-Type: multipart/report; boundary=b;"                     \
	     " report-type=delivery-status\n\n--b\n\nx\n--b\n"                 \
	     "Content-Type: message/delivery-status\n\n"

/* "%zu" in an item becomes its number. */
static const struct {
	const char *name, *head, *item, *tail;
} shapes[] = {
	{"headers", HEAD, "X-H%zu: v\n", "\nhi\n"},
	{"headers, all Received", HEAD, "Received: v\n", "\nhi\n"},
	{"headers, all From", "", "From: a%zu@b.example\n", "\nhi\n"},
	{"headers, all To", HEAD, "To: a%zu@b.example\n", "\nhi\n"},
	{"headers, all List-Id", HEAD, "List-Id: <a%zu.b>\n", "\nhi\n"},
	{"headers, all Subject", HEAD, "Subject: =?utf-8?q?a?=\n", "\nhi\n"},
	{"header lines that are none", HEAD, "none %zu\n", "\nhi\n"},
	{"header folds", HEAD "Subject: x\n", " y%zu\n", "\nhi\n"},
	{"addresses in To", HEAD "To: x@y.example", ",\n a%zu@b.example",
		"\n\nhi\n"},
	{"addresses in From", "From: x@y.example", ",\n a%zu@b.example",
		"\n\nhi\n"},
	{"addresses without a domain", HEAD "To: x", ",\n %zu", "\n\nhi\n"},
	{"address groups", HEAD "To: ", "g: a@b.example;,\n ", "\n\nhi\n"},
	{"nested groups", HEAD "To: ", "g: ", "\n\nhi\n"},
	{"nested comments", HEAD "To: a@b.example ", "(", "\n\nhi\n"},
	{"comments", HEAD "To: ", "(a) ", "a@b.example\n\nhi\n"},
	{"open quotes", HEAD "To: ", "\"a\\\" ", "a@b.example\n\nhi\n"},
	{"open angle brackets", HEAD "To: ", "<a", "@b.example>\n\nhi\n"},
	{"routes", HEAD "To: <", "@a.b,", ":a@b.example>\n\nhi\n"},
	{"dots in an address", HEAD "To: a@b", ".c", "\n\nhi\n"},
	{"words before an address", HEAD "To: ", "a ", "<a@b.example>\n\nhi\n"},
	{"encoded words, subject", "From: a@b.example\nSubject:",
		"\n =?utf-8?q?abc?=", "\n\nhi\n"},
	{"encoded words, one line",
		"From: a@b.example\nSubject:", " =?utf-8?b?YWJj?=", "\n\nhi\n"},
	{"encoded words, cut", "From: a@b.example\nSubject:", " =?utf-8?q?a",
		"\n\nhi\n"},
	{"encoded words, name",
		"From:", "\n =?koi8-r?q?abc?=", " <a@b.example>\n\nhi\n"},
	{"encoded words, no charset", "From: a@b.example\nSubject:",
		"\n =?x-%zu?q?abc?=", "\n\nhi\n"},
	{"references", HEAD "References:", "\n <a%zu@b.example>", "\n\nhi\n"},
	{"references, open", HEAD "References:", " <a", "\n\nhi\n"},
	{"in-reply-to", HEAD "In-Reply-To:", " <>", "\n\nhi\n"},
	{"parameters", HEAD "Content-Type: text/plain", "; a%zu=b", "\n\nhi\n"},
	{"parameters, the same", HEAD "Content-Type: text/plain", "; charset=b",
		"\n\nhi\n"},
	{"parameters, RFC 2231", HEAD "Content-Type: text/plain",
		";\n name*%zu=b", "\n\nhi\n"},
	{"parameters, RFC 2231, encoded",
		HEAD "Content-Type: text/plain; name*0*=utf-8''a",
		";\n name*%zu*=%%41", "\n\nhi\n"},
	{"parameters, disposition", HEAD "Content-Disposition: attachment",
		"; filename*%zu=b", "\n\nhi\n"},
	{"parameters, open quotes", HEAD "Content-Type: text/plain", "; a=\"b",
		"\n\nhi\n"},
	{"parameters, long value", HEAD "Content-Type: text/plain; name=\"",
		"abcdefgh", "\"\n\nhi\n"},
	{"boundary, long", HEAD "Content-Type: multipart/mixed; boundary=\"",
		"bbbbbbbb", "\"\n\nhi\n"},
	{"parts", MIXED, "--b\n\nx\n", "--b--\n"},
	{"parts, HTML", MIXED, "--b\nContent-Type: text/html\n\n<p>x\n",
		"--b--\n"},
	{"parts, attachments", MIXED, "--b\nContent-Type: a/b; name=%zu\n\nx\n",
		"--b--\n"},
	{"parts, without boundary", MIXED,
		"--b\nContent-Type: multipart/mixed\n\nx\n", "--b--\n"},
	{"parts, mails", MIXED,
		"--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n",
		"--b--\n"},
	{"closing boundaries", MIXED "--b\n\nx\n", "--b--\n", ""},
	{"lines that are nearly boundaries", MIXED "--b\n\n", "--bb\n", ""},
	{"nesting", HEAD,
		"Content-Type: multipart/mixed; boundary=x%zu\n\n--x%zu\n",
		"\nhi\n"},
	{"nesting, one boundary", HEAD,
		"Content-Type: multipart/mixed; boundary=x\n\n--x\n", "\nhi\n"},
	{"nesting, alternatives", HEAD,
		"Content-Type: multipart/alternative; boundary=x%zu\n\n"
		"--x%zu\n\nt\n--x%zu\n",
		"\nhi\n"},
	{"nesting, mails", HEAD, "Content-Type: message/rfc822\n\n", "\nhi\n"},
	{"text, short lines", PLAIN "\n", "a\n", ""},
	{"text, one long line", PLAIN "\n", "abcdefgh ", "\n"},
	{"text, carriage returns", PLAIN "\n", "a\r", "\n"},
	{"text, controls", PLAIN "\n", "\x01", "\n"},
	{"text, bad UTF-8", PLAIN "\n", "\xff", "\n"},
	{"text, two marks on a letter", PLAIN "\n", "e\xcc\x81\xcc\xa3", "\n"},
	{"text, marks on one letter", PLAIN "\ne", "\xcc\x81\xcc\xa3", "\n"},
	{"text, Hangul jamo", PLAIN "\n",
		"\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\n"},
	{"text, ISO-2022-JP shifts",
		HEAD "Content-Type: text/plain; charset=iso-2022-jp\n\n",
		"\x1b$B4A\x1b(B", "\n"},
	{"text, bad ISO-2022-JP",
		HEAD "Content-Type: text/plain; charset=iso-2022-jp\n\n",
		"\x1b$B\xff", "\n"},
	{"text, bad GB18030",
		HEAD "Content-Type: text/plain; charset=gb18030\n\n",
		"\x81\x30\xff", "\n"},
	{"text, UTF-7 shifts",
		HEAD "Content-Type: text/plain; charset=utf-7\n\n", "+AOk-",
		"\n"},
	{"text, armour", PLAIN "\n", "-----BEGIN PGP MESSAGE-----\n", "\n"},
	{"flowed", HEAD "Content-Type: text/plain; format=flowed\n\n",
		"flows \n", "\n"},
	{"flowed, quoted", HEAD "Content-Type: text/plain; format=flowed\n\n",
		">", "\n"},
	{"flowed, changing depth",
		HEAD "Content-Type: text/plain; format=flowed\n\n",
		"> a \n>> b \n", "\n"},
	{"QP soft breaks", QP, "a=\n", ""},
	{"QP escapes", QP, "=41", ""},
	{"QP that is none", QP, "=XY=", ""},
	{"QP blanks", QP, "= ", "\n"},
	{"QP blanks at line ends", QP, "a  \t  \n", ""},
	{"base64", BASE64, "YWJjZGVmZ2hp\n", ""},
	{"base64 that is none", BASE64, "Y=!", "\n"},
	{"uuencode",
		PLAIN "Content-Transfer-Encoding: x-uuencode\n\n"
		      "begin 644 x\n",
		"#86)C\n", "`\nend\n"},
	{"delivery report", DSN,
		"Final-Recipient: rfc822; a%zu@b.example\nAction: delayed\n\n",
		"--b--\n"},
	{"delivery report, no fields", DSN, "none\n", "--b--\n"},
	{"HTML, nested", HTML, "<div>", "x\n"},
	{"HTML, paragraphs", HTML, "<p>x", "\n"},
	{"HTML, unclosed formatting", HTML, "<b><i>x", "\n"},
	{"HTML, unclosed p in formatting", HTML, "<b><p>", "x\n"},
	{"HTML, unclosed links", HTML, "<a href='http://x/%zu'>x", "\n"},
	{"HTML, empty links", HTML, "<a href=http://x/>", "</a>x\n"},
	{"HTML, closing tags", HTML, "</b></a></p>", "x\n"},
	{"HTML, nested lists", HTML, "<ol><li>x", "\n"},
	{"HTML, items", HTML "<ol>", "<li>x", "\n"},
	{"HTML, nested quotes", HTML, "<blockquote>x", "\n"},
	{"HTML, nested tables", HTML, "<table><tr><td>x", "\n"},
	{"HTML, cells", HTML, "<td>x", "\n"},
	{"HTML, attributes in one tag", HTML "<a ", "a%zu=b ", ">x\n"},
	{"HTML, attributes in many", HTML, "<a b='c' d=e>x", "\n"},
	{"HTML, open quotes", HTML, "<a b=\"", ">x\n"},
	{"HTML, open tags", HTML, "<a ", "\n"},
	{"HTML, long tag name", HTML "<", "abc", ">x\n"},
	{"HTML, less-than", HTML, "< ", "x\n"},
	{"HTML, entities", HTML, "&amp;&#65;&eacute;", "\n"},
	{"HTML, bad entities", HTML, "&a", "\n"},
	{"HTML, comments", HTML, "<!-- x -->", "x\n"},
	{"HTML, open comments", HTML, "<!-- x", "x\n"},
	{"HTML, declarations", HTML, "<!x", "\n"},
	{"HTML, scripts", HTML, "<script>x</script>", "x\n"},
	{"HTML, open scripts", HTML, "<script></s", "x\n"},
	{"HTML, preformatted", HTML, "<pre>x\n", "\n"},
	{"HTML, blanks", HTML "x", " \n", "x\n"},
	{"HTML, breaks", HTML "x", "<br>", "x\n"},
};

static void
put_item(struct str *out, const char *item, size_t i)
{
	for (const char *c = item; *c != '\0'; c++) {
		if (strncmp(c, "%zu", 3) == 0) {
			str_printf(out, "%zu", i);
			c += 2;
		} else if (strncmp(c, "%%", 2) == 0) {
			str_putc(out, '%');
			c++;
		} else {
			str_putc(out, *c);
		}
	}
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A small mail read again and again is learned by heart by the processor's
 * branch predictor, which makes small sizes look three times too fast. So
 * between two runs it is made to forget. */
static void
forget(void)
{
	uint64_t x = 88172645463325252u;
	volatile unsigned taken = 0;

	for (unsigned i = 0; i < 100000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if ((x & 1) != 0)
			taken += 1;
		else if ((x & 6) == 2)
			taken ^= 3;
	}
}

/* The best of several runs, at least four and for at least 20 ms. */
static uint64_t
measure(const struct str *mail)
{
	const struct envelope env = {.sender = "a@b.example"};
	const char *const list[] = {"security@desk.example"};
	const struct own_addresses own = {list, 1, "desk.example"};
	uint64_t best = UINT64_MAX, sum = 0;

	for (unsigned i = 0; i < 200 && (i < 4 || sum < 20000000u); i++) {
		struct arena *a = arena_new();

		forget();
		uint64_t start = now_ns();

		(void)mime_parse(a, str_span(mail), &env, &own);
		arena_free(a);
		uint64_t took = now_ns() - start;
		sum += took;
		best = took < best ? took : best;
	}
	return best;
}

static void
make(struct str *mail, size_t row, size_t n)
{
	str_init(mail, (size_t)1 << 31);
	str_puts(mail, shapes[row].head);
	for (size_t i = 0; i < n; i++)
		put_item(mail, shapes[row].item, i + 1);
	str_puts(mail, shapes[row].tail);
}

/* Ten times the size in how many tenths of the time? Whatever else runs on
 * the machine can only add to a time, so a bad ratio is measured again. */
static uint64_t
ratio(const struct str *small, const struct str *large, uint64_t *was,
	uint64_t *is)
{
	uint64_t tenths = 0;

	for (unsigned tries = 0; tries < 4; tries++) {
		uint64_t again = measure(large);

		if (tries > 0) {
			uint64_t first = measure(small);

			*was = first < *was ? first : *was;
		}
		*is = tries == 0 || again < *is ? again : *is;
		tenths = *is * 10 / *was;
		if (tenths < WORST * 10)
			break;
	}
	return tenths;
}

static bool
run(size_t row, size_t largest)
{
	struct str last, mail;
	uint64_t was, is, worst = 0;

	make(&last, row, SMALLEST);
	was = measure(&last);
	printf("%-32s %9llu us", shapes[row].name,
		(unsigned long long)(was / 1000));
	for (size_t n = SMALLEST * 10; n <= largest; n *= 10) {
		make(&mail, row, n);
		uint64_t tenths = ratio(&last, &mail, &was, &is);

		worst = tenths > worst ? tenths : worst;
		printf(" %9llu us %2llu.%llu", (unsigned long long)(is / 1000),
			(unsigned long long)(tenths / 10),
			(unsigned long long)(tenths % 10));
		(void)fflush(stdout);
		str_fini(&last);
		last = mail;
		was = is;
	}
	str_fini(&last);
	printf("%s\n", worst >= WORST * 10 ? "  NOT LINEAR" : "");
	return worst < WORST * 10;
}

int
main(int argc, char **argv)
{
	size_t largest = argc > 1 ? strtoul(argv[1], NULL, 10) : LARGEST;
	size_t failed = 0, rows = 0;

	mime_init();
	hash_init();
	printf("time for 1,000 items, then for ten times as many, and the "
	       "ratio\n");
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		if (argc > 2 && strstr(shapes[i].name, argv[2]) == NULL)
			continue;
		rows++;
		failed += !run(i, largest);
	}
	printf("%zu of %zu are linear (each ratio below %d)\n", rows - failed,
		rows, WORST);
	return failed > 0;
}
