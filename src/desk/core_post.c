/* core_post.c - letters to the post role, and its word on each of them. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/core.h"
#include "desk/outcome.h"
#include "sys/now.h"

enum { LEASE_PAUSE = 500, HELD_MAX = 100000 };

struct core_outcome {
	struct core_outcome *next;
	struct arena *arena;
	const char *letter, *reply;
	enum post_outcome what;
};

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
	if (c->letters_out > 0)
		c->letters_out--;
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
	arena_reset(c->held_arena);
	c->n_held = unpack_u32(u, HELD_MAX);
	c->held = ARENA_ARRAY(c->held_arena, c->n_held, const char *);
	for (size_t i = 0; i < c->n_held; i++)
		c->held[i] = unpack_text(u, c->held_arena);
	if (!unpack_end(u)) {
		log_event("post.lied", "holding=%zu", c->n_held);
		c->n_held = 0;
	}
	c->letters_out = (unsigned)c->n_held;
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
		c->post_known = false;
		break;
	}
}

void
core_post_peer(struct core *c, int fd)
{
	ipc_free(c->post);
	c->post = ipc_new(c->role->loop, fd, PROTO_MAX_MAIL, from_post, c);
	c->post_known = false;
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

	if (!c->post_known)
		return; /* its lease ends when the next post process comes */
	str_init(&frame, PROTO_MAX_MAIL);
	pack_text(&frame, l->id);
	pack_text(&frame, l->sender);
	pack_text(&frame, l->to);
	pack_blob(&frame, l->bytes);
	ipc_send(c->post, PROTO_LETTER, str_span(&frame));
	str_fini(&frame);
	c->letters_out++;
}

bool
core_post_ready(const struct core *c)
{
	return c->outcomes != NULL;
}

static bool
store_outcomes(struct core *c, size_t *n, struct err *err)
{
	*n = 0;
	for (struct core_outcome *o = c->outcomes; o && *n < CORE_BATCH;
		o = o->next, ++*n)
		if (!outcome_take(&c->desk, c->arena, o->letter, o->what,
			    o->reply, now(), err))
			return false;
	return true;
}

bool
core_post_commit(struct core *c)
{
	struct err err;
	size_t n;

	if (c->outcomes == NULL)
		return true;
	arena_reset(c->arena);
	if (!store_begin(c->desk.store, &err) || !store_outcomes(c, &n, &err) ||
		!store_commit(c->desk.store, &err)) {
		store_rollback(c->desk.store);
		log_event("outcome.refused-by-store", "error=%s", err.text);
		if (err.code == ERR_BUSY || err.code == ERR_CONFLICT)
			return false;
		n = 1; /* one that cannot be stored is tried after its lease */
	}
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
	return true;
}

/* Only what a living post process answers for stays leased to this node. */
static bool
release(struct core *c, instant until, struct err *err)
{
	if (!store_letter_release_all(c->desk.store, c->desk.node, err))
		return false;
	for (size_t i = 0; i < c->n_held; i++)
		if (!store_letter_claim(c->desk.store, c->held[i], c->desk.node,
			    until, err) &&
			err->code != ERR_ABSENT)
			return false;
	return true;
}

static bool
lease(struct core *c, struct letter **l, size_t *n, struct err *err)
{
	instant at = now(), until = {at.ms + LETTER_LEASE};

	if (!store_begin(c->desk.store, err))
		return false;
	if ((!c->release || release(c, until, err)) &&
		store_letter_lease(c->desk.store, c->arena, c->desk.node, at,
			until, CORE_LETTERS_OUT - c->letters_out, l, n, err) &&
		store_commit(c->desk.store, err)) {
		c->release = false;
		return true;
	}
	store_rollback(c->desk.store);
	return false;
}

void
core_post_lease(struct core *c)
{
	struct letter *l;
	struct err err;
	size_t n;

	c->next_lease = loop_now() + LEASE_PAUSE;
	if (!c->post_known || c->stopping ||
		c->letters_out >= CORE_LETTERS_OUT ||
		strcmp(c->role->set->send, "shadow") == 0)
		return;
	arena_reset(c->arena);
	if (!lease(c, &l, &n, &err)) {
		log_event("letter.no-lease", "error=%s", err.text);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct letter_bytes go = {l[i].id, l[i].sender, l[i].to, {0}};

		if (!store_letter_bytes(c->desk.store, c->arena, l[i].id,
			    &go.bytes, &err) ||
			go.to == NULL || go.bytes.p == NULL) {
			log_event("letter.gone", "letter=%s", l[i].id);
			continue;
		}
		core_post_send(c, &go);
	}
	if (n > 0)
		c->next_lease = 0; /* there may be more */
}
