/* log.c - a line is built whole and written with one write(2). */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/str.h"
#include "base/utf8.h"

static struct {
	const char *area;
	enum log_level level;
	instant (*clock)(void);
} state = {"pratique", LOG_NORMAL, NULL};

void
log_init(const char *area, enum log_level level, instant (*clock)(void))
{
	state.area = area;
	state.level = level;
	state.clock = clock;
}

__attribute__((format(printf, 2, 0))) static void
line(const char *event, const char *fmt, va_list ap)
{
	char text[1024], at[INSTANT_TEXT] = "-";
	int n, more;

	if (state.clock != NULL)
		(void)instant_format(state.clock(), at);
	n = snprintf(text, sizeof text, "%s %s %s ", at, state.area, event);
	if (n < 0 || (size_t)n >= sizeof text - 1)
		return;
	more = vsnprintf(text + n, sizeof text - (size_t)n - 1, fmt, ap);
	n += more < 0 ? 0 : more;
	if ((size_t)n > sizeof text - 2)
		n = sizeof text - 2;
	text[n++] = '\n';
	if (write(STDERR_FILENO, text, (size_t)n) < 0)
		return; /* nowhere left to say so */
}

void
log_event(const char *event, const char *fmt, ...)
{
	va_list ap;

	if (state.level < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	line(event, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *event, const char *fmt, ...)
{
	va_list ap;

	if (state.level < LOG_DEBUG)
		return;
	va_start(ap, fmt);
	line(event, fmt, ap);
	va_end(ap);
}

const char *
log_text(struct span s)
{
	static char ring[4][640];
	static unsigned turn;
	char *out = ring[turn++ % 4];
	struct str shown;

	str_init(&shown, 600);
	utf8_put_visible(&shown, s, 120);
	(void)snprintf(out, sizeof ring[0], "\"%s\"", shown.text);
	str_fini(&shown);
	return out;
}
