/*
 * judge_affected.h - what a mail says is affected: the product, or something
 * else?
 *
 * A name decides only where the report has it as the affected thing
 * (report.affected). Where the product is named so as well, nothing is out
 * of scope without a person: its own misuse of something is its own flaw.
 */
#pragma once

#include "judge/evidence.h"
#include "mime/message.h"
#include "policy/policy.h"

/* What says that the product itself is affected. */
struct standing {
	bool affected;
	unsigned line; /* 0: the subject, or none */
};

struct standing standing_find(struct arena *a, const struct policy *p,
	const struct message *m, const struct report *r,
	const struct evidence *ev);

/* A link to a repository or a page of the product stands in the text. */
bool links_product(const struct policy *p, const struct report *r);

/* Something else that is named as affected. */
struct thing {
	const char *name; /* as the policy or the repository has it */
	struct span link; /* of its own policy; may be empty */
	unsigned line;    /* 0: the subject */
	bool sure;        /* labelled or claimed, not only acted on */
	const struct dependency *dependency;
};

enum { THINGS_MAX = 8 };

/* Each fills up to THINGS_MAX and gives their number. */
size_t things_hosts(
	const struct report *r, struct texts hosts, struct thing *out);
size_t things_names(struct arena *a, const struct report *r, struct texts names,
	struct thing *out);
size_t things_dependencies(struct arena *a, const struct report *r,
	const struct evidence *ev, struct thing *out);
/* A repository that is labelled as affected and none of the product's. */
size_t things_repositories(
	const struct policy *p, const struct report *r, struct thing *out);
