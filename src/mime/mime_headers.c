/*
 * mime_headers.c - the header fields of a mail as values.
 *
 * Addresses and encoded words are read by the library; what it gives back
 * is foreign still, and is made visible and checked here.
 */
#include "mime/mime_headers.h"

#include <gmime/gmime.h>

#include "base/utf8.h"
#include "mime/mime_limits.h"
#include "mime/mime_text.h"

static void
unref(void *object)
{
	GObject **o = object;

	if (*o != NULL)
		g_object_unref(*o);
}

enum { LONGEST_ADDRESS = 320, LONGEST_ID = 998, LONGEST_SUBJECT = 2000 };

static bool
is_address_character(uint32_t c)
{
	return c > 0x20 && c != 0x7f && c != '<' && c != '>' && c != ',' &&
		c != 0xa0 && c != 0xfffd && !utf8_is_control(c) &&
		!utf8_is_bidi(c) && c != 0x2028 && c != 0x2029;
}

/* Letters, digits, hyphens and dots; UTF-8 of any kind; or a literal. */
static bool
is_domain(struct span s)
{
	bool literal = s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';

	if (literal)
		s = span_cut(s, 1, s.n - 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];
		bool word = (c >= '0' && c <= '9') || c >= 0x80 ||
			((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!word && c != '.' && c != '-' && c != '_' &&
			!(literal && c == ':'))
			return false;
	}
	return s.n > 0 && s.p[0] != '.' && s.p[0] != '-';
}

const char *
mime_address(struct arena *a, struct span s)
{
	size_t at = s.n;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at < 2 || at == s.n || s.n > LONGEST_ADDRESS || !utf8_valid(s) ||
		!is_domain(span_from(s, at)))
		return NULL;
	for (size_t i = 0; i < s.n;)
		if (!is_address_character(utf8_next(s, &i)))
			return NULL;
	char *address = arena_text(a, s);
	for (char *c = address + at; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	return address;
}

/* One list of the library's, groups opened: their members count. */
struct boxes {
	struct mime *x;
	struct mailbox *list;
	size_t n, cap;
};

static void
reserve(struct boxes *b, size_t want)
{
	struct mailbox *grown;

	if (want <= b->cap)
		return;
	want = want < 2 * b->cap ? 2 * b->cap : want;
	grown = ARENA_ARRAY(b->x->arena, want, struct mailbox);
	if (b->n > 0)
		memcpy(grown, b->list, b->n * sizeof *grown);
	b->list = grown;
	b->cap = want;
}

static void
add_mailbox(struct boxes *b, InternetAddress *one)
{
	InternetAddressMailbox *box = INTERNET_ADDRESS_MAILBOX(one);
	const char *name = internet_address_get_name(one);
	const char *raw = internet_address_mailbox_get_addr(box);
	const char *address =
		raw ? mime_address(b->x->arena, span_of(raw)) : NULL;

	if (address == NULL) {
		mime_defect(b->x, "an address in the headers is not one");
		return;
	}
	if (b->n == MIME_MAX_ADDRESSES)
		return;
	reserve(b, b->n + 1);
	name = name ? mime_line(b->x->arena, span_trim(span_of(name)), true) :
		      NULL;
	if (name != NULL && *name == '\0')
		name = NULL;
	b->list[b->n++] = (struct mailbox){name, address};
}

static void
add_list(struct boxes *b, InternetAddressList *list, unsigned depth)
{
	int n = list ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n; i++) {
		InternetAddress *one =
			internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(one))
			add_mailbox(b, one);
		else if (INTERNET_ADDRESS_IS_GROUP(one) && depth == 0)
			add_list(b,
				internet_address_group_get_members(
					INTERNET_ADDRESS_GROUP(one)),
				1);
	}
}

static void
read_mailboxes(struct boxes *b, struct span value)
{
	AUTO(unref) InternetAddressList *list = NULL;
	size_t items;

	value = mime_limit_addresses(
		b->x, value, MIME_MAX_ADDRESSES - b->n, &items);
	if (items == 0)
		return;
	list = internet_address_list_parse(
		NULL, mime_line(b->x->arena, value, false));
	reserve(b, b->n + items);
	add_list(b, list, 0);
}

size_t
mime_mailboxes(struct mime *x, const struct part *p, enum field field,
	struct mailbox **out)
{
	struct boxes b = {.x = x};

	for (size_t i = 0; i < p->n_headers; i++)
		if (p->headers[i].field == field)
			read_mailboxes(&b, p->headers[i].value);
	*out = b.list;
	return b.n;
}

/* local+detail@domain against local@domain. */
static bool
is_same_mailbox(struct span address, struct span own)
{
	size_t at = span_find_byte(address, '@');
	size_t plus = span_find_byte(span_cut(address, 0, at), '+');

	if (span_eq_nocase(address, own))
		return true;
	if (plus == at)
		return false;
	size_t own_at = span_find_byte(own, '@');
	return span_eq_nocase(
		       span_cut(address, 0, plus), span_cut(own, 0, own_at)) &&
		span_eq_nocase(span_from(address, at), span_from(own, own_at));
}

