/* str.c - append, and stop at the maximum. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static char none[1];

void
str_init(struct str *s, size_t max)
{
	*s = (struct str){.text = none, .max = max};
}

void
str_fini(struct str *s)
{
	if (s->text != none)
		free(s->text);
	str_init(s, s->max);
}

void
str_clear(struct str *s)
{
	s->n = 0;
	s->cut = false;
	if (s->text != none)
		s->text[0] = '\0';
}

/* Not mem_grow(): zeroing what is written next costs as much as writing. */
static void
resize(struct str *s, size_t cap)
{
	s->text = mem_resize(s->text == none ? NULL : s->text, cap);
	s->cap = cap;
	s->text[s->n] = '\0';
}

void
str_reserve(struct str *s, size_t n)
{
	if (n > s->max - s->n)
		n = s->max - s->n;
	if (s->n + n + 1 > s->cap)
		resize(s, s->n + n + 1);
}

void
str_put(struct str *s, struct span bytes)
{
	if (bytes.n > s->max - s->n) {
		bytes.n = s->max - s->n;
		s->cut = true;
	}
	if (bytes.n == 0)
		return;
	if (s->n + bytes.n + 1 > s->cap) {
		size_t want = s->n + bytes.n + 1;
		size_t twice = 2 * s->cap < 32 ? 32 : 2 * s->cap;

		resize(s, want > twice ? want : twice);
	}
	memcpy(s->text + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
	s->text[s->n] = '\0';
}

void
str_puts(struct str *s, const char *text)
{
	str_put(s, span_of(text));
}

void
str_putc(struct str *s, char c)
{
	str_put(s, span_make(&c, 1));
}

void
str_printf(struct str *s, const char *fmt, ...)
{
	char small[256], *text = small;
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof small) {
		text = mem_new((size_t)n + 1);
		(void)vsnprintf(text, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (n > 0)
		str_put(s, span_make(text, (size_t)n));
	if (text != small)
		free(text);
}

struct span
str_span(const struct str *s)
{
	return span_make(s->text, s->n);
}

char *
str_take(struct str *s)
{
	char *text = s->text == none ? mem_strdup("") : s->text;

	str_init(s, s->max);
	return text;
}
