/* progress.c - nothing for the first second, then four times a second, and
 * only to a terminal. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "sys/loop.h"

enum { PATIENCE = 1000, PACE = 250 };

void
progress_show(void *ctx, int64_t done, int64_t of)
{
	struct progress *p = ctx;
	int64_t now = loop_now();

	if (p->began == 0)
		p->began = now;
	if (!isatty(STDERR_FILENO) || now - p->began < PATIENCE ||
		now - p->shown < PACE)
		return;
	p->shown = now;
	if (of > 0)
		(void)fprintf(stderr, "\r%lld of %lld %s (%lld%%)",
			(long long)done, (long long)of, p->what,
			(long long)(done * 100 / of));
	else
		(void)fprintf(stderr, "\r%lld %s", (long long)done, p->what);
}

void
progress_end(struct progress *p)
{
	if (p->shown != 0)
		(void)fprintf(stderr, "\r\033[K");
}
