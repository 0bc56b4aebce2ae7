/*
 * core_jobs.c - mails from the spool to the parsers and back.
 *
 * Jobs stand in the spool's order. A parser answers in the order it was
 * asked, so the first unanswered job is the one it died of, hangs on or lies
 * about; that mail gets one retry, then quarantine.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/core.h"
#include "desk/reader.h"
#include "report/report.h"
#include "sys/now.h"

enum { DEATHS_MAX = 2, DAMAGE_BESIDE = 1024 * 1024 };

/* --- reading ahead ---------------------------------------------------------------- */

static const char *const source_names[CORE_SPOOLS] = {"edge", "pipe"};

bool
core_jobs_open(struct core *c, struct err *err)
{
	for (size_t i = 0; i < CORE_SPOOLS; i++) {
		struct source *s = &c->sources[i];
		const char *dir = arena_printf(c->role->arena, "%s/spool/%s",
			c->role->data, source_names[i]);

		s->name = source_names[i];
		s->dir = dir;
		if (!spool_reader_open(&s->reader, dir, err) ||
			!store_position(c->desk.store, c->desk.node, s->name,
				&s->pos, err))
			return err_wrap(err, "spool %s", dir);
		s->stored = s->pos;
	}
	c->n_workers = (size_t)c->role->set->parsers;
	c->workers = mem_new(c->n_workers * sizeof *c->workers);
	for (size_t i = 0; i < c->n_workers; i++)
		c->workers[i] =
			(struct worker){.core = c, .index = (unsigned)i};
	return true;
}

void
core_job_free(struct core *c, struct job *j)
{
	c->n_jobs--;
	c->job_bytes -= j->mail.raw.n;
	if (j->act != NULL)
		core_act_drop(j->act, "the desk is stopping; try again");
	arena_free(j->arena);
	free(j);
}

void
core_jobs_drop(struct core *c)
{
	while (c->first != NULL) {
		struct job *j = c->first;

		c->first = j->next;
		core_job_free(c, j);
	}
	c->last = NULL;
}

/*
 * Somebody was told 250 for these bytes: what is left of them is filed for a
 * person. Nothing says who sent them, so nobody is answered; the clocks run
 * from when the segment was begun, which is never too late.
 */
static bool
salvage(struct core *c, struct job *j, struct spool_pos from, const char *why)
{
	struct source *s = j->source;
	uint64_t most = (uint64_t)c->role->set->message_size + DAMAGE_BESIDE;
	instant begun;
	struct err err;

	log_event("spool.damaged", "spool=%s segment=%u offset=%llu error=%s",
		s->name, from.segment, (unsigned long long)from.offset, why);
	j->mail = (struct spool_mail){.peer = "spool"};
	if (!spool_salvage(s->dir, j->arena, from, s->pos, most, &j->mail.raw,
		    &begun, &err)) {
		log_event("spool.unreadable", "spool=%s error=%s", s->name,
			err.text);
		return false;
	}
	j->mail.received = begun.ms > 0 ? begun : now();
	core_job_unreadable(j,
		"the spool was damaged here; these are the bytes that are left of one mail or more");
	return true;
}

/* The next mail, or the remains of one; false: there is nothing yet. */
static bool
read_record(struct core *c, struct job *j)
{
	struct source *s = j->source;

	for (;;) {
		struct spool_pos from = s->pos;
		struct err err = {0};

		if (spool_read(s->reader, j->arena, &s->pos, &j->mail, &err))
			return true;
		if (err.code == ERR_BROKEN && salvage(c, j, from, err.text))
			return true;
		if (err.code == ERR_BROKEN)
			continue;
		if (err.code != ERR_NONE)
			log_event("spool.unreadable", "spool=%s error=%s",
				s->name, err.text);
		return false;
	}
}

static void
line_up(struct core *c, struct job *j)
{
	j->ticket = ++c->next_ticket;
	if (c->last != NULL)
		c->last->next = j;
	else
		c->first = j;
	c->last = j;
	c->n_jobs++;
	c->job_bytes += j->mail.raw.n;
}

