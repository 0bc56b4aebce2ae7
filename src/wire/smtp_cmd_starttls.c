/*
 * smtp_cmd_starttls.c - STARTTLS (RFC 3207): go on encrypted.
 *
 * Whatever stood behind the command in the same packet has ended the session
 * already (VERB_ALONE): plain text must never be executed as if it had
 * come through TLS (CVE-2011-0411 and its family).
 */
#include "wire/smtp_session.h"

void
smtp_cmd_starttls(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	if (s->tls) {
		smtp_refuse(s, out, "503 5.5.1 TLS is already in use");
	} else if (!s->server->tls) {
		smtp_refuse(s, out, "502 5.5.1 Not offered");
	} else {
		smtp_reply(s, out, "220 2.0.0 Go ahead");
		s->next = SMTP_STARTS_TLS;
	}
}
