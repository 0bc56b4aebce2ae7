/* cmd_policy_new.h - what `policy new` was told, and the text made of it. */
#pragma once

#include "base/str.h"
#include "conf/settings.h"
#include "policy/policy_kinds.h"

struct answers {
	const char *organisation, *product, *contact, *prefix;
	const char *zone, *link, *extends; /* or NULL */
	struct text_list repositories;
	struct text_list values; /* "name=words" */
};

struct question {
	const char *flag, *question;
	bool needed;
	const struct form *form;
	const char **to;
};

/* A whole file; every answer is good by its form. */
void policy_new_text(struct str *out, const struct answers *in);