static bool
read_one(struct core *c, struct source *s)
{
	struct job *j = mem_new(sizeof *j);

	j->arena = arena_new();
	j->source = s;
	if (!read_record(c, j)) {
		arena_free(j->arena);
		free(j);
		return false;
	}
	j->pos = s->pos;
	line_up(c, j);
	return true;
}

void
core_jobs_ask(struct core *c, struct job *j)
{
	line_up(c, j);
}

static bool
has_room(const struct core *c)
{
	return c->n_jobs < CORE_WINDOW &&
		(c->n_jobs == 0 || c->job_bytes < CORE_WINDOW_BYTES);
}

static void
read_ahead(struct core *c)
{
	bool more = c->spooled && !c->stopping;

	while (more && has_room(c)) {
		more = false;
		for (size_t i = 0; i < CORE_SPOOLS && has_room(c); i++)
			more |= read_one(c, &c->sources[i]);
		c->spooled = more;
	}
}

/* --- to the parsers ----------------------------------------------------------------- */

static struct worker *
idlest(struct core *c)
{
	struct worker *best = NULL;

	for (size_t i = 0; i < c->n_workers; i++) {
		struct worker *w = &c->workers[i];

		if (w->ipc != NULL && w->under_way < CORE_PER_PARSER &&
			(best == NULL || w->under_way < best->under_way))
			best = w;
	}
	return best;
}

static void
hand_out(struct job *j, struct worker *w)
{
	struct str frame;

	str_init(&frame, PROTO_MAX_MAIL);
	pack_u32(&frame, j->ticket);
	pack_text(&frame, j->mail.sender);
	pack_u32(&frame, (uint32_t)j->mail.n_rcpts);
	for (size_t i = 0; i < j->mail.n_rcpts; i++)
		pack_text(&frame, j->mail.rcpts[i]);
	pack_blob(&frame, j->mail.raw);
	ipc_send(w->ipc, PROTO_READ, str_span(&frame));
	str_fini(&frame);
	if (w->under_way++ == 0)
		w->progress = loop_now();
	j->state = JOB_OUT;
	j->worker = w;
	j->handed = ++w->core->handed;
}

void
core_jobs_pump(struct core *c)
{
	read_ahead(c);
	for (struct job *j = c->first; j != NULL; j = j->next) {
		if (j->state != JOB_WAITING)
			continue;
		struct worker *w = idlest(c);
		if (w == NULL)
			return;
		hand_out(j, w);
	}
}

/* --- back from the parsers -------------------------------------------------------------- */

/* A mail that nobody could read is still work for a person. */
void
core_job_unreadable(struct job *j, const char *why)
{
	reader_none(j->arena, &j->mail, why, &j->message, &j->report);
	j->state = JOB_DONE;
}

/*
 * The mail that this reader has before it. That is not always the oldest in
 * the spool: one whose first reader died is handed out again behind younger
 * ones.
 */
static struct job *
at_hand(struct core *c, const struct worker *w)
{
	struct job *first = NULL;

	for (struct job *j = c->first; j != NULL; j = j->next)
		if (j->state == JOB_OUT && j->worker == w &&
			(first == NULL || j->handed < first->handed))
			first = j;
	return first;
}

/* Checks everything again: the parser has met hostile bytes. */
static bool
take_answer(struct job *j, struct unpack *u)
{
	struct message *m;
	struct report *r;

	if (!reader_unpack(u, j->arena, &m, &r) || !unpack_end(u))
		return false;
	/* What the core knows itself it does not take from a parser. */
	m->envelope_sender = j->mail.sender;
	j->message = m;
	j->report = r;
	j->lines = reader_lines(m);
	j->state = JOB_DONE;
	return true;
}

/* A reader that fails with a mail costs it one retry in a fresh process,
 * which has not met the mails before it; then it is a person's. */
static void
blame(struct job *j, const char *why)
{
	if (++j->deaths < DEATHS_MAX)
		return;
	log_event("mail.quarantined", "ticket=%u deaths=%u why=%s", j->ticket,
		j->deaths, why);
	core_job_unreadable(j, why);
}

