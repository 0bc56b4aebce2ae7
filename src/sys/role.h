/*
 * role.h - one binary, re-executed once per role, each with its own doors.
 *
 * The keeper starts every role as a fresh process of the same binary with
 * one socket (descriptor ROLE_FD) to it. The first frame is the hello: who
 * the role is, the settings, the data folder, what else it was given. Then
 * the keeper hands over channels to other roles as they come and go: when a
 * role is started again, both ends of its channels get a new PEER.
 */
#pragma once

#include "conf/settings.h"
#include "sys/ipc.h"

enum role_name {
	ROLE_KEEPER,
	ROLE_EDGE,
	ROLE_PARSE,
	ROLE_CORE,
	ROLE_POST,
	ROLE_SIGN,
	ROLE_EVIDENCE,
	ROLE_FETCH, /* no child of the keeper: a command starts it */
};
enum { ROLE_COUNT = ROLE_FETCH + 1, ROLE_FD = 3, ROLE_MAX_LISTENERS = 16 };
extern const char *const role_names[ROLE_COUNT];

struct role_listener {
	int fd;
	bool lmtp;
};

struct role {
	enum role_name name;
	unsigned index;   /* of several of one name */
	const char *data; /* absolute */
	const char *node;
	const struct settings *set;
	struct text_list known; /* edge: the addresses that take mail */
	struct role_listener listeners[ROLE_MAX_LISTENERS];
	size_t n_listeners;
	struct arena *arena; /* lives as long as the role */
	struct loop *loop;
	/* set by the role before role_run(): a channel to another role; the
	 * old one, if any, is dead. Takes fd. */
	void (*peer)(void *ctx, enum role_name who, unsigned index, int fd);
	/* the keeper asks for an orderly end; the role calls loop_stop(). */
	void (*stop)(void *ctx);
	void *ctx;
};

/* Frames between keeper and roles. */
enum {
	ROLE_HELLO = 1,
	ROLE_LISTENER, /* with a descriptor */
	ROLE_GO,       /* hello is complete */
	ROLE_PEER,     /* with a descriptor: u32 role, u32 index */
	ROLE_STOP,
	ROLE_READY, /* from the role: it does its work from now on */
	ROLE_STUCK, /* from the core: u32 role, u32 index: end it */
};

/* In the role's process: reads hello, opens the log and the clock. */
bool role_begin(struct role *r, struct err *err);
/* Tells the keeper, then runs the loop until stopped or orphaned. */
void role_run(struct role *r);

/* Asks the keeper to kill another role, which is then started again. */
void role_stuck(struct role *r, enum role_name who, unsigned index);

/* In the keeper: what hello says. */
void role_hello(struct str *out, enum role_name name, unsigned index,
	const char *data, const char *node, struct text_list known,
	const struct settings *set);
/* Its other side, in the role's process; everything is in r->arena. */
bool role_read_hello(struct role *r, struct span body, struct err *err);
