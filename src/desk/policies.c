/* policies.c - policy files from disk; the pure loader sees only values. */
#include "desk/policies.h"

#include <stdint.h>
#include <string.h>

#include "sys/files.h"
#include "sys/zone_read.h"

enum { POLICY_MAX_BYTES = 1024 * 1024 };

static bool
fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	const char *slash = from ? strrchr(from, '/') : NULL;
	const char *full = name;

	(void)ctx;
	if (slash != NULL && name[0] != '/')
		full = arena_printf(
			a, "%.*s/%s", (int)(slash - from), from, name);
	if (!file_read(a, full, POLICY_MAX_BYTES, text, err))
		return false;
	*path = full;
	return true;
}

bool
policies_read(struct arena *a, const char *path, const struct policy **out,
	struct str *problems, struct err *err)
{
	return policy_load(a, path, fetch, NULL, out, problems, err);
}

bool
policies_calendar(struct arena *a, const struct policy *p, struct calendar *out,
	struct err *err)
{
	const struct zone *zone;
	struct bizcal *days;

	if (!zone_read(a, p->zone, &zone, err) ||
		!bizcal_new(&days, p->weekend, p->holidays, p->n_holidays, err))
		return err_wrap(err, "policy '%s'", p->name);
	*out = calendar_make(a, zone, days);
	return true;
}

bool
policies_load(struct arena *a, const struct settings *set, const char *data,
	const char *hostname, struct policies *out, struct str *problems,
	struct err *err)
{
	size_t n = set->policies.n;
	const struct policy **v = ARENA_ARRAY(a, n, const struct policy *);
	struct calendar *calendars = ARENA_ARRAY(a, n, struct calendar);

	if (n == 0)
		return err_set(err, ERR_SYNTAX,
			"the setting 'policies' names no file: a desk without a policy has nothing to work by");
	for (size_t i = 0; i < n; i++) {
		const char *path = set->policies.v[i];

		if (path[0] != '/')
			path = arena_printf(a, "%s/%s", data, path);
		if (!policies_read(a, path, &v[i], problems, err) ||
			!policies_calendar(a, v[i], &calendars[i], err))
			return false;
	}
	if (!policy_check_desk(v, n, err))
		return false;
	const char **own = ARENA_ARRAY(a, n + set->own_lists.n, const char *);
	for (size_t i = 0; i < n; i++)
		own[i] = v[i]->contact;
	for (size_t i = 0; i < set->own_lists.n; i++)
		own[n + i] = set->own_lists.v[i];
	*out = (struct policies){.v = v,
		.n = n,
		.calendars = calendars,
		.own = {own, n + set->own_lists.n, hostname},
		.hostname = hostname};
	return true;
}

bool
policies_calendar_of(struct arena *a, const struct policies *all,
	const struct policy *p, const struct calendar **out, struct err *err)
{
	for (size_t i = 0; i < all->n; i++)
		if (hash_eq(all->v[i]->hash, p->hash)) {
			*out = &all->calendars[i];
			return true;
		}
	struct calendar *made = ARENA_NEW(a, struct calendar);
	if (!policies_calendar(a, p, made, err))
		return false;
	*out = made;
	return true;
}

void
policies_calendar_done(
	const struct policies *all, const struct calendar *calendar)
{
	for (size_t i = 0; i < all->n; i++)
		if (calendar == &all->calendars[i])
			return;
	/* const for those who look at it; this made it */
	bizcal_free((struct bizcal *)(uintptr_t)calendar->days);
}

struct text_list
policies_known(
	struct arena *a, const struct policies *all, const struct settings *set)
{
	const char **v = ARENA_ARRAY(a, all->n + 1, const char *);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		v[n++] = all->v[i]->contact;
	const char *plus = strchr(set->bounce_address, '+');
	const char *at = strrchr(set->bounce_address, '@');
	if (plus != NULL && at != NULL && plus < at)
		v[n++] = arena_printf(a, "%.*s%s",
			(int)(plus - set->bounce_address), set->bounce_address,
			at);
	return (struct text_list){v, n};
}
