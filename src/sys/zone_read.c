/*
 * zone_read.c - localtime_r() turned into a table.
 *
 * An unknown TZ silently means UTC in libc, so the zone's file is looked at
 * first. The step of a week is shorter than any two changes of a zone
 * since 1970 are apart (zone_read_test.c compares with an hourly walk).
 */
#include "sys/zone_read.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { NAME_MAX_BYTES = 64, STEP = 7 * 86400 };
#define END_OF_RULES INT64_C(4133980800) /* 2101-01-01 */

/* Letters, digits, "_", "+", "-" between slashes: "..", ".", "/etc" and
 * POSIX rules such as "EST5EDT,M3.2.0" are no names. "right/" counts leap
 * seconds, which our instants do not have. */
static bool
is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_+-/";
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MAX_BYTES && strspn(name, allowed) == n &&
		name[0] != '/' && name[n - 1] != '/' &&
		strstr(name, "//") == NULL && strncmp(name, "right/", 6) != 0;
}

static bool
is_there(struct arena *a, const char *name)
{
	const char *dir = getenv("TZDIR");
	char magic[4] = "";
	int fd = open(arena_printf(a, "%s/%s",
			      dir != NULL ? dir : "/usr/share/zoneinfo", name),
		O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool ok = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
		memcmp(magic, "TZif", sizeof magic) == 0;
	(void)close(fd);
	return ok;
}

static int32_t
east_at(int64_t second)
{
	time_t t = second;
	struct tm local;

	return localtime_r(&t, &local) != NULL ? (int32_t)local.tm_gmtoff : 0;
}

/* The first second after `before` at which the offset is no longer `east`;
 * at `after` it is not. */
static int64_t
changed_at(int64_t before, int64_t after, int32_t east)
{
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (east_at(middle) == east)
			before = middle;
		else
			after = middle;
	}
	return after;
}

static void
sample(struct arena *a, struct zone *z)
{
	struct zone_change *changes = NULL;
	size_t cap = 0;
	int32_t east = east_at(0);

	changes = mem_grow(changes, &cap, 1, sizeof *changes);
	changes[z->n++] = (struct zone_change){{0}, east};
	for (int64_t t = 0; t < END_OF_RULES; t += STEP) {
		int64_t from = t;

		/* two changes may share a step: go on from the first */
		while (east_at(t + STEP) != east) {
			from = changed_at(from, t + STEP, east);
			east = east_at(from);
			changes = mem_grow(
				changes, &cap, z->n + 1, sizeof *changes);
			changes[z->n++] = (struct zone_change){
				{from * INSTANT_SECOND}, east};
		}
	}
	struct zone_change *kept = ARENA_ARRAY(a, z->n, struct zone_change);
	memcpy(kept, changes, z->n * sizeof *kept);
	free(changes);
	z->changes = kept;
}

bool
zone_read(struct arena *a, const char *name, const struct zone **out,
	struct err *err)
{
	if (!is_name(name))
		return err_set(err, ERR_SYNTAX,
			"zone '%.80s' is no zone's name: it is one like "
			"America/New_York or UTC",
			name);
	if (!is_there(a, name))
		return err_set(err, ERR_ABSENT,
			"zone '%s' is not known on this machine: see "
			"`timedatectl list-timezones`, or install tzdata",
			name);

	struct zone *z = ARENA_NEW(a, struct zone);
	const char *old = arena_strdup(a, getenv("TZ"));
	z->name = arena_strdup(a, name);
	(void)setenv("TZ", arena_printf(a, ":%s", name), 1);
	tzset();
	sample(a, z);
	if (old != NULL)
		(void)setenv("TZ", old, 1);
	else
		(void)unsetenv("TZ");
	tzset();
	*out = z;
	return true;
}
