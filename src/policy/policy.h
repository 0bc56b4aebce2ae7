/*
 * policy.h - a policy: a list of clauses, each a sentence for people and a
 * rule for the desk.
 *
 * Loaded from YAML (docs/policy.md). A policy may extend a base; clauses
 * are replaced, dropped or added by id. Never changes once loaded. Pure: the
 * files come in as values through `fetch`.
 *
 * The hash is over the resolved policy (after extending), so that two texts
 * that mean the same file set have the same hash; a case keeps the hash that
 * was in force when its first mail arrived.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"

enum strength { STRENGTH_MUST, STRENGTH_AIM, STRENGTH_BEST_EFFORT };
extern const char *const strength_names[3]; /* "must" "aim" "best-effort" */

/* What a clause makes the desk do; policy_kinds.c has one row for each. */
enum clause_kind {
	CLAUSE_TEXT, /* published, nothing to judge */
	CLAUSE_CONTACT,
	CLAUSE_PRIVATE_CHANNEL,
	CLAUSE_VULNERABILITIES_ONLY,
	CLAUSE_SCOPE,
	CLAUSE_PLAIN_TEXT,
	CLAUSE_ONE_PER_MAIL,
	CLAUSE_REQUIRED, /* part: title | steps | contact | written */
	CLAUSE_MORE_INFORMATION,
	CLAUSE_SEVERITY,
	CLAUSE_CWE,
	CLAUSE_DUTY, /* acknowledge | validate | resolve | follow-up */
	CLAUSE_PLATFORM,
	CLAUSE_SAFE_HARBOR,
	CLAUSE_EMBARGO,
	CLAUSE_RESCIND,
	CLAUSE_THIRD_PARTIES,
	CLAUSE_OUT_OF_SCOPE, /* what becomes of a report out of scope */
	CLAUSE_NOTIFY_FIRST,
	CLAUSE_COORDINATE_AFTER,
	CLAUSE_KNOWN, /* a known non-vulnerability */
};
enum { CLAUSE_KIND_COUNT = CLAUSE_KNOWN + 1 };

/* How a clause stands in the published document. Clauses that follow each
 * other with the same text are one sentence there. */
enum clause_form {
	AS_PARAGRAPH,
	AS_SENTENCE, /* goes on in the paragraph or item before it */
	AS_ITEM,     /* of a list, with the items beside it */
	AS_NOTE,     /* a warning that stands apart */
	AS_COMMENT,  /* in the document's source, not shown to readers */
};
enum { CLAUSE_FORM_COUNT = AS_COMMENT + 1 };

enum required_part { PART_TITLE, PART_STEPS, PART_CONTACT, PART_WRITTEN };

/* What is no vulnerability report; `vulnerabilities-only` lists some. */
enum matter {
	MATTER_BUG,
	MATTER_QUESTION,
	MATTER_SUPPORT,
	MATTER_SPAM,
	MATTER_OTHER,
};
enum { MATTER_COUNT = MATTER_OTHER + 1 };

enum scope_about {
	ABOUT_TAGGED_RELEASES,
	ABOUT_AS_DOCUMENTED,
	ABOUT_OTHER_CODEBASES,
	ABOUT_WEBSITE,
	ABOUT_DEPENDENCIES,
	ABOUT_UNINTENDED_CONFIGURATION,
	ABOUT_OTHER_SYSTEMS,
	ABOUT_BROWSER_COOKIES,
	ABOUT_OTHER, /* in words only: a person decides */
};
enum { ABOUT_COUNT = ABOUT_OTHER + 1 };

enum duty_name {
	DUTY_ACKNOWLEDGE,
	DUTY_VALIDATE,
	DUTY_FOLLOW_UP,
	DUTY_RESOLVE,
};
enum { DUTY_COUNT = DUTY_RESOLVE + 1 };
extern const char *const duty_names[DUTY_COUNT]; /* "follow-up" */

/* A promise in business days of the policy's zone and calendar. */
struct duty_rule {
	enum duty_name name;
	unsigned business_days; /* 0: no date is promised */
	unsigned remind_days;   /* 0: no reminder of its own */
	bool by_receipt;        /* acknowledge: our receipt letter keeps it */
};

struct texts {
	const char *const *v;
	size_t n;
};

