/*
 * edge_fixture.h - what the edge's tests share: a real edge in a child
 * process, a client that waits ten seconds at most, and its spool.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/span.h"
#include "sys/spool.h"

#define EHLO "EHLO c\r\n"
#define MAIL "MAIL FROM:<a@example.net>\r\nRCPT TO:<security@example.org>\r\n"

struct fixture {
	char dir[32], spool[48], path[48], conf[256];
	int port;
	pid_t edge;
	struct arena *arena;
};

int fixture_setup(void **state);
int fixture_teardown(void **state);
void fixture_start(struct fixture *f, const char *conf);
void fixture_stop(struct fixture *f); /* and it ended well */

int dial(struct fixture *f);
/* As a client should: not a word before the greeting. */
int greeted(struct fixture *f);
int dial_lmtp(struct fixture *f);
void say(int fd, struct span bytes);
/* Read until n replies have come, or the end; the code of the last one, 0
 * at the end. */
int hear(int fd, unsigned n);
int ask(int fd, const char *text, unsigned replies);

/* How many mails are in the spool, and the last of them. */
unsigned spool_count(struct fixture *f, struct spool_mail *last);