/* What it had goes to the others. */
static void
forget(struct worker *w)
{
	struct core *c = w->core;

	for (struct job *j = c->first; j != NULL; j = j->next)
		if (j->state == JOB_OUT && j->worker == w)
			j->state = JOB_WAITING;
	ipc_free(w->ipc);
	*w = (struct worker){.core = c, .index = w->index};
}

static void
worker_died(struct worker *w)
{
	struct job *j = at_hand(w->core, w);

	/* Killed for one mail: the next one it had is innocent. */
	if (j != NULL && !w->told)
		blame(j, "the reader ended twice while reading this mail");
	else if (j != NULL && j->ticket == w->culprit)
		blame(j, "reading this mail took too long, twice");
	forget(w);
}

static void
from_worker(void *ctx, uint16_t type, struct span body)
{
	struct worker *w = ctx;
	struct core *c = w->core;
	struct unpack u = {body, false};

	if (type == IPC_CLOSED) {
		worker_died(w);
		return;
	}
	uint32_t ticket = unpack_u32(&u, UINT32_MAX);
	struct job *j = at_hand(c, w);
	if (j == NULL && c->stopping)
		return;
	if (type == PROTO_DONE && j != NULL && j->ticket == ticket &&
		take_answer(j, &u)) {
		w->under_way--;
		w->progress = loop_now();
		core_evidence_want(c, j);
		return;
	}
	/* It may have been taken over by any mail that it has read, so what
	 * it says of the others is not heard any more. */
	log_event("parse.lied", "index=%u", w->index);
	if (j != NULL)
		blame(j, "the reader's answer made no sense, twice");
	c->stuck(c->role, ROLE_PARSE, w->index);
	forget(w);
}

void
core_jobs_worker(struct core *c, unsigned index, int fd)
{
	const struct own_addresses *own = &c->policies.own;
	struct str frame;

	if (index >= c->n_workers)
		return;
	struct worker *w = &c->workers[index];
	if (w->ipc != NULL)
		worker_died(w);
	w->ipc = ipc_new(c->role->loop, fd, PROTO_MAX_DONE, from_worker, w);
	str_init(&frame, PROTO_MAX_SMALL);
	pack_u32(&frame, (uint32_t)own->n);
	for (size_t i = 0; i < own->n; i++)
		pack_text(&frame, own->addresses[i]);
	pack_text(&frame, own->message_domain);
	ipc_send(w->ipc, PROTO_OWN, str_span(&frame));
	str_fini(&frame);
}

void
core_jobs_deaf(struct core *c, int64_t ms)
{
	for (size_t i = 0; i < c->n_workers; i++)
		c->workers[i].progress += ms;
	c->look_progress += ms;
}

void
core_jobs_check(struct core *c)
{
	for (size_t i = 0; i < c->n_workers; i++) {
		struct worker *w = &c->workers[i];

		if (w->ipc == NULL || w->under_way == 0 || w->told ||
			loop_now() - w->progress < c->role->set->parse_timeout)
			continue;
		struct job *j = at_hand(c, w);
		w->told = true;
		w->culprit = j != NULL ? j->ticket : 0;
		c->stuck(c->role, ROLE_PARSE, w->index);
	}
}

/* --- what is stored may go from the spool -------------------------------------------- */

/*
 * The edge's spool belongs to the edge, which removes its own segments; the
 * pipe's has no process of its own.
 */
void
core_jobs_prune(struct core *c)
{
	instant before = {now().ms - c->role->set->segment_keep};

	for (size_t i = 0; i < CORE_SPOOLS; i++) {
		const struct source *s = &c->sources[i];
		struct str frame;
		struct err err;

		if (strcmp(s->name, "edge") != 0) {
			if (!spool_prune(s->dir, s->stored, before, &err))
				log_event("spool.kept", "spool=%s error=%s",
					s->name, err.text);
			continue;
		}
		if (c->edge == NULL)
			continue;
		str_init(&frame, 32);
		pack_u32(&frame, s->stored.segment);
		pack_i64(&frame, (int64_t)s->stored.offset);
		pack_i64(&frame, before.ms);
		ipc_send(c->edge, PROTO_CONSUMED, str_span(&frame));
		str_fini(&frame);
	}
}
