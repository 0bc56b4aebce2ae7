/*
 * policies.h - the desk's policy files, read once, with their calendars.
 */
#pragma once

#include "cases/cases.h"
#include "conf/settings.h"

struct policies {
	const struct policy *const *v; /* the default product's first */
	size_t n;
	const struct calendar *calendars; /* of v[i] */
	struct own_addresses own;
	const char *hostname;
};

/* Relative names in settings.policies are taken from the data folder.
 * Problems as policy_load(). */
bool policies_load(struct arena *a, const struct settings *set,
	const char *data, const char *hostname, struct policies *out,
	struct str *problems, struct err *err);

/* One policy file with what it extends, from disk; its own letters are
 * checked with it. */
bool policies_read(struct arena *a, const char *path, const struct policy **out,
	struct str *problems, struct err *err);

/* As policy_load_file(): a base is good too. */
bool policies_read_file(struct arena *a, const char *path,
	const struct policy **out, struct policy_base *base,
	struct str *problems, struct err *err);

/* Zone and business days of one policy. */
bool policies_calendar(struct arena *a, const struct policy *p,
	struct calendar *out, struct err *err);

/* The calendar of a policy of the desk, by its hash; else made anew, for as
 * long as policies_calendar_done() is not called. */
bool policies_calendar_of(struct arena *a, const struct policies *all,
	const struct policy *p, const struct calendar **out, struct err *err);

void policies_calendar_done(
	const struct policies *all, const struct calendar *calendar);

/* Addresses that take mail: contacts and the bounce address. */
struct text_list policies_known(struct arena *a, const struct policies *all,
	const struct settings *set);
