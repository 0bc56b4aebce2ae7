/*
 * transport.h - what post.c and the three ways out say to each other.
 *
 * A job is one letter under way. It belongs to the transport from send()
 * until post_job_done(), which must be called from the loop and never from
 * inside send().
 */
#pragma once

#include "base/str.h"
#include "post/post.h"

enum { REPLY_MAX = 400 };

struct job {
	struct post *post;
	struct job *next; /* for the transport's own lists */
	char *id, *sender, *to;
	unsigned char *bytes;
	size_t n;
	enum post_outcome outcome;
	struct str reply; /* raw; post_job_done() makes it visible */
};

struct transport_settings {
	struct loop *loop;
	const struct settings *set;
	const char *data;
	const char *where; /* of the setting, after the scheme */
};

struct transport {
	const char *prefix; /* of the setting */
	bool (*open)(void **out, const struct transport_settings *t,
		struct err *err);
	void (*send)(void *self, struct job *job);
	/* Hands no job back: those under way are freed with job_free(). */
	void (*close)(void *self);
};

extern const struct transport maildir_transport;
extern const struct transport smtp_transport, smtps_transport;
extern const struct transport sendmail_transport;

void job_outcome(struct job *job, enum post_outcome o, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void job_free(struct job *job);
void post_job_done(struct job *job);

/* The letter with LF line ends, as local mail is kept. In heap memory. */
unsigned char *job_lf(const struct job *job, size_t *n);
