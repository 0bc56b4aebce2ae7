/*
 * release.h - version numbers as people and tags write them, and their order.
 *
 * One reader for PEP 440 ("1.0a2", "1.0.post1", "1!2.0", "1.0.dev3",
 * "1.0+local") and semantic versions ("1.0.0-alpha.2", "1.0.0-rc.1+build"),
 * since a report rarely says which it follows. "v", "release-", "version "
 * and a package's name before the number are set apart as `prefix`; missing
 * numbers count as 0, so that "1.2" and "1.2.0" are equal.
 *
 * Order: dev < a, alpha < b, beta < c, rc, pre, preview < any other word <
 * the release itself < post. Pure; linear in the text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { RELEASE_NUMBERS = 8, RELEASE_WORDS = 6 };

enum release_stage {
	STAGE_DEV, /* "1.0.dev1", of a release that is to come */
	STAGE_ALPHA,
	STAGE_BETA,
	STAGE_CANDIDATE,
	STAGE_OTHER, /* semver: any other word, "1.0.0-nightly" */
	STAGE_FINAL,
	STAGE_POST,
};

struct release {
	struct span prefix; /* borrowed: "v", "release-", "dag-factory-" */
	uint64_t epoch;
	uint64_t number[RELEASE_NUMBERS];
	unsigned n_numbers; /* as written: 2 in "1.2" */
	bool pre;           /* anything before the final release */
	/* Each step of what follows the numbers: "a2.dev1" has two. */
	struct {
		enum release_stage stage;
		uint64_t number;
		struct span word; /* of STAGE_OTHER */
	} step[RELEASE_WORDS];
	unsigned n_steps;
};

/* False if the whole text does not read as one version. */
bool release_parse(struct span text, struct release *out);
/* <0, 0, >0; prefixes, build and local parts do not count. */
int release_cmp(const struct release *a, const struct release *b);
