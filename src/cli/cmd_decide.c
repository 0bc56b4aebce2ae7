/*
 * cmd_decide.c - `pratique decide`: what waits for a person's word.
 *
 * A proposal stops nothing, and it must not be forgotten either: so all of
 * them stand in one list, the oldest receipt first, with what settles each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/mask.h"
#include "cli/show.h"
#include "sys/now.h"

enum { MOST = 10000 };

struct open {
	const char *item, *what, *title, *clause;
	instant received;
	bool folds, folded;
	const char *commands[3];
};

struct opens {
	struct open *v;
	size_t n, cap;
};

static struct open *
add(struct opens *o)
{
	o->v = mem_grow(o->v, &o->cap, o->n + 1, sizeof *o->v);
	o->v[o->n] = (struct open){0};
	return &o->v[o->n++];
}

static void
add_case(struct cli *c, struct opens *o, const struct casefile *f, bool folds)
{
	struct open *x;

	if (!f->decided && f->rm == RM_RECEIVED) {
		x = add(o);
		x->what = disposition_names[f->disposition];
		x->clause = f->clause;
		x->commands[0] =
			arena_printf(c->arena, "case confirm %s", f->id);
		x->commands[1] = arena_printf(
			c->arena, "case overrule %s open --reason TEXT", f->id);
	} else {
		x = add(o);
		x->what = arena_printf(c->arena, "split in %zu", f->n_split);
		x->commands[0] = arena_printf(c->arena, "case split %s", f->id);
		x->commands[1] = arena_printf(c->arena,
			"case overrule %s %s --whole --reason TEXT", f->id,
			disposition_names[f->disposition]);
	}
	x->item = f->id;
	x->title = f->title;
	x->received = f->received;
	x->folds = folds;
}

static bool
gather(struct cli *c, struct store *s, struct opens *o, struct err *err)
{
	const struct case_filter filter = {
		.rm = -1, .limit = MOST, .undecided = true};
	struct mask mask = {.c = c, .store = s};
	struct casefile **cases;
	size_t n;

	if (!store_case_list(s, c->arena, &filter, &cases, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool folds;

		if (!casefile_undecided(cases[i]))
			continue;
		if (!mask_case(&mask, cases[i], &folds, err))
			return false;
		add_case(c, o, cases[i], folds);
	}
	for (int q = QUEUE_UNROUTED; q < QUEUE_NO_CASE; q++) {
		struct mail *m;

		if (!store_mail_list(
			    s, c->arena, (enum queue)q, NULL, &m, &n, err))
			return false;
		for (size_t i = 0; i < n; i++) {
			struct open *x = add(o);

			x->item = arena_printf(
				c->arena, "mail-%lld", (long long)m[i].id);
			x->what = queue_names[q];
			x->title = m[i].subject;
			x->received = m[i].received;
			x->folds = true;
			x->commands[0] = arena_printf(c->arena,
				"case route %s PRODUCT|CASE --reason TEXT",
				x->item);
		}
	}
	return true;
}

static int
older(const void *a, const void *b)
{
	const struct open *x = a, *y = b;

	if (x->received.ms != y->received.ms)
		return x->received.ms < y->received.ms ? -1 : 1;
	return strcmp(x->item, y->item);
}

static json_t *
open_json(struct cli *c, const struct open *x, instant at)
{
	json_t *commands = json_array();

	for (size_t i = 0; i < ARRAY_LEN(x->commands); i++)
		if (x->commands[i] != NULL)
			json_array_append_new(commands,
				json_sprintf("pratique %s", x->commands[i]));
	return json_pack("{s:s,s:s,s:o,s:o,s:s,s:I,s:b,s:o}", "item", x->item,
		"proposed", x->what, "clause", json_text_or_null(x->clause),
		"title", json_text_or_null(x->title), "received",
		cli_instant(c->arena, x->received), "age_ms",
		(json_int_t)(at.ms - x->received.ms), "folded", (int)x->folded,
		"commands", commands);
}

static void
print(struct cli *c, const struct open *x, instant at)
{
	(void)printf("%-10s %s%s%s; received %s\n", x->item, x->what,
		x->clause ? " by " : "", x->clause ? x->clause : "",
		show_away(c->arena, x->received.ms - at.ms));
	(void)printf("           %s\n", cli_text(c->arena, x->title, 69));
	for (size_t i = 0; i < ARRAY_LEN(x->commands); i++)
		if (x->commands[i] != NULL)
			(void)printf(
				"           pratique %s\n", x->commands[i]);
}

int
cmd_decide(int argc, char **argv)
{
	static const char usage[] = "decide [--json]";
	struct opens all = {0};
	struct cli_desk d;
	struct cli c;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Lists what waits for a person's word, the oldest first: proposals to set aside, to ignore or to split, and mails that a person must route. No clock stops for them meanwhile.",
		NULL, 0);
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!gather(&c, d.desk.store, &all, &err))
		return cli_fail(&err);
	cli_desk_close(&d);
	instant at = now();
	if (!mask_shut(&err))
		return cli_fail(&err);
	if (all.n > 0)
		qsort(all.v, all.n, sizeof *all.v, older);
	json_t *list = json_array();
	for (size_t i = 0; i < all.n; i++) {
		struct open *x = &all.v[i];

		x->folded = x->folds && mask_text(&c, &x->title);
		if (c.json)
			json_array_append_new(list, open_json(&c, x, at));
		else
			print(&c, x, at);
	}
	if (c.json)
		cli_json(list);
	else
		json_decref(list);
	if (!c.json && all.n == 0)
		(void)printf("nothing waits for a person's word\n");
	free(all.v);
	return EX_OK;
}
