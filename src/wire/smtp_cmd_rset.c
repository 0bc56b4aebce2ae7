/* smtp_cmd_rset.c - RSET: forget the mail under way. */
#include "wire/smtp_session.h"

void
smtp_cmd_rset(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	smtp_reset(s);
	smtp_reply(s, out, "250 2.0.0 Ok");
}
