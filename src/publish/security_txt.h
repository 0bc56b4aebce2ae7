/*
 * security_txt.h - the file security.txt of RFC 9116, from a policy.
 *
 * Contact, where the policy is, and until when this is to be believed. The
 * day in the policy's `expires` is the last one; it ends at 24:00 UTC, so
 * that no zone's tables are needed to read a file.
 */
#pragma once

#include "base/instant.h"
#include "policy/policy.h"

enum { SECURITY_TXT_WARN_DAYS = 30, SECURITY_TXT_MOST_DAYS = 366 };

enum freshness { FRESH, EXPIRING, EXPIRED };

/* ERR_SYNTAX if it says no day, one in the past, or one a year ahead. */
bool security_txt_write(
	struct str *out, const struct policy *p, instant now, struct err *err);

/* The instant at which the policy's file ends; false if it names none. */
bool security_txt_ends(const struct policy *p, instant *end);
enum freshness security_txt_freshness(instant end, instant now);

struct security_txt_line {
	const char *field;          /* "Contact"; as the RFC writes it */
	const char *result;         /* "same" "changed" "missing" "extra"
					"expired" "expiring" "wrong" */
	const char *source, *found; /* values, or NULL */
	unsigned line;              /* in the file; 0: it is not there */
};

/*
 * Compares a file with the policy, field by field; wrong lines, a missing or
 * double field and an end that is near are rows too. True if all is same.
 */
bool security_txt_compare(struct arena *a, const struct policy *p,
	struct span file, instant now, const struct security_txt_line **rows,
	size_t *n);

/* By name ("security.txt"), or by a Contact: and an Expires: line. */
bool security_txt_is(const char *name, struct span text);
