/* mem.c - the five ways to ask for memory, none of which can fail. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
have(void *p, size_t n)
{
	if (p != NULL)
		return p;
	(void)fprintf(stderr, "out of memory asking for %zu bytes\n", n);
	_Exit(71); /* EX_OSERR: no destructors, they may ask for more */
}

void *
mem_new(size_t n)
{
	return have(calloc(1, n ? n : 1), n);
}

void *
mem_dup(const void *p, size_t n)
{
	void *copy = have(malloc(n ? n : 1), n);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s) + 1);
}

void *
mem_resize(void *p, size_t n)
{
	return have(realloc(p, n ? n : 1), n);
}

void *
mem_grow(void *p, size_t *cap, size_t want, size_t size)
{
	size_t had = *cap, next = had ? had : 8;

	if (want <= had)
		return p;
	while (next < want)
		next *= 2;
	if (next > (size_t)-1 / size)
		have(NULL, (size_t)-1);
	p = have(realloc(p, next * size), next * size);
	memset((char *)p + had * size, 0, (next - had) * size);
	*cap = next;
	return p;
}
