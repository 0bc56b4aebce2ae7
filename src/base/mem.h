/*
 * mem.h - memory that is there, or the process ends.
 *
 * No caller can do better than stop when the machine has no memory left:
 * the keeper starts the role again and the spool on disk has lost nothing.
 * So these never return NULL, and what they return is zeroed.
 */
#pragma once

#include <stddef.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* Runs `fn` on the variable's address when its scope ends. */
#define AUTO(fn) __attribute__((cleanup(fn)))

void *mem_new(size_t n);
void *mem_dup(const void *p, size_t n);
char *mem_strdup(const char *s);
/* As realloc(): what is new holds anything, and must be written first. */
void *mem_resize(void *p, size_t n);

/* Grow an array to hold at least `want` items; new items are zeroed. */
void *mem_grow(void *p, size_t *cap, size_t want, size_t size);
