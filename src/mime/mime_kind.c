/*
 * mime_kind.c - automatic mail told from a person's (standards.md 2 and 10).
 *
 * A row looks at header fields and types, never at what the text says,
 * with two marked exceptions. Each gives its reason as a sentence, or NULL
 * when it does not hold.
 */
#include "mime/mime_kind.h"

#include "base/utf8.h"
#include "mime/mime_bounce.h"
#include "mime/mime_headers.h"
#include "mime/mime_text.h"

typedef const char *rule_fn(struct mime *x);

static const char *
line(struct mime *x, enum field field)
{
	return mime_header_line(x, x->root, field);
}

/* "Header: value", clipped, for a reason. */
static const char *
shown(struct mime *x, enum field field, const char *value)
{
	return arena_printf(x->arena, "%s: %s", mime_field_names[field],
		mime_line(x->arena, utf8_clip(span_of(value), 60), true));
}

/* The first word of a header's value; comments may stand before it, and
 * parameters after it. */
static struct span
first_word(const char *value)
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

static bool
has_word(const char *list, const char *word)
{
	struct span rest = list ? span_of(list) : SPAN_NONE, item;

	while (span_split(&rest, ',', &item))
		if (span_is_nocase(span_trim(item), word))
			return true;
	return false;
}

/* --- kinds --- */

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

static struct span
local_part(const char *address)
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
	return span_is_nocase(local_part(x->m->from), "mailer-daemon") ?
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

static const char *
auto_submitted(struct mime *x)
{
	const char *value = line(x, FIELD_AUTO_SUBMITTED);

	if (value == NULL || span_is_nocase(first_word(value), "no"))
		return NULL;
	return shown(x, FIELD_AUTO_SUBMITTED, value);
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

		if (value != NULL && !span_is_nocase(first_word(value), "no"))
			return shown(x, names[i], value);
	}
	const char *precedence = line(x, FIELD_PRECEDENCE);
	if (span_is_nocase(first_word(precedence), "auto_reply"))
		return shown(x, FIELD_PRECEDENCE, precedence);
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
			return shown(x, FIELD_SUBJECT, subject);
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

static const char *
foreign_list(struct mime *x)
{
	static const enum field names[] = {FIELD_LIST_ID, FIELD_LIST_POST,
		FIELD_LIST_UNSUBSCRIBE, FIELD_LIST_HELP, FIELD_LIST_SUBSCRIBE,
		FIELD_LIST_OWNER, FIELD_LIST_ARCHIVE};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = line(x, names[i]);

		if (value == NULL)
			continue;
		return mime_is_own_list(x) ? NULL : shown(x, names[i], value);
	}
	return NULL;
}

static const char *
null_sender(struct mime *x)
{
	return x->env->sender != NULL && *x->env->sender == '\0' ?
		"the envelope sender is empty" :
		NULL;
}

static const char *
own_mail(struct mime *x)
{
	const char *domain = x->own->message_domain, *id = x->m->message_id;

	if (domain == NULL || id == NULL || *domain == '\0')
		return NULL;
	struct span right = span_of(id);
	right = span_from(right, span_find_byte(right, '@') + 1);
	if (right.n == 0 ||
		!span_is_nocase(span_cut(right, 0, right.n - 1), domain))
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
	{MAIL_AUTO_REPLY, auto_submitted},
	{MAIL_AUTO_REPLY, auto_header},
	{MAIL_AUTO_REPLY, auto_subject},
	{MAIL_CALENDAR, calendar},
	{MAIL_LIST, foreign_list},
	{MAIL_AUTO_REPLY, null_sender},
};

/* --- answers --- */

static const char *
no_sender(struct mime *x)
{
	return x->env->sender == NULL ? "the envelope sender is not known" :
					NULL;
}

static const char *
not_a_letter(struct mime *x)
{
	switch (x->m->kind) {
	case MAIL_PERSON:
	case MAIL_ENCRYPTED:
		return NULL;
	case MAIL_AUTO_REPLY:
	case MAIL_BOUNCE:
	case MAIL_COMPLAINT:
	case MAIL_LIST:
	case MAIL_CALENDAR:
	case MAIL_UNREADABLE:
		break;
	}
	return x->m->kind_because;
}

