/*
 * drift.h - a published document held against the policy it is to say.
 *
 * Clause by clause: what people read is compared, as words (words.h says what
 * is no difference). A sentence that stands somewhere in the document is
 * found wherever it stands; what is left is paired by how many words it
 * shares. A document's sentence may hold several clauses, and a clause may
 * go over several sentences and items.
 *
 * The cost: hash look-ups for what is the same; for what is not, at most
 * DRIFT_TRIES candidates a sentence, found by the rarer words. Both grow with
 * the texts' lengths, never with their product.
 */
#pragma once

#include "policy/policy.h"
#include "publish/doc.h"

enum drift_result {
	DRIFT_SAME,
	DRIFT_REWORDED,
	DRIFT_FIGURE,  /* 5 days against 7, days against hours */
	DRIFT_MEANING, /* reworded by may, must, not, never; or under another
			  heading: another meaning */
	DRIFT_MISSING,
	DRIFT_EXTRA, /* the document says it, the policy does not */
};
enum { DRIFT_COUNT = DRIFT_EXTRA + 1, DRIFT_TRIES = 64 };
extern const char *const drift_names[DRIFT_COUNT]; /* "changed figure" */

struct drift_row {
	const char *clause; /* NULL: extra. "introduction" is the policy's */
	enum drift_result result;
	const char *policy_text;   /* or NULL */
	const char *document_text; /* or NULL */
	const unsigned *lines;     /* of the document, ascending */
	size_t n_lines;
	const char *because; /* "5 against 7", or NULL */
};

struct drift {
	struct drift_row *rows; /* clauses in the policy's order, then extra */
	size_t n;
	bool same;
};

/* `product` names the document's product if it is not the policy's. */
void drift_find(struct arena *a, const struct policy *p, const char *product,
	const struct doc *d, struct drift *out);
