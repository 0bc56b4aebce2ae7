/*
 * fuzz_report.c - any text is read twice the same, every line it cites
 * exists, and what is packed is unpacked again.
 *
 * The first byte says whether the mail is a reply, the first line is the
 * subject, the rest the text; both are made what message.h promises.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "report/report.h"

static void
put_clean(struct str *out, struct span s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c != 0 && (!utf8_is_control(c) || c == '\n' || c == '\t'))
			utf8_put(out, c);
	}
}

static unsigned
count_lines(struct span text)
{
	struct span line;
	unsigned n = 0;

	while (span_line(&text, &line))
		n++;
	return n;
}

static void
pack_of(const struct message *m, struct str *out)
{
	struct arena *a = arena_new();

	report_pack(out, report_find(a, m));
	arena_free(a);
}

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const struct message *m, unsigned lines)
{
	struct arena *a = arena_new();
	struct str one, two, again;
	struct report *back = NULL;

	str_init(&one, 1 << 28);
	str_init(&two, 1 << 28);
	str_init(&again, 1 << 28);
	pack_of(m, &one);
	pack_of(m, &two);
	must(span_eq(str_span(&one), str_span(&two)));
	struct unpack u = {str_span(&one), false};
	must(report_unpack(&u, a, lines, &back) && unpack_end(&u));
	report_pack(&again, back);
	must(span_eq(str_span(&one), str_span(&again)));
	json_t *obj = report_json(m, back, false);
	must(obj != NULL);
	json_decref(obj);
	str_fini(&one);
	str_fini(&two);
	str_fini(&again);
	arena_free(a);
}

/* Bytes that pretend to be a packed report. */
static void
check_frame(struct span bytes)
{
	struct arena *a = arena_new();
	struct report *back = NULL;
	struct unpack u = {bytes, false};
	struct str out;

	if (report_unpack(&u, a, 100, &back)) {
		str_init(&out, 1 << 28);
		report_pack(&out, back);
		str_fini(&out);
	}
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_make(data, size), line = SPAN_NONE;
	struct str subject, text;
	bool reply = size > 0 && data[0] & 1;

	check_frame(rest);
	str_init(&subject, 1 << 20);
	str_init(&text, 1 << 26);
	(void)span_line(&rest, &line);
	put_clean(&subject, line);
	put_clean(&text, rest);
	struct message m = {.subject = subject.text,
		.text = text.text,
		.from = "a@b.example",
		.in_reply_to = reply ? "<1@b.example>" : NULL};
	check(&m, count_lines(str_span(&text)));
	str_fini(&subject);
	str_fini(&text);
	return 0;
}
