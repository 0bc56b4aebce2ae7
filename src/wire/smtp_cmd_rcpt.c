/*
 * smtp_cmd_rcpt.c - RCPT TO:<path>: is this somebody of ours?
 *
 * Who is not is refused here and never bounced later: a bounce to a forged
 * sender would make us a relay for spam.
 */
#include "wire/smtp_path.h"
#include "wire/smtp_session.h"

static const char *
judge(struct smtp_session *s, const struct smtp_path *path)
{
	if (path->address.n == 0)
		return "501 5.1.3 A recipient cannot be empty";
	if (!path->ascii && (s->flags & SPOOL_SMTPUTF8) == 0)
		return "553 5.6.7 Such an address wants SMTPUTF8";
	if (s->n_rcpts >= s->server->recipients)
		return "452 4.5.3 Too many recipients for one mail";
	switch (s->server->known(
		s->ctx, span_make(path->local, path->local_n), path->domain)) {
	case SMTP_RCPT_KNOWN:
		return NULL;
	case SMTP_RCPT_UNKNOWN:
		return "550 5.1.1 Nobody of that name is here";
	case SMTP_RCPT_FOREIGN:
		return "550 5.7.1 That address is not ours, and we pass nothing on";
	}
	return "451 4.3.0 The recipient could not be looked up";
}

void
smtp_cmd_rcpt(struct smtp_session *s, struct span args, struct str *out)
{
	struct smtp_path path;
	const char *fault = NULL;

	if (!s->mail || s->chunks) {
		smtp_refuse(s, out, "503 5.5.1 MAIL comes first");
		return;
	}
	if (!span_starts_nocase(args, "TO:")) {
		smtp_refuse(s, out, "501 5.5.4 It is RCPT TO:<address>");
		return;
	}
	args = span_trim(span_from(args, 3));
	switch (smtp_path_parse(&args, &path)) {
	case PATH_OK:
		fault = judge(s, &path);
		break;
	case PATH_SYNTAX:
		fault = "501 5.1.3 This is no address in <>";
		break;
	case PATH_TOO_LONG:
		fault = "501 5.1.3 The address is too long";
		break;
	}
	if (fault == NULL && args.n > 0)
		fault = "555 5.5.4 No such parameter of RCPT";
	if (fault != NULL) {
		smtp_refuse(s, out, fault);
		return;
	}
	s->n_rcpts++;
	str_put(&s->names, path.address);
	str_putc(&s->names, '\0');
	smtp_reply(s, out, "250 2.1.5 Ok");
}
