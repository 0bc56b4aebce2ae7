/*
 * str.h - text being built, with a maximum it cannot pass.
 *
 * A buffer cannot be made without its limit. Going past it sets `cut` and
 * keeps what fitted: the caller decides whether that is an error. `text` is
 * always NUL-terminated and never NULL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct str {
	char *text;
	size_t n, cap, max;
	bool cut;
};

void str_init(struct str *s, size_t max);
void str_fini(struct str *s); /* also for AUTO() */
void str_clear(struct str *s);
/* Room for n more bytes in one step; a promise of speed, not of contents. */
void str_reserve(struct str *s, size_t n);
void str_put(struct str *s, struct span bytes);
void str_puts(struct str *s, const char *text);
void str_putc(struct str *s, char c);
void str_printf(struct str *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct span str_span(const struct str *s);
/* Hands the heap text over to the caller, who frees it; s is empty again. */
char *str_take(struct str *s);
