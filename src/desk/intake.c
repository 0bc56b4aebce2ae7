/*
 * intake.c - a mail becomes a case, joins one, or waits in a queue.
 *
 * The order matters: first the truth (the bytes, under the desk's chain),
 * then what follows from it. A mail that was delivered twice is counted and
 * changes nothing else.
 */
#include "desk/intake.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/bounce.h"
#include "desk/outcome.h"

enum { TOKEN_LETTERS = 26 }; /* 115 random bits after the time's */

static int
cmp_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The key under which a redelivery is recognised: envelope and bytes. */
static struct hash
key_of(const struct spool_mail *mail)
{
	const char **rcpts =
		mem_dup(mail->rcpts, mail->n_rcpts * sizeof *rcpts);
	struct span *parts = mem_new((2 * mail->n_rcpts + 3) * sizeof *parts);
	size_t n = 0;

	if (mail->n_rcpts > 0)
		qsort(rcpts, mail->n_rcpts, sizeof *rcpts, cmp_text);
	parts[n++] = span_of(mail->sender ? mail->sender : "?");
	for (size_t i = 0; i < mail->n_rcpts; i++) {
		parts[n++] = SPAN_LIT("\n");
		parts[n++] = span_of(rcpts[i]);
	}
	parts[n++] = SPAN_LIT("\n\n");
	parts[n++] = mail->raw;
	struct hash key = hash_many(parts, n);
	free(parts);
	free(rcpts);
	return key;
}

/* --- the truth --------------------------------------------------------------------- */

