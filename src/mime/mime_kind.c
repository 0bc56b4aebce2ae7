/*
 * mime_kind.c - automatic mail told from a person's (standards.md 2 and 10).
 *
 * A row looks at header fields and types, never at what the text says,
 * with two marked exceptions. Each gives its reason as a sentence, or NULL
 * when it does not hold.
 */
#include "mime/mime_kind.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "mime/mime_bounce.h"
#include "mime/mime_headers.h"
#include "mime/mime_text.h"

static const char *
line(struct mime *x, enum field field)
{
	return mime_header_line(x, x->root, field);
}

/* "Header: value", clipped, for a reason. */
const char *
mime_said(struct mime *x, enum field field, const char *value)
{
	return arena_printf(x->arena, "%s: %s", mime_field_names[field],
		mime_line(x->arena, utf8_clip(span_of(value), 60), true));
}

/* The first word of a header's value; comments may stand before it, and
 * parameters after it. */
struct span
mime_first_word(const char *value)
{
	size_t depth = 0;

	if (value == NULL)
		return SPAN_NONE;
	for (; *value != '\0'; value++) {
		if (*value == '(')
			depth++;
		else if (depth == 0 && *value != ' ' && *value != '\t')
			break;
		else if (*value == ')')
			depth--;
		else if (*value == '\\' && depth > 0 && value[1] != '\0')
			value++;
	}
	return span_cut(span_of(value), 0, strcspn(value, " \t;(,"));
}

static const char *
nothing_to_read(struct mime *x)
{
	bool text = mime_is_visible(span_of(x->m->text));

	if (x->root->n_lines > 0 &&
		(text || x->m->from || x->m->subject ||
			x->m->n_attachments > 0))
		return NULL;
	if (text && memchr(x->raw.p, 0, x->raw.n) == NULL)
		return NULL;
	return "no header and no text of it can be read";
}

static bool
is_report(const struct mime *x, const char *type, const char *part)
{
	const char *said = x->root->report_type;

	return (mime_part_is(x->root, "multipart/report") && said != NULL &&
		       span_is_nocase(span_of(said), type)) ||
		(part != NULL && mime_find(x, part) != NULL);
}

static const char *
complaint(struct mime *x)
{
	return is_report(x, "feedback-report", "message/feedback-report") ?
		"a feedback report (RFC 5965)" :
		NULL;
}

static const char *
delivery_report(struct mime *x)
{
	return is_report(x, "delivery-status", "message/delivery-status") ||
			mime_find(x, "message/global-delivery-status") ?
		"a delivery report (RFC 3464)" :
		NULL;
}

static const char *
receipt(struct mime *x)
{
	return is_report(x, "disposition-notification",
		       "message/disposition-notification") ?
		"a receipt that a mail was displayed (RFC 8098)" :
		NULL;
}

struct span
mime_local_part(const char *address)
{
	struct span s = address ? span_of(address) : SPAN_NONE;

	return span_cut(s, 0, span_find_byte(s, '@'));
}

/* Seen from qmail and old Exim: a bounce without a report's structure. */
static const char *
bounce_by_sender(struct mime *x)
{
	const char *sender = x->env->sender;

	if (sender == NULL || *sender != '\0')
		return NULL;
	return span_is_nocase(mime_local_part(x->m->from), "mailer-daemon") ?
		"from a mailer daemon, with an empty envelope sender" :
		NULL;
}

static bool
is_enveloped(const struct part *p)
{
	const char *type = p->smime_type;

	if (!mime_part_is(p, "application/pkcs7-mime") &&
		!mime_part_is(p, "application/x-pkcs7-mime"))
		return false;
	return type == NULL ||
		span_is_nocase(span_of(type), "enveloped-data") ||
		span_is_nocase(span_of(type), "authEnveloped-data");
}

/* The armour of OpenPGP is all there is, but for a covering line or two. */
static bool
is_armour(const char *text)
{
	struct span s = span_of(text), rest = s, one;
	size_t outside = 0;
	bool inside = false, seen = false;

	if (span_find(s, "-----BEGIN PGP MESSAGE-----") == s.n)
		return false;
	while (span_line(&rest, &one)) {
		one = span_trim(one);
		if (span_is(one, "-----BEGIN PGP MESSAGE-----"))
			inside = seen = true;
		else if (span_is(one, "-----END PGP MESSAGE-----"))
			inside = false;
		else if (!inside)
			outside += one.n;
	}
	return seen && outside <= 240;
}

static const char *
encrypted(struct mime *x)
{
	bool text = mime_is_visible(span_of(x->m->text));

	if (mime_part_is(x->root, "multipart/encrypted"))
		return "multipart/encrypted";
	if (is_enveloped(x->root))
		return "S/MIME enveloped data";
	if (is_armour(x->m->text))
		return "an OpenPGP message is all of its text";
	if (text)
		return NULL;
	for (const struct part *p = x->root; p != NULL; p = mime_part_next(p)) {
		if (mime_part_is(p, "multipart/encrypted") ||
			mime_part_is(p, "application/pgp-encrypted"))
			return "an OpenPGP message and no readable text";
		if (is_enveloped(p))
			return "S/MIME enveloped data and no readable text";
	}
	return NULL;
}

const char *
mime_auto_submitted(struct mime *x)
{
	const char *value = line(x, FIELD_AUTO_SUBMITTED);

	if (value == NULL || span_is_nocase(mime_first_word(value), "no"))
		return NULL;
	return mime_said(x, FIELD_AUTO_SUBMITTED, value);
}

