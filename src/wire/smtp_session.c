/*
 * smtp_session.c - lines to verbs, bytes to the mail, and when it ends.
 *
 * One refused line gets one reply, however it was cut into packets: the
 * reply is given as soon as the line is known to be wrong, and the rest of
 * it, up to its CR LF, is passed over in silence. So "A LF B CR LF" is never
 * two commands, and someone who types with bare LFs still gets an answer.
 */
#include "wire/smtp_session.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wire/smtp_path.h"

enum { NAMES_KEPT = 512 }; /* bytes of envelope kept between mails */

struct smtp_session *
smtp_session_new(const struct smtp_server *server, bool lmtp, void *ctx)
{
	struct smtp_session *s = mem_new(sizeof *s);

	s->server = server;
	s->lmtp = lmtp;
	s->ctx = ctx;
	str_init(&s->line, SMTP_LINE_MAX);
	str_init(&s->names, (server->recipients + 1) * (SMTP_PATH_MAX + 1));
	return s;
}

void
smtp_session_free(struct smtp_session *s)
{
	if (s == NULL)
		return;
	str_fini(&s->line);
	str_fini(&s->names);
	free(s->rcpts);
	free(s->helo);
	free(s);
}

void
smtp_reply(struct smtp_session *s, struct str *out, const char *fmt, ...)
{
	char line[640];
	va_list ap;

	(void)s;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	str_puts(out, line);
	str_puts(out, "\r\n");
}

void
smtp_refuse(struct smtp_session *s, struct str *out, const char *text)
{
	if (++s->errors < s->server->errors) {
		smtp_reply(s, out, "%s", text);
		return;
	}
	smtp_reply(
		s, out, "421 4.7.0 Too many refused commands (last: %s)", text);
	s->next = SMTP_ENDS;
}

/* The mail's bytes so far are not wanted; told once. */
static void
drop(struct smtp_session *s)
{
	if (smtp_session_in_data(s) && !s->discard && !s->dropped)
		s->server->drop(s->ctx);
	s->dropped = true;
}

void
smtp_reset(struct smtp_session *s)
{
	if (s->mail)
		drop(s);
	s->mail = s->chunks = s->dropped = false;
	s->flags = 0;
	s->n_rcpts = 0;
	s->fault = NULL;
	if (s->names.cap > NAMES_KEPT)
		str_fini(&s->names);
	str_clear(&s->names);
}

const char *
smtp_protocol(const struct smtp_session *s)
{
	/* by LMTP, UTF8, TLS */
	static const char *const names[2][2][2] = {
		{{"ESMTP", "ESMTPS"}, {"UTF8SMTP", "UTF8SMTPS"}},
		{{"LMTP", "LMTPS"}, {"UTF8LMTP", "UTF8LMTPS"}}};

	if (!s->extended)
		return "SMTP";
	return names[s->lmtp][(s->flags & SPOOL_SMTPUTF8) != 0][s->tls];
}

bool
smtp_param(struct span *args, struct span *name, struct span *value)
{
	struct span word;

	*args = span_trim(*args);
	if (!span_split(args, ' ', &word))
		return false;
	size_t eq = span_find_byte(word, '=');
	*name = span_cut(word, 0, eq);
	*value = eq < word.n ? span_from(word, eq + 1) : SPAN_NONE;
	return true;
}

/* ---- the mail's bytes ---- */

void
smtp_begin_data(struct smtp_session *s)
{
	s->size = 0;
	s->dropped = false;
	s->data = SMTP_DATA_INIT;
	s->hops = (struct smtp_hops){.count = 0};
}

static void
fail(struct smtp_session *s, const char *reply)
{
	if (s->fault == NULL)
		s->fault = reply;
	drop(s);
}

static void
take(void *ctx, struct span bytes)
{
	struct smtp_session *s = ctx;

	s->size += bytes.n;
	if (s->dropped)
		return;
	if (s->size > s->server->message_size) {
		fail(s, "552 5.3.4 The mail is larger than we take");
		return;
	}
	smtp_hops_feed(&s->hops, bytes);
	if (!s->server->data(s->ctx, bytes))
		fail(s, "452 4.3.1 No room for this mail now, try again later");
}

/* The reply of a mail: in LMTP one for each recipient. */
static void
reply_mail(struct smtp_session *s, struct str *out, const char *text)
{
	size_t n = s->lmtp ? s->n_rcpts : 1;

	for (size_t i = 0; i < n; i++)
		smtp_reply(s, out, "%s", text);
}

