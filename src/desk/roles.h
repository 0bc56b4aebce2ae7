/* roles.h - where each role's process goes after it was started. */
#pragma once

#include "sys/role.h"

/* What the keeper is told by the command line. */
struct keeper_start {
	const char *data;   /* absolute */
	const char *config; /* as named, or NULL */
	const struct settings *set;
	struct text_list known;  /* addresses that take mail */
	struct text_list listen; /* overrides the setting when not empty */
	const char *node;
	int ready_fd; /* -1: none */
};

/* Exit status of the process. */
int keeper_main(const struct keeper_start *start);
int edge_main(struct role *r);
int parse_main(struct role *r);
int core_main(struct role *r);
int post_main(struct role *r);
int sign_main(struct role *r);
int evidence_main(struct role *r);

/* The re-executed half: `pratique serve --role NAME`. */
int role_main(void);
