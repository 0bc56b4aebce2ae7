/* smtp_cmd_mail.c - MAIL FROM:<path> and its parameters. */
#include "wire/smtp_path.h"
#include "wire/smtp_session.h"

struct params {
	uint64_t size;
	uint32_t flags;
};

static const char *
param_size(struct smtp_session *s, struct span value, struct params *p)
{
	unsigned long long size;

	if (!span_number(value, UINT64_MAX, &size))
		/* twenty digits are a number, too (RFC 1870 section 5) */
		return value.n >= 20 ?
			"552 5.3.4 The mail is larger than we take" :
			"501 5.5.4 SIZE wants a number";
	if (size > s->server->message_size)
		return "552 5.3.4 The mail is larger than we take";
	p->size = size;
	return NULL;
}

static const char *
param(struct smtp_session *s, struct span name, struct span value,
	struct params *p)
{
	if (!s->extended)
		return "555 5.5.4 Parameters want EHLO first";
	if (span_is_nocase(name, "SIZE"))
		return param_size(s, value, p);
	if (span_is_nocase(name, "BODY")) {
		if (span_is_nocase(value, "8BITMIME"))
			p->flags |= SPOOL_8BIT;
		else if (!span_is_nocase(value, "7BIT"))
			return "501 5.5.4 BODY is 7BIT or 8BITMIME";
		return NULL;
	}
	if (span_is_nocase(name, "SMTPUTF8")) {
		p->flags |= SPOOL_SMTPUTF8;
		return value.p == NULL ? NULL :
					 "501 5.5.4 SMTPUTF8 takes no value";
	}
	return "555 5.5.4 No such parameter of MAIL";
}

void
smtp_cmd_mail(struct smtp_session *s, struct span args, struct str *out)
{
	struct params p = {0, 0};
	struct span name, value;
	struct smtp_path path;
	const char *fault = NULL;

	if (s->mail) {
		smtp_refuse(
			s, out, "503 5.5.1 A mail is under way; RSET ends it");
		return;
	}
	if (!span_starts_nocase(args, "FROM:")) {
		smtp_refuse(s, out, "501 5.5.4 It is MAIL FROM:<address>");
		return;
	}
	args = span_trim(span_from(args, 5));
	switch (smtp_path_parse(&args, &path)) {
	case PATH_OK:
		break;
	case PATH_SYNTAX:
		smtp_refuse(s, out, "501 5.1.7 This is no address in <>");
		return;
	case PATH_TOO_LONG:
		smtp_refuse(s, out, "501 5.1.7 The address is too long");
		return;
	}
	while (fault == NULL && smtp_param(&args, &name, &value))
		fault = param(s, name, value, &p);
	if (fault == NULL && path.address.n > 0 && path.domain.p == NULL)
		fault = "501 5.1.7 The address has no domain";
	if (fault == NULL && !path.ascii && (p.flags & SPOOL_SMTPUTF8) == 0)
		fault = "550 5.6.7 Such an address wants SMTPUTF8";
	if (fault == NULL && !s->server->room(s->ctx, p.size))
		fault = "452 4.3.1 No room for a mail now, try again later";
	if (fault != NULL) {
		smtp_refuse(s, out, fault);
		return;
	}
	s->mail = true;
	s->flags = p.flags;
	str_put(&s->names, path.address);
	str_putc(&s->names, '\0');
	smtp_reply(s, out, "250 2.1.0 Ok");
}
