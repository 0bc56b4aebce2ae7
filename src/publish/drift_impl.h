/* drift_impl.h - what drift.c, drift_pairs.c and drift_rows.c share. */
#pragma once

#include "publish/drift.h"
#include "publish/words.h"

#define OWNER_SHARED UINT32_MAX /* a word that joins what others have */

/* A sentence of the policy, and where the document has it. */
struct unit {
	size_t part;
	const struct word *v;
	size_t n;
	bool found, exact;
	size_t from, to; /* words of the document */
};

/* A clause, or the introduction. */
struct part {
	const struct clause *clause; /* NULL: the introduction */
	uint32_t heading;            /* it stands under; 0: none */
	size_t from, to;             /* units */
};

/* A sentence of the document. */
struct place {
	enum block_kind kind;
	uint32_t heading;
	bool skip;         /* the version's */
	bool taken, exact; /* by a unit; by one that is the same */
	size_t part;       /* the last part that has it, + 1 */
	bool shared;       /* by several parts */
};

struct match {
	struct arena *a;
	const struct policy *policy;
	struct lexicon *l;
	struct own *policy_own, *document_own;
	struct part *parts;
	size_t n_parts;
	struct unit *units;
	size_t n_units;
	struct words d, version;
	struct place *s;           /* by the document's sentences */
	uint32_t *owner;           /* of each word: unit + 1, 0: nobody */
	const size_t *sentence_of; /* by word */
	const char **texts;        /* of the document's blocks; NULL: not yet */
};

bool match_equal(const struct word *a, const struct word *b, size_t n);
bool match_allowed(
	const struct match *m, const struct unit *u, size_t sentence);

/* drift_pairs.c: what is not equal anywhere, with what is most like it. */
void match_rest(struct match *m);
/* drift_rows.c: what becomes of it all. */
void match_rows(struct match *m, const struct doc *d, struct drift *out);

/* The promises or grounds of a clause. */
struct texts clause_list(const struct clause *c);
/* Whether `text` has these words in full; blanks do not count. */
bool says_already(struct arena *a, const char *text, const char *words);
/* Headings that are the same have the same key; 0 for NULL. */
uint32_t heading_key(
	struct match *m, const struct own *own, const char *heading);
