/*
 * mime_bounce.c - what a delivery report says, from its fields alone.
 *
 * Free text is for people: no rule reads it (standards.md 10.7).
 */
#include "mime/mime_bounce.h"

#include "base/utf8.h"
#include "mime/mime_headers.h"
#include "mime/mime_text.h"

const struct part *
mime_find(const struct mime *x, const char *type)
{
	for (const struct part *p = x->root; p != NULL; p = mime_part_next(p))
		if (mime_part_is(p, type))
			return p;
	return NULL;
}

static const struct part *
delivery_status(const struct mime *x)
{
	const struct part *p = mime_find(x, "message/delivery-status");

	return p ? p : mime_find(x, "message/global-delivery-status");
}

/* "rfc822; a@b" or "smtp; 550 ...": what stands after the type. */
static const char *
after_type(const char *value)
{
	const char *semicolon = value ? strchr(value, ';') : NULL;

	value = semicolon ? semicolon + 1 : value;
	while (value != NULL && *value == ' ')
		value++;
	return value;
}

static const char *
recipient(struct mime *x, const struct part *block)
{
	static const enum field names[] = {
		FIELD_FINAL_RECIPIENT, FIELD_ORIGINAL_RECIPIENT};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value =
			after_type(mime_header_line(x, block, names[i]));
		struct span s = value ? span_trim(span_of(value)) : SPAN_NONE;

		if (s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
			s = span_cut(s, 1, s.n - 1);
		const char *address = mime_address(x->arena, s);
		if (address != NULL)
			return address;
	}
	return NULL;
}

static const char *
word(struct mime *x, const struct part *block, enum field field)
{
	const char *value = mime_header_line(x, block, field);
	struct span s = value ? span_trim(span_of(value)) : SPAN_NONE;

	s = span_cut(s, 0, strcspn(value ? value : "", " (;"));
	if (s.n == 0)
		return NULL;
	char *text = arena_text(x->arena, utf8_clip(s, 40));
	for (char *c = text; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	return text;
}

/* One block of fields a recipient, the first failed one counts. */
static void
read_recipients(struct mime *x, struct span rest)
{
	struct bounce *b = &x->m->bounce;

	for (size_t i = 0; rest.n > 0 && i < MIME_MAX_ADDRESSES; i++) {
		struct part block = {.type = ""};
		size_t before = rest.n;

		rest = mime_tree_headers(x, &block, rest);
		if (rest.n == before) /* a line that is no field */
			(void)span_line(&rest, &(struct span){0});
		const char *action = word(x, &block, FIELD_ACTION);
		const char *to = recipient(x, &block);
		if (action == NULL && to == NULL)
			continue;
		bool failed = action != NULL && strcmp(action, "failed") == 0;
		if ((b->action != NULL || b->recipient != NULL) && !failed)
			continue;
		const char *diagnostic = after_type(
			mime_header_line(x, &block, FIELD_DIAGNOSTIC_CODE));
		b->action = action;
		b->recipient = to;
		b->status = word(x, &block, FIELD_STATUS);
		b->diagnostic = diagnostic ?
			mime_line(x->arena, span_of(diagnostic), true) :
			NULL;
		if (failed)
			return;
	}
}

static const char *
returned_id(struct mime *x)
{
	static const char *const types[] = {"message/rfc822",
		"text/rfc822-headers", "message/rfc822-headers",
		"message/global", "message/global-headers"};
	AUTO(str_fini) struct str buf;

	str_init(&buf, x->raw.n);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct part *p = mime_find(x, types[i]);
		struct part inner = {.type = ""};

		if (p == NULL)
			continue;
		size_t defects = x->n_defects;
		(void)mime_tree_headers(x, &inner, mime_decode(x, p, &buf));
		x->n_defects = defects; /* not this mail's */
		return mime_id(x, &inner, FIELD_MESSAGE_ID);
	}
	return NULL;
}

void
mime_bounce(struct mime *x)
{
	const struct part *p = delivery_status(x);
	AUTO(str_fini) struct str buf;

	str_init(&buf, x->raw.n);
	x->m->bounce.message_id = returned_id(x);
	if (p == NULL)
		return;
	size_t defects = x->n_defects;
	read_recipients(x, mime_decode(x, p, &buf));
	x->n_defects = defects;
}
