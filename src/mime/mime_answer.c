/*
 * mime_answer.c - may a machine answer this mail (standards.md 2)?
 *
 * A table of reasons why not; the first that holds is the one told. A mail
 * that is not answered by itself waits for a person, it is never dropped.
 */
#include "mime/mime_headers.h"
#include "mime/mime_kind.h"

#include <glib.h>

static const char *
line(struct mime *x, enum field field)
{
	return mime_header_line(x, x->root, field);
}

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
	struct span word = mime_first_word(value);

	return span_is_nocase(word, "bulk") || span_is_nocase(word, "junk") ||
			span_is_nocase(word, "list") ?
		mime_said(x, FIELD_PRECEDENCE, value) :
		NULL;
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

static const char *
suppressed(struct mime *x)
{
	const char *value = line(x, FIELD_X_AUTO_RESPONSE_SUPPRESS);

	return has_word(value, "All") || has_word(value, "OOF") ||
			has_word(value, "AutoReply") ?
		mime_said(x, FIELD_X_AUTO_RESPONSE_SUPPRESS, value) :
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
	if (is_machine(mime_local_part(x->m->from)))
		return arena_printf(
			x->arena, "nobody reads mail to %s", x->m->from);
	if (is_machine(mime_local_part(x->env->sender)))
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

/*
 * Without regard to case, and to whether an international name is written in
 * its letters or as "xn--": clients put one in From and the other in MAIL.
 */
static bool
is_same_domain(const char *a, const char *b)
{
	char *x = g_hostname_to_ascii(a), *y = g_hostname_to_ascii(b);
	bool same = span_eq_nocase(span_of(x ? x : a), span_of(y ? y : b));

	g_free(x);
	g_free(y);
	return same;
}

/* The local parts must be equal exactly (3.10). */
static bool
is_same_address(const char *a, const char *b)
{
	struct span x = mime_local_part(a), y = mime_local_part(b);

	if (!span_eq(x, y) || a[x.n] != b[y.n])
		return false;
	return a[x.n] == '\0' || is_same_domain(a + x.n + 1, b + y.n + 1);
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
	mime_null_sender,
	not_a_letter,
	several_authors,
	own_sender,
	any_report,
	mime_auto_submitted,
	mime_foreign_list,
	bulk,
	suppressed,
	machine_sender,
	loop,
	unproven_sender,
};

void
mime_answer(struct mime *x)
{
	struct message *m = x->m;

	for (size_t i = 0;
		i < ARRAY_LEN(answers) && m->no_answer_because == NULL; i++)
		m->no_answer_because = answers[i](x);
	m->answer = m->no_answer_because == NULL;
}
