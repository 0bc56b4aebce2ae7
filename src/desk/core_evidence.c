/*
 * core_evidence.c - between reading a mail and judging it: what the mirror
 * of its product says.
 *
 * Evidence is a help, and no mail waits for it long: one that the evidence
 * role dies of or hangs on is judged without, and so is one that could not
 * be asked about in time. What the role answers is checked like any other's.
 */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/core.h"
#include "mirror/mirror_note.h"

enum {
	AT_ONCE = 16,         /* reports at the role */
	LOOK_PATIENCE = 2000, /* ms for one, by the role */
	MAIL_PATIENCE = 5000, /* ms for a mail to be asked about at all */
};

static bool
has_mirror(const struct core *c, struct arena *a, const struct policy *p)
{
	return mirror_prefix_is(p->product.prefix) &&
		access(mirror_path(a, c->role->data, p->product.prefix),
			F_OK) == 0;
}

/* Looked at each time, a microsecond for each policy: who has just added the
 * first mirror judges again at once, and must find it. */
static bool
any_mirror(const struct core *c, struct arena *a)
{
	for (size_t i = 0; i < c->policies.n; i++)
		if (has_mirror(c, a, c->policies.v[i]))
			return true;
	return false;
}

void
core_evidence_second(struct core *c)
{
	for (struct job *j = c->first; j != NULL; j = j->next)
		if (j->state == JOB_READ &&
			loop_now() - j->read_at >= MAIL_PATIENCE) {
			log_event("evidence.missed", "ticket=%u", j->ticket);
			j->state = JOB_DONE;
		}
	if (c->evidence == NULL || c->looking == 0 ||
		loop_now() - c->look_progress < LOOK_PATIENCE)
		return;
	c->stuck(c->role, ROLE_EVIDENCE, 0);
	core_evidence_forget(c);
}

/* --- asking ------------------------------------------------------------------------- */

static void
ask(struct core *c, struct job *j)
{
	struct str frame;

	str_init(&frame, PROTO_MAX_DONE);
	pack_u32(&frame, j->ticket);
	pack_text(&frame, j->product->product.prefix);
	pack_u32(&frame, j->lines);
	report_pack(&frame, j->report);
	if (frame.cut) { /* it came to us in one frame with its text */
		str_fini(&frame);
		j->state = JOB_DONE;
		return;
	}
	ipc_send(c->evidence, PROTO_LOOK, str_span(&frame));
	str_fini(&frame);
	if (c->looking++ == 0)
		c->look_progress = loop_now();
	j->state = JOB_LOOKING;
	j->handed = ++c->handed;
}

void
core_evidence_pump(struct core *c)
{
	for (struct job *j = c->first;
		j != NULL && c->evidence != NULL && c->looking < AT_ONCE;
		j = j->next)
		if (j->state == JOB_READ)
			ask(c, j);
}

void
core_evidence_want(struct core *c, struct job *j)
{
	const struct envelope env = {
		j->mail.sender, j->mail.rcpts, j->mail.n_rcpts};

	if (j->act == NULL) { /* else whoever asks knows whose it is */
		if (!any_mirror(c, j->arena))
			return;
		j->product = judge_product(j->arena, c->policies.v,
			c->policies.n, &env, j->message, j->report);
	}
	if (j->product == NULL || !has_mirror(c, j->arena, j->product))
		return;
	j->state = JOB_READ;
	j->read_at = loop_now();
	core_evidence_pump(c);
}

/* --- answers -------------------------------------------------------------------------- */

/* The role answers in the order it was asked. */
static struct job *
at_hand(struct core *c)
{
	struct job *first = NULL;

	for (struct job *j = c->first; j != NULL; j = j->next)
		if (j->state == JOB_LOOKING &&
			(first == NULL || j->handed < first->handed))
			first = j;
	return first;
}

/* The one that it had before it goes on without; the others are asked about
 * again when the next one is there. */
void
core_evidence_forget(struct core *c)
{
	struct job *j = at_hand(c);

	if (j != NULL) {
		log_event("evidence.missed", "ticket=%u", j->ticket);
		j->state = JOB_DONE;
	}
	for (j = c->first; j != NULL; j = j->next)
		if (j->state == JOB_LOOKING)
			j->state = JOB_READ;
	c->looking = 0;
	ipc_free(c->evidence);
	c->evidence = NULL;
}

static bool
take_answer(struct job *j, struct span body)
{
	struct unpack u = {body, false};
	struct evidence *ev = NULL;

	if (unpack_u32(&u, UINT32_MAX) != j->ticket)
		return false;
	bool any = unpack_u8(&u) != 0;
	if ((any && !evidence_unpack(&u, j->arena, j->report->n_claims, &ev)) ||
		!unpack_end(&u))
		return false;
	j->evidence = ev;
	j->state = JOB_DONE;
	return true;
}

static void
from_evidence(void *ctx, uint16_t type, struct span body)
{
	struct core *c = ctx;

	if (type == IPC_CLOSED) {
		core_evidence_forget(c);
		return;
	}
	struct job *j = at_hand(c);
	if (j == NULL && c->stopping)
		return;
	if (type == PROTO_LOOKED && j != NULL && take_answer(j, body)) {
		c->looking--;
		c->look_progress = loop_now();
		core_evidence_pump(c);
		return;
	}
	log_event("evidence.lied", "ticket=%u", j ? j->ticket : 0);
	c->stuck(c->role, ROLE_EVIDENCE, 0);
	core_evidence_forget(c);
}

void
core_evidence_peer(struct core *c, int fd)
{
	if (c->evidence != NULL)
		core_evidence_forget(c);
	c->evidence =
		ipc_new(c->role->loop, fd, PROTO_MAX_LOOKED, from_evidence, c);
	core_evidence_pump(c);
}
