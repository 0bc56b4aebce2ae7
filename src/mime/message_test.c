/* message_test.c - what the core refuses to believe of the parse role. */
#include "mime/message.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/test.h"
#include "mime/mime.h"

static struct message
good(void)
{
	return (struct message){
		.kind = MAIL_LIST,
		.kind_because = "List-Id: x",
		.from = "a@b.example",
		.from_name = "A",
		.envelope_sender = "",
		.subject = "s",
		.message_id = "<i@b.example>",
		.text = "one\n\ttwo\n",
		.no_answer_because = "List-Id: x",
	};
}

static bool
survives(const struct message *m)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str frame;
	struct message *again = NULL;

	str_init(&frame, 1 << 24);
	message_pack(&frame, m);
	struct unpack u = {.rest = str_span(&frame)};
	if (!message_unpack(&u, a, &again)) {
		assert_null(again); /* a failed call leaves *out alone */
		return false;
	}
	return unpack_end(&u);
}

static void
good_messages_survive(void **state)
{
	struct message m = good();

	(void)state;
	assert_true(survives(&m));
	m.kind = MAIL_PERSON;
	m.kind_because = NULL;
	assert_true(survives(&m));
	m.answer = true;
	m.no_answer_because = NULL;
	assert_true(survives(&m));
	m.from = m.subject = m.message_id = m.envelope_sender = NULL;
	assert_true(survives(&m));
}

/* One text field that is not what message.h promises. */
static const struct {
	const char *name;
	size_t field;
	const char *value;
} bad_texts[] = {
	{"a control in the text", offsetof(struct message, text), "a\x1b[1m\n"},
	{"a carriage return in the text", offsetof(struct message, text),
		"a\r\n"},
	{"no text", offsetof(struct message, text), NULL},
	{"text that is not UTF-8", offsetof(struct message, text), "\xff"},
	{"a newline in the subject", offsetof(struct message, subject),
		"a\nBcc: x"},
	{"a tab in the name", offsetof(struct message, from_name), "a\tb"},
	{"a C1 control in the name", offsetof(struct message, from_name),
		"a\xc2\x85"},
	{"an address without @", offsetof(struct message, from), "a"},
	{"an address with a blank", offsetof(struct message, from), "a b@c"},
	{"an address with brackets", offsetof(struct message, from), "<a@c>"},
	{"a newline in the envelope", offsetof(struct message, envelope_sender),
		"a@b\nRCPT"},
	{"an id without brackets", offsetof(struct message, message_id), "a@b"},
	{"an id that ends early", offsetof(struct message, in_reply_to),
		"<a@b> <c>"},
	{"an id with a blank", offsetof(struct message, message_id), "<a b>"},
	{"a reason for the kind and none",
		offsetof(struct message, kind_because), NULL},
	{"no answer and no reason", offsetof(struct message, no_answer_because),
		NULL},
	{"a bounce's address", offsetof(struct message, bounce.recipient), "x"},
	{"a bounce's reason in two lines",
		offsetof(struct message, bounce.diagnostic), "a\nb"},
};

static void
bad_texts_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_texts); i++) {
		struct message m = good();

		memcpy((unsigned char *)&m + bad_texts[i].field,
			&bad_texts[i].value, sizeof bad_texts[i].value);
		test_note(bad_texts[i].name);
		assert_false(survives(&m));
	}
}

static const char **
many(size_t n, const char *text)
{
	const char **list = mem_new((n + 1) * sizeof *list);

	for (size_t i = 0; i < n; i++)
		list[i] = text;
	return list;
}

static void
limits_are_checked_again(void **state)
{
	const char **ids = many(MIME_MAX_REFERENCES + 1, "<a@b>");
	const char **addresses = many(MIME_MAX_ADDRESSES + 1, "a@b");
	const char **defects = many(MIME_MAX_DEFECTS + 1, "d");
	struct attachment *files =
		mem_new((MIME_MAX_PARTS + 1) * sizeof *files);
	char *text = mem_new(MIME_MAX_TEXT + 3);
	struct message m = good();

	(void)state;
	for (size_t i = 0; i <= MIME_MAX_PARTS; i++)
		files[i].type = "a/b";
	for (size_t over = 0; over < 2; over++) {
		m = good();
		m.references = ids;
		m.n_references = MIME_MAX_REFERENCES + over;
		assert_int_equal(over == 0, survives(&m));
		m = good();
		m.recipients = addresses;
		m.n_recipients = MIME_MAX_ADDRESSES + over;
		assert_int_equal(over == 0, survives(&m));
		m = good();
		m.defects = defects;
		m.n_defects = MIME_MAX_DEFECTS + over;
		assert_int_equal(over == 0, survives(&m));
		m = good();
		m.attachments = files;
		m.n_attachments = MIME_MAX_PARTS + over;
		assert_int_equal(over == 0, survives(&m));
		m = good();
		memset(text, 'a', MIME_MAX_TEXT + 1 + over);
		m.text = text;
		assert_int_equal(over == 0, survives(&m));
	}
	m = good();
	files[0].bytes = UINT64_MAX;
	m.attachments = files;
	m.n_attachments = 1;
	assert_false(survives(&m));
	files[0] = (struct attachment){.name = "x"}; /* no type */
	assert_false(survives(&m));
	free(ids);
	free(addresses);
	free(defects);
	free(files);
	free(text);
}

/* A frame with one byte changed, at every place, to every value. */
static void
no_byte_can_break_the_reader(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str frame;
	struct message m = good();
	struct message *again;

	(void)state;
	str_init(&frame, 1 << 20);
	message_pack(&frame, &m);
	for (size_t i = 0; i < frame.n; i++)
		for (unsigned v = 0; v < 256; v++) {
			char was = frame.text[i];
			struct unpack u = {.rest = str_span(&frame)};

			frame.text[i] = (char)v;
			if (message_unpack(&u, a, &again)) {
				assert_true(again->kind <= MAIL_UNREADABLE);
				assert_true(again->body <= BODY_EMPTY);
				assert_non_null(again->text);
			}
			frame.text[i] = was;
			arena_reset(a);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("good messages survive", good_messages_survive),
		TEST("texts that break a promise are refused",
			bad_texts_are_refused),
		TEST("limits are checked again", limits_are_checked_again),
		TEST("no byte can break the reader",
			no_byte_can_break_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
