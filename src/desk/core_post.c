/* core_post.c - letters to the post role, and its word on each of them. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/core.h"
#include "desk/outcome.h"
#include "sys/now.h"

enum { LEASE_PAUSE = 500, RENEWAL = LETTER_LEASE / 4, CONFLICTS_MAX = 20 };

struct core_outcome {
	struct core_outcome *next;
	struct arena *arena;
	const char *letter, *reply;
	enum post_outcome what;
	unsigned conflicts;
};

/* --- which letters post has ------------------------------------------------------------ */

static size_t
place(const struct core *c, const char *id)
{
	size_t i = 0;

	while (i < c->n_out && strcmp(c->out[i], id) != 0)
		i++;
	return i;
}

static void
came_back(struct core *c, const char *id)
{
	size_t i = place(c, id);

	if (i == c->n_out)
		return; /* of the core before this one */
	free(c->out[i]);
	c->out[i] = c->out[--c->n_out];
}

static void
forget(struct core *c)
{
	while (c->n_out > 0)
		free(c->out[--c->n_out]);
	c->post_known = false;
}

unsigned
core_post_room(const struct core *c)
{
	return c->post_known ? (unsigned)(CORE_LETTERS_OUT - c->n_out) : 0;
}

/* --- to post and back ------------------------------------------------------------------ */

static void
take_outcome(struct core *c, struct unpack *u)
{
	struct core_outcome *o = mem_new(sizeof *o);

	o->arena = arena_new();
	o->letter = unpack_text(u, o->arena);
	o->what = (enum post_outcome)unpack_u8(u);
	o->reply = unpack_text(u, o->arena);
	if (!unpack_end(u) || o->letter == NULL || o->what > POST_REFUSED) {
		log_event("post.lied", "letter=%s",
			log_text(span_of(o->letter ? o->letter : "")));
		arena_free(o->arena);
		free(o);
		return;
	}
	came_back(c, o->letter);
	*c->outcomes_end = o;
	c->outcomes_end = &o->next;
}

/*
 * A post process says which letters it answers for: none after its own
 * death, all that were under way after ours. Whatever else of this node is
 * leased was in dead hands and goes again, the identical bytes.
 */
static void
take_holding(struct core *c, struct unpack *u)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	uint32_t n = unpack_u32(u, CORE_LETTERS_OUT);

	forget(c);
	for (uint32_t i = 0; i < n; i++) {
		const char *id = unpack_text(u, a);

		if (id != NULL && !u->bad)
			c->out[c->n_out++] = mem_strdup(id);
	}
	if (!unpack_end(u)) {
		log_event("post.lied", "holding=%u", n);
		forget(c);
	}
	c->post_known = c->release = true;
	c->next_lease = 0;
}

static void
from_post(void *ctx, uint16_t type, struct span body)
{
	struct core *c = ctx;
	struct unpack u = {body, false};

	switch (type) {
	case PROTO_OUTCOME:
		take_outcome(c, &u);
		break;
	case PROTO_HOLDING:
		take_holding(c, &u);
		break;
	default: /* closed: the next one says what it holds */
		ipc_free(c->post);
		c->post = NULL;
		forget(c);
		break;
	}
}

void
core_post_peer(struct core *c, int fd)
{
	ipc_free(c->post);
	c->post = ipc_new(c->role->loop, fd, PROTO_MAX_MAIL, from_post, c);
	forget(c);
}

static void
tell_stored(struct core *c, const char *letter)
{
	struct str frame;

	if (c->post == NULL)
		return;
	str_init(&frame, PROTO_MAX_SMALL);
	pack_text(&frame, letter);
	ipc_send(c->post, PROTO_STORED, str_span(&frame));
	str_fini(&frame);
}

void
core_post_send(struct core *c, const struct letter_bytes *l)
{
	struct str frame;

	if (core_post_room(c) == 0)
		return; /* its lease ends with the next post process */
	str_init(&frame, PROTO_MAX_MAIL);
	pack_text(&frame, l->id);
	pack_text(&frame, l->sender);
	pack_text(&frame, l->to);
	pack_blob(&frame, l->bytes);
	ipc_send(c->post, PROTO_LETTER, str_span(&frame));
	str_fini(&frame);
	c->out[c->n_out++] = mem_strdup(l->id);
}

bool
core_post_ready(const struct core *c)
{
	return c->outcomes != NULL;
}

/* The first n outcomes in one transaction. */
static bool
commit(struct core *c, size_t n, struct err *err)
{
	const struct core_outcome *o = c->outcomes;
	bool ok = true;

	arena_reset(c->arena);
	if (!store_begin(c->desk.store, err))
		return false;
	for (size_t i = 0; i < n && ok; i++, o = o->next)
		ok = outcome_take(&c->desk, c->arena, o->letter, o->what,
			o->reply, now(), err);
	if (ok && store_commit(c->desk.store, err))
		return true;
	store_rollback(c->desk.store);
	return false;
}

