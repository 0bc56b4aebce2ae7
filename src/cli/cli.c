/* cli.c - opening the desk for a command, and printing. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/show.h"
#include "desk/start.h"
#include "sys/files.h"
#include "sys/now.h"

enum { SETTINGS_MAX = 256 * 1024 };

int
cli_fail(const struct err *err)
{
	(void)fprintf(stderr, "pratique: %s\n", err->text);
	return err_exit(err->code);
}

static const char *
absolute(struct arena *a, const char *path)
{
	char here[4096];

	if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
		return path;
	return arena_printf(a, "%s/%s", here, path);
}

static bool
load_settings(struct cli *c, struct cli_desk *d, struct err *err)
{
	const char *file = c->config ? c->config : getenv("PRATIQUE_CONFIG");
	bool named = file != NULL;
	struct str problems;
	struct span text;

	if (!named)
		file = arena_printf(c->arena, "%s/pratique.yml", d->data);
	if (!file_read(c->arena, file, SETTINGS_MAX, &text, err)) {
		if (named || err->code != ERR_ABSENT)
			return false;
		d->set = settings_default(c->arena, d->data);
		return true;
	}
	str_init(&problems, 16 * 1024);
	bool ok = settings_load(
		c->arena, d->data, file, text, &d->set, &problems, err);
	(void)fputs(problems.text, stderr);
	str_fini(&problems);
	return ok;
}

static bool
load_policies(struct cli *c, struct cli_desk *d, struct err *err)
{
	struct str problems;

	str_init(&problems, 16 * 1024);
	bool ok = policies_load(c->arena, d->set, d->data,
		desk_hostname(c->arena, d->set), &d->policies, &problems, err);
	(void)fputs(problems.text, stderr);
	str_fini(&problems);
	return ok;
}

int
cli_desk(struct cli *c, unsigned what, struct cli_desk *out)
{
	const char *data = c->data ? c->data : getenv("PRATIQUE_DATA");
	struct err err;

	*out = (struct cli_desk){
		.data = absolute(c->arena, data ? data : "data")};
	if (!now_init(&err) || !load_settings(c, out, &err) ||
		(what & CLI_POLICIES && !load_policies(c, out, &err))) {
		(void)cli_fail(&err);
		return EX_CONFIG;
	}
	const char *node = desk_node(c->arena, out->set);
	out->desk = (struct desk){.set = out->set,
		.policies = &out->policies,
		.node = node,
		.chain = arena_printf(c->arena, "desk:%s", node),
		.data = out->data};
	if (what & CLI_STORE &&
		!desk_open(&out->desk, c->arena, STORE_READ, &err)) {
		if (err.code == ERR_ABSENT)
			(void)err_wrap(&err,
				"no desk in '%s' (start one with `pratique serve`, or name its folder with --data)",
				out->data);
		return cli_fail(&err);
	}
	return EX_OK;
}

void
cli_desk_close(struct cli_desk *d)
{
	store_close(d->desk.store);
}

void
cli_json(json_t *v)
{
	(void)json_dumpf(v, stdout, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	(void)putchar('\n');
	json_decref(v);
}

const char *
cli_text(struct arena *a, const char *s, size_t max)
{
	struct str shown;

	if (s == NULL)
		return "-";
	str_init(&shown, 16 * max + 16);
	utf8_put_visible(&shown, span_of(s), max);
	const char *copy = arena_strdup(a, shown.text);
	str_fini(&shown);
	return copy;
}

const char *
cli_instant(struct arena *a, instant t)
{
	char text[INSTANT_TEXT];

	return t.ms == 0 ? "-" : arena_strdup(a, instant_format(t, text));
}

const char *
cli_due(struct arena *a, const struct duty *d, instant at)
{
	static const char *const week[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	char day[DAY_TEXT];

	return arena_printf(a, "%s %s 24:00 %s, %s",
		week[day_weekday(d->due_day)], day_format(d->due_day, day),
		d->zone ? d->zone : "", show_away(a, d->due.ms - at.ms));
}