static void
end_mail(struct smtp_session *s, struct str *out)
{
	bool refused_bare = s->data.bare && s->server->reject_bare;

	if (refused_bare)
		fail(s, "550 5.5.2 A CR or LF stands alone in the mail; lines end with CR LF");
	if (s->hops.count > SMTP_HOPS_MOST)
		fail(s, "554 5.4.6 The mail is in a loop: too many Received fields");
	if (s->fault != NULL) {
		s->errors++;
		reply_mail(s, out, s->fault);
		smtp_reset(s);
		s->phase = PHASE_LINE;
		if (refused_bare)
			s->next = SMTP_ENDS;
		return;
	}
	s->phase = PHASE_LINE;
	s->chunks = false;
	s->next = SMTP_STORES;

	const char *name = s->names.text;
	struct spool_mail mail = {.sender = name,
		.n_rcpts = s->n_rcpts,
		.helo = s->helo,
		.protocol = smtp_protocol(s),
		.flags = s->flags | (s->data.bare ? SPOOL_BARE_NEWLINE : 0u) |
			(s->tls ? SPOOL_TLS : 0u)};
	s->rcpts =
		mem_grow(s->rcpts, &s->cap_rcpts, s->n_rcpts, sizeof *s->rcpts);
	for (size_t i = 0; i < s->n_rcpts; i++) {
		name += strlen(name) + 1;
		s->rcpts[i] = name;
	}
	mail.rcpts = s->rcpts;
	s->server->end(s->ctx, &mail);
}

/* A session that is to end does so between mails. */
static void
retire_if_free(struct smtp_session *s, struct str *out)
{
	if (s->retired && !s->mail && s->next == SMTP_GOES_ON)
		smtp_session_end(s, SMTP_SHUTDOWN, out);
}

void
smtp_session_done(struct smtp_session *s, enum err_code result, const char *id,
	struct str *out)
{
	char text[200];

	assert(s->next == SMTP_STORES);
	if (result == ERR_NONE)
		(void)snprintf(text, sizeof text, "250 2.0.0 Stored as %s", id);
	else if (result == ERR_BUSY)
		(void)snprintf(text, sizeof text,
			"452 4.3.1 No room for this mail now, try again later");
	else
		(void)snprintf(text, sizeof text,
			"451 4.3.0 The mail could not be stored, try again later");
	reply_mail(s, out, text);
	s->next = SMTP_GOES_ON;
	smtp_reset(s);
	retire_if_free(s, out);
}

void
smtp_end_chunk(struct smtp_session *s, struct str *out)
{
	s->phase = PHASE_LINE;
	if (s->discard) { /* it was not wanted to begin with */
		s->discard = false;
		smtp_refuse(s, out, s->fault);
		s->fault = NULL;
	} else if (s->chunk_last) {
		smtp_data_watched(&s->data);
		end_mail(s, out);
	} else if (s->fault != NULL) {
		smtp_refuse(s, out, s->fault);
		smtp_reset(s);
	} else {
		smtp_reply(s, out, "250 2.0.0 %llu bytes so far",
			(unsigned long long)s->size);
	}
}

static struct span
input_chunk(struct smtp_session *s, struct span in, struct str *out)
{
	size_t n = s->chunk_left < in.n ? (size_t)s->chunk_left : in.n;
	struct span piece = span_cut(in, 0, n);

	if (!s->discard) {
		smtp_data_watch(&s->data, piece);
		take(s, piece);
	}
	s->chunk_left -= n;
	if (s->chunk_left == 0)
		smtp_end_chunk(s, out);
	return span_from(in, n);
}

/* ---- command lines ---- */

static const char unknown[] = "500 5.5.2 No such command";

static void
run_line(struct smtp_session *s, struct span line, bool alone, struct str *out)
{
	struct span args = line, word = SPAN_NONE;
	const struct smtp_verb *verb;

	if (++s->commands > s->server->commands) {
		smtp_reply(s, out, "421 4.7.0 Too many commands");
		s->next = SMTP_ENDS;
		return;
	}
	(void)span_split(&args, ' ', &word);
	args = span_trim(args);
	verb = smtp_verb_find(word);
	if (verb == NULL ||
		(verb->flags & (s->lmtp ? VERB_LMTP : VERB_SMTP)) == 0) {
		smtp_refuse(s, out, unknown);
	} else if ((verb->flags & VERB_ALONE) != 0 && !alone) {
		/* RFC 2920 3.1, and the STARTTLS injections of 2011 */
		smtp_reply(s, out,
			"554 5.5.0 %s must wait for its answer before it sends on",
			verb->name);
		s->next = SMTP_ENDS;
	} else if ((verb->flags & VERB_BARE) != 0 && args.n > 0) {
		smtp_refuse(s, out, "501 5.5.4 No argument is allowed here");
	} else if ((verb->flags & VERB_GREETED) != 0 && s->helo == NULL) {
		smtp_refuse(s, out,
			s->lmtp ? "503 5.5.1 LHLO comes first" :
				  "503 5.5.1 EHLO or HELO comes first");
	} else {
		verb->run(s, args, out);
	}
}

