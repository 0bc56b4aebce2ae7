/* now.c - the system's clock, or in test builds a file. */
#include "sys/now.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef PRATIQUE_TEST_CLOCK
static const char *clock_file;

static bool
from_file(instant *out)
{
	char text[64];
	FILE *f = clock_file ? fopen(clock_file, "re") : NULL;

	if (f == NULL)
		return false;
	size_t n = fread(text, 1, sizeof text, f);
	(void)fclose(f);
	return instant_parse(span_trim(span_make(text, n)), out);
}
#endif

bool
now_init(struct err *err)
{
	const char *file = getenv("PRATIQUE_CLOCK_FILE");

	if (file == NULL)
		return true;
#ifdef PRATIQUE_TEST_CLOCK
	instant t;

	clock_file = file;
	if (from_file(&t))
		return true;
	return err_set(err, ERR_SYNTAX,
		"PRATIQUE_CLOCK_FILE names '%s', which holds no instant such as 2026-11-23T15:04:05Z",
		file);
#else
	return err_set(err, ERR_DENIED,
		"PRATIQUE_CLOCK_FILE is set, but this is no test build: unset it");
#endif
}

instant
now(void)
{
	struct timespec t;

#ifdef PRATIQUE_TEST_CLOCK
	instant set;

	if (from_file(&set))
		return set;
#endif
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (instant){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}
