/*
 * smtp_end_test.c - where a mail ends, tried out: every look-alike of the
 * end, cut into packets at every byte.
 *
 * The model below says it with whole lines and no state machine: a line is
 * what ends in CR LF, the data ends at the line ".", a line that begins with
 * a dot and has more loses that dot.
 */
#include "wire/smtp_test.h"

#define OPEN                                                                   \
	"EHLO c\r\nMAIL FROM:<a@example.net>\r\n"                              \
	"RCPT TO:<security@example.org>\r\n"

static const char *const breaks[] = {
	"\r\n", "\n", "\r", "\n\r", "\r\r", "\r\r\n", "\n\r\n", "", "\r\n\r"};

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

static bool
has_bare(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool cr_before = i > 0 && s.p[i - 1] == '\r';
		bool lf_behind = i + 1 < s.n && s.p[i + 1] == '\n';

		if ((s.p[i] == '\n' && !cr_before) ||
			(s.p[i] == '\r' && !lf_behind))
			return true;
	}
	return false;
}

/* The mail in `data` and what stands behind its end. False: no end. */
static bool
model(struct span data, struct str *mail, struct span *behind)
{
	str_clear(mail);
	for (;;) {
		size_t end = span_find(data, "\r\n");

		if (end == data.n)
			return false;
		struct span line = span_cut(data, 0, end + 2);
		data = span_from(data, end + 2);
		if (span_is(line, ".\r\n")) {
			*behind = data;
			return true;
		}
		str_put(mail, span_from(line, line.p[0] == '.'));
	}
}

static void
assert_mail(const struct str *want)
{
	assert_int_equal(want->n, w.last.n);
	assert_memory_equal(want->text, w.last.text, want->n);
}

/*
 * What the attacker hopes is read as a second mail stands behind the
 * look-alike. It holds DATA in the middle of a packet, so that where the
 * end is real the session ends as well.
 */
static void
try_data(struct span data, size_t cut, bool reject)
{
	AUTO(str_fini) struct str mail;
	struct span behind;

	str_init(&mail, 1 << 16);
	assert_true(model(data, &mail, &behind));
	bool bare = has_bare(str_span(&mail));

	w.server.reject_bare = reject;
	world_begin(&w, false);
	world_packet(&w, SPAN_LIT(OPEN));
	world_packet(&w, SPAN_LIT("DATA\r\n"));
	world_packet(&w, span_cut(data, 0, cut));
	world_packet(&w, span_from(data, cut));
	if (bare && reject) {
		assert_int_equal(0, w.stored);
		assert_int_equal(1, w.dropped);
		assert_int_equal(SMTP_ENDS, smtp_session_next(w.session));
		assert_non_null(strstr(w.out.text, "550 5.5.2"));
		return;
	}
	/* a second mail only where the first really had ended before */
	assert_true(w.stored == 1 || (w.stored == 2 && behind.n > 0));
	if (w.stored == 2)
		return;
	assert_mail(&mail);
	assert_int_equal(
		bare, strstr(w.mails.text, " ESMTP 1 ") != NULL); /* the flag */
}

static void
only_crlf_dot_crlf_ends_a_mail(void **state)
{
	static const char second[] =
		"MAIL FROM:<evil@example.net>\r\n"
		"RCPT TO:<security@example.org>\r\nDATA\r\nX: y\r\n\r\nevil\r\n.\r\n";
	unsigned tried = 0;

	(void)state;
	for (size_t a = 0; a < ARRAY_LEN(breaks); a++)
		for (size_t b = 0; b < ARRAY_LEN(breaks); b++)
			for (int dots = 0; dots < 4; dots++) {
				static const char *const marks[] = {
					".", "..", ".\r.", ""};
				char data[400];
				int n = snprintf(data, sizeof data,
					"S: x\r\n\r\nbody%s%s%s%s", breaks[a],
					marks[dots], breaks[b], second);
				struct span all = span_make(data, (size_t)n);

				for (size_t cut = 0; cut < all.n; cut++) {
					try_data(all, cut, false);
					try_data(all, cut, true);
					tried++;
				}
			}
	assert_true(tried > 30000);
}

