/* smtp_cmd_vrfy.c - VRFY and EXPN: who is here is nobody's business. */
#include "wire/smtp_session.h"

void
smtp_cmd_vrfy(struct smtp_session *s, struct span args, struct str *out)
{
	if (args.n == 0)
		smtp_refuse(s, out, "501 5.5.4 Whom?");
	else
		smtp_reply(
			s, out, "252 2.5.0 Send the mail, then we shall see");
}

void
smtp_cmd_expn(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	smtp_refuse(s, out, "502 5.5.1 Not offered");
}
