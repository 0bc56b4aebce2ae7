/*
 * load.c - sends reports, takes the letters, and says how long it took.
 *
 * usage: load PORT SINK-PORT FIRST COUNT SESSIONS SIZE RATE SECONDS
 *
 * It ends when every mail has its 250 and every letter is here, or after
 * SECONDS, and prints one JSON line. `wait` is from a mail's 250 to its
 * letter handed over; all times are microseconds.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

int64_t
load_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
load_check_end(struct load *l)
{
	if (l->n_taken == l->count && l->n_letters == l->count)
		loop_stop(l->loop);
}

static void
too_long(void *ctx)
{
	struct load *l = ctx;

	loop_stop(l->loop);
}

static int
cmp_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
report(const struct load *l)
{
	int64_t *wait = mem_new((l->count + 1) * sizeof *wait);
	size_t n = 0;

	for (unsigned i = 0; i < l->count; i++)
		if (l->taken[i] != 0 && l->answered[i] != 0)
			wait[n++] = l->answered[i] > l->taken[i] ?
				l->answered[i] - l->taken[i] :
				0;
	qsort(wait, n, sizeof *wait, cmp_time);
	(void)printf("{\"mails\": %u, \"taken\": %u, \"letters\": %u, "
		     "\"doubles\": %u, \"taken_after\": %lld, "
		     "\"all_after\": %lld, \"wait_p50\": %lld, "
		     "\"wait_p99\": %lld, \"wait_most\": %lld}\n",
		l->count, l->n_taken, l->n_letters, l->n_doubles,
		(long long)(l->last_taken - l->began),
		(long long)(l->last_letter - l->began), (long long)wait[n / 2],
		(long long)wait[n * 99 / 100], (long long)wait[n ? n - 1 : 0]);
	free(wait);
}

int
main(int argc, char **argv)
{
	unsigned v[8];

	if (argc != 9) {
		(void)fprintf(stderr,
			"usage: load PORT SINK-PORT FIRST COUNT SESSIONS SIZE RATE SECONDS\n");
		return 64;
	}
	for (int i = 0; i < 8; i++)
		v[i] = (unsigned)strtoul(argv[i + 1], NULL, 10);
	struct load l = {.loop = loop_new(),
		.port = v[0],
		.sink_port = v[1],
		.first = v[2],
		.count = v[3],
		.sessions = v[4],
		.size = v[5],
		.rate = v[6],
		.patience = v[7]};
	l.taken = mem_new((l.count + 1) * sizeof *l.taken);
	l.answered = mem_new((l.count + 1) * sizeof *l.answered);
	l.began = load_clock();
	if (!load_sink(&l) || !load_send(&l))
		return 1;
	(void)loop_at(l.loop, loop_now() + l.patience * 1000LL, too_long, &l);
	loop_run(l.loop);
	report(&l);
	return l.n_taken == l.count && l.n_letters == l.count ? 0 : 1;
}
