/*
 * message.c - a message across the wall between two processes.
 *
 * What packs here is the parse role, which every stranger's byte went
 * through; what unpacks is the core, which believes nothing: each value is
 * held against the promises of message.h again.
 */
#include "mime/message.h"

#include "base/utf8.h"
#include "mime/mime.h"

const char *const mail_kind_names[MAIL_KIND_COUNT] = {
	[MAIL_PERSON] = "person",
	[MAIL_AUTO_REPLY] = "auto-reply",
	[MAIL_BOUNCE] = "bounce",
	[MAIL_COMPLAINT] = "complaint",
	[MAIL_LIST] = "list",
	[MAIL_CALENDAR] = "calendar",
	[MAIL_ENCRYPTED] = "encrypted",
	[MAIL_UNREADABLE] = "unreadable",
};

const char *const mail_body_names[MAIL_BODY_COUNT] = {
	[BODY_PLAIN] = "plain",
	[BODY_ALTERNATIVE] = "alternative",
	[BODY_HTML_ONLY] = "html-only",
	[BODY_ATTACHMENTS_ONLY] = "attachments-only",
	[BODY_EMPTY] = "empty",
};

enum { MAX_LINE_TEXT = 4 * MIME_MAX_HEADER_BYTES, MAX_ADDRESS = 320 };

/* --- pack --- */

static void
pack_texts(struct str *out, const char *const *list, size_t n)
{
	pack_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_text(out, list[i]);
}

static void
pack_bounce(struct str *out, const struct bounce *b)
{
	pack_text(out, b->action);
	pack_text(out, b->status);
	pack_text(out, b->recipient);
	pack_text(out, b->message_id);
	pack_text(out, b->diagnostic);
}

static void
pack_attachment(struct str *out, const struct attachment *one)
{
	pack_text(out, one->name);
	pack_text(out, one->type);
	pack_i64(out, (int64_t)one->bytes);
	str_put(out, span_make(one->sha256.b, HASH_BYTES));
}

void
message_pack(struct str *out, const struct message *m)
{
	pack_u8(out, (uint8_t)m->kind);
	pack_text(out, m->kind_because);
	pack_text(out, m->from);
	pack_text(out, m->from_name);
	pack_text(out, m->reply_to);
	pack_text(out, m->envelope_sender);
	pack_text(out, m->subject);
	pack_text(out, m->message_id);
	pack_text(out, m->in_reply_to);
	pack_texts(out, m->references, m->n_references);
	pack_texts(out, m->recipients, m->n_recipients);
	pack_u8(out, (uint8_t)m->body);
	pack_text(out, m->text);
	pack_u8(out, m->answer);
	pack_text(out, m->no_answer_because);
	pack_bounce(out, &m->bounce);
	pack_u32(out, (uint32_t)m->n_attachments);
	for (size_t i = 0; i < m->n_attachments; i++)
		pack_attachment(out, &m->attachments[i]);
	pack_texts(out, m->defects, m->n_defects);
}

/* --- unpack --- */

/* What a text may hold besides being UTF-8, which unpack_text() sees to. */
enum form { FORM_TEXT, FORM_LINE, FORM_ADDRESS, FORM_ID };

static bool
is_form(const char *text, enum form form)
{
	struct span s = span_of(text);

	if (s.n > (form == FORM_TEXT ? MIME_MAX_TEXT + 1 : MAX_LINE_TEXT))
		return false;
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (utf8_is_control(c) ||
			(form != FORM_TEXT && (c == '\n' || c == '\t')) ||
			(form >= FORM_ADDRESS && c == ' '))
			return false;
	}
	if (form == FORM_ADDRESS)
		return s.n <= MAX_ADDRESS && s.n > 2 &&
			span_find_byte(s, '@') < s.n &&
			span_find_byte(s, '<') == s.n &&
			span_find_byte(s, '>') == s.n;
	if (form == FORM_ID)
		return s.n > 2 && s.p[0] == '<' &&
			span_find_byte(s, '>') == s.n - 1;
	return true;
}