struct clause {
	const char *id;
	enum clause_kind kind;
	enum strength strength;
	const char *text; /* for people, values filled in */
	/* What stands above it in the document, values filled in; or NULL:
	 * a heading opens a section, a subheading a part of it. */
	const char *heading, *subheading;
	enum clause_form as;
	union { /* by kind; policy_kinds.c fills it by its table */
		struct {
			enum required_part part;
			bool from_address; /* a From that can be answered is
					      a contact */
		};
		struct duty_rule duty;
		struct {
			unsigned days;       /* calendar days */
			bool accept_shorter; /* else a person decides */
		} embargo;
		struct {
			bool in;
			enum scope_about about;
			struct texts hosts; /* about website */
			/* Of other products, dependencies or systems, as the
			 * affected thing: policy_other() reads one. */
			struct texts names;
			/* Further phrases that are evidence of it; see
			 * `known`. */
			struct texts words;
		} scope;
		struct {
			unsigned refuses; /* bit 1 << enum matter */
		} vulnerabilities_only;
		struct {
			bool pauses_validate;
		} more_information;
		struct {
			struct texts scale; /* own ratings, lowest first */
		} severity;
		struct {
			const char *platform;
			const char *link; /* or NULL */
			bool covers;      /* our use of it covers the product */
		} platform;
		struct {
			struct texts promises; /* a line each */
		} safe_harbor;
		struct {
			struct texts grounds; /* quoted in full or not at all */
		} rescind;
		struct {
			bool courtesy_letter;
		} out_of_scope;
		/*
		 * Each list that is given must be met, by any one of its
		 * items, and none of `unless`; of words, paths and hosts at
		 * least one is given. Phrases are compared without regard
		 * to case and to how much blank is between their words, as
		 * whole words, in the reporter's own text.
		 */
		struct {
			struct texts words;
			/* "tests/" is a folder, "setup.py" a file, wherever it
			 * is; "/tests/" only at the repository's root. It
			 * is the affected file that counts. */
			struct texts paths;
			struct texts hosts; /* the affected host */
			struct texts unless;
		} known;
	};
};

struct product {
	const char *name;
	const char *prefix;         /* of case ids, "DAGF" */
	const char *const *aliases; /* words that name it, lower case */
	size_t n_aliases;
	const char *const
		*repositories; /* "github.com/astronomer/dag-factory" */
	size_t n_repositories;
	const char *const *urls; /* documentation and home pages */
	size_t n_urls;
	const char *const *packages; /* "dag-factory" on an index */
	size_t n_packages;
	const char *const *details; /* sub-address words after '+' */
	size_t n_details;
};

/* What security.txt says beside contact and policy (RFC 9116). */
struct security_txt {
	const struct day *expires; /* or NULL; it ends with this day */
	struct texts languages;    /* BCP 47 */
	struct texts canonical;    /* links to the file itself */
	struct texts encryption;   /* https:, dns:, openpgp4fpr: */
	struct texts acknowledgments, hiring, csaf; /* links */
};

/* A letter of the policy's own; docs/letters.md has the form, which
 * letter_template_check() checks for those who load a policy. */
struct policy_letter {
	const char *name, *text; /* "received"; the whole template */
	/* Where the first line of the text stands: add the line of a
	 * mistake, less 1. NULL and 0 in a policy that was kept. */
	const char *file;
	unsigned line, column;
	unsigned name_column; /* of the name, in the line above the text */
};

/* A word that texts and letters use: {organisation}, {contact} ... */
struct policy_value {
	const char *name, *text;
};

struct policy {
	const char *name;
	const struct policy_value *values; /* by name; the next lines' too */
	size_t n_values;
	const char *organisation;
	struct hash hash;
	const char *resolved; /* the text the hash is of (canonical JSON) */
	struct product product;
	const char *contact; /* the address reports go to, lower-case domain */
	const char *zone;    /* IANA name */
	const char *zone_at; /* "file:line:column", or NULL if it was kept */
	unsigned weekend;    /* bit 0 Monday .. bit 6 Sunday */
	const struct day *holidays;
	size_t n_holidays;
	const char *link;         /* where the policy is published, or NULL */
	bool random_ids;          /* case ids tell no counts */
	const char *title;        /* of the document */
	const char *introduction; /* its first paragraphs, or NULL */
	struct security_txt security_txt;
	const struct policy_letter *letters; /* by name */
	size_t n_letters;
	const struct clause *clauses;
	size_t n_clauses;
};

