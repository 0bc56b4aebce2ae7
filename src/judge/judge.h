/*
 * judge.h - a report held against the policies of the desk.
 *
 * First the mail is routed to a product (by what it names), then each
 * clause of that product's policy gets a result that cites lines. Pure and
 * deterministic: the same facts and policies give the same verdict.
 *
 * A verdict stops nothing. Only open, ask, ask-plain and no-case are the
 * desk's to decide; all others are proposals for a person (mission.md, rule
 * 1). What is not known is `unknown` and never counts against anyone.
 */
#pragma once

#include "judge/evidence.h"
#include "mime/message.h"
#include "policy/policy.h"
#include "report/report.h"

enum disposition {
	DISP_OPEN,      /* a complete report */
	DISP_ASK,       /* lacks something required */
	DISP_ASK_PLAIN, /* HTML only */
	DISP_SET_ASIDE, /* not a vulnerability report: proposed */
	DISP_IGNORE,    /* out of scope: proposed */
	DISP_UNROUTED,
	DISP_ENCRYPTED,
	DISP_QUARANTINE,
	DISP_NO_CASE, /* an automatic mail */
};
enum { DISP_COUNT = DISP_NO_CASE + 1 };
extern const char *const disposition_names[DISP_COUNT]; /* "ask-plain" */

enum result { RES_MET, RES_BREACHED, RES_UNKNOWN, RES_NOT_APPLICABLE };
extern const char *const result_names[4]; /* "not-applicable" */

struct clause_result {
	const char *id;
	enum result result;
	const struct line_range *lines;
	size_t n_lines;
	const char *because; /* plain words; may quote nothing of the mail */
	const char *shown;   /* what shows it, for staff alone: may quote the
				mail and the repository; or NULL */
};

/* The official list asks for another id than the one that the mail names;
 * one row for each that it names, those of one id together. */
struct cwe_advice {
	unsigned from, to;
};

struct verdict {
	enum disposition disposition;
	bool by_desk;                /* decided_by: desk (else person) */
	const struct policy *policy; /* NULL when unrouted or no-case */
	const char *routed_by; /* "repository", "name", "sub-address" ... */
	const char *because;   /* why this disposition, in plain words */
	const struct clause_result *clauses;
	size_t n_clauses;
	const char *letter; /* template name, or NULL */
	/* The clause whose words a letter about this outcome cites, or NULL. */
	const char *clause;
	/* Proposed: a case for each of these; fewer than 2: no split. */
	const struct line_range *split;
	size_t n_split;
	const struct cwe_advice *cwe;
	size_t n_cwe;
	const struct report *report;     /* what was judged */
	const struct evidence *evidence; /* as given, or NULL */
};

/* True if the disposition makes a case (report management: received). */
bool disposition_makes_case(enum disposition d);

/*
 * The policy of the product that the mail is about, NULL if a person must
 * route it: whose mirror to ask before judge() is called with the answer.
 */
const struct policy *judge_product(struct arena *a,
	const struct policy *const *policies, size_t n,
	const struct envelope *env, const struct message *m,
	const struct report *r);

/*
 * `policies` in the order of the settings, the default product's first.
 * `rcpts` are the envelope recipients (sub-address routing). Any of message
 * and report that could not be read: pass a message of MAIL_UNREADABLE.
 * `ev`: what the mirror of judge_product() says, or NULL: there is none, and
 * then what it would show is unknown.
 */
const struct verdict *judge(struct arena *a,
	const struct policy *const *policies, size_t n,
	const struct envelope *env, const struct message *m,
	const struct report *r, const struct evidence *ev);

/*
 * The same for a mail that a person has put to a product: neither what it
 * names nor that a program sent it counts. What nobody could read is open,
 * with every clause unknown.
 */
const struct verdict *judge_routed(struct arena *a, const struct policy *p,
	const struct message *m, const struct report *r,
	const struct evidence *ev);

/*
 * The verdict on a mail that belongs to a case already: the policy is the
 * case's, and only what the mail adds is judged. `missing` are clause ids
 * still breached; those that this mail fills are RES_MET in the result.
 */
const struct verdict *judge_reply(struct arena *a, const struct policy *p,
	const char *const *missing, size_t n_missing, const struct message *m,
	const struct report *r);

/* The object of `judge --json`, without "file". */
json_t *verdict_json(const struct verdict *v);
