/*
 * smtp_cmd_ehlo.c - EHLO, HELO and LHLO: who are you, and what can we do.
 *
 * The name is the client's word and is kept as such; it must be printable
 * ASCII (RFC 6531 3.7.1: A-labels), for it goes into Received.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "wire/smtp_session.h"

enum { NAME_MAX_BYTES = 255 };

static bool
greet(struct smtp_session *s, struct span name, bool extended, struct str *out)
{
	bool ok = name.n > 0 && name.n <= NAME_MAX_BYTES;

	for (size_t i = 0; ok && i < name.n; i++)
		ok = name.p[i] > 0x20 && name.p[i] < 0x7f;
	if (!ok) {
		smtp_refuse(s, out,
			"501 5.5.4 A name of printable ASCII must follow");
		return false;
	}
	smtp_reset(s);
	free(s->helo);
	s->helo = mem_new(name.n + 1);
	memcpy(s->helo, name.p, name.n);
	s->extended = extended;
	return true;
}

void
smtp_cmd_ehlo(struct smtp_session *s, struct span args, struct str *out)
{
	if (!greet(s, args, true, out))
		return;
	smtp_reply(s, out, "250-%s", s->server->hostname);
	smtp_reply(s, out, "250-PIPELINING");
	smtp_reply(s, out, "250-SIZE %llu",
		(unsigned long long)s->server->message_size);
	smtp_reply(s, out, "250-8BITMIME");
	smtp_reply(s, out, "250-SMTPUTF8");
	smtp_reply(s, out, "250-ENHANCEDSTATUSCODES");
	if (s->server->tls && !s->tls)
		smtp_reply(s, out, "250-STARTTLS");
	smtp_reply(s, out, "250 CHUNKING");
}

void
smtp_cmd_helo(struct smtp_session *s, struct span args, struct str *out)
{
	if (greet(s, args, false, out))
		smtp_reply(s, out, "250 %s", s->server->hostname);
}