/* What answering machines wrote before RFC 3834, and some still do. */
static const char *
auto_header(struct mime *x)
{
	static const enum field names[] = {FIELD_X_AUTOREPLY,
		FIELD_X_AUTO_REPLY, FIELD_X_AUTORESPOND, FIELD_X_AUTORESPONDER,
		FIELD_X_AUTOREPLY_FROM, FIELD_X_MAIL_AUTOREPLY,
		FIELD_X_AUTOGENERATED};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = line(x, names[i]);

		if (value != NULL &&
			!span_is_nocase(mime_first_word(value), "no"))
			return mime_said(x, names[i], value);
	}
	const char *precedence = line(x, FIELD_PRECEDENCE);
	if (span_is_nocase(mime_first_word(precedence), "auto_reply"))
		return mime_said(x, FIELD_PRECEDENCE, precedence);
	return NULL;
}

/* Exception: the subject counts, but only of an answer to something. */
static const char *
auto_subject(struct mime *x)
{
	static const char *const prefixes[] = {"Automatic reply:", "Autoreply:",
		"Auto-reply:", "Auto Reply:", "Auto:", "Out of Office:",
		"Out of the office:", "Automatische Antwort:",
		"Abwesenheitsnotiz:", "Réponse automatique",
		"Respuesta automática:", "Risposta automatica:",
		"Resposta automática:", "Automatisch antwoord:",
		"Automatyczna odpowiedź:", "Автоответ", "自動返信", "自動応答",
		"自动回复"};
	const char *subject = x->m->subject;

	if (subject == NULL ||
		(x->m->in_reply_to == NULL && x->m->n_references == 0 &&
			line(x, FIELD_X_AUTO_RESPONSE_SUPPRESS) == NULL))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (span_starts_nocase(span_of(subject), prefixes[i]))
			return mime_said(x, FIELD_SUBJECT, subject);
	return NULL;
}

static const char *
calendar(struct mime *x)
{
	for (const struct part *p = x->root; p != NULL; p = mime_part_next(p))
		if (mime_part_is(p, "text/calendar") &&
			(p == x->root ||
				(p->method != NULL && p->up != NULL &&
					mime_part_is(p->up,
						"multipart/"
						"alternative"))))
			return p->method ?
				arena_printf(x->arena, "a calendar's %s",
					mime_line(x->arena,
						utf8_clip(
							span_of(p->method), 20),
						true)) :
				"a calendar entry";
	return NULL;
}

const char *
mime_foreign_list(struct mime *x)
{
	static const enum field names[] = {FIELD_LIST_ID, FIELD_LIST_POST,
		FIELD_LIST_UNSUBSCRIBE, FIELD_LIST_HELP, FIELD_LIST_SUBSCRIBE,
		FIELD_LIST_OWNER, FIELD_LIST_ARCHIVE};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = line(x, names[i]);

		if (value == NULL)
			continue;
		return mime_is_own_list(x) ? NULL :
					     mime_said(x, names[i], value);
	}
	return NULL;
}

const char *
mime_null_sender(struct mime *x)
{
	return x->env->sender != NULL && *x->env->sender == '\0' ?
		"the envelope sender is empty" :
		NULL;
}

/*
 * The domain alone would not do: a client on the desk's own machine, as
 * swaks, mutt or a script, ends its Message-IDs in the same host name, and a
 * report sent from there must not be taken for a letter of ours.
 */
static const char *
own_mail(struct mime *x)
{
	const char *domain = x->own->message_domain, *id = x->m->message_id;

	if (domain == NULL || id == NULL || *domain == '\0')
		return NULL;
	struct span whole = span_of(id);
	size_t at = span_find_byte(whole, '@');
	struct span right = span_from(whole, at + 1);
	if (right.n == 0 ||
		!span_is_nocase(span_cut(right, 0, right.n - 1), domain) ||
		!random_token_is(span_cut(whole, 1, at), OWN_ID_LETTERS))
		return NULL;
	return "its Message-ID is one of the desk's own";
}

static const struct kind_rule {
	enum mail_kind kind;
	rule_fn *because;
} kinds[] = {
	{MAIL_UNREADABLE, nothing_to_read},
	{MAIL_COMPLAINT, complaint},
	{MAIL_BOUNCE, delivery_report},
	{MAIL_AUTO_REPLY, receipt},
	{MAIL_BOUNCE, bounce_by_sender},
	{MAIL_AUTO_REPLY, own_mail},
	{MAIL_ENCRYPTED, encrypted},
	{MAIL_AUTO_REPLY, mime_auto_submitted},
	{MAIL_AUTO_REPLY, auto_header},
	{MAIL_AUTO_REPLY, auto_subject},
	{MAIL_CALENDAR, calendar},
	{MAIL_LIST, mime_foreign_list},
	{MAIL_AUTO_REPLY, mime_null_sender},
};

void
mime_kind(struct mime *x)
{
	struct message *m = x->m;

	m->kind = MAIL_PERSON;
	for (size_t i = 0; i < ARRAY_LEN(kinds) && m->kind_because == NULL; i++)
		if ((m->kind_because = kinds[i].because(x)) != NULL)
			m->kind = kinds[i].kind;
	if (m->kind == MAIL_BOUNCE)
		mime_bounce(x);
}
