/*
 * evidence_role.c - the evidence role: what the mirrors say about a report.
 *
 * A mirror is bytes from strangers, and so is a report: they meet here,
 * behind doors that leave nothing but reading the mirrors. A mirror stays
 * open until an update has put another in its place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/proto.h"
#include "desk/roles.h"
#include "mirror/mirror_note.h"
#include "sys/sandbox.h"

enum { MIRRORS_OPEN = 64, LOOK_LIMIT = 1500, LINES_MAX = 100000000 };

struct opened {
	char prefix[72]; /* "": free */
	struct mirror *m;
	struct stat refs, fetched; /* as it was when we opened it */
};

struct looker {
	struct role *role;
	struct ipc *core;
	struct arena *arena; /* one report's */
	struct str frame;
	struct opened open[MIRRORS_OPEN];
	size_t next; /* the slot that is given up next */
};

static bool
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct stat
status(struct arena *a, const char *path, const char *name)
{
	struct stat st = {0};

	(void)stat(arena_printf(a, "%s/%s", path, name), &st);
	return st;
}

static struct opened *
slot_of(struct looker *l, const char *prefix)
{
	for (size_t i = 0; i < MIRRORS_OPEN; i++)
		if (strcmp(l->open[i].prefix, prefix) == 0)
			return &l->open[i];
	struct opened *o = &l->open[l->next++ % MIRRORS_OPEN];
	mirror_close(o->m);
	*o = (struct opened){.m = NULL};
	(void)snprintf(o->prefix, sizeof o->prefix, "%s", prefix);
	return o;
}

/* NULL: there is none, or none that can be read; that is told once. */
static struct mirror *
mirror_of(struct looker *l, const char *prefix)
{
	const char *path = mirror_path(l->arena, l->role->data, prefix);
	struct stat refs = status(l->arena, path, "packed-refs");
	struct stat fetched = status(l->arena, path, "pratique.fetched");
	struct opened *o = slot_of(l, prefix);
	struct err err;

	if (same(&o->refs, &refs) && same(&o->fetched, &fetched))
		return o->m;
	mirror_close(o->m);
	o->m = NULL;
	o->refs = refs;
	o->fetched = fetched;
	if (!mirror_open(&o->m, path, &err)) {
		o->m = NULL;
		if (err.code != ERR_ABSENT)
			log_event("evidence.unreadable", "product=%s error=%s",
				prefix, err.text);
	}
	return o->m;
}

static void
look(struct looker *l, struct span body)
{
	struct unpack u = {body, false};
	uint32_t ticket = unpack_u32(&u, UINT32_MAX);
	const char *prefix = unpack_text(&u, l->arena);
	uint32_t lines = unpack_u32(&u, LINES_MAX);
	struct report *r;
	struct evidence *ev = NULL;
	struct err err;

	if (!report_unpack(&u, l->arena, lines, &r) || !unpack_end(&u) ||
		!mirror_prefix_is(prefix))
		abort(); /* the core is ours, and has checked it */
	struct mirror *m = mirror_of(l, prefix);
	if (m != NULL && !mirror_look(m, l->arena, r, LOOK_LIMIT, &ev, &err)) {
		log_event("evidence.unreadable", "product=%s error=%s", prefix,
			err.text);
		ev = NULL;
	}
	str_clear(&l->frame);
	pack_u32(&l->frame, ticket);
	pack_u8(&l->frame, ev != NULL);
	if (ev != NULL)
		evidence_pack(&l->frame, ev);
	ipc_send(l->core, PROTO_LOOKED, str_span(&l->frame));
	arena_reset(l->arena);
}

static void
from_core(void *ctx, uint16_t type, struct span body)
{
	struct looker *l = ctx;

	switch (type) {
	case PROTO_LOOK:
		look(l, body);
		break;
	case IPC_CLOSED: /* the keeper brings the next core's channel */
		ipc_free(l->core);
		l->core = NULL;
		break;
	default:
		abort();
	}
}

static void
peer(void *ctx, enum role_name who, unsigned index, int fd)
{
	struct looker *l = ctx;

	(void)index;
	if (who != ROLE_CORE)
		abort();
	ipc_free(l->core);
	l->core = ipc_new(l->role->loop, fd, PROTO_MAX_DONE, from_core, l);
}

int
evidence_main(struct role *r)
{
	static struct looker l;
	struct err err;

	l = (struct looker){.role = r, .arena = arena_new()};
	str_init(&l.frame, PROTO_MAX_LOOKED);
	r->peer = peer;
	r->ctx = &l;
	mirror_start();
	if (!sandbox_enter(ROLE_EVIDENCE, r->data, r->set, &err)) {
		log_event("role.unsafe", "error=%s", err.text);
		if (r->set->require_sandbox)
			return EX_CONFIG;
	}
	role_run(r);
	return EX_OK;
}
