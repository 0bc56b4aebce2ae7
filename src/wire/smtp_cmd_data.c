/* smtp_cmd_data.c - DATA: the mail follows, up to CR LF . CR LF. */
#include "wire/smtp_session.h"

void
smtp_cmd_data(struct smtp_session *s, struct span args, struct str *out)
{
	(void)args;
	if (!s->mail || s->chunks || (s->lmtp && s->n_rcpts == 0)) {
		smtp_refuse(s, out,
			s->chunks ? "503 5.5.1 This mail comes by BDAT" :
				    "503 5.5.1 MAIL and RCPT come first");
		return;
	}
	if (s->n_rcpts == 0) {
		smtp_refuse(s, out, "554 5.5.1 No recipient was accepted");
		return;
	}
	smtp_begin_data(s);
	s->phase = PHASE_DATA;
	smtp_reply(s, out, "354 Go on, and end with CR LF . CR LF");
}
