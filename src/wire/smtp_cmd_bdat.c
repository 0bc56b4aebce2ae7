/*
 * smtp_cmd_bdat.c - BDAT n [LAST] (RFC 3030): the next n bytes are the mail.
 *
 * The bytes come whether we like them or not, so a refused BDAT swallows
 * them before it answers. If we cannot tell how many come, what follows
 * could be read as commands: then the session ends.
 */
#include "wire/smtp_session.h"

void
smtp_cmd_bdat(struct smtp_session *s, struct span args, struct str *out)
{
	struct span number, word = SPAN_NONE;
	unsigned long long n;
	bool last,
		ok = span_split(&args, ' ', &number) &&
		span_number(number, INT64_MAX, &n);

	args = span_trim(args);
	last = span_split(&args, ' ', &word) && span_is_nocase(word, "LAST");
	if (!ok || (word.n > 0 && !last) || args.n > 0) {
		smtp_reply(s, out,
			"501 5.5.4 It is BDAT bytes [LAST]; what follows cannot be told apart");
		s->next = SMTP_ENDS;
		return;
	}
	s->chunk_left = n;
	s->chunk_last = last;
	s->phase = PHASE_CHUNK;
	if (!s->mail || s->n_rcpts == 0) {
		s->discard = true;
		s->fault = s->mail && !s->lmtp ?
			"554 5.5.1 No recipient was accepted" :
			"503 5.5.1 MAIL and RCPT come first";
	} else if (!s->chunks) {
		smtp_begin_data(s);
		s->chunks = true;
	}
	if (n == 0)
		smtp_end_chunk(s, out);
}
