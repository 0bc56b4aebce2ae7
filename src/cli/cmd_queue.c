/* cmd_queue.c - `pratique queue list|show`: mails that opened no case. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/commands.h"
#include "cli/mask.h"
#include "cli/show.h"
#include "sys/now.h"

static json_t *
mail_json(struct arena *a, const struct mail *m, bool folded)
{
	return json_pack("{s:I,s:s,s:o,s:s,s:o,s:o,s:o,s:o,s:s,s:I,s:i,s:b}",
		"mail", (json_int_t)m->id, "queue", queue_names[m->queue],
		"case", json_text_or_null(m->chain), "kind",
		mail_kind_names[m->kind], "from", json_text_or_null(m->from),
		"subject", json_text_or_null(m->subject), "because",
		json_text_or_null(m->because), "message_id",
		json_text_or_null(m->message_id), "received",
		cli_instant(a, m->received), "bytes", (json_int_t)m->bytes,
		"copies", (int)m->copies, "folded", (int)folded);
}

static void
print_row(struct cli *c, const struct mail *m)
{
	(void)printf("mail-%-5lld %-10s  %s\n%23s%s, %s\n", (long long)m->id,
		queue_names[m->queue], cli_text(c->arena, m->subject, 56), "",
		cli_text(c->arena, m->from, 40),
		show_when(c->arena, m->received));
	if (m->because != NULL) {
		(void)printf("%23s", "");
		show_words(23, 23, cli_text(c->arena, m->because, 200));
	}
}

/* Nobody has said yet whose policy counts: ratings are folded. */
static void
print_queues(struct cli *c, struct mail *const *lists, const size_t *counts,
	int only)
{
	json_t *all = json_array();
	size_t shown = 0, automatic = 0;

	for (int q = QUEUE_UNROUTED; q < QUEUE_COUNT; q++)
		for (size_t i = 0; i < counts[q]; i++) {
			struct mail *m = &lists[q][i];
			bool folded;

			if (!c->json && q == QUEUE_NO_CASE && only < 0) {
				automatic++;
				continue;
			}
			folded = mask_text(c, &m->subject);
			json_array_append_new(
				all, mail_json(c->arena, m, folded));
			shown++;
			if (!c->json)
				print_row(c, m);
		}
	if (c->json)
		cli_json(all);
	else
		json_decref(all);
	if (!c->json && shown == 0)
		(void)printf("%s\n",
			only < 0 ? "no mail waits for a person" : "no mail");
	if (automatic > 0)
		(void)printf(
			"besides, %zu automatic mail%s: pratique queue list no-case\n",
			automatic, automatic == 1 ? "" : "s");
}

static int
list(int argc, char **argv)
{
	static const char usage[] =
		"queue list [--json] [unrouted|quarantine|encrypted|no-case]";
	struct cli c;
	struct cli_desk d;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Lists the mails that opened no case, by queue, oldest first. All but no-case wait\n"
		"for a person, and the promises of receipt run for them.",
		NULL, 0);
	cli_words(&c, usage, 0, 1);
	int only = -1;
	if (c.typed.n == 1) {
		only = names_find(
			queue_names, QUEUE_COUNT, span_of(c.typed.words[0]));
		if (only <= QUEUE_NONE) {
			(void)fprintf(stderr,
				"pratique: there is no queue '%s': it is unrouted, quarantine, encrypted or no-case\n",
				c.typed.words[0]);
			return EX_USAGE;
		}
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	struct mail *lists[QUEUE_COUNT] = {0};
	size_t counts[QUEUE_COUNT] = {0};
	for (int q = QUEUE_UNROUTED; q < QUEUE_COUNT; q++)
		if ((only < 0 || q == only) &&
			!store_mail_list(d.desk.store, c.arena, (enum queue)q,
				NULL, &lists[q], &counts[q], &err))
			return cli_fail(&err);
	cli_desk_close(&d);
	if (!mask_shut(&err))
		return cli_fail(&err);
	print_queues(&c, lists, counts, only);
	return EX_OK;
}

static int
show(int argc, char **argv)
{
	static const char usage[] = "queue show [--json] [--raw] [--yes] MAIL";
	struct cli c;
	struct cli_desk d;
	struct err err;
	bool raw = false, yes = false, folds = true;
	struct casefile *f;
	struct mail *m;
	struct span bytes;
	unsigned long long id;
	const struct option_row rows[] = {
		{"raw", OPT_FLAG, &raw, NULL,
			"the mail's bytes as they came; as `case raw`"},
		{"yes", OPT_FLAG, &yes, NULL,
			"with --raw: do not ask, though it may hold a rating and there is none of ours"},
	};

	cli_parse(&c, argc, argv, usage,
		"Shows one mail: where it is, why, and its text, with its reporter's ratings folded until there is one of ours. MAIL is mail-17 or 17.",
		rows, 2);
	cli_words(&c, usage, 1, 1);
	const char *word = c.typed.words[0];
	if (!span_number(
		    span_of(strncmp(word, "mail-", 5) == 0 ? word + 5 : word),
		    INT64_MAX, &id)) {
		(void)fprintf(stderr,
			"pratique: '%s' is no mail: write mail-17 or 17; a case is shown by `pratique case show`\n",
			word);
		return EX_USAGE;
	}
	if (raw)
		return raw_print(
			&c, arena_printf(c.arena, "mail-%llu", id), yes);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	struct mask mask = {.c = &c, .store = d.desk.store};
	if (!store_mail(d.desk.store, c.arena, (int64_t)id, &m, &err) ||
		!store_mail_payload(
			d.desk.store, c.arena, m, "text", &bytes, &err) ||
		(m->chain != NULL &&
			(!store_case(
				 d.desk.store, c.arena, m->chain, &f, &err) ||
				!mask_case(&mask, f, &folds, &err))))
		return cli_fail(&err);
	cli_desk_close(&d);
	if (folds && !mask_shut(&err))
		return cli_fail(&err);
	bool folded = folds && mask_span(&c, &m->subject, &bytes);
	if (c.json) {
		json_t *v = mail_json(c.arena, m, folded);

		json_object_set_new(v, "text",
			bytes.p ? json_stringn((const char *)bytes.p, bytes.n) :
				  json_null());
		cli_json(v);
	} else {
		(void)printf("mail-%lld, %s%s%s\n", (long long)m->id,
			m->chain ? m->chain : queue_names[m->queue],
			m->because ? ": " : "", m->because ? m->because : "");
		(void)printf(
			"From:     %s\nSubject:  %s\nReceived: %s, %llu bytes, %u time%s\n\n",
			cli_text(c.arena, m->from, 200),
			cli_text(c.arena, m->subject, 300),
			show_when(c.arena, m->received),
			(unsigned long long)m->bytes, m->copies,
			m->copies == 1 ? "" : "s");
		(void)cli_numbered(c.arena, bytes, SHOW_ALL_LINES);
		if (m->queue != QUEUE_NONE && m->queue != QUEUE_NO_CASE)
			(void)printf(
				"\nit waits for a person: pratique case route mail-%lld PRODUCT|CASE --reason TEXT\n",
				(long long)m->id);
	}
	return EX_OK;
}

int
cmd_queue(int argc, char **argv)
{
	static const struct command rows[] = {
		{"list", "mails that opened no case", list},
		{"show", "one mail", show},
	};

	return cli_sub("queue", rows, ARRAY_LEN(rows), argc, argv);
}
