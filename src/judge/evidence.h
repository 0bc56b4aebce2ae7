/*
 * evidence.h - what a mirror of the product's repository says about a report.
 *
 * Values only: src/mirror looks them up, the judge holds clauses against
 * them, the ledger keeps them with the judgement. They are facts for a
 * person. That a name exists proves nothing, that it does not proves little:
 * no claim is ever by itself a ground to refuse, and of the versions only
 * `confirmed` says anything (mission.md, scope.tagged-releases).
 *
 * Lines are 1-based. Texts may come from the mail or from the repository, so
 * staff see them, and letters never do. Everything is bounded by EVIDENCE_*;
 * what is over is counted in `left_out`. Claims stand in the report's order.
 */
#pragma once

#include "base/instant.h"
#include "base/pack.h"
#include "report/report.h"

enum {
	EVIDENCE_MAX_VERSIONS = REPORT_MAX_FACTS,
	EVIDENCE_MAX_DEPENDENCIES = 2000,
	EVIDENCE_MAX_TEXT = 400, /* bytes of one text; clipped */
};

enum release_status {
	RELEASE_CONFIRMED, /* a tag; `tag` is its name */
	RELEASE_NONE,      /* reads as a release, and there is none */
	RELEASE_UNTAGGED,  /* a commit that no tag holds or points at */
	RELEASE_BRANCH,    /* "main": code that is not released */
	RELEASE_UNKNOWN,   /* cannot be told: no commit of this mirror ... */
};
enum { RELEASE_COUNT = RELEASE_UNKNOWN + 1 };
/* "confirmed" "no such release" "untagged commit" "branch" "unknown" */
extern const char *const release_status_names[RELEASE_COUNT];

struct version_evidence {
	const char *stated; /* as the report has it: "0.22", "latest" */
	unsigned line;
	enum release_status status;
	const char *tag; /* the tag, as it is spelt; a range: its newest.
			    NULL unless confirmed */
};

enum claim_status {
	CLAIM_EXISTS,        /* in the release looked at; `where` says it */
	CLAIM_ELSEWHERE,     /* in it, but in another file or line */
	CLAIM_OTHER_RELEASE, /* not in it but in others: `where` names some */
	CLAIM_NEVER,         /* in no release of the mirror */
	CLAIM_UNKNOWN,       /* cannot be looked up; `where` says why */
};
enum { CLAIM_STATUS_COUNT = CLAIM_UNKNOWN + 1 };
/* "exists" "exists elsewhere" "not in this release but in"
 * "never existed" "unknown" */
extern const char *const claim_status_names[CLAIM_STATUS_COUNT];

struct claim_evidence {
	unsigned claim; /* index into report.claims */
	enum claim_status status;
	const char *where; /* "dagfactory/utils.py:12", "v0.20.0, v0.21.0 and
			      12 more"; NULL: nothing to add */
};

struct dependency {
	const char *name;        /* as declared, normalised by its ecosystem */
	const char *requirement; /* ">=2.0,<3"; NULL: any */
	const char *declared_in; /* "pyproject.toml" */
	unsigned line;           /* 0: the file's format does not tell */
};

struct evidence {
	const char *mirror; /* hex hash over the mirror's refs: its version */
	instant fetched;    /* when the mirror was last updated; 0 unknown */
	const char *tag;    /* the release that claims were looked up in */
	bool tag_stated;    /* the report names it; else it is the newest */
	const struct version_evidence *versions;
	size_t n_versions;
	const struct claim_evidence *claims;
	size_t n_claims;
	const struct dependency *dependencies; /* at `tag`, sorted by name */
	size_t n_dependencies;
	unsigned left_out;
};

/* s as a text of evidence: one line, clipped, controls made visible. */
const char *evidence_text(struct arena *a, struct span s);

/* The object under "evidence" in `judge --json` and in the ledger's verdict
 * payload; the report gives the claims their words. */
json_t *evidence_json(const struct evidence *e, const struct report *r);

void evidence_pack(struct str *out, const struct evidence *e);
/* Checks every limit, and that claims are among `n_claims`. Text that was
 * packed is clean: evidence_text(). */
bool evidence_unpack(struct unpack *u, struct arena *a, size_t n_claims,
	struct evidence **out);