/* What cannot be stored must not be sent again and again: the letter stays
 * as it is for a day, which its lease says. */
static void
set_aside(struct core *c, const struct core_outcome *o)
{
	instant until = {now().ms + INSTANT_DAY};
	struct err err;

	if (store_begin(c->desk.store, &err) &&
		store_letter_claim(
			c->desk.store, o->letter, c->desk.node, until, &err) &&
		store_commit(c->desk.store, &err))
		return;
	store_rollback(c->desk.store);
	log_event("letter.no-lease", "letter=%s error=%s",
		log_text(span_of(o->letter)), err.text);
}

static void
drop(struct core *c, size_t n)
{
	while (n-- > 0) {
		struct core_outcome *o = c->outcomes;

		c->outcomes = o->next;
		if (c->outcomes == NULL)
			c->outcomes_end = &c->outcomes;
		if (o->what != POST_SENT)
			log_event("letter.put-off", "letter=%s reply=%s",
				o->letter,
				log_text(span_of(o->reply ? o->reply : "")));
		tell_stored(c, o->letter);
		arena_free(o->arena);
		free(o);
	}
}

bool
core_post_commit(struct core *c)
{
	struct core_outcome *first = c->outcomes;
	struct err err;
	size_t n = 0;

	for (const struct core_outcome *o = first; o && n < CORE_BATCH;
		o = o->next)
		n++;
	if (n == 0)
		return true;
	bool ok = commit(c, n, &err);
	if (!ok && n > 1 && err.code != ERR_BUSY) { /* which one was it? */
		n = 1;
		ok = commit(c, n, &err);
	}
	if (!ok &&
		(err.code == ERR_BUSY ||
			(err.code == ERR_CONFLICT &&
				++first->conflicts < CONFLICTS_MAX))) {
		core_put_off(c, "outcome", &err);
		return false;
	}
	if (!ok) {
		log_event("outcome.refused-by-store", "letter=%s error=%s",
			log_text(span_of(first->letter)), err.text);
		set_aside(c, first);
		n = 1;
	}
	core_works(c);
	drop(c, n);
	return true;
}

/* --- letters whose time has come ------------------------------------------------------- */

/* While post has a letter no other node may take it, however slow the way. */
static bool
renew(struct core *c, instant until, struct err *err)
{
	for (size_t i = 0; i < c->n_out; i++)
		if (!store_letter_claim(c->desk.store, c->out[i], c->desk.node,
			    until, err) &&
			err->code != ERR_ABSENT)
			return false;
	return true;
}

/* What is to go, read in the transaction that takes it. */
static bool
read_bytes(struct core *c, const struct letter *l, size_t n,
	struct letter_bytes **out, struct err *err)
{
	struct letter_bytes *v = ARENA_ARRAY(c->arena, n, struct letter_bytes);

	for (size_t i = 0; i < n; i++) {
		v[i] = (struct letter_bytes){
			l[i].id, l[i].sender, l[i].to, {0}};
		if (!store_letter_bytes(c->desk.store, c->arena, l[i].id,
			    &v[i].bytes, err) &&
			err->code != ERR_ABSENT)
			return false;
	}
	*out = v;
	return true;
}

static bool
lease(struct core *c, struct letter_bytes **go, size_t *n, struct err *err)
{
	instant at = now(), until = {at.ms + LETTER_LEASE};
	struct letter *l;
	bool renews = c->release || loop_now() >= c->next_renewal;

	if (!store_begin(c->desk.store, err))
		return false;
	if ((!c->release ||
		    store_letter_release_all(
			    c->desk.store, c->desk.node, err)) &&
		(!renews || renew(c, until, err)) &&
		store_letter_lease(c->desk.store, c->arena, c->desk.node, at,
			until, core_post_room(c), &l, n, err) &&
		read_bytes(c, l, *n, go, err) &&
		store_commit(c->desk.store, err)) {
		c->release = false;
		if (renews)
			c->next_renewal = loop_now() + RENEWAL;
		return true;
	}
	store_rollback(c->desk.store);
	return false;
}

void
core_post_lease(struct core *c)
{
	struct letter_bytes *go;
	struct err err;
	size_t n;

	c->next_lease = loop_now() + LEASE_PAUSE;
	if (!c->post_known || c->stopping ||
		strcmp(c->role->set->send, "shadow") == 0)
		return;
	arena_reset(c->arena);
	if (!lease(c, &go, &n, &err)) {
		core_put_off(c, "lease", &err);
		return;
	}
	core_works(c);
	for (size_t i = 0; i < n; i++)
		if (go[i].to == NULL || go[i].bytes.p == NULL)
			log_event("letter.gone", "letter=%s", go[i].id);
		else if (place(c, go[i].id) == c->n_out)
			core_post_send(c, &go[i]);
	/* else: tried again by a person; it is on its way */
	if (n > 0)
		c->next_lease = 0; /* there may be more */
}
