/* cmd_due.c - `pratique due`: what has been promised, most urgent first. */
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "publish/security_txt.h"
#include "sys/now.h"

enum { MOST = 10000 };

static const char *
how_late(const struct duty *d, instant at)
{
	if (d->due.ms > at.ms)
		return "running";
	/* A best effort is never called missed (mission.md). */
	return d->strength == STRENGTH_BEST_EFFORT ? "past" : "overdue";
}

/* What the desk publishes and must be renewed: a row for each security.txt
 * that ends within 30 days. A wrong policy hides no promise of a case. */
static size_t
watch_files(struct cli *c, const struct cli_desk *d, instant at, json_t *all)
{
	struct policies p = {.n = 0};
	AUTO(str_fini) struct str problems;
	struct err err;
	size_t n = 0;

	str_init(&problems, 16 * 1024);
	if (!policies_load(c->arena, d->set, d->data, "localhost", &p,
		    &problems, &err))
		(void)fprintf(stderr,
			"pratique: the policies' security.txt are not watched: %s\n",
			err.text);
	for (size_t i = 0; i < p.n; i++) {
		char text[INSTANT_TEXT];
		instant end;

		if (!security_txt_ends(p.v[i], &end) ||
			security_txt_freshness(end, at) == FRESH)
			continue;
		const char *state = end.ms > at.ms ? "running" : "overdue";
		n++;
		json_array_append_new(all,
			json_pack("{s:s, s:s, s:s, s:s}", "owner",
				p.v[i]->product.prefix, "duty", "security.txt",
				"now", state, "due",
				instant_format(end, text)));
		if (!c->json)
			(void)printf(
				"%-7s  %-9s  %-11s  %.10s 24:00 UTC: renew 'expires' and publish it again\n",
				state, p.v[i]->product.prefix, "security.txt",
				text);
	}
	return n;
}

int
cmd_due(int argc, char **argv)
{
	static const char usage[] = "due [--at TIME] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *when = NULL;
	instant at;
	struct duty_row *rows_due;
	size_t n;
	const struct option_row rows[] = {{"at", OPT_TEXT, &when, "TIME",
		"as if it were then (2026-11-30T17:00:00Z)"}};

	cli_parse(&c, argc, argv, usage,
		"Lists the promises that run, most urgent first: whose, which, and due when. A day\n"
		"ends at 24:00 in the policy's zone. What started them is in --json. A security.txt\n"
		"that ends within 30 days is listed as well.",
		rows, 1);
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	at = now();
	if (when != NULL && !instant_parse(span_of(when), &at)) {
		(void)fprintf(stderr,
			"pratique: '%s' is no time: write 2026-11-30T17:00:00Z\n",
			when);
		return EX_USAGE;
	}
	if (!store_duties(d.desk.store, c.arena, MOST, &rows_due, &n, &err))
		return cli_fail(&err);
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct duty *duty = &rows_due[i].duty;
		json_t *v = duty_state_json(duty);

		json_object_set_new(v, "owner", json_string(rows_due[i].owner));
		json_object_set_new(v, "now", json_string(how_late(duty, at)));
		json_array_append_new(all, v);
		if (!c.json)
			(void)printf("%-7s  %-9s  %-11s  %s\n",
				how_late(duty, at), rows_due[i].owner,
				duty_names[duty->name],
				cli_due(c.arena, duty, at));
	}
	n += watch_files(&c, &d, at, all);
	if (c.json)
		cli_json(all);
	else
		json_decref(all);
	if (!c.json && n == 0)
		(void)printf("no promise runs\n");
	cli_desk_close(&d);
	return EX_OK;
}
