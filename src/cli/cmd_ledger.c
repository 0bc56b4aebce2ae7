/* cmd_ledger.c - `pratique ledger verify|checkpoint|proof`. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "desk/sign.h"
#include "store/ledger.h"
#include "sys/files.h"

enum { FILE_MAX = 64 * 1024, DIFFERS = 1 };

static bool
open_checkpoint(struct cli *c, const struct cli_desk *d, const char *file,
	const char *key_file, struct checkpoint *out, struct err *err)
{
	struct span text, key_text;
	struct signify_key key;

	if (!file_read(c->arena, file, FILE_MAX, &text, err))
		return false;
	if (key_file != NULL) {
		if (!file_read(c->arena, key_file, FILE_MAX, &key_text, err) ||
			!signify_key_parse(key_text, &key, err))
			return err_wrap(err, "%s", key_file);
	} else if (!sign_public(c->arena, d->data, &key, err)) {
		return false;
	}
	return checkpoint_open(c->arena, text, &key, out, err) ||
		err_wrap(err, "%s", file);
}

static json_t *
report_json_of(const struct ledger_report *r)
{
	return json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:o}", "whole",
		(int)(r->faults == 0), "chains", (json_int_t)r->chains,
		"events", (json_int_t)r->events, "payloads",
		(json_int_t)r->payloads, "erased", (json_int_t)r->erased,
		"faults", (json_int_t)r->faults, "chain",
		json_text_or_null(r->chain), "seq", (json_int_t)r->seq, "what",
		json_text_or_null(r->what));
}

static int
verify(int argc, char **argv)
{
	static const char usage[] =
		"ledger verify [--checkpoint FILE [--key FILE]] [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *file = NULL, *key = NULL;
	struct checkpoint seen;
	struct ledger_report r;
	struct progress p = {.what = "events"};
	const struct option_row rows[] = {
		{"checkpoint", OPT_TEXT, &file, "FILE",
			"also: the ledger is no older than this signed checkpoint"},
		{"key", OPT_TEXT, &key, "FILE",
			"the public key of the checkpoint (keys/desk.pub)"},
	};

	cli_parse(&c, argc, argv, usage,
		"Recomputes every hash of the ledger. Exit status 0: whole; 1: the first bad entry\n"
		"is named; anything else: it could not be read.",
		rows, 2);
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (file != NULL && !open_checkpoint(&c, &d, file, key, &seen, &err))
		return cli_fail(&err);
	if (!ledger_verify(d.desk.store, c.arena, file ? &seen : NULL,
		    progress_show, &p, &r, &err))
		return cli_fail(&err);
	progress_end(&p);
	cli_desk_close(&d);
	if (c.json)
		cli_json(report_json_of(&r));
	else if (r.faults == 0)
		(void)printf(
			"whole: %lld events in %lld chains, %lld payloads, %lld of them erased\n",
			(long long)r.events, (long long)r.chains,
			(long long)r.payloads, (long long)r.erased);
	else
		(void)printf(
			"NOT WHOLE: chain %s, entry %lld: %s (%lld fault%s in all)\n",
			r.chain ? r.chain : "-", (long long)r.seq, r.what,
			(long long)r.faults, r.faults == 1 ? "" : "s");
	return r.faults == 0 ? EX_OK : DIFFERS;
}

static int
checkpoint(int argc, char **argv)
{
	static const char usage[] = "ledger checkpoint [--out FILE] [--json]";
	struct cli c;
	const char *out = NULL;
	json_t *result;
	struct err err;
	const struct option_row rows[] = {{"out", OPT_TEXT, &out, "FILE",
		"write it there instead of to standard output"}};

	cli_parse(&c, argc, argv, usage,
		"Signs a root over all chains as they are now. Keep the file on another machine:\n"
		"with it, `ledger verify --checkpoint` shows that nothing was taken back.",
		rows, 1);
	cli_words(&c, usage, 0, 0);
	int status = cli_act(&c, "checkpoint", NULL, 0, &result);
	if (status != EX_OK)
		return status;
	const char *file = json_get_text(result, "file");
	if (out != NULL &&
		!file_write(out, span_of(file ? file : ""), 0644, &err))
		return cli_fail(&err);
	if (c.json)
		cli_json(result);
	else if (out == NULL)
		(void)fputs(file ? file : "", stdout);
	return EX_OK;
}

static int
proof(int argc, char **argv)
{
	static const char usage[] = "ledger proof [--checkpoint N] CASE";
	struct cli c;
	struct cli_desk d;
	struct err err;
	const char *number = NULL;
	unsigned long long n = 0;
	struct merkle_proof p;
	const struct option_row rows[] = {{"checkpoint", OPT_TEXT, &number, "N",
		"of checkpoint number N; else of the state now"}};

	cli_parse(&c, argc, argv, usage,
		"Prints the proof that a checkpoint holds this one case, without telling anything\n"
		"of the others (docs/ledger.md says how to check it).",
		rows, 1);
	cli_words(&c, usage, 1, 1);
	if (number != NULL && !span_number(span_of(number), INT64_MAX, &n)) {
		(void)fprintf(
			stderr, "pratique: --checkpoint takes a number\n");
		return EX_USAGE;
	}
	int status = cli_desk(&c, CLI_STORE, &d);
	if (status != EX_OK)
		return status;
	if (!ledger_proof(d.desk.store, c.arena, c.typed.words[0], n, &p, &err))
		return cli_fail(&err);
	cli_json(ledger_proof_json(&p));
	cli_desk_close(&d);
	return EX_OK;
}

int
cmd_ledger(int argc, char **argv)
{
	static const struct command rows[] = {
		{"verify", "recompute every hash", verify},
		{"checkpoint", "sign the state as it is now", checkpoint},
		{"proof", "prove that one case is in a checkpoint", proof},
	};

	return cli_sub("ledger", rows, ARRAY_LEN(rows), argc, argv);
}