/* The desk's addresses, and after them those that this mail came in by:
 * what is delivered here is ours. NULL at the end. */
static const char *
own_address(const struct mime *x, size_t i)
{
	if (i < x->own->n)
		return x->own->addresses[i];
	i -= x->own->n;
	return i < x->env->n_rcpts ? x->env->rcpts[i] : NULL;
}

bool
mime_is_own(const struct mime *x, const char *address)
{
	const char *own;

	for (size_t i = 0; address && (own = own_address(x, i)) != NULL; i++)
		if (is_same_mailbox(span_of(address), span_of(own)))
			return true;
	return false;
}

/* A List-Id is the list's address with a dot for its @ (RFC 2919). */
static bool
is_own_list_id(const struct mime *x, struct span id)
{
	size_t open = span_find_byte(id, '<');
	const char *address;

	id = span_from(id, open == id.n ? 0 : open + 1);
	id = span_trim(span_cut(id, 0, span_find_byte(id, '>')));
	for (size_t i = 0; (address = own_address(x, i)) != NULL; i++) {
		struct span own = span_of(address);
		size_t at = span_find_byte(own, '@');

		if (id.n == own.n && at < own.n && id.p[at] == '.' &&
			span_eq_nocase(
				span_cut(id, 0, at), span_cut(own, 0, at)) &&
			span_eq_nocase(
				span_from(id, at + 1), span_from(own, at + 1)))
			return true;
	}
	return false;
}

static bool
names_own(const struct mime *x, const char *text)
{
	const char *own;

	for (size_t i = 0; text && (own = own_address(x, i)) != NULL; i++) {
		struct span s = span_of(text);
		size_t at = span_find_nocase(s, own), n = strlen(own);

		if (at == s.n || n == 0)
			continue;
		bool starts = at == 0 || strchr(" :<,", s.p[at - 1]) != NULL;
		bool ends =
			at + n == s.n || strchr(" >,;?", s.p[at + n]) != NULL;
		if (starts && ends)
			return true;
	}
	return false;
}

bool
mime_is_own_list(struct mime *x)
{
	const struct header *id = mime_header(x->root, FIELD_LIST_ID, NULL);

	return (id != NULL && is_own_list_id(x, id->value)) ||
		names_own(x, mime_header_line(x, x->root, FIELD_LIST_POST)) ||
		names_own(x, mime_header_line(x, x->root, FIELD_MAILING_LIST));
}

/* A line for people: clipped, for nobody reads on. */
static const char *
shown_line(struct mime *x, struct span s, size_t max, const char *what)
{
	if (s.n > max)
		mime_defect(x, "%s was cut after %zu bytes", what, max);
	return mime_line(x->arena, utf8_clip(s, max), true);
}

const char *
mime_subject(struct mime *x, const struct part *p)
{
	const char *raw = mime_header_line(x, p, FIELD_SUBJECT);
	AUTO(str_fini) struct str decoded;

	str_init(&decoded, MIME_MAX_HEADER_BYTES * 3);
	if (raw == NULL || strstr(raw, "=?") == NULL)
		return raw ? shown_line(x, span_of(raw), LONGEST_SUBJECT,
				     "the subject") :
			     NULL;
	mime_words(x, &decoded, span_of(raw));
	return shown_line(x, span_trim(str_span(&decoded)), LONGEST_SUBJECT,
		"the subject");
}

const char *
mime_file_name(struct arena *a, const char *raw)
{
	AUTO(str_fini) struct str out;
	struct span s = span_of(raw);

	str_init(&out, 255);
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '/' || s.p[i] == '\\') {
			s = span_from(s, i + 1);
			break;
		}
	s = utf8_clip(span_trim(s), 255);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c != '\t' && c != '\n' && !utf8_is_control(c) &&
			!utf8_is_bidi(c) && c != 0x2028 && c != 0x2029)
			utf8_put(&out, c);
	}
	if (out.n == 0 || strcmp(out.text, ".") == 0 ||
		strcmp(out.text, "..") == 0)
		return NULL;
	return mime_line(a, str_span(&out), true);
}

/* The next id in *rest, brackets and all; blanks inside are dropped. */
static const char *
next_id(struct arena *a, struct span *rest)
{
	while (rest->n > 0) {
		*rest = span_from(*rest, span_find_byte(*rest, '<'));
		size_t end = span_find_byte(*rest, '>');
		struct span id = span_cut(*rest, 0, end + 1);

		if (end == rest->n)
			*rest = SPAN_NONE;
		else
			*rest = span_from(*rest, end + 1);
		if (end == id.n || id.n < 3 || id.n > LONGEST_ID)
			continue;
		char *text = arena_text(a, id), *to = text;
		for (const char *c = text; *c != '\0'; c++)
			if (*c != ' ')
				*to++ = *c;
		*to = '\0';
		return text;
	}
	return NULL;
}

const char *
mime_id(struct mime *x, const struct part *p, enum field field)
{
	const char *line = mime_header_line(x, p, field);

	if (line == NULL)
		return NULL;
	struct span rest = span_of(line);
	return next_id(x->arena, &rest);
}

