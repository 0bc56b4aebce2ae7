/*
 * smtp_world.h - a client and a world for sessions that are tried out, by
 * tests and by the fuzzer: what was stored, what was dropped, what was said.
 */
#pragma once

#include <assert.h>

#include "base/mem.h"
#include "wire/smtp.h"
#include "wire/smtp_known.h"

struct world {
	struct smtp_server server;
	struct smtp_session *session;
	struct str data;  /* of the mail under way */
	struct str mails; /* "<sender> <rcpt> ... protocol flags bytes\n" */
	struct str last;  /* the last mail's bytes */
	struct str out;
	unsigned stored, dropped;
	enum err_code result; /* of the next storing */
	bool full;            /* data() and room() say no */
};

static inline enum smtp_rcpt
world_known(void *ctx, struct span local, struct span domain)
{
	static const char *const addresses[] = {
		"security@example.org", "Bounce+@desk.example.org"};

	(void)ctx;
	return smtp_known(&(struct text_list){addresses, ARRAY_LEN(addresses)},
		local, domain);
}

static inline bool
world_room(void *ctx, uint64_t size)
{
	(void)size;
	return !((struct world *)ctx)->full;
}

static inline bool
world_data(void *ctx, struct span bytes)
{
	struct world *w = ctx;

	str_put(&w->data, bytes);
	return !w->full;
}

static inline void
world_end(void *ctx, const struct spool_mail *mail)
{
	struct world *w = ctx;

	w->stored++;
	str_printf(&w->mails, "<%s>", mail->sender);
	for (size_t i = 0; i < mail->n_rcpts; i++)
		str_printf(&w->mails, " %s", mail->rcpts[i]);
	str_printf(&w->mails, " %s %u %zu\n", mail->protocol, mail->flags,
		w->data.n);
	str_clear(&w->last);
	str_put(&w->last, str_span(&w->data));
	str_clear(&w->data);
}

static inline void
world_drop(void *ctx)
{
	struct world *w = ctx;

	w->dropped++;
	str_clear(&w->data);
}

static inline void
world_init(struct world *w)
{
	*w = (struct world){.server = {.hostname = "desk.example.org",
				    .message_size = 100000,
				    .recipients = 3,
				    .errors = 20,
				    .commands = 100,
				    .known = world_known,
				    .room = world_room,
				    .data = world_data,
				    .end = world_end,
				    .drop = world_drop}};
	str_init(&w->data, 1 << 20);
	str_init(&w->mails, 1 << 16);
	str_init(&w->last, 1 << 20);
	str_init(&w->out, 1 << 20);
}

static inline void
world_fini(struct world *w)
{
	smtp_session_free(w->session);
	str_fini(&w->data);
	str_fini(&w->mails);
	str_fini(&w->last);
	str_fini(&w->out);
}

/* A new session, greeting not recorded; counts begin anew. */
static inline void
world_begin(struct world *w, bool lmtp)
{
	smtp_session_free(w->session);
	w->session = smtp_session_new(&w->server, lmtp, w);
	str_clear(&w->data);
	str_clear(&w->mails);
	str_clear(&w->last);
	str_clear(&w->out);
	w->stored = w->dropped = 0;
	w->result = ERR_NONE;
	w->full = false;
}

/* One packet; mails are stored and TLS begins as soon as asked for. */
static inline void
world_packet(struct world *w, struct span bytes)
{
	for (;;) {
		bytes = span_from(
			bytes, smtp_session_input(w->session, bytes, &w->out));
		switch (smtp_session_next(w->session)) {
		case SMTP_STORES:
			smtp_session_done(w->session, w->result, "ID", &w->out);
			break;
		case SMTP_STARTS_TLS:
			assert(bytes.n == 0);
			smtp_session_secured(w->session);
			return;
		case SMTP_GOES_ON:
			if (bytes.n == 0)
				return;
			break;
		case SMTP_ENDS:
			return;
		}
	}
}

/* Three digits, a blank or '-', printable ASCII, 512 with CR LF at most. */
static inline bool
world_is_reply(struct span line)
{
	bool ok = line.n >= 4 && line.n <= 510 &&
		(line.p[3] == ' ' || line.p[3] == '-');

	for (size_t i = 0; ok && i < line.n; i++)
		ok = line.p[i] >= 0x20 && line.p[i] < 0x7f &&
			(i > 2 || (line.p[i] >= '0' && line.p[i] <= '9'));
	return ok;
}