enum {
	POLICY_MAX_PROBLEMS = 20,
	POLICY_MAX_FILE = 256 * 1024,
	POLICY_MAX_CHAIN = 8, /* files that extend each other */
	POLICY_MAX_CLAUSES = 200,
};

/*
 * Reads `name` as seen from file `from` (NULL for the first). *path is what
 * mistakes call the file, and what tells that two files are the same.
 */
typedef bool policy_fetch(void *ctx, struct arena *a, const char *from,
	const char *name, const char **path, struct span *text,
	struct err *err);

/*
 * Up to 20 mistakes are appended to *problems, one a line:
 * file:line:column: what is wrong, what is allowed, did you mean. False with
 * ERR_SYNTAX if there was any; with the error of `fetch`, and no mistake, if
 * the first file could not be read.
 */
bool policy_load(struct arena *a, const char *file, policy_fetch *fetch,
	void *ctx, const struct policy **out, struct str *problems,
	struct err *err);

/* A file with `base: yes`: made to be extended, no policy by itself. */
struct policy_base {
	size_t n_clauses;
	const struct policy_letter *letters;
	size_t n_letters;
	const char *const *open; /* what others must give: "values.contact" */
	size_t n_open;
};

/*
 * As policy_load(), for those who look at a file: a base without mistakes is
 * good too, and then *out is NULL and *base tells of it. policy_load()
 * refuses it with ERR_SYNTAX: nothing can run by it.
 */
bool policy_load_file(struct arena *a, const char *file, policy_fetch *fetch,
	void *ctx, const struct policy **out, struct policy_base *base,
	struct str *problems, struct err *err);

/*
 * From `resolved` as the ledger kept it; for cases under an old version. A
 * resolved policy is a policy file in JSON, with every default written out,
 * and reads back to the same bytes, else ERR_SYNTAX.
 */
bool policy_from_resolved(struct arena *a, struct span resolved,
	const struct policy **out, struct err *err);

/*
 * May these serve one desk? ERR_CONFLICT if two have the same prefix (their
 * case ids would be the same), or the same product, repository or detail
 * (no mail could be routed to one of them).
 */
bool policy_check_desk(
	const struct policy *const *policies, size_t n, struct err *err);

const struct clause *policy_clause(const struct policy *p, const char *id);
/* NULL when the policy makes no such promise. */
const struct clause *policy_duty(const struct policy *p, enum duty_name d);
/* Does a receipt letter keep the promise to acknowledge? */
bool policy_receipt_keeps(const struct policy *p);

/* The policy's own letter of this name, or NULL. */
const struct policy_letter *policy_letter(
	const struct policy *p, const char *name);
/* Takes an item of a scope's `names` apart: "Gear" or "Gear <https://...>".
 * *link is empty if there is none. */
void policy_other(const char *item, struct span *name, struct span *link);

/* "required", "more-information" ...: the `kind` of policy files. */
const char *clause_kind_name(enum clause_kind k);
/* The section of docs/policy.md on a kind, as far as its table gives it: what
 * the desk does, and a row for each parameter. */
void policy_explain_kind(struct str *out, enum clause_kind k);
/* The same for the keys of a file: "policy", "values", "product",
 * "security-txt" or "clause". */
void policy_explain_keys(struct str *out, const char *of);

/* The same for a terminal, with an example. */
void policy_tell_kind(struct str *out, enum clause_kind k);
/* "values" and so on; false if there is no such map. */
bool policy_tell_keys(struct str *out, const char *of);
/* The maps' names, by number from 0; NULL past the last. */
const char *policy_keys_name(size_t i);
const char *clause_kind_help(enum clause_kind k);
/* What one clause of a policy says, its defaults too. */
void policy_tell_clause(struct str *out, const struct clause *c);

/* The language as a JSON Schema (2020-12), for editors: it says what a file
 * may hold, as far as a schema can. */
json_t *policy_schema(void);

/* What changed from a to b: see pratique-policy(1) for the form. An empty
 * list if they mean the same. */
json_t *policy_diff(const struct policy *a, const struct policy *b);

/* `resolved` as an object, and the "hash" of it. */
json_t *policy_json(const struct policy *p);
