/* smtp_cmd_noop.c - NOOP and HELP: nothing happens, politely. */
#include "wire/smtp_session.h"

void
smtp_cmd_noop(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args; /* RFC 5321 4.1.1.9: it may have one, which is ignored */
	smtp_reply(s, out, "250 2.0.0 Ok");
}

void
smtp_cmd_help(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	smtp_reply(s, out,
		"214 2.0.0 Vulnerability reports are taken here; see RFC 5321 for the rest");
}
