/* now.c - the system's clock, or in test builds a file. */
#include "sys/now.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef PRATIQUE_TEST_CLOCK
static const char *clock_file;

/* Written in place or replaced, so it is opened anew each time; while it is
 * empty, or out of a role's reach, the time stands still. */
static bool
from_file(instant *out)
{
	static instant last = {-1};
	char text[64];
	int fd = clock_file ? open(clock_file, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (fd >= 0)
		(void)close(fd);
	if (n > 0)
		(void)instant_parse(
			span_trim(span_make(text, (size_t)n)), &last);
	*out = last;
	return last.ms >= 0;
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

	if (clock_file != NULL) {
		bool told = from_file(&set);

		assert(told); /* never another time than the test's */
		return set;
	}
#endif
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (instant){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}