static json_t *
envelope_json(const struct spool_mail *m)
{
	json_t *rcpts = json_array();

	for (size_t i = 0; i < m->n_rcpts; i++)
		json_array_append_new(rcpts, json_text_or_null(m->rcpts[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "sender",
		json_text_or_null(m->sender), "rcpts", rcpts, "peer",
		json_text_or_null(m->peer), "helo", json_text_or_null(m->helo),
		"protocol", json_text_or_null(m->protocol), "trace",
		json_text_or_null(m->trace));
}

static json_t *
received_meta(const struct desk *d, const struct intake *in, int64_t id)
{
	char at[INSTANT_TEXT];

	return json_pack("{s:I,s:s,s:s,s:s,s:I,s:I,s:I,s:I}", "mail",
		(json_int_t)id, "received",
		instant_format(in->mail->received, at), "node", d->node,
		"spool", in->spool, "segment", (json_int_t)in->pos.segment,
		"offset", (json_int_t)in->pos.offset, "bytes",
		(json_int_t)in->mail->raw.n, "flags",
		(json_int_t)in->mail->flags);
}

static json_t *
head_json(const struct message *m)
{
	return json_pack("{s:o,s:o,s:o,s:s}", "from",
		json_text_or_null(m->from), "subject",
		json_text_or_null(m->subject), "message_id",
		json_text_or_null(m->message_id), "kind",
		mail_kind_names[m->kind]);
}

static bool
record_mail(struct desk *d, struct arena *a, const struct intake *in,
	instant at, struct mail *m, struct err *err)
{
	char hex[HASH_TEXT];

	if (!store_mail_next_id(d->store, &m->id, err))
		return false;
	json_t *meta = received_meta(d, in, m->id);
	json_object_set_new(
		meta, "kind", json_string(mail_kind_names[in->message->kind]));
	struct event e = cases_event(a, EV_MAIL_RECEIVED, at, "desk", meta);
	json_t *head = head_json(in->message);
	/* The key is a hash of a mail that may be guessed: personal. */
	json_object_set_new(head, "key", json_string(hash_hex(m->key, hex)));
	event_payload(&e, "raw", in->mail->raw);
	event_payload(
		&e, "envelope", span_of(json_text(a, envelope_json(in->mail))));
	event_payload(&e, "text",
		span_of(in->message->text ? in->message->text : ""));
	event_payload(&e, "head", span_of(json_text(a, head)));
	m->received = in->mail->received;
	m->kind = in->message->kind;
	m->bytes = in->mail->raw.n;
	m->from = in->message->from;
	m->subject = in->message->subject;
	m->message_id = in->message->message_id;
	m->event_chain = d->chain;
	m->copies = 1;
	return ledger_append(d->store, d->chain, &e, &m->event_seq, err);
}

/* --- which case ---------------------------------------------------------------------- */

struct found {
	const char *chain; /* NULL: none */
	enum joined_by by;
};

/* The word after "+c." in one of the recipients. */
static const char *
case_token(struct arena *a, const struct spool_mail *m)
{
	for (size_t i = 0; i < m->n_rcpts; i++) {
		const char *plus = strstr(m->rcpts[i], "+c.");
		const char *at = strrchr(m->rcpts[i], '@');

		if (plus == NULL || at == NULL || at < plus)
			continue;
		char *token = arena_text(
			a, span_make(plus + 3, (size_t)(at - plus - 3)));
		for (char *p = token; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		return token;
	}
	return NULL;
}

/* A case that goes on as another takes no more mails. */
static bool
follow_move(struct desk *d, struct arena *a, struct found *f, struct err *err)
{
	struct casefile *c;

	if (f->chain == NULL || strncmp(f->chain, "desk:", 5) == 0)
		return true;
	if (!case_now(d, a, f->chain, &c, err))
		return false;
	f->chain = c->id;
	return true;
}

static bool
find_case(struct desk *d, struct arena *a, const struct intake *in,
	struct found *out, struct err *err)
{
	const struct message *m = in->message;
	const char *token = case_token(a, in->mail);
	const char **ids = ARENA_ARRAY(a, m->n_references + 1, const char *);
	size_t n = 0;
	bool ours;

	*out = (struct found){NULL, JOINED_TOKEN};
	if (token != NULL &&
		!store_token_find(d->store, a, token, &out->chain, err))
		return false;
	if (out->chain != NULL)
		return true;
	if (m->in_reply_to != NULL)
		ids[n++] = m->in_reply_to;
	for (size_t i = m->n_references; i-- > 0;)
		ids[n++] = m->references[i];
	if (n == 0)
		return true;
	if (!store_thread_find(d->store, a, ids, n, &out->chain, &ours, err))
		return false;
	out->by = ours ? JOINED_REFERENCES : JOINED_THREAD;
	return true;
}

/* --- what follows ----------------------------------------------------------------------- */

static bool
append_all(struct desk *d, struct arena *a, const char *chain,
	const struct outcome *o, struct casefile **c, struct err *err)
{
	for (size_t i = 0; i < o->n_events; i++) {
		if (!ledger_append(d->store, chain, &o->events[i], NULL, err))
			return false;
		if (c != NULL && !casefile_apply(a, c, &o->events[i], err))
			return false;
	}
	return true;
}

/* The letter is stored: may post have it right away? */
static bool
letter_go(struct desk *d, struct letter_bytes *go, instant at, struct err *err)
{
	if (go->id == NULL)
		return true;
	if (d->send_room == 0) { /* it is leased when post has room again */
		go->id = NULL;
		return true;
	}
	d->send_room--;
	return store_letter_claim(d->store, go->id, d->node,
		(instant){at.ms + LETTER_LEASE}, err);
}

static bool
open_case(struct desk *d, struct arena *a, struct arrival *in, struct mail *m,
	struct taken *out, struct err *err)
{
	char token[TOKEN_LETTERS + 1];
	const char *id;
	struct casefile *c = NULL;
	struct outcome o;
	struct letter *l;
	struct event queued;

	if (!store_case_next_id(d->store, a, in->policy->product.prefix,
		    in->policy->random_ids, &id, err))
		return false;
	random_token_at(token, TOKEN_LETTERS, in->at.ms / INSTANT_SECOND);
	cases_open(a, in, id, token, &o);
	if (!append_all(d, a, id, &o, &c, err))
		return false;
	struct letter_context about = {.id = arena_printf(a, "%s.1", id),
		.chain = id,
		.shown = id,
		.token = c->token,
		.duties = c->duties,
		.n_duties = c->n_duties};
	if (!letters_write(d, a, in, &o.letter, &about, &l, &queued,
		    &out->letter, err))
		return false;
	if (l != NULL &&
		(!ledger_append(d->store, id, &queued, NULL, err) ||
			!casefile_apply(a, &c, &queued, err)))
		return false;
	if (!store_case_save(d->store, NULL, c, err) ||
		!letter_go(d, &out->letter, in->at, err))
		return false;
	m->chain = id;
	out->how = "opened";
	return true;
}

static bool
join_case(struct desk *d, struct arena *a, struct arrival *in,
	const struct found *f, struct mail *m, struct taken *out,
	struct err *err)
{
	struct casefile *before, *after;
	const char *resolved;
	struct outcome o;

	if (!store_case(d->store, a, f->chain, &before, err) ||
		!store_policy(d->store, a, before->policy, &resolved, err) ||
		!policy_from_resolved(a, span_of(resolved), &in->policy, err) ||
		!policies_calendar_of(
			a, d->policies, in->policy, &in->calendar, err))
		return false;
	after = before;
	in->verdict = judge_reply(a, in->policy, before->missing,
		before->n_missing, in->message, in->report);
	cases_join(a, before, in, f->by, &o);
	policies_calendar_done(d->policies, in->calendar);
	in->calendar = NULL; /* what followed from it is in the events */
	if (!append_all(d, a, before->id, &o, &after, err) ||
		!store_case_save(d->store, before, after, err))
		return false;
	m->chain = before->id;
	out->how = "joined";
	return true;
}

static enum queue
queue_of(enum disposition d)
{
	switch (d) {
	case DISP_UNROUTED:
		return QUEUE_UNROUTED;
	case DISP_ENCRYPTED:
		return QUEUE_ENCRYPTED;
	case DISP_QUARANTINE:
		return QUEUE_QUARANTINE;
	case DISP_NO_CASE:
		return QUEUE_NO_CASE;
	case DISP_OPEN:
	case DISP_ASK:
	case DISP_ASK_PLAIN:
	case DISP_SET_ASIDE:
	case DISP_IGNORE:
		break;
	}
	return QUEUE_NONE;
}

static bool
queue_mail(struct desk *d, struct arena *a, struct arrival *in,
	const char *joins, struct mail *m, struct taken *out, struct err *err)
{
	struct outcome o;
	struct duty *duties = NULL;
	size_t n = 0;
	struct letter *l;
	struct event queued;
	const char *owner = arena_printf(a, "mail-%lld", (long long)in->mail);

	m->queue = queue_of(in->verdict->disposition);
	m->because = in->verdict->because;
	m->chain = joins;
	cases_queue(a, in, queue_names[m->queue], joins, &o, &duties, &n);
	if (!append_all(d, a, d->chain, &o, NULL, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!store_duty_save(d->store, owner, &duties[i], err))
			return false;
	struct letter_context about = {.id = arena_printf(a, "%s.1", owner),
		.chain = d->chain,
		.shown = owner,
		.duties = duties,
		.n_duties = n};
	if (!letters_write(d, a, in, &o.letter, &about, &l, &queued,
		    &out->letter, err))
		return false;
	out->how = joins ? "joined" : "queued";
	return l == NULL ||
		(ledger_append(d->store, d->chain, &queued, NULL, err) &&
			store_letter_save(d->store, l, err) &&
			letter_go(d, &out->letter, in->at, err));
}

/* A mail that is no person's: it may belong to a thread, and if it is a
 * bounce it may undo a letter. It never changes a case otherwise. */
static bool
automatic(const struct message *m)
{
	return m->kind == MAIL_AUTO_REPLY || m->kind == MAIL_BOUNCE ||
		m->kind == MAIL_COMPLAINT || m->kind == MAIL_CALENDAR;
}

/* Nobody has read it yet, so it is a person's work wherever it belongs. */
static bool
closed(const struct message *m)
{
	return m->kind == MAIL_ENCRYPTED || m->kind == MAIL_UNREADABLE;
}

/* A mere Message-ID is no secret: only a contact joins by it, anybody else
 * begins anew. *chain is the case, or NULL. */
static bool
admit(struct desk *d, struct arena *a, const struct intake *in,
	const struct found *f, const char **chain, struct err *err)
{
	struct casefile *c;

	*chain = NULL;
	if (f->chain == NULL || strncmp(f->chain, "desk:", 5) == 0)
		return true;
	if (f->by == JOINED_THREAD) {
		if (!store_case(d->store, a, f->chain, &c, err))
			return false;
		if (!cases_is_contact(c, in->message->from))
			return true;
	}
	*chain = f->chain;
	return true;
}

/* One of our letters that came back as it was: the case it belongs to, and
 * nothing for anybody to do. */
static bool
came_back(struct desk *d, struct arena *a, const struct message *m,
	struct found *f, bool *ours, struct err *err)
{
	struct letter *l;

	*ours = false;
	if (!automatic(m) || m->message_id == NULL)
		return true;
	if (!store_letter_by_message_id(d->store, a, m->message_id, &l, err))
		return err->code == ERR_ABSENT;
	*ours = true;
	*f = (struct found){l->chain, JOINED_REFERENCES};
	return true;
}

static bool
judge_arrival(struct desk *d, struct arena *a, const struct intake *in,
	struct arrival *arrival, struct err *err)
{
	struct envelope env = {
		in->mail->sender, in->mail->rcpts, in->mail->n_rcpts};

	arrival->verdict = judge(a, d->policies->v, d->policies->n, &env,
		arrival->message, arrival->report, in->evidence);
	if (arrival->verdict->policy == NULL)
		return true;
	arrival->policy = arrival->verdict->policy;
	return policies_calendar_of(
		a, d->policies, arrival->policy, &arrival->calendar, err);
}

static bool
follow(struct desk *d, struct arena *a, const struct intake *in,
	struct arrival *arrival, struct mail *m, struct taken *out,
	struct err *err)
{
	static const struct verdict own_letter = {.disposition = DISP_NO_CASE,
		.by_desk = true,
		.because = "it is a letter of the desk that came back"};
	struct found f;
	const char *bounced = NULL, *chain;
	bool ours;

	if (!find_case(d, a, in, &f, err) || !follow_move(d, a, &f, err))
		return false;
	if (in->message->kind == MAIL_BOUNCE &&
		!bounce_take(d, a, arrival, in->mail, &bounced, err))
		return false;
	if (bounced != NULL) /* found by what only our letter held */
		f = (struct found){bounced, JOINED_REFERENCES};
	if (!came_back(d, a, in->message, &f, &ours, err) ||
		!admit(d, a, in, &f, &chain, err) ||
		!judge_arrival(d, a, in, arrival, err))
		return false;
	if (ours)
		arrival->verdict = &own_letter;
	out->disposition = arrival->verdict->disposition;
	if (chain != NULL && !automatic(in->message) && !closed(in->message))
		return join_case(d, a, arrival, &f, m, out, err);
	if (disposition_makes_case(arrival->verdict->disposition))
		return open_case(d, a, arrival, m, out, err);
	return queue_mail(d, a, arrival, chain, m, out, err);
}

static bool
again(struct desk *d, struct arena *a, const struct intake *in, int64_t id,
	instant at, struct taken *out, struct err *err)
{
	json_t *meta = received_meta(d, in, id);

	json_object_set_new(meta, "again", json_true());
	struct event e = cases_event(a, EV_MAIL_RECEIVED, at, "desk", meta);
	out->mail = id;
	out->how = "again";
	return ledger_append(d->store, d->chain, &e, NULL, err) &&
		store_mail_copy(d->store, id, err);
}

bool
intake_mail(struct desk *d, struct arena *a, const struct intake *in,
	instant at, struct taken *out, struct err *err)
{
	struct mail m = {.key = key_of(in->mail)};
	int64_t first;

	*out = (struct taken){0};
	if (!store_position_set(d->store, d->node, in->spool, in->pos, err) ||
		!store_mail_by_key(d->store, m.key, &first, err))
		return false;
	if (first != 0)
		return again(d, a, in, first, at, out, err);
	if (!record_mail(d, a, in, at, &m, err))
		return false;
	struct arrival arrival = {.mail = m.id,
		.received = in->mail->received,
		.at = at,
		.message = in->message,
		.report = in->report,
		.policy = d->policies->v[0],
		.calendar = &d->policies->calendars[0]};
	if (!follow(d, a, in, &arrival, &m, out, err) ||
		!store_mail_add(d->store, &m, err))
		return false;
	out->mail = m.id;
	out->chain = m.chain;
	return m.message_id == NULL || m.chain == NULL ||
		store_thread_add(d->store, m.message_id, m.chain, false, err);
}
