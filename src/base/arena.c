/*
 * arena.c - a chain of blocks, each twice the last.
 *
 * Large requests get a block of their own size, so a 50 MB mail costs 50 MB.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { ARENA_FIRST = 16 * 1024, ARENA_MOST = 1024 * 1024 };

struct block {
	struct block *next;
	size_t cap, used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *first, *last;
	size_t handed;
};

static struct block *
block_new(size_t cap)
{
	struct block *b = mem_new(sizeof *b + cap);

	b->cap = cap;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = mem_new(sizeof *a);

	a->first = a->last = block_new(ARENA_FIRST);
	return a;
}

static void
drop(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	drop(a->first);
	free(a);
}

void
arena_auto(struct arena **a)
{
	arena_free(*a);
}

void
arena_reset(struct arena *a)
{
	drop(a->first->next);
	a->first->next = NULL;
	memset(a->first->data, 0, a->first->used);
	a->first->used = 0;
	a->last = a->first;
	a->handed = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->last;
	size_t need =
		(n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (need < n)
		(void)mem_new(SIZE_MAX); /* overflow is no memory */
	if (need > b->cap - b->used) {
		size_t cap = b->cap < ARENA_MOST ? b->cap * 2 : ARENA_MOST;

		b->next = block_new(need > cap ? need : cap);
		a->last = b = b->next;
	}
	void *p = b->data + b->used;
	b->used += need;
	a->handed += need;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	return arena_alloc(
		a, size != 0 && n > SIZE_MAX / size ? SIZE_MAX : n * size);
}

struct span
arena_dup(struct arena *a, struct span s)
{
	unsigned char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct span){p, s.n};
}

char *
arena_text(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_text(a, span_of(s)) : NULL;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *p = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

size_t
arena_used(const struct arena *a)
{
	return a->handed;
}
