/* cmd_outbox.c - `pratique outbox list|show|approve|retry`. */
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/commands.h"
#include "cli/show.h"

enum { MOST = 10000 };

static int
list(int argc, char **argv)
{
	static const char usage[] = "outbox list [--state STATE] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *state = NULL;
	struct letter *l;
	size_t n;
	int which = -1;
	const struct option_row rows[] = {{"state", OPT_TEXT, &state, "STATE",
		"held, queued, sent, given-up, bounced, withdrawn or shadow"}};

	cli_parse(&c, argc, argv, usage,
		"Lists letters, oldest first, with their state and the last word of the server.",
		rows, 1);
	cli_words(&c, usage, 0, 0);
	if (state != NULL) {
		which = names_find(
			letter_state_names, LETTER_STATE_COUNT, span_of(state));
		if (which < 0) {
			(void)fprintf(stderr,
				"pratique: no letter is ever '%s': it is held, queued, sent, given-up, bounced, withdrawn or shadow\n",
				state);
			return EX_USAGE;
		}
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!store_letter_list(
		    d.desk.store, c.arena, which, MOST, &l, &n, &err))
		return cli_fail(&err);
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(all, letter_json(&l[i]));
		if (c.json)
			continue;
		(void)printf("%-11s  %-8s  %-18s  %s\n", l[i].id,
			letter_state_names[l[i].state], l[i].template,
			cli_text(c.arena, l[i].to, 60));
		if (l[i].held_because != NULL) {
			(void)printf("             waits: ");
			show_words(20, 13,
				cli_text(c.arena, l[i].held_because, 200));
		}
		if (l[i].reply != NULL && l[i].state != LETTER_SENT)
			(void)printf("             the server said: %s\n",
				cli_text(c.arena, l[i].reply, 200));
	}
	if (c.json)
		cli_json(all);
	else
		json_decref(all);
	if (!c.json && n == 0)
		(void)printf("no letters%s%s\n", state ? " are " : " yet",
			state ? state : "");
	cli_desk_close(&d);
	return EX_OK;
}

static int
show(int argc, char **argv)
{
	static const char usage[] = "outbox show LETTER";
	struct cli c;
	struct cli_desk d;
	struct err err;
	struct letter *l;
	struct span bytes;

	cli_parse(&c, argc, argv, usage,
		"Prints a letter exactly as it is or was sent, headers included.",
		NULL, 0);
	cli_words(&c, usage, 1, 1);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!store_letter(d.desk.store, c.arena, c.typed.words[0], &l, &err) ||
		!store_letter_bytes(d.desk.store, c.arena, l->id, &bytes, &err))
		return cli_fail(&err);
	if (c.json) {
		json_t *v = letter_json(l);

		json_object_set_new(v, "text",
			bytes.p ? json_stringn((const char *)bytes.p, bytes.n) :
				  json_null());
		cli_json(v);
	} else {
		(void)fwrite(bytes.p, 1, bytes.n, stdout);
	}
	cli_desk_close(&d);
	return EX_OK;
}

static int
act(int argc, char **argv, const char *verb, const char *usage,
	const char *about)
{
	struct cli c;
	json_t *result;

	cli_parse(&c, argc, argv, usage, about, NULL, 0);
	cli_words(&c, usage, 1, SIZE_MAX);
	for (size_t i = 0; i < c.typed.n; i++) {
		int status = cli_act(&c, verb, &c.typed.words[i], 1, &result);

		if (status != EX_OK)
			return status;
		if (c.json)
			cli_json(result);
		else
			(void)printf("%s: queued\n", c.typed.words[i]);
	}
	return EX_OK;
}

static int
approve(int argc, char **argv)
{
	return act(argc, argv, "letter-approve", "outbox approve LETTER...",
		"Releases letters that wait for a person. Each is an event with your name.");
}

static int
retry(int argc, char **argv)
{
	return act(argc, argv, "letter-retry", "outbox retry LETTER...",
		"Tries letters again now that were given up or wait for their next try.");
}

int
cmd_outbox(int argc, char **argv)
{
	static const struct command rows[] = {
		{"list", "letters and their states", list},
		{"show", "a letter as it is sent", show},
		{"approve", "release a held letter", approve},
		{"retry", "try a letter again now", retry},
	};

	return cli_sub("outbox", rows, ARRAY_LEN(rows), argc, argv);
}
