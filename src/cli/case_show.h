/* case_show.h - a case as people and programs see it. */
#pragma once

#include "cli/cli.h"

struct case_view {
	struct casefile *c;
	struct mail *mails; /* oldest first */
	struct span *texts; /* of each; p NULL when erased */
	size_t n_mails;
	json_t **verdicts; /* of each judged mail (in "mail"), oldest first */
	size_t n_verdicts;
	struct event *events; /* without payloads */
	size_t n_events, cap_events;
	const struct policy *policy; /* the version the case rests on */
	bool folds;                  /* ratings are to be folded (mask.h) ... */
	bool folded;                 /* ... and some were */
};

bool case_view_load(struct cli *c, struct cli_desk *d, const char *id,
	struct case_view *out, struct err *err);
/*
 * Takes ratings out of title, subjects, texts and judgements if `folds`.
 * Shuts the doors of this process for it: close the desk before.
 */
bool case_view_fold(struct cli *c, struct case_view *v, struct err *err);
/* `all`: long mails whole, and every clause. */
void case_view_print(
	struct cli *c, const struct case_view *v, instant at, bool all);
/* The running promise that is due first, or NULL. */
const struct duty *case_next_duty(const struct casefile *f);
json_t *case_view_json(struct cli *c, const struct case_view *v);
