/* import_impl.h - what the parts of the importer share. */
#pragma once

#include <string.h>

#include "base/mem.h"
#include "policy/policy.h"
#include "publish/import.h"
#include "publish/words.h"

enum { IMPORT_IDS_MAX = 4 };

/* Where a sentence stands. */
enum context {
	IN_NOTHING,
	IN_SCOPE,     /* a list of what is in scope */
	OUT_OF_SCOPE, /* ... and of what is not */
	IN_REQUIRED,  /* a list of what a report holds */
};

/* One sentence, in small letters and apart. */
struct heard {
	const char **v;
	size_t n;
	const struct word *words;
	enum block_kind kind;
	enum context context;
};

enum figure_unit { BY_DAY, BY_BUSINESS_DAY, BY_HOUR, BY_WEEK, BY_MONTH };

struct figure {
	unsigned low, high; /* low 0: no range */
	enum figure_unit unit;
	bool any;
};

struct rule {
	const char *id;
	const char *kind;
	const char *more;     /* lines of the clause: "part: title" */
	unsigned where;       /* a bit for each context it needs; 0: any */
	bool absorbs;         /* what follows in the paragraph is its as well */
	const char *says[16]; /* any of these */
	const char *but[6];   /* and none of these */
};

extern const struct rule import_rules[];
extern const size_t import_n_rules;

/*
 * Patterns are words parted by blanks: "open|file" is either, "report*" any
 * word that begins so, ".." up to eight words or none. `*end` is the word
 * behind the match.
 */
bool import_says(const struct heard *h, const char *pattern, size_t *end);
bool import_rule_matches(
	const struct rule *r, const struct heard *h, size_t *end);
/* The first figure with a unit from `from` on, else any. */
struct figure import_figure(const struct heard *h, size_t from);
/* The lists' items when they are in or out of scope: "website", "other". */
const char *import_about(const struct heard *h);

struct import_clause {
	const char *id;
	const struct rule *rule; /* NULL: text */
	const char *kind, *about;
	bool in;
	enum clause_form as;
	const char *heading, *subheading;
	struct str text;   /* paragraphs parted by '\n' */
	const char **list; /* promises or grounds */
	size_t n_list;
	struct figure figure;
	const char *strength;
	unsigned line, to;
	bool code;
};

struct import {
	struct arena *a;
	const struct import_given *given;
	const char *title, *introduction;
	struct import_clause *v;
	size_t n;
	/* values, and whether each was guessed */
	const char *product, *prefix, *zone, *contact, *organisation;
	const char *why_product, *why_prefix, *why_zone, *why_contact,
		*why_organisation; /* how it was guessed; NULL: it was not */
	const char **repositories;
	size_t n_repositories;
	const char *const *comments; /* of the document, not understood */
	size_t n_comments;
	bool any_business, any_other;
};

/* What the texts say of who they are about. `d` is the plain document. */
void import_values(struct import *m, const struct doc *d);
void import_write(struct import *m, struct str *out);
