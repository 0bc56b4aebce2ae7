/*
 * post.h - letters on their way out: Maildir, SMTP (libcurl), sendmail.
 *
 * Sending is at least once: the caller has committed Message-ID and attempt
 * before post_send(), and repeats identical bytes. Outcomes come through the
 * callback, from the loop, never from inside post_send().
 *
 * The setting `transport` says how: maildir:DIR (a relative one is in the
 * data folder; it is created), smtp://HOST:PORT, smtps://HOST:PORT or
 * sendmail:PROGRAM. SMTP waits in threads of its own, one for each of
 * `senders`, for libcurl blocks its caller after the final dot; nothing else
 * runs in them.
 */
#pragma once

#include "base/instant.h"
#include "conf/settings.h"
#include "sys/loop.h"

enum post_outcome {
	POST_SENT,    /* the next hop took it */
	POST_LATER,   /* 4yz, no connection, timeout: try again */
	POST_REFUSED, /* 5yz: a person must look */
};

struct post;

/* ERR_SYNTAX or ERR_ABSENT names the setting that is wrong. `reply` is one
 * visible line: the server's, the program's, or what went wrong and where. */
bool post_new(struct post **out, struct loop *l, const struct settings *set,
	const char *data,
	void (*done)(void *ctx, const char *id, enum post_outcome o,
		const char *reply),
	void *ctx, struct err *err);
/* Gives up what is under way, without a callback; NULL is fine. Within a
 * second or two, however slow the next hop is. */
void post_free(struct post *p);
/* `id` comes back in done(). sender "" is the null path. All copied. More
 * than post_free_slots() wait for their turn. */
void post_send(struct post *p, const char *id, const char *sender,
	const char *to, struct span bytes);
unsigned post_free_slots(const struct post *p); /* set->senders minus busy */

/* When the next attempt is due, after `attempts` that failed: back-off from
 * the settings; INT64_MAX ms when it is time to give up. Pure. */
instant post_next_try(const struct settings *set, instant queued,
	instant failed, unsigned attempts);
