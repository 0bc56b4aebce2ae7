/*
 * index_none.c - stands in for the index until index.c and claims.c are here:
 * then this file goes. Weak, so that theirs win while both are there.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "mirror/mirror_impl.h"
#include "sys/files.h"

__attribute__((weak)) void
mirror_dependencies(const struct mirror *m, struct arena *a, int tag,
	int64_t deadline, struct evidence *ev)
{
	(void)m;
	(void)a;
	(void)tag;
	(void)deadline;
	(void)ev;
}
