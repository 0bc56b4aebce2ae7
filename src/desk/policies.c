/* policies.c - policy files from disk; the pure loader sees only values. */
#include "desk/policies.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "post/letter.h"
#include "sys/files.h"
#include "sys/zone_read.h"

enum {
	POLICY_MAX_BYTES = 1024 * 1024,
	ZONE_LIST_BYTES = 1024 * 1024,
	ZONES_MAX = 1000
};

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

/* A template's mistakes count its own lines; people look for them in the
 * policy file, where the text is indented by what column 1 is not. */
static void
say_in_file(const struct policy_letter *letter, const char *said,
	struct str *problems)
{
	size_t skip = strlen(letter->file) + 1;

	for (struct span rest = span_of(said), line; span_line(&rest, &line);) {
		unsigned long long at = 0;
		struct span after = span_from(line, skip);
		size_t end = span_find_byte(after, ':');

		(void)span_number(span_cut(after, 0, end), UINT32_MAX, &at);
		str_printf(problems, "%s:%llu:%u%.*s\n", letter->file,
			at + letter->line - 1, letter->column,
			SPAN_FMT(span_from(after, end)));
	}
}

static bool
check_letters(const char *path, const struct policy_letter *letters, size_t n,
	struct str *problems, struct err *err)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < n; i++) {
		const struct policy_letter *l = &letters[i];
		AUTO(str_fini) struct str said;
		struct span shipped;

		str_init(&said, 16 * 1024);
		if (!letter_template(l->name, &shipped, err)) {
			str_printf(problems, "%s:%u:%u: %s\n", l->file,
				l->line - 1, l->name_column, err->text);
			wrong++;
		} else if (!letter_template_check(
				   l->file, span_of(l->text), &said)) {
			say_in_file(l, said.text, problems);
			wrong++;
		}
	}
	if (wrong == 0)
		return true;
	return err_set(err, ERR_SYNTAX,
		"policy '%s': %u of its letters %s wrong; nothing starts with it",
		path, wrong, wrong == 1 ? "is" : "are");
}

bool
policies_read(struct arena *a, const char *path, const struct policy **out,
	struct str *problems, struct err *err)
{
	return policy_load(a, path, fetch, NULL, out, problems, err) &&
		check_letters(path, (*out)->letters, (*out)->n_letters,
			problems, err);
}

bool
policies_read_file(struct arena *a, const char *path, const struct policy **out,
	struct policy_base *base, struct str *problems, struct err *err)
{
	if (!policy_load_file(a, path, fetch, NULL, out, base, problems, err))
		return false;
	if (*out == NULL)
		return check_letters(
			path, base->letters, base->n_letters, problems, err);
	return check_letters(
		path, (*out)->letters, (*out)->n_letters, problems, err);
}

/* The nearest name of the time zone database, as far as this machine lists
 * them; NULL: none, or no list. */
static const char *
zone_meant(struct arena *a, const char *zone)
{
	const char **names = ARENA_ARRAY(a, ZONES_MAX, const char *);
	struct span rest, line, word;
	struct err err;
	size_t n = 0;

	if (!file_read(a, "/usr/share/zoneinfo/tzdata.zi", ZONE_LIST_BYTES,
		    &rest, &err))
		return NULL;
	while (n < ZONES_MAX && span_line(&rest, &line)) {
		/* "Z Europe/Berlin ...", "L Europe/Berlin Arctic/Longyearbyen" */
		bool link = span_starts(line, "L ");

		if (!link && !span_starts(line, "Z "))
			continue;
		line = span_from(line, 2);
		(void)span_split(&line, ' ', &word);
		if (link)
			word = line;
		names[n++] = arena_text(a, word);
	}
	return names_nearest(names, n, span_of(zone));
}

bool
policies_calendar(struct arena *a, const struct policy *p, struct calendar *out,
	struct err *err)
{
	const struct zone *zone;
	struct bizcal *days;

	if (!zone_read(a, p->zone, &zone, err)) {
		const char *near = zone_meant(a, p->zone);

		return err_set(err, ERR_SYNTAX, "%s%s%s%s%s%s",
			p->zone_at ? p->zone_at : p->name, ": ",
			arena_strdup(a, err->text),
			near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
	}
	if (!bizcal_new(&days, p->weekend, p->holidays, p->n_holidays, err))
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
