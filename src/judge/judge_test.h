/*
 * judge_test.h - two products of one organisation, and mails made by hand.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "judge/judge.h"

#define TEST_POLICY(name, prefix, rest, clauses)                               \
	"policy: 1\nname: " name " policy\nzone: UTC\n"                        \
	"values: {organisation: Example, contact: security@example.org}\n"     \
	"product:\n  name: " name "\n  prefix: " prefix "\n" rest              \
	"clauses:\n" clauses

static const char test_widget[] = TEST_POLICY("Blue Widget", "WID",
	"  aliases: [blue-widget, widgets]\n"
	"  repositories: [github.com/example/blue-widget]\n"
	"  urls: [docs.example.org/widget]\n"
	"  packages: [bluewidget]\n"
	"  details: [widget]\n",
	"  - {id: contact, kind: contact, text: x}\n"
	"  - {id: private, kind: private-channel, text: x}\n"
	"  - {id: only, kind: vulnerabilities-only, text: x}\n"
	"  - {id: plain, kind: plain-text, text: x}\n"
	"  - {id: one, kind: one-per-mail, text: x}\n"
	"  - {id: title, kind: required, part: title, text: x}\n"
	"  - {id: steps, kind: required, part: steps, text: x}\n"
	"  - {id: reach, kind: required, part: contact, text: x}\n"
	"  - {id: written, kind: required, part: written, text: x}\n"
	"  - {id: more, kind: more-information, text: x}\n"
	"  - {id: severity, kind: severity, text: x}\n"
	"  - {id: cwe, kind: cwe, text: x}\n"
	"  - {id: ack, kind: duty, duty: acknowledge, strength: aim, text: x}\n"
	"  - {id: scope, kind: scope, scope: out, about: website, text: x}\n"
	"  - {id: laws, kind: text, text: x}\n");

/* Asks for more: an address in the text; and takes questions. */
static const char test_gear[] = TEST_POLICY("Gear", "GEAR",
	"  repositories: [github.com/example/gear]\n"
	"  details: [gear]\n",
	"  - {id: reach, kind: required, part: contact, from-address: no,\n"
	"     text: x}\n"
	"  - {id: only, kind: vulnerabilities-only, refuses: [spam], text: "
	"x}\n");

static inline bool
test_one_file(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	(void)a, (void)err;
	*path = name;
	*text = span_of(ctx);
	return from == NULL;
}

static inline const struct policy *
test_policy(struct arena *a, const char *text)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 10000);
	if (!policy_load(a, "test.yml", test_one_file, (void *)(uintptr_t)text,
		    &p, &said, &err))
		(void)printf("# %s\n", said.text);
	return p;
}

static inline unsigned
test_lines(const char *text)
{
	unsigned n = 0;

	for (; text && *text; text++)
		n += *text == '\n' || text[1] == '\0';
	return n;
}
