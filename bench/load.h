/*
 * load.h - what the sending half and the receiving half of load share.
 *
 * Mail number n goes out from r<n>@d<n>.example, and the letter to that
 * address is its answer: so each letter finds the mail it belongs to. Times
 * are microseconds of one clock, since both ends are this process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/loop.h"

struct load {
	struct loop *loop;
	unsigned port, sink_port; /* on 127.0.0.1 */
	unsigned first, count, sessions;
	size_t size;       /* of a mail, roughly */
	unsigned rate;     /* mails a second; 0: as fast as they are taken */
	unsigned patience; /* seconds in all */

	int64_t began, last_taken, last_letter;
	int64_t *taken;    /* when its 250 came; 0: not yet */
	int64_t *answered; /* when its letter was handed over */
	unsigned sent, n_taken, n_refused, n_letters, n_doubles;
};

int64_t load_clock(void);
void load_check_end(struct load *l); /* stops the loop when all is said */

/* load_send.c: opens the sessions and begins. */
bool load_send(struct load *l);

/* load_sink.c: listens on the sink's port. */
bool load_sink(struct load *l);
