/*
 * mask.h - where a rating of the reporter's must not be seen yet.
 *
 * A policy that asks for no severity means that whoever assesses a report
 * does not see its reporter's before there is one of our own
 * (docs/decisions/0009). So every command that shows a word of such a report
 * folds ratings in it, JSON included: what stands there is not what came, and
 * says so with `folded`.
 */
#pragma once

#include "cli/cli.h"

struct mask {
	struct cli *c;
	struct store *store;
	struct {
		const char *policy;
		bool refuses;
	} known[16];
	size_t n;
};

/* Are ratings to be folded in this case? Asks the store. */
bool mask_case(
	struct mask *m, const struct casefile *f, bool *out, struct err *err);

/*
 * Shuts the doors of this process: close the desk before, and open nothing
 * after. Then texts can be folded.
 */
bool mask_shut(struct err *err);
/* True if something was folded. */
bool mask_text(struct cli *c, const char **text);
bool mask_span(struct cli *c, const char **subject, struct span *text);
/* What a judgement quotes of the mail and of the mirror. */
bool mask_verdict(struct cli *c, json_t *verdict);

/*
 * Before a rating may be seen that is to be folded: a person at the terminal
 * is asked, anybody else must have said --yes. EX_OK, or an exit status.
 */
int mask_ask(const char *what, bool yes);

/* `case raw` and `queue show --raw`: on record first, then the bytes. */
int raw_print(struct cli *c, const char *id, bool yes);