static const char *
several_authors(struct mime *x)
{
	size_t headers;

	(void)mime_header(x->root, FIELD_FROM, &headers);
	if (x->m->from == NULL)
		return "the From header names no address";
	if (headers > 1)
		return "there are several From headers";
	return x->n_from > 1 ? "the From header names several addresses" : NULL;
}

static const char *
own_sender(struct mime *x)
{
	return mime_is_own(x, x->m->from) || mime_is_own(x, x->env->sender) ?
		"it comes from an address of the desk itself" :
		NULL;
}

static const char *
any_report(struct mime *x)
{
	return mime_part_is(x->root, "multipart/report") ?
		"it is a report of a machine (multipart/report)" :
		NULL;
}

static const char *
bulk(struct mime *x)
{
	const char *value = line(x, FIELD_PRECEDENCE);
	struct span word = first_word(value);

	return span_is_nocase(word, "bulk") || span_is_nocase(word, "junk") ||
			span_is_nocase(word, "list") ?
		shown(x, FIELD_PRECEDENCE, value) :
		NULL;
}

static const char *
suppressed(struct mime *x)
{
	const char *value = line(x, FIELD_X_AUTO_RESPONSE_SUPPRESS);

	return has_word(value, "All") || has_word(value, "OOF") ||
			has_word(value, "AutoReply") ?
		shown(x, FIELD_X_AUTO_RESPONSE_SUPPRESS, value) :
		NULL;
}

static bool
is_machine(struct span local)
{
	static const char *const whole[] = {
		"mailer-daemon", "postmaster", "listserv", "majordomo"};
	static const char *const start[] = {"owner-", "noreply", "no-reply",
		"no_reply", "no.reply", "donotreply", "do-not-reply",
		"do_not_reply", "bounce+", "bounces+", "bounce-", "bounces-"};
	static const char *const end[] = {"-request", "-bounces", "-bounce",
		"-noreply", "-no-reply", ".noreply", "_noreply", "-owner"};

	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (span_is_nocase(local, whole[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(start); i++)
		if (span_starts_nocase(local, start[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(end); i++)
		if (span_ends_nocase(local, end[i]))
			return true;
	return false;
}

static const char *
machine_sender(struct mime *x)
{
	if (is_machine(local_part(x->m->from)))
		return arena_printf(
			x->arena, "nobody reads mail to %s", x->m->from);
	if (is_machine(local_part(x->env->sender)))
		return "nobody reads mail to its envelope sender";
	return NULL;
}

enum { MOST_HOPS = 100 }; /* RFC 5321 6.3 */

static const char *
loop(struct mime *x)
{
	size_t hops;

	(void)mime_header(x->root, FIELD_RECEIVED, &hops);
	if (hops > MOST_HOPS)
		mime_defect(
			x, "%zu Received headers: it may be in a loop", hops);
	return hops > MOST_HOPS ? "it may be in a loop" : NULL;
}

/* The domains without regard to case, the local parts exactly (3.10). */
static bool
is_same_address(const char *a, const char *b)
{
	struct span x = local_part(a), y = local_part(b);

	return span_eq(x, y) &&
		span_eq_nocase(
			span_from(span_of(a), x.n), span_from(span_of(b), y.n));
}

static const char *
unproven_sender(struct mime *x)
{
	return is_same_address(x->env->sender, x->m->from) ?
		NULL :
		"the return path is not the From address; it waits for a "
		"person";
}

static rule_fn *const answers[] = {
	no_sender,
	null_sender,
	not_a_letter,
	several_authors,
	own_sender,
	any_report,
	auto_submitted,
	foreign_list,
	bulk,
	suppressed,
	machine_sender,
	loop,
	unproven_sender,
};

void
mime_kind(struct mime *x)
{
	struct message *m = x->m;

	m->kind = MAIL_PERSON;
	for (size_t i = 0; i < ARRAY_LEN(kinds) && m->kind_because == NULL; i++)
		if ((m->kind_because = kinds[i].because(x)) != NULL)
			m->kind = kinds[i].kind;
	for (size_t i = 0;
		i < ARRAY_LEN(answers) && m->no_answer_because == NULL; i++)
		m->no_answer_because = answers[i](x);
	m->answer = m->no_answer_because == NULL;
	if (m->kind == MAIL_BOUNCE)
		mime_bounce(x);
}
