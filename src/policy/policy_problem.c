/*
 * policy_problem.c - mistakes said so that they can be mended: people fix
 * many at a time, so loading goes on after each and never says one twice.
 */
#include "policy/policy_problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/utf8.h"
#include "policy/policy.h"

enum { QUOTE_MAX = 60, TEXT_MAX = 1000 };

void
problem_at(struct problems *p, struct place at, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	if (++p->n > POLICY_MAX_PROBLEMS)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (at.source)
		str_printf(p->out, "%s:%u:%u: ", at.source->path, at.line,
			at.column);
	str_puts(p->out, text);
	str_putc(p->out, '\n');
}

bool
problem_open(struct problems *p, const char *name)
{
	if (!p->base)
		return false;
	for (size_t i = 0; i < p->n_open; i++)
		if (strcmp(p->open[i], name) == 0)
			return true;
	if (p->n_open < PROBLEMS_OPEN_MAX)
		p->open[p->n_open++] = name;
	return true;
}

void
problems_end(struct problems *p)
{
	if (p->n > POLICY_MAX_PROBLEMS)
		str_printf(p->out, "and %u more, not shown\n",
			p->n - POLICY_MAX_PROBLEMS);
}

const char *
quoted(struct arena *a, struct span word)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 1000);
	str_putc(&s, '\'');
	utf8_put_visible(&s, word, QUOTE_MAX);
	str_putc(&s, '\'');
	return arena_text(a, str_span(&s));
}

const char *
listed(struct arena *a, const char *const *names, size_t n)
{
	AUTO(str_fini) struct str s;
	size_t last = n;

	str_init(&s, TEXT_MAX);
	while (last > 0 && names[last - 1] == NULL)
		last--;
	for (size_t i = 0; i < last; i++) {
		if (names[i] == NULL)
			continue;
		if (s.n > 0)
			str_puts(&s, i + 1 == last ? " or " : ", ");
		str_puts(&s, names[i]);
	}
	return arena_text(a, str_span(&s));
}

const char *
meant(struct arena *a, const char *const *names, size_t n, struct span word)
{
	const char *near = names_nearest(names, n, word);

	return near ? arena_printf(a, "; did you mean '%s'?", near) : "";
}
