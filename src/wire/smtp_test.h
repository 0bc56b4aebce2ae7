/*
 * smtp_test.h - a client and a world for sessions under test: what was
 * stored, what was dropped, and the replies in short.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/test.h"
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
			assert_int_equal(0, bytes.n);
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

/*
 * The replies so far in short, "250 2.1.0" or "354", ", " between them;
 * fails if any line is not a reply line.
 */
static inline void
world_replies(struct world *w, struct str *in_short)
{
	struct span rest = str_span(&w->out), line;

	str_clear(in_short);
	while (rest.n > 0) {
		size_t end = span_find(rest, "\r\n");

		assert_true(end < rest.n);
		line = span_cut(rest, 0, end);
		rest = span_from(rest, end + 2);
		assert_true(line.n >= 4 && line.n <= 510);
		for (size_t i = 0; i < line.n; i++)
			assert_true(line.p[i] >= 0x20 && line.p[i] < 0x7f);
		for (size_t i = 0; i < 3; i++)
			assert_true(line.p[i] >= '0' && line.p[i] <= '9');
		assert_true(line.p[3] == ' ' || line.p[3] == '-');
		if (line.p[3] == '-')
			continue;
		bool enhanced =
			line.n > 8 && line.p[5] == '.' && line.p[7] == '.';
		str_puts(in_short, in_short->n ? ", " : "");
		str_put(in_short, span_cut(line, 0, enhanced ? 9 : 3));
	}
}
