/*
 * arena.h - memory that lives as long as one piece of work.
 *
 * One message, one request, one tick has one arena; what lives as long as
 * the work is allocated there and never freed singly. Everything returned
 * is zeroed and aligned for any type.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/span.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is fine */
void arena_auto(struct arena **a); /* for AUTO() */
/* Everything allocated is gone; the first block is kept for the next work. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t n);
/* n items of `size` bytes; ends the process on overflow like no memory. */
void *arena_array(struct arena *a, size_t n, size_t size);
struct span arena_dup(struct arena *a, struct span s);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
/* A NUL-terminated copy; bytes after an inner NUL are kept but unseen. */
char *arena_text(struct arena *a, struct span s);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* What has been handed out since the last reset, in bytes. */
size_t arena_used(const struct arena *a);
