/*
 * letter.h - a letter from a template, fixed words and the desk's own values.
 *
 * An automatic letter holds nothing of the mail it answers: no subject, no
 * name, no quotation (mission.md, rule 2). So the only values are the case's
 * id, days, the policy's own texts and links, and addresses that are the
 * desk's. The result is a whole RFC 5322 mail, text/plain, UTF-8 or ASCII,
 * lines of at most 72 columns, CRLF, with threading and Auto-Submitted
 * (RFC 3834). A value with CR, LF or NUL in a header is refused, not cleaned
 * (standards.md 3.3). Pure: bytes in, bytes out.
 *
 * Templates are letters/NAME.txt, embedded at build time: docs/letters.md has
 * the form. A policy or the setting `letters` may replace one.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/str.h"

struct letter_item {        /* one thing that is asked for, or one promise */
	const char *clause; /* "required.steps" */
	const char
		*words; /* the template's fixed words, or the policy's text */
};

struct letter_values {
	/* headers */
	const char *from_name;   /* "DAG Factory security", from the policy */
	const char *from;        /* the policy's contact address */
	const char *reply_to;    /* contact with the case's token */
	const char *to;          /* address only */
	const char *message_id;  /* with < > */
	const char *in_reply_to; /* the mail that is answered, or NULL */
	const char *const *references;
	size_t n_references;
	instant date;
	bool answers;   /* auto-replied, else auto-generated */
	bool automatic; /* false: a person wrote it; no Auto-Submitted */
	/* words */
	const char *case_id; /* or the queue item's, "mail-17" */
	const char *product, *organisation, *policy_link;
	const char *policy_hash; /* the first 12 digits are shown */
	const char
		*received; /* "Monday, 23 November 2026 (America/New_York)" */
	const char *validate_due; /* same form, or NULL: nothing is promised */
	const char *follow_up;    /* the policy's words for it, or NULL */
	const char *verb; /* the strength's verb: "aim to", "will" ... */
	const struct letter_item *missing;
	size_t n_missing;
	/* words about an outcome; each may be NULL */
	const char *clause; /* the policy's text of the one that decided ... */
	const char *clause_id;    /* ... and its id; both or none */
	const char *other_policy; /* where another product's policy is */
	const char *silence;   /* the policy's words on telling third parties */
	const char *former_id; /* "mail-17", before the case had its id */
	const char *cases;     /* "DAGF-3 and DAGF-4", out of one mail */
	const char *cwe_better; /* "CWE-79 or CWE-80": the list's, for one
				   that it discourages */
};

/* `text` is the template's (letter_template() gives the shipped one). */
bool letter_compose(struct arena *a, struct span text,
	const struct letter_values *v, struct span *out, struct err *err);

/* The shipped template, embedded; ERR_ABSENT names the nearest one. */
bool letter_template(const char *name, struct span *out, struct err *err);
/* The shipped letters' names, by number from 0; NULL past the last. */
const char *letter_name(size_t i);
/* Checks a template: unknown values, lines over 72 columns, file:line. */
bool letter_template_check(
	const char *file, struct span text, struct str *problems);