/* Oldest first; too many lose their middle, never the first (3.9). */
static void
read_references(struct mime *x)
{
	const char *line = mime_header_line(x, x->root, FIELD_REFERENCES);
	struct span rest = line ? span_of(line) : SPAN_NONE;
	const char **list;
	size_t n = 0, total = 0;

	if (line == NULL)
		return;
	list = ARENA_ARRAY(x->arena, MIME_MAX_REFERENCES, const char *);
	for (const char *id; (id = next_id(x->arena, &rest)) != NULL; total++)
		if (n < MIME_MAX_REFERENCES)
			list[n++] = id;
		else /* a ring over all places but the first */
			list[1 + (total - 1) % (MIME_MAX_REFERENCES - 1)] = id;
	if (total > n) {
		const char **turned = ARENA_ARRAY(
			x->arena, MIME_MAX_REFERENCES, const char *);

		turned[0] = list[0];
		for (size_t i = 1; i < n; i++)
			turned[i] = list[1 + (total - n + i - 1) % (n - 1)];
		list = turned;
		mime_defect(x, "%zu references were dropped from the middle",
			total - n);
	}
	x->m->references = list;
	x->m->n_references = n;
}

static void
read_recipients(struct mime *x)
{
	struct mailbox *to, *cc;
	size_t n_to = mime_mailboxes(x, x->root, FIELD_TO, &to);
	size_t n_cc = mime_mailboxes(x, x->root, FIELD_CC, &cc);
	const char **list = ARENA_ARRAY(x->arena, n_to + n_cc, const char *);

	for (size_t i = 0; i < n_to + n_cc; i++) {
		if (i == MIME_MAX_ADDRESSES) {
			mime_defect(x,
				"addresses after the first %d were not read",
				MIME_MAX_ADDRESSES);
			break;
		}
		list[x->m->n_recipients++] =
			i < n_to ? to[i].address : cc[i - n_to].address;
	}
	x->m->recipients = list;
}

/* "Jane Doe via Security": how a list names the author it replaced. */
static const char *
name_before_via(struct arena *a, const char *name)
{
	struct span s = name ? span_of(name) : SPAN_NONE;
	size_t via = span_find_nocase(s, " via ");

	if (via == s.n)
		return name;
	s = span_trim(span_cut(s, 0, via));
	while (s.n > 1 && (s.p[0] == '\'' || s.p[0] == '"'))
		s = span_cut(s, 1, s.n - (s.p[s.n - 1] == s.p[0]));
	return s.n > 0 ? arena_text(a, s) : NULL;
}

/* A list of the desk's put its own address into From: who wrote it? */
static struct mailbox
true_author(struct mime *x, struct mailbox from)
{
	static const enum field headers[] = {
		FIELD_X_ORIGINAL_FROM, FIELD_X_ORIGINAL_SENDER, FIELD_REPLY_TO};

	from.name = name_before_via(x->arena, from.name);
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct mailbox *list;
		size_t n = mime_mailboxes(x, x->root, headers[i], &list);

		for (size_t k = 0; k < n; k++)
			if (!mime_is_own(x, list[k].address))
				return (struct mailbox){
					list[k].name ? list[k].name : from.name,
					list[k].address};
	}
	return from;
}

static void
read_author(struct mime *x)
{
	struct mailbox *from, *reply;
	size_t n = mime_mailboxes(x, x->root, FIELD_FROM, &from);
	struct mailbox author;

	if (mime_mailboxes(x, x->root, FIELD_REPLY_TO, &reply) > 0)
		x->m->reply_to = reply[0].address;
	if (n == 0) {
		mime_defect(x,
			"no author: the From header is missing or "
			"names no address");
		return;
	}
	author = from[0];
	if (mime_is_own(x, author.address))
		author = true_author(x, author);
	if (author.name != NULL && strchr(author.name, '@') != NULL &&
		span_find_nocase(span_of(author.name), author.address) ==
			strlen(author.name))
		mime_defect(x, "the sender's name looks like another address");
	x->n_from = n;
	if (n > 1)
		mime_defect(x, "the From header names %zu addresses", n);
	x->m->from = author.address;
	x->m->from_name = author.name;
}

static void
tell_repeats(struct mime *x)
{
	static const enum field once[] = {FIELD_FROM, FIELD_SUBJECT,
		FIELD_MESSAGE_ID, FIELD_DATE, FIELD_IN_REPLY_TO,
		FIELD_REFERENCES, FIELD_REPLY_TO, FIELD_SENDER};

	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		size_t n;

		(void)mime_header(x->root, once[i], &n);
		if (n > 1)
			mime_defect(x, "%s comes %zu times",
				mime_field_names[once[i]], n);
	}
}

void
mime_headers(struct mime *x)
{
	struct message *m = x->m;

	tell_repeats(x);
	read_author(x);
	read_recipients(x);
	m->subject = mime_subject(x, x->root);
	m->message_id = mime_id(x, x->root, FIELD_MESSAGE_ID);
	m->in_reply_to = mime_id(x, x->root, FIELD_IN_REPLY_TO);
	read_references(x);
}
