/*
 * post.c - picks the way out, checks once more what goes there, and says
 * when to try again.
 */
#include "post/post.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "post/address.h"
#include "post/transport.h"

struct post {
	struct loop *loop;
	const struct transport *transport;
	void *self;
	unsigned senders, busy;
	void (*done)(void *, const char *, enum post_outcome, const char *);
	void *ctx;
	/* refused before the transport saw them; told from the loop */
	struct job *unfit;
	struct timer *timer;
};

static const struct transport *const transports[] = {&maildir_transport,
	&smtp_transport, &smtps_transport, &sendmail_transport};

bool
post_new(struct post **out, struct loop *l, const struct settings *set,
	const char *data,
	void (*done)(void *, const char *, enum post_outcome, const char *),
	void *ctx, struct err *err)
{
	struct span spec = span_of(set->transport);
	const struct transport *t = NULL;

	for (size_t i = 0; i < ARRAY_LEN(transports) && t == NULL; i++)
		if (span_starts(spec, transports[i]->prefix))
			t = transports[i];
	if (t == NULL)
		return err_set(err, ERR_SYNTAX,
			"transport: '%.80s' is none of maildir:DIR, "
			"smtp://HOST:PORT, smtps://HOST:PORT, "
			"sendmail:PROGRAM",
			set->transport);

	struct transport_settings ts = {.loop = l,
		.set = set,
		.data = data,
		.where = set->transport + strlen(t->prefix)};
	void *self;
	if (!t->open(&self, &ts, err))
		return err_wrap(err, "transport: %.80s", set->transport);
	struct post *p = mem_new(sizeof *p);
	*p = (struct post){.loop = l,
		.transport = t,
		.self = self,
		.senders = (unsigned)set->senders,
		.done = done,
		.ctx = ctx};
	*out = p;
	return true;
}

void
post_free(struct post *p)
{
	if (p == NULL)
		return;
	loop_cancel(p->timer);
	while (p->unfit != NULL) {
		struct job *job = p->unfit;

		p->unfit = job->next;
		job_free(job);
	}
	p->transport->close(p->self);
	free(p);
}

/* --- jobs ------------------------------------------------------------------ */

void
job_outcome(struct job *job, enum post_outcome o, const char *fmt, ...)
{
	char text[REPLY_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	job->outcome = o;
	str_clear(&job->reply);
	str_puts(&job->reply, text);
}

void
job_free(struct job *job)
{
	free(job->id);
	free(job->sender);
	free(job->to);
	free(job->bytes);
	str_fini(&job->reply);
	free(job);
}

void
post_job_done(struct job *job)
{
	struct post *p = job->post;
	struct str visible;

	str_init(&visible, 4 * REPLY_MAX);
	utf8_put_visible(&visible, str_span(&job->reply), REPLY_MAX);
	p->busy--;
	p->done(p->ctx, job->id, job->outcome, visible.text);
	str_fini(&visible);
	job_free(job);
}

unsigned char *
job_lf(const struct job *job, size_t *n)
{
	unsigned char *lf = mem_new(job->n);

	*n = 0;
	for (size_t i = 0; i < job->n; i++)
		if (job->bytes[i] != '\r')
			lf[(*n)++] = job->bytes[i];
	return lf;
}

/* --- sending --------------------------------------------------------------- */

/* A line break that is none would be one to some server (SMTP smuggling):
 * letters are made with CRLF, and nothing else is sent. */
static bool
has_bare_newline(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r')) ||
			(s.p[i] == '\r' &&
				(i + 1 == s.n || s.p[i + 1] != '\n')))
			return true;
	return false;
}

static bool
is_fit(struct job *job)
{
	if (!address_is_safe(job->to))
		job_outcome(job, POST_REFUSED,
			"not sent: the recipient is not an address that mail "
			"can be sent to");
	else if (job->sender[0] != '\0' && !address_is_safe(job->sender))
		job_outcome(job, POST_REFUSED,
			"not sent: the bounce address is not an address");
	else if (job->n == 0 || memchr(job->bytes, '\0', job->n) != NULL ||
		has_bare_newline(span_make(job->bytes, job->n)))
		job_outcome(job, POST_REFUSED,
			"not sent: the letter is empty or holds a bare CR, LF "
			"or NUL");
	else
		return true;
	return false;
}

static void
tell_unfit(void *ctx)
{
	struct post *p = ctx;

	p->timer = NULL;
	while (p->unfit != NULL) {
		struct job *job = p->unfit;

		p->unfit = job->next;
		post_job_done(job);
	}
}

void
post_send(struct post *p, const char *id, const char *sender, const char *to,
	struct span bytes)
{
	struct job *job = mem_new(sizeof *job);

	*job = (struct job){.post = p,
		.id = mem_strdup(id),
		.sender = mem_strdup(sender),
		.to = mem_strdup(to),
		.bytes = mem_dup(bytes.p, bytes.n),
		.n = bytes.n};
	str_init(&job->reply, REPLY_MAX);
	p->busy++;
	if (is_fit(job)) {
		p->transport->send(p->self, job);
		return;
	}
	job->next = p->unfit;
	p->unfit = job;
	if (p->timer == NULL)
		p->timer = loop_at(p->loop, loop_now(), tell_unfit, p);
}

unsigned
post_free_slots(const struct post *p)
{
	return p->busy >= p->senders ? 0 : p->senders - p->busy;
}

/* --- when to try again ----------------------------------------------------- */

instant
post_next_try(const struct settings *set, instant queued, instant failed,
	unsigned attempts)
{
	int64_t wait = set->retry_first;

	for (unsigned i = 1; i < attempts && wait < set->retry_most; i++)
		wait *= 2;
	if (wait > set->retry_most)
		wait = set->retry_most;
	if (failed.ms - queued.ms >= set->give_up)
		return (instant){INT64_MAX};
	/* the last try is on the day it is given up, not a wait earlier */
	if (failed.ms + wait > queued.ms + set->give_up)
		wait = queued.ms + set->give_up - failed.ms;
	return (instant){failed.ms + wait};
}
