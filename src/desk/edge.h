/*
 * edge.h - the listener: strangers' bytes to durable mails, and no more.
 *
 * It accepts connections, speaks SMTP or LMTP with them (wire/smtp.h), keeps
 * their mails in the spool and answers 250 after the sync that made them
 * durable. It has no database and parses nothing of a mail.
 */
#pragma once

#include "conf/settings.h"
#include "sys/loop.h"
#include "sys/role.h"

struct edge;

/*
 * `dir` is the spool's folder. The listeners' descriptors stay the caller's.
 * `spooled` is called after each sync: there is something to read. What is
 * given lives as long as the edge. Uses loop_before_sleep().
 */
bool edge_new(struct edge **out, struct loop *l, const struct settings *set,
	const char *dir, const struct role_listener *listeners, size_t n,
	const struct text_list *known, void (*spooled)(void *ctx), void *ctx,
	struct err *err);
void edge_free(struct edge *e); /* NULL is fine */

/* No new connections; mails in transfer are finished for a while, then
 * `stopped` is called, perhaps at once. */
void edge_stop(struct edge *e, void (*stopped)(void *ctx), void *ctx);