static void
a_nul_before_the_dot_hides_nothing(void **state)
{
	static const struct span tries[] = {
		SPAN_INIT("body\r\n\0.\r\nMAIL FROM:<b@c.d>\r\n\r\n.\r\n"),
		SPAN_INIT("body\r\n.\0\r\nMAIL FROM:<b@c.d>\r\n\r\n.\r\n"),
		SPAN_INIT("body\r\n.\r\0\nMAIL FROM:<b@c.d>\r\n\r\n.\r\n"),
		SPAN_INIT("body\r\0\n.\r\nMAIL FROM:<b@c.d>\r\n\r\n.\r\n")};

	(void)state;
	w.server.reject_bare = false;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		for (size_t cut = 0; cut < tries[i].n; cut++) {
			world_begin(&w, false);
			world_packet(&w, SPAN_LIT(OPEN));
			world_packet(&w, SPAN_LIT("DATA\r\n"));
			world_packet(&w, span_cut(tries[i], 0, cut));
			world_packet(&w, span_from(tries[i], cut));
			assert_int_equal(1, w.stored);
			assert_true(w.last.n >= tries[i].n - 4);
		}
}

/* Every content over a small alphabet, byte by byte and in one packet. */
static void
all_short_contents_agree_with_the_model(void **state)
{
	static const char letters[] = {'\r', '\n', '.', 'x'};
	enum { LENGTH = 7 };
	AUTO(str_fini) struct str mail;
	struct span behind;

	(void)state;
	str_init(&mail, 1 << 16);
	w.server.reject_bare = false;
	for (unsigned code = 0; code < 1u << (2 * LENGTH); code++) {
		char data[LENGTH + 5];

		for (unsigned i = 0; i < LENGTH; i++)
			data[i] = letters[code >> (2 * i) & 3];
		memcpy(data + LENGTH, "\r\n.\r\n", 5);
		struct span all = span_make(data, sizeof data);
		assert_true(model(all, &mail, &behind));
		for (size_t step = 1; step <= sizeof data; step += 11) {
			world_begin(&w, false);
			world_packet(&w, SPAN_LIT(OPEN));
			world_packet(&w, SPAN_LIT("DATA\r\n"));
			for (size_t i = 0; i < all.n; i += step)
				world_packet(&w, span_cut(all, i, i + step));
			assert_int_equal(1, w.stored);
			assert_mail(&mail);
			assert_int_equal(has_bare(str_span(&mail)),
				strstr(w.mails.text, " ESMTP 1 ") != NULL);
		}
	}
}

static void
bdat_takes_every_look_alike_as_bytes(void **state)
{
	char text[400], packets[600];

	(void)state;
	for (size_t a = 0; a < ARRAY_LEN(breaks); a++)
		for (size_t b = 0; b < ARRAY_LEN(breaks); b++) {
			int n = snprintf(text, sizeof text,
				"S: x\r\n\r\nbody%s.%sMAIL FROM:<e@x.y>\r\nQUIT\r\n%s",
				breaks[a], breaks[b], breaks[a]);
			int all = snprintf(packets, sizeof packets,
				OPEN "BDAT 7\r\n%.7sBDAT %d LAST\r\n%sNOOP\r\n",
				text, n - 7, text + 7);
			struct span data = span_make(packets, (size_t)all);

			for (size_t cut = 0; cut < data.n; cut++) {
				w.server.reject_bare = false;
				world_begin(&w, false);
				world_packet(&w, span_cut(data, 0, cut));
				world_packet(&w, span_from(data, cut));
				assert_int_equal(1, w.stored);
				assert_int_equal(n, (int)w.last.n);
				assert_memory_equal(
					text, w.last.text, w.last.n);
				assert_int_equal(SMTP_GOES_ON,
					smtp_session_next(w.session));
				assert_int_equal(has_bare(str_span(&w.last)),
					strstr(w.mails.text, " ESMTP 1 ") !=
						NULL);
			}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("only CR LF . CR LF ends a mail",
			only_crlf_dot_crlf_ends_a_mail),
		TEST("a NUL before the dot hides nothing",
			a_nul_before_the_dot_hides_nothing),
		TEST("all short contents agree with the model",
			all_short_contents_agree_with_the_model),
		TEST("BDAT takes every look-alike as bytes",
			bdat_takes_every_look_alike_as_bytes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