static void
refuse_line(struct smtp_session *s, struct span line, const char *text,
	struct str *out)
{
	bool whole = span_ends_nocase(line, "\r\n");

	s->commands++;
	s->phase = whole ? PHASE_LINE : PHASE_SKIP;
	s->skip_cr = line.n > 0 && line.p[line.n - 1] == '\r';
	smtp_refuse(s, out, text);
}

/* A line, or as much of it as there is; false when more must come. */
static bool
look_at_line(
	struct smtp_session *s, struct span line, bool alone, struct str *out)
{
	bool ended = line.p[line.n - 1] == '\n';
	size_t cr = span_find_byte(line, '\r');

	if (ended ? cr + 2 != line.n : cr + 1 < line.n) {
		refuse_line(s, line,
			"500 5.5.2 A CR or LF stands alone; lines end with CR LF",
			out);
	} else if (line.n >= SMTP_LINE_MAX) {
		refuse_line(s, line, "500 5.5.2 The line is too long", out);
	} else if (ended) {
		run_line(s, span_cut(line, 0, line.n - 2), alone, out);
	} else {
		return false;
	}
	return true;
}

static struct span
input_line(struct smtp_session *s, struct span in, struct str *out)
{
	size_t lf = span_find_byte(in, '\n');
	size_t n = lf < in.n ? lf + 1 : in.n;
	bool joined = s->line.n > 0, finished;

	if (n > SMTP_LINE_MAX - s->line.n)
		n = SMTP_LINE_MAX - s->line.n;
	struct span rest = span_from(in, n), line = span_cut(in, 0, n);
	if (joined) {
		str_put(&s->line, line);
		line = str_span(&s->line);
	}
	finished = look_at_line(s, line, rest.n == 0, out);
	if (finished)
		str_fini(&s->line);
	else if (!joined)
		str_put(&s->line, line);
	return rest;
}

static struct span
input_skip(struct smtp_session *s, struct span in)
{
	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '\n' && s->skip_cr) {
			s->phase = PHASE_LINE;
			return span_from(in, i + 1);
		}
		s->skip_cr = in.p[i] == '\r';
	}
	return SPAN_NONE;
}

size_t
smtp_session_input(struct smtp_session *s, struct span bytes, struct str *out)
{
	struct span in = bytes;

	while (in.n > 0 && s->next == SMTP_GOES_ON)
		switch (s->phase) {
		case PHASE_LINE:
			in = input_line(s, in, out);
			break;
		case PHASE_SKIP:
			in = input_skip(s, in);
			break;
		case PHASE_DATA:
			if (smtp_data_feed(&s->data, &in, take, s))
				end_mail(s, out);
			break;
		case PHASE_CHUNK:
			in = input_chunk(s, in, out);
			break;
		}
	retire_if_free(s, out);
	return s->next == SMTP_ENDS ? bytes.n : bytes.n - in.n;
}

/* ---- beginnings and ends ---- */

void
smtp_session_greet(struct smtp_session *s, struct str *out)
{
	smtp_reply(s, out, "220 %s %s pratique", s->server->hostname,
		s->lmtp ? "LMTP" : "ESMTP");
}

enum smtp_next
smtp_session_next(const struct smtp_session *s)
{
	return s->next;
}

void
smtp_session_secured(struct smtp_session *s)
{
	assert(s->next == SMTP_STARTS_TLS);
	s->next = SMTP_GOES_ON;
	smtp_reset(s);
	free(s->helo);
	s->helo = NULL;
	s->tls = true;
}

void
smtp_session_end(struct smtp_session *s, enum smtp_why why, struct str *out)
{
	static const struct {
		const char *code, *text;
	} words[] = {
		[SMTP_TOO_MANY] = {"421 4.7.0",
			"has too many connections, try again later"},
		[SMTP_EARLY] = {"554 5.5.0", "speaks first"},
		[SMTP_SILENT] = {"421 4.4.2", "heard nothing for too long"},
		[SMTP_SLOW] = {"421 4.4.2", "waited too long for this mail"},
		[SMTP_SHUTDOWN] = {"421 4.3.2", "is being stopped"},
	};

	if (s->next == SMTP_ENDS)
		return;
	smtp_reply(s, out, "%s %s %s", words[why].code, s->server->hostname,
		words[why].text);
	smtp_reset(s);
	s->next = SMTP_ENDS;
}

void
smtp_session_retire(struct smtp_session *s, struct str *out)
{
	s->retired = true;
	retire_if_free(s, out);
}

bool
smtp_session_in_mail(const struct smtp_session *s)
{
	return s->mail;
}

bool
smtp_session_in_data(const struct smtp_session *s)
{
	return s->phase == PHASE_DATA || s->phase == PHASE_CHUNK || s->chunks;
}

bool
smtp_session_quit(const struct smtp_session *s)
{
	return s->quit;
}