static const char *
text(struct unpack *u, struct arena *a, enum form form)
{
	const char *got = unpack_text(u, a);

	if (got != NULL && !u->bad && !is_form(got, form))
		u->bad = true;
	return u->bad ? NULL : got;
}

static const char *
wanted(struct unpack *u, struct arena *a, enum form form)
{
	const char *got = text(u, a, form);

	u->bad = u->bad || got == NULL;
	return got;
}

static const char *const *
texts(struct unpack *u, struct arena *a, enum form form, size_t max, size_t *n)
{
	uint32_t count = unpack_u32(u, (uint32_t)max);
	const char **list = ARENA_ARRAY(a, count, const char *);

	for (uint32_t i = 0; i < count && !u->bad; i++)
		list[i] = wanted(u, a, form);
	*n = u->bad ? 0 : count;
	return list;
}

static unsigned
choice(struct unpack *u, unsigned count)
{
	unsigned v = unpack_u8(u);

	if (v < count)
		return v;
	u->bad = true;
	return 0;
}

static void
unpack_bounce(struct unpack *u, struct arena *a, struct bounce *b)
{
	b->action = text(u, a, FORM_LINE);
	b->status = text(u, a, FORM_LINE);
	b->recipient = text(u, a, FORM_ADDRESS);
	b->message_id = text(u, a, FORM_ID);
	b->diagnostic = text(u, a, FORM_LINE);
}

static void
unpack_attachments(struct unpack *u, struct arena *a, struct message *m)
{
	uint32_t n = unpack_u32(u, MIME_MAX_PARTS);
	struct attachment *list = ARENA_ARRAY(a, n, struct attachment);

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		list[i].name = text(u, a, FORM_LINE);
		list[i].type = wanted(u, a, FORM_LINE);
		int64_t bytes = unpack_i64(u);
		list[i].bytes = (uint64_t)bytes;
		u->bad = u->bad || bytes < 0 || u->rest.n < HASH_BYTES;
		if (u->bad)
			return;
		memcpy(list[i].sha256.b, u->rest.p, HASH_BYTES);
		u->rest = span_from(u->rest, HASH_BYTES);
	}
	m->attachments = list;
	m->n_attachments = u->bad ? 0 : n;
}

static const char *
sender(struct unpack *u, struct arena *a)
{
	const char *got = text(u, a, FORM_LINE);

	/* "" is the null path; what a client gave us need not be clean */
	return got;
}

bool
message_unpack(struct unpack *u, struct arena *a, struct message **out)
{
	struct message *m = ARENA_NEW(a, struct message);

	m->kind = (enum mail_kind)choice(u, MAIL_KIND_COUNT);
	m->kind_because = text(u, a, FORM_LINE);
	m->from = text(u, a, FORM_ADDRESS);
	m->from_name = text(u, a, FORM_LINE);
	m->reply_to = text(u, a, FORM_ADDRESS);
	m->envelope_sender = sender(u, a);
	m->subject = text(u, a, FORM_LINE);
	m->message_id = text(u, a, FORM_ID);
	m->in_reply_to = text(u, a, FORM_ID);
	m->references =
		texts(u, a, FORM_ID, MIME_MAX_REFERENCES, &m->n_references);
	m->recipients =
		texts(u, a, FORM_ADDRESS, MIME_MAX_ADDRESSES, &m->n_recipients);
	m->body = (enum mail_body)choice(u, MAIL_BODY_COUNT);
	m->text = wanted(u, a, FORM_TEXT);
	m->answer = choice(u, 2) == 1;
	m->no_answer_because = text(u, a, FORM_LINE);
	unpack_bounce(u, a, &m->bounce);
	unpack_attachments(u, a, m);
	m->defects = texts(u, a, FORM_LINE, MIME_MAX_DEFECTS, &m->n_defects);
	if (m->answer != (m->no_answer_because == NULL) ||
		(m->kind == MAIL_PERSON) != (m->kind_because == NULL))
		u->bad = true;
	if (u->bad)
		return false;
	*out = m;
	return true;
}
