/*
 * mime_text.c - which parts are what the sender wrote (standards.md 5.1).
 */
#include "mime/mime_text.h"

#include "base/utf8.h"
#include "mime/mime_headers.h"

struct choice {
	struct part **plain, **html;
	size_t n_plain, n_html; /* in reading order */
	bool alternative;       /* an HTML twin of the text was passed over */
};

/* Types that are written to be read as they stand. */
static bool
is_plain(const struct part *p)
{
	static const char *const types[] = {"text/plain", "text/markdown",
		"text/x-markdown", "text/enriched", "text/x-plain"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (mime_part_is(p, types[i]))
			return true;
	return false;
}

/* Each line ends in LF, the last one too; a character cut in two is gone. */
static const char *
finish(struct mime *x, struct span s)
{
	bool ended = s.n == 0 || s.p[s.n - 1] == '\n';
	char *text = arena_alloc(x->arena, s.n + 2);

	if (s.n > 0)
		memcpy(text, s.p, s.n);
	if (!ended)
		text[s.n] = '\n';
	return text;
}

/* What was cut at its maximum may end inside a character. */
static struct span
whole(const struct str *s)
{
	struct span text = str_span(s);
	size_t n = text.n, tail = 0;

	if (!s->cut)
		return text;
	while (tail < 4 && tail < n && (text.p[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	return utf8_valid(span_from(text, n - tail - (tail < n))) ?
		text :
		span_cut(text, 0, n - tail - (tail < n));
}

static const char *
decode_text(struct mime *x, const struct part *p)
{
	AUTO(str_fini) struct str bytes, utf8, flowed, text;

	str_init(&bytes, p->body.n);
	str_init(&utf8, MIME_MAX_TEXT);
	str_init(&flowed, MIME_MAX_TEXT);
	str_init(&text, MIME_MAX_TEXT);
	struct span body = mime_decode(x, p, &bytes);
	bool html = mime_part_is(p, "text/html");
	const char *charset = p->charset == NULL && html ?
		mime_html_charset(x->arena, body) :
		p->charset;
	struct span all = mime_charset_decode(x, &utf8, charset, body);
	bool cut = utf8.cut;
	if (cut)
		all = whole(&utf8);
	if (html) {
		mime_html(&flowed, all);
		all = whole(&flowed);
	}
	mime_clean(x, &text, all);
	cut = cut || flowed.cut || text.cut;
	all = whole(&text);
	if (p->flowed && !html) {
		mime_flowed(&flowed, all, p->delsp);
		cut = cut || flowed.cut;
		all = whole(&flowed);
	}
	if (cut)
		mime_defect(x, "text after the first %d MiB was not read",
			MIME_MAX_TEXT / 1024 / 1024);
	return finish(x, all);
}

static bool
has_text(struct mime *x, struct part *p)
{
	if (p->text == NULL)
		p->text = decode_text(x, p);
	return mime_is_visible(span_of(p->text));
}

static void choose(struct mime *x, struct choice *c, struct part *p);

static void
choose_leaf(struct mime *x, struct choice *c, struct part *p)
{
	if (p->attachment && (p->up != NULL || p->kept))
		return; /* the whole mail may have a name and be its text */
	if (is_plain(p)) {
		p->used = true; /* a blank one is no attachment either */
		if (has_text(x, p))
			c->plain[c->n_plain++] = p;
	} else if (mime_part_is(p, "text/html")) {
		c->html[c->n_html++] = p;
	}
}

/* The last child that has plain text wins; else all that has HTML. */
static void
choose_alternative(struct mime *x, struct choice *c, struct part *p)
{
	size_t plain = c->n_plain, html = c->n_html;

	for (struct part *child = p->down; child != NULL; child = child->next) {
		size_t before = c->n_plain;

		choose(x, c, child);
		if (c->n_plain > before && before > plain) {
			memmove(c->plain + plain, c->plain + before,
				(c->n_plain - before) * sizeof(*c->plain));
			c->n_plain -= before - plain;
		}
	}
	if (c->n_plain == plain)
		return;
	c->alternative = c->alternative || c->n_html > html;
	for (size_t i = html; i < c->n_html; i++)
		c->html[i]->used = true;
	c->n_html = html;
}

static struct part *
related_root(struct mime *x, const struct part *p)
{
	for (struct part *child = p->down; p->start != NULL && child != NULL;
		child = child->next) {
		const char *id = mime_header_line(x, child, FIELD_CONTENT_ID);

		if (id != NULL && strcmp(id, p->start) == 0)
			return child;
	}
	return p->down;
}

/* The depth is bound by MIME_MAX_NESTING. */
static void
choose(struct mime *x, struct choice *c, struct part *p)
{
	if (!mime_part_is_multipart(p)) {
		choose_leaf(x, c, p);
		return;
	}
	if (mime_part_is(p, "multipart/encrypted"))
		return;
	if (mime_part_is(p, "multipart/alternative")) {
		choose_alternative(x, c, p);
		return;
	}
	if (mime_part_is(p, "multipart/related")) {
		if (p->down != NULL)
			choose(x, c, related_root(x, p));
		return;
	}
	for (struct part *child = p->down; child != NULL; child = child->next) {
		choose(x, c, child);
		if (mime_part_is(p, "multipart/signed") ||
			mime_part_is(p, "multipart/report"))
			break;
	}
}

static const char *
join(struct mime *x, struct part *const *parts, size_t n)
{
	AUTO(str_fini) struct str all;

	str_init(&all, MIME_MAX_TEXT);
	if (n == 1)
		return parts[0]->text;
	for (size_t i = 0; i < n; i++)
		str_puts(&all, parts[i]->text);
	if (all.cut)
		mime_defect(x, "text after the first %d MiB was not read",
			MIME_MAX_TEXT / 1024 / 1024);
	return finish(x, whole(&all));
}

/* What Mailman hangs under a mail that passes through: a ruled line, and
 * where the list lives. It makes no HTML mail plain. */
static bool
is_list_footer(const char *text)
{
	enum { RULE = 20, MOST = 2048 };
	struct span s = span_trim(span_of(text));

	return s.n <= MOST && strspn((const char *)s.p, "_") >= RULE;
}

static bool
is_all_footers(const struct choice *c)
{
	for (size_t i = 0; i < c->n_plain; i++)
		if (!is_list_footer(c->plain[i]->text))
			return false;
	return true;
}

void
mime_text(struct mime *x)
{
	struct choice choice = {
		.plain = ARENA_ARRAY(x->arena, x->n_parts, struct part *),
		.html = ARENA_ARRAY(x->arena, x->n_parts, struct part *),
	};
	struct choice *c = &choice;
	struct message *m = x->m;
	size_t visible = 0;

	m->body = BODY_EMPTY;
	m->text = "";
	choose(x, c, x->root);
	if (c->n_plain > 0 && !(c->n_html > 0 && is_all_footers(c))) {
		m->body = c->alternative ? BODY_ALTERNATIVE : BODY_PLAIN;
		m->text = join(x, c->plain, c->n_plain);
		if (c->n_html > 0)
			mime_defect(x,
				"an HTML part beside the plain text "
				"was not read");
		return;
	}
	for (size_t i = 0; i < c->n_html; i++) {
		c->html[i]->used = true;
		if (has_text(x, c->html[i]))
			c->html[visible++] = c->html[i];
	}
	if (visible > 0) {
		m->body = BODY_HTML_ONLY;
		m->text = join(x, c->html, visible);
	}
}

/* A part that is only there for another one to be read or checked. */
static bool
is_machinery(const struct part *p)
{
	static const char *const types[] = {"application/pgp-signature",
		"application/pkcs7-signature", "application/x-pkcs7-signature",
		"application/pgp-encrypted", "message/delivery-status",
		"message/global-delivery-status", "message/feedback-report",
		"message/disposition-notification"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (mime_part_is(p, types[i]))
			return true;
	return false;
}

static bool
is_attachment(const struct part *p)
{
	if (p->used || is_machinery(p))
		return false;
	return !mime_part_is_multipart(p) ||
		(p->down == NULL && mime_is_visible(p->body));
}

/* A forwarded mail is listed with its subject. */
static const char *
attachment_name(struct mime *x, struct part *p, struct span bytes)
{
	struct part inner = {0};

	if (p->name != NULL)
		return mime_file_name(x->arena, p->name);
	if (!mime_part_is(p, "message/rfc822") &&
		!mime_part_is(p, "message/global"))
		return NULL;
	size_t defects = x->n_defects;
	(void)mime_tree_headers(x, &inner, bytes);
	x->n_defects = defects; /* not this mail's */
	return mime_subject(x, &inner);
}

void
mime_attachments(struct mime *x)
{
	AUTO(str_fini) struct str buf;
	struct attachment *list;
	size_t n = 0;

	str_init(&buf, x->raw.n);
	for (struct part *p = x->root; p != NULL; p = mime_part_next(p))
		n += is_attachment(p);
	x->m->attachments = list = ARENA_ARRAY(x->arena, n, struct attachment);
	for (struct part *p = x->root; p != NULL; p = mime_part_next(p)) {
		if (!is_attachment(p))
			continue;
		struct span bytes = mime_decode(x, p, &buf);
		list[x->m->n_attachments++] = (struct attachment){
			.name = attachment_name(x, p, bytes),
			.type = p->type,
			.bytes = bytes.n,
			.sha256 = sha256_of(bytes),
		};
	}
	if (n > 0 && x->m->body == BODY_EMPTY)
		x->m->body = BODY_ATTACHMENTS_ONLY;
}
