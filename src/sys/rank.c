/*
 * rank.c - niceness for the long run, the slice for the moment of waking.
 *
 * Ten steps are a ninth of the processor when others want it, too; at 19 no
 * more was won, and a busy neighbour would keep letters waiting. But who
 * wakes still waits for the end of the slice of who runs. Since Linux 6.12 a
 * process may ask for shorter slices than others, and then goes before them
 * on waking; before, the kernel ignores it (and looks at niceness there).
 */
#include "sys/rank.h"

#include <linux/sched/types.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STEPS_BEHIND = 10, SHORTEST_SLICE = 100000 /* ns */ };

void
rank_take(enum rank rank)
{
	int nice = getpriority(PRIO_PROCESS, 0);
	struct sched_attr attr = {.size = sizeof attr};

	switch (rank) {
	case RANK_PROMPT:
		attr.sched_nice = nice;
		attr.sched_runtime = SHORTEST_SLICE;
		(void)syscall(SYS_sched_setattr, 0, &attr, 0);
		break;
	case RANK_USUAL:
		break;
	case RANK_BEHIND:
		(void)setpriority(PRIO_PROCESS, 0, nice + STEPS_BEHIND);
		break;
	}
}
