/*
 * store.c - how many cases a second the store takes, as it grows.
 *
 * usage: store [URL [CASES...]]	(default: a file in /tmp, 1000 10000 100000)
 *
 * A case is what a complete report makes of one: nine events, six payloads,
 * its rows, and the transaction in which its letter is taken, sent and the
 * duty kept. 64 cases share a transaction, as in the core. The last thousand
 * before each mark are timed. Rows are those of all tables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "store/store_fixture.h"

enum { BATCH = 64, TIMED = 1000, ROWS_A_CASE = 24 };

struct clock {
	int64_t wall, cpu; /* microseconds */
	int64_t written;   /* bytes to files, this process */
};

/* From /proc/self/io; 0 where it is not to be had. */
static int64_t
bytes_written(void)
{
	FILE *in = fopen("/proc/self/io", "r");
	long long n = 0;
	char line[80];

	while (in && fgets(line, sizeof line, in))
		if (strncmp(line, "wchar: ", 7) == 0)
			n = strtoll(line + 7, NULL, 10);
	if (in)
		(void)fclose(in);
	return n;
}

static struct clock
clock_now(void)
{
	struct timespec t;
	struct rusage u;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	(void)getrusage(RUSAGE_SELF, &u);
	return (struct clock){t.tv_sec * 1000000 + t.tv_nsec / 1000,
		(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
			u.ru_utime.tv_usec + u.ru_stime.tv_usec,
		bytes_written()};
}

static void
need(bool ok, const struct err *err)
{
	if (ok)
		return;
	(void)fprintf(stderr, "store: %s\n", err->text);
	exit(1);
}

static void
take(struct store *s, struct arena *a, unsigned from, unsigned to)
{
	struct err err;
	const char *id;

	need(store_begin(s, &err), &err);
	for (unsigned n = from; n < to; n++)
		need(fixture_case(s, a, "desk:bench", n, &id, &err), &err);
	need(store_commit(s, &err), &err);
}

/* What the post role's answers do. */
static void
settle(struct store *s, struct arena *a)
{
	const instant at = {INT64_C(1) << 45};
	struct letter *l;
	struct err err;
	size_t n;

	need(store_begin(s, &err), &err);
	need(store_letter_lease(s, a, "bench", at, (instant){at.ms + 1}, BATCH,
		     &l, &n, &err),
		&err);
	for (size_t i = 0; i < n; i++) {
		struct casefile *c, after;
		struct letter sent;

		need(store_case(s, a, l[i].chain, &c, &err), &err);
		after = *c;
		sent = *c->letter;
		sent.state = LETTER_SENT;
		sent.done = at;
		sent.reply = "250 2.0.0 queued";
		after.letter = &sent;
		after.changed = at;
		need(store_case_save(s, c, &after, &err), &err);
	}
	need(store_commit(s, &err), &err);
}

static void
run_to(struct store *s, struct arena *a, unsigned *n, unsigned to,
	const char *file)
{
	struct clock begin = {0}, end;
	struct stat st;

	while (*n < to) {
		unsigned next = *n + BATCH < to ? *n + BATCH : to;

		if (!begin.wall && *n + TIMED >= to)
			begin = clock_now();
		take(s, a, *n + 1, next + 1);
		settle(s, a);
		arena_reset(a);
		*n = next;
	}
	end = clock_now();
	int64_t wall = end.wall - begin.wall, cpu = end.cpu - begin.cpu;
	printf("%8u cases  %7lld cases/s  %8lld rows/s  %4lld us CPU a case",
		to, (long long)(TIMED * INT64_C(1000000) / wall),
		(long long)(TIMED * ROWS_A_CASE * INT64_C(1000000) / wall),
		(long long)cpu / TIMED);
	if (file && stat(file, &st) == 0)
		printf("  %6lld bytes written, %5lld kept",
			(long long)(end.written - begin.written) / TIMED,
			(long long)st.st_size / to);
	printf("\n");
	(void)fflush(stdout);
}

int
main(int argc, char **argv)
{
	char url[64] = "", dir[] = "/tmp/pratique-bench.XXXXXX";
	const char *file = NULL;
	struct arena *a = arena_new();
	struct store *s;
	struct err err;
	unsigned n = 0;

	hash_init();
	if (argc < 2) {
		if (!mkdtemp(dir))
			return 1;
		(void)snprintf(url, sizeof url, "sqlite:%s/b.db", dir);
		file = url + strlen("sqlite:");
	}
	need(store_open(&s, argc > 1 ? argv[1] : url, NULL, STORE_CREATE, &err),
		&err);
	if (argc > 2) {
		for (int i = 2; i < argc; i++)
			run_to(s, a, &n, (unsigned)atoi(argv[i]), file);
	} else {
		run_to(s, a, &n, 1000, file);
		run_to(s, a, &n, 10000, file);
		run_to(s, a, &n, 100000, file);
	}
	store_close(s);
	arena_free(a);
	if (file && (unlink(file) != 0 || rmdir(dir) != 0))
		return 1;
	return 0;
}
