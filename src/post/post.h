/*
 * post.h - letters on their way out: Maildir, SMTP (libcurl), sendmail.
 *
 * Sending is at least once: the caller has committed Message-ID and attempt
 * before post_send(), and repeats identical bytes. Outcomes come through the
 * callback, from the loop, never from inside post_send().
 */
#pragma once

#include "conf/settings.h"
#include "sys/loop.h"

enum post_outcome {
	POST_SENT,    /* the next hop took it */
	POST_LATER,   /* 4yz, no connection, timeout: try again */
	POST_REFUSED, /* 5yz: a person must look */
};

struct post;

bool post_new(struct post **out, struct loop *l, const struct settings *set,
	void (*done)(void *ctx, const char *id, enum post_outcome o,
		const char *reply),
	void *ctx, struct err *err);
void post_free(struct post *p); /* gives up what is under way */
/* `id` comes back in done(). sender "" is the null path. All copied. */
void post_send(struct post *p, const char *id, const char *sender,
	const char *to, struct span bytes);
unsigned post_free_slots(const struct post *p); /* set->senders minus busy */

/* When the next attempt is due, after `attempts` that failed: back-off from
 * the settings; INT64_MAX ms when it is time to give up. Pure. */
instant post_next_try(const struct settings *set, instant queued,
	instant failed, unsigned attempts);
