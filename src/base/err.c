/* err.c - one table from a code to what each protocol calls it. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct {
	const char *name;
	int smtp, exit;
} rows[ERR_COUNT] = {
	[ERR_NONE] = {"none", 250, EX_OK},
	[ERR_SYNTAX] = {"syntax", 550, EX_DATAERR},
	[ERR_LIMIT] = {"limit", 552, EX_DATAERR},
	[ERR_ABSENT] = {"absent", 550, EX_NOINPUT},
	[ERR_DENIED] = {"denied", 550, EX_NOPERM},
	[ERR_CONFLICT] = {"conflict", 451, EX_TEMPFAIL},
	[ERR_BUSY] = {"busy", 451, EX_TEMPFAIL},
	[ERR_BROKEN] = {"broken", 451, EX_SOFTWARE},
};

bool
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_wrap(struct err *err, const char *fmt, ...)
{
	char old[sizeof err->text];
	va_list ap;
	int n;

	memcpy(old, err->text, sizeof old);
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->text)
		(void)snprintf(err->text + n, sizeof err->text - (size_t)n,
			": %s", old);
	return false;
}

const char *
err_name(enum err_code code)
{
	return rows[code].name;
}

int
err_smtp(enum err_code code)
{
	return rows[code].smtp;
}

int
err_exit(enum err_code code)
{
	return rows[code].exit;
}
