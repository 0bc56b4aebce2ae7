/* smtp_cmd_quit.c - QUIT: the one orderly end. */
#include "wire/smtp_session.h"

void
smtp_cmd_quit(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	smtp_reset(s);
	smtp_reply(s, out, "221 2.0.0 %s says good-bye", s->server->hostname);
	s->quit = true;
	s->next = SMTP_ENDS;
}
